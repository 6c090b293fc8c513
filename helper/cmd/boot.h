/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * boot.h - what the files of hvclaim boot share
 */
#ifndef HVCLAIM_BOOT_H
#define HVCLAIM_BOOT_H

#include "../bootfile.h"
#include "../bootinfo.h"
#include "../report.h"
#include "../rule_judge.h"
#include "sub.h"

/** struct boot_opts - options of all second words */
struct boot_opts {
	struct sub_args sub;
	struct request_options request; /* selectors: the words behind the second one */
	bool try, as_written, dry_run, update, all, print;
};

extern struct boot_opts boot_opts;

/* one each for a second word; exit codes */
int boot_run_list(void);
int boot_run_add(void);
int boot_run_remove(void);
int boot_run_confirm(void);
int boot_run_settle(void);
int boot_run_export(void);
int boot_run_import(void);
int boot_run_protect(void);

#endif
