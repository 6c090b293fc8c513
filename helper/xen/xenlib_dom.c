// SPDX-License-Identifier: GPL-2.0-only
/*
 * xenlib_dom.c - the domains that run, as libxl tells them
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/append.h"
#include "lib/hostfs.h"
#include "xen/xenlib_priv.h"
#include "xen/xenqos.h"

static int read_vcpus(struct xenlib *lib, const struct xenlib_qos *q, const struct caps *c, struct guest *g)
{
	int n = 0, cpus = 0, rc = 0;
	libxl_vcpuinfo *v = q->list_vcpu(lib->ctx, g->domid, &n, &cpus);

	if (!v)
		return -ESRCH;
	for (int i = 0; i < n && !rc; i++) {
		struct xen_vcpu *to = append(g->xen->vcpus, g->xen->n_vcpus);
		struct idset hard = xenlib_set_of(&v[i].cpumap), soft = xenlib_set_of(&v[i].cpumap_soft);

		if (!to) {
			rc = -ENOMEM;
			break;
		}
		to->id = v[i].vcpuid;
		to->online = v[i].online;
		to->hard = idset_and(&hard, &c->xen.cpus);
		to->soft = idset_and(&soft, &c->xen.cpus);
	}
	q->vcpuinfo_list_free(v, n);
	return rc;
}

void xenlib_sched(struct xenlib *lib, const struct xenlib_qos *q, uint32_t domid, uint32_t *weight,
		  uint32_t *cap)
{
	libxl_domain_sched_params p;

	*weight = *cap = 0;
	q->domain_sched_params_init(&p);
	if (!q->domain_sched_params_get(lib->ctx, domid, &p) &&
	    (p.sched == LIBXL_SCHEDULER_CREDIT || p.sched == LIBXL_SCHEDULER_CREDIT2)) {
		*weight = p.weight > 0 ? (uint32_t)p.weight : 0;
		*cap = p.cap > 0 ? (uint32_t)p.cap : 0;
	}
	q->domain_sched_params_dispose(&p);
}

static void read_nodes(struct xenlib *lib, const struct xenlib_qos *q, struct guest *g)
{
	libxl_bitmap map;

	q->bitmap_init(&map);
	if (!q->node_bitmap_alloc(lib->ctx, &map, 0) && !q->domain_get_nodeaffinity(lib->ctx, g->domid, &map))
		g->xen->nodes = xenlib_set_of(&map);
	q->bitmap_dispose(&map);
}

int xenlib_values(struct xenlib *lib, const struct xenlib_qos *q, const struct caps_rdt *rdt, uint32_t domid,
		  struct rdt_values *out)
{
	for (enum rdt_res r = 0; r < RDT_RESOURCES; r++)
		for (size_t i = 0; i < rdt->res[r].n_doms; i++) {
			struct rdt_values *to = &out[r];
			struct rdt_value *one;
			uint64_t value;

			if (q->psr_get_val(lib->ctx, domid, xenlib_psr_type[r], rdt->res[r].doms[i].id,
					   &value))
				continue;
			one = append(to->v, to->n);
			if (!one)
				return -ENOMEM;
			one->id = rdt->res[r].doms[i].id;
			one->value = r == RDT_MB ? 100 - value : value;
		}
	return 0;
}

static char *uuid_text(const uint8_t *u)
{
	return text_fmt("%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", u[0], u[1],
			u[2], u[3], u[4], u[5], u[6], u[7], u[8], u[9], u[10], u[11], u[12], u[13], u[14],
			u[15]);
}

static int read_domain(struct xenlib *lib, const struct xenlib_qos *q, const struct caps *c,
		       const libxl_dominfo *info, struct guest *g)
{
	int rc;

	g->kind = GUEST_XEN;
	g->domid = info->domid;
	g->memory = info->current_memkb << 10;
	g->name = q->domid_to_name(lib->ctx, info->domid);
	if (!g->name)
		return -ESRCH;
	g->uuid = uuid_text(info->uuid.uuid);
	g->xen = calloc(1, sizeof(*g->xen));
	if (!g->uuid || !g->xen)
		return -ENOMEM;
	g->xen->pool = info->cpupool;
	g->xen->cpu_ns = info->cpu_time;
	rc = read_vcpus(lib, q, c, g);
	if (rc)
		return rc;
	xenlib_sched(lib, q, g->domid, &g->xen->weight, &g->xen->cap);
	read_nodes(lib, q, g);
	g->xen->monitored = c->rdt.mon && q->psr_cmt_domain_attached(lib->ctx, g->domid);
	return xenlib_values(lib, q, &c->rdt, g->domid, g->xen->values);
}

static int add_domain(struct xenlib *lib, const struct xenlib_qos *q, const struct caps *c,
		      const libxl_dominfo *info, struct guests *out)
{
	_cleanup_(guest_clear) struct guest g = { 0 };
	int rc = read_domain(lib, q, c, info, &g);
	struct guest *to;

	if (rc)
		return rc == -ESRCH ? 0 : rc;
	to = append(out->v, out->n);
	if (!to)
		return -ENOMEM;
	*to = g;
	memset(&g, 0, sizeof(g));
	return 0;
}

int xenqos_domains(struct xenlib *lib, const struct caps *c, struct guests *out, char **err)
{
	const struct xenlib_qos *q = xenlib_qos(lib, err);
	libxl_dominfo *v;
	int n = 0, rc = 0;

	if (!q)
		return -EIO;
	v = q->list_domain(lib->ctx, &n);
	if (!v)
		return xenlib_failed(lib, 0, err, "domains cannot be read");
	for (int i = 0; i < n && !rc; i++)
		if (v[i].domid && !v[i].dying && !v[i].shutdown)
			rc = add_domain(lib, q, c, &v[i], out);
	q->dominfo_list_free(v, n);
	/* of one that ended meanwhile something was logged */
	free(xenlib_last_words(lib));
	return rc;
}

bool xenqos_alive(struct xenlib *lib, uint32_t domid)
{
	_cleanup_(freep) char *err = NULL;
	const struct xenlib_qos *q = xenlib_qos(lib, &err);
	int n = 0;
	libxl_dominfo *v = q ? q->list_domain(lib->ctx, &n) : NULL;
	bool found = false;

	for (int i = 0; v && i < n; i++)
		found = found || (v[i].domid == domid && !v[i].dying);
	if (v)
		q->dominfo_list_free(v, n);
	return found;
}

struct xenqos_sample xenqos_read(struct xenlib *lib, uint32_t domid, uint32_t socket)
{
	static const libxl_psr_cmt_type types[] = { LIBXL_PSR_CMT_TYPE_CACHE_OCCUPANCY,
						    LIBXL_PSR_CMT_TYPE_TOTAL_MEM_COUNT,
						    LIBXL_PSR_CMT_TYPE_LOCAL_MEM_COUNT };
	struct xenqos_sample s = { -1, -1, -1 };
	int64_t *const to[] = { &s.occupancy, &s.total, &s.local };
	_cleanup_(freep) char *err = NULL;
	const struct xenlib_qos *q = xenlib_qos(lib, &err);
	uint64_t value, tsc;

	for (size_t i = 0; q && i < 3; i++)
		if (q->psr_cmt_type_supported(lib->ctx, types[i]) &&
		    !q->psr_cmt_get_sample(lib->ctx, domid, types[i], socket, &value, &tsc))
			*to[i] = (int64_t)value;
	free(xenlib_last_words(lib));
	return s;
}
