// SPDX-License-Identifier: GPL-2.0-only
/*
 * nl_family.c - the generic netlink family: operations and multicast group
 *
 * genl holds a lock of its own around a handler, which another family's registration waits for: so no
 * handler waits for a driver, and none takes device_lock or rtnl.
 */
#include <linux/capability.h>
#include <linux/mutex.h>
#include <linux/slab.h>

#include "compat/dump.h"
#include "compat/extack.h"
#include "host.h"
#include "nl.h"
#include "request.h"

/* largest message that a dump's reader can be expected to have room for */
#define HVC_DUMP_MAX 65536

static bool hvc_is_admin(struct sk_buff *skb)
{
	return netlink_capable(skb, CAP_SYS_ADMIN);
}

/* CAP_NET_ADMIN, which genl could ask for, is not enough to take hardware */
static int hvc_need_admin(struct sk_buff *skb, struct netlink_ext_ack *extack)
{
	if (hvc_is_admin(skb))
		return 0;
	NL_SET_ERR_MSG(extack, "CAP_SYS_ADMIN is needed");
	return -EPERM;
}

static struct hvc_fill hvc_fill_reply(struct sk_buff *skb, struct genl_info *info)
{
	return (struct hvc_fill){
		.portid = info->snd_portid,
		.seq = info->snd_seq,
		.cmd = info->genlhdr->cmd,
		.admin = hvc_is_admin(skb),
	};
}

static struct hvc_fill hvc_fill_dump(struct netlink_callback *cb, u8 cmd)
{
	return (struct hvc_fill){
		.portid = NETLINK_CB(cb->skb).portid,
		.seq = cb->nlh->nlmsg_seq,
		.flags = NLM_F_MULTI,
		.cmd = cmd,
		.admin = hvc_is_admin(cb->skb),
		.cb = cb,
	};
}

/* Send the answer when it could be filled, else drop it */
static int hvc_reply(struct sk_buff *msg, struct genl_info *info, int err)
{
	if (!err)
		return genlmsg_reply(msg, info);
	nlmsg_free(msg);
	return err;
}

static int hvc_nl_info_get(struct sk_buff *skb, struct genl_info *info)
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

/*
 * genl on 6.1 gives a dump's start no extack: there the first part of the dump, which calls this again,
 * refuses. Its NLMSG_DONE carries the message, but no attribute.
 */
static bool hvc_dump_mute(struct netlink_callback *cb)
{
	return !cb->extack;
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

static int hvc_nl_dev_get(struct sk_buff *skb, struct genl_info *info)
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

static int hvc_nl_dev_start(struct netlink_callback *cb)
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

static int hvc_nl_dev_dump(struct sk_buff *skb, struct netlink_callback *cb)
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
		err = hvc_fill_group(msg, facts.groups, hvc_domain_type(dev->pdev), &findings, f);
		mutex_unlock(&hvc_ledger_lock);
	}
	hvc_findings_free(&findings);
	hvc_facts_free(&facts);
	return err;
}

static int hvc_nl_group_get(struct sk_buff *skb, struct genl_info *info)
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

static int hvc_nl_group_start(struct netlink_callback *cb)
{
	return hvc_dump_mute(cb) ? 0 : hvc_parse_only(hvc_dump_attrs(cb), HVCLAIM_A_GROUP_MAX, 0, cb->extack);
}

static int hvc_nl_group_dump(struct sk_buff *skb, struct netlink_callback *cb)
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

static int hvc_put_judgement(struct sk_buff *msg, struct hvc_judgement *j, const struct hvc_fill *f)
{
	void *hdr = genlmsg_put(msg, f->portid, f->seq, &hvc_genl_family, f->flags, f->cmd);
	unsigned int i;

	if (!hdr || nla_put_u32(msg, HVCLAIM_A_CLAIM_VERDICT, hvc_check_verdict(&j->findings)) ||
	    nla_put_string(msg, HVCLAIM_A_CLAIM_BACKEND, j->backend->name) ||
	    nla_put_string(msg, HVCLAIM_A_CLAIM_DRIVER, j->driver) ||
	    hvc_fill_findings(msg, HVCLAIM_A_CLAIM_FINDING, &j->findings))
		return -EMSGSIZE;
	for (i = 0; i < j->n; i++)
		if (hvc_fill_fn(msg, HVCLAIM_A_CLAIM_FUNCTION, j->devs[i]->addr))
			return -EMSGSIZE;
	genlmsg_end(msg, hdr);
	return 0;
}

static int hvc_nl_check(struct sk_buff *skb, struct genl_info *info)
{
	struct hvc_fill f = hvc_fill_reply(skb, info);
	struct hvc_judgement j = {};
	struct hvc_request req = {};
	struct sk_buff *msg;
	int err;

	err = hvc_need_admin(skb, info->extack);
	if (err)
		return err;
	err = hvc_parse_request(info, &req);
	if (!err)
		err = hvc_request_judge(&req, &j);
	if (!err) {
		msg = genlmsg_new(NLMSG_GOODSIZE + j.n * 64 + j.findings.n * 512, GFP_KERNEL);
		err = msg ? hvc_reply(msg, info, hvc_put_judgement(msg, &j, &f)) : -ENOMEM;
	}
	hvc_judgement_free(&j);
	hvc_request_free(&req);
	return err;
}

static int hvc_nl_claim(struct sk_buff *skb, struct genl_info *info)
{
	struct hvc_claim_ref ref = {};
	struct hvc_request req = {};
	struct sk_buff *msg;
	bool changed = false;
	void *hdr;
	int err;

	err = hvc_need_admin(skb, info->extack);
	if (err)
		return err;
	/* the answer first: what is queued cannot be taken back for want of memory */
	msg = genlmsg_new(NLMSG_GOODSIZE, GFP_KERNEL);
	if (!msg)
		return -ENOMEM;
	hdr = genlmsg_put_reply(msg, info, &hvc_genl_family, 0, HVCLAIM_CMD_CLAIM);
	err = hvc_parse_request(info, &req);
	if (!err)
		err = hvc_request_claim(&req, &ref, &changed);
	if (!err && (nla_put_u32(msg, HVCLAIM_A_CLAIM_ID, ref.id) ||
		     nla_put_u32(msg, HVCLAIM_A_CLAIM_STATE, ref.state) ||
		     nla_put_u32(msg, HVCLAIM_A_CLAIM_CHANGED, changed)))
		err = -EMSGSIZE;
	genlmsg_end(msg, hdr);
	hvc_request_free(&req);
	return hvc_reply(msg, info, err);
}

static int hvc_put_ref(struct sk_buff *msg, const struct hvc_claim_ref *ref)
{
	struct nlattr *nest = nla_nest_start(msg, HVCLAIM_A_CLAIM_CLAIM);

	if (!nest || nla_put_u32(msg, HVCLAIM_A_CLAIM_REF_ID, ref->id) ||
	    nla_put_u32(msg, HVCLAIM_A_CLAIM_REF_STATE, ref->state) ||
	    nla_put_string(msg, HVCLAIM_A_CLAIM_REF_OWNER, ref->owner))
		return -EMSGSIZE;
	nla_nest_end(msg, nest);
	return 0;
}

static int hvc_nl_release(struct sk_buff *skb, struct genl_info *info)
{
	struct hvc_claim_ref *refs = NULL;
	struct hvc_request req = {};
	struct sk_buff *msg = NULL;
	unsigned int i, n = 0;
	bool changed;
	void *hdr;
	int err;

	err = hvc_need_admin(skb, info->extack);
	if (err)
		return err;
	err = hvc_parse_request(info, &req);
	if (!err)
		err = hvc_request_release(&req, &refs, &n, &changed);
	if (err)
		goto out;
	msg = genlmsg_new(NLMSG_GOODSIZE + n * (HVCLAIM_NAME_MAX + 32), GFP_KERNEL);
	if (!msg) {
		/* it is queued all the same, and asking again says so */
		err = -ENOMEM;
		goto out;
	}
	hdr = genlmsg_put_reply(msg, info, &hvc_genl_family, 0, HVCLAIM_CMD_RELEASE);
	err = nla_put_u32(msg, HVCLAIM_A_CLAIM_CHANGED, changed);
	for (i = 0; i < n && !err; i++)
		err = hvc_put_ref(msg, &refs[i]);
	genlmsg_end(msg, hdr);
	err = hvc_reply(msg, info, err);
out:
	kvfree(refs);
	hvc_request_free(&req);
	return err;
}

static int hvc_nl_claim_get(struct sk_buff *skb, struct genl_info *info)
{
	const struct nlattr *id = info->attrs[HVCLAIM_A_CLAIM_ID];
	struct hvc_fill f = hvc_fill_reply(skb, info);
	struct hvc_claim *claim;
	struct sk_buff *msg;
	int err;

	err = hvc_need_admin(skb, info->extack);
	if (!err)
		err = hvc_parse_only(info->attrs, HVCLAIM_A_CLAIM_MAX, BIT_ULL(HVCLAIM_A_CLAIM_ID),
				     info->extack);
	if (err)
		return err;
	if (GENL_REQ_ATTR_CHECK(info, HVCLAIM_A_CLAIM_ID)) {
		NL_SET_ERR_MSG(info->extack, "the number of a claim is needed");
		return -EINVAL;
	}
	mutex_lock(&hvc_ledger_lock);
	claim = hvc_claim_find(nla_get_u32(id));
	if (!claim) {
		mutex_unlock(&hvc_ledger_lock);
		NL_SET_ERR_MSG_ATTR_FMT(info->extack, id, "no claim %u", nla_get_u32(id));
		return -ENOENT;
	}
	msg = genlmsg_new(hvc_claim_size(claim), GFP_KERNEL);
	err = msg ? hvc_fill_claim(msg, claim, &f) : -ENOMEM;
	mutex_unlock(&hvc_ledger_lock);
	return msg ? hvc_reply(msg, info, err) : err;
}

static int hvc_claim_dump_may(struct netlink_callback *cb)
{
	int err = hvc_need_admin(cb->skb, cb->extack);

	if (err)
		return err;
	return hvc_parse_only(hvc_dump_attrs(cb), HVCLAIM_A_CLAIM_MAX,
			      BIT_ULL(HVCLAIM_A_CLAIM_OWNER) | BIT_ULL(HVCLAIM_A_CLAIM_STATE), cb->extack);
}

static int hvc_nl_claim_start(struct netlink_callback *cb)
{
	struct hvc_claim *claim;
	size_t size = 0;

	mutex_lock(&hvc_ledger_lock);
	for (claim = hvc_claim_next(1); claim; claim = hvc_claim_next(claim->id + 1))
		size = max(size, hvc_claim_size(claim));
	mutex_unlock(&hvc_ledger_lock);
	cb->min_dump_alloc = min_t(size_t, size, HVC_DUMP_MAX);
	return hvc_dump_mute(cb) ? 0 : hvc_claim_dump_may(cb);
}

static int hvc_nl_claim_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct hvc_fill f = hvc_fill_dump(cb, HVCLAIM_CMD_CLAIM_GET);
	struct nlattr **attrs = hvc_dump_attrs(cb);
	const struct nlattr *owner = attrs[HVCLAIM_A_CLAIM_OWNER], *state = attrs[HVCLAIM_A_CLAIM_STATE];
	struct hvc_claim *claim;
	u32 id = cb->args[0];
	int err;

	err = hvc_claim_dump_may(cb);
	if (err)
		return err;
	mutex_lock(&hvc_ledger_lock);
	cb->seq = hvc_generation();
	for (; (claim = hvc_claim_next(id)); id = claim->id + 1) {
		if ((owner && nla_strcmp(owner, claim->owner)) ||
		    (state && nla_get_u32(state) != claim->state))
			continue;
		err = hvc_fill_claim(skb, claim, &f);
		if (err)
			break;
	}
	mutex_unlock(&hvc_ledger_lock);
	cb->args[0] = id;
	return err && !skb->len ? err : skb->len;
}

/* genl_split_ops, which would give do and dump policies of their own, came after 6.1: hvc_parse_only() */
static const struct genl_ops hvc_nl_ops[] = {
	{
		.cmd = HVCLAIM_CMD_INFO_GET,
		.doit = hvc_nl_info_get,
		.policy = hvc_info_policy,
		.maxattr = HVCLAIM_A_INFO_MAX,
	},
	{
		.cmd = HVCLAIM_CMD_DEV_GET,
		.doit = hvc_nl_dev_get,
		.start = hvc_nl_dev_start,
		.dumpit = hvc_nl_dev_dump,
		.policy = hvc_dev_policy,
		.maxattr = HVCLAIM_A_DEV_MAX,
	},
	{
		.cmd = HVCLAIM_CMD_GROUP_GET,
		.doit = hvc_nl_group_get,
		.start = hvc_nl_group_start,
		.dumpit = hvc_nl_group_dump,
		.policy = hvc_group_policy,
		.maxattr = HVCLAIM_A_GROUP_MAX,
	},
	{
		.cmd = HVCLAIM_CMD_CHECK,
		.doit = hvc_nl_check,
		.policy = hvc_check_policy,
		.maxattr = HVCLAIM_A_CLAIM_MAX,
	},
	{
		.cmd = HVCLAIM_CMD_CLAIM,
		.doit = hvc_nl_claim,
		.policy = hvc_claim_policy,
		.maxattr = HVCLAIM_A_CLAIM_MAX,
	},
	{
		.cmd = HVCLAIM_CMD_RELEASE,
		.doit = hvc_nl_release,
		.policy = hvc_release_policy,
		.maxattr = HVCLAIM_A_CLAIM_MAX,
	},
	{
		.cmd = HVCLAIM_CMD_CLAIM_GET,
		.doit = hvc_nl_claim_get,
		.start = hvc_nl_claim_start,
		.dumpit = hvc_nl_claim_dump,
		.policy = hvc_claim_get_policy,
		.maxattr = HVCLAIM_A_CLAIM_MAX,
	},
};

static const struct genl_multicast_group hvc_nl_mcgrps[] = {
	/* events carry owners, users and processes */
	[HVC_MCGRP_MONITOR] = { .name = HVCLAIM_MCGRP_MONITOR, .flags = GENL_MCAST_CAP_SYS_ADMIN },
};

struct genl_family hvc_genl_family = {
	.name = HVCLAIM_FAMILY_NAME,
	.version = HVCLAIM_FAMILY_VERSION,
	.module = THIS_MODULE,
	.netnsok = false,
	.parallel_ops = true,
	.ops = hvc_nl_ops,
	.n_ops = ARRAY_SIZE(hvc_nl_ops),
	.resv_start_op = HVCLAIM_CMD_MAX + 1,
	.mcgrps = hvc_nl_mcgrps,
	.n_mcgrps = ARRAY_SIZE(hvc_nl_mcgrps),
};

int hvc_nl_init(void)
{
	return genl_register_family(&hvc_genl_family);
}

void hvc_nl_exit(void)
{
	genl_unregister_family(&hvc_genl_family);
}
