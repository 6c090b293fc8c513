// SPDX-License-Identifier: GPL-2.0-only
/*
 * xenlib_set.c - setting domains' shares of the machine
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/hostfs.h"
#include "xen/xenlib_priv.h"
#include "xen/xenqos.h"

#define FIRST_POOL 0

/** struct bits - a bitmap for libxl, which copies of it what it needs */
struct bits {
	uint8_t map[IDSET_MAX / 8];
	libxl_bitmap bitmap;
};

static const libxl_bitmap *bits_of(struct bits *b, const struct idset *set)
{
	for (uint32_t i = 0; i < IDSET_MAX / 8; i++)
		b->map[i] = (uint8_t)(set->w[i / 8] >> i % 8 * 8);
	b->bitmap = (libxl_bitmap){ .size = sizeof(b->map), .map = b->map };
	return &b->bitmap;
}

/* What is not given stays. */
static int set_sched(struct xenlib *lib, uint32_t domid, int weight, int cap, char **err)
{
	const struct xenlib_qos *q = xenlib_qos(lib, err);
	libxl_domain_sched_params p;
	int rc;

	if (!q)
		return -EIO;
	q->domain_sched_params_init(&p);
	/* which of the schedulers it is, the domain's cpupool tells */
	rc = q->domain_sched_params_get(lib->ctx, domid, &p);
	if (!rc) {
		p.weight = weight < 0 ? LIBXL_DOMAIN_SCHED_PARAM_WEIGHT_DEFAULT : weight;
		p.cap = cap < 0 ? LIBXL_DOMAIN_SCHED_PARAM_CAP_DEFAULT : cap;
		rc = q->domain_sched_params_set(lib->ctx, domid, &p);
	}
	q->domain_sched_params_dispose(&p);
	if (!rc)
		return 0;
	return weight < 0 ? xenlib_failed(lib, rc, err, "cap %d", cap)
			  : xenlib_failed(lib, rc, err, "weight %d", weight);
}

int xenqos_weight(struct xenlib *lib, uint32_t domid, uint32_t weight, char **err)
{
	return set_sched(lib, domid, (int)weight, -1, err);
}

int xenqos_cap(struct xenlib *lib, uint32_t domid, uint32_t cap, char **err)
{
	return set_sched(lib, domid, -1, (int)cap, err);
}

int xenqos_affinity(struct xenlib *lib, uint32_t domid, uint32_t vcpu, const struct idset *hard,
		    const struct idset *soft, char **err)
{
	const struct xenlib_qos *q = xenlib_qos(lib, err);
	struct bits *b = calloc(2, sizeof(*b));
	int rc = q && b ? q->set_vcpuaffinity(lib->ctx, domid, vcpu, hard ? bits_of(&b[0], hard) : NULL,
					      soft ? bits_of(&b[1], soft) : NULL)
			: ERROR_NOMEM;

	if (rc && q)
		rc = xenlib_failed(lib, rc, err, "%s affinity of vcpu %u", hard ? "hard" : "soft", vcpu);
	else if (rc)
		rc = b ? -EIO : -ENOMEM;
	free(b);
	return rc;
}

static libxl_cpupoolinfo *pool_named(libxl_cpupoolinfo *v, int n, const char *name)
{
	for (int i = 0; i < n; i++)
		if (v[i].pool_name && !strcmp(v[i].pool_name, name))
			return &v[i];
	return NULL;
}

int xenqos_move(struct xenlib *lib, uint32_t domid, const char *pool, char **err)
{
	const struct xenlib_qos *q = xenlib_qos(lib, err);
	int n = 0, rc = ERROR_INVAL;
	libxl_cpupoolinfo *v = q ? q->list_cpupool(lib->ctx, &n) : NULL;
	const libxl_cpupoolinfo *to = pool_named(v, n, pool);

	if (!q)
		return -EIO;
	if (to)
		rc = q->cpupool_movedomain(lib->ctx, to->poolid, domid);
	if (rc)
		rc = xenlib_failed(lib, rc, err, to ? "moving to cpupool %s" : "there is no cpupool %s",
				   pool);
	if (v)
		q->cpupoolinfo_list_free(v, n);
	return rc;
}

/* Moves CPUs from one pool to another one; what cannot be moved on goes back. */
static int move_cpus(struct xenlib *lib, const struct xenlib_qos *q, const struct idset *cpus, uint32_t from,
		     uint32_t to)
{
	int rc = 0;

	for (uint32_t i = idset_next(cpus, 0); i < IDSET_MAX && !rc; i = idset_next(cpus, i + 1)) {
		rc = q->cpupool_cpuremove(lib->ctx, from, (int)i);
		if (!rc)
			rc = q->cpupool_cpuadd(lib->ctx, to, (int)i);
		if (rc)
			q->cpupool_cpuadd(lib->ctx, from, (int)i);
	}
	return rc;
}

/* A pool without CPUs to begin with: those that it is to have are the first pool's still. */
static int new_pool(struct xenlib *lib, const struct xenlib_qos *q, const char *name, libxl_scheduler sched,
		    uint32_t *id)
{
	struct bits *b = calloc(1, sizeof(*b));
	const struct idset none = { 0 };
	libxl_uuid uuid;
	int rc;

	if (!b)
		return ERROR_NOMEM;
	*id = LIBXL_CPUPOOL_POOLID_ANY;
	q->uuid_generate(&uuid);
	bits_of(b, &none);
	rc = q->cpupool_create(lib->ctx, name, sched, b->bitmap, &uuid, id);
	free(b);
	return rc;
}

static int drop_pool(struct xenlib *lib, const struct xenlib_qos *q, uint32_t id, const struct idset *cpus)
{
	int rc = q->cpupool_destroy(lib->ctx, id);

	for (uint32_t i = idset_next(cpus, 0); i < IDSET_MAX && !rc; i = idset_next(cpus, i + 1))
		rc = q->cpupool_cpuadd(lib->ctx, FIRST_POOL, (int)i);
	return rc;
}

int xenqos_pool(struct xenlib *lib, const char *name, const struct idset *cpus, char **err)
{
	const struct xenlib_qos *q = xenlib_qos(lib, err);
	int n = 0, rc = 0;
	libxl_cpupoolinfo *v = q ? q->list_cpupool(lib->ctx, &n) : NULL;
	const libxl_cpupoolinfo *is = pool_named(v, n, name);
	struct idset now = is ? xenlib_set_of(&is->cpumap) : (struct idset){ 0 };
	struct idset more = idset_minus(cpus, &now), less = idset_minus(&now, cpus);
	uint32_t id = is ? is->poolid : 0;
	const char *what = "changing";

	if (!q)
		return -EIO;
	if (!v) {
		rc = ERROR_FAIL;
	} else if (!is && !idset_empty(cpus)) {
		what = "making";
		rc = new_pool(lib, q, name, v[0].sched, &id);
		if (!rc)
			rc = move_cpus(lib, q, &more, FIRST_POOL, id);
		if (rc && id)
			drop_pool(lib, q, id, cpus);
	} else if (is && idset_empty(cpus)) {
		what = "removing";
		rc = drop_pool(lib, q, id, &now);
	} else if (is) {
		rc = move_cpus(lib, q, &more, FIRST_POOL, id);
		if (!rc)
			rc = move_cpus(lib, q, &less, id, FIRST_POOL);
	}
	if (rc)
		rc = xenlib_failed(lib, rc, err, "%s cpupool %s", what, name);
	if (v)
		q->cpupoolinfo_list_free(v, n);
	return rc;
}

int xenqos_value(struct xenlib *lib, uint32_t domid, enum rdt_res res, uint32_t socket, uint64_t value,
		 char **err)
{
	const struct xenlib_qos *q = xenlib_qos(lib, err);
	struct bits *b = calloc(1, sizeof(*b));
	struct idset sockets = { 0 };
	int rc = q ? b ? 0 : -ENOMEM : -EIO;

	if (!rc) {
		idset_add(&sockets, socket);
		bits_of(b, &sockets);
		rc = q->psr_set_val(lib->ctx, domid, xenlib_psr_type[res], &b->bitmap,
				    res == RDT_MB ? 100 - value : value);
		if (rc)
			rc = xenlib_failed(lib, rc, err, "%s of socket %u", rdt_res_name[res], socket);
	}
	free(b);
	return rc;
}

int xenqos_monitor(struct xenlib *lib, uint32_t domid, bool on, char **err)
{
	const struct xenlib_qos *q = xenlib_qos(lib, err);
	int rc;

	if (!q)
		return -EIO;
	rc = on ? q->psr_cmt_attach(lib->ctx, domid) : q->psr_cmt_detach(lib->ctx, domid);
	return rc ? xenlib_failed(lib, rc, err, "monitoring") : 0;
}
