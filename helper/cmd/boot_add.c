// SPDX-License-Identifier: GPL-2.0-only
/*
 * boot_add.c - hvclaim boot add: rules into our files
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

/* Which rules are new, and what the files shall hold. What becomes permanent is no trial any more. */
static int plan(struct boot_change *c, const struct rule_list *rules, struct judgements *all)
{
	const enum boot_source which = boot_opts.try ? BOOT_TRIAL : BOOT_FILE;
	struct rule_list have[2] = { 0 }, add = { 0 };
	int rc = boot_known(c->files.text[BOOT_FILE], &have[BOOT_FILE]);

	if (!rc)
		rc = boot_known(c->files.text[BOOT_TRIAL], &have[BOOT_TRIAL]);
	for (size_t i = 0; !rc && i < rules->n; i++) {
		struct judged *j = &all->v[i];

		j->changed = !rule_list_has(&have[BOOT_FILE], j->text) &&
			     !rule_list_has(&have[which], j->text);
		if (j->changed)
			rc = rule_list_add(&add, j->text);
	}
	if (!rc && add.n) {
		c->text[which] = boot_add(c->files.text[which], &add, boot_head(which));
		rc = c->text[which] ? 0 : -ENOMEM;
	}
	if (!rc && which == BOOT_FILE && have[BOOT_TRIAL].n) {
		c->text[BOOT_TRIAL] = boot_remove(c->files.text[BOOT_TRIAL], rules);
		rc = c->text[BOOT_TRIAL] ? 0 : -ENOMEM;
	}
	rule_list_free(&have[BOOT_FILE]);
	rule_list_free(&have[BOOT_TRIAL]);
	rule_list_free(&add);
	return rc ? no_memory() : EXIT_DONE;
}

static void print_one(const struct target *t, const struct judged *j, struct pci_names *names)
{
	char name[PCI_NAME_LEN], addr[ADDR_STR_LEN];

	printf("%s%s: %s\n",
	       !j->changed	   ? "there already"
	       : boot_opts.dry_run ? "would be added"
				   : "added",
	       j->changed && boot_opts.try ? " for one boot" : "", j->text);
	for (size_t i = 0; i < j->n; i++) {
		const struct dev *d = devs_find(&t->devs, j->fns[i]);

		if (d)
			printf("    %s %s\n", addr_str(j->fns[i], addr), pci_name(names, d, name));
	}
}

static int report(struct target *t, const struct judgements *all, bool changed)
{
	_cleanup_(pci_names_free) struct pci_names *names = globals.json ? NULL : pci_names_new();
	struct json_object *o = json_object_new_object(), *list = json_object_new_array();
	_cleanup_(freep) char *file = boot_file_name(&hostfs_default, boot_opts.try ? BOOT_TRIAL : BOOT_FILE);
	int rc;

	for (size_t i = 0; i < all->n; i++) {
		const struct judged *j = &all->v[i];

		json_object_array_add(list, json_judged(j, t->explain));
		if (!globals.json)
			print_one(t, j, names);
		if (j->changed && !boot_opts.dry_run)
			journal_rule("boot add", j->text, boot_opts.try ? "added for one boot" : "added");
	}
	fflush(stdout);
	json_object_object_add(o, "rules", list);
	json_opt_str(o, "file", file);
	json_add_bool(o, "trial", boot_opts.try);
	json_add_bool(o, "changed", changed && !boot_opts.dry_run);
	rc = boot_finish(changed, o);
	json_finish(o);
	return rc;
}

int boot_put(struct target *t, const struct rule_list *rules, const char *verb)
{
	_cleanup_(judgements_free) struct judgements all = { 0 };
	_cleanup_(boot_rules_free) struct boot_rules now = { 0 };
	struct boot_change c;
	int rc = rules_judge(t, rules, &all);

	if (!rc)
		rc = rules_refused(t, verb, &all);
	if (rc)
		return rc;
	rules_warn(t, &all);
	rc = boot_change_open(&c);
	if (!rc)
		rc = plan(&c, rules, &all);
	if (!rc)
		rc = boot_change_commit(&c);
	if (!rc) {
		_cleanup_(freep) char *err = NULL;

		rc = report(t, &all, boot_changed(&c));
		if (!boot_load(&hostfs_default, &now, &err))
			boot_warn_disabled(&now);
	}
	boot_change_close(&c);
	return rc;
}

int boot_run_add(void)
{
	_cleanup_(target_close) struct target t = { 0 };
	_cleanup_(rule_list_free) struct rule_list rules = { 0 };
	int rc = need_root("boot add");

	if (!rc)
		rc = target_open_host(&t);
	if (!rc)
		rc = rules_read(&t, &boot_opts.request, !boot_opts.as_written, &rules);
	return rc ? rc : boot_put(&t, &rules, "boot add");
}
