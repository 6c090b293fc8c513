/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * rule_judge.h - rules from the command line, and what speaks against them on this host
 *
 * Calls return an exit code, as those of target.h do.
 */
#ifndef HVCLAIM_RULE_JUDGE_H
#define HVCLAIM_RULE_JUDGE_H

#include <json-c/json.h>

#include "device/request.h"
#include "boot/rule_text.h"

/** struct judged - one rule as the module shall see it */
struct judged {
	char text[HVCLAIM_RULE_TEXT_MAX + 1];
	char owner[HVCLAIM_NAME_MAX + 1];
	struct addr *fns; /* that it means now */
	size_t n;
	struct findings findings; /* of module and helper */
	bool refused;		  /* it would take what the host stands on, and that is not allowed */
	bool changed;		  /* for the caller */
	char *warning;		  /* or NULL */
};

struct judgements {
	struct judged *v;
	size_t n;
};

/**
 * rules_read() - the rules that somebody names
 * @t: open
 * @o: the words, and what holds for those that do not say themselves
 * @pin: as for rule_resolve()
 * @out: rules are appended
 */
int rules_read(struct target *t, const struct request_options *o, bool pin, struct rule_list *out);

/**
 * rules_judge() - what would come of rules
 * @t: open; what is picked is forgotten
 * @rules: as the module shall see them
 * @out: one entry a rule
 *
 * Returns EXIT_DONE also when rules are refused.
 */
int rules_judge(struct target *t, const struct rule_list *rules, struct judgements *out);

/** rules_refused() - say why, when one is refused: EXIT_REFUSED; else EXIT_DONE */
int rules_refused(struct target *t, const char *verb, const struct judgements *all);

/** rules_warn() - on stderr, what is worth knowing about rules that are not refused */
void rules_warn(struct target *t, const struct judgements *all);

/** json_judged() - a rule, what it means, and what was found */
struct json_object *json_judged(const struct judged *j, struct explain_ctx *ctx);

void judgements_free(struct judgements *all);

#endif
