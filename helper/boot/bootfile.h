/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * bootfile.h - the files that boot rules are in: reading all of them, and changing ours
 */
#ifndef HVCLAIM_BOOTFILE_H
#define HVCLAIM_BOOTFILE_H

#include "boot/bootrules.h"
#include "lib/hostfs.h"

/* ours, below hostfs.root */
#define BOOT_DIR      "/etc/modprobe.d"
#define BOOT_CONF     "hvclaim.conf"
#define BOOT_TRY_CONF "hvclaim-try.conf"

/**
 * struct boot_files - our two files while they are being changed; nobody else who uses this changes them meanwhile
 * @fs: where they are
 * @lock: held until boot_files_close()
 * @text: what they held, by BOOT_FILE and BOOT_TRIAL; "" for one that is not there
 * @there: whether they were there
 */
struct boot_files {
	const struct hostfs *fs;
	int lock;
	char *text[2];
	bool there[2];
};

/**
 * boot_load() - the rules of all files of modprobe.d and of the command line, in the order that modprobe has
 * @fs: where to look
 * @out: to be freed with boot_rules_free()
 * @err: on failure a malloc'd sentence that names the file
 *
 * Return: 0, -ENOMEM, or the negative errno of what could not be read.
 */
int boot_load(const struct hostfs *fs, struct boot_rules *out, char **err);

/** boot_files_open() - lock and read our files; @err as in boot_load(). To be closed even after a failure */
int boot_files_open(const struct hostfs *fs, struct boot_files *files, char **err);

/**
 * boot_files_write() - replace one of them
 * @which: BOOT_FILE or BOOT_TRIAL
 * @text: what it shall hold; an empty BOOT_TRIAL is removed
 *
 * A file is replaced as a whole or not at all, whatever happens; links to it stay links. files->text stays what it
 * was, so that the change can be undone.
 *
 * Return: 0, or a negative errno with @err set.
 */
int boot_files_write(const struct boot_files *files, enum boot_source which, const char *text, char **err);

/** boot_files_restore() - put back what a file held when it was opened */
int boot_files_restore(const struct boot_files *files, enum boot_source which, char **err);
void boot_files_close(struct boot_files *files);

/** file_replace() - give a file another text, whole or not at all; its owner and rights stay. 0 or a negative errno */
int file_replace(const char *path, const char *text);

/** boot_file_name() - BOOT_FILE's or BOOT_TRIAL's path */
char *boot_file_name(const struct hostfs *fs, enum boot_source which);

#endif
