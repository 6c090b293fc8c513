// SPDX-License-Identifier: GPL-2.0-only
/*
 * libsystemd.c - what is used of libsystemd
 */
#include "lib/libsystemd.h"

LATE_DEFINE(libsystemd, LIBSYSTEMD);
