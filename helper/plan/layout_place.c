// SPDX-License-Identifier: GPL-2.0-only
/*
 * layout_place.c - the masks of all classes in one cache; pure
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "lib/bits.h"
#include "lib/append.h"
#include "lib/hostfs.h"
#include "plan/layout.h"

/** struct want - one mask that is to be found */
struct want {
	size_t class;
	struct ask *ask;
	bool exclusive;
};

/** struct placing - one cache being filled */
struct placing {
	struct layout *l;
	const struct space *s;
	struct want *v;
	size_t n;
	uint64_t alone;	 /* ways of exclusive classes */
	uint64_t shared; /* ways of shared classes so far */
	uint64_t host;
	struct layout_errors *e;
};

/* "L3 0" */
#define WHERE(p)    rdt_res_name[(p)->s->res[0] >= RDT_L2 ? RDT_L2 : RDT_L3], (p)->s->dom->id
#define WHERE_FMT   "%s: %" PRIu32 ": "
#define TAKERS(p)   ((p)->s->takers ? (p)->s->takers : "")
#define CLASS(p, w) ((p)->l->v[(w)->class].class)

static int collect(struct placing *p)
{
	size_t space = (size_t)(p->s - p->l->spaces);

	for (size_t i = 0; i < p->l->n; i++) {
		if (p->l->v[i].group != i)
			continue; /* has another one's masks */
		for (size_t k = 0; k < p->s->n_res; k++) {
			struct ask *ask = layout_ask(p->l, i, space, k);
			struct want *w;

			if (!ask->ways)
				continue;
			w = append(p->v, p->n);
			if (!w)
				return -ENOMEM;
			*w = (struct want){ i, ask, p->l->v[i].class->partition == PARTITION_EXCLUSIVE };
			ask->mask = 0;
		}
	}
	return 0;
}

/* Masks that the file names: they are where they are. */
static int place_fixed(struct placing *p)
{
	int rc = 0;

	for (size_t i = 0; i < p->n && !rc; i++) {
		struct want *w = &p->v[i];
		uint64_t m = w->ask->fixed;

		w->ask->mask = m;
		if (m & p->s->taken)
			return layout_error(p->e, CLASS(p, w), w->ask->line,
					    WHERE_FMT "mask 0x%" PRIx64 " overlaps 0x%" PRIx64
						      ", which groups of others have for themselves%s",
					    WHERE(p), m, p->s->taken, TAKERS(p));
		for (size_t k = 0; k < i && m; k++) {
			const struct want *other = &p->v[k];

			if (m & other->ask->fixed && other->class != w->class &&
			    (w->exclusive || other->exclusive))
				return layout_error(p->e, CLASS(p, w), w->ask->line,
						    WHERE_FMT "mask 0x%" PRIx64 " overlaps 0x%" PRIx64
							      " of class %s, and one of them is exclusive",
						    WHERE(p), m, other->ask->fixed, CLASS(p, other)->name);
		}
		if (m && w->exclusive)
			p->alone |= m;
		else
			p->shared |= m;
	}
	return rc;
}

/* The ways of the host: those that the hardware shares are best, they are of little use for others. */
static int place_host(struct placing *p)
{
	const struct space *s = p->s;
	/* AMD would take an empty mask (min_cbm_bits 0): a host without cache is not what anybody wants */
	unsigned int least = s->r->min_cbm_bits ? s->r->min_cbm_bits : 1;
	unsigned int n = s->host_ways > least ? s->host_ways : least;
	uint64_t area = s->r->cbm_mask & ~s->taken & ~p->alone;

	if (s->host_ways)
		area &= ~p->shared;
	p->host = bits_window(area, n, ~s->r->shareable_bits, 0, true);
	if (!p->host && s->r->sparse_masks)
		p->host = bits_any(area, n, ~s->r->shareable_bits, 0, true);
	if (p->host || !p->n)
		return 0;
	return layout_error(p->e, CLASS(p, &p->v[0]), 0,
			    WHERE_FMT
			    "%u ways side by side have to be left for the host; of %u ways groups of others "
			    "have %u%s and masks of this file %u",
			    WHERE(p), n, s->ways, bits_count(s->taken), TAKERS(p),
			    bits_count((p->alone | (s->host_ways ? p->shared : 0)) & ~s->taken));
}

static uint64_t free_for_exclusive(const struct placing *p)
{
	return p->s->r->cbm_mask & ~p->s->taken & ~p->alone & ~p->shared & ~p->host;
}

/* The sum that does not fit, class by class. */
static int too_much(struct placing *p)
{
	_cleanup_(freep) char *sum = NULL;
	unsigned int total = 0, parts = 0;
	const struct want *last = NULL;
	uint64_t area;

	for (size_t i = 0; i < p->n; i++) {
		const struct want *w = &p->v[i];

		if (!w->exclusive || w->ask->fixed)
			continue;
		if (text_add(&sum, "%s%s %u", parts++ ? " + " : "", CLASS(p, w)->name, w->ask->ways))
			return -ENOMEM;
		total += w->ask->ways;
		last = w;
	}
	p->alone = p->shared = 0;
	for (size_t i = 0; i < p->n; i++) {
		if (p->v[i].ask->fixed && p->v[i].exclusive)
			p->alone |= p->v[i].ask->fixed;
		else
			p->shared |= p->v[i].ask->fixed;
	}
	area = free_for_exclusive(p);
	if (!last)
		return -ENOMEM; /* cannot be: an exclusive class did not fit */
	return layout_error(p->e, CLASS(p, last), last->ask->line,
			    WHERE_FMT
			    "exclusive classes want %s%s%.0u ways; of %u ways %u are for the host, groups of "
			    "others have %u%s, masks of this file %u: %u are left, at most %u side by side",
			    WHERE(p), sum ? sum : "", parts > 1 ? " = " : "", parts > 1 ? total : 0,
			    p->s->ways, bits_count(p->host), bits_count(p->s->taken), TAKERS(p),
			    bits_count((p->alone | p->shared) & ~p->s->taken & ~p->host), bits_count(area),
			    bits_count(bits_longest(area)));
}

/* Side by side from the lowest way up. */
static bool place_exclusive(struct placing *p, const size_t *order)
{
	for (size_t i = 0; i < p->n; i++) {
		struct want *w = &p->v[order[i]];
		uint64_t area = free_for_exclusive(p);

		if (!w->exclusive || w->ask->fixed)
			continue;
		w->ask->mask = bits_window(area, w->ask->ways, p->s->wished, p->s->r->shareable_bits, false);
		if (!w->ask->mask && p->s->r->sparse_masks)
			w->ask->mask =
				bits_any(area, w->ask->ways, p->s->wished, p->s->r->shareable_bits, false);
		if (!w->ask->mask)
			return false;
		p->alone |= w->ask->mask;
	}
	return true;
}

static const struct placing *sorting; /* for qsort(), which hands nothing on */

static int by_size(const void *a, const void *b)
{
	const struct want *x = &sorting->v[*(const size_t *)a], *y = &sorting->v[*(const size_t *)b];

	if (x->ask->ways != y->ask->ways)
		return x->ask->ways > y->ask->ways ? -1 : 1;
	return *(const size_t *)a < *(const size_t *)b ? -1 : 1;
}

/* In the order of the file: a class added at its end moves no other. If gaps are left, the large ones first. */
static int place_all_exclusive(struct placing *p)
{
	size_t *order = calloc(p->n + 1, sizeof(*order));
	uint64_t fixed = p->alone;
	bool fits;

	if (!order)
		return -ENOMEM;
	for (size_t i = 0; i < p->n; i++)
		order[i] = i;
	fits = place_exclusive(p, order);
	if (!fits) {
		p->alone = fixed;
		sorting = p;
		qsort(order, p->n, sizeof(*order), by_size);
		fits = place_exclusive(p, order);
	}
	free(order);
	return fits ? 0 : too_much(p);
}

/* They may overlap each other, but do so as little as possible. */
static int place_shared(struct placing *p)
{
	uint64_t area = p->s->r->cbm_mask & ~p->s->taken & ~p->alone;

	if (p->s->host_ways)
		area &= ~p->host;
	for (size_t i = 0; i < p->n; i++) {
		struct want *w = &p->v[i];

		if (w->exclusive || w->ask->fixed)
			continue;
		w->ask->mask = bits_window(area, w->ask->ways, p->s->r->shareable_bits, p->shared, true);
		if (!w->ask->mask && p->s->r->sparse_masks)
			w->ask->mask = bits_any(area, w->ask->ways, p->s->r->shareable_bits, p->shared, true);
		if (!w->ask->mask)
			return layout_error(
				p->e, CLASS(p, w), w->ask->line,
				WHERE_FMT
				"it wants %u shared ways; of %u ways exclusive classes have %u, the "
				"host %u and groups of others %u%s: %u are left, at most %u side by side",
				WHERE(p), w->ask->ways, p->s->ways, bits_count(p->alone),
				p->s->host_ways ? bits_count(p->host) : 0, bits_count(p->s->taken), TAKERS(p),
				bits_count(area), bits_count(bits_longest(area)));
		p->shared |= w->ask->mask;
	}
	return 0;
}

/* Data that has the mask of code, and classes that have the masks of another. */
static void copy_masks(struct layout *l, size_t space)
{
	for (size_t i = 0; i < l->n; i++) {
		struct ask *ask = layout_ask(l, i, space, 0);
		const struct ask *of = layout_ask(l, l->v[i].group, space, 0);

		for (size_t k = 0; k < 2; k++)
			ask[k].mask = of[k].mask;
		if (of[1].same)
			ask[1].mask = of[0].mask;
	}
}

int layout_place(struct layout *l, size_t space, struct layout_errors *e)
{
	struct placing p = { .l = l, .s = &l->spaces[space], .e = e };
	size_t errors = e->n;
	int rc = collect(&p);

	if (!rc)
		rc = place_fixed(&p);
	if (!rc && e->n == errors)
		rc = place_host(&p);
	if (!rc && e->n == errors)
		rc = place_all_exclusive(&p);
	if (!rc && e->n == errors)
		rc = place_shared(&p);
	if (!rc)
		copy_masks(l, space);
	l->spaces[space].host = p.host;
	free(p.v);
	return rc;
}
