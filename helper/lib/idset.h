/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * idset.h - sets of small numbers: CPUs and NUMA nodes
 *
 * Plain values that are copied with =. units.h reads and writes them as lists ("0-3,8").
 */
#ifndef HVCLAIM_IDSET_H
#define HVCLAIM_IDSET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* as many CPUs as Debian's kernels know */
#define IDSET_MAX   8192
#define IDSET_WORDS (IDSET_MAX / 64)

/** struct idset - a set of numbers below IDSET_MAX; all zero is the empty set */
struct idset {
	uint64_t w[IDSET_WORDS];
};

static inline bool idset_has(const struct idset *s, uint32_t id)
{
	return id < IDSET_MAX && (s->w[id / 64] >> id % 64 & 1);
}

/* Numbers from IDSET_MAX on are left out. */
static inline void idset_add(struct idset *s, uint32_t id)
{
	if (id < IDSET_MAX)
		s->w[id / 64] |= 1ULL << id % 64;
}

static inline size_t idset_count(const struct idset *s)
{
	size_t n = 0;

	for (size_t i = 0; i < IDSET_WORDS; i++)
		n += (size_t)__builtin_popcountll(s->w[i]);
	return n;
}

static inline bool idset_empty(const struct idset *s)
{
	for (size_t i = 0; i < IDSET_WORDS; i++)
		if (s->w[i])
			return false;
	return true;
}

static inline bool idset_equal(const struct idset *a, const struct idset *b)
{
	for (size_t i = 0; i < IDSET_WORDS; i++)
		if (a->w[i] != b->w[i])
			return false;
	return true;
}

/** idset_next() - the lowest number of a set from @from on; IDSET_MAX without one */
static inline uint32_t idset_next(const struct idset *s, uint32_t from)
{
	for (size_t i = from / 64; i < IDSET_WORDS; i++) {
		uint64_t w = i == from / 64 ? s->w[i] >> from % 64 << from % 64 : s->w[i];

		if (w)
			return (uint32_t)(i * 64) + (uint32_t)__builtin_ctzll(w);
	}
	return IDSET_MAX;
}

/** idset_and() - what both have */
static inline struct idset idset_and(const struct idset *a, const struct idset *b)
{
	struct idset r;

	for (size_t i = 0; i < IDSET_WORDS; i++)
		r.w[i] = a->w[i] & b->w[i];
	return r;
}

/** idset_minus() - what @a has and @b has not */
static inline struct idset idset_minus(const struct idset *a, const struct idset *b)
{
	struct idset r;

	for (size_t i = 0; i < IDSET_WORDS; i++)
		r.w[i] = a->w[i] & ~b->w[i];
	return r;
}

/** idset_join() - @a gets what @b has, too */
static inline void idset_join(struct idset *a, const struct idset *b)
{
	for (size_t i = 0; i < IDSET_WORDS; i++)
		a->w[i] |= b->w[i];
}

#endif
