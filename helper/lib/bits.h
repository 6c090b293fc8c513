/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * bits.h - finding room in capacity bit masks; pure
 */
#ifndef HVCLAIM_BITS_H
#define HVCLAIM_BITS_H

#include <stdbool.h>
#include <stdint.h>

static inline unsigned int bits_count(uint64_t mask)
{
	return (unsigned int)__builtin_popcountll(mask);
}

/** bits_contiguous() - whether there is no gap between the bits; the empty mask has none */
bool bits_contiguous(uint64_t mask);

/**
 * bits_window() - find bits side by side
 * @area: where they may be
 * @n: how many, at least 1
 * @avoid: as few as possible of these,
 * @avoid_less: and then as few as possible of these
 * @high: the highest of the best places, not the lowest
 *
 * Return: the mask, or 0 without room.
 */
uint64_t bits_window(uint64_t area, unsigned int n, uint64_t avoid, uint64_t avoid_less, bool high);

/** bits_any() - as bits_window(), side by side or not */
uint64_t bits_any(uint64_t area, unsigned int n, uint64_t avoid, uint64_t avoid_less, bool high);

/** bits_longest() - the most bits of an area that are side by side, of equals the highest */
uint64_t bits_longest(uint64_t area);

#endif
