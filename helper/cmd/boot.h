/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * boot.h - what the files of hvclaim boot share
 */
#ifndef HVCLAIM_BOOT_H
#define HVCLAIM_BOOT_H

#include "boot/bootfile.h"
#include "boot/bootinfo.h"
#include "device/report.h"
#include "boot/rule_judge.h"
#include "sub.h"

/** struct boot_opts - options of all second words */
struct boot_opts {
	struct sub_args sub;
	struct request_options request; /* selectors: the words behind the second one */
	bool try, as_written, dry_run, update, all, print;
};

extern struct boot_opts boot_opts;

/**
 * struct boot_change - a change of our files
 * @files: as they are
 * @text: what they shall hold, by BOOT_FILE and BOOT_TRIAL; NULL for what stays
 */
struct boot_change {
	struct boot_files files;
	char *text[2];
};

/** boot_change_open() - lock and read our files; says what is wrong */
int boot_change_open(struct boot_change *c);
/** boot_changed() - whether a file shall hold something else than it does */
bool boot_changed(const struct boot_change *c);
/** boot_change_commit() - write what changes, all or nothing; nothing with --dry-run */
int boot_change_commit(struct boot_change *c);
/** boot_change_undo() - put back what was there */
void boot_change_undo(struct boot_change *c);
void boot_change_close(struct boot_change *c);

/**
 * boot_finish() - tell whether the initramfs knows the rules, and make it anew with --update
 * @changed: whether rules were changed, or would be
 * @o: "initramfs" is added to it
 */
int boot_finish(bool changed, struct json_object *o);

/** boot_put() - add rules to a file of ours, after judging them; the whole of boot add and boot import */
int boot_put(struct target *t, const struct rule_list *rules, const char *verb);

/** boot_head() - the comment that a new file begins with */
const char *boot_head(enum boot_source which);

/** boot_module_rules() - rules of the running module; none when it is not loaded, or we are not root */
void boot_module_rules(struct rules *out);

/** boot_warn_disabled() - say loudly when the rules are turned off; @all as of boot_load() */
void boot_warn_disabled(const struct boot_rules *all);

/* one each for a second word; exit codes */
int boot_run_list(void);
int boot_run_add(void);
int boot_run_remove(void);
int boot_run_confirm(void);
int boot_run_settle(void);
int boot_run_export(void);
int boot_run_import(void);
int boot_run_protect(void);
int boot_run_xl(void);

#endif
