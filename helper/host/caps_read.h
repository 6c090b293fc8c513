/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * caps_read.h - what looks up a disk
 */
#ifndef HVCLAIM_CAPS_READ_H
#define HVCLAIM_CAPS_READ_H

#include "host/caps.h"

/**
 * caps_path() - look up a path in io: devices:
 *
 * Adds to paths of @c, unless it is there. Return: 0 or -ENOMEM; a path that leads nowhere is no error.
 */
int caps_path(const struct hostfs *fs, struct caps *c, const char *path);

#endif
