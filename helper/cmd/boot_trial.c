// SPDX-License-Identifier: GPL-2.0-only
/*
 * boot_trial.c - hvclaim boot confirm, hvclaim boot settle: rules that hold for one boot
 *
 * A trial has had its boot when the initramfs recorded that it carried it out, or the module got it as an option.
 * settle, late in that boot, takes it out of the files, so that the next boot is without it; this one goes on with
 * it, and confirm makes it permanent, before settle or after.
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/journal.h"
#include "boot.h"

static int no_memory(void)
{
	error_say("%s", strerror(ENOMEM));
	return EXIT_ERROR;
}

/* Rules in the one spelling that have had their boot as a trial. */
static int find_tried(const struct boot_change *c, struct rule_list *out)
{
	_cleanup_(rule_list_free) struct rule_list trials = { 0 };
	_cleanup_(rules_free) struct rules module = { 0 };
	struct bootinfo info;
	int rc = bootinfo_load(&hostfs_default, &info);

	if (rc)
		return no_memory();
	rc = boot_known(c->files.text[BOOT_TRIAL], &trials);
	for (size_t i = 0; !rc && i < info.tried.n; i++) {
		_cleanup_(freep) char *text = rule_canonical(info.tried.v[i]);

		rc = text ? rule_list_add(out, text) : -ENOMEM;
	}
	bootinfo_free(&info);
	boot_module_rules(&module);
	for (size_t i = 0; !rc && i < module.n; i++) {
		_cleanup_(freep) char *text = NULL;

		if (module.v[i].source != HVCLAIM_RULE_SOURCE_OPTION)
			continue;
		text = rule_canonical(module.v[i].text);
		rc = !text ? -ENOMEM : rule_list_has(&trials, text) ? rule_list_add(out, text) : 0;
	}
	return rc ? no_memory() : EXIT_DONE;
}

/* What the trial file shall hold without @gone, which are in the one spelling. */
static int without(struct boot_change *c, const struct rule_list *gone)
{
	_cleanup_(boot_rules_free) struct boot_rules all = { 0 };
	_cleanup_(rule_list_free) struct rule_list exact = { 0 };
	int rc = boot_parse(c->files.text[BOOT_TRIAL], "", BOOT_TRIAL, &all);

	for (size_t i = 0; !rc && i < all.n; i++) {
		_cleanup_(freep) char *text = rule_canonical(all.v[i].text);

		rc = !text ? -ENOMEM : rule_list_has(gone, text) ? rule_list_add(&exact, all.v[i].text) : 0;
	}
	if (!rc)
		c->text[BOOT_TRIAL] = boot_remove(c->files.text[BOOT_TRIAL], &exact);
	return rc || !c->text[BOOT_TRIAL] ? no_memory() : EXIT_DONE;
}

static int report(const char *verb, const char *result, const struct rule_list *rules, bool changed)
{
	struct json_object *o = json_object_new_object(), *list = json_object_new_array();
	int rc;

	for (size_t i = 0; i < rules->n; i++) {
		json_object_array_add(list, json_object_new_string(rules->v[i]));
		if (!globals.json)
			printf("%s%s: %s\n", boot_opts.dry_run ? "would be " : "", result, rules->v[i]);
		if (!boot_opts.dry_run && changed)
			journal_rule(verb, rules->v[i], result);
	}
	if (!rules->n && !globals.json)
		printf("no trial that has had its boot\n");
	fflush(stdout);
	json_object_object_add(o, "rules", list);
	json_add_bool(o, "changed", changed && !boot_opts.dry_run);
	rc = boot_finish(changed, o);
	json_finish(o);
	return rc;
}

/* Those of the tried ones that are named; all when none is. */
static int pick(const struct rule_list *tried, struct rule_list *out)
{
	const struct words_list *words = &boot_opts.request.selectors;

	for (size_t i = 0; !words->n && i < tried->n; i++)
		if (rule_list_add(out, tried->v[i]))
			return no_memory();
	for (size_t k = 0; k < words->n; k++) {
		_cleanup_(freep) char *text = rule_canonical(words->v[k]);

		if (!text)
			return no_memory();
		if (!rule_list_has(tried, text)) {
			error_say("%s is no trial that has had its boot; `hvclaim boot list` shows them",
				  words->v[k]);
			return EXIT_ERROR;
		}
		if (rule_list_add(out, text))
			return no_memory();
	}
	return EXIT_DONE;
}

static int confirm(struct boot_change *c)
{
	_cleanup_(rule_list_free) struct rule_list tried = { 0 };
	_cleanup_(rule_list_free) struct rule_list keep = { 0 };
	int rc = find_tried(c, &tried);

	if (!rc)
		rc = pick(&tried, &keep);
	if (!rc && keep.n) {
		c->text[BOOT_FILE] = boot_add(c->files.text[BOOT_FILE], &keep, boot_head(BOOT_FILE));
		rc = c->text[BOOT_FILE] ? without(c, &keep) : no_memory();
	}
	if (!rc)
		rc = boot_change_commit(c);
	return rc ? rc : report("boot confirm", "confirmed", &keep, boot_changed(c));
}

/*
 * With the initramfs: without that, the next boot would try again. When it cannot be made, the trial stays in its
 * file, as it is in the initramfs, and is settled at the next boot.
 */
static int settle(struct boot_change *c)
{
	_cleanup_(rule_list_free) struct rule_list tried = { 0 };
	_cleanup_(rule_list_free) struct rule_list trials = { 0 };
	_cleanup_(rule_list_free) struct rule_list over = { 0 };
	int rc = find_tried(c, &tried);

	if (!rc && boot_known(c->files.text[BOOT_TRIAL], &trials))
		rc = no_memory();
	for (size_t i = 0; !rc && i < trials.n; i++)
		if (rule_list_has(&tried, trials.v[i]) && rule_list_add(&over, trials.v[i]))
			rc = no_memory();
	if (!rc && over.n)
		rc = without(c, &over);
	if (!rc)
		rc = boot_change_commit(c);
	if (rc)
		return rc;
	boot_opts.update = boot_changed(c) && initrd_command(&hostfs_default);
	rc = report("boot settle", "over", &over, boot_changed(c));
	if (rc && !boot_opts.dry_run)
		boot_change_undo(c);
	return rc;
}

static int with_files(const char *what, int (*fn)(struct boot_change *c))
{
	struct boot_change c;
	int rc = need_root(what);

	if (rc)
		return rc;
	rc = boot_change_open(&c);
	if (!rc)
		rc = fn(&c);
	boot_change_close(&c);
	return rc;
}

int boot_run_confirm(void)
{
	return with_files("boot confirm", confirm);
}

int boot_run_settle(void)
{
	return with_files("boot settle", settle);
}
