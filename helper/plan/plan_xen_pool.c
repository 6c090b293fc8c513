// SPDX-License-Identifier: GPL-2.0-only
/*
 * plan_xen_pool.c - cpupools: those that the file names, and those that are made for a guest alone; pure
 *
 * What cgroups call a partition, root or isolated, is a cpupool: its CPUs are nobody else's. The first pool, which has
 * all CPUs at the start and the dom0 for ever, must keep one.
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/hostfs.h"
#include "plan/plan_xen.h"
#include "lib/units.h"

#define FIRST_POOL 0

static bool is_ours(const struct xen_pool *pool)
{
	return !strncmp(pool->name, RDT_PREFIX, strlen(RDT_PREFIX));
}

static char *name_of(const struct qos_guest *q)
{
	return text_fmt(RDT_PREFIX "%s", q->name);
}

static void home_of(struct xen_home *home, const struct xen_pool *pool, const struct guest *g)
{
	home->name = pool->name;
	home->sched = pool->sched;
	home->cpus = pool->cpus;
	home->moves = pool->id != g->xen->pool;
}

static int move(struct subject *s, const char *name)
{
	const struct xen_pool *now = caps_pool(s->p->a->caps, s->g->xen->pool);

	return plan_step_text(s->p, STEP_XEN_MOVE, s->q->cpu.pool ? KNOB_CPU_POOL : KNOB_CPU_PARTITION, s,
			      s->g->name, NULL, name, now ? now->name : NULL, !now || strcmp(now->name, name))
		       ? 0
		       : -ENOMEM;
}

static char *pool_names(const struct caps *c)
{
	char *text = NULL;

	for (size_t i = 0; i < c->xen.n_pools; i++)
		if (text_add(&text, "%s%s", i ? ", " : "", c->xen.pools[i].name))
			break;
	return text;
}

static int named_pool(struct subject *s, struct xen_home *home)
{
	const struct xen_pool *pool = caps_pool_named(s->p->a->caps, s->q->cpu.pool);
	_cleanup_(freep) char *all = NULL;

	if (pool && !idset_empty(&pool->cpus)) {
		home_of(home, pool, s->g);
		return move(s, pool->name);
	}
	if (pool)
		return plan_wrong(s, s->q->cpu.line, "cpu: pool: cpupool %s has no CPUs", pool->name);
	all = pool_names(s->p->a->caps);
	return plan_wrong(s, s->q->cpu.line, "cpu: pool: there is no cpupool %s; there are %s",
			  s->q->cpu.pool, all ? all : "none");
}

/* CPUs of other pools of ours are other guests' of the file, and those of others are not ours to take. */
static int check_takers(struct subject *s, const char *name, const struct idset *want)
{
	const struct caps_xen *x = &s->p->a->caps->xen;

	for (size_t i = 0; i < x->n_pools && !s->failed; i++) {
		const struct xen_pool *pool = &x->pools[i];
		struct idset taken = idset_and(want, &pool->cpus), left = idset_minus(&pool->cpus, want);
		_cleanup_(freep) char *list = units_list_str(&taken);
		int rc = 0;

		if (!list)
			return -ENOMEM;
		if (pool->id == FIRST_POOL && idset_empty(&left))
			rc = plan_wrong(
				s, s->q->cpu.line,
				"cpu: cpus: %s are all CPUs of cpupool %s, where the dom0 is: one must stay",
				list, pool->name);
		else if (pool->id != FIRST_POOL && strcmp(pool->name, name) && !idset_empty(&taken))
			rc = plan_wrong(s, s->q->cpu.line, "cpu: cpus: cpupool %s has CPUs %s", pool->name,
					list);
		if (rc)
			return rc;
	}
	return 0;
}

static int own_pool(struct subject *s, struct xen_home *home)
{
	const struct caps *c = s->p->a->caps;
	struct idset want = idset_and(s->q->cpu.cpus, &c->xen.cpus);
	_cleanup_(freep) char *name = name_of(s->q), *text = units_list_str(&want), *have = NULL,
			      *asked = units_list_str(s->q->cpu.cpus), *there = units_list_str(&c->xen.cpus);
	const struct xen_pool *now = name ? caps_pool_named(c, name) : NULL,
			      *first = caps_pool(c, FIRST_POOL);
	int rc;

	if (!name || !text || !asked || !there)
		return -ENOMEM;
	if (idset_empty(&want))
		return plan_wrong(s, s->q->cpu.line, "cpu: cpus: none of %s is there; the machine has %s",
				  asked, there);
	rc = check_takers(s, name, &want);
	if (rc || s->failed)
		return rc;
	have = now ? units_list_str(&now->cpus) : NULL;
	if (!plan_step_text(s->p, STEP_XEN_POOL, KNOB_CPU_PARTITION, s, name, NULL, text, have,
			    !now || !idset_equal(&now->cpus, &want)))
		return -ENOMEM;
	home->sched = now ? now->sched : first ? first->sched : XEN_SCHED_OTHER;
	home->cpus = want;
	home->moves = !now || now->id != s->g->xen->pool;
	rc = move(s, name);
	/* the step has the name for as long as the plan lives */
	home->name = rc ? NULL : s->p->plan->steps[s->p->plan->n_steps - 1].want;
	return rc;
}

/* Whether an earlier apply has put it into a pool. */
static bool was_put(const struct guest *g)
{
	for (size_t i = 0; i < g->n_past; i++)
		if (!strcmp(g->past[i], qos_knob_name[KNOB_CPU_POOL]) ||
		    !strcmp(g->past[i], qos_knob_name[KNOB_CPU_PARTITION]))
			return true;
	return false;
}

int plan_xen_pool(struct subject *s, struct xen_home *home)
{
	const struct caps *c = s->p->a->caps;
	const struct xen_pool *now = caps_pool(c, s->g->xen->pool), *first = caps_pool(c, FIRST_POOL);
	bool asks;
	int rc;

	if (!now || !first) /* it is being moved, or Xen told nonsense */
		return plan_wrong(s, s->q->line, "its cpupool %u is not there", s->g->xen->pool);
	home_of(home, now, s->g);
	asks = s->q->cpu.pool || xen_own_pool(s->q);
	if (!asks && (s->past || !was_put(s->g)))
		return 0;
	if (!asks || s->clear) {
		home_of(home, first, s->g);
		if (is_ours(now))
			home->later = now->cpus;
		rc = move(s, first->name);
		return rc || asks || !home->moves
			       ? rc
			       : plan_taken_back(s->p->plan, s->index, s->q->name, KNOB_CPU_PARTITION);
	}
	return s->q->cpu.pool ? named_pool(s, home) : own_pool(s, home);
}

/* Domains in a pool that no step of this plan moves away, and those that it moves there. */
static size_t left_in(const struct planner *p, const struct xen_pool *pool)
{
	size_t n = pool->n_domains;

	for (size_t i = 0; i < p->plan->n_steps; i++) {
		const struct step *s = &p->plan->steps[i];

		if (s->kind != STEP_XEN_MOVE || !s->changes)
			continue;
		if (!strcmp(s->want, pool->name))
			n++;
		else if (p->a->guests->v[s->guest].xen->pool == pool->id && n)
			n--;
	}
	return n;
}

int plan_xen_pools(struct planner *p)
{
	const struct caps_xen *x = &p->a->caps->xen;

	for (size_t i = 0; i < x->n_pools; i++) {
		const struct xen_pool *pool = &x->pools[i];
		_cleanup_(freep) char *have = NULL;

		if (!is_ours(pool) || left_in(p, pool))
			continue;
		have = units_list_str(&pool->cpus);
		if (!have || !plan_step_text(p, STEP_XEN_POOL, KNOB_CPU_PARTITION, NULL, pool->name, NULL, "",
					     have, true))
			return -ENOMEM;
	}
	return 0;
}
