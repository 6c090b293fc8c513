// SPDX-License-Identifier: GPL-2.0-only
/*
 * nl_rule.c - asking the module for its standing rules, and changing them
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <netlink/attr.h>

#include "nl/nl_parse.h"
#include "nl/nl_priv.h"

static int each_rule(struct nlmsghdr *msg, void *data)
{
	struct rules *all = data;
	struct rule *v = reallocarray(all->v, all->n + 1, sizeof(*v));

	if (!v)
		return -ENOMEM;
	all->v = v;
	memset(&v[all->n], 0, sizeof(*v));
	return parse_rule(msg, &v[all->n++]);
}

int nl_rules(struct nl *nl, struct rules *out)
{
	bool again = true;
	int err = 0;

	memset(out, 0, sizeof(*out));
	for (int i = 0; i < DUMP_TRIES && again && !err; i++) {
		struct nl_msg *msg = nl_begin(nl, HVCLAIM_CMD_RULE_GET, NLM_F_DUMP);

		rules_free(out);
		err = msg ? nl_talk(nl, msg, each_rule, out, &again) : nl->last.err;
	}
	nl->stale = again;
	return err;
}

static int each_one_rule(struct nlmsghdr *msg, void *data)
{
	return parse_rule(msg, data);
}

int nl_rule_get(struct nl *nl, uint32_t id, struct rule *out)
{
	struct nl_msg *msg = nl_begin(nl, HVCLAIM_CMD_RULE_GET, 0);

	memset(out, 0, sizeof(*out));
	if (!msg)
		return nl->last.err;
	nla_put_u32(msg, HVCLAIM_A_RULE_ID, id);
	return nl_talk(nl, msg, each_one_rule, out, NULL);
}

static int each_answer(struct nlmsghdr *msg, void *data)
{
	return parse_rule_answer(msg, data);
}

int nl_rule_add(struct nl *nl, const char *text, bool later, const char *command, uint32_t *id, bool *changed)
{
	struct nl_msg *msg = nl_begin_room(nl, HVCLAIM_CMD_RULE_ADD, 0, strlen(text));
	struct nl_answer answer = { 0 };
	int err;

	if (!msg)
		return nl->last.err;
	nla_put_string(msg, HVCLAIM_A_RULE_TEXT, text);
	if (later)
		nla_put_flag(msg, HVCLAIM_A_RULE_LATER);
	if (command)
		nla_put_string(msg, HVCLAIM_A_RULE_COMMAND, command);
	err = nl_talk(nl, msg, each_answer, &answer, NULL);
	*id = answer.ref.id;
	*changed = answer.changed;
	return err;
}

int nl_rule_del(struct nl *nl, uint32_t id, bool *changed)
{
	struct nl_msg *msg = nl_begin(nl, HVCLAIM_CMD_RULE_DEL, 0);
	struct nl_answer answer = { 0 };
	int err;

	if (!msg)
		return nl->last.err;
	nla_put_u32(msg, HVCLAIM_A_RULE_ID, id);
	err = nl_talk(nl, msg, each_answer, &answer, NULL);
	*changed = answer.changed;
	return err;
}
