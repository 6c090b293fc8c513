// SPDX-License-Identifier: GPL-2.0-only
/*
 * plan_rdt_mon.c - resctrl's monitor groups: one for each guest that is monitored; pure
 */
#define _GNU_SOURCE 1
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/hostfs.h"
#include "plan/plan_priv.h"

static const struct guests *running(const struct rdt_plan *r)
{
	return r->p->a->guests;
}

static bool same_name_before(const struct rdt_plan *r, size_t guest)
{
	for (size_t i = 0; i < guest; i++)
		if (!strcmp(running(r)->v[i].name, running(r)->v[guest].name))
			return true;
	return false;
}

/* Its own name, in letters that a directory may have. */
static char *mon_name(const struct rdt_plan *r, size_t guest)
{
	const struct guest *g = &running(r)->v[guest];
	char *name = same_name_before(r, guest) ? text_fmt(RDT_PREFIX "%.64s-%d", g->name, g->pid)
						: text_fmt(RDT_PREFIX "%.64s", g->name);

	for (char *c = name; c && *c; c++)
		if (!isalnum((unsigned char)*c) && !strchr("-_.", *c))
			*c = '_';
	return name;
}

/* The group that a guest is in afterwards. Its threads are all in one, but for those that just appeared. */
static const char *parent_of(const struct rdt_plan *r, size_t guest)
{
	const char *group = plan_rdt_group_of(r, guest);
	const struct guest *g = &running(r)->v[guest];

	for (size_t i = 0; i < g->n_threads && !group; i++)
		group = g->threads[i].rdt_group;
	return group ? group : "";
}

static const struct rdt_group *existing(const struct rdt_plan *r, const char *name)
{
	for (size_t i = 0; i < r->rdt->n_groups; i++)
		if (!strcmp(r->rdt->groups[i].name, name))
			return &r->rdt->groups[i];
	return NULL;
}

static bool has_mon(const struct rdt_group *g, const char *mon)
{
	for (size_t i = 0; g && i < g->n_mons; i++)
		if (!strcmp(g->mons[i], mon))
			return true;
	return false;
}

/* Whether a monitor group of ours stays: for a guest that has it afterwards, or one that is not changed now. */
static int is_needed(const struct rdt_plan *r, const char *group, const char *mon, bool *needed)
{
	*needed = false;
	for (size_t i = 0; i < running(r)->n && !*needed; i++) {
		const struct guest *g = &running(r)->v[i];

		if (r->p->chosen[i] && r->p->monitor[i]) {
			_cleanup_(freep) char *name = mon_name(r, i);

			if (!name)
				return -ENOMEM;
			*needed = !strcmp(name, mon) && !strcmp(parent_of(r, i), group);
			continue;
		}
		if (r->p->chosen[i] || (r->p->entry[i] == -1 && !r->p->a->only))
			continue;
		for (size_t k = 0; k < g->n_threads; k++)
			if (g->threads[k].rdt_group && g->threads[k].rdt_mon &&
			    !strcmp(g->threads[k].rdt_group, group) && !strcmp(g->threads[k].rdt_mon, mon))
				*needed = true;
	}
	return 0;
}

static int remove_stale(struct rdt_plan *r, const struct rdt_group *g)
{
	const struct rdt_target *t = plan_rdt_target(r, g->name);

	if (t && *t->name && !t->made && !t->kept)
		return 0; /* goes with its group */
	for (size_t i = 0; i < g->n_mons; i++) {
		bool needed;

		if (strncmp(g->mons[i], RDT_PREFIX, strlen(RDT_PREFIX)))
			continue;
		if (is_needed(r, g->name, g->mons[i], &needed))
			return -ENOMEM;
		if (!needed && !plan_step_text(r->p, STEP_RDT_MON_RMDIR, KNOB_MONITOR, NULL, g->name,
					       g->mons[i], NULL, NULL, true))
			return -ENOMEM;
	}
	return 0;
}

static int move_threads(struct rdt_plan *r, size_t guest, const char *group, const char *mon, struct step *s)
{
	const struct guest *g = &running(r)->v[guest];

	if (!s)
		return -ENOMEM;
	s->tids = calloc(g->n_threads + 1, sizeof(*s->tids));
	if (!s->tids)
		return -ENOMEM;
	for (size_t i = 0; i < g->n_threads; i++) {
		const struct guest_thread *t = &g->threads[i];

		if (!t->rdt_group || strcmp(t->rdt_group, group) || !t->rdt_mon || strcmp(t->rdt_mon, mon))
			s->tids[s->n_tids++] = t->tid;
	}
	s->changes = s->n_tids;
	return 0;
}

static int monitor(struct rdt_plan *r, size_t guest)
{
	struct subject s = { .p = r->p,
			     .index = (int)guest,
			     .g = &running(r)->v[guest],
			     .q = &r->p->a->qos->guests[r->p->entry[guest]] };
	_cleanup_(freep) char *name = mon_name(r, guest);
	const char *group = parent_of(r, guest);
	const struct rdt_group *now = existing(r, group);

	if (!name)
		return -ENOMEM;
	if (*group && !plan_rdt_target(r, group))
		return plan_cannot(&s, KNOB_MONITOR, "its threads are in the group %s, which is not ours",
				   group);
	if (!plan_step_text(r->p, STEP_RDT_MON_MKDIR, KNOB_MONITOR, &s, group, name, NULL, NULL,
			    !has_mon(now, name)))
		return -ENOMEM;
	return move_threads(r, guest, group, name,
			    plan_step_text(r->p, STEP_RDT_MON_TASKS, KNOB_MONITOR, &s, group, name, NULL,
					   NULL, false));
}

int plan_rdt_monitors(struct rdt_plan *r, bool stale)
{
	int rc = 0;

	for (size_t i = 0; stale && i < r->rdt->n_groups && !rc; i++)
		if (r->rdt->groups[i].owner == RDT_ROOT || r->rdt->groups[i].owner == RDT_OURS)
			rc = remove_stale(r, &r->rdt->groups[i]);
	for (size_t i = 0; !stale && i < running(r)->n && !rc; i++)
		if (r->p->chosen[i] && r->p->monitor[i])
			rc = monitor(r, i);
	return rc;
}
