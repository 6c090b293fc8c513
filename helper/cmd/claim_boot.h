/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * claim_boot.h - hvclaim claim --boot: the claim, and the boot rule that repeats it
 *
 * The rule is written first and taken back when the claim fails: a file can be put back for sure, a device cannot.
 */
#ifndef HVCLAIM_CLAIM_BOOT_H
#define HVCLAIM_CLAIM_BOOT_H

#include "boot.h"

/** struct claim_boot - the rules of a claim */
struct claim_boot {
	struct boot_change change;
	struct rule_list rules;
};

/** claim_boot_prepare() - find the rules, lock and read the files; to be closed in any case. An exit code */
int claim_boot_prepare(struct target *t, const struct request_options *o, struct claim_boot *b);
/** claim_boot_write() - write them; an exit code */
int claim_boot_write(struct claim_boot *b);
/** claim_boot_undo() - the claim failed: put back what was there */
void claim_boot_undo(struct claim_boot *b);
/** claim_boot_report() - tell what was written: into "boot" of @o, or print it when @o is NULL */
void claim_boot_report(struct claim_boot *b, bool dry_run, struct json_object *o);
void claim_boot_close(struct claim_boot *b);

#endif
