// SPDX-License-Identifier: GPL-2.0-only
/*
 * effect_place.c - CPUs and nodes: of the cgroup, and of each thread by its role
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "effect/effect_priv.h"
#include "lib/units.h"

static const enum qos_knob pin_knobs[ROLES] = {
	[ROLE_VCPU] = KNOB_PIN_VCPUS,
	[ROLE_EMULATOR] = KNOB_PIN_EMULATOR,
	[ROLE_IOTHREAD] = KNOB_PIN_IOTHREADS,
	[ROLE_VHOST] = KNOB_PIN_VHOST,
};

/* What of @want the kernel grants in a cpuset file "….effective". */
static int granted(const struct effect_args *a, enum qos_knob knob, const char *file,
		   const struct idset *want, struct effects *out)
{
	const struct guest *g = effect_guest(a);
	_cleanup_(freep) char *text = effect_read(a, g->cgroup, file), *wanted = NULL;
	struct idset *set = calloc(1, sizeof(*set));
	struct idset lost;
	int rc;

	if (!set)
		return -ENOMEM;
	if (!text) {
		rc = effect_add(out, knob, EFFECT_NONE, NULL,
				text_fmt("%s has no %s: the controller cpuset is not on there", g->cgroup,
					 file));
		free(set);
		return rc;
	}
	units_list(text, set);
	lost = idset_minus(want, set);
	wanted = units_list_str(want);
	if (idset_empty(&lost) && idset_count(set) == idset_count(want))
		rc = effect_add(out, knob, EFFECT_FULL, strdup(text), NULL);
	else if (!idset_empty(&lost))
		rc = effect_add(out, knob, EFFECT_PARTLY, strdup(text),
				text_fmt("of %s the groups above give, or are online, only these", wanted));
	else
		rc = effect_add(out, knob, EFFECT_PARTLY, strdup(text), text_fmt("asked for %s", wanted));
	free(set);
	return rc;
}

/* "isolated", "isolated invalid (Cpu list in cpuset.cpus not exclusive)" */
static int partition(const struct effect_args *a, struct effects *out)
{
	const struct guest *g = effect_guest(a);
	_cleanup_(freep) char *text = effect_read(a, g->cgroup, "cpuset.cpus.partition");
	const char *invalid = text ? strstr(text, " invalid") : NULL;

	if (!text)
		return effect_add(out, KNOB_CPU_PARTITION, EFFECT_NONE, NULL,
				  text_fmt("%s has no cpuset.cpus.partition", g->cgroup));
	if (invalid)
		return effect_add(out, KNOB_CPU_PARTITION, EFFECT_NONE, strdup(text),
				  text_fmt("the kernel says:%s", invalid));
	return effect_add(out, KNOB_CPU_PARTITION, EFFECT_FULL, strdup(text),
			  g->unit ? text_fmt("systemd has no property for it and leaves it alone") : NULL);
}

static const struct idset *pin_of(const struct qos_pin *pin, uint32_t index)
{
	for (size_t i = 0; i < pin->n; i++)
		if (pin->v[i].id == index)
			return pin->v[i].cpus;
	return pin->all;
}

static int one_thread(const struct guest_thread *t, const struct idset *want, struct effects *out,
		      size_t *good)
{
	_cleanup_(freep) char *have = NULL, *wanted = NULL;

	if (idset_equal(&t->cpus, want)) {
		++*good;
		return 0;
	}
	have = units_list_str(&t->cpus);
	wanted = units_list_str(want);
	return effect_add(out, pin_knobs[t->role], EFFECT_PARTLY, NULL,
			  text_fmt("%s %u (thread %d) may run on %s, not on %s", thread_role_name[t->role],
				   t->index, t->tid, have ? have : "?", wanted ? wanted : "?"));
}

int effect_pins(const struct effect_args *a, enum thread_role role, struct effects *out)
{
	const struct guest *g = effect_guest(a);
	const struct qos_pin *pin = &a->want->pin[role];
	size_t n = 0, good = 0;
	int rc = 0;

	for (size_t i = 0; i < g->n_threads && !rc; i++) {
		const struct idset *want = g->threads[i].role == role ? pin_of(pin, g->threads[i].index)
								      : NULL;

		if (!want)
			continue;
		n++;
		rc = one_thread(&g->threads[i], want, out, &good);
	}
	if (rc)
		return rc;
	if (!n)
		return effect_add(out, pin_knobs[role], EFFECT_NOTE, NULL,
				  text_fmt("the guest has no such thread now%s",
					   role == ROLE_VCPU ? ", or QEMU runs without debug-threads=on: "
							       "vCPUs cannot be told apart then"
							     : ""));
	return effect_add(out, pin_knobs[role], good == n ? EFFECT_FULL : EFFECT_PARTLY,
			  text_fmt("%zu of %zu threads", good, n), NULL);
}

/* Bytes on nodes in a set, or on all others. */
static uint64_t bytes_on(const struct guest *g, const struct idset *nodes, bool others)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < g->n_nodes; i++)
		if (idset_has(nodes, (uint32_t)i) != others)
			sum += g->node_bytes[i];
	return sum;
}

static int elsewhere(const struct effect_args *a, enum qos_knob knob, const struct idset *nodes,
		     enum effect_kind kind, struct effects *out)
{
	const struct guest *g = effect_guest(a);
	uint64_t far = bytes_on(g, nodes, true), all = bytes_on(g, nodes, false) + far;
	_cleanup_(freep) char *size = units_size_str(far), *list = units_list_str(nodes);

	if (!all)
		return 0;
	if (far * 20 < all) /* libraries and caches are spread over all nodes */
		return effect_add(out, knob, EFFECT_FULL,
				  text_fmt("%" PRIu64 "%% of its memory", (all - far) / (all / 100 + 1)),
				  NULL);
	return effect_add(out, knob, kind,
			  text_fmt("%" PRIu64 "%% of its memory", (all - far) / (all / 100 + 1)),
			  text_fmt("%s are not on %s%s", size ? size : "?", list ? list : "?",
				   g->passthrough ? ": pinned for its devices, so they do not move" : ""));
}

int effect_place(const struct effect_args *a, struct effects *out)
{
	const struct qos_guest *q = a->want;
	int rc = 0;

	if (q->cpu.cpus)
		rc = granted(a, KNOB_CPU_CPUS, "cpuset.cpus.effective", q->cpu.cpus, out);
	if (!rc && q->cpu.partition != CPUSET_UNSET && q->cpu.partition != CPUSET_MEMBER)
		rc = partition(a, out);
	for (int role = 0; role < ROLES && !rc; role++)
		if (q->pin[role].line)
			rc = effect_pins(a, (enum thread_role)role, out);
	if (!rc && q->numa.mems) {
		rc = granted(a, KNOB_NUMA_MEMS, "cpuset.mems.effective", q->numa.mems, out);
		if (!rc)
			rc = elsewhere(a, KNOB_NUMA_MEMS, q->numa.mems, EFFECT_PARTLY, out);
	}
	if (!rc && q->numa.prefer)
		rc = elsewhere(a, KNOB_NUMA_PREFER, q->numa.prefer, EFFECT_NOTE, out);
	return rc;
}
