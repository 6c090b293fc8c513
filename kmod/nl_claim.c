// SPDX-License-Identifier: GPL-2.0-only
/*
 * nl_claim.c - check, claim, release and claim-get
 */
#include <linux/mutex.h>
#include <linux/slab.h>

#include "compat/dump.h"
#include "compat/extack.h"
#include "nl.h"
#include "request.h"

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

int hvc_nl_check(struct sk_buff *skb, struct genl_info *info)
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

int hvc_nl_claim(struct sk_buff *skb, struct genl_info *info)
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

static int hvc_release_room(struct hvc_release_answer *answer)
{
	answer->msg = genlmsg_new(NLMSG_GOODSIZE + answer->n_refs * (HVCLAIM_NAME_MAX + 32), GFP_KERNEL);
	return answer->msg ? 0 : -ENOMEM;
}

int hvc_nl_release(struct sk_buff *skb, struct genl_info *info)
{
	struct hvc_release_answer answer = { .room = hvc_release_room };
	struct hvc_request req = {};
	unsigned int i;
	void *hdr;
	int err;

	err = hvc_need_admin(skb, info->extack);
	if (err)
		return err;
	err = hvc_parse_request(info, &req);
	if (!err)
		err = hvc_request_release(&req, &answer);
	if (err)
		goto out;
	hdr = genlmsg_put_reply(answer.msg, info, &hvc_genl_family, 0, HVCLAIM_CMD_RELEASE);
	err = nla_put_u32(answer.msg, HVCLAIM_A_CLAIM_CHANGED, answer.changed);
	for (i = 0; i < answer.n_refs && !err; i++)
		err = hvc_put_ref(answer.msg, &answer.refs[i]);
	genlmsg_end(answer.msg, hdr);
	err = hvc_reply(answer.msg, info, err);
out:
	kvfree(answer.refs);
	hvc_request_free(&req);
	return err;
}

int hvc_nl_claim_get(struct sk_buff *skb, struct genl_info *info)
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

int hvc_nl_claim_start(struct netlink_callback *cb)
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

int hvc_nl_claim_dump(struct sk_buff *skb, struct netlink_callback *cb)
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
