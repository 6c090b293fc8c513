// SPDX-License-Identifier: GPL-2.0-only
/*
 * layout_spaces.c - the caches of the host, and what others have taken of them; pure
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <stdlib.h>

#include "lib/bits.h"
#include "lib/append.h"
#include "lib/hostfs.h"
#include "plan/layout.h"

/* The mask of a group in one cache, or 0. */
static uint64_t mask_of(const struct rdt_group *g, enum rdt_res res, uint32_t id)
{
	for (size_t i = 0; i < g->schemata[res].n; i++)
		if (g->schemata[res].v[i].id == id)
			return g->schemata[res].v[i].value;
	return 0;
}

/*
 * A group that was made for something else has all ways that were free then: that is no wish to have them. The
 * mask of the root class tells, or the full one.
 */
static bool is_default(uint64_t mask, uint64_t root, uint64_t full)
{
	return mask == full || (root && (mask & root) == root);
}

static int count_group(struct space *s, const struct rdt_group *g, const struct rdt_group *root)
{
	uint64_t before = s->taken;

	for (size_t k = 0; k < s->n_res; k++) {
		uint64_t mask = mask_of(g, s->res[k], s->dom->id) & s->r->cbm_mask;

		s->others |= mask;
		if (g->mode != RDT_SHAREABLE) {
			s->closed |= mask;
			s->taken |= mask;
		} else if (is_default(mask, mask_of(root, s->res[k], s->dom->id), s->r->cbm_mask)) {
			continue;
		} else if (g->owner == RDT_LIBVIRT) {
			s->taken |= mask; /* a cachetune: libvirt gives it to nobody else, either */
		} else {
			s->wished |= mask;
		}
	}
	return s->taken == before ? 0 : text_add(&s->takers, "%s%.64s", s->takers ? ", " : " (", g->name);
}

static int add_spaces(struct layout *l, const struct caps_rdt *rdt, enum rdt_res base, unsigned int host_ways)
{
	bool apart = !rdt->res[base].present;
	const struct rdt_resource *r = &rdt->res[apart ? base + 1 : base];

	if (!r->present || !r->cbm_mask || (apart && !rdt->res[base + 2].present))
		return 0;
	for (size_t i = 0; i < r->n_doms; i++) {
		struct space *s = append(l->spaces, l->n_spaces);

		if (!s)
			return -ENOMEM;
		s->r = r;
		s->res[0] = apart ? base + 1 : base;
		s->res[1] = base + 2;
		s->n_res = apart ? 2 : 1;
		s->dom = &r->doms[i];
		s->ways = bits_count(r->cbm_mask);
		s->host_ways = host_ways;
		for (size_t k = 0; k < rdt->n_groups; k++)
			if (rdt->groups[k].owner != RDT_ROOT && rdt->groups[k].owner != RDT_OURS &&
			    count_group(s, &rdt->groups[k], &rdt->groups[0]))
				return -ENOMEM;
		if (s->takers && text_add(&s->takers, ")"))
			return -ENOMEM;
	}
	return 0;
}

int layout_spaces(struct layout *l, const struct caps_rdt *rdt, const struct qos_host *host)
{
	bool l3 = rdt->res[RDT_L3].present || rdt->res[RDT_L3CODE].present;
	uint64_t ways_l3 = host->ways_l3 ? host->ways_l3 : host->ways;
	uint64_t ways_l2 = host->ways_l2 ? host->ways_l2 : l3 ? 0 : host->ways;
	int rc = add_spaces(l, rdt, RDT_L3, (unsigned int)ways_l3);

	return rc ? rc : add_spaces(l, rdt, RDT_L2, (unsigned int)ways_l2);
}
