// SPDX-License-Identifier: GPL-2.0-only
/*
 * nl_error.c - why a request failed: the extended acknowledgement, which libnl does not read
 */
#define _GNU_SOURCE 1
#include <stdio.h>
#include <string.h>

#include <netlink/attr.h>
#include <netlink/genl/genl.h>
#include <netlink/msg.h>

#include "nl/nl_parse.h"

/* what requests may hold, by attribute set */
struct set {
	int max;
	const char *names[HVCLAIM_A_CLAIM_MAX + 1];
	const struct set *nested[HVCLAIM_A_CLAIM_MAX + 1];
};

static const struct set addr_set = {
	.max = HVCLAIM_A_ADDR_MAX,
	.names = {
		[HVCLAIM_A_ADDR_DOMAIN] = "domain",
		[HVCLAIM_A_ADDR_BUS] = "bus",
		[HVCLAIM_A_ADDR_DEVFN] = "devfn",
	},
};

static const struct set fn_set = {
	.max = HVCLAIM_A_CLAIM_FN_MAX,
	.names = {
		[HVCLAIM_A_CLAIM_FN_ADDR] = "addr",
		[HVCLAIM_A_CLAIM_FN_VENDOR] = "vendor",
		[HVCLAIM_A_CLAIM_FN_DEVICE] = "device",
	},
	.nested = { [HVCLAIM_A_CLAIM_FN_ADDR] = &addr_set },
};

static const struct set dev_set = {
	.max = HVCLAIM_A_DEV_MAX,
	.names = {
		[HVCLAIM_A_DEV_ADDR] = "addr",
		[HVCLAIM_A_DEV_GROUP] = "group",
		[HVCLAIM_A_DEV_STATE] = "state",
		[HVCLAIM_A_DEV_OWNER] = "owner",
		[HVCLAIM_A_DEV_WITH_FINDINGS] = "with-findings",
	},
	.nested = { [HVCLAIM_A_DEV_ADDR] = &addr_set },
};

static const struct set group_set = {
	.max = HVCLAIM_A_GROUP_MAX,
	.names = { [HVCLAIM_A_GROUP_ID] = "id" },
};

static const struct set claim_set = {
	.max = HVCLAIM_A_CLAIM_MAX,
	.names = {
		[HVCLAIM_A_CLAIM_ID] = "id",
		[HVCLAIM_A_CLAIM_FUNCTION] = "function",
		[HVCLAIM_A_CLAIM_OWNER] = "owner",
		[HVCLAIM_A_CLAIM_BACKEND] = "backend",
		[HVCLAIM_A_CLAIM_DRIVER] = "driver",
		[HVCLAIM_A_CLAIM_LIFETIME] = "lifetime",
		[HVCLAIM_A_CLAIM_ALLOW] = "allow",
		[HVCLAIM_A_CLAIM_WHOLE_GROUP] = "whole-group",
		[HVCLAIM_A_CLAIM_DEADLINE] = "deadline",
		[HVCLAIM_A_CLAIM_COMMAND] = "command",
		[HVCLAIM_A_CLAIM_STATE] = "state",
		[HVCLAIM_A_CLAIM_WHEN_IDLE] = "when-idle",
		[HVCLAIM_A_CLAIM_ALL] = "all",
		[HVCLAIM_A_CLAIM_GROUP_ID] = "group-id",
	},
	.nested = { [HVCLAIM_A_CLAIM_FUNCTION] = &fn_set },
};

static const struct set rule_set = {
	.max = HVCLAIM_A_RULE_MAX,
	.names = {
		[HVCLAIM_A_RULE_ID] = "id",
		[HVCLAIM_A_RULE_TEXT] = "text",
		[HVCLAIM_A_RULE_STATE] = "state",
		[HVCLAIM_A_RULE_LATER] = "later",
		[HVCLAIM_A_RULE_COMMAND] = "command",
	},
};

static const struct set *set_of(struct nlmsghdr *sent)
{
	const struct genlmsghdr *genl = nlmsg_data(sent);

	switch (genl->cmd) {
	case HVCLAIM_CMD_DEV_GET:
		return &dev_set;
	case HVCLAIM_CMD_GROUP_GET:
		return &group_set;
	case HVCLAIM_CMD_CHECK:
	case HVCLAIM_CMD_CLAIM:
	case HVCLAIM_CMD_RELEASE:
	case HVCLAIM_CMD_CLAIM_GET:
		return &claim_set;
	case HVCLAIM_CMD_RULE_ADD:
	case HVCLAIM_CMD_RULE_DEL:
	case HVCLAIM_CMD_RULE_GET:
		return &rule_set;
	default:
		return NULL;
	}
}

static void add_name(char *to, size_t size, const struct set *set, int type)
{
	const char *name = set && type > 0 && type <= set->max ? set->names[type] : NULL;
	size_t len = strlen(to);

	if (name)
		snprintf(to + len, size - len, "%s%s", len ? "." : "", name);
	else
		snprintf(to + len, size - len, "%s%d", len ? "." : "", type);
}

/*
 * Name the attribute at @offset of the request, with the nests that it is in. Returns the set of what is
 * in it, for the name of what is missing there; NULL when there is none.
 */
static const struct set *name_at(struct nlmsghdr *sent, uint32_t offset, char *to, size_t size)
{
	const struct nlattr *a, *head = nlmsg_attrdata(sent, GENL_HDRLEN);
	int len = nlmsg_attrlen(sent, GENL_HDRLEN), rem;
	const struct set *set = set_of(sent);
	const char *at = (const char *)sent + offset;

again:
	for (a = head, rem = len; nla_ok(a, rem); a = nla_next(a, &rem)) {
		const char *end = (const char *)a + NLA_HDRLEN + nla_len(a);

		if (at < (const char *)a || at >= end)
			continue;
		add_name(to, size, set, nla_type(a));
		set = set && nla_type(a) <= set->max ? set->nested[nla_type(a)] : NULL;
		if (at == (const char *)a || !set)
			return set;
		head = nla_data(a);
		len = nla_len(a);
		goto again;
	}
	return NULL;
}

/* Where the words are: behind the errno and, in NLMSG_ERROR, the request or its header */
static size_t words_at(const struct nlmsghdr *nlh)
{
	const struct nlmsgerr *e = NLMSG_DATA(nlh);
	size_t at;

	if (nlh->nlmsg_type == NLMSG_DONE)
		return NLMSG_LENGTH(NLMSG_ALIGN(sizeof(int)));
	at = NLMSG_LENGTH(sizeof(*e));
	if (nlh->nlmsg_len < at)
		return at; /* no kernel sends such */
	if (!(nlh->nlmsg_flags & NLM_F_CAPPED) && e->msg.nlmsg_len > NLMSG_HDRLEN)
		at += NLMSG_ALIGN(e->msg.nlmsg_len) - NLMSG_HDRLEN;
	return at;
}

static void name_attr(struct nlattr **tb, struct nlmsghdr *sent, struct nl_error *out)
{
	const struct nlattr *missing = tb[NLMSGERR_ATTR_MISS_TYPE], *nest = tb[NLMSGERR_ATTR_MISS_NEST];
	const struct nlattr *wrong = tb[NLMSGERR_ATTR_OFFS];
	const struct set *set = set_of(sent);

	if (missing && nla_len(missing) >= (int)sizeof(uint32_t)) {
		if (nest && nla_len(nest) >= (int)sizeof(uint32_t))
			set = name_at(sent, nla_get_u32(nest), out->attr, sizeof(out->attr));
		add_name(out->attr, sizeof(out->attr), set, (int)nla_get_u32(missing));
		out->attr_missing = true;
	} else if (wrong && nla_len(wrong) >= (int)sizeof(uint32_t)) {
		name_at(sent, nla_get_u32(wrong), out->attr, sizeof(out->attr));
	}
}

void parse_error(struct nlmsghdr *answer, struct nlmsghdr *sent, struct nl_error *out)
{
	struct nlattr *tb[NLMSGERR_ATTR_MISS_NEST + 1] = { 0 };
	size_t at = words_at(answer);

	if (!(answer->nlmsg_flags & NLM_F_ACK_TLVS) || at >= answer->nlmsg_len ||
	    nla_parse(tb, NLMSGERR_ATTR_MISS_NEST, (struct nlattr *)((char *)answer + at),
		      (int)(answer->nlmsg_len - at), NULL))
		return;
	if (tb[NLMSGERR_ATTR_MSG])
		nla_strlcpy(out->msg, tb[NLMSGERR_ATTR_MSG], sizeof(out->msg));
	name_attr(tb, sent, out);
}
