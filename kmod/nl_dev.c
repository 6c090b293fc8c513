// SPDX-License-Identifier: GPL-2.0-only
/*
 * nl_dev.c - info-get, dev-get and group-get: what everybody may ask
 */
#include <linux/mutex.h>
#include <linux/slab.h>

#include "compat/dump.h"
#include "compat/extack.h"
#include "host.h"
#include "nl.h"

int hvc_nl_info_get(struct sk_buff *skb, struct genl_info *info)
{
	struct hvc_fill f = hvc_fill_reply(skb, info);
	struct sk_buff *msg = genlmsg_new(NLMSG_GOODSIZE, GFP_KERNEL);
	struct hvc_host host;
	int err;

	if (!msg)
		return -ENOMEM;
	hvc_host_get(&host);
	mutex_lock(&hvc_ledger_lock);
	err = hvc_fill_info(msg, &host, &f);
	mutex_unlock(&hvc_ledger_lock);
	return hvc_reply(msg, info, err);
}

/* What a claim of this function alone would meet; the ledger's lock is held on success */
static int hvc_dev_judge_locked(struct hvc_dev *dev, bool deep, struct hvc_findings *findings)
{
	struct hvc_check_params p = { .owner = "" };
	struct hvc_facts facts = {};
	int err;

	err = hvc_facts_collect(&facts, &dev, 1, deep);
	mutex_lock(&hvc_ledger_lock);
	if (!err) {
		hvc_ledger_fill(&facts, NULL);
		err = hvc_check_claim(&facts, &p, findings);
	}
	if (err)
		mutex_unlock(&hvc_ledger_lock);
	hvc_facts_free(&facts);
	return err;
}

static int hvc_dev_answer(struct sk_buff *msg, struct hvc_dev *dev, bool judge, bool deep,
			  const struct hvc_fill *f)
{
	struct hvc_findings findings = {};
	int err = 0;

	if (judge)
		err = hvc_dev_judge_locked(dev, deep, &findings);
	else
		mutex_lock(&hvc_ledger_lock);
	if (!err) {
		err = hvc_fill_dev(msg, dev, judge ? &findings : NULL, f);
		mutex_unlock(&hvc_ledger_lock);
	}
	hvc_findings_free(&findings);
	return err;
}

int hvc_nl_dev_get(struct sk_buff *skb, struct genl_info *info)
{
	const struct nlattr *attr = info->attrs[HVCLAIM_A_DEV_ADDR];
	struct hvc_fill f = hvc_fill_reply(skb, info);
	struct hvc_addr addr;
	struct hvc_dev *dev;
	struct sk_buff *msg;
	int err;

	err = hvc_parse_only(info->attrs, HVCLAIM_A_DEV_MAX,
			     BIT_ULL(HVCLAIM_A_DEV_ADDR) | BIT_ULL(HVCLAIM_A_DEV_WITH_FINDINGS),
			     info->extack);
	if (err)
		return err;
	if (GENL_REQ_ATTR_CHECK(info, HVCLAIM_A_DEV_ADDR)) {
		NL_SET_ERR_MSG(info->extack, "an address is needed");
		return -EINVAL;
	}
	err = hvc_parse_addr(attr, &addr, info->extack);
	if (err)
		return err;
	dev = hvc_dev_find(addr);
	if (!dev) {
		NL_SET_ERR_MSG_ATTR_FMT(info->extack, attr, "no function at " HVC_ADDR_FMT,
					HVC_ADDR_ARGS(addr));
		return -ENODEV;
	}
	msg = genlmsg_new(NLMSG_GOODSIZE * 4, GFP_KERNEL);
	err = -ENOMEM;
	if (msg)
		err = hvc_reply(msg, info,
				hvc_dev_answer(msg, dev, f.admin && info->attrs[HVCLAIM_A_DEV_WITH_FINDINGS],
					       true, &f));
	hvc_dev_put(dev);
	return err;
}

int hvc_nl_dev_start(struct netlink_callback *cb)
{
	struct nlattr **attrs = hvc_dump_attrs(cb);
	int err;

	if (hvc_dump_mute(cb))
		return 0;
	err = hvc_parse_only(attrs, HVCLAIM_A_DEV_MAX,
			     BIT_ULL(HVCLAIM_A_DEV_GROUP) | BIT_ULL(HVCLAIM_A_DEV_STATE) |
				     BIT_ULL(HVCLAIM_A_DEV_OWNER) | BIT_ULL(HVCLAIM_A_DEV_WITH_FINDINGS),
			     cb->extack);
	if (err)
		return err;
	/* whose it is, is not everybody's business */
	if (attrs[HVCLAIM_A_DEV_OWNER])
		return hvc_need_admin(cb->skb, cb->extack);
	return 0;
}

static bool hvc_dev_wanted(struct hvc_dev *dev, struct nlattr **attrs)
{
	const struct nlattr *group = attrs[HVCLAIM_A_DEV_GROUP], *state = attrs[HVCLAIM_A_DEV_STATE];
	const struct nlattr *owner = attrs[HVCLAIM_A_DEV_OWNER];
	struct hvc_claim_fn *fn;
	bool wanted = true;

	if (group && hvc_dev_group(dev) != (int)nla_get_u32(group))
		return false;
	mutex_lock(&hvc_ledger_lock);
	if (state)
		wanted = hvc_dev_state(dev) == nla_get_u32(state);
	if (owner) {
		fn = hvc_claim_on(dev->addr);
		wanted &= fn && !nla_strcmp(owner, fn->claim->owner);
	}
	mutex_unlock(&hvc_ledger_lock);
	return wanted;
}

int hvc_nl_dev_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct hvc_fill f = hvc_fill_dump(cb, HVCLAIM_CMD_DEV_GET);
	struct nlattr **attrs = hvc_dump_attrs(cb);
	bool judge = f.admin && attrs[HVCLAIM_A_DEV_WITH_FINDINGS];
	unsigned long key = cb->args[0];
	struct hvc_dev *dev;
	int err;

	err = hvc_nl_dev_start(cb);
	if (err)
		return err;
	cb->seq = hvc_generation();
	for (; (dev = hvc_dev_next(&key)); key++) {
		if (hvc_dev_wanted(dev, attrs))
			err = hvc_dev_answer(skb, dev, judge, false, &f);
		hvc_dev_put(dev);
		if (err)
			break;
	}
	cb->args[0] = key;
	return err && !skb->len ? err : skb->len;
}

/* What a claim of all endpoints of a group would meet */
static int hvc_group_judge(const struct hvc_fact_group *group, struct hvc_findings *findings)
{
	struct hvc_check_params p = { .owner = "" };
	struct hvc_facts facts = {};
	struct hvc_dev **devs;
	unsigned int i, n = 0;
	int err = 0;

	devs = kvcalloc(group->n_members, sizeof(*devs), GFP_KERNEL);
	if (!devs)
		return -ENOMEM;
	for (i = 0; i < group->n_members; i++) {
		devs[n] = hvc_dev_find(group->members[i].addr);
		if (devs[n] && hvc_is_endpoint(devs[n]))
			n++;
		else
			hvc_dev_put(devs[n]);
	}
	if (n)
		err = hvc_facts_collect(&facts, devs, n, false);
	if (n && !err) {
		mutex_lock(&hvc_ledger_lock);
		hvc_ledger_fill(&facts, NULL);
		mutex_unlock(&hvc_ledger_lock);
		err = hvc_check_claim(&facts, &p, findings);
	}
	while (n)
		hvc_dev_put(devs[--n]);
	hvc_facts_free(&facts);
	kvfree(devs);
	return err;
}

/*
 * A group is answered at its first member, so that a dump tells each once and in the order of addresses.
 * Returns 1 when @dev has no group, or is another member and the dump has been there.
 */
static int hvc_group_answer(struct sk_buff *msg, struct hvc_dev *dev, const struct hvc_fill *f)
{
	struct hvc_findings findings = {};
	struct hvc_facts facts = {};
	unsigned int i;
	int err;

	err = hvc_facts_collect(&facts, &dev, 1, false);
	if (!err && !facts.n_groups)
		err = 1;
	for (i = 0; !err && f->cb && i < facts.groups->n_members; i++)
		if (hvc_addr_key(facts.groups->members[i].addr) < hvc_addr_key(dev->addr))
			err = 1;
	if (!err && f->admin)
		err = hvc_group_judge(facts.groups, &findings);
	if (!err) {
		mutex_lock(&hvc_ledger_lock);
		err = hvc_fill_group(msg, facts.groups, &findings, f);
		mutex_unlock(&hvc_ledger_lock);
	}
	hvc_findings_free(&findings);
	hvc_facts_free(&facts);
	return err;
}

int hvc_nl_group_get(struct sk_buff *skb, struct genl_info *info)
{
	struct hvc_fill f = hvc_fill_reply(skb, info);
	struct hvc_dev *dev;
	struct sk_buff *msg;
	unsigned long key;
	int err, id;

	if (GENL_REQ_ATTR_CHECK(info, HVCLAIM_A_GROUP_ID)) {
		NL_SET_ERR_MSG(info->extack, "an IOMMU group is needed");
		return -EINVAL;
	}
	id = nla_get_u32(info->attrs[HVCLAIM_A_GROUP_ID]);
	for (key = 0; (dev = hvc_dev_next(&key)); key++) {
		if (id >= 0 && hvc_dev_group(dev) == id)
			break;
		hvc_dev_put(dev);
	}
	if (!dev) {
		NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[HVCLAIM_A_GROUP_ID], "no such IOMMU group");
		return -ENOENT;
	}
	msg = genlmsg_new(HVC_DUMP_MAX, GFP_KERNEL);
	err = -ENOMEM;
	if (msg) {
		err = hvc_group_answer(msg, dev, &f);
		err = hvc_reply(msg, info, err > 0 ? -ENOENT : err);
	}
	hvc_dev_put(dev);
	return err;
}

int hvc_nl_group_start(struct netlink_callback *cb)
{
	return hvc_dump_mute(cb) ? 0 : hvc_parse_only(hvc_dump_attrs(cb), HVCLAIM_A_GROUP_MAX, 0, cb->extack);
}

int hvc_nl_group_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct hvc_fill f = hvc_fill_dump(cb, HVCLAIM_CMD_GROUP_GET);
	unsigned long key = cb->args[0];
	struct hvc_dev *dev;
	int err;

	err = hvc_nl_group_start(cb);
	if (err)
		return err;
	cb->seq = hvc_generation();
	for (; (dev = hvc_dev_next(&key)); key++) {
		err = hvc_group_answer(skb, dev, &f);
		hvc_dev_put(dev);
		if (err < 0)
			break;
	}
	cb->args[0] = key;
	return err < 0 && !skb->len ? err : skb->len;
}
