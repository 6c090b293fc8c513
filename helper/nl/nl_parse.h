/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * nl_parse.h - attributes to the helper's model; pure but for memory
 */
#ifndef HVCLAIM_NL_PARSE_H
#define HVCLAIM_NL_PARSE_H

#include <netlink/attr.h>
#include <netlink/msg.h>

#include "nl/nl.h"

/** struct nl_answer - what claim (@ref) and release (@refs, malloc'd) answer */
struct nl_answer {
	struct nl_ref ref;
	struct nl_ref *refs;
	size_t n_refs;
	bool changed;
};

/* Each fills @out from a message of the family. Unknown attributes are skipped. 0 or -ENOMEM. */
int parse_info(struct nlmsghdr *msg, struct info *out);
int parse_dev(struct nlmsghdr *msg, struct dev *out);
int parse_group(struct nlmsghdr *msg, struct group *out);
int parse_claim(struct nlmsghdr *msg, struct claim *out);
int parse_verdict(struct nlmsghdr *msg, struct nl_verdict *out);
int parse_answer(struct nlmsghdr *msg, struct nl_answer *out);
int parse_rule(struct nlmsghdr *msg, struct rule *out);
/** parse_rule_answer() - what rule-add and rule-del answer: the rule is in ref.id */
int parse_rule_answer(struct nlmsghdr *msg, struct nl_answer *out);

/**
 * parse_error() - the extack of an acknowledgement
 * @answer: NLMSG_ERROR, or NLMSG_DONE of a dump
 * @sent: the request, to look the blamed attribute up in
 * @out: msg and attr are filled where the answer has them
 */
void parse_error(struct nlmsghdr *answer, struct nlmsghdr *sent, struct nl_error *out);

#endif
