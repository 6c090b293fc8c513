/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * watch.h - following guests: hvclaim guest apply --watch
 */
#ifndef HVCLAIM_WATCH_H
#define HVCLAIM_WATCH_H

#include "apply/guest_host.h"

/** WATCH_INTERVAL - seconds after which everything is looked at in any case: threads come without a word */
#define WATCH_INTERVAL 5

/**
 * guest_watch() - apply, and again whenever something changes, until SIGTERM or SIGINT
 * @h: with its configuration
 * @only: names of the file; NULL: all
 * @n_only: how many
 *
 * Follows guests that start and end, threads and vhost workers that appear, values that somebody else changed,
 * CPUs that come and go, and edits of the file: a file that is wrong is told, and the one before stays in force.
 * A guest that could not be given its share is left alone until the file or the host changes. What was set
 * stays when it ends.
 *
 * Return: an exit code; EXIT_BUSY when somebody else watches already.
 */
int guest_watch(struct guest_host *h, const char *const *only, size_t n_only);

#endif
