// SPDX-License-Identifier: GPL-2.0-only
/*
 * plan_rdt.c - resctrl's control groups: which are made and removed, and who is in them; pure
 *
 * The order of the steps makes them possible: a group gives up its ways before another one gets them, and
 * a group becomes exclusive when nobody else has its ways any more.
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/append.h"
#include "lib/hostfs.h"
#include "plan/layout.h"
#include "plan/plan_priv.h"

static bool is_ours(const char *group)
{
	return group && !strncmp(group, RDT_PREFIX, strlen(RDT_PREFIX));
}

size_t plan_rmids(const struct planner *p, const struct layout *l, bool all)
{
	const struct caps_rdt *rdt = &p->a->caps->rdt;
	size_t used = 1;

	for (size_t i = 0; i < rdt->n_groups; i++) {
		used += rdt->groups[i].owner != RDT_ROOT && rdt->groups[i].owner != RDT_OURS;
		for (size_t k = 0; k < rdt->groups[i].n_mons; k++)
			used += !is_ours(rdt->groups[i].mons[k]);
	}
	for (size_t i = 0; i < l->n; i++) {
		bool runs = all && l->v[i].group == i;

		for (size_t k = 0; k < p->a->guests->n && !runs; k++) {
			const struct qos_guest *q = p->entry[k] < 0 ? NULL : &p->a->qos->guests[p->entry[k]];
			int class = q ? layout_find(l, q->class) : -1;

			runs = class >= 0 && l->v[class].group == i;
		}
		used += runs;
	}
	return rdt->num_rmids > used ? rdt->num_rmids - used : 0;
}

static int plan_monitor(struct subject *s)
{
	const struct caps_rdt *rdt = &s->p->a->caps->rdt;

	if (!rdt->mounted || !rdt->mon)
		return plan_cannot(s, KNOB_MONITOR, "this host cannot monitor caches%s",
				   rdt->psr			     ? ", or Xen was booted without psr=cmt"
				   : rdt->supported && !rdt->mounted ? ": resctrl is not mounted"
								     : "");
	if (!s->p->rmids)
		return plan_cannot(s, KNOB_MONITOR,
				   "all %u ids for monitoring (RMIDs) are in use by classes and other guests",
				   rdt->num_rmids);
	s->p->rmids--;
	s->p->monitor[s->index] = true;
	return 0;
}

int plan_class(struct subject *s, const struct layout *l)
{
	int class = layout_find(l, s->q->class), rc = 0;
	bool yields = false;

	if (s->p->a->clear)
		return 0;
	if (s->q->monitor)
		rc = plan_monitor(s);
	if (class < 0 || rc)
		return rc;
	for (enum qos_knob k = 0; k < KNOBS && !rc; k++)
		if (l->v[class].lacks[k])
			rc = plan_cannot(s, k, "%s", l->v[class].lacks[k]);
	if (!rc)
		rc = plan_yields(s, KNOB_L3, &yields);
	if (!rc && !yields && s->p->a->caps->rdt.mounted &&
	    (l->n_spaces || l->v[class].bw[0] || l->v[class].bw[1]))
		s->p->class[s->index] = class;
	if (!rc && s->p->class[s->index] >= 0 && l->v[class].group != (size_t) class)
		rc = plan_note(s->p->plan, s->index, s->q->name, KNOB_L3,
			       "there are too few class ids: its class %s has the group of class %s, which "
			       "wants the same",
			       l->v[class].class->name, l->v[l->v[class].group].class->name);
	return rc;
}

struct rdt_target *plan_rdt_target(const struct rdt_plan *r, const char *name)
{
	for (size_t i = 0; i < r->n; i++)
		if (!strcmp(r->v[i].name, name))
			return &r->v[i];
	return NULL;
}

static struct rdt_target *target_of(const struct rdt_plan *r, int class)
{
	size_t group = r->l->v[class].group;

	for (size_t i = 0; i < r->n; i++)
		if (r->v[i].class == (int)group)
			return &r->v[i];
	return NULL;
}

const char *plan_rdt_group_of(const struct rdt_plan *r, size_t guest)
{
	const struct guest *g = &r->p->a->guests->v[guest];

	if (r->p->chosen[guest] && r->p->class[guest] >= 0) {
		const struct rdt_target *t = target_of(r, r->p->class[guest]);

		return t ? t->name : NULL;
	}
	/* guests that lost their class, or all of the file, go back where they came from */
	if (r->p->chosen[guest] || (r->p->entry[guest] == -1 && !r->p->a->only))
		for (size_t i = 0; i < g->n_threads; i++)
			if (is_ours(g->threads[i].rdt_group))
				return "";
	return NULL;
}

static int add_target(struct rdt_plan *r, int class, const char *name, const struct rdt_group *now)
{
	struct rdt_target *t = append(r->v, r->n);

	if (!t)
		return -ENOMEM;
	t->class = class;
	t->name = name;
	t->now = now;
	return 0;
}

/* The root, a group for each class, and groups of ours whose class is not in the file any more. */
static int collect(struct rdt_plan *r)
{
	const struct caps_rdt *rdt = r->rdt;
	int rc = add_target(r, -1, "", rdt->n_groups ? &rdt->groups[0] : NULL);

	for (size_t i = 0; i < r->l->n && !rc; i++)
		if (r->l->v[i].group == i)
			rc = add_target(r, (int)i, r->l->v[i].name, NULL);
	for (size_t i = 0; i < rdt->n_groups && !rc; i++) {
		struct rdt_target *t = plan_rdt_target(r, rdt->groups[i].name);

		if (rdt->groups[i].owner != RDT_OURS)
			continue;
		if (t)
			t->now = &rdt->groups[i];
		else
			rc = add_target(r, -1, rdt->groups[i].name, &rdt->groups[i]);
	}
	return rc;
}

/* Which groups have somebody in them afterwards. */
static int find_made(struct rdt_plan *r)
{
	const struct guests *all = r->p->a->guests;
	int rc = 0;

	r->v[0].made = true;
	for (size_t i = 0; i < all->n; i++) {
		const char *group = plan_rdt_group_of(r, i);
		struct rdt_target *t = group ? plan_rdt_target(r, group) : NULL;

		if (t)
			t->made = true;
		for (size_t k = 0; k < all->v[i].n_threads && !group; k++) {
			t = all->v[i].threads[k].rdt_group
				    ? plan_rdt_target(r, all->v[i].threads[k].rdt_group)
				    : NULL;
			if (t)
				t->made = true;
		}
	}
	for (size_t i = 1; i < r->n && !rc; i++) {
		struct rdt_target *t = &r->v[i];
		size_t known = 0;

		for (size_t g = 0; g < all->n; g++)
			for (size_t k = 0; k < all->v[g].n_threads; k++)
				known += all->v[g].threads[k].rdt_group &&
					 !strcmp(all->v[g].threads[k].rdt_group, t->name);
		if (t->made || !t->now || (t->now->n_tasks <= known && !t->now->has_cpus))
			continue;
		t->kept = true;
		rc = plan_note(r->p->plan, -1, NULL, KNOB_L3,
			       "the group %s is not needed any more, but has tasks or CPUs that are no "
			       "guest's: it stays",
			       t->name);
	}
	return rc;
}

static int step(struct rdt_plan *r, enum step_kind kind, const struct rdt_target *t, const char *want,
		const char *have, bool changes)
{
	return plan_step_text(r->p, kind, KNOB_L3, NULL, t->name, NULL, want, have, changes) ? 0 : -ENOMEM;
}

static bool same_values(const struct rdt_target *t)
{
	for (enum rdt_res k = 0; k < RDT_RESOURCES; k++)
		for (size_t i = 0; i < t->want[k].n; i++) {
			const struct rdt_values *now = &t->now->schemata[k];
			size_t j = 0;

			while (j < now->n && now->v[j].id != t->want[k].v[i].id)
				j++;
			if (j == now->n || now->v[j].value != t->want[k].v[i].value)
				return false;
		}
	return true;
}

/* Exclusive groups whose ways change, or that go: others can only have these ways when they are shareable. */
static bool opens(const struct rdt_target *t)
{
	return t->now && !t->kept && t->now->mode == RDT_EXCLUSIVE &&
	       (!t->made || !t->exclusive || !same_values(t));
}

static int open_modes(struct rdt_plan *r)
{
	int rc = 0;

	for (size_t i = 1; i < r->n && !rc; i++)
		if (opens(&r->v[i]))
			rc = step(r, STEP_RDT_MODE, &r->v[i], "shareable", "exclusive", true);
	return rc;
}

static int close_modes(struct rdt_plan *r)
{
	int rc = 0;

	for (size_t i = 1; i < r->n && !rc; i++) {
		const struct rdt_target *t = &r->v[i];
		bool closed = t->now && t->now->mode == RDT_EXCLUSIVE && !opens(t);

		if (t->made && t->exclusive)
			rc = step(r, STEP_RDT_MODE, t, "exclusive", closed ? "exclusive" : "shareable",
				  !closed);
	}
	return rc;
}

static int make_groups(struct rdt_plan *r)
{
	int rc = 0;

	for (size_t i = 1; i < r->n && !rc; i++)
		if (r->v[i].made)
			rc = step(r, STEP_RDT_MKDIR, &r->v[i], NULL, NULL, !r->v[i].now);
	return rc;
}

static int remove_groups(struct rdt_plan *r)
{
	int rc = 0;

	for (size_t i = 1; i < r->n && !rc; i++)
		if (r->v[i].now && !r->v[i].made && !r->v[i].kept)
			rc = step(r, STEP_RDT_RMDIR, &r->v[i], NULL, NULL, true);
	return rc;
}

/* Whether new groups only get a class id, or an id for monitoring, when old ones have given theirs up. */
static bool short_of_ids(const struct rdt_plan *r)
{
	size_t groups = r->rdt->n_groups, mons = 0;

	for (size_t i = 1; i < r->n; i++)
		groups += r->v[i].made && !r->v[i].now;
	for (size_t i = 0; i < r->rdt->n_groups; i++)
		mons += r->rdt->groups[i].n_mons;
	for (size_t i = 0; i < r->p->a->guests->n; i++)
		mons += r->p->monitor[i];
	return groups > layout_class_ids(r->rdt) || (r->rdt->mon && groups + mons > r->rdt->num_rmids);
}

static int move_threads(struct rdt_plan *r, size_t guest)
{
	const struct guest *g = &r->p->a->guests->v[guest];
	const char *group = plan_rdt_group_of(r, guest);
	int entry = r->p->entry[guest];
	struct step *s;

	if (!group)
		return 0;
	s = plan_step(r->p->plan, STEP_RDT_TASKS, KNOB_L3, (int)guest,
		      entry >= 0 ? r->p->a->qos->guests[entry].name : NULL);
	if (!s)
		return -ENOMEM;
	s->target = strdup(group);
	s->tids = calloc(g->n_threads + 1, sizeof(*s->tids));
	if (!s->target || !s->tids)
		return -ENOMEM;
	for (size_t i = 0; i < g->n_threads; i++) {
		const char *now = g->threads[i].rdt_group;

		/* back to the root only from where we put it */
		if (*group ? !now || strcmp(now, group) : is_ours(now))
			s->tids[s->n_tids++] = g->threads[i].tid;
	}
	s->changes = s->n_tids;
	return 0;
}

static int order_steps(struct rdt_plan *r)
{
	bool early = short_of_ids(r);
	int rc = open_modes(r);

	if (!rc)
		rc = plan_rdt_monitors(r, true);
	if (!rc && early)
		rc = remove_groups(r);
	if (!rc)
		rc = make_groups(r);
	if (!rc)
		rc = plan_rdt_schemata(r);
	for (size_t i = 0; i < r->p->a->guests->n && !rc; i++)
		rc = move_threads(r, i);
	if (!rc && !early)
		rc = remove_groups(r);
	if (!rc)
		rc = close_modes(r);
	return rc ? rc : plan_rdt_monitors(r, false);
}

int plan_rdt(struct planner *p, const struct layout *l)
{
	struct rdt_plan r = { .p = p, .l = l, .rdt = &p->a->caps->rdt };
	int rc;

	if (!r.rdt->mounted || (l->failed && !p->a->clear))
		return 0;
	rc = collect(&r);
	if (!rc)
		rc = find_made(&r);
	if (!rc)
		rc = plan_rdt_masks(&r);
	if (!rc)
		rc = order_steps(&r);
	for (size_t i = 0; i < r.n; i++)
		for (size_t k = 0; k < RDT_RESOURCES; k++)
			free(r.v[i].want[k].v);
	free(r.v);
	return rc;
}
