/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * protect.h - the functions that the host stands on, which no rule shall take at boot
 */
#ifndef HVCLAIM_PROTECT_H
#define HVCLAIM_PROTECT_H

#include "lib/hostfs.h"

/** struct protect - a function that the host stands on */
struct protect {
	const struct dev *dev; /* of the list that was asked about */
	char *why;	       /* "root", "swap", "the default route", several with commas between them */
};

struct protects {
	struct protect *v;
	size_t n;
};

/**
 * protect_find() - the functions behind the root file system, /boot, swap and the default route
 * @fs: where to look
 * @all: functions, with paths; must outlive the result
 * @out: to be freed with protects_free()
 *
 * Also behind md, LVM, encryption, multipath, bcache, btrfs and ZFS; and behind bonds, bridges and VLANs.
 *
 * Return: 0 or -ENOMEM.
 */
int protect_find(const struct hostfs *fs, const struct devs *all, struct protects *out);

/** protect_words() - what the module's option protect= takes: bridge paths with commas between them */
char *protect_words(const struct protects *all);

void protects_free(struct protects *all);

#endif
