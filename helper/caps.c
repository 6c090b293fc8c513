// SPDX-License-Identifier: GPL-2.0-only
/*
 * caps.c - what the host can do, as plain data
 */
#include <stdlib.h>
#include <string.h>

#include "caps.h"

static void group_clear(struct rdt_group *g)
{
	free(g->name);
	for (size_t i = 0; i < RDT_RESOURCES; i++)
		free(g->schemata[i].v);
	for (size_t i = 0; i < g->n_mons; i++)
		free(g->mons[i]);
	free(g->mons);
}

void caps_rdt_free(struct caps_rdt *r)
{
	for (size_t i = 0; i < RDT_RESOURCES; i++) {
		free(r->res[i].doms);
		free(r->root_before[i].v);
	}
	for (size_t i = 0; i < r->n_groups; i++)
		group_clear(&r->groups[i]);
	free(r->groups);
	memset(r, 0, sizeof(*r));
}

void caps_free(struct caps *c)
{
	caps_rdt_free(&c->rdt);
	free(c->nodes);
	for (size_t i = 0; i < c->n_blocks; i++) {
		free(c->blocks[i].name);
		free(c->blocks[i].scheduler);
		free(c->blocks[i].below);
	}
	free(c->blocks);
	for (size_t i = 0; i < c->n_paths; i++)
		free(c->paths[i].path);
	free(c->paths);
	memset(c, 0, sizeof(*c));
}
