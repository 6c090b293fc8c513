// SPDX-License-Identifier: GPL-2.0-only
/*
 * plan_rdt_masks.c - what each control group shall have of each cache and of the bandwidth; pure
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "lib/bits.h"
#include "lib/append.h"
#include "lib/hostfs.h"
#include "plan/layout.h"
#include "plan/plan_priv.h"

static uint64_t value_of(const struct rdt_values *v, uint32_t id)
{
	for (size_t i = 0; i < v->n; i++)
		if (v->v[i].id == id)
			return v->v[i].value;
	return 0;
}

static int add_value(struct rdt_values *v, uint32_t id, uint64_t value)
{
	struct rdt_value *e = append(v->v, v->n);

	if (!e)
		return -ENOMEM;
	*e = (struct rdt_value){ id, value };
	return 0;
}

/* Ways of a space that exclusive classes have whose groups exist afterwards. */
static uint64_t alone(const struct rdt_plan *r, size_t space)
{
	uint64_t m = 0;

	for (size_t i = 1; i < r->n; i++) {
		int class = r->v[i].class;

		if (!r->v[i].made || class < 0 || r->l->v[class].class->partition != PARTITION_EXCLUSIVE)
			continue;
		for (size_t k = 0; k < 2; k++)
			m |= layout_ask(r->l, (size_t) class, space, k)->mask;
	}
	return m;
}

/* One mask from an area: all of it where gaps may be, else the part with the host's ways, else the largest. */
static uint64_t one_mask(const struct space *s, uint64_t area)
{
	uint64_t rest = area;

	if (s->r->sparse_masks)
		return area;
	while (rest) {
		uint64_t low = rest & -rest, run = rest & ~(rest & (rest + low));

		if (s->host_ways && (run & s->host) == s->host)
			return run;
		rest &= ~run;
	}
	return bits_longest(area);
}

static bool is_enough(const struct space *s, uint64_t mask)
{
	return mask && bits_count(mask) >= s->r->min_cbm_bits;
}

/*
 * What is left for those who want nothing of this cache; ways that libvirt gave to a guest only when there are too
 * few others. 0: there is not enough.
 */
static uint64_t rest_mask(const struct space *s, uint64_t excluded)
{
	uint64_t m = one_mask(s, s->r->cbm_mask & ~excluded & ~s->taken);

	if (!is_enough(s, m))
		m = one_mask(s, s->r->cbm_mask & ~excluded & ~s->closed);
	return is_enough(s, m) ? m : 0;
}

/*
 * The root class: what it had before we came, without the ways of exclusive classes. What others took since it
 * does not get back.
 */
static uint64_t root_mask(const struct rdt_plan *r, size_t space, size_t k, uint64_t excluded)
{
	const struct space *s = &r->l->spaces[space];
	uint64_t now = r->v[0].now ? value_of(&r->v[0].now->schemata[s->res[k]], s->dom->id) : 0;
	uint64_t before = value_of(&r->rdt->root_before[s->res[k]], s->dom->id), m;

	if (!before)
		before = now ? now : s->r->cbm_mask;
	m = one_mask(s, before & ~excluded & ~(s->taken & ~now));
	return is_enough(s, m) ? m : rest_mask(s, excluded);
}

static int space_masks(struct rdt_plan *r, size_t space)
{
	const struct space *s = &r->l->spaces[space];
	uint64_t excluded = alone(r, space), rest = rest_mask(s, excluded);
	int rc = 0;

	for (size_t k = 0; k < s->n_res && !rc; k++) {
		uint64_t root = root_mask(r, space, k, excluded);

		if (root)
			rc = add_value(&r->v[0].want[s->res[k]], s->dom->id, root);
		for (size_t i = 1; i < r->n && !rc; i++) {
			struct rdt_target *t = &r->v[i];
			uint64_t m;

			if (t->class < 0 || !t->made)
				continue;
			m = layout_ask(r->l, (size_t)t->class, space, k)->mask;
			m = m ? m : rest;
			if (m)
				rc = add_value(&t->want[s->res[k]], s->dom->id, m);
		}
	}
	return rc;
}

static int bandwidth(struct rdt_plan *r, struct rdt_target *t, size_t which)
{
	enum rdt_res res = which ? RDT_SMBA : RDT_MB;
	const struct rdt_resource *mb = &r->rdt->res[res];
	const uint64_t *bw = r->l->v[t->class].bw[which];
	int rc = 0;

	for (size_t i = 0; mb->present && i < mb->n_doms && !rc; i++)
		rc = add_value(&t->want[res], mb->doms[i].id, bw ? bw[i] : mb->max_bandwidth);
	return rc;
}

/* Whether nobody else has any way of a group's, the hardware included: then the kernel can keep it so. */
static bool has_alone(const struct rdt_plan *r, const struct rdt_target *t, size_t space)
{
	const struct space *s = &r->l->spaces[space];
	uint64_t mine = 0, others = s->others | s->r->shareable_bits;

	for (size_t k = 0; k < s->n_res; k++) {
		mine |= value_of(&t->want[s->res[k]], s->dom->id);
		for (size_t i = 0; i < r->n; i++) {
			const struct rdt_target *o = &r->v[i];

			if (o == t)
				continue;
			others |= value_of(&o->want[s->res[k]], s->dom->id);
			if (o->now && (o->kept || (o->made && o->class < 0 && i)))
				others |= value_of(&o->now->schemata[s->res[k]], s->dom->id);
		}
	}
	return !(mine & others);
}

int plan_rdt_masks(struct rdt_plan *r)
{
	int rc = 0;

	if (r->l->failed)
		return 0;
	for (size_t i = 0; i < r->l->n_spaces && !rc; i++)
		rc = space_masks(r, i);
	for (size_t i = 1; i < r->n && !rc; i++) {
		struct rdt_target *t = &r->v[i];

		if (t->class < 0 || !t->made)
			continue;
		rc = bandwidth(r, t, 0);
		if (!rc)
			rc = bandwidth(r, t, 1);
	}
	for (size_t i = 1; i < r->n && !rc; i++) {
		struct rdt_target *t = &r->v[i];

		t->exclusive = t->made && t->class >= 0 &&
			       r->l->v[t->class].class->partition == PARTITION_EXCLUSIVE;
		for (size_t k = 0; k < r->l->n_spaces && t->exclusive; k++)
			t->exclusive = has_alone(r, t, k);
	}
	return rc;
}

/* Lines of schemata for the resources and domains of @like, with the values of @from. */
static int lines(const struct rdt_values *like, const struct rdt_values *from, char **out)
{
	*out = strdup("");
	for (enum rdt_res k = 0; *out && k < RDT_RESOURCES; k++) {
		if (!like[k].n)
			continue;
		if (text_add(out, "%s%s:", **out ? "\n" : "", rdt_res_name[k]))
			return -ENOMEM;
		for (size_t i = 0; i < like[k].n; i++)
			if (text_add(out,
				     rdt_is_cache(k) ? "%s%" PRIu32 "=%" PRIx64 : "%s%" PRIu32 "=%" PRIu64,
				     i ? ";" : "", like[k].v[i].id, value_of(&from[k], like[k].v[i].id)))
				return -ENOMEM;
	}
	return *out ? 0 : -ENOMEM;
}

static int write_root(struct rdt_plan *r)
{
	_cleanup_(freep) char *want = NULL, *have = NULL;
	const struct rdt_target *t = &r->v[0];
	bool shrunk = false, was_shrunk = false;

	if (!t->now || lines(t->want, t->want, &want) || lines(t->want, t->now->schemata, &have))
		return t->now ? -ENOMEM : 0;
	for (size_t i = 0; i < r->l->n_spaces; i++)
		shrunk = shrunk || alone(r, i);
	for (enum rdt_res k = 0; k < RDT_RESOURCES; k++)
		was_shrunk = was_shrunk || r->rdt->root_before[k].n;
	if (!shrunk && !was_shrunk)
		return 0;
	return plan_step_text(r->p, STEP_RDT_ROOT, KNOB_L3, NULL, "", shrunk ? "shrink" : "restore", want,
			      have, strcmp(want, have) || (was_shrunk && !shrunk))
		       ? 0
		       : -ENOMEM;
}

static int write_group(struct rdt_plan *r, const struct rdt_target *t)
{
	_cleanup_(freep) char *want = NULL, *have = NULL;
	const char *why = r->l->v[t->class].why;
	struct step *s;

	if (lines(t->want, t->want, &want) || (t->now && lines(t->want, t->now->schemata, &have)))
		return -ENOMEM;
	if (!*want)
		return 0;
	s = plan_step_text(r->p, STEP_RDT_SCHEMATA, KNOB_L3, NULL, t->name, NULL, want, have,
			   !have || strcmp(want, have));
	if (!s)
		return -ENOMEM;
	s->why = why ? strdup(why) : NULL;
	return why && !s->why ? -ENOMEM : 0;
}

int plan_rdt_schemata(struct rdt_plan *r)
{
	int rc;

	if (r->l->failed)
		return 0;
	rc = write_root(r);
	for (size_t i = 1; i < r->n && !rc; i++)
		if (r->v[i].made && r->v[i].class >= 0)
			rc = write_group(r, &r->v[i]);
	return rc;
}
