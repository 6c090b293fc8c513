// SPDX-License-Identifier: GPL-2.0-only
/*
 * plan_place.c - where a guest's threads run, where its memory is, and the priority of their I/O; pure
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "lib/hostfs.h"
#include "plan/plan_priv.h"
#include "lib/units.h"

#define IOPRIO_SHIFT 13 /* class << 13 | level */

/* Less than one part in so many elsewhere is what cannot be moved, or came after: not worth another try. */
#define STRAY_PARTS 64

/* The CPUs of a thread in the file, or NULL. */
static const struct idset *cpus_of(const struct qos_pin *pin, const struct guest_thread *t, size_t *line)
{
	*line = pin->line;
	for (size_t i = 0; i < pin->n; i++)
		if (pin->v[i].id == t->index) {
			*line = pin->v[i].line;
			return pin->v[i].cpus;
		}
	return pin->all;
}

/* Whether its list of CPUs is about to go. */
static bool loses_cpus(const struct subject *s)
{
	for (size_t i = 0; i < s->g->n_past; i++)
		if (!strcmp(s->g->past[i], qos_knob_name[KNOB_CPU_CPUS]))
			return true;
	return false;
}

/* The CPUs that a thread can have: all of the guest where it is not pinned any more. */
static struct idset reachable(const struct subject *s)
{
	const char *effective = guest_file(s->g, "cpuset.cpus.effective");
	struct idset set = s->p->a->caps->online, cgroup;

	if (s->g->xen) /* that of the file are the machine's, which are not the dom0's */
		return set;
	if (s->now && s->now->cpu.cpus)
		return idset_and(&set, s->now->cpu.cpus);
	if (s->q->cpu.cpus && !s->clear)
		return idset_and(&set, s->q->cpu.cpus);
	if (!effective || s->g->homeless || s->q->cpu.cpus || loses_cpus(s) ||
	    !units_list(effective, &cgroup))
		return set;
	return idset_and(&set, &cgroup);
}

static int pin_thread(struct subject *s, const struct guest_thread *t, const struct idset *wanted,
		      size_t line)
{
	enum qos_knob knob = KNOB_PIN_VCPUS + t->role;
	struct idset can = reachable(s), want = s->clear ? can : idset_and(wanted, &can);
	_cleanup_(freep) char *text = units_list_str(&want), *have = units_list_str(&t->cpus),
			      *asked = units_list_str(wanted), *have_can = units_list_str(&can);
	struct step *step;

	if (!text || !have || !asked || !have_can)
		return -ENOMEM;
	if (idset_empty(&want))
		return s->failed || s->past
			       ? 0
			       : plan_wrong(s, line,
					    "pin: %s: none of CPUs %s is there for it: it can have %s",
					    strchr(qos_knob_name[knob], '.') + 1, asked, have_can);
	step = plan_step_text(s->p, STEP_AFFINITY, knob, s, NULL, NULL, text, have,
			      !idset_equal(&want, &t->cpus));
	if (!step)
		return -ENOMEM;
	step->tid = t->tid;
	return 0;
}

/* CPUs of the file that are not there now, said once a role. */
static int note_missing(struct subject *s, enum thread_role role)
{
	const struct qos_pin *pin = &s->q->pin[role];
	struct idset all = pin->all ? *pin->all : (struct idset){ 0 }, missing;
	_cleanup_(freep) char *text = NULL;

	for (size_t i = 0; i < pin->n; i++)
		idset_join(&all, pin->v[i].cpus);
	missing = idset_minus(&all, &s->p->a->caps->online);
	if (idset_empty(&missing))
		return 0;
	text = units_list_str(&missing);
	return text ? plan_note(s->p->plan, s->index, s->q->name, KNOB_PIN_VCPUS + role,
				"CPUs %s are not online", text)
		    : -ENOMEM;
}

/* A number in the file that no thread has. */
static int note_unknown(struct subject *s, enum thread_role role)
{
	const struct qos_pin *pin = &s->q->pin[role];
	int rc = 0;

	for (size_t i = 0; i < pin->n && !rc; i++) {
		bool found = false;

		for (size_t k = 0; k < s->g->n_threads; k++)
			found = found ||
				(s->g->threads[k].role == role && s->g->threads[k].index == pin->v[i].id);
		if (!found)
			rc = plan_note(s->p->plan, s->index, s->q->name, KNOB_PIN_VCPUS + role,
				       "it has no %s %" PRIu32, thread_role_name[role], pin->v[i].id);
	}
	return rc;
}

static int pin_role(struct subject *s, enum thread_role role)
{
	const struct qos_pin *pin = &s->q->pin[role];
	bool yields;
	int rc;

	if (!pin->line)
		return 0;
	rc = plan_yields(s, KNOB_PIN_VCPUS + role, &yields);
	if (rc || yields)
		return rc;
	if (!s->clear) {
		rc = note_missing(s, role);
		if (!rc)
			rc = note_unknown(s, role);
	}
	for (size_t i = 0; i < s->g->n_threads && !rc; i++) {
		const struct guest_thread *t = &s->g->threads[i];
		const struct idset *cpus;
		size_t line;

		/* the file may still have a place for this one of them */
		if (t->role != role || (s->now && cpus_of(&s->now->pin[role], t, &line)))
			continue;
		cpus = cpus_of(pin, t, &line);
		if (cpus)
			rc = pin_thread(s, t, cpus, line);
	}
	return rc;
}

static char *ioprio_text(int value)
{
	static const char *const names[] = { "none", "rt", "be", "idle" };
	int class = value >> IOPRIO_SHIFT;

	if (class < 0 || class > IOPRIO_IDLE)
		return strdup("?");
	return class == IOPRIO_RT || class == IOPRIO_BE
		       ? text_fmt("%s/%d", names[class], value & ((1 << IOPRIO_SHIFT) - 1))
		       : strdup(names[class]);
}

static int ioprio(struct subject *s)
{
	const struct qos_io *io = &s->q->io;
	int want = s->clear ? 0 : (int)io->prio << IOPRIO_SHIFT | (int)io->prio_level;
	_cleanup_(freep) char *text = ioprio_text(want);
	bool yields;
	int rc;

	if (io->prio == IOPRIO_UNSET)
		return 0;
	rc = plan_yields(s, KNOB_IO_PRIORITY, &yields);
	if (rc || yields)
		return rc;
	for (size_t i = 0; i < s->g->n_threads; i++) {
		const struct guest_thread *t = &s->g->threads[i];
		_cleanup_(freep) char *have = ioprio_text(t->ioprio);
		struct step *step;

		if (!text || !have)
			return -ENOMEM;
		step = plan_step_text(s->p, STEP_IOPRIO, KNOB_IO_PRIORITY, s, NULL, NULL, text,
				      t->ioprio < 0 ? NULL : have, t->ioprio != want);
		if (!step)
			return -ENOMEM;
		step->tid = t->tid;
		step->number = (uint64_t)want;
	}
	return 0;
}

static bool has_node(const struct caps *c, uint32_t id)
{
	for (size_t i = 0; i < c->n_nodes; i++)
		if (c->nodes[i].id == id)
			return true;
	return false;
}

static int prefer(struct subject *s)
{
	_cleanup_(freep) char *want = NULL, *have = NULL, *why = NULL;
	uint64_t total = 0, stray = 0;
	bool yields, there = false;
	struct step *step;
	int rc;

	if (!s->q->numa.prefer || s->clear)
		return 0;
	rc = plan_yields(s, KNOB_NUMA_PREFER, &yields);
	if (rc || yields)
		return rc;
	want = units_list_str(s->q->numa.prefer);
	if (!want)
		return -ENOMEM;
	for (uint32_t i = idset_next(s->q->numa.prefer, 0); i < IDSET_MAX && !there;
	     i = idset_next(s->q->numa.prefer, i + 1))
		there = has_node(s->p->a->caps, i);
	if (!there)
		return plan_wrong(s, s->q->numa.line, "numa: prefer: this host has no node %s, of %zu", want,
				  s->p->a->caps->n_nodes);
	for (uint32_t i = 0; i < s->g->n_nodes; i++) {
		total += s->g->node_bytes[i];
		stray += idset_has(s->q->numa.prefer, i) ? 0 : s->g->node_bytes[i];
	}
	have = units_size_str(stray);
	why = have ? text_fmt("%s of it are on other nodes", have) : NULL;
	if (!why)
		return -ENOMEM;
	if (s->g->passthrough && stray)
		rc = plan_cannot(
			s, KNOB_NUMA_PREFER,
			"%s are on other nodes, and stay there: a device that it has pins its memory", have);
	if (rc || (s->g->passthrough && stray))
		return rc;
	step = plan_step_text(s->p, STEP_MIGRATE, KNOB_NUMA_PREFER, s, NULL, NULL, want, NULL,
			      stray > total / STRAY_PARTS);
	if (!step)
		return -ENOMEM;
	step->tid = s->g->pid;
	step->why = why;
	why = NULL;
	return 0;
}

int plan_place(struct subject *s)
{
	int rc = 0;

	/* a domain's vCPUs and memory are Xen's */
	for (enum thread_role r = s->g->xen ? ROLE_EMULATOR : ROLE_VCPU; r < ROLES && !rc; r++)
		rc = pin_role(s, r);
	if (!rc)
		rc = ioprio(s);
	return rc || s->g->xen ? rc : prefer(s);
}
