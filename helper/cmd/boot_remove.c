// SPDX-License-Identifier: GPL-2.0-only
/*
 * boot_remove.c - hvclaim boot remove: rules out of our files
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/journal.h"
#include "boot.h"

/** struct wanted - one word of the command line: its text, and what it can mean here */
struct wanted {
	const char *word;
	struct rule_list forms; /* as written, and as boot add would have written it */
};

static bool means(const struct wanted *w, const char *text)
{
	struct rule_text *have = NULL;
	char *err = NULL;
	size_t column;
	bool yes = w->word && !strcmp(w->word, text);

	if (yes || rule_parse(text, NULL, &have, &column, &err)) {
		free(err);
		return yes;
	}
	for (size_t i = 0; !yes && i < w->forms.n; i++) {
		struct rule_text *want = NULL;

		if (rule_parse(w->forms.v[i], NULL, &want, &column, &err)) {
			free(err);
			continue;
		}
		yes = rule_meant(want, have);
		rule_text_free(want);
	}
	rule_text_free(have);
	return yes;
}

/* The device may be gone by now: what it would have been resolved to is known only while it is there. */
static int read_word(struct target *t, const char *word, const struct boot_rules *all, struct wanted *w)
{
	const struct select_env env = target_env(t);
	_cleanup_(freep) char *err = NULL;
	_cleanup_(freep) char *unknown = NULL;
	struct rule_text *r = NULL;
	size_t column;
	int rc = EXIT_DONE;

	w->word = word;
	for (size_t i = 0; i < all->n; i++)
		if (!strcmp(all->v[i].text, word))
			return EXIT_DONE; /* also one that does not parse */
	if (rule_parse(word, &env, &r, &column, &err)) {
		error_say("%s", err ? err : strerror(ENOMEM));
		return EXIT_USAGE;
	}
	if (rule_is_kernels(r)) {
		_cleanup_(freep) char *text = rule_format(r);

		if (!text || rule_list_add(&w->forms, text))
			rc = EXIT_ERROR;
	}
	if (!rc && rule_resolve(r, true, &t->devs, &env, &w->forms, &unknown) == -ENOMEM)
		rc = EXIT_ERROR;
	if (rc)
		error_say("%s", strerror(ENOMEM));
	rule_text_free(r);
	return rc;
}

static bool meant(const struct wanted *w, size_t n, const char *text)
{
	for (size_t i = 0; i < n; i++)
		if (means(&w[i], text))
			return true;
	return boot_opts.all;
}

/* What others wrote is theirs to change: an error when nothing of ours was meant. */
static int say_foreign(const struct boot_rules *all, const struct wanted *w, size_t n,
		       const struct rule_list *gone)
{
	int rc = EXIT_DONE;

	for (size_t i = 0; !boot_opts.all && i < all->n; i++) {
		const struct boot_rule *r = &all->v[i];

		if ((r->source != BOOT_OTHER && r->source != BOOT_CMDLINE) || !meant(w, n, r->text))
			continue;
		rc = gone->n ? EXIT_DONE : EXIT_ERROR;
		if (r->source == BOOT_CMDLINE)
			error_say("%s is on the kernel's command line: remove it from the boot loader's "
				  "configuration",
				  r->text);
		else
			error_say("%s is in %s, line %zu: not written by hvclaim boot, remove it there",
				  r->text, r->file, r->line);
	}
	return rc;
}

static int plan(struct boot_change *c, const struct rule_list *gone)
{
	for (int i = BOOT_FILE; gone->n && i <= BOOT_TRIAL; i++) {
		c->text[i] = boot_remove(c->files.text[i], gone);
		if (!c->text[i]) {
			error_say("%s", strerror(ENOMEM));
			return EXIT_ERROR;
		}
	}
	return EXIT_DONE;
}

static int report(const struct rule_list *gone)
{
	struct json_object *o = json_object_new_object(), *list = json_object_new_array();
	int rc;

	for (size_t i = 0; i < gone->n; i++) {
		json_object_array_add(list, json_object_new_string(gone->v[i]));
		if (!globals.json)
			printf("%s: %s\n", boot_opts.dry_run ? "would be removed" : "removed", gone->v[i]);
		if (!boot_opts.dry_run)
			journal_rule("boot remove", gone->v[i], "removed");
	}
	if (!gone->n && !globals.json)
		printf("no such boot rule: nothing to remove\n");
	fflush(stdout);
	json_object_object_add(o, "rules", list);
	json_add_bool(o, "changed", gone->n && !boot_opts.dry_run);
	rc = boot_finish(gone->n, o);
	json_finish(o);
	return rc;
}

static int remove_them(struct target *t, struct wanted *w)
{
	const struct words_list *words = &boot_opts.request.selectors;
	_cleanup_(boot_rules_free) struct boot_rules all = { 0 };
	_cleanup_(rule_list_free) struct rule_list gone = { 0 };
	_cleanup_(freep) char *err = NULL;
	struct boot_change c;
	int rc = boot_change_open(&c);

	if (!rc && boot_load(&hostfs_default, &all, &err)) {
		error_say("%s", err ? err : strerror(ENOMEM));
		rc = EXIT_ERROR;
	}
	for (size_t i = 0; !rc && i < words->n; i++)
		rc = read_word(t, words->v[i], &all, &w[i]);
	for (size_t i = 0; !rc && i < all.n; i++)
		if (all.v[i].source != BOOT_OTHER && all.v[i].source != BOOT_CMDLINE &&
		    meant(w, words->n, all.v[i].text) && rule_list_add(&gone, all.v[i].text))
			rc = EXIT_ERROR;
	if (!rc)
		rc = say_foreign(&all, w, words->n, &gone);
	if (!rc)
		rc = plan(&c, &gone);
	if (!rc)
		rc = boot_change_commit(&c);
	if (!rc)
		rc = report(&gone);
	boot_change_close(&c);
	return rc;
}

int boot_run_remove(void)
{
	const size_t n = boot_opts.request.selectors.n;
	_cleanup_(target_close) struct target t = { 0 };
	struct wanted *w = NULL;
	int rc = EXIT_DONE;

	if (boot_opts.all && n)
		usage_error("boot remove takes rules or --all, not both");
	rc = need_root("boot remove");
	if (!rc)
		rc = target_open_host(&t);
	if (rc)
		return rc;
	w = calloc(n + 1, sizeof(*w));
	if (w) {
		rc = remove_them(&t, w);
	} else {
		error_say("%s", strerror(ENOMEM));
		rc = EXIT_ERROR;
	}
	for (size_t i = 0; w && i < n; i++)
		rule_list_free(&w[i].forms);
	free(w);
	return rc;
}
