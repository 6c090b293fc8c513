/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * wait.h - following claims until they are where they should be
 */
#ifndef HVCLAIM_WAIT_H
#define HVCLAIM_WAIT_H

#include "nl/nl.h"

/** enum wait_kind - what is waited for */
enum wait_kind {
	WAIT_HELD,
	WAIT_RELEASED
};

/** struct wait_item - one claim that is followed */
struct wait_item {
	uint32_t id;
	const struct addr *fns; /* WAIT_RELEASED: only these functions; all of them when NULL */
	size_t n_fns;
	bool done;
	bool moved;	   /* an event has come */
	struct claim last; /* as it was last seen; freed by wait_free() */
};

/** wait_open() - a connection with events. To be opened before the request: then none is missed */
int wait_open(struct nl **events);

/**
 * wait_for() - follow claims
 * @events: of wait_open()
 * @ask: another connection, for when events were lost
 * @items: the claims; their last state is filled
 * @n: how many
 * @kind: for what
 * @seconds: how long
 *
 * Tells its progress on a terminal.
 *
 * Return: 0 when all are there (or failed for good: see their states), 1 when the time is over, or a negative
 * errno.
 */
int wait_for(struct nl *events, struct nl *ask, struct wait_item *items, size_t n, enum wait_kind kind,
	     unsigned int seconds);

void wait_free(struct wait_item *items, size_t n);

#endif
