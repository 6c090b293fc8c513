// SPDX-License-Identifier: GPL-2.0-only
/*
 * plan_past.c - what an earlier apply set and the file does not ask for any more is taken back; pure
 *
 * What is asked for is kept as words (guest_past.h). For words of then that are none of now an entry is made up
 * that has just these knobs, and what `guest clear` would do with it is done. Classes and monitor groups need
 * none of this: resctrl itself shows what is ours.
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/append.h"
#include "lib/hostfs.h"
#include "plan/plan_xen.h"

/* what has one value for the whole guest */
static const uint32_t single_knobs = 1U << KNOB_CPU_WEIGHT | 1U << KNOB_CPU_QUOTA | 1U << KNOB_CPU_BURST |
				     1U << KNOB_CPU_CPUS | 1U << KNOB_CPU_PARTITION | 1U << KNOB_NUMA_MEMS |
				     1U << KNOB_IO_PRIORITY | 1U << KNOB_MEMORY_MIN | 1U << KNOB_MEMORY_LOW |
				     1U << KNOB_MEMORY_HIGH | 1U << KNOB_MEMORY_MAX | 1U << KNOB_MEMORY_SWAP;

/*
 * These, too, of a domain of Xen. A process has its memory where it was put, and resctrl shows what groups are ours; of a
 * domain's masks nobody else knows who has set them.
 */
static const uint32_t psr_knobs = 1U << KNOB_L3 | 1U << KNOB_L2 | 1U << KNOB_MB;
static const uint32_t xen_knobs = psr_knobs | 1U << KNOB_CPU_POOL | 1U << KNOB_NUMA_PREFER;

/* "KNOB", or "KNOB:WHAT"; takes over @what. */
static int add(struct plan_asked *a, enum qos_knob knob, char *what)
{
	char *word = NULL, **slot;

	if (what)
		word = *what ? text_fmt("%s:%s", qos_knob_name[knob], what) : strdup(qos_knob_name[knob]);
	free(what);
	slot = word ? append(a->v, a->n) : NULL;
	if (!slot) {
		free(word);
		return -ENOMEM;
	}
	*slot = word;
	return 0;
}

static bool has(const struct plan_asked *a, const char *word)
{
	for (size_t i = 0; i < a->n; i++)
		if (!strcmp(a->v[i], word))
			return true;
	return false;
}

static int ask_pins(struct plan_asked *a, const struct qos_guest *q)
{
	int rc = 0;

	for (enum thread_role r = 0; r < ROLES && !rc; r++) {
		if (q->pin[r].all)
			rc = add(a, KNOB_PIN_VCPUS + r, strdup("*"));
		for (size_t i = 0; i < q->pin[r].n && !rc; i++)
			rc = add(a, KNOB_PIN_VCPUS + r, text_fmt("%u", q->pin[r].v[i].id));
	}
	return rc;
}

static int ask_disk(struct plan_asked *a, const struct qos_io_device *d, const char *disk)
{
	const struct {
		const char *key;
		uint64_t value;
	} limits[] = {
		{ "rbps", d->rbps }, { "wbps", d->wbps }, { "riops", d->riops }, { "wiops", d->wiops }
	};
	int rc = d->weight ? add(a, KNOB_IO_WEIGHT, strdup(disk)) : 0;

	for (size_t i = 0; i < 4 && !rc; i++)
		if (limits[i].value)
			rc = add(a, KNOB_IO_MAX, text_fmt("%s:%s", disk, limits[i].key));
	return rc;
}

int plan_asks(const struct subject *s, struct plan_asked *a)
{
	const struct qos_guest *q = s->q;
	uint32_t knobs = qos_guest_knobs(s->p->a->qos, q) &
			 (s->g->xen ? single_knobs | xen_knobs : single_knobs);
	int rc = 0;

	for (enum qos_knob k = 0; k < KNOBS && !rc; k++)
		if (knobs >> k & 1)
			rc = add(a, k, strdup(""));
	if (!rc)
		rc = ask_pins(a, q);
	if (!rc && q->io.weight)
		rc = add(a, KNOB_IO_WEIGHT, strdup(""));
	for (size_t i = 0; i < q->io.n_devices && !rc; i++) {
		const struct caps_block *b = plan_block(s->p->a->caps, q->io.devices[i].path);

		if (b)
			rc = ask_disk(a, &q->io.devices[i], b->name);
	}
	return rc;
}

/* The knob of a word; @what is what is behind the colon, or "". */
static enum qos_knob knob_of(const char *word, const char **what)
{
	size_t n = strcspn(word, ":");

	*what = word + n + (word[n] == ':');
	return qos_knob_find(word, n);
}

void plan_asks_only(const struct subject *s, struct plan_asked *a)
{
	const struct plan *p = s->p->plan;
	/* the steps for caches and bandwidth come last, and for all domains at once */
	uint32_t planned = s->g->xen && !s->clear ? psr_knobs : 0;
	const char *what;
	size_t kept = 0;

	/* what is cleared has no steps that anything is kept for */
	for (size_t i = s->first; i < p->n_steps && !s->clear; i++)
		planned |= 1U << p->steps[i].knob;
	for (size_t i = 0; i < a->n; i++) {
		if (planned >> knob_of(a->v[i], &what) & 1)
			a->v[kept++] = a->v[i];
		else
			free(a->v[i]);
	}
	a->n = kept;
}

/** struct forgotten - an entry with what is to be taken back */
struct forgotten {
	struct qos_guest q;
	struct idset any; /* where a set is needed, whichever */
};

static void forgotten_free(struct forgotten *f)
{
	for (enum thread_role r = 0; r < ROLES; r++)
		free(f->q.pin[r].v);
	for (size_t i = 0; i < f->q.io.n_devices; i++)
		free(f->q.io.devices[i].path);
	free(f->q.io.devices);
}

static int forget_pin(struct forgotten *f, struct qos_pin *pin, const char *what)
{
	struct qos_pin_one *one;

	pin->line = 1;
	if (!strcmp(what, "*")) {
		pin->all = &f->any;
		return 0;
	}
	one = append(pin->v, pin->n);
	if (!one)
		return -ENOMEM;
	*one = (struct qos_pin_one){ .id = (uint32_t)strtoul(what, NULL, 10), .cpus = &f->any };
	return 0;
}

/* One entry for each disk; NULL when memory is out. */
static struct qos_io_device *disk_of(struct forgotten *f, const char *what)
{
	size_t n = strcspn(what, ":");
	struct qos_io_device *d;
	char *name;

	for (size_t i = 0; i < f->q.io.n_devices; i++)
		if (!strncmp(f->q.io.devices[i].path, what, n) && !f->q.io.devices[i].path[n])
			return &f->q.io.devices[i];
	name = strndup(what, n);
	d = name ? append(f->q.io.devices, f->q.io.n_devices) : NULL;
	if (d)
		d->path = name;
	else
		free(name);
	return d;
}

/* "sda" has a weight, and "sda:rbps" a limit */
static int forget_disk(struct forgotten *f, enum qos_knob knob, const char *what)
{
	struct qos_io_device *d = disk_of(f, what);
	const char *key = strchr(what, ':');

	if (!d)
		return -ENOMEM;
	d->weight |= knob == KNOB_IO_WEIGHT;
	d->rbps |= key && !strcmp(key, ":rbps");
	d->wbps |= key && !strcmp(key, ":wbps");
	d->riops |= key && !strcmp(key, ":riops");
	d->wiops |= key && !strcmp(key, ":wiops");
	return 0;
}

/* Which pool a domain is in is one thing, whatever key says so; where it is to be now its entry tells, if it has one. */
static void forget_pool(struct forgotten *f, const struct qos_guest *now)
{
	static char any[] = "";

	if (!now)
		f->q.cpu.pool = any;
}

static void forget_single(struct forgotten *f, enum qos_knob knob)
{
	struct amount *const amounts[] = { &f->q.memory.min, &f->q.memory.low, &f->q.memory.high,
					   &f->q.memory.max, &f->q.memory.swap };

	switch (knob) {
	case KNOB_CPU_WEIGHT:
		f->q.cpu.weight = 1;
		break;
	case KNOB_CPU_QUOTA:
		f->q.cpu.quota = QOS_MAX;
		break;
	case KNOB_CPU_BURST:
		f->q.cpu.has_burst = true;
		break;
	case KNOB_CPU_CPUS:
		f->q.cpu.cpus = &f->any;
		break;
	case KNOB_CPU_PARTITION:
		f->q.cpu.partition = CPUSET_MEMBER;
		break;
	case KNOB_NUMA_MEMS:
		f->q.numa.mems = &f->any;
		break;
	case KNOB_NUMA_PREFER:
		f->q.numa.prefer = &f->any;
		break;
	case KNOB_IO_PRIORITY:
		f->q.io.prio = IOPRIO_IDLE;
		break;
	default:
		if (knob >= KNOB_MEMORY_MIN && knob <= KNOB_MEMORY_SWAP)
			amounts[knob - KNOB_MEMORY_MIN]->kind = AMOUNT_BYTES;
	}
}

static int forget(struct forgotten *f, const struct subject *s, const char *word)
{
	const char *what;
	enum qos_knob knob = knob_of(word, &what);

	if (knob >= KNOB_PIN_VCPUS && knob <= KNOB_PIN_VHOST)
		return forget_pin(f, &f->q.pin[knob - KNOB_PIN_VCPUS], what);
	if ((knob == KNOB_IO_WEIGHT && *what) || knob == KNOB_IO_MAX)
		return forget_disk(f, knob, what);
	if (knob == KNOB_IO_WEIGHT)
		f->q.io.weight = 1;
	else if (s->g->xen && (knob == KNOB_CPU_POOL || knob == KNOB_CPU_PARTITION))
		forget_pool(f, s->now);
	else
		forget_single(f, knob);
	return 0;
}

int plan_taken_back(struct plan *p, int guest, const char *name, enum qos_knob knob)
{
	return plan_note(p, guest, name, knob,
			 "set by an earlier apply, and not in the file any more: it is taken back");
}

static int take_back(struct subject *s)
{
	bool cgroup = s->g->cgroup && !s->g->homeless && s->p->a->caps->cgroup == HOST_CGROUP_V2;
	int rc = 0;

	if (s->g->xen)
		rc = plan_xen(s);
	else if (cgroup)
		rc = plan_cgroup(s);
	if (!rc && cgroup)
		rc = plan_io(s);
	return rc ? rc : plan_place(s);
}

/* One note a knob of which a value changes. */
static int note(struct subject *s)
{
	struct plan *p = s->p->plan;
	uint32_t said = 0;
	int rc = 0;

	for (size_t i = s->first; i < p->n_steps && !rc; i++) {
		enum qos_knob knob = p->steps[i].knob;

		if (!p->steps[i].changes || said >> knob & 1)
			continue;
		said |= 1U << knob;
		rc = plan_taken_back(p, s->index, s->q->name, knob);
	}
	return rc;
}

int plan_past(struct planner *p, int index, const struct qos_guest *now, const struct plan_asked *asked)
{
	const struct guest *g = &p->a->guests->v[index];
	struct forgotten *f = g->n_past ? calloc(1, sizeof(*f)) : NULL;
	struct subject s = { .p = p,
			     .index = index,
			     .g = g,
			     .clear = true,
			     .past = true,
			     .now = now,
			     .first = p->plan->n_steps };
	bool any = false;
	int rc = 0;

	if (!f)
		return g->n_past ? -ENOMEM : 0;
	f->any = p->a->caps->online;
	f->q = (struct qos_guest){ .name = now ? now->name : g->name,
				   .file = now ? now->file : "",
				   .takeover = now ? now->takeover : 0 };
	s.q = &f->q;
	for (size_t i = 0; i < g->n_past && !rc; i++)
		if (!has(asked, g->past[i])) {
			any = true;
			rc = forget(f, &s, g->past[i]);
		}
	if (!rc && any)
		rc = take_back(&s);
	if (!rc)
		rc = note(&s);
	forgotten_free(f);
	free(f);
	return rc;
}
