/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * resctrl_priv.h - what the files of resctrl*.c share
 */
#ifndef HVCLAIM_RESCTRL_PRIV_H
#define HVCLAIM_RESCTRL_PRIV_H

#include "host/resctrl.h"

/** resctrl_supported() - whether the kernel knows the file system: it does only when the CPU has something for it */
bool resctrl_supported(const struct hostfs *fs);

/**
 * resctrl_mount_options() - whether it is mounted where everybody looks for it
 * @options: set to a string to be freed when it is
 */
bool resctrl_mount_options(const struct hostfs *fs, char **options);

/**
 * resctrl_doms() - the caches that a resource has values for: their size and CPUs
 * @level: 3 or 2; of memory controllers 3, too
 * @r: with its ids filled in
 *
 * Return: 0 or -ENOMEM.
 */
int resctrl_doms(const struct hostfs *fs, struct rdt_resource *r, unsigned int level);

/**
 * resctrl_groups() - the groups that exist, the root first, then by name
 *
 * Return: 0 or a negative errno, with *@err set.
 */
int resctrl_groups(const struct hostfs *fs, struct caps_rdt *out, char **err);

#endif
