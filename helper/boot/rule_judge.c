// SPDX-License-Identifier: GPL-2.0-only
/*
 * rule_judge.c - rules from the command line, and what speaks against them on this host
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "device/report.h"
#include "boot/rule_judge.h"
#include "device/select_priv.h"

static int no_memory(void)
{
	error_say("%s", strerror(ENOMEM));
	return EXIT_ERROR;
}

/* One word of @o, where the rule does not say it itself. */
static void default_word(const char *text, const char *option, const char *given, char *word)
{
	if (!given)
		return;
	if (*word && strcmp(word, given))
		usage_error("rule \"%s\" says %s, %s says %s", text, word, option, given);
	memcpy(word, given, strlen(given) + 1);
}

static void defaults(const char *text, const struct request_options *o, struct rule_words *w)
{
	if (o->driver && !strcmp(o->driver, "auto"))
		usage_error("--driver auto: a rule has the name of a driver");
	default_word(text, "-o", o->owner, w->owner);
	default_word(text, "--backend", o->backend, w->backend);
	default_word(text, "--driver", o->driver, w->driver);
	w->whole_group |= o->whole_group;
	w->allow |= o->allow;
}

static int read_one(struct target *t, const char *text, const struct request_options *o, bool pin,
		    struct rule_list *out)
{
	const struct select_env env = target_env(t);
	_cleanup_(freep) char *err = NULL;
	struct rule_text *r = NULL;
	size_t column;
	int rc = rule_parse(text, &env, &r, &column, &err);

	if (rc) {
		error_say("%s", err ? err : strerror(ENOMEM));
		if (err && !globals.json)
			rule_caret(stderr, 4, text, column);
		return EXIT_USAGE;
	}
	defaults(text, o, &r->words);
	rc = rule_resolve(r, pin, &t->devs, &env, out, &err);
	rule_text_free(r);
	if (!rc)
		return EXIT_DONE;
	error_say("%s", err ? err : strerror(-rc));
	return rc == -EACCES ? EXIT_REFUSED : EXIT_ERROR;
}

int rules_read(struct target *t, const struct request_options *o, bool pin, struct rule_list *out)
{
	int rc = EXIT_DONE;

	for (size_t i = 0; !rc && i < o->selectors.n; i++)
		rc = read_one(t, o->selectors.v[i], o, pin, out);
	return rc;
}

/* Bridges that ids or a slot name besides are not meant, nor taken by the module. */
static void drop_bridges(struct target *t, const struct selector *sel)
{
	size_t n = 0;

	if (sel->kind != BY_IDS && sel->kind != BY_SLOT && !sel->path_any)
		return;
	for (size_t i = 0; i < t->n; i++)
		if (!dev_is_bridge(t->picked[i]))
			t->picked[n++] = t->picked[i];
	t->n = n;
}

static int pick(struct target *t, const struct rule_text *r, struct judged *j)
{
	const struct select_env env = target_env(t);
	_cleanup_(freep) char *err = NULL;
	int rc;

	target_unpick(t);
	rc = selector_match(r->selector, &t->devs, &env, &t->picked, &t->n, &err);
	if (rc == -ENOMEM)
		return no_memory();
	if (rc == -EACCES)
		t->n = 0;
	drop_bridges(t, r->selector);
	if (rc == -EACCES || !t->n) {
		j->warning = rc == -EACCES ? text_fmt("%s; the rule takes nothing while that is so", err)
					   : text_fmt("nothing that is there now matches");
		if (!j->warning)
			return no_memory();
	}
	rc = target_fns(t);
	if (rc)
		return rc;
	j->n = t->n;
	j->fns = target_addrs(t);
	return j->fns ? EXIT_DONE : no_memory();
}

/* What a guest must not take from under the host, whoever found it. */
static bool host_stands_on_it(const struct finding *f)
{
	return !f->allowed && f->severity != HVCLAIM_SEVERITY_NOTE &&
	       (f->reason == HVCLAIM_REASON_HOST_USE || f->reason == HVCLAIM_REASON_BOOT_VGA);
}

static int judge_one(struct target *t, const char *text, struct judged *j)
{
	_cleanup_(freep) char *err = NULL;
	struct nl_request req = { 0 };
	struct nl_verdict v = { 0 };
	struct rule_text *r = NULL;
	size_t column;
	int rc;

	if (rule_parse(text, NULL, &r, &column, &err)) {
		error_say("%s", err ? err : strerror(ENOMEM));
		return EXIT_USAGE;
	}
	snprintf(j->text, sizeof(j->text), "%s", text);
	snprintf(j->owner, sizeof(j->owner), "%s", *r->words.owner ? r->words.owner : RULE_OWNER_DEFAULT);
	rc = pick(t, r, j);
	if (rc || !j->n)
		goto out;
	req = (struct nl_request){
		.fns = t->fns,
		.n_fns = t->n,
		.owner = j->owner,
		.backend = *r->words.backend ? r->words.backend : NULL,
		.driver = *r->words.driver ? r->words.driver : NULL,
		.allow = r->words.allow,
		.whole_group = r->words.whole_group,
	};
	rc = target_usage(t, &req);
	if (!rc && t->nl && am_root()) {
		rc = target_judge_each(t, &req, &v);
		j->findings = v.findings;
		v.findings = (struct findings){ 0 };
	} else if (!rc) {
		j->findings = t->findings;
		t->findings = (struct findings){ 0 };
	}
	for (size_t i = 0; i < j->findings.n; i++)
		j->refused |= host_stands_on_it(&j->findings.v[i]);
out:
	nl_verdict_free(&v);
	rule_text_free(r);
	return rc;
}

int rules_judge(struct target *t, const struct rule_list *rules, struct judgements *out)
{
	int rc = EXIT_DONE;

	out->n = 0;
	out->v = calloc(rules->n + 1, sizeof(*out->v));
	if (!out->v)
		return no_memory();
	for (size_t i = 0; !rc && i < rules->n; i++)
		rc = judge_one(t, rules->v[i], &out->v[out->n++]);
	return rc;
}

int rules_refused(struct target *t, const char *verb, const struct judgements *all)
{
	struct findings list = { 0 };
	int rc = EXIT_DONE;

	for (size_t i = 0; i < all->n; i++)
		for (size_t k = 0; all->v[i].refused && k < all->v[i].findings.n; k++)
			if (findings_add(&list, &all->v[i].findings.v[k]))
				rc = no_memory();
	if (!rc && list.n)
		rc = target_refused(t, verb, &list);
	findings_free(&list);
	return rc;
}

/* That an interface is up now is no news about the next boot. */
static bool worth_a_warning(const struct finding *f)
{
	return !f->allowed && f->severity != HVCLAIM_SEVERITY_NOTE && f->reason != HVCLAIM_REASON_NETDEV_BUSY;
}

void rules_warn(struct target *t, const struct judgements *all)
{
	for (size_t i = 0; i < all->n; i++) {
		const struct judged *j = &all->v[i];
		struct findings list = { 0 };

		if (j->warning)
			error_say("warning: %s: %s", j->text, j->warning);
		for (size_t k = 0; k < j->findings.n; k++)
			if (worth_a_warning(&j->findings.v[k]) && findings_add(&list, &j->findings.v[k]))
				break;
		if (list.n) {
			error_say("warning: %s: as things are now, the module refuses it", j->text);
			findings_print(stderr, &list, t->explain, false);
		}
		findings_free(&list);
	}
}

struct json_object *json_judged(const struct judged *j, struct explain_ctx *ctx)
{
	struct json_object *o = json_object_new_object(), *list = json_object_new_array();
	char buf[ADDR_STR_LEN];

	json_add_str(o, "rule", j->text);
	json_add_str(o, "owner", j->owner);
	json_add_bool(o, "changed", j->changed);
	for (size_t i = 0; i < j->n; i++)
		json_object_array_add(list, json_object_new_string(addr_str(j->fns[i], buf)));
	json_object_object_add(o, "functions", list);
	json_object_object_add(o, "findings", json_findings(&j->findings, ctx));
	json_opt_str(o, "warning", j->warning);
	return o;
}

void judgements_free(struct judgements *all)
{
	for (size_t i = 0; i < all->n; i++) {
		free(all->v[i].fns);
		findings_free(&all->v[i].findings);
		free(all->v[i].warning);
	}
	free(all->v);
	*all = (struct judgements){ 0 };
}
