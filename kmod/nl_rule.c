// SPDX-License-Identifier: GPL-2.0-only
/*
 * nl_rule.c - rule-add, rule-del and rule-get
 */
#include <linux/mutex.h>
#include <linux/slab.h>

#include "arrive.h"
#include "compat/dump.h"
#include "compat/extack.h"
#include "nl.h"
#include "rule.h"

/* The attributes that a form of a command takes, and who may */
static int hvc_rule_may(struct sk_buff *skb, struct nlattr **attrs, u64 ok, struct netlink_ext_ack *extack)
{
	int err = hvc_need_admin(skb, extack);

	return err ?: hvc_parse_only(attrs, HVCLAIM_A_RULE_MAX, ok, extack);
}

static int hvc_rule_answer(struct sk_buff *msg, struct genl_info *info, u8 cmd, u32 id, bool changed)
{
	void *hdr = genlmsg_put_reply(msg, info, &hvc_genl_family, 0, cmd);

	if (!hdr || nla_put_u32(msg, HVCLAIM_A_RULE_ID, id) ||
	    nla_put_u32(msg, HVCLAIM_A_RULE_CHANGED, changed)) {
		nlmsg_free(msg);
		return -EMSGSIZE;
	}
	genlmsg_end(msg, hdr);
	return genlmsg_reply(msg, info);
}

/* A rule from a message; with the message's sender, or an ERR_PTR() */
static struct hvc_rule *hvc_rule_read(struct genl_info *info)
{
	const struct nlattr *attr = info->attrs[HVCLAIM_A_RULE_TEXT];
	struct hvc_request who = {};
	struct hvc_rule *rule;

	rule = hvc_rule_alloc(nla_data(attr));
	if (!rule)
		return ERR_PTR(-ENOMEM);
	if (rule->mistake.column) {
		NL_SET_ERR_MSG_ATTR_FMT(info->extack, attr, "column %u: %s", rule->mistake.column,
					rule->mistake.msg);
		hvc_rule_put(rule);
		return ERR_PTR(-EINVAL);
	}
	if (!hvc_backend_find(rule->spec.backend)) {
		NL_SET_ERR_MSG_ATTR_FMT(info->extack, attr, "no backend %s on this host",
					*rule->spec.backend ? rule->spec.backend : "can bind");
		hvc_rule_put(rule);
		return ERR_PTR(-ENOENT);
	}
	hvc_parse_who(info, info->attrs[HVCLAIM_A_RULE_COMMAND], &who);
	rule->source = HVCLAIM_RULE_SOURCE_REQUEST;
	rule->uid = who.uid;
	rule->login_uid = who.login_uid;
	rule->pid = who.pid;
	strscpy(rule->command, who.command, sizeof(rule->command));
	return rule;
}

int hvc_nl_rule_add(struct sk_buff *skb, struct genl_info *info)
{
	struct hvc_rule *rule;
	struct sk_buff *msg;
	bool changed;
	int err;
	u32 id;

	err = hvc_rule_may(skb, info->attrs,
			   BIT_ULL(HVCLAIM_A_RULE_TEXT) | BIT_ULL(HVCLAIM_A_RULE_LATER) |
				   BIT_ULL(HVCLAIM_A_RULE_COMMAND),
			   info->extack);
	if (err)
		return err;
	if (GENL_REQ_ATTR_CHECK(info, HVCLAIM_A_RULE_TEXT)) {
		NL_SET_ERR_MSG(info->extack, "the text of a rule is needed");
		return -EINVAL;
	}
	/* the answer first: what is queued cannot be taken back for want of memory */
	msg = genlmsg_new(NLMSG_GOODSIZE, GFP_KERNEL);
	if (!msg)
		return -ENOMEM;
	rule = hvc_rule_read(info);
	if (IS_ERR(rule)) {
		nlmsg_free(msg);
		return PTR_ERR(rule);
	}
	changed = !hvc_rule_add(rule, &id);
	err = 0;
	if (changed && !nla_get_flag(info->attrs[HVCLAIM_A_RULE_LATER]))
		err = hvc_arrive_present(rule);
	if (err) {
		mutex_lock(&hvc_ledger_lock);
		/* somebody may have been quicker */
		if (!list_empty(&rule->node))
			hvc_rule_del(rule);
		mutex_unlock(&hvc_ledger_lock);
		nlmsg_free(msg);
	}
	hvc_rule_put(rule);
	return err ?: hvc_rule_answer(msg, info, HVCLAIM_CMD_RULE_ADD, id, changed);
}

/* The rule that a message names; the ledger's lock held */
static struct hvc_rule *hvc_rule_named(struct genl_info *info)
{
	const struct nlattr *id = info->attrs[HVCLAIM_A_RULE_ID], *text = info->attrs[HVCLAIM_A_RULE_TEXT];
	struct hvc_rule *rule = hvc_rule_find(id ? nla_get_u32(id) : 0, text ? nla_data(text) : NULL);

	if (!rule && id)
		NL_SET_ERR_MSG_ATTR_FMT(info->extack, id, "no rule %u", nla_get_u32(id));
	else if (!rule)
		NL_SET_ERR_MSG_ATTR(info->extack, text, "no rule of this text");
	return rule;
}

int hvc_nl_rule_del(struct sk_buff *skb, struct genl_info *info)
{
	struct hvc_rule *rule;
	struct sk_buff *msg;
	int err;
	u32 id;

	err = hvc_rule_may(skb, info->attrs, BIT_ULL(HVCLAIM_A_RULE_ID) | BIT_ULL(HVCLAIM_A_RULE_TEXT),
			   info->extack);
	if (err)
		return err;
	if (!info->attrs[HVCLAIM_A_RULE_ID] == !info->attrs[HVCLAIM_A_RULE_TEXT]) {
		NL_SET_ERR_ATTR_MISS(info->extack, NULL, HVCLAIM_A_RULE_ID);
		NL_SET_ERR_MSG(info->extack, "the number or the text of a rule is needed");
		return -EINVAL;
	}
	msg = genlmsg_new(NLMSG_GOODSIZE, GFP_KERNEL);
	if (!msg)
		return -ENOMEM;
	mutex_lock(&hvc_ledger_lock);
	rule = hvc_rule_named(info);
	if (rule) {
		id = rule->id;
		hvc_rule_del(rule);
	}
	mutex_unlock(&hvc_ledger_lock);
	if (!rule) {
		nlmsg_free(msg);
		return -ENOENT;
	}
	return hvc_rule_answer(msg, info, HVCLAIM_CMD_RULE_DEL, id, true);
}

int hvc_nl_rule_get(struct sk_buff *skb, struct genl_info *info)
{
	struct hvc_fill f = hvc_fill_reply(skb, info);
	struct hvc_rule *rule;
	struct sk_buff *msg;
	int err;

	err = hvc_rule_may(skb, info->attrs, BIT_ULL(HVCLAIM_A_RULE_ID), info->extack);
	if (err)
		return err;
	if (GENL_REQ_ATTR_CHECK(info, HVCLAIM_A_RULE_ID)) {
		NL_SET_ERR_MSG(info->extack, "the number of a rule is needed");
		return -EINVAL;
	}
	mutex_lock(&hvc_ledger_lock);
	rule = hvc_rule_named(info);
	if (!rule) {
		mutex_unlock(&hvc_ledger_lock);
		return -ENOENT;
	}
	msg = genlmsg_new(hvc_rule_size(rule), GFP_KERNEL);
	err = msg ? hvc_fill_rule(msg, rule, &f) : -ENOMEM;
	mutex_unlock(&hvc_ledger_lock);
	return msg ? hvc_reply(msg, info, err) : err;
}

static int hvc_rule_dump_may(struct netlink_callback *cb)
{
	return hvc_rule_may(cb->skb, hvc_dump_attrs(cb), BIT_ULL(HVCLAIM_A_RULE_STATE), cb->extack);
}

int hvc_nl_rule_start(struct netlink_callback *cb)
{
	struct hvc_rule *rule;
	size_t size = 0;
	u32 id = 0;

	while ((rule = hvc_rule_next(id + 1))) {
		id = rule->id;
		mutex_lock(&hvc_ledger_lock);
		size = max(size, hvc_rule_size(rule));
		mutex_unlock(&hvc_ledger_lock);
		hvc_rule_put(rule);
	}
	cb->min_dump_alloc = min_t(size_t, size, HVC_DUMP_MAX);
	return hvc_dump_mute(cb) ? 0 : hvc_rule_dump_may(cb);
}

int hvc_nl_rule_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct hvc_fill f = hvc_fill_dump(cb, HVCLAIM_CMD_RULE_GET);
	const struct nlattr *state = hvc_dump_attrs(cb)[HVCLAIM_A_RULE_STATE];
	struct hvc_rule *rule;
	u32 id = cb->args[0];
	int err;

	err = hvc_rule_dump_may(cb);
	if (err)
		return err;
	mutex_lock(&hvc_ledger_lock);
	cb->seq = hvc_generation();
	while (!err && (rule = hvc_rule_next(id + 1))) {
		if (!state || nla_get_u32(state) == hvc_rule_state(rule))
			err = hvc_fill_rule(skb, rule, &f);
		if (!err)
			id = rule->id;
		hvc_rule_put(rule);
	}
	mutex_unlock(&hvc_ledger_lock);
	cb->args[0] = id;
	/* what did not fit comes with the next part */
	return skb->len ?: err;
}
