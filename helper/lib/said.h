/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * said.h - not saying the same again and again
 */
#ifndef HVCLAIM_SAID_H
#define HVCLAIM_SAID_H

#include <stdbool.h>
#include <stddef.h>

/** struct said - what was said in the round before, and in this one; begins as all zero */
struct said {
	char **before, **now;
	size_t n_before, n_now;
};

/**
 * said_before() - whether a line was said in the round before; notes it for the next one
 * @s: NULL: never
 */
bool said_before(struct said *s, const char *line);

/** said_next() - a round is over */
void said_next(struct said *s);

/** said_forget() - say everything again */
void said_forget(struct said *s);

#endif
