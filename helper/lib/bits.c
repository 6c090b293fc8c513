// SPDX-License-Identifier: GPL-2.0-only
/*
 * bits.c - finding room in capacity bit masks; pure
 */
#include "lib/bits.h"

bool bits_contiguous(uint64_t mask)
{
	uint64_t low = mask & -mask;

	return !(mask & (mask + low));
}

uint64_t bits_window(uint64_t area, unsigned int n, uint64_t avoid, uint64_t avoid_less, bool high)
{
	uint64_t window = n < 64 ? (1ULL << n) - 1 : UINT64_MAX, best = 0;
	unsigned int best_cost = 0;

	if (!n || n > 64)
		return 0;
	for (unsigned int shift = 0; shift + n <= 64; shift++) {
		uint64_t m = window << shift;
		unsigned int cost = bits_count(m & avoid) * 65 + bits_count(m & avoid_less);

		if ((m & area) != m || (best && (cost > best_cost || (cost == best_cost && !high))))
			continue;
		best = m;
		best_cost = cost;
	}
	return best;
}

uint64_t bits_any(uint64_t area, unsigned int n, uint64_t avoid, uint64_t avoid_less, bool high)
{
	const uint64_t order[] = { area & ~avoid & ~avoid_less, area & ~avoid & avoid_less,
				   area & avoid & ~avoid_less, area & avoid & avoid_less };
	uint64_t m = 0;

	if (!n || bits_count(area) < n)
		return 0;
	for (unsigned int i = 0; i < 4; i++)
		for (uint64_t left = order[i]; left && bits_count(m) < n;) {
			uint64_t bit = high ? 1ULL << (63 - __builtin_clzll(left)) : left & -left;

			m |= bit;
			left &= ~bit;
		}
	return m;
}

uint64_t bits_longest(uint64_t area)
{
	uint64_t best = 0;

	while (area) {
		uint64_t low = area & -area, rest = area & (area + low), run = area & ~rest;

		if (bits_count(run) >= bits_count(best))
			best = run;
		area &= ~run;
	}
	return best;
}
