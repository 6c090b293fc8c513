// SPDX-License-Identifier: GPL-2.0-only
/*
 * plan.c - from what is wanted and what is there to a list of steps; pure
 *
 * First the classes are laid out, then each guest gets its steps, then the groups of resctrl: those depend on
 * which guests are left.
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/append.h"
#include "lib/hostfs.h"
#include "plan/layout.h"
#include "plan/plan_xen.h"

/* what cgroup files and unit properties are needed for */
static const uint32_t cgroup_knobs = 1U << KNOB_CPU_WEIGHT | 1U << KNOB_CPU_QUOTA | 1U << KNOB_CPU_BURST |
				     1U << KNOB_CPU_CPUS | 1U << KNOB_CPU_PARTITION | 1U << KNOB_NUMA_MEMS |
				     1U << KNOB_IO_WEIGHT | 1U << KNOB_IO_MAX | 1U << KNOB_MEMORY_MIN |
				     1U << KNOB_MEMORY_LOW | 1U << KNOB_MEMORY_HIGH | 1U << KNOB_MEMORY_MAX |
				     1U << KNOB_MEMORY_SWAP;

static int add_error(struct plan *p, char *text)
{
	char **e = text ? append(p->errors, p->n_errors) : NULL;

	if (!e) {
		free(text);
		return -ENOMEM;
	}
	*e = text;
	return 0;
}

int plan_error(struct plan *p, const char *file, size_t line, const char *fmt, ...)
{
	_cleanup_(freep) char *text = TEXT_ARGS(fmt);

	if (!text)
		return -ENOMEM;
	return add_error(p, text_fmt("%s:%zu: %s", file, line, text));
}

static int add_note(struct plan *p, int guest, const char *name, enum qos_knob knob, char *text)
{
	struct plan_note *n = text ? append(p->notes, p->n_notes) : NULL;

	if (!n) {
		free(text);
		return -ENOMEM;
	}
	*n = (struct plan_note){ .guest = guest, .name = name, .knob = knob, .text = text };
	return 0;
}

int plan_note(struct plan *p, int guest, const char *name, enum qos_knob knob, const char *fmt, ...)
{
	return add_note(p, guest, name, knob, TEXT_ARGS(fmt));
}

int plan_wrong(struct subject *s, size_t line, const char *fmt, ...)
{
	_cleanup_(freep) char *text = TEXT_ARGS(fmt);

	s->failed = true;
	if (!text)
		return -ENOMEM;
	return plan_error(s->p->plan, s->q->file, line ? line : s->q->line, "guests: %s: %s", s->q->name,
			  text);
}

int plan_cannot(struct subject *s, enum qos_knob knob, const char *fmt, ...)
{
	char *text = TEXT_ARGS(fmt);

	if (!text)
		return -ENOMEM;
	if (s->past) {
		free(text);
		return 0;
	}
	if (s->q->require >> knob & 1 && !s->clear) {
		_cleanup_(freep) char *words = text;

		return plan_wrong(s, s->q->require_line, "require: %s: %s", qos_knob_name[knob], words);
	}
	return add_note(s->p->plan, s->index, s->q->name, knob, text);
}

int plan_yields(struct subject *s, enum qos_knob knob, bool *yields)
{
	enum qos_area area = qos_knob_area(knob);

	*yields = false;
	if (area == AREAS || s->q->takeover >> area & 1)
		return 0;
	for (size_t i = 0; i < s->g->n_foreign; i++)
		if (s->g->foreign[i].area == area) {
			*yields = true;
			return plan_cannot(s, knob, "%s stands; takeover: [%s] would replace it",
					   s->g->foreign[i].what, qos_area_name[area]);
		}
	return 0;
}

struct step *plan_step(struct plan *p, enum step_kind kind, enum qos_knob knob, int guest, const char *name)
{
	struct step *s = append(p->steps, p->n_steps);

	if (s)
		*s = (struct step){ .kind = kind, .knob = knob, .guest = guest, .name = name };
	return s;
}

struct step *plan_step_text(struct planner *p, enum step_kind kind, enum qos_knob knob,
			    const struct subject *s, const char *target, const char *key, const char *want,
			    const char *have, bool changes)
{
	struct step *step = plan_step(p->plan, kind, knob, s ? s->index : -1, s ? s->q->name : NULL);

	if (!step)
		return NULL;
	step->target = target ? strdup(target) : NULL;
	step->key = key ? strdup(key) : NULL;
	step->want = want ? strdup(want) : NULL;
	step->have = have ? strdup(have) : NULL;
	step->changes = changes;
	if ((target && !step->target) || (key && !step->key) || (want && !step->want) ||
	    (have && !step->have))
		return NULL;
	return step;
}

static void step_clear(struct step *s)
{
	free(s->target);
	free(s->key);
	free(s->want);
	free(s->have);
	free(s->tids);
	free(s->why);
}

/* Forgets the steps from @n on. */
static void drop_steps(struct plan *p, size_t n)
{
	while (p->n_steps > n)
		step_clear(&p->steps[--p->n_steps]);
}

/* Which guests are to be changed; one that two entries mean is an error, and so is a name that nobody has. */
static int choose(struct planner *p)
{
	const struct plan_args *a = p->a;
	int rc = 0;

	for (size_t i = 0; i < a->guests->n && !rc; i++) {
		const struct guest *g = &a->guests->v[i];
		const struct qos_guest *first = NULL, *second = NULL;

		p->chosen[i] = p->entry[i] >= 0 && !a->only;
		for (size_t k = 0; a->only && k < a->n_only && p->entry[i] >= 0; k++)
			if (!strcmp(a->only[k], g->name) ||
			    !strcmp(a->only[k], a->qos->guests[p->entry[i]].name))
				p->chosen[i] = true;
		if (p->entry[i] != GUEST_TWO_ENTRIES)
			continue;
		for (size_t k = 0; k < a->qos->n_guests && !second; k++)
			if (guest_matches(g, &a->qos->guests[k])) {
				second = first ? &a->qos->guests[k] : NULL;
				first = first ? first : &a->qos->guests[k];
			}
		if (!second)
			continue;
		rc = plan_error(p->plan, second->file, second->line,
				"guests: %s: its match fits the running guest %s, and so does %s in %s:%zu",
				second->name, g->name, first->name, first->file, first->line);
	}
	return rc;
}

/* Without the one hierarchy nothing of a cgroup can be set: said once a guest, as an error. */
static int judge_cgroup(struct subject *s, bool *usable)
{
	const struct caps *c = s->p->a->caps;
	static const char *const what[] = {
		[HOST_CGROUP_NONE] = "no cgroup file system is mounted",
		[HOST_CGROUP_V1] = "this host has cgroup v1",
		[HOST_CGROUP_HYBRID] = "this host has cgroup v1 and v2 side by side",
	};

	*usable = c->cgroup == HOST_CGROUP_V2;
	if (*usable || !(qos_guest_knobs(s->p->a->qos, s->q) & cgroup_knobs))
		return 0;
	return plan_wrong(s, 0,
			  "%s; cpu:, io:, memory: and numa: mems need cgroup v2 alone: boot with "
			  "systemd.unified_cgroup_hierarchy=1, or mount cgroup2 at /sys/fs/cgroup",
			  what[c->cgroup]);
}

static int note_home(struct subject *s)
{
	if (!s->g->homeless || !(qos_guest_knobs(s->p->a->qos, s->q) & cgroup_knobs))
		return 0;
	return plan_note(s->p->plan, s->index, s->q->name, s->g->xen ? KNOB_IO_WEIGHT : KNOB_CPU_WEIGHT,
			 "it has no cgroup of its own, and gets %s",
			 plan_has_unit(s) ? s->g->unit : s->g->cgroup);
}

static int plan_guest_cgroup(struct subject *s)
{
	bool usable;
	int rc;

	if (s->g->homeless && s->clear)
		return 0;
	rc = judge_cgroup(s, &usable);
	if (rc || !usable)
		return rc;
	rc = note_home(s);
	if (!rc)
		rc = plan_cgroup(s);
	return rc ? rc : plan_io(s);
}

/* Of a domain the dom0's cgroups have nothing but what does I/O for it. */
static int plan_backends(struct subject *s)
{
	uint32_t set = qos_guest_knobs(s->p->a->qos, s->q);
	enum qos_knob knob = set >> KNOB_IO_WEIGHT & 1 ? KNOB_IO_WEIGHT : KNOB_IO_MAX;
	bool usable;
	int rc;

	if (!(set & (1U << KNOB_IO_WEIGHT | 1U << KNOB_IO_MAX)) ||
	    (s->p->a->clear && (!s->g->cgroup || s->g->homeless)))
		return 0;
	if (!s->g->cgroup)
		return plan_cannot(s, knob, "nothing in the dom0 does I/O for it");
	rc = judge_cgroup(s, &usable);
	if (rc || !usable)
		return rc;
	rc = note_home(s);
	return rc ? rc : plan_io(s);
}

static int plan_domain(struct subject *s)
{
	int rc = plan_xen(s);

	return rc ? rc : plan_backends(s);
}

static int plan_guest(struct planner *p, int i, const struct layout *layout)
{
	struct subject s = { .p = p,
			     .index = i,
			     .g = &p->a->guests->v[i],
			     .q = &p->a->qos->guests[p->entry[i]],
			     .clear = p->a->clear };
	struct plan_asked *asked = &p->plan->asked[i];
	size_t before = p->plan->n_steps;
	int rc = plan_asks(&s, asked);

	if (!rc)
		rc = plan_past(p, i, s.q, asked);
	s.first = p->plan->n_steps;
	if (!rc)
		rc = s.g->xen ? plan_domain(&s) : plan_guest_cgroup(&s);
	if (!rc && !s.g->xen && s.q->cpu.pool && !p->a->clear)
		rc = plan_cannot(&s, KNOB_CPU_POOL, "only Xen has cpupools");
	if (!rc)
		rc = plan_place(&s);
	if (!rc)
		rc = plan_class(&s, layout);
	if (s.failed) {
		drop_steps(p->plan, before);
		p->chosen[i] = false;
	}
	asked->known = !s.failed;
	plan_asks_only(&s, asked);
	return rc;
}

/* Somebody has given a process the name of a guest of the file. */
static int note_pretender(struct planner *p, int i)
{
	const struct guest *g = &p->a->guests->v[i];
	int rc = 0;

	for (size_t k = 0; k < p->a->qos->n_guests && !rc && !p->a->clear; k++)
		if (guest_pretends(g, &p->a->qos->guests[k]))
			rc = plan_note(
				p->plan, i, p->a->qos->guests[k].name, KNOB_CPU_WEIGHT,
				"process %d says that it is this guest, but is not root's: it gets nothing "
				"unless match: names its user%s%s",
				g->pid, g->user ? ", " : "", g->user ? g->user : "");
	return rc;
}

/* A guest that is not in the file keeps nothing of what was set for it when it was. */
static int plan_stranger(struct planner *p, int i)
{
	int rc = p->entry[i] == GUEST_NO_ENTRY ? note_pretender(p, i) : 0;

	if (rc || p->entry[i] != GUEST_NO_ENTRY || p->a->only)
		return rc;
	p->plan->asked[i].known = true;
	return plan_past(p, i, NULL, &p->plan->asked[i]);
}

/* Guests whose class has no place: nothing is done for them. */
static void drop_classes(struct planner *p)
{
	for (size_t i = 0; i < p->a->guests->n; i++)
		if (p->chosen[i] && p->a->qos->guests[p->entry[i]].class)
			p->chosen[i] = false;
}

static int make(struct planner *p)
{
	struct layout layout = { 0 };
	int rc = guests_match(p->a->qos, p->a->guests, p->entry);

	for (size_t i = 0; i < p->a->guests->n; i++)
		p->class[i] = -1;
	if (!rc)
		rc = choose(p);
	if (!rc)
		rc = layout_make(p, &layout);
	if (!rc)
		p->rmids = plan_rmids(p, &layout, false);
	if (!rc && layout.failed && !p->a->clear)
		drop_classes(p);
	for (size_t i = 0; i < p->a->guests->n && !rc; i++)
		rc = p->chosen[i] ? plan_guest(p, (int)i, &layout) : plan_stranger(p, (int)i);
	if (!rc && p->a->caps->xen.dom0)
		rc = plan_xen_pools(p);
	if (!rc)
		rc = p->a->caps->rdt.psr ? plan_xen_psr(p, &layout) : plan_rdt(p, &layout);
	layout_free(&layout);
	return rc;
}

int plan_make(const struct plan_args *args, struct plan *out)
{
	struct planner p = { .a = args, .plan = out };
	int rc = -ENOMEM;

	memset(out, 0, sizeof(*out));
	p.entry = calloc(args->guests->n + 1, sizeof(*p.entry));
	p.chosen = calloc(args->guests->n + 1, sizeof(*p.chosen));
	p.class = calloc(args->guests->n + 1, sizeof(*p.class));
	p.monitor = calloc(args->guests->n + 1, sizeof(*p.monitor));
	out->asked = calloc(args->guests->n + 1, sizeof(*out->asked));
	out->n_asked = args->guests->n;
	if (p.entry && p.chosen && p.class && p.monitor && out->asked)
		rc = make(&p);
	free(p.entry);
	free(p.chosen);
	free(p.class);
	free(p.monitor);
	if (rc)
		plan_free(out);
	return rc;
}

bool plan_changes(const struct plan *p)
{
	for (size_t i = 0; i < p->n_steps; i++)
		if (p->steps[i].changes)
			return true;
	return false;
}

void plan_free(struct plan *p)
{
	drop_steps(p, 0);
	free(p->steps);
	for (size_t i = 0; i < p->n_asked && p->asked; i++) {
		for (size_t k = 0; k < p->asked[i].n; k++)
			free(p->asked[i].v[k]);
		free(p->asked[i].v);
	}
	free(p->asked);
	for (size_t i = 0; i < p->n_notes; i++)
		free(p->notes[i].text);
	free(p->notes);
	for (size_t i = 0; i < p->n_errors; i++)
		free(p->errors[i]);
	free(p->errors);
	memset(p, 0, sizeof(*p));
}
