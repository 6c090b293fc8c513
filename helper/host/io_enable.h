/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * io_enable.h - turning on what looks at I/O weights
 */
#ifndef HVCLAIM_IO_ENABLE_H
#define HVCLAIM_IO_ENABLE_H

#include "host/caps.h"
#include "lib/hostfs.h"

/** enum io_way - who shares a disk out by weight */
enum io_way {
	IO_BFQ,	   /* a scheduler: by time on the disk; for slow ones */
	IO_IOCOST, /* a controller: by the cost of requests; for fast ones */
};

/**
 * io_find() - the whole disk that a path or a name such as "sda" leads to
 * @err: set to a string to be freed when it is none
 *
 * Return: a disk in @caps, or NULL.
 */
const struct caps_block *io_find(const struct hostfs *fs, struct caps *caps, const char *name, char **err);

/** io_is_on() - whether a disk has it already */
bool io_is_on(const struct caps_block *b, enum io_way way);

/**
 * io_switch() - turn it on or off
 * @on: off gives the scheduler back that was there before bfq
 * @err: set to a string to be freed on failure
 *
 * Lasts until the next boot. Return: 0 or a negative errno.
 */
int io_switch(const struct hostfs *fs, const struct caps_block *b, enum io_way way, bool on, char **err);

#endif
