// SPDX-License-Identifier: GPL-2.0-only
/*
 * xenlib_qos.c - libxl's functions for guests' shares, and what it tells of the machine
 */
#define _GNU_SOURCE 1
#include <dlfcn.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "lib/append.h"
#include "lib/hostfs.h"
#include "lib/units.h"
#include "xen/xenlib_priv.h"
#include "xen/xenqos.h"

#define PAGE 4096
/* a package has no caches of level 3 beyond this one's id */
#define LEVEL_L3 3
#define LEVEL_L2 2

#define FUNCTION(name)                                            \
	{                                                         \
		"libxl_" #name, offsetof(struct xenlib_qos, name) \
	}

static const struct {
	const char *name;
	size_t offset;
} functions[] = {
	FUNCTION(list_domain),
	FUNCTION(dominfo_list_free),
	FUNCTION(domid_to_name),
	FUNCTION(list_vcpu),
	FUNCTION(vcpuinfo_list_free),
	FUNCTION(get_cpu_topology),
	FUNCTION(cputopology_list_free),
	FUNCTION(get_numainfo),
	FUNCTION(numainfo_list_free),
	FUNCTION(list_cpupool),
	FUNCTION(cpupoolinfo_list_free),
	FUNCTION(cpupool_create),
	FUNCTION(cpupool_destroy),
	FUNCTION(cpupool_cpuadd),
	FUNCTION(cpupool_cpuremove),
	FUNCTION(cpupool_movedomain),
	FUNCTION(domain_sched_params_init),
	FUNCTION(domain_sched_params_dispose),
	FUNCTION(domain_sched_params_get),
	FUNCTION(domain_sched_params_set),
	FUNCTION(set_vcpuaffinity),
	FUNCTION(bitmap_init),
	FUNCTION(bitmap_dispose),
	FUNCTION(node_bitmap_alloc),
	FUNCTION(domain_get_nodeaffinity),
	FUNCTION(uuid_generate),
	FUNCTION(psr_get_hw_info),
	FUNCTION(psr_hw_info_list_free),
	FUNCTION(psr_get_val),
	FUNCTION(psr_set_val),
	FUNCTION(psr_cmt_enabled),
	FUNCTION(psr_cmt_attach),
	FUNCTION(psr_cmt_detach),
	FUNCTION(psr_cmt_domain_attached),
	FUNCTION(psr_cmt_get_total_rmid),
	FUNCTION(psr_cmt_get_l3_cache_size),
	FUNCTION(psr_cmt_type_supported),
	FUNCTION(psr_cmt_get_sample),
};

const libxl_psr_type xenlib_psr_type[RDT_RESOURCES] = {
	[RDT_L3] = LIBXL_PSR_CBM_TYPE_L3_CBM,	       [RDT_L3CODE] = LIBXL_PSR_CBM_TYPE_L3_CBM_CODE,
	[RDT_L3DATA] = LIBXL_PSR_CBM_TYPE_L3_CBM_DATA, [RDT_L2] = LIBXL_PSR_CBM_TYPE_L2_CBM,
	[RDT_MB] = LIBXL_PSR_CBM_TYPE_MBA_THRTL,
};

static struct xenlib_qos *find(void *library, char **err)
{
	struct xenlib_qos *q = calloc(1, sizeof(*q));

	for (size_t i = 0; q && i < sizeof(functions) / sizeof(functions[0]); i++) {
		void *function = dlsym(library, functions[i].name);

		if (!function) {
			*err = text_fmt("libxl lacks %s", functions[i].name);
			free(q);
			return NULL;
		}
		memcpy((char *)q + functions[i].offset, &function, sizeof(function));
	}
	return q;
}

const struct xenlib_qos *xenlib_qos(struct xenlib *lib, char **err)
{
	if (!xenlib_have_libxl(lib)) {
		_cleanup_(freep) char *words = xenlib_last_words(lib);

		*err = text_fmt("libxl: %s", words ? words : "cannot connect");
		return NULL;
	}
	if (!lib->qos)
		lib->qos = find(lib->xl, err);
	return lib->qos;
}

int xenlib_failed(struct xenlib *lib, int code, char **err, const char *fmt, ...)
{
	_cleanup_(freep) char *words = xenlib_last_words(lib), *what = TEXT_ARGS(fmt);

	if (what)
		*err = text_fmt("%s: libxl: %s", what, words ? words : "failed");
	switch (code) {
	case ERROR_DOMAIN_NOTFOUND:
		return -ESRCH;
	case ERROR_INVAL:
		return -EINVAL;
	case ERROR_NOMEM:
		return -ENOMEM;
	default:
		return -EIO;
	}
}

struct idset xenlib_set_of(const libxl_bitmap *map)
{
	struct idset set = { 0 };

	for (uint32_t i = 0; i < map->size * 8; i++)
		if (map->map[i / 8] >> i % 8 & 1)
			idset_add(&set, i);
	return set;
}

static int read_nodes(struct xenlib *lib, const struct xenlib_qos *q, struct caps_xen *x)
{
	int n = 0, rc = 0;
	libxl_numainfo *v = q->get_numainfo(lib->ctx, &n);

	for (int i = 0; v && i < n && !rc; i++) {
		struct caps_node *node;

		if (v[i].size == LIBXL_NUMAINFO_INVALID_ENTRY)
			continue;
		node = append(x->nodes, x->n_nodes);
		rc = node ? 0 : -ENOMEM;
		if (!rc) {
			node->id = (uint32_t)i;
			node->memory = v[i].size;
		}
	}
	if (v)
		q->numainfo_list_free(v, n);
	return rc;
}

/* Nodes first: each CPU is put into its own. */
static int read_cpus(struct xenlib *lib, const struct xenlib_qos *q, struct caps_xen *x, char **err)
{
	int n = 0;
	libxl_cputopology *v = q->get_cpu_topology(lib->ctx, &n);

	if (!v)
		return xenlib_failed(lib, 0, err, "the machine's CPUs cannot be read");
	for (int i = 0; i < n; i++) {
		if (v[i].core == LIBXL_CPUTOPOLOGY_INVALID_ENTRY)
			continue;
		idset_add(&x->cpus, (uint32_t)i);
		for (size_t k = 0; k < x->n_nodes; k++)
			if (x->nodes[k].id == v[i].node)
				idset_add(&x->nodes[k].cpus, (uint32_t)i);
	}
	q->cputopology_list_free(v, n);
	return 0;
}

static enum xen_sched sched_of(libxl_scheduler s)
{
	switch (s) {
	case LIBXL_SCHEDULER_CREDIT:
		return XEN_SCHED_CREDIT;
	case LIBXL_SCHEDULER_CREDIT2:
		return XEN_SCHED_CREDIT2;
	case LIBXL_SCHEDULER_RTDS:
		return XEN_SCHED_RTDS;
	case LIBXL_SCHEDULER_NULL:
		return XEN_SCHED_NULL;
	default:
		return XEN_SCHED_OTHER;
	}
}

static int read_pools(struct xenlib *lib, const struct xenlib_qos *q, struct caps_xen *x, char **err)
{
	int n = 0, rc = 0;
	libxl_cpupoolinfo *v = q->list_cpupool(lib->ctx, &n);

	if (!v)
		return xenlib_failed(lib, 0, err, "cpupools cannot be read");
	for (int i = 0; i < n && !rc; i++) {
		struct xen_pool *pool = append(x->pools, x->n_pools);

		if (!pool) {
			rc = -ENOMEM;
			break;
		}
		pool->id = v[i].poolid;
		pool->name = v[i].pool_name && *v[i].pool_name ? strdup(v[i].pool_name)
							       : text_fmt("Pool-%u", v[i].poolid);
		pool->sched = sched_of(v[i].sched);
		pool->n_domains = v[i].n_dom;
		pool->cpus = xenlib_set_of(&v[i].cpumap);
		rc = pool->name ? 0 : -ENOMEM;
	}
	q->cpupoolinfo_list_free(v, n);
	return rc;
}

static void read_memory(struct xenlib *lib, struct caps_xen *x)
{
	libxl_physinfo info;

	lib->physinfo_init(&info);
	if (!lib->get_physinfo(lib->ctx, &info))
		x->memory = info.total_pages * PAGE;
	lib->physinfo_dispose(&info);
}

/* The dom0's first CPU has the machine's caches: "16384K" */
static uint64_t cache_size(const struct hostfs *fs, unsigned int level)
{
	for (unsigned int i = 0; i < 8; i++) {
		const char *index = "devices/system/cpu/cpu0/cache/index";
		_cleanup_(freep) char *is = hostfs_read(NULL, "%s/%s%u/level", fs->sysfs, index, i);
		_cleanup_(freep) char *text = hostfs_read(NULL, "%s/%s%u/size", fs->sysfs, index, i);
		uint64_t size;

		if (is && text && strtoul(is, NULL, 10) == level && units_size(text, &size))
			return size;
	}
	return 0;
}

static int add_domain(struct rdt_resource *r, uint32_t socket, uint64_t size)
{
	struct rdt_dom *d = append(r->doms, r->n_doms);

	if (!d)
		return -ENOMEM;
	d->id = socket;
	d->size = size;
	return 0;
}

static int add_cache(struct caps_rdt *rdt, enum rdt_res res, const libxl_psr_hw_info *v, unsigned int n,
		     uint64_t size)
{
	struct rdt_resource *r = &rdt->res[res];
	int rc = 0;

	r->present = true;
	/* one of them is everybody's who has no masks */
	r->num_closids = v[0].u.cat.cos_max + 1;
	r->cbm_mask = v[0].u.cat.cbm_len >= 64 ? UINT64_MAX : (1ULL << v[0].u.cat.cbm_len) - 1;
	r->min_cbm_bits = 1;
	for (unsigned int i = 0; i < n && !rc; i++)
		rc = add_domain(r, v[i].id, size);
	return rc;
}

static int read_cache(struct xenlib *lib, const struct xenlib_qos *q, const struct hostfs *fs,
		      struct caps_rdt *rdt, unsigned int level)
{
	enum rdt_res res = level == LEVEL_L3 ? RDT_L3 : RDT_L2;
	uint64_t size = cache_size(fs, level);
	libxl_psr_hw_info *v = NULL;
	unsigned int n = 0;
	uint32_t kib;
	int rc = 0;

	if (q->psr_get_hw_info(lib->ctx, LIBXL_PSR_FEAT_TYPE_CAT, level, &n, &v) || !n)
		return 0;
	if (level == LEVEL_L3 && !size && q->psr_cmt_enabled(lib->ctx) &&
	    !q->psr_cmt_get_l3_cache_size(lib->ctx, v[0].id, &kib))
		size = (uint64_t)kib << 10;
	rdt->cdp_l3_possible |= level == LEVEL_L3;
	if (level == LEVEL_L3 && v[0].u.cat.cdp_enabled) {
		rc = add_cache(rdt, RDT_L3CODE, v, n, size);
		if (!rc)
			rc = add_cache(rdt, RDT_L3DATA, v, n, size);
	} else {
		rc = add_cache(rdt, res, v, n, size);
	}
	q->psr_hw_info_list_free(v, n);
	return rc;
}

static int read_bandwidth(struct xenlib *lib, const struct xenlib_qos *q, struct caps_rdt *rdt)
{
	struct rdt_resource *r = &rdt->res[RDT_MB];
	libxl_psr_hw_info *v = NULL;
	unsigned int n = 0;
	int rc = 0;

	if (q->psr_get_hw_info(lib->ctx, LIBXL_PSR_FEAT_TYPE_MBA, 0, &n, &v) || !n)
		return 0;
	/* delays that are not linear are powers of two of no unit: they are no percent */
	if (v[0].u.mba.linear && v[0].u.mba.thrtl_max && v[0].u.mba.thrtl_max < 100) {
		r->present = true;
		r->num_closids = v[0].u.mba.cos_max + 1;
		r->delay_linear = true;
		r->unit = MB_PERCENT;
		r->max_bandwidth = 100;
		r->min_bandwidth = r->bandwidth_gran = 100 - v[0].u.mba.thrtl_max;
		for (unsigned int i = 0; i < n && !rc; i++)
			rc = add_domain(r, v[i].id, 0);
	}
	q->psr_hw_info_list_free(v, n);
	return rc;
}

static void read_monitoring(struct xenlib *lib, const struct xenlib_qos *q, struct caps_rdt *rdt)
{
	if (!q->psr_cmt_enabled(lib->ctx) || q->psr_cmt_get_total_rmid(lib->ctx, &rdt->num_rmids))
		return;
	rdt->mon_occupancy = q->psr_cmt_type_supported(lib->ctx, LIBXL_PSR_CMT_TYPE_CACHE_OCCUPANCY);
	rdt->mon_total = q->psr_cmt_type_supported(lib->ctx, LIBXL_PSR_CMT_TYPE_TOTAL_MEM_COUNT);
	rdt->mon_local = q->psr_cmt_type_supported(lib->ctx, LIBXL_PSR_CMT_TYPE_LOCAL_MEM_COUNT);
	rdt->mon = rdt->mon_occupancy || rdt->mon_total || rdt->mon_local;
}

static int read_psr(struct xenlib *lib, const struct xenlib_qos *q, const struct hostfs *fs,
		    struct caps_rdt *rdt)
{
	int rc = read_cache(lib, q, fs, rdt, LEVEL_L3);

	rdt->psr = true;
	if (!rc)
		rc = read_cache(lib, q, fs, rdt, LEVEL_L2);
	if (!rc)
		rc = read_bandwidth(lib, q, rdt);
	if (!rc)
		read_monitoring(lib, q, rdt);
	for (enum rdt_res r = 0; r < RDT_RESOURCES; r++)
		rdt->supported |= rdt->res[r].present;
	rdt->supported |= rdt->mon;
	rdt->mounted = rdt->supported;
	/* what was logged of things that this machine lacks is no error */
	free(xenlib_last_words(lib));
	return rc;
}

int xenqos_host(struct xenlib *lib, const struct hostfs *fs, struct caps *c, char **err)
{
	const struct xenlib_qos *q = xenlib_qos(lib, err);
	int rc = q ? read_nodes(lib, q, &c->xen) : -EIO;
	uint32_t cap;

	if (!rc)
		rc = read_cpus(lib, q, &c->xen, err);
	if (!rc)
		rc = read_pools(lib, q, &c->xen, err);
	if (rc)
		return rc;
	read_memory(lib, &c->xen);
	rc = read_psr(lib, q, fs, &c->rdt);
	xenlib_sched(lib, q, 0, &c->xen.weight, &cap);
	if (!rc)
		rc = xenlib_values(lib, q, &c->rdt, 0, c->xen.values);
	c->xen.dom0 = !rc;
	return rc;
}
