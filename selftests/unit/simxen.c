// SPDX-License-Identifier: GPL-2.0-only
/*
 * simxen.c - a dom0 made of plain data, and what Xen does with a step
 */
#include <string.h>

#include "lib/append.h"
#include "simhost_priv.h"
#include "simplan.h"
#include "simxen.h"

void dom0(struct sim *s, const char *yaml)
{
	static const char *const lists[] = { "0-3", "4-7" };
	struct caps_xen *x;
	struct xen_pool *pool;

	sim_new(s, yaml);
	x = &s->caps.xen;
	x->dom0 = true;
	sim_list("0-7", &x->cpus);
	for (uint32_t i = 0; i < 2; i++) {
		struct caps_node *n = append(x->nodes, x->n_nodes);

		n->id = i;
		sim_list(lists[i], &n->cpus);
	}
	pool = append(x->pools, x->n_pools);
	pool->name = sim_dup("Pool-0");
	pool->sched = XEN_SCHED_CREDIT2;
	pool->cpus = x->cpus;
	pool->n_domains = 1;
	s->caps.rdt.psr = true;
	sim_list("0-1", &s->caps.online);
}

struct guest *domain(struct sim *s, const char *name, uint32_t vcpus)
{
	struct guest *g = append(s->guests.v, s->guests.n);

	g->name = sim_dup(name);
	g->kind = GUEST_XEN;
	g->domid = (uint32_t)s->guests.n;
	g->xen = calloc(1, sizeof(*g->xen));
	g->xen->weight = 256;
	for (uint32_t i = 0; i < vcpus; i++) {
		struct xen_vcpu *v = append(g->xen->vcpus, g->xen->n_vcpus);

		*v = (struct xen_vcpu){ i, true, s->caps.xen.cpus, s->caps.xen.cpus };
	}
	s->caps.xen.pools[0].n_domains++;
	return g;
}

/* All ways and all bandwidth on both sockets */
static void all_of(struct rdt_values *values)
{
	for (uint32_t i = 0; i < 2; i++) {
		*(struct rdt_value *)append(values[RDT_L3].v, values[RDT_L3].n) =
			(struct rdt_value){ i, 0xff };
		*(struct rdt_value *)append(values[RDT_MB].v, values[RDT_MB].n) =
			(struct rdt_value){ i, 100 };
	}
}

void psr(struct sim *s)
{
	sim_cache(s, RDT_L3, 8, 8 << 20, 4, "0-1");
	sim_mb(s, 10, 10, 4, "0-1");
	all_of(s->caps.xen.values);
}

void full(struct guest *g)
{
	all_of(g->xen->values);
}

/* ---- what Xen does with a step */

static uint32_t pool_id(struct sim *s, const char *name)
{
	const struct xen_pool *pool = caps_pool_named(&s->caps, name);

	if (!pool)
		DIE("no pool %s\n", name);
	return pool->id;
}

static void set_pool(struct sim *s, const struct step *st)
{
	struct caps_xen *x = &s->caps.xen;
	struct xen_pool *pool = NULL;
	struct idset set = { 0 }, gone;

	if (*st->want)
		sim_list(st->want, &set);
	for (size_t i = 0; i < x->n_pools; i++)
		if (!strcmp(x->pools[i].name, st->target))
			pool = &x->pools[i];
	if (!*st->want) {
		assert_non_null(pool);
		assert_int_equal(pool->n_domains, 0);
		idset_join(&x->pools[0].cpus, &pool->cpus);
		free(pool->name);
		*pool = x->pools[--x->n_pools];
		return;
	}
	if (!pool) {
		pool = append(x->pools, x->n_pools);
		pool->id = (uint32_t)x->n_pools + 4;
		pool->name = sim_dup(st->target);
		pool->sched = x->pools[0].sched;
	}
	gone = idset_minus(&pool->cpus, &set);
	pool->cpus = set;
	idset_join(&x->pools[0].cpus, &gone);
	x->pools[0].cpus = idset_minus(&x->pools[0].cpus, &set);
}

static void move(struct sim *s, struct guest *g, const char *name)
{
	for (size_t i = 0; i < s->caps.xen.n_pools; i++) {
		if (s->caps.xen.pools[i].id == g->xen->pool)
			s->caps.xen.pools[i].n_domains--;
		if (!strcmp(s->caps.xen.pools[i].name, name))
			s->caps.xen.pools[i].n_domains++;
	}
	g->xen->pool = pool_id(s, name);
	/* another scheduler knows nothing of it */
	g->xen->weight = 256;
	g->xen->cap = 0;
	for (size_t i = 0; i < g->xen->n_vcpus; i++)
		g->xen->vcpus[i].hard = g->xen->vcpus[i].soft = s->caps.xen.cpus;
}

static void set_affinity(struct guest *g, const struct sim *s, const struct step *st)
{
	const struct xen_pool *pool = caps_pool(&s->caps, g->xen->pool);
	struct idset *to = !strcmp(st->key, "hard") ? &g->xen->vcpus[st->number].hard
						    : &g->xen->vcpus[st->number].soft;
	struct idset usable;

	sim_list(st->want, to);
	usable = idset_and(to, &pool->cpus);
	assert_false(idset_empty(&usable));
}

static void set_value(struct sim *s, struct guest *g, const struct step *st)
{
	struct rdt_values *v = g ? g->xen->values : s->caps.xen.values;
	enum rdt_res r = !strcmp(st->key, "L3") ? RDT_L3 : RDT_MB;

	for (size_t i = 0; i < v[r].n; i++)
		if (v[r].v[i].id == (uint32_t)st->tid)
			v[r].v[i].value = st->number;
}

static void xen_step(struct sim *s, const struct step *st)
{
	struct guest *g = st->guest < 0 ? NULL : &s->guests.v[st->guest];

	switch (st->kind) {
	case STEP_XEN_SCHED:
		*(!strcmp(st->key, "cap") ? &g->xen->cap : &g->xen->weight) = (uint32_t)st->number;
		break;
	case STEP_XEN_AFFINITY:
		set_affinity(g, s, st);
		break;
	case STEP_XEN_POOL:
		set_pool(s, st);
		break;
	case STEP_XEN_MOVE:
		move(s, g, st->want);
		break;
	case STEP_XEN_PSR:
		set_value(s, g, st);
		break;
	case STEP_XEN_MONITOR:
		g->xen->monitored = !strcmp(st->want, "on");
		break;
	default:
		fail_msg("no step of Xen's: %d", (int)st->kind);
	}
}

static char *steps_of(const struct plan *p)
{
	char *text = strdup("");

	for (size_t i = 0; i < p->n_steps; i++) {
		const struct step *s = &p->steps[i];

		if (!s->changes)
			continue;
		text_add(&text, "%s%s", *text ? "\n" : "", s->target ? s->target : "");
		text_add(&text, "%s%s", s->key ? " " : "", s->key ? s->key : "");
		if (s->kind == STEP_XEN_PSR)
			text_add(&text, ":%d", (int)s->tid);
		text_add(&text, " %s", s->want);
	}
	return text;
}

void assert_xen_steps(const struct plan *p, const char *expected)
{
	char *text = steps_of(p);

	assert_string_equal(text, expected);
	free(text);
}

static void pass(struct sim *s, bool clear, const char *expected)
{
	struct plan p;

	sim_plan(s, clear, &p);
	if (p.n_errors)
		fail_msg("%s", p.errors[0]);
	assert_xen_steps(&p, expected);
	for (size_t i = 0; i < p.n_steps; i++)
		if (p.steps[i].changes)
			xen_step(s, &p.steps[i]);
	plan_free(&p);
}

void expect_pass(struct sim *s, const char *expected)
{
	pass(s, false, expected);
}

void expect_done(struct sim *s, bool clear, const char *expected)
{
	struct plan p;

	pass(s, clear, expected);
	sim_plan(s, clear, &p);
	assert_xen_steps(&p, "");
	sim_keep(s, &p);
	plan_free(&p);
}
