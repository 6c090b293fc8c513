// SPDX-License-Identifier: GPL-2.0-only
/*
 * effect_xen.c - what Xen made of what was asked for: weight, cap, cpupool, and where vCPUs run
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "effect/effect_priv.h"
#include "lib/units.h"

static const struct xen_pool *pool_of(const struct effect_args *a)
{
	return caps_pool(a->caps, effect_guest(a)->xen->pool);
}

/* Weights count among the domains of one cpupool; the dom0 is in the first one. */
static int weight(const struct effect_args *a, struct effects *out)
{
	const struct guest_xen *x = effect_guest(a)->xen;
	const struct xen_pool *pool = pool_of(a);
	uint64_t sum = x->pool ? 0 : a->caps->xen.weight;
	size_t n = x->pool ? 0 : 1;

	if (!x->weight || !pool) /* the plan says why */
		return effect_add(out, KNOB_CPU_WEIGHT, EFFECT_NONE, NULL, NULL);
	for (size_t i = 0; i < a->guests->n; i++) {
		const struct guest_xen *o = a->guests->v[i].xen;

		if (!o || o->pool != x->pool)
			continue;
		sum += o->weight;
		n++;
	}
	return effect_add(
		out, KNOB_CPU_WEIGHT, n > 1 ? EFFECT_FULL : EFFECT_NOTE,
		text_fmt("%" PRIu32 " of %" PRIu64 " among %zu domains of %s", x->weight, sum, n, pool->name),
		n > 1 ? NULL : text_fmt("it is alone in its cpupool: there is nobody to share with"));
}

static int quota(const struct effect_args *a, struct effects *out)
{
	const struct guest_xen *x = effect_guest(a)->xen;
	uint64_t asked = a->want->cpu.quota;
	_cleanup_(freep) char *wanted = units_percent_str(asked);
	size_t vcpus = 0;

	if (!x->weight)
		return effect_add(out, KNOB_CPU_QUOTA, EFFECT_NONE, NULL, NULL);
	if (!x->cap)
		return effect_add(out, KNOB_CPU_QUOTA, asked == QOS_MAX ? EFFECT_FULL : EFFECT_NONE,
				  strdup("no cap"), NULL);
	for (size_t i = 0; i < x->n_vcpus; i++)
		vcpus += x->vcpus[i].online;
	if (x->cap >= vcpus * 100)
		return effect_add(out, KNOB_CPU_QUOTA, EFFECT_NOTE, text_fmt("%zu%% of a CPU", vcpus * 100),
				  text_fmt("never reached: it has %zu vCPUs", vcpus));
	return effect_add(
		out, KNOB_CPU_QUOTA, (uint64_t)x->cap * 100 == asked ? EFFECT_FULL : EFFECT_NOTE,
		text_fmt("%" PRIu32 "%% of a CPU", x->cap),
		(uint64_t)x->cap * 100 == asked ? NULL : text_fmt("of %s: a cap is whole percents", wanted));
}

static bool mine(const struct effect_args *a, uint32_t vcpu, enum qos_knob knob)
{
	const struct qos_pin *pin = &a->want->pin[ROLE_VCPU];

	if (knob != KNOB_PIN_VCPUS)
		return true;
	for (size_t i = 0; i < pin->n; i++)
		if (pin->v[i].id == vcpu)
			return true;
	return pin->all;
}

/* "2-3 (vcpus 0-1), 5 (vcpu 2)": the CPUs that vCPUs really have, those of their cpupool */
static char *where_text(const struct effect_args *a, enum qos_knob knob, bool soft)
{
	const struct guest_xen *x = effect_guest(a)->xen;
	const struct xen_pool *pool = pool_of(a);
	struct idset done = { 0 };
	char *text = NULL;

	for (size_t i = 0; i < x->n_vcpus && pool; i++) {
		const struct idset *set = soft ? &x->vcpus[i].soft : &x->vcpus[i].hard;
		struct idset real = idset_and(set, &pool->cpus), same = { 0 };
		_cleanup_(freep) char *cpus = NULL, *vcpus = NULL;

		if (idset_has(&done, x->vcpus[i].id) || !mine(a, x->vcpus[i].id, knob))
			continue;
		for (size_t k = i; k < x->n_vcpus; k++)
			if (mine(a, x->vcpus[k].id, knob) &&
			    idset_equal(set, soft ? &x->vcpus[k].soft : &x->vcpus[k].hard))
				idset_add(&same, x->vcpus[k].id);
		idset_join(&done, &same);
		cpus = units_list_str(&real);
		vcpus = units_list_str(&same);
		text_add(&text, "%s%s (vcpus %s)", text ? ", " : "", cpus ? cpus : "?", vcpus ? vcpus : "?");
	}
	return text;
}

static int hard(const struct effect_args *a, enum qos_knob knob, struct effects *out)
{
	return effect_add(out, knob, EFFECT_FULL, where_text(a, knob, false), NULL);
}

static int mems(const struct effect_args *a, struct effects *out)
{
	const struct idset *nodes = &effect_guest(a)->xen->nodes;
	struct idset out_of = idset_minus(nodes, a->want->numa.mems);
	_cleanup_(freep) char *list = units_list_str(nodes);

	if (!list)
		return -ENOMEM;
	return effect_add(out, KNOB_NUMA_MEMS, idset_empty(&out_of) ? EFFECT_NOTE : EFFECT_PARTLY,
			  text_fmt("new memory from nodes %s", list),
			  text_fmt("Xen placed what it has when it was built, and cannot move it"));
}

/* A vCPU prefers what it may have. */
static int prefer(const struct effect_args *a, struct effects *out)
{
	const struct guest_xen *x = effect_guest(a)->xen;
	const struct xen_pool *pool = pool_of(a);
	size_t inert = 0;

	for (size_t i = 0; i < x->n_vcpus && pool; i++) {
		struct idset may = idset_and(&x->vcpus[i].hard, &pool->cpus);
		struct idset likes = idset_and(&may, &x->vcpus[i].soft);

		inert += idset_empty(&likes);
	}
	if (inert)
		return effect_add(out, KNOB_NUMA_PREFER, inert == x->n_vcpus ? EFFECT_NONE : EFFECT_PARTLY,
				  where_text(a, KNOB_NUMA_PREFER, true),
				  text_fmt("%zu of %zu vCPUs may not run on any CPU of these nodes", inert,
					   x->n_vcpus));
	return effect_add(
		out, KNOB_NUMA_PREFER, EFFECT_NOTE, where_text(a, KNOB_NUMA_PREFER, true),
		text_fmt("Xen placed the memory that it has when it was built, and cannot move it"));
}

static int pool(const struct effect_args *a, enum qos_knob knob, struct effects *out)
{
	const struct xen_pool *p = pool_of(a);
	_cleanup_(freep) char *cpus = p ? units_list_str(&p->cpus) : NULL;
	size_t others = 0;

	if (!cpus)
		return p ? -ENOMEM : 0;
	for (size_t i = 0; i < a->guests->n; i++)
		others += (int)i != a->guest && a->guests->v[i].xen && a->guests->v[i].xen->pool == p->id;
	return effect_add(out, knob, EFFECT_FULL,
			  text_fmt("cpupool %s, CPUs %s, scheduler %s", p->name, cpus,
				   xen_sched_name[p->sched]),
			  others ? text_fmt("%zu other domains are in it", others) : NULL);
}

static int memory(const struct effect_args *a, struct effects *out)
{
	uint32_t set = qos_guest_knobs(a->qos, a->want);
	int rc = 0;

	for (enum qos_knob k = KNOB_MEMORY_MIN; k <= KNOB_MEMORY_SWAP && !rc; k++) {
		if (!(set >> k & 1))
			continue;
		rc = k <= KNOB_MEMORY_LOW
			     ? effect_add(out, k, EFFECT_FULL, strdup("all that it has is its own"), NULL)
			     : effect_add(out, k, EFFECT_NONE, NULL, NULL);
	}
	return rc;
}

/* What in the dom0 serves it. */
static int backends(const struct effect_args *a, struct effects *out)
{
	const struct guest *g = effect_guest(a);
	uint32_t set = qos_guest_knobs(a->qos, a->want);
	int rc = 0;

	for (enum thread_role r = ROLE_EMULATOR; r < ROLES && !rc; r++)
		if (a->want->pin[r].line)
			rc = effect_pins(a, r, out);
	if (rc || g->cgroup)
		return rc ? rc : effect_io(a, out);
	for (enum qos_knob k = KNOB_IO_WEIGHT; k <= KNOB_IO_PRIORITY && !rc; k++)
		if (set >> k & 1)
			rc = effect_add(out, k, EFFECT_NONE, NULL, NULL);
	return rc;
}

int effect_xen(const struct effect_args *a, struct effects *out)
{
	const struct qos_guest *q = a->want;
	int rc = q->cpu.weight ? weight(a, out) : 0;

	if (!rc && q->cpu.quota)
		rc = quota(a, out);
	if (!rc && q->cpu.burst)
		rc = effect_add(out, KNOB_CPU_BURST, EFFECT_NONE, NULL, NULL);
	if (!rc && q->cpu.pool)
		rc = pool(a, KNOB_CPU_POOL, out);
	if (!rc && q->cpu.partition > CPUSET_MEMBER)
		rc = pool(a, KNOB_CPU_PARTITION, out);
	if (!rc && q->cpu.cpus)
		rc = hard(a, KNOB_CPU_CPUS, out);
	if (!rc && q->pin[ROLE_VCPU].line)
		rc = hard(a, KNOB_PIN_VCPUS, out);
	if (!rc && q->numa.mems)
		rc = mems(a, out);
	if (!rc && q->numa.prefer)
		rc = prefer(a, out);
	if (!rc)
		rc = memory(a, out);
	if (!rc)
		rc = backends(a, out);
	return rc ? rc : effect_xen_psr(a, out);
}
