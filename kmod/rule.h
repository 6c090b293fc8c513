/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * rule.h - standing rules: which functions are claimed as soon as they are there
 */
#ifndef HVC_RULE_H
#define HVC_RULE_H

#include <linux/kref.h>
#include <linux/list.h>
#include <linux/uidgid.h>

#include "select.h"

struct hvc_claim;
struct hvc_dev;

/**
 * struct hvc_rule_match - what became of a function that a rule means; under the ledger's lock
 * @node: in &hvc_rule.matches, in the order of the addresses
 * @dev: the function; a reference
 * @claim: id of the claim that has it, or 0
 * @error: negative errno of why it could not be taken, or 0
 * @has_reason: @reason is valid
 * @reason: the finding that refused it
 * @msg: the same in words, or ""
 */
struct hvc_rule_match {
	struct list_head node;
	struct hvc_dev *dev;
	u32 claim;
	int error;
	bool has_reason;
	enum hvclaim_reason reason;
	char msg[80];
};

/**
 * struct hvc_rule - a standing rule
 * @node: in the list of rules, in the order in which they are tried
 * @ref: held by the list, and by whoever works with it
 * @id: its number
 * @source: where it is from
 * @text: as written
 * @spec: what it says
 * @mistake: why it says nothing: @mistake.column is not 0
 * @command: what asked for it
 * @uid: who asked
 * @login_uid: who had logged in, or invalid
 * @pid: which process, or 0
 * @matches: the functions that it means; under the ledger's lock
 */
struct hvc_rule {
	struct list_head node;
	struct kref ref;
	u32 id;
	enum hvclaim_rule_source source;
	char *text;
	struct hvc_spec spec;
	struct hvc_mistake mistake;
	char command[HVCLAIM_NAME_MAX + 1];
	kuid_t uid;
	kuid_t login_uid;
	pid_t pid;
	struct list_head matches;
};

/** struct hvc_verdict - what became of a function, for hvc_rule_note(); the fields are &hvc_rule_match's */
struct hvc_verdict {
	u32 claim;
	int error;
	bool has_reason;
	enum hvclaim_reason reason;
	const char *msg;
};

/** hvc_rules_disabled() - the option disable turns all rules off */
bool hvc_rules_disabled(void);

/**
 * hvc_rule_add() - add a rule at the end
 * @rule: with text, source and who asked, from hvc_rule_alloc(); its reference is the caller's still
 * @id: filled, also with that of the rule of the same text that there is already
 *
 * Context: may sleep; takes the ledger's lock.
 * Return: 0, or -EEXIST.
 */
int hvc_rule_add(struct hvc_rule *rule, u32 *id);

/**
 * hvc_rule_alloc() - make a rule from text
 * @text: as written
 *
 * Return: with a reference, and with @mistake.column set when it does not parse; or NULL.
 */
struct hvc_rule *hvc_rule_alloc(const char *text);

/** hvc_rule_put() - drop a reference; may sleep; accepts NULL */
void hvc_rule_put(struct hvc_rule *rule);

/** hvc_rule_del() - take a rule off the list; the ledger's lock held */
void hvc_rule_del(struct hvc_rule *rule);

/** hvc_rule_find() - the rule of a number (@id) or of a text (@text), or NULL; the ledger's lock held */
struct hvc_rule *hvc_rule_find(u32 id, const char *text);

/** hvc_rule_next() - the first rule with at least this number, with a reference, or NULL; any context */
struct hvc_rule *hvc_rule_next(u32 id);

/** hvc_rule_state() - what has become of a rule; the ledger's lock held */
enum hvclaim_rule_state hvc_rule_state(const struct hvc_rule *rule);

/** hvc_rule_match() - does a rule mean a function? A disabled or invalid one means none; any context */
enum hvc_match hvc_rule_match(const struct hvc_rule *rule, const struct hvc_dev *dev);

/**
 * hvc_rule_note() - note what became of a function that a rule means
 * @rule: the rule
 * @dev: the function
 * @verdict: what became of it; a refusal is logged, once
 *
 * Context: may sleep; the ledger's lock held.
 */
void hvc_rule_note(struct hvc_rule *rule, struct hvc_dev *dev, const struct hvc_verdict *verdict);

/** hvc_rules_ended() - a claim has ended: note it in the rules that mean its functions; lock held */
void hvc_rules_ended(struct hvc_claim *claim);

/** hvc_rules_init() - check what the option claim gave; undone by hvc_rules_exit() */
void hvc_rules_init(void);

/** hvc_rules_exit() - free all rules */
void hvc_rules_exit(void);

#endif
