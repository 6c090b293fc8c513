// SPDX-License-Identifier: GPL-2.0-only
/*
 * qos.c - the names of what the configuration can say about guests, and looking it up
 */
#include <stdlib.h>
#include <string.h>

#include "config/qos.h"

const char *const rdt_res_name[RDT_RESOURCES] = {
	[RDT_L3] = "L3",	 [RDT_L3CODE] = "L3CODE", [RDT_L3DATA] = "L3DATA", [RDT_L2] = "L2",
	[RDT_L2CODE] = "L2CODE", [RDT_L2DATA] = "L2DATA", [RDT_MB] = "MB",	   [RDT_SMBA] = "SMBA",
};

const char *const thread_role_name[ROLES] = {
	[ROLE_VCPU] = "vcpu",
	[ROLE_EMULATOR] = "emulator",
	[ROLE_IOTHREAD] = "iothread",
	[ROLE_VHOST] = "vhost",
};

const char *const qos_area_name[AREAS] = {
	[AREA_CPU] = "cpu", [AREA_PIN] = "pin",	      [AREA_NUMA] = "numa",
	[AREA_IO] = "io",   [AREA_MEMORY] = "memory", [AREA_CLASS] = "class",
};

const char *const qos_knob_name[KNOBS] = {
	[KNOB_CPU_WEIGHT] = "cpu.weight",
	[KNOB_CPU_QUOTA] = "cpu.quota",
	[KNOB_CPU_BURST] = "cpu.burst",
	[KNOB_CPU_CPUS] = "cpu.cpus",
	[KNOB_CPU_PARTITION] = "cpu.partition",
	[KNOB_CPU_POOL] = "cpu.pool",
	[KNOB_PIN_VCPUS] = "pin.vcpus",
	[KNOB_PIN_EMULATOR] = "pin.emulator",
	[KNOB_PIN_IOTHREADS] = "pin.iothreads",
	[KNOB_PIN_VHOST] = "pin.vhost",
	[KNOB_NUMA_MEMS] = "numa.mems",
	[KNOB_NUMA_PREFER] = "numa.prefer",
	[KNOB_IO_WEIGHT] = "io.weight",
	[KNOB_IO_MAX] = "io.max",
	[KNOB_IO_PRIORITY] = "io.priority",
	[KNOB_MEMORY_MIN] = "memory.min",
	[KNOB_MEMORY_LOW] = "memory.low",
	[KNOB_MEMORY_HIGH] = "memory.high",
	[KNOB_MEMORY_MAX] = "memory.max",
	[KNOB_MEMORY_SWAP] = "memory.swap",
	[KNOB_L3] = "L3",
	[KNOB_L2] = "L2",
	[KNOB_MB] = "MB",
	[KNOB_MONITOR] = "monitor",
	[KNOB_DEVICES] = "devices",
};

enum qos_knob qos_knob_find(const char *name, size_t n)
{
	for (enum qos_knob k = 0; k < KNOBS; k++)
		if (strlen(qos_knob_name[k]) == n && !strncmp(qos_knob_name[k], name, n))
			return k;
	return KNOBS;
}

enum qos_area qos_knob_area(enum qos_knob k)
{
	if (k <= KNOB_CPU_POOL)
		return AREA_CPU;
	if (k <= KNOB_PIN_VHOST)
		return AREA_PIN;
	if (k <= KNOB_NUMA_PREFER)
		return AREA_NUMA;
	if (k <= KNOB_IO_PRIORITY)
		return AREA_IO;
	if (k <= KNOB_MEMORY_SWAP)
		return AREA_MEMORY;
	return k <= KNOB_MB ? AREA_CLASS : AREAS;
}

const struct qos_class *qos_class_find(const struct qos *q, const char *name)
{
	for (size_t i = 0; i < q->n_classes; i++)
		if (!strcmp(q->classes[i].name, name))
			return &q->classes[i];
	return NULL;
}

const struct qos_guest *qos_guest_find(const struct qos *q, const char *name)
{
	for (size_t i = 0; i < q->n_guests; i++)
		if (!strcmp(q->guests[i].name, name))
			return &q->guests[i];
	return NULL;
}

static bool io_limits(const struct qos_io *io)
{
	for (size_t i = 0; i < io->n_devices; i++)
		if (io->devices[i].rbps || io->devices[i].wbps || io->devices[i].riops ||
		    io->devices[i].wiops)
			return true;
	return false;
}

static bool io_weights(const struct qos_io *io)
{
	for (size_t i = 0; i < io->n_devices; i++)
		if (io->devices[i].weight)
			return true;
	return io->weight;
}

uint32_t qos_guest_knobs(const struct qos *q, const struct qos_guest *g)
{
	const struct qos_class *c = g->class ? qos_class_find(q, g->class) : NULL;
	const struct qos_memory *m = &g->memory;
	const bool sets[KNOBS] = {
		[KNOB_CPU_WEIGHT] = g->cpu.weight,
		[KNOB_CPU_QUOTA] = g->cpu.quota,
		[KNOB_CPU_BURST] = g->cpu.has_burst,
		[KNOB_CPU_CPUS] = g->cpu.cpus,
		[KNOB_CPU_PARTITION] = g->cpu.partition != CPUSET_UNSET,
		[KNOB_CPU_POOL] = g->cpu.pool,
		[KNOB_PIN_VCPUS] = g->pin[ROLE_VCPU].line,
		[KNOB_PIN_EMULATOR] = g->pin[ROLE_EMULATOR].line,
		[KNOB_PIN_IOTHREADS] = g->pin[ROLE_IOTHREAD].line,
		[KNOB_PIN_VHOST] = g->pin[ROLE_VHOST].line,
		[KNOB_NUMA_MEMS] = g->numa.mems,
		[KNOB_NUMA_PREFER] = g->numa.prefer,
		[KNOB_IO_WEIGHT] = io_weights(&g->io),
		[KNOB_IO_MAX] = io_limits(&g->io),
		[KNOB_IO_PRIORITY] = g->io.prio != IOPRIO_UNSET,
		[KNOB_MEMORY_MIN] = m->min.kind != AMOUNT_NONE,
		[KNOB_MEMORY_LOW] = m->low.kind != AMOUNT_NONE,
		[KNOB_MEMORY_HIGH] = m->high.kind != AMOUNT_NONE,
		[KNOB_MEMORY_MAX] = m->max.kind != AMOUNT_NONE,
		[KNOB_MEMORY_SWAP] = m->swap.kind != AMOUNT_NONE,
		[KNOB_L3] = c && (c->res[RDT_L3].line || c->res[RDT_L3CODE].line || c->res[RDT_L3DATA].line),
		[KNOB_L2] = c && (c->res[RDT_L2].line || c->res[RDT_L2CODE].line || c->res[RDT_L2DATA].line),
		[KNOB_MB] = c && (c->res[RDT_MB].line || c->res[RDT_SMBA].line),
		[KNOB_MONITOR] = g->monitor,
		[KNOB_DEVICES] = g->n_devices,
	};
	uint32_t bits = 0;

	for (size_t i = 0; i < KNOBS; i++)
		bits |= (uint32_t)sets[i] << i;
	return bits;
}

static void class_clear(struct qos_class *c)
{
	free(c->name);
	for (size_t i = 0; i < RDT_RESOURCES; i++)
		free(c->res[i].ids);
}

static void pin_clear(struct qos_pin *p)
{
	for (size_t i = 0; i < p->n; i++)
		free(p->v[i].cpus);
	free(p->v);
	free(p->all);
}

static void match_clear(struct qos_match *m)
{
	free(m->libvirt);
	free(m->qemu);
	free(m->proxmox);
	free(m->xen);
	free(m->uuid);
	free(m->unit);
	free(m->pidfile);
	free(m->cgroup);
	free(m->user);
}

static void qos_guest_clear(struct qos_guest *g)
{
	free(g->name);
	match_clear(&g->match);
	free(g->class);
	free(g->cpu.cpus);
	free(g->cpu.pool);
	for (size_t i = 0; i < ROLES; i++)
		pin_clear(&g->pin[i]);
	free(g->numa.mems);
	free(g->numa.prefer);
	for (size_t i = 0; i < g->io.n_devices; i++)
		free(g->io.devices[i].path);
	free(g->io.devices);
	for (size_t i = 0; i < g->n_devices; i++)
		free(g->devices[i].selector);
	free(g->devices);
}

void qos_free(struct qos *q)
{
	for (size_t i = 0; i < q->n_classes; i++)
		class_clear(&q->classes[i]);
	free(q->classes);
	for (size_t i = 0; i < q->n_guests; i++)
		qos_guest_clear(&q->guests[i]);
	free(q->guests);
	free(q->host.cpus);
	memset(q, 0, sizeof(*q));
}
