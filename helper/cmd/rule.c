// SPDX-License-Identifier: GPL-2.0-only
/*
 * rule.c - hvclaim rule: standing rules of the running kernel
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lib/journal.h"
#include "lib/privs.h"
#include "device/report.h"
#include "boot/rule_judge.h"
#include "lib/words.h"
#include "sub.h"

enum {
	KEY_LATER = 0x6000,
	KEY_DRY_RUN,
	KEY_WAIT,
	KEY_ALL
};

#define WAIT_MAX 86400
#define POLL_NS	 50000000

static struct {
	struct sub_args sub;
	struct request_options request;
	bool later, dry_run, all;
	uint32_t wait;
} opts = { .wait = 60 };

static const struct argp_option options[] = {
	REQUEST_OPTIONS,
	{ "later", KEY_LATER, NULL, 0, "leave alone what is there already", 1 },
	{ "all", KEY_ALL, NULL, 0, "remove: every rule", 1 },
	{ "wait", KEY_WAIT, "S", 0, "seconds to wait until what is there is held (60); 0: do not", 1 },
	{ "dry-run", KEY_DRY_RUN, NULL, 0, "only tell what would come of it", 1 },
	{ 0 },
};

/* Every rule that is new is taken back when a later one of the same command fails. */
static void undo(struct target *t, const struct judgements *all, const uint32_t *ids)
{
	for (size_t i = 0; i < all->n; i++) {
		bool changed;

		if (all->v[i].changed)
			nl_rule_del(t->nl, ids[i], &changed);
	}
}

/* Whether the module has got to a function yet. */
static bool noted(const struct rule *r, struct addr a)
{
	for (size_t i = 0; i < r->n_matches; i++)
		if (!addr_cmp(r->matches[i].addr, a))
			return r->matches[i].claim || r->matches[i].error;
	return false;
}

/* Whether all that a rule meant when it was judged has been decided, and is held where it was not refused. */
static int settled(struct target *t, const struct judged *j, const struct rule *r, bool *yes)
{
	*yes = true;
	for (size_t i = 0; *yes && i < j->n; i++)
		*yes = noted(r, j->fns[i]);
	for (size_t i = 0; *yes && i < r->n_matches; i++) {
		struct claim c = { 0 };
		int rc = 0;

		if (!r->matches[i].claim || r->matches[i].error)
			continue;
		rc = nl_claim_get(t->nl, r->matches[i].claim, &c);
		*yes = rc == -ENOENT || c.state == HVCLAIM_CLAIM_STATE_HELD ||
		       c.state == HVCLAIM_CLAIM_STATE_GONE || c.state == HVCLAIM_CLAIM_STATE_REFUSED ||
		       c.state == HVCLAIM_CLAIM_STATE_DEGRADED;
		claim_free(&c);
		if (rc && rc != -ENOENT)
			return nl_failed(t->nl, "claim");
	}
	return EXIT_DONE;
}

/* Wait for what a rule takes; EXIT_PENDING when the time is over. @r is the rule then. */
static int follow(struct target *t, const struct judged *j, uint32_t id, const struct timespec *until,
		  struct rule *r)
{
	for (;;) {
		const struct timespec pause = { .tv_nsec = POLL_NS };
		struct timespec now;
		bool yes;
		int rc;

		rule_free(r);
		if (nl_rule_get(t->nl, id, r))
			return nl_failed(t->nl, "rule");
		rc = opts.later || !opts.wait ? EXIT_DONE : settled(t, j, r, &yes);
		if (rc || opts.later || !opts.wait || yes)
			return rc;
		clock_gettime(CLOCK_MONOTONIC, &now);
		if (now.tv_sec >= until->tv_sec)
			return EXIT_PENDING;
		nanosleep(&pause, NULL);
	}
}

static void print_added(const struct judged *j, const struct rule *r)
{
	_cleanup_(freep) char *fns = rule_functions(r);

	printf("rule %u %s: %s\n", r->id, j->changed ? "added" : "is there already", r->text);
	if (r->n_matches)
		printf("    %s: %s\n", rule_state_word(r->state), fns ? fns : "?");
	rule_details(stdout, r);
}

static int report_added(struct target *t, struct judgements *all, const uint32_t *ids)
{
	struct json_object *list = json_object_new_array(), *o = json_object_new_object();
	struct timespec until;
	bool changed = false;
	int rc = EXIT_DONE;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += opts.wait + 1;
	for (size_t i = 0; i < all->n; i++) {
		const struct judged *j = &all->v[i];
		struct rule r = { 0 };
		int one = follow(t, j, ids[i], &until, &r);

		changed |= j->changed;
		if (one && rc != EXIT_ERROR)
			rc = one;
		if (r.id) {
			struct json_object *rule = json_rule(&r);

			json_add_bool(rule, "changed", j->changed);
			json_object_array_add(list, rule);
			if (!globals.json)
				print_added(j, &r);
			if (one == EXIT_PENDING)
				error_say("rule %u: pending: not all that it matches is held yet", r.id);
			if (j->changed)
				journal_rule("rule add", j->text, rule_state_word(r.state));
		}
		rule_free(&r);
	}
	json_object_object_add(o, "rules", list);
	json_add_bool(o, "changed", changed);
	json_finish(o);
	return rc;
}

static int report_dry(struct target *t, const struct judgements *all)
{
	struct json_object *list = json_object_new_array(), *o = json_object_new_object();

	for (size_t i = 0; i < all->n; i++) {
		const struct judged *j = &all->v[i];
		char buf[ADDR_STR_LEN];

		json_object_array_add(list, json_judged(j, t->explain));
		if (globals.json)
			continue;
		printf("would be added: %s\n", j->text);
		for (size_t k = 0; k < j->n; k++)
			printf("    %s\n", addr_str(j->fns[k], buf));
		findings_print(stdout, &j->findings, t->explain, globals.verbose);
	}
	json_object_object_add(o, "rules", list);
	json_add_bool(o, "changed", false);
	json_finish(o);
	return EXIT_DONE;
}

static int load_drivers(struct target *t, const struct rule_list *rules)
{
	int rc = EXIT_DONE;

	for (size_t i = 0; !rc && i < rules->n; i++) {
		struct rule_text *r = NULL;
		char *err = NULL;
		size_t column;

		if (rule_parse(rules->v[i], NULL, &r, &column, &err)) {
			free(err);
			continue;
		}
		rc = request_load_driver(t->nl, *r->words.backend ? r->words.backend : NULL,
					 *r->words.driver ? r->words.driver : NULL);
		rule_text_free(r);
	}
	return rc;
}

/* What the module would refuse now is refused at once; that somebody else has it, it notes, and waits. */
static void refuse_as_claim_does(struct judgements *all)
{
	for (size_t i = 0; i < all->n; i++)
		for (size_t k = 0; k < all->v[i].findings.n; k++) {
			const struct finding *f = &all->v[i].findings.v[k];

			if (!f->allowed && f->severity != HVCLAIM_SEVERITY_NOTE &&
			    f->reason != HVCLAIM_REASON_HELD)
				all->v[i].refused = true;
		}
}

static int add(struct target *t)
{
	_cleanup_(rule_list_free) struct rule_list rules = { 0 };
	_cleanup_(judgements_free) struct judgements all = { 0 };
	uint32_t *ids = NULL;
	int rc = rules_read(t, &opts.request, false, &rules);

	if (!rc)
		rc = rules_judge(t, &rules, &all);
	if (rc)
		return rc;
	if (!opts.later) {
		refuse_as_claim_does(&all);
		rc = rules_refused(t, "rule", &all);
		if (rc)
			return rc;
		rules_warn(t, &all);
	}
	if (opts.dry_run)
		return report_dry(t, &all);
	rc = load_drivers(t, &rules);
	if (rc)
		return rc;
	ids = calloc(all.n + 1, sizeof(*ids));
	if (!ids) {
		error_say("%s", strerror(ENOMEM));
		return EXIT_ERROR;
	}
	for (size_t i = 0; !rc && i < all.n; i++)
		if (nl_rule_add(t->nl, all.v[i].text, opts.later, "hvclaim rule add", &ids[i],
				&all.v[i].changed))
			rc = nl_failed(t->nl, all.v[i].text);
	if (rc)
		undo(t, &all, ids);
	else
		rc = report_added(t, &all, ids);
	free(ids);
	return rc;
}

/* Whether a word names a rule: by its number, its text, or what it means. */
static bool names(struct target *t, const char *word, const struct rule *r)
{
	const struct select_env env = target_env(t);
	struct rule_text *want = NULL, *have = NULL;
	char *err = NULL, *end;
	size_t column;
	bool yes;

	if (!word[strspn(word, "0123456789")] && *word)
		return strtoul(word, &end, 10) == r->id;
	if (!strcmp(word, r->text))
		return true;
	yes = !rule_parse(word, &env, &want, &column, &err) &&
	      !rule_parse(r->text, NULL, &have, &column, &err) && rule_meant(want, have);
	rule_text_free(want);
	rule_text_free(have);
	free(err);
	return yes;
}

static int check_words(struct target *t)
{
	const struct select_env env = target_env(t);

	for (size_t i = 0; i < opts.request.selectors.n; i++) {
		const char *word = opts.request.selectors.v[i];
		_cleanup_(freep) char *err = NULL;
		struct rule_text *r = NULL;
		size_t column;

		if (*word && !word[strspn(word, "0123456789")])
			continue;
		if (rule_parse(word, &env, &r, &column, &err)) {
			error_say("%s", err ? err : strerror(ENOMEM));
			return EXIT_USAGE;
		}
		rule_text_free(r);
	}
	return EXIT_DONE;
}

static int drop(struct target *t)
{
	_cleanup_(rules_free) struct rules rules = { 0 };
	struct json_object *list, *o;
	bool changed = false;
	size_t n = 0;

	if (nl_rules(t->nl, &rules))
		return nl_failed(t->nl, "reading the list of rules");
	list = json_object_new_array();
	o = json_object_new_object();
	for (size_t i = 0; i < rules.n; i++) {
		const struct rule *r = &rules.v[i];
		bool meant = opts.all, one;
		int rc;

		for (size_t k = 0; !meant && k < opts.request.selectors.n; k++)
			meant = names(t, opts.request.selectors.v[k], r);
		if (!meant)
			continue;
		rc = opts.dry_run ? 0 : nl_rule_del(t->nl, r->id, &one);
		if (rc && rc != -ENOENT) {
			json_object_put(list);
			json_object_put(o);
			return nl_failed(t->nl, r->text);
		}
		changed |= !opts.dry_run && !rc;
		if (!opts.dry_run && !rc)
			journal_rule("rule remove", r->text, "removed");
		n++;
		json_object_array_add(list, json_rule(r));
		if (!globals.json)
			printf("rule %u %s: %s%s\n", r->id, opts.dry_run ? "would be removed" : "removed",
			       r->text, r->n_matches ? " (its claims stay)" : "");
	}
	json_object_object_add(o, "rules", list);
	json_add_bool(o, "changed", changed);
	json_finish(o);
	if (!n && !globals.json)
		printf("no such rule: nothing to remove\n");
	return EXIT_DONE;
}

static int list(struct target *t)
{
	static const char *const heads[] = { "RULE", "FROM", "STATE", "OWNER", "TEXT", "FUNCTIONS", NULL };
	_cleanup_(rules_free) struct rules rules = { 0 };
	struct json_object *all, *o;
	struct libscols_table *table;
	bool off = false;

	if (nl_rules(t->nl, &rules))
		return nl_failed(t->nl, "reading the list of rules");
	table = table_new(heads);
	all = json_object_new_array();
	for (size_t i = 0; i < rules.n; i++) {
		const struct rule *r = &rules.v[i];
		_cleanup_(freep) char *fns = rule_functions(r);
		char id[16];

		off |= r->state == HVCLAIM_RULE_STATE_DISABLED;
		json_object_array_add(all, json_rule(r));
		snprintf(id, sizeof(id), "%u", r->id);
		if (table)
			table_row(table,
				  (const char *const[]){
					  id, rule_source_word(r->source), rule_state_word(r->state),
					  *r->owner ? r->owner : "-", r->text, fns ? fns : "?" },
				  2,
				  severity_colour(
					  r->state == HVCLAIM_RULE_STATE_ACTIVE	   ? HVCLAIM_SEVERITY_NOTE
					  : r->state == HVCLAIM_RULE_STATE_WAITING ? HVCLAIM_SEVERITY_ASK
										   : HVCLAIM_SEVERITY_FATAL,
					  false));
	}
	o = json_object_new_object();
	json_object_object_add(o, "rules", all);
	if (globals.json) {
		json_print(o);
	} else {
		json_object_put(o);
		if (table)
			table_print(table);
		fflush(stdout);
		for (size_t i = 0; i < rules.n; i++)
			rule_details(stdout, &rules.v[i]);
	}
	if (off)
		error_say("WARNING: the module was loaded with disable=1: no rule is followed");
	if (nl_stale(t->nl))
		error_say("things changed each time that they were read: some of this may be old");
	return EXIT_DONE;
}

/* options that each takes */
enum {
	TAKES_REQUEST = 1,
	TAKES_LATER = 2,
	TAKES_DRY_RUN = 4,
	TAKES_ALL = 8
};

static bool remove_all(void)
{
	return opts.all;
}

static const struct hvc_sub subs[] = {
	{ "list", "", "the rules, and what became of them", 0, 0, 0, NULL, PRIVS_ASK },
	{ "add", "RULE…", "add rules; what matches now is taken, unless --later", 1, UINT_MAX,
	  TAKES_REQUEST | TAKES_LATER | TAKES_DRY_RUN, NULL, PRIVS_TAKE },
	{ "remove", "ID|RULE…|--all", "remove rules; what they have claimed stays claimed", 1, UINT_MAX,
	  TAKES_DRY_RUN | TAKES_ALL, remove_all, PRIVS_FOLLOW },
	{ 0 },
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	(void)state;
	switch (key) {
	case ARGP_KEY_ARG:
		if (!sub_choose(&opts.sub, "rule", subs, arg))
			words_add(&opts.request.selectors, arg);
		return 0;
	case KEY_LATER:
		opts.later = true;
		return sub_option(&opts.sub, TAKES_LATER, "--later");
	case KEY_ALL:
		opts.all = true;
		return sub_option(&opts.sub, TAKES_ALL, "--all");
	case KEY_DRY_RUN:
		opts.dry_run = true;
		return sub_option(&opts.sub, TAKES_DRY_RUN, "--dry-run");
	case KEY_WAIT:
		opts.wait = option_number("--wait", arg, 0, WAIT_MAX);
		return sub_option(&opts.sub, TAKES_LATER, "--wait");
	default:
		return sub_request(&opts.sub, TAKES_REQUEST, &opts.request, key, arg);
	}
}

static int run(void)
{
	_cleanup_(target_close) struct target t = { 0 };
	const struct hvc_sub *s = sub_check(&opts.sub, "rule", subs, opts.request.selectors.n);
	int rc;

	if (opts.all && opts.request.selectors.n)
		usage_error("rule remove takes rules or --all, not both");
	rc = need_root("rule");
	if (!rc)
		rc = target_open(&t, false);
	if (rc)
		return rc;
	if (s == &subs[0])
		return list(&t);
	if (s == &subs[1])
		return add(&t);
	rc = check_words(&t);
	return rc ? rc : drop(&t);
}

const struct hvc_cmd cmd_rule = {
	.name = "rule",
	.args = "list|add|remove [SELECTOR…] [OPTION…]",
	.doc = "standing rules of the running kernel",
	.subs = subs,
	.options = options,
	.parse = parse,
	.run = run,
};
