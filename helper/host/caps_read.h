/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * caps_read.h - the parts of caps_read()
 */
#ifndef HVCLAIM_CAPS_READ_H
#define HVCLAIM_CAPS_READ_H

#include "host/caps.h"

/**
 * caps_blocks() - the host's disks
 *
 * Sets blocks of @c. Return: 0 or -ENOMEM.
 */
int caps_blocks(const struct hostfs *fs, struct caps *c);

/**
 * caps_path() - look up a path in io: devices:
 *
 * Adds to paths of @c, unless it is there. Return: 0 or -ENOMEM; a path that leads nowhere is no error.
 */
int caps_path(const struct hostfs *fs, struct caps *c, const char *path);

#endif
