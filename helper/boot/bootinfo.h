/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * bootinfo.h - what this boot made of the rules before the module could tell, and what the next one will find
 */
#ifndef HVCLAIM_BOOTINFO_H
#define HVCLAIM_BOOTINFO_H

#include "lib/hostfs.h"
#include "boot/rule_text.h"

/** struct bootinfo - the record that the initramfs left */
struct bootinfo {
	bool initramfs; /* the initramfs had our script */
	bool late;	/* only the system proper had: drivers of the initramfs were earlier */
	char *module;	/* version that was loaded then; NULL when it was not there */
	bool disabled;
	struct rule_list rules, tried, parked;
};

/** bootinfo_load() - read the record; none is no error. 0 or -ENOMEM */
int bootinfo_load(const struct hostfs *fs, struct bootinfo *out);
void bootinfo_free(struct bootinfo *info);

/** struct initrd - the image that the running kernel's next boot will use */
struct initrd {
	char *path; /* NULL when it was not found */
	bool old;   /* older than the files of our rules */
};

/** initrd_find() - @release as uname -r prints it; 0 or -ENOMEM. path to be freed */
int initrd_find(const struct hostfs *fs, const char *release, struct initrd *out);

/** initrd_command() - what makes images anew here, up to a NULL; NULL when there is nothing known */
const char *const *initrd_command(const struct hostfs *fs);

/** initrd_update() - run that; its output goes to stderr. 0, or -1 with @err set */
int initrd_update(const char *const *command, char **err);

#endif
