// SPDX-License-Identifier: GPL-2.0-only
/*
 * plan_xen.c - what Xen's schedulers give a domain: weight, cap, and the CPUs of its vCPUs; pure
 *
 * The dom0's kernel has nothing of that: neither the vCPUs nor the memory of a domain are in its cgroups. Only what
 * does I/O for a domain is.
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "lib/hostfs.h"
#include "plan/plan_xen.h"
#include "lib/units.h"

#define WEIGHT_100 256 /* what Xen has for a weight of 100, and gives a new domain */
#define CAP_MAX	   65535

/* ---- weight and cap */

static bool has_weights(const struct xen_home *home)
{
	return home->sched == XEN_SCHED_CREDIT || home->sched == XEN_SCHED_CREDIT2;
}

static int sched_step(struct subject *s, const struct xen_home *home, enum qos_knob knob, const char *key,
		      uint32_t want, uint32_t have, char *why)
{
	_cleanup_(freep) char *text = text_fmt("%" PRIu32, want), *now = text_fmt("%" PRIu32, have);
	bool known = !home->moves && s->g->xen->weight;
	struct step *step = text && now ? plan_step_text(s->p, STEP_XEN_SCHED, knob, s, s->g->name, key, text,
							 known ? now : NULL, !known || want != have)
					: NULL;

	if (!step) {
		free(why);
		return -ENOMEM;
	}
	step->number = want;
	step->why = why;
	return 0;
}

static int weight(struct subject *s, const struct xen_home *home)
{
	uint64_t w = s->q->cpu.weight, want = (w * WEIGHT_100 + 50) / 100;
	char *why = NULL;

	if (!w)
		return 0;
	if (!has_weights(home))
		return plan_cannot(s, KNOB_CPU_WEIGHT,
				   "the scheduler of cpupool %s is %s, which has no weights", home->name,
				   xen_sched_name[home->sched]);
	if (s->clear) {
		want = WEIGHT_100;
	} else {
		why = text_fmt("Xen has %d for 100", WEIGHT_100);
		if (!why)
			return -ENOMEM;
	}
	return sched_step(s, home, KNOB_CPU_WEIGHT, "weight", want ? (uint32_t)want : 1, s->g->xen->weight,
			  why);
}

/* Percent of one CPU; 0 is no cap. */
static uint32_t cap_of(uint64_t quota)
{
	uint64_t cap = quota == QOS_MAX ? 0 : (quota + 50) / 100;

	if (quota == QOS_MAX)
		return 0;
	return cap > CAP_MAX ? CAP_MAX : cap ? (uint32_t)cap : 1;
}

static int cap(struct subject *s, const struct xen_home *home)
{
	const struct qos_cpu *cpu = &s->q->cpu;
	int rc = 0;

	if (cpu->burst && !s->clear)
		rc = plan_cannot(s, KNOB_CPU_BURST, "Xen's schedulers have no burst");
	if (!cpu->quota || rc)
		return rc;
	if (!has_weights(home))
		return plan_cannot(s, KNOB_CPU_QUOTA, "the scheduler of cpupool %s is %s, which has no caps",
				   home->name, xen_sched_name[home->sched]);
	if (cpu->period && !s->clear)
		rc = plan_note(s->p->plan, s->index, s->q->name, KNOB_CPU_QUOTA,
			       "Xen's schedulers have a period of their own, which nobody can set");
	return rc ? rc
		  : sched_step(s, home, KNOB_CPU_QUOTA, "cap", s->clear ? 0 : cap_of(cpu->quota),
			       s->g->xen->cap, NULL);
}

/* ---- CPUs of vCPUs */

/** struct wish - where a vCPU is to run, and which key says so */
struct wish {
	enum qos_knob knob;
	const struct idset *cpus; /* NULL: nothing is said */
	size_t line;
};

static bool has_node(const struct caps_xen *x, uint32_t id)
{
	for (size_t i = 0; i < x->n_nodes; i++)
		if (x->nodes[i].id == id)
			return true;
	return false;
}

/* The CPUs of nodes; an error when there is no such node. */
static int cpus_of_nodes(struct subject *s, const char *key, const struct idset *nodes, struct idset *cpus)
{
	const struct caps_xen *x = &s->p->a->caps->xen;
	struct idset missing = { 0 };
	_cleanup_(freep) char *out = NULL;

	*cpus = (struct idset){ 0 };
	for (uint32_t i = idset_next(nodes, 0); i < IDSET_MAX; i = idset_next(nodes, i + 1))
		if (!has_node(x, i))
			idset_add(&missing, i);
	for (size_t i = 0; i < x->n_nodes; i++)
		if (idset_has(nodes, x->nodes[i].id))
			idset_join(cpus, &x->nodes[i].cpus);
	if (idset_empty(&missing) || s->clear)
		return 0;
	out = units_list_str(&missing);
	return out ? plan_wrong(s, s->q->numa.line, "numa: %s: this host has no node %s, of %zu", key, out,
				x->n_nodes)
		   : -ENOMEM;
}

static struct wish wish_of(const struct qos_guest *q, uint32_t vcpu, const struct idset *node_cpus)
{
	const struct qos_pin *pin = &q->pin[ROLE_VCPU];

	for (size_t i = 0; i < pin->n; i++)
		if (pin->v[i].id == vcpu)
			return (struct wish){ KNOB_PIN_VCPUS, pin->v[i].cpus, pin->v[i].line };
	if (pin->all)
		return (struct wish){ KNOB_PIN_VCPUS, pin->all, pin->line };
	/* a pool of its own has these CPUs and no others */
	if (q->cpu.cpus && !xen_own_pool(q))
		return (struct wish){ KNOB_CPU_CPUS, q->cpu.cpus, q->cpu.line };
	if (q->numa.mems)
		return (struct wish){ KNOB_NUMA_MEMS, node_cpus, q->numa.line };
	return (struct wish){ .cpus = NULL };
}

static const char *key_of(enum qos_knob knob)
{
	return knob == KNOB_PIN_VCPUS	? "pin: vcpus"
	       : knob == KNOB_CPU_CPUS	? "cpu: cpus"
	       : knob == KNOB_NUMA_MEMS ? "numa: mems"
					: "numa: prefer";
}

static int affinity(struct subject *s, const struct xen_home *home, const struct xen_vcpu *v,
		    const struct wish *wish, bool soft)
{
	const struct idset *all = &s->p->a->caps->xen.cpus, *now = soft ? &v->soft : &v->hard;
	struct idset want = s->clear ? *all : idset_and(wish->cpus, &home->cpus);
	struct idset later = idset_and(wish->cpus ? wish->cpus : all, &home->later);
	_cleanup_(freep) char *target = text_fmt("%" PRIu32, v->id), *text = units_list_str(&want),
			      *have = units_list_str(now),
			      *asked = units_list_str(wish->cpus ? wish->cpus : all),
			      *there = units_list_str(&home->cpus);
	struct step *step;

	if (!target || !text || !have || !asked || !there)
		return -ENOMEM;
	if (idset_empty(&want) && !idset_empty(&later))
		return 0; /* the next pass finds them there */
	if (idset_empty(&want))
		return s->failed ? 0
				 : plan_wrong(s, wish->line,
					      "%s: none of CPUs %s is there for it: cpupool %s has %s",
					      key_of(wish->knob), asked, home->name, there);
	/* Xen may forget what it knew when a domain changes its pool */
	step = plan_step_text(s->p, STEP_XEN_AFFINITY, wish->knob, s, target, soft ? "soft" : "hard", text,
			      have, home->moves || !idset_equal(&want, now));
	if (!step)
		return -ENOMEM;
	step->number = v->id;
	return 0;
}

/* CPUs and vCPUs of the file that are not there. */
static int note_missing(struct subject *s)
{
	const struct qos_pin *pin = &s->q->pin[ROLE_VCPU];
	struct idset all = pin->all ? *pin->all : (struct idset){ 0 }, missing;
	_cleanup_(freep) char *text = NULL;
	int rc = 0;

	for (size_t i = 0; i < pin->n && !rc; i++) {
		bool found = false;

		idset_join(&all, pin->v[i].cpus);
		for (size_t k = 0; k < s->g->xen->n_vcpus; k++)
			found = found || s->g->xen->vcpus[k].id == pin->v[i].id;
		if (!found)
			rc = plan_note(s->p->plan, s->index, s->q->name, KNOB_PIN_VCPUS,
				       "it has no vcpu %" PRIu32, pin->v[i].id);
	}
	if (s->q->cpu.cpus && !xen_own_pool(s->q))
		idset_join(&all, s->q->cpu.cpus);
	missing = idset_minus(&all, &s->p->a->caps->xen.cpus);
	if (rc || idset_empty(&missing))
		return rc;
	text = units_list_str(&missing);
	return text ? plan_note(s->p->plan, s->index, s->q->name, pin->line ? KNOB_PIN_VCPUS : KNOB_CPU_CPUS,
				"the machine has no CPUs %s", text)
		    : -ENOMEM;
}

/* Whether the nodes that are preferred have a CPU in its cpupool: without one it is left as it is. */
static int judge_prefer(struct subject *s, const struct xen_home *home, struct idset *soft, bool *usable)
{
	struct idset there;
	int rc;

	*usable = false;
	if (!s->q->numa.prefer)
		return 0;
	rc = cpus_of_nodes(s, "prefer", s->q->numa.prefer, soft);
	there = idset_and(soft, &home->cpus);
	*usable = s->clear || !idset_empty(&there);
	if (rc || s->failed || *usable)
		return rc;
	return plan_cannot(s, KNOB_NUMA_PREFER, "cpupool %s has no CPU of these nodes", home->name);
}

static int affinities(struct subject *s, const struct xen_home *home)
{
	struct idset hard = { 0 }, soft = { 0 };
	bool prefers = false;
	int rc = s->q->numa.mems ? cpus_of_nodes(s, "mems", s->q->numa.mems, &hard) : 0;

	if (!rc)
		rc = judge_prefer(s, home, &soft, &prefers);
	if (!rc && !s->clear && !s->failed)
		rc = note_missing(s);
	for (size_t i = 0; i < s->g->xen->n_vcpus && !rc && !s->failed; i++) {
		const struct xen_vcpu *v = &s->g->xen->vcpus[i];
		struct wish wish = wish_of(s->q, v->id, &hard);
		const struct wish near = { KNOB_NUMA_PREFER, &soft, s->q->numa.line };

		/* what is taken back may have a value from another key by now */
		if (wish.cpus && !(s->now && wish_of(s->now, v->id, &hard).cpus))
			rc = affinity(s, home, v, &wish, false);
		if (!rc && prefers)
			rc = affinity(s, home, v, &near, true);
	}
	return rc;
}

/* ---- what Xen has nothing for */

static int memory(struct subject *s)
{
	static const char built_with[] = "a domain of Xen has the memory that it was built with: memory= and "
					 "maxmem= of its configuration";
	static const char *const words[] = {
		[KNOB_MEMORY_HIGH] = built_with,
		[KNOB_MEMORY_MAX] = built_with,
		[KNOB_MEMORY_SWAP] = "Xen does not swap a domain's memory",
	};
	const struct amount amounts[] = {
		[KNOB_MEMORY_HIGH] = s->q->memory.high,
		[KNOB_MEMORY_MAX] = s->q->memory.max,
		[KNOB_MEMORY_SWAP] = s->q->memory.swap,
	};
	int rc = 0;

	for (enum qos_knob k = KNOB_MEMORY_HIGH; k <= KNOB_MEMORY_SWAP && !rc; k++)
		if (amounts[k].kind != AMOUNT_NONE && amounts[k].value != QOS_MAX)
			rc = plan_cannot(s, k, "%s", words[k]);
	return rc;
}

/* Threads of the dom0 that have a role; their CPUs are the dom0's own, not those of the machine. */
static int roles(struct subject *s)
{
	int rc = 0;

	for (enum thread_role r = ROLE_EMULATOR; r < ROLES && !rc; r++) {
		bool found = false;

		for (size_t i = 0; i < s->g->n_threads; i++)
			found = found || s->g->threads[i].role == r;
		if (s->q->pin[r].line && !found)
			rc = plan_cannot(s, KNOB_PIN_VCPUS + r, "nothing in the dom0 does that for it");
	}
	if (!rc && s->q->io.prio != IOPRIO_UNSET && !s->g->n_threads)
		rc = plan_cannot(s, KNOB_IO_PRIORITY, "nothing in the dom0 does I/O for it");
	return rc;
}

int plan_xen(struct subject *s)
{
	struct xen_home home = { 0 };
	int rc = plan_xen_pool(s, &home);

	if (rc || s->failed)
		return rc;
	rc = weight(s, &home);
	if (!rc)
		rc = cap(s, &home);
	if (!rc)
		rc = affinities(s, &home);
	if (rc || s->clear)
		return rc;
	rc = memory(s);
	return rc ? rc : roles(s);
}
