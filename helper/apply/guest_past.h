/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * guest_past.h - what earlier runs of ours set for the guests that run: what is no longer asked for is taken back
 *
 * One file in /run for all guests, a guest a line: process and when that started, or the number of a domain of Xen, and
 * words: "cpu.weight", "io.weight:sda", "io.max:sda:rbps", "pin.vcpus:*", "pin.iothreads:2". A guest that is started
 * again is another process or domain, and has no past.
 */
#ifndef HVCLAIM_GUEST_PAST_H
#define HVCLAIM_GUEST_PAST_H

#include "guest/guests.h"
#include "lib/hostfs.h"

/** guest_past_read() - fill @past of all guests; -ENOMEM or 0: without the file nobody has one */
int guest_past_read(const struct hostfs *fs, struct guests *all);

/**
 * guest_past_write() - keep @past of all guests
 * @err: set to a string to be freed on failure
 *
 * The file is replaced in one go, when it would be another one.
 *
 * Return: 0 or a negative errno.
 */
int guest_past_write(const struct hostfs *fs, const struct guests *all, char **err);

/** guest_past_add() - one more word, unless it is there; -ENOMEM or 0 */
int guest_past_add(struct guest *g, const char *word);

/** guest_past_forget() - all words */
void guest_past_forget(struct guest *g);

#endif
