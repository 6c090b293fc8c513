// SPDX-License-Identifier: GPL-2.0-only
/*
 * claim_boot.c - the boot rule of a claim
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <string.h>

#include "lib/journal.h"
#include "claim_boot.h"

int claim_boot_prepare(struct target *t, const struct request_options *o, struct claim_boot *b)
{
	struct boot_change *c = &b->change;
	int rc;

	*b = (struct claim_boot){ .change.files.lock = -1 };
	rc = rules_read(t, o, true, &b->rules);
	if (!rc)
		rc = boot_change_open(c);
	if (rc)
		return rc;
	c->text[BOOT_FILE] = boot_add(c->files.text[BOOT_FILE], &b->rules, boot_head(BOOT_FILE));
	if (c->text[BOOT_FILE])
		return EXIT_DONE;
	error_say("%s", strerror(ENOMEM));
	return EXIT_ERROR;
}

int claim_boot_write(struct claim_boot *b)
{
	return boot_change_commit(&b->change);
}

void claim_boot_undo(struct claim_boot *b)
{
	boot_change_undo(&b->change);
}

void claim_boot_report(struct claim_boot *b, bool dry_run, struct json_object *o)
{
	struct json_object *boot = json_object_new_object(), *list = json_object_new_array();
	bool changed = boot_changed(&b->change);

	boot_opts.dry_run = dry_run;
	for (size_t i = 0; i < b->rules.n; i++) {
		json_object_array_add(list, json_object_new_string(b->rules.v[i]));
		if (!globals.json)
			printf("boot rule %s: %s\n",
			       !changed	 ? "there already"
			       : dry_run ? "would be added"
					 : "added",
			       b->rules.v[i]);
		if (changed && !dry_run)
			journal_rule("boot add", b->rules.v[i], "added");
	}
	fflush(stdout);
	json_object_object_add(boot, "rules", list);
	json_add_bool(boot, "changed", changed && !dry_run);
	boot_finish(changed, boot);
	if (o)
		json_object_object_add(o, "boot", boot);
	else
		json_object_put(boot);
}

void claim_boot_close(struct claim_boot *b)
{
	boot_change_close(&b->change);
	rule_list_free(&b->rules);
}
