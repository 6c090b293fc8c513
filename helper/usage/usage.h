/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * usage.h - who on the host uses a function
 */
#ifndef HVCLAIM_USAGE_H
#define HVCLAIM_USAGE_H

#include "lib/hostfs.h"
#include "device/model.h"

/**
 * usage_check() - find out what the host does with a function
 * @dev: the function
 * @all: every function known
 * @out: findings are appended: host-use and boot-vga (ask), host-use and external (note), with the
 *	 thing named in their detail
 *
 * Looks at mounts, swap, holders of block devices, superblocks, routes, addresses, open nodes and libvirt's
 * definitions. Complete only for root: without rights to look, less is found. For several functions,
 * usage_new() and usage_dev() read the host once.
 *
 * Return: 0, or -ENOMEM.
 */
int usage_check(const struct dev *dev, const struct devs *all, struct findings *out);

struct usage;

/**
 * usage_new() - a look at the host, read as questions need it and kept for the next one
 * @fs: where to look; must outlive the result
 *
 * Return: to be freed with usage_free(), or NULL when memory is out.
 */
struct usage *usage_new(const struct hostfs *fs);

/** usage_dev() - as usage_check(), from a look that is shared by several functions */
int usage_dev(struct usage *u, const struct dev *dev, const struct devs *all, struct findings *out);

/** usage_free() - forget a look; NULL is fine */
void usage_free(struct usage *u);

#endif
