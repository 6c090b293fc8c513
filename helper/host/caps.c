// SPDX-License-Identifier: GPL-2.0-only
/*
 * caps.c - what the host can do, as plain data
 */
#include <stdlib.h>
#include <string.h>

#include "host/caps.h"

const char *const xen_sched_name[XEN_SCHEDS] = {
	[XEN_SCHED_OTHER] = "another scheduler",
	[XEN_SCHED_CREDIT] = "credit",
	[XEN_SCHED_CREDIT2] = "credit2",
	[XEN_SCHED_RTDS] = "rtds",
	[XEN_SCHED_NULL] = "null",
};

const struct xen_pool *caps_pool(const struct caps *c, uint32_t id)
{
	for (size_t i = 0; i < c->xen.n_pools; i++)
		if (c->xen.pools[i].id == id)
			return &c->xen.pools[i];
	return NULL;
}

const struct xen_pool *caps_pool_named(const struct caps *c, const char *name)
{
	for (size_t i = 0; i < c->xen.n_pools; i++)
		if (!strcmp(c->xen.pools[i].name, name))
			return &c->xen.pools[i];
	return NULL;
}

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

static void xen_clear(struct caps_xen *x)
{
	free(x->nodes);
	for (size_t i = 0; i < x->n_pools; i++)
		free(x->pools[i].name);
	free(x->pools);
	for (size_t i = 0; i < RDT_RESOURCES; i++)
		free(x->values[i].v);
}

void caps_machine(struct caps *c)
{
	if (!c->xen.dom0)
		return;
	c->online = c->xen.cpus;
	c->memory = c->xen.memory;
	c->swap = c->hugepages = 0; /* domains are not swapped */
	free(c->nodes);
	c->nodes = c->xen.nodes;
	c->n_nodes = c->xen.n_nodes;
	c->xen.nodes = NULL;
	c->xen.n_nodes = 0;
}

void caps_free(struct caps *c)
{
	caps_rdt_free(&c->rdt);
	xen_clear(&c->xen);
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
