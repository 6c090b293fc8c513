// SPDX-License-Identifier: GPL-2.0-only
/*
 * plan_xen_psr.c - caches, bandwidth and monitoring where Xen divides them (PSR); pure
 *
 * Each domain has masks of its own, and Xen finds class ids for those that differ. Nothing is set for a domain that
 * starts, and there is no root class: so that the ways of an exclusive class are its own, all other domains and the dom0
 * are kept off them.
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "lib/bits.h"
#include "lib/hostfs.h"
#include "plan/layout.h"
#include "plan/plan_xen.h"

/** struct psr - one plan for all domains */
struct psr {
	struct planner *p;
	const struct layout *l;
	const struct caps_rdt *rdt;
};

static uint64_t value_of(const struct rdt_values *v, uint32_t id, bool *known)
{
	for (size_t i = 0; i < v->n; i++)
		if (v->v[i].id == id) {
			*known = true;
			return v->v[i].value;
		}
	*known = false;
	return 0;
}

static enum qos_knob knob_of(enum rdt_res r)
{
	return r == RDT_MB ? KNOB_MB : r >= RDT_L2 ? KNOB_L2 : KNOB_L3;
}

/* Whether a running domain has a class afterwards; one that is not to be changed has it when it has its ways now. */
static bool has_class(const struct psr *r, size_t guest, size_t class, size_t space)
{
	const struct guest *g = &r->p->a->guests->v[guest];
	const struct space *s = &r->l->spaces[space];
	int entry = r->p->entry[guest];
	bool known;

	if (r->p->chosen[guest])
		return r->p->class[guest] == (int)class;
	return g->xen && entry >= 0 && layout_find(r->l, r->p->a->qos->guests[entry].class) == (int)class &&
	       value_of(&g->xen->values[s->res[0]], s->dom->id, &known) ==
		       layout_ask(r->l, class, space, 0)->mask;
}

/* Ways of a space that exclusive classes have: those of domains that run, or all of the file. */
static uint64_t alone(const struct psr *r, size_t space, bool all)
{
	uint64_t m = 0;

	for (size_t i = 0; i < r->l->n; i++) {
		bool used = all;

		for (size_t g = 0; g < r->p->a->guests->n && !used; g++)
			used = has_class(r, g, i, space);
		if (used && r->l->v[i].class->partition == PARTITION_EXCLUSIVE)
			m |= layout_ask(r->l, i, space, 0)->mask | layout_ask(r->l, i, space, 1)->mask;
	}
	return m;
}

static char *value_text(enum rdt_res res, uint64_t value)
{
	return rdt_is_cache(res) ? text_fmt("%" PRIx64, value) : text_fmt("%" PRIu64, value);
}

static int step(const struct psr *r, int guest, const char *name, enum rdt_res res, uint32_t socket,
		const struct rdt_values *now, uint64_t want, const char *why)
{
	struct step *s = plan_step(r->p->plan, STEP_XEN_PSR, knob_of(res), guest, name);
	bool known;
	uint64_t have = value_of(now, socket, &known);

	if (!s)
		return -ENOMEM;
	s->tid = (pid_t)socket;
	s->number = want;
	s->changes = !known || have != want;
	s->target = strdup(guest < 0 ? "Domain-0" : r->p->a->guests->v[guest].name);
	s->key = strdup(rdt_res_name[res]);
	s->want = value_text(res, want);
	s->have = known ? value_text(res, have) : NULL;
	s->why = why ? strdup(why) : NULL;
	return s->target && s->key && s->want && (!known || s->have) && (!why || s->why) ? 0 : -ENOMEM;
}

/* What a domain with a class, or without one (-1) that we know of, is to have of a space. */
static int space_step(const struct psr *r, int guest, const char *name, int class,
		      const struct rdt_values *now, size_t space, size_t k)
{
	const struct space *s = &r->l->spaces[space];
	uint64_t full = s->r->cbm_mask, excluded = alone(r, space, false), mask, have;
	uint64_t shrunk = bits_longest(full & ~alone(r, space, true));
	const char *why = NULL;
	bool known;

	have = value_of(&now[s->res[k]], s->dom->id, &known);
	if (class >= 0) {
		mask = layout_ask(r->l, r->l->v[class].group, space, k)->mask;
		why = mask ? r->l->v[class].why : NULL;
		if (!mask)
			mask = bits_longest(full & ~excluded);
		return mask ? step(r, guest, name, s->res[k], s->dom->id, &now[s->res[k]], mask, why) : 0;
	}
	/* others keep what they have, off the exclusive ways; and have all again when it was these that they lack */
	mask = have & ~excluded;
	if (!mask || mask != bits_longest(mask))
		mask = bits_longest(mask ? mask : full & ~excluded);
	if (!excluded && have == shrunk)
		mask = full;
	if (!known || mask == have || !mask)
		return 0;
	return step(r, guest, name, s->res[k], s->dom->id, &now[s->res[k]], mask,
		    excluded ? "the others are an exclusive class's" : NULL);
}

static int domain(const struct psr *r, int guest, const char *name, int class, const struct rdt_values *now)
{
	const uint64_t *bw = class >= 0 ? r->l->v[class].bw[0] : NULL;
	const struct rdt_resource *mb = &r->rdt->res[RDT_MB];
	int rc = 0;

	for (size_t i = 0; i < r->l->n_spaces && !rc; i++)
		for (size_t k = 0; k < r->l->spaces[i].n_res && !rc; k++)
			rc = space_step(r, guest, name, class, now, i, k);
	for (size_t i = 0; bw && i < mb->n_doms && !rc; i++)
		rc = step(r, guest, name, RDT_MB, mb->doms[i].id, &now[RDT_MB], bw[i], r->l->v[class].why);
	return rc;
}

/* All of these knobs, but what others have alone. */
static int cleared(const struct psr *r, int guest, const char *name, uint32_t set)
{
	const struct rdt_values *now = r->p->a->guests->v[guest].xen->values;
	const struct rdt_resource *mb = &r->rdt->res[RDT_MB];
	int rc = 0;

	for (size_t i = 0; i < r->l->n_spaces && !rc; i++) {
		const struct space *s = &r->l->spaces[i];

		for (size_t k = 0; k < s->n_res && set >> knob_of(s->res[k]) & 1 && !rc; k++)
			rc = step(r, guest, name, s->res[k], s->dom->id, &now[s->res[k]],
				  bits_longest(s->r->cbm_mask & ~alone(r, i, false)), NULL);
	}
	for (size_t i = 0; i < mb->n_doms && set >> KNOB_MB & 1 && !rc; i++)
		rc = step(r, guest, name, RDT_MB, mb->doms[i].id, &now[RDT_MB], mb->max_bandwidth, NULL);
	return rc;
}

static uint32_t knobs_of(char *const *words, size_t n)
{
	uint32_t set = 0;

	for (size_t i = 0; i < n; i++)
		for (enum qos_knob k = KNOB_L3; k <= KNOB_MB; k++)
			set |= (uint32_t)!strcmp(words[i], qos_knob_name[k]) << k;
	return set;
}

/* What an earlier class of a domain named, and none of now does. */
static int taken_back(const struct psr *r, int i, const char *name)
{
	const struct guest *g = &r->p->a->guests->v[i];
	const struct plan_asked *asked = &r->p->plan->asked[i];
	uint32_t set = knobs_of(g->past, g->n_past) & ~knobs_of(asked->v, asked->n);
	size_t before = r->p->plan->n_steps;
	int rc;

	/* of caches a class has all that it does not name */
	if (r->p->class[i] >= 0)
		set &= 1U << KNOB_MB;
	if (!asked->known || !set)
		return 0;
	rc = cleared(r, i, name, set);
	for (size_t k = before; k < r->p->plan->n_steps && !rc; k++)
		if (r->p->plan->steps[k].changes)
			return plan_taken_back(r->p->plan, i, name, r->p->plan->steps[k].knob);
	return rc;
}

static int monitor(const struct psr *r, int guest, const struct qos_guest *q)
{
	bool on = r->p->monitor[guest] && !r->p->a->clear, now = r->p->a->guests->v[guest].xen->monitored;
	struct step *s;

	if (!q->monitor || (!on && !now))
		return 0;
	s = plan_step(r->p->plan, STEP_XEN_MONITOR, KNOB_MONITOR, guest, q->name);
	if (!s)
		return -ENOMEM;
	s->changes = on != now;
	s->target = strdup(r->p->a->guests->v[guest].name);
	s->want = strdup(on ? "on" : "off");
	s->have = strdup(now ? "on" : "off");
	return s->target && s->want && s->have ? 0 : -ENOMEM;
}

static int one_guest(const struct psr *r, int i)
{
	const struct guest *g = &r->p->a->guests->v[i];
	int entry = r->p->entry[i], place = r->p->class[i], rc;
	const struct qos_guest *q = entry >= 0 ? &r->p->a->qos->guests[entry] : NULL;

	if (!g->xen)
		return 0;
	if (q && r->p->chosen[i] && r->p->a->clear) {
		rc = cleared(r, i, q->name, qos_guest_knobs(r->p->a->qos, q) | knobs_of(g->past, g->n_past));
		return rc ? rc : monitor(r, i, q);
	}
	rc = taken_back(r, i, q ? q->name : g->name);
	/* named or not, it stays off what is others' alone; its own class it keeps */
	if (!rc && (!q || !r->p->chosen[i]))
		return q && q->class ? 0 : domain(r, i, NULL, -1, g->xen->values);
	if (!rc)
		rc = domain(r, i, q->name, place, g->xen->values);
	return rc ? rc : monitor(r, i, q);
}

int plan_xen_psr(struct planner *p, const struct layout *l)
{
	const struct psr r = { .p = p, .l = l, .rdt = &p->a->caps->rdt };
	int rc = 0;

	if (!r.rdt->mounted || (l->failed && !p->a->clear))
		return 0;
	/* ways are given up before others get them */
	rc = domain(&r, -1, NULL, -1, p->a->caps->xen.values);
	for (size_t i = 0; i < p->a->guests->n && !rc; i++)
		if (!p->chosen[i] || p->class[i] < 0)
			rc = one_guest(&r, (int)i);
	for (size_t i = 0; i < p->a->guests->n && !rc; i++)
		if (p->chosen[i] && p->class[i] >= 0)
			rc = one_guest(&r, (int)i);
	return rc;
}
