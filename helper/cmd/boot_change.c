// SPDX-License-Identifier: GPL-2.0-only
/*
 * boot_change.c - changing the files of boot rules, and what the initramfs has to do with it
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "boot.h"

const char *boot_head(enum boot_source which)
{
	if (which == BOOT_TRIAL)
		return "# Rules of hvclaim that hold for one boot: `hvclaim boot confirm` keeps them.\n";
	return "# Rules of hvclaim, one claim= each; `hvclaim boot` adds and removes them, and leaves all "
	       "else "
	       "alone.\n# They are in the initramfs, too, which must be made anew after a change.\n";
}

static int failed(const char *err)
{
	error_say("%s", err ? err : strerror(ENOMEM));
	return EXIT_ERROR;
}

int boot_change_open(struct boot_change *c)
{
	_cleanup_(freep) char *err = NULL;

	*c = (struct boot_change){ 0 };
	return boot_files_open(&hostfs_default, &c->files, &err) ? failed(err) : EXIT_DONE;
}

static bool differs(const struct boot_change *c, int which)
{
	return c->text[which] && strcmp(c->text[which], c->files.text[which]);
}

bool boot_changed(const struct boot_change *c)
{
	return differs(c, BOOT_FILE) || differs(c, BOOT_TRIAL);
}

int boot_change_commit(struct boot_change *c)
{
	for (int i = BOOT_FILE; !boot_opts.dry_run && i <= BOOT_TRIAL; i++) {
		_cleanup_(freep) char *err = NULL;

		if (!differs(c, i) || !boot_files_write(&c->files, i, c->text[i], &err))
			continue;
		failed(err);
		if (i == BOOT_TRIAL && differs(c, BOOT_FILE)) {
			_cleanup_(freep) char *worse = NULL;

			if (boot_files_restore(&c->files, BOOT_FILE, &worse))
				failed(worse);
		}
		return EXIT_ERROR;
	}
	return EXIT_DONE;
}

void boot_change_undo(struct boot_change *c)
{
	for (int i = BOOT_FILE; i <= BOOT_TRIAL; i++) {
		_cleanup_(freep) char *err = NULL;

		if (differs(c, i) && boot_files_restore(&c->files, i, &err))
			failed(err);
	}
}

void boot_change_close(struct boot_change *c)
{
	boot_files_close(&c->files);
	free(c->text[BOOT_FILE]);
	free(c->text[BOOT_TRIAL]);
}

static char *words(const char *const *command)
{
	char *s = NULL;

	for (; command && *command; command++)
		if (text_add(&s, "%s%s", s ? " " : "", *command))
			break;
	return s;
}

static int update(const char *const *command, bool *updated)
{
	_cleanup_(freep) char *err = NULL;

	if (!command) {
		error_say("--update: neither update-initramfs nor dracut nor mkinitcpio is here");
		return EXIT_ERROR;
	}
	if (initrd_update(command, &err))
		return failed(err);
	*updated = true;
	return EXIT_DONE;
}

/* What the initramfs of this boot had: the next one is that of the image. */
static void tell_running(struct json_object *o)
{
	struct bootinfo info;

	if (bootinfo_load(&hostfs_default, &info))
		return;
	json_add_bool(o, "running_hook", info.initramfs);
	json_add_bool(o, "running_module", info.initramfs && info.module);
	json_add_int(o, "running_rules", (int64_t)(info.initramfs ? info.rules.n : 0));
	if (!globals.json && globals.verbose) {
		if (!info.initramfs)
			printf("the initramfs of this boot knew nothing of hvclaim\n");
		else
			printf("the initramfs of this boot had %s and %zu rule%s\n",
			       info.module ? "the module" : "no module", info.rules.n,
			       info.rules.n == 1 ? "" : "s");
	}
	bootinfo_free(&info);
}

int boot_finish(bool changed, struct json_object *o)
{
	const char *const *command = initrd_command(&hostfs_default);
	_cleanup_(freep) char *line = words(command);
	struct json_object *i = json_object_new_object();
	struct initrd initrd = { 0 };
	bool updated = false, old;
	struct utsname kernel;
	int rc = EXIT_DONE;

	if (uname(&kernel) || initrd_find(&hostfs_default, kernel.release, &initrd))
		initrd = (struct initrd){ 0 };
	old = changed || initrd.old;
	if (boot_opts.update && old && !boot_opts.dry_run) {
		rc = update(command, &updated);
		old = !updated;
	}
	tell_running(i);
	json_opt_str(i, "image", initrd.path);
	if (initrd.path || old || updated)
		json_add_bool(i, "current", !old);
	json_add_bool(i, "updated", updated);
	json_opt_str(i, "command", line);
	json_object_object_add(o, "initramfs", i);
	if (!globals.json && old && !rc) {
		if (line)
			printf("the initramfs %s the rules as they are now; this makes it anew: %s\n",
			       boot_opts.dry_run ? "would not know" : "does not know", line);
		else if (initrd.path)
			printf("%s does not know the rules as they are now: make it anew\n", initrd.path);
	} else if (!globals.json && updated) {
		printf("the initramfs knows the rules now\n");
	}
	free(initrd.path);
	return rc;
}

void boot_module_rules(struct rules *out)
{
	_cleanup_(nl_closep) struct nl *nl = NULL;

	*out = (struct rules){ 0 };
	if (am_root() && module_loaded() && !nl_open(&nl) && nl_rules(nl, out))
		rules_free(out);
}

void boot_warn_disabled(const struct boot_rules *all)
{
	if (all->disabled)
		error_say("WARNING: hvclaim.disable=1 (%s): no rule is followed", all->disabled);
}
