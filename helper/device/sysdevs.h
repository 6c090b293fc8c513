/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * sysdevs.h - the host's functions as sysfs tells them, for what must work without the module
 */
#ifndef HVCLAIM_SYSDEVS_H
#define HVCLAIM_SYSDEVS_H

#include "lib/hostfs.h"

/**
 * sysdevs_load() - all PCI functions, in the order of their addresses
 * @fs: where sysfs is
 * @serials: read serial numbers, too: from configuration space, which wakes devices and needs root
 * @out: to be freed with devs_free()
 *
 * As dev-get tells them, without claims, owners and findings.
 *
 * Return: 0, -ENOMEM, or -ENOENT when sysfs has no PCI bus.
 */
int sysdevs_load(const struct hostfs *fs, bool serials, struct devs *out);

#endif
