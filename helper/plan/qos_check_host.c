// SPDX-License-Identifier: GPL-2.0-only
/*
 * qos_check_host.c - memory and CPUs of all guests together against those of the host; pure
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "lib/hostfs.h"
#include "plan/qos_check_priv.h"
#include "lib/units.h"

static uint64_t bytes_of(struct amount a, uint64_t ram)
{
	__extension__ typedef unsigned __int128 wide;

	if (a.kind == AMOUNT_NONE)
		return 0;
	return a.kind == AMOUNT_PERCENT ? (uint64_t)((wide)ram * a.value / UNITS_ALL) : a.value;
}

static uint64_t plus(uint64_t a, uint64_t b)
{
	uint64_t sum;

	return __builtin_add_overflow(a, b, &sum) ? QOS_MAX : sum;
}

/* Copies of a guest: one that does not run counts once. */
static size_t copies_of(const struct checking *c, size_t i)
{
	return c->copies[i] ? c->copies[i] : 1;
}

/* What a guest may use: the running one's own memory tells best, then the file; 0 when nobody knows. */
static uint64_t size_of(const struct checking *c, size_t i)
{
	const struct qos_guest *g = &c->q->guests[i];
	uint64_t max = bytes_of(g->memory.max, c->caps->memory);

	if (c->running[i] && c->running[i]->memory)
		return c->running[i]->memory;
	if (max && max != QOS_MAX)
		return max;
	return bytes_of(g->memory.min, c->caps->memory) == QOS_MAX ? 0
								   : bytes_of(g->memory.min, c->caps->memory);
}

/* A guest with a device has all of its memory pinned: the device may write to any of it. */
static bool is_pinned(const struct checking *c, size_t i)
{
	return c->q->guests[i].n_devices || (c->running[i] && c->running[i]->passthrough);
}

/** struct memory_sums - in bytes */
struct memory_sums {
	uint64_t pinned, protected, all;
	size_t n_pinned;
	const struct qos_guest *last_pinned, *last_protected; /* to blame */
};

static int add_guest(struct checking *c, size_t i, struct memory_sums *m)
{
	const struct qos_guest *g = &c->q->guests[i];
	uint64_t size = size_of(c, i), min = bytes_of(g->memory.min, c->caps->memory);
	size_t n = copies_of(c, i);

	if (min == QOS_MAX)
		min = size;
	for (size_t k = 0; k < n; k++) {
		m->all = plus(m->all, size);
		m->protected = plus(m->protected, min);
		m->pinned = is_pinned(c, i) ? plus(m->pinned, size) : m->pinned;
	}
	if (min)
		m->last_protected = g;
	if (!is_pinned(c, i))
		return 0;
	m->n_pinned += n;
	m->last_pinned = g;
	return size ? 0
		    : plan_note(&c->out->words, -1, g->name, KNOB_DEVICES,
				"it does not run and has no memory: max, so its memory, which its devices "
				"pin, is not in "
				"the sums");
}

static int say(struct checking *c, const char *what, uint64_t wanted, uint64_t kept, uint64_t total,
	       bool fits)
{
	char *w = units_size_str(wanted), *k = units_size_str(kept), *t = units_size_str(total);

	if (w && k && t)
		return check_sum(c, what, w, k, t, fits);
	free(w);
	free(k);
	free(t);
	return -ENOMEM;
}

/* "96 GiB of …; the host has 64 GiB and keeps 4 GiB: 60 GiB are left" */
static int too_much(struct checking *c, const struct qos_guest *g, size_t line, const char *key,
		    uint64_t wanted, const char *what, uint64_t kept, uint64_t left)
{
	_cleanup_(freep) char *w = units_size_str(wanted), *k = units_size_str(kept),
			      *l = units_size_str(left), *t = units_size_str(c->caps->memory);

	if (!w || !k || !l || !t)
		return -ENOMEM;
	return check_wrong(c, g, line,
			   "%s: all guests together want %s of %s; the host has %s and keeps %s: %s are left",
			   key, w, what, t, k, l);
}

/* Memory that is bound to one node has to fit into it. */
static int check_node(struct checking *c, const struct caps_node *node)
{
	_cleanup_(freep) char *what = text_fmt("memory, bound to node %" PRIu32, node->id), *w = NULL,
			      *t = NULL;
	const struct qos_guest *last = NULL;
	uint64_t wanted = 0;
	bool pinned = false;

	if (!what)
		return -ENOMEM;
	for (size_t i = 0; i < c->q->n_guests; i++) {
		const struct idset *mems = c->q->guests[i].numa.mems;

		if (!mems || idset_count(mems) != 1 || !idset_has(mems, node->id))
			continue;
		for (size_t k = 0; k < copies_of(c, i); k++)
			wanted = plus(wanted, size_of(c, i));
		last = &c->q->guests[i];
		pinned = pinned || is_pinned(c, i);
	}
	if (!wanted || !last)
		return 0;
	if (say(c, what, wanted, 0, node->memory, wanted <= node->memory))
		return -ENOMEM;
	if (wanted <= node->memory)
		return 0;
	w = units_size_str(wanted);
	t = units_size_str(node->memory);
	if (!w || !t)
		return -ENOMEM;
	if (pinned)
		return check_wrong(c, last, last->numa.line,
				   "numa: mems: %s are bound to node %" PRIu32
				   ", some of it pinned by devices; the node has %s",
				   w, node->id, t);
	return plan_note(&c->out->words, -1, last->name, KNOB_NUMA_MEMS,
			 "%s are bound to node %" PRIu32 ", which has %s: some of it would be swapped", w,
			 node->id, t);
}

int check_memory(struct checking *c)
{
	uint64_t ram = c->caps->memory, kept = bytes_of(c->q->host.memory, ram), left;
	struct memory_sums m = { 0 };
	int rc = 0;

	kept = kept > ram ? ram : kept;
	left = ram - kept;
	for (size_t i = 0; i < c->q->n_guests && !rc; i++)
		rc = add_guest(c, i, &m);
	if (!rc && m.n_pinned)
		rc = say(c, "memory, pinned by devices", m.pinned, kept, ram, m.pinned <= left);
	if (!rc && m.n_pinned && m.pinned > left)
		rc = too_much(c, m.last_pinned, 0, "devices", m.pinned, "pinned memory", kept, left);
	if (!rc && m.protected)
		rc = say(c, "memory, protected by min", m.protected, kept, ram, m.protected <= left);
	if (!rc && m.last_protected && m.protected > left)
		rc = too_much(c, m.last_protected, m.last_protected->memory.line, "memory: min", m.protected,
			      "protected memory", kept, left);
	if (!rc && m.all)
		rc = say(c, "memory, all that is known", m.all, kept, plus(ram, c->caps->swap),
			 m.all <= plus(left, c->caps->swap));
	if (!rc && m.all > left) {
		_cleanup_(freep) char *over = units_size_str(m.all - left),
				      *swap = units_size_str(c->caps->swap);

		if (!over || !swap)
			return -ENOMEM;
		rc = plan_note(
			&c->out->words, -1, NULL, KNOB_MEMORY_MAX,
			"guests may use %s more than the RAM that is left for them; there are %s of swap",
			over, swap);
	}
	for (size_t i = 0; i < c->caps->n_nodes && !rc; i++)
		rc = check_node(c, &c->caps->nodes[i]);
	return rc;
}

/* ---- CPUs */

static bool is_alone(const struct qos_guest *g)
{
	return g->cpu.partition > CPUSET_MEMBER && g->cpu.cpus;
}

/* All CPUs that a guest names: those of its cgroup, and of its threads. */
static void cpus_of(const struct qos_guest *g, struct idset *out)
{
	*out = (struct idset){ 0 };
	if (g->cpu.cpus)
		idset_join(out, g->cpu.cpus);
	for (enum thread_role r = 0; r < ROLES; r++) {
		if (g->pin[r].all)
			idset_join(out, g->pin[r].all);
		for (size_t i = 0; i < g->pin[r].n; i++)
			idset_join(out, g->pin[r].v[i].cpus);
	}
}

/* Those of its vCPUs alone: other threads may well run on the host's CPUs. */
static void vcpus_of(const struct qos_guest *g, struct idset *out)
{
	*out = (struct idset){ 0 };
	if (is_alone(g))
		idset_join(out, g->cpu.cpus);
	if (g->pin[ROLE_VCPU].all)
		idset_join(out, g->pin[ROLE_VCPU].all);
	for (size_t i = 0; i < g->pin[ROLE_VCPU].n; i++)
		idset_join(out, g->pin[ROLE_VCPU].v[i].cpus);
}

static int overlap(struct checking *c, const struct qos_guest *g, size_t line, const char *key,
		   const struct idset *a, const struct idset *b, const char *whose)
{
	struct idset both = idset_and(a, b);
	_cleanup_(freep) char *list = NULL;

	if (idset_empty(&both))
		return 0;
	list = units_list_str(&both);
	return list ? check_wrong(c, g, line, "%s: CPUs %s are %s", key, list, whose) : -ENOMEM;
}

/* A partition has its CPUs alone; two running copies of one entry cannot both have them. */
static int check_partition(struct checking *c, size_t n, struct idset *taken)
{
	const struct qos_guest *g = &c->q->guests[n];
	struct idset theirs;
	int rc = 0;

	if (!is_alone(g))
		return 0;
	idset_join(taken, g->cpu.cpus);
	if (c->copies[n] > 1)
		rc = check_wrong(c, g, g->cpu.line,
				 "cpu: partition: %zu running guests are meant, and only one can have "
				 "these CPUs",
				 c->copies[n]);
	for (size_t i = 0; i < c->q->n_guests && !rc; i++) {
		const struct qos_guest *o = &c->q->guests[i];
		_cleanup_(freep) char *whose =
			text_fmt("the guest %s's as well, %s:%zu, and only one can have them", o->name,
				 o->file, o->line);

		if (i == n || (is_alone(o) && i > n))
			continue;
		cpus_of(o, &theirs);
		rc = whose ? overlap(c, g, g->cpu.line, "cpu: partition", g->cpu.cpus, &theirs, whose)
			   : -ENOMEM;
	}
	return rc;
}

static int check_quotas(struct checking *c)
{
	struct idset host = c->q->host.cpus ? idset_and(c->q->host.cpus, &c->caps->online)
					    : (struct idset){ 0 };
	uint64_t total = (uint64_t)idset_count(&c->caps->online) * UNITS_ALL, sum = 0;
	uint64_t kept = (uint64_t)idset_count(&host) * UNITS_ALL, left = total - kept;
	_cleanup_(freep) char *w = NULL, *l = units_percent_str(left);
	char *k, *t;
	int rc = 0;

	for (size_t i = 0; i < c->q->n_guests; i++)
		if (c->q->guests[i].cpu.quota && c->q->guests[i].cpu.quota != QOS_MAX)
			sum += c->q->guests[i].cpu.quota * copies_of(c, i);
	if (!sum)
		return 0;
	w = units_percent_str(sum);
	if (!w || !l)
		return -ENOMEM;
	if (sum > left)
		rc = plan_note(&c->out->words, -1, NULL, KNOB_CPU_QUOTA,
			       "quotas add up to %s of a CPU, and %s are left for guests: one may get less "
			       "than its quota",
			       w, l);
	if (rc)
		return rc;
	k = units_percent_str(kept);
	t = units_percent_str(total);
	if (k && t)
		return check_sum(c, "CPU time, quotas", strdup(w), k, t, sum <= left);
	free(k);
	free(t);
	return -ENOMEM;
}

int check_cpus(struct checking *c)
{
	struct idset taken = { 0 }, vcpus;
	const struct idset *host = c->q->host.cpus;
	size_t n;
	int rc = 0;

	for (size_t i = 0; i < c->q->n_guests && !rc; i++) {
		const struct qos_guest *g = &c->q->guests[i];

		rc = check_partition(c, i, &taken);
		vcpus_of(g, &vcpus);
		if (!rc && host)
			rc = overlap(c, g, g->pin[ROLE_VCPU].line ? g->pin[ROLE_VCPU].line : g->cpu.line,
				     g->pin[ROLE_VCPU].line ? "pin: vcpus" : "cpu: cpus", &vcpus, host,
				     "kept for the host (host: cpus)");
	}
	n = idset_count(&taken);
	if (!rc && n)
		rc = check_sum(c, "CPUs, of partitions", text_fmt("%zu", n),
			       text_fmt("%zu", host ? idset_count(host) : 0),
			       text_fmt("%zu", idset_count(&c->caps->online)),
			       n + (host ? idset_count(host) : 0) <= idset_count(&c->caps->online));
	return rc ? rc : check_quotas(c);
}
