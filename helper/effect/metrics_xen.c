// SPDX-License-Identifier: GPL-2.0-only
/*
 * metrics_xen.c - what Xen counts for a domain
 */
#define _GNU_SOURCE 1
#include <stdio.h>

#include "effect/metrics.h"
#include "xen/xenqos.h"

#define US 1000000

static int counter(struct metrics *m, enum metric family, const char *name, uint32_t socket,
		   const char *scope, int64_t value)
{
	char cache[16];
	const char *const labels[] = { "guest", name, "cache", cache, scope ? "scope" : NULL, scope, NULL };

	snprintf(cache, sizeof(cache), "%u", socket);
	return value < 0 ? 0 : metrics_add(m, family, labels, (uint64_t)value, 1);
}

static int caches(struct metrics *m, struct xenlib *lib, const struct caps *c, const struct guest *g,
		  const char *name)
{
	const struct caps_rdt *rdt = &c->rdt;
	const struct rdt_resource *r = &rdt->res[rdt->res[RDT_L3].present ? RDT_L3 : RDT_L3CODE];
	size_t n = r->present ? r->n_doms : 1;
	int rc = 0;

	for (size_t i = 0; g->xen->monitored && i < n && !rc; i++) {
		uint32_t socket = r->present ? r->doms[i].id : 0;
		struct xenqos_sample s = xenqos_read(lib, g->domid, socket);

		rc = counter(m, METRIC_OCCUPANCY, name, socket, NULL, s.occupancy);
		if (!rc)
			rc = counter(m, METRIC_BANDWIDTH, name, socket, "total", s.total);
		if (!rc)
			rc = counter(m, METRIC_BANDWIDTH, name, socket, "local", s.local);
	}
	return rc;
}

int metrics_domain(struct metrics *m, struct xenlib *lib, const struct caps *c, const struct guest *g,
		   const char *name)
{
	const char *const labels[] = { "guest", name, NULL };
	int rc = metrics_add(m, METRIC_CPU, labels, g->xen->cpu_ns / 1000, US);

	if (!rc)
		rc = metrics_add(m, METRIC_MEMORY, labels, g->memory, 1);
	return rc ? rc : caches(m, lib, c, g, name);
}
