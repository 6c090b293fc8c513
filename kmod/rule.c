// SPDX-License-Identifier: GPL-2.0-only
/*
 * rule.c - standing rules: which functions are claimed as soon as they are there
 */
#include <linux/kernel.h>
#include <linux/moduleparam.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

#include "claim.h"
#include "rule.h"

static bool disable;
module_param(disable, bool, 0444);
MODULE_PARM_DESC(disable,
		 "turn all standing rules off (default: no): the way back into a host that claims too much");

/* what changes the list holds hvc_ledger_lock and hvc_rules_lock, what reads it one of them */
static DEFINE_SPINLOCK(hvc_rules_lock);
static LIST_HEAD(hvc_rules);
static u32 hvc_last_rule;

bool hvc_rules_disabled(void)
{
	return disable;
}

static void hvc_rule_forget(struct hvc_rule_match *m)
{
	list_del(&m->node);
	hvc_dev_put(m->dev);
	kfree(m);
}

static void hvc_rule_free(struct kref *ref)
{
	struct hvc_rule *rule = container_of(ref, struct hvc_rule, ref);
	struct hvc_rule_match *m, *next;

	list_for_each_entry_safe(m, next, &rule->matches, node)
		hvc_rule_forget(m);
	kfree(rule->text);
	kfree(rule);
}

void hvc_rule_put(struct hvc_rule *rule)
{
	if (rule)
		kref_put(&rule->ref, hvc_rule_free);
}

struct hvc_rule *hvc_rule_alloc(const char *text)
{
	struct hvc_rule *rule = kzalloc(sizeof(*rule), GFP_KERNEL);

	if (!rule)
		return NULL;
	kref_init(&rule->ref);
	INIT_LIST_HEAD(&rule->node);
	INIT_LIST_HEAD(&rule->matches);
	rule->login_uid = INVALID_UID;
	rule->text = kstrndup(text, HVCLAIM_RULE_TEXT_MAX, GFP_KERNEL);
	if (!rule->text) {
		kfree(rule);
		return NULL;
	}
	if (strlen(text) > HVCLAIM_RULE_TEXT_MAX) {
		rule->mistake.column = HVCLAIM_RULE_TEXT_MAX + 1;
		strscpy(rule->mistake.msg, "longer than a rule may be", sizeof(rule->mistake.msg));
	} else {
		hvc_spec_parse(rule->text, &rule->spec, &rule->mistake);
	}
	return rule;
}

struct hvc_rule *hvc_rule_find(u32 id, const char *text)
{
	struct hvc_rule *rule;

	lockdep_assert_held(&hvc_ledger_lock);
	list_for_each_entry(rule, &hvc_rules, node)
		if (rule->id == id || (text && !strcmp(rule->text, text)))
			return rule;
	return NULL;
}

struct hvc_rule *hvc_rule_next(u32 id)
{
	struct hvc_rule *rule, *found = NULL;

	spin_lock(&hvc_rules_lock);
	list_for_each_entry(rule, &hvc_rules, node) {
		if (rule->id < id)
			continue;
		kref_get(&rule->ref);
		found = rule;
		break;
	}
	spin_unlock(&hvc_rules_lock);
	return found;
}

int hvc_rule_add(struct hvc_rule *rule, u32 *id)
{
	struct hvc_rule *old;

	mutex_lock(&hvc_ledger_lock);
	old = hvc_rule_find(0, rule->text);
	if (!old) {
		kref_get(&rule->ref);
		spin_lock(&hvc_rules_lock);
		rule->id = ++hvc_last_rule;
		list_add_tail(&rule->node, &hvc_rules);
		spin_unlock(&hvc_rules_lock);
		hvc_generation_move();
	}
	*id = old ? old->id : rule->id;
	mutex_unlock(&hvc_ledger_lock);
	return old ? -EEXIST : 0;
}

void hvc_rule_del(struct hvc_rule *rule)
{
	lockdep_assert_held(&hvc_ledger_lock);
	spin_lock(&hvc_rules_lock);
	list_del_init(&rule->node);
	spin_unlock(&hvc_rules_lock);
	hvc_generation_move();
	hvc_rule_put(rule);
}

enum hvc_match hvc_rule_match(const struct hvc_rule *rule, const struct hvc_dev *dev)
{
	struct hvc_identity id;

	if (disable || rule->mistake.column)
		return HVC_MATCH_NO;
	/* a bridge can only be meant by its name, and is refused then */
	if (!hvc_is_endpoint(dev) && rule->spec.select.many)
		return HVC_MATCH_NO;
	id = hvc_dev_identity(dev);
	return hvc_select_match(&rule->spec.select, &id);
}

enum hvclaim_rule_state hvc_rule_state(const struct hvc_rule *rule)
{
	const struct hvc_rule_match *m;

	lockdep_assert_held(&hvc_ledger_lock);
	if (rule->mistake.column)
		return HVCLAIM_RULE_STATE_INVALID;
	if (disable)
		return HVCLAIM_RULE_STATE_DISABLED;
	list_for_each_entry(m, &rule->matches, node)
		if (m->error)
			return HVCLAIM_RULE_STATE_REFUSED;
	return list_empty(&rule->matches) ? HVCLAIM_RULE_STATE_WAITING : HVCLAIM_RULE_STATE_ACTIVE;
}

/* The note of a function, a new one where there is none; what has vanished without a claim is forgotten */
static struct hvc_rule_match *hvc_rule_note_get(struct hvc_rule *rule, struct hvc_dev *dev)
{
	struct hvc_rule_match *m, *next, *before = NULL;

	list_for_each_entry_safe(m, next, &rule->matches, node) {
		if (hvc_addr_eq(m->dev->addr, dev->addr)) {
			hvc_dev_get(dev);
			hvc_dev_put(m->dev);
			m->dev = dev;
			return m;
		}
		if (!m->claim && hvc_dev_gone(m->dev))
			hvc_rule_forget(m);
		else if (!before && hvc_addr_key(m->dev->addr) > hvc_addr_key(dev->addr))
			before = m;
	}
	m = kzalloc(sizeof(*m), GFP_KERNEL);
	if (!m)
		return NULL;
	m->dev = hvc_dev_get(dev);
	list_add_tail(&m->node, before ? &before->node : &rule->matches);
	return m;
}

static void hvc_rule_set(struct hvc_rule *rule, struct hvc_rule_match *m, const struct hvc_verdict *verdict)
{
	bool told = m->error == verdict->error && m->has_reason == verdict->has_reason &&
		    m->reason == verdict->reason;

	m->claim = verdict->claim;
	m->error = verdict->error;
	m->has_reason = verdict->has_reason;
	m->reason = verdict->reason;
	strscpy(m->msg, verdict->msg ?: "", sizeof(m->msg));
	hvc_generation_move();
	if (m->error && !told)
		pr_warn("hvclaim: rule %u \"%s\": " HVC_ADDR_FMT " is not claimed: %s\n", rule->id,
			rule->text, HVC_ADDR_ARGS(m->dev->addr), m->msg);
}

void hvc_rule_note(struct hvc_rule *rule, struct hvc_dev *dev, const struct hvc_verdict *verdict)
{
	struct hvc_rule_match *m;

	lockdep_assert_held(&hvc_ledger_lock);
	/* a note for which there is no memory is missing in rule-get; nothing else depends on it */
	m = hvc_rule_note_get(rule, dev);
	if (m)
		hvc_rule_set(rule, m, verdict);
}

static void hvc_rule_refused(struct hvc_rule *rule, struct hvc_rule_match *m, const struct hvc_claim *claim)
{
	const struct hvc_finding *blame = hvc_check_blame(&claim->findings);
	struct hvc_verdict verdict = { .error = claim->error, .msg = claim->error_msg };
	char msg[sizeof(m->msg)];

	if (claim->error == -EACCES && blame) {
		snprintf(msg, sizeof(msg), HVC_ADDR_FMT ": %s", HVC_ADDR_ARGS(blame->function),
			 hvc_reason_name(blame->reason));
		verdict.msg = msg;
		verdict.has_reason = true;
		verdict.reason = blame->reason;
	}
	hvc_rule_set(rule, m, &verdict);
}

void hvc_rules_ended(struct hvc_claim *claim)
{
	struct hvc_rule_match *m, *next;
	struct hvc_rule *rule;

	lockdep_assert_held(&hvc_ledger_lock);
	list_for_each_entry(rule, &hvc_rules, node) {
		list_for_each_entry_safe(m, next, &rule->matches, node) {
			if (m->claim != claim->id)
				continue;
			if (claim->state == HVCLAIM_CLAIM_STATE_REFUSED)
				hvc_rule_refused(rule, m, claim);
			else
				hvc_rule_forget(m);
		}
	}
}

/* One option claim=; a mistake stops neither the others nor the load */
static int hvc_rule_option(const char *val, const struct kernel_param *kp)
{
	struct hvc_rule *rule = hvc_rule_alloc(val ?: "");
	u32 id;

	if (!rule)
		return -ENOMEM;
	rule->source = HVCLAIM_RULE_SOURCE_OPTION;
	rule->uid = GLOBAL_ROOT_UID;
	strscpy(rule->command, "hvclaim.claim=", sizeof(rule->command));
	if (hvc_rule_add(rule, &id))
		pr_warn("hvclaim: claim=: \"%s\" is rule %u already\n", rule->text, id);
	hvc_rule_put(rule);
	return 0;
}

static const struct kernel_param_ops hvc_rule_param = {
	.flags = KERNEL_PARAM_OPS_FL_NOARG,
	.set = hvc_rule_option,
};
module_param_cb(claim, &hvc_rule_param, NULL, 0);
MODULE_PARM_DESC(claim, "a standing rule, SELECTOR[,key=value...]; may be given any number of times");

void hvc_rules_init(void)
{
	struct hvc_rule *rule;

	mutex_lock(&hvc_ledger_lock);
	list_for_each_entry(rule, &hvc_rules, node) {
		/* the options that say which backends there are may come behind this one */
		if (!rule->mistake.column && !hvc_backend_find(rule->spec.backend)) {
			rule->mistake.column = 1;
			snprintf(rule->mistake.msg, sizeof(rule->mistake.msg),
				 "no backend %.24s on this host",
				 *rule->spec.backend ? rule->spec.backend : "can bind");
		}
		if (rule->mistake.column)
			pr_err("hvclaim: claim=: \"%s\", column %u: %s; this rule does nothing\n", rule->text,
			       rule->mistake.column, rule->mistake.msg);
	}
	if (disable)
		pr_warn("hvclaim: disable=1: no rule is followed\n");
	mutex_unlock(&hvc_ledger_lock);
}

void hvc_rules_exit(void)
{
	struct hvc_rule *rule, *next;

	mutex_lock(&hvc_ledger_lock);
	list_for_each_entry_safe(rule, next, &hvc_rules, node)
		hvc_rule_del(rule);
	mutex_unlock(&hvc_ledger_lock);
}
