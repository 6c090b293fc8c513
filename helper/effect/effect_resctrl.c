// SPDX-License-Identifier: GPL-2.0-only
/*
 * effect_resctrl.c - what a guest really has of the caches
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <string.h>

#include "effect/effect_rdt_priv.h"
#include "host/resctrl.h"
#include "lib/units.h"

#define OUTSIDE_MAX 3 /* threads that are named; the rest is counted */

enum qos_knob rdt_knob(enum rdt_res r)
{
	if (!rdt_is_cache(r))
		return KNOB_MB;
	return r == RDT_L2 || r == RDT_L2CODE || r == RDT_L2DATA ? KNOB_L2 : KNOB_L3;
}

const struct step *effect_rdt_step(const struct effect_args *a, enum step_kind kind)
{
	for (size_t i = 0; a->plan && i < a->plan->n_steps; i++)
		if (a->plan->steps[i].kind == kind && a->plan->steps[i].guest == a->guest)
			return &a->plan->steps[i];
	return NULL;
}

struct idset effect_rdt_cpus(const struct effect_args *a)
{
	const struct guest *g = &a->guests->v[a->guest];
	struct idset all = {};

	for (size_t i = 0; i < g->n_threads; i++)
		idset_join(&all, &g->threads[i].cpus);
	return all;
}

bool effect_rdt_at(const struct rdt_dom *d, const struct idset *cpus)
{
	struct idset both = idset_and(&d->cpus, cpus);

	return idset_empty(cpus) || !idset_empty(&both);
}

static bool is_outside(const struct guest_thread *t, const struct step *s)
{
	if (!t->rdt_group || strcmp(t->rdt_group, s->target))
		return true;
	return s->kind == STEP_RDT_MON_TASKS && (!t->rdt_mon || strcmp(t->rdt_mon, s->key));
}

static int name_thread(char **text, const struct guest_thread *t)
{
	const char *sep = *text && **text ? ", " : "";
	const char *group = !t->rdt_group   ? "an unknown group"
			    : *t->rdt_group ? t->rdt_group
					    : "the root group";

	if (t->role == ROLE_VCPU || t->role == ROLE_IOTHREAD)
		return text_add(text, "%s%s %u in %s", sep, thread_role_name[t->role], t->index, group);
	return text_add(text, "%s%s thread %d%s in %s", sep, thread_role_name[t->role], t->tid,
			t->kernel ? " of the kernel" : "", group);
}

char *effect_rdt_outside(const struct effect_args *a, const struct step *s, size_t *n)
{
	const struct guest *g = &a->guests->v[a->guest];
	char *text = NULL;
	int rc = text_add(&text, "%s", "");

	*n = 0;
	for (size_t i = 0; !rc && i < g->n_threads; i++)
		if (is_outside(&g->threads[i], s) && (*n)++ < OUTSIDE_MAX)
			rc = name_thread(&text, &g->threads[i]);
	if (!rc && *n > OUTSIDE_MAX)
		rc = text_add(&text, " and %zu more", *n - OUTSIDE_MAX);
	if (!rc)
		return text;
	free(text);
	return NULL;
}

static const struct rdt_group *group_named(const struct caps_rdt *rdt, const char *name)
{
	for (size_t i = 0; i < rdt->n_groups; i++)
		if (!strcmp(rdt->groups[i].name, name))
			return &rdt->groups[i];
	return NULL;
}

/* Code and data are masks of the same cache. */
static bool same_cache(enum rdt_res a, enum rdt_res b)
{
	return rdt_is_cache(a) && rdt_is_cache(b) && rdt_knob(a) == rdt_knob(b);
}

/* The mask that a group has of a cache, by whatever resource */
static uint64_t mask_of(const struct rdt_group *g, enum rdt_res r, uint32_t id)
{
	uint64_t mask, all = 0;

	for (enum rdt_res k = 0; k < RDT_RESOURCES; k++)
		if (same_cache(k, r) && rdt_value_find(&g->schemata[k], id, &mask))
			all |= mask;
	return all;
}

/* Who else has ways of a shared class: that is what shared means, and worth to be known. The root always has. */
static int tell_company(const struct caps_rdt *rdt, const struct rdt_group *g, enum rdt_res r,
			const struct rdt_dom *d, uint64_t mask, struct effects *out)
{
	_cleanup_(freep) char *who = NULL;
	uint64_t both = 0;

	for (size_t i = 0; i < rdt->n_groups; i++) {
		const struct rdt_group *o = &rdt->groups[i];
		uint64_t common = o == g || o->owner == RDT_ROOT ? 0 : mask & mask_of(o, r, d->id);

		if (common && text_add(&who, "%s%s", who ? ", " : "", o->name))
			return -ENOMEM;
		both |= common;
	}
	if (!both)
		return 0;
	return effect_add(out, rdt_knob(r), EFFECT_NOTE, NULL,
			  text_fmt("the ways %#jx of %s %u are shared with %s", (uintmax_t)both,
				   rdt_res_name[r], d->id, who));
}

static int tell_sharing(const struct effect_args *a, const struct qos_class *c, const struct rdt_group *g,
			enum rdt_res r, const struct rdt_dom *d, struct effects *out)
{
	const struct caps_rdt *rdt = &a->caps->rdt;
	uint64_t mask = 0, io;
	int rc = 0;

	rdt_value_find(&g->schemata[r], d->id, &mask);
	for (size_t i = 0; !rc && c->partition == PARTITION_EXCLUSIVE && i < rdt->n_groups; i++) {
		const struct rdt_group *o = &rdt->groups[i];
		uint64_t both = o == g ? 0 : mask & mask_of(o, r, d->id);

		if (both)
			rc = effect_add(out, rdt_knob(r), EFFECT_PARTLY, NULL,
					text_fmt("the ways %#jx of %s %u are not its own: %s%s has them, too",
						 (uintmax_t)both, rdt_res_name[r], d->id,
						 *o->name ? "group " : "the root group", o->name));
	}
	if (!rc && c->partition != PARTITION_EXCLUSIVE)
		rc = tell_company(rdt, g, r, d, mask, out);
	io = mask & rdt->res[r].shareable_bits;
	if (rc || !io)
		return rc;
	return effect_add(out, rdt_knob(r), c->partition == PARTITION_EXCLUSIVE ? EFFECT_PARTLY : EFFECT_NOTE,
			  NULL,
			  text_fmt("the ways %#jx of %s %u are shared with the hardware, such as I/O devices "
				   "that write to the cache",
				   (uintmax_t)io, rdt_res_name[r], d->id));
}

/* "8.7 MiB of L3 0" */
static int add_size(char **text, const struct rdt_resource *res, enum rdt_res r, const struct rdt_dom *d,
		    uint64_t mask)
{
	unsigned int ways = (unsigned int)__builtin_popcountll(mask);
	unsigned int all = (unsigned int)__builtin_popcountll(res->cbm_mask);
	_cleanup_(freep) char *size = units_size_str(all ? d->size / all * ways : 0);

	if (!size)
		return -ENOMEM;
	return text_add(text, "%s%s %u: %u of %u ways%s%s", *text ? "; " : "", rdt_res_name[r], d->id, ways,
			all, d->size ? ", " : "", d->size ? size : "");
}

static int cache(const struct effect_args *a, const struct qos_class *c, const struct rdt_group *g,
		 enum rdt_res r, struct effects *out)
{
	const struct rdt_resource *res = &a->caps->rdt.res[r];
	struct idset cpus = effect_rdt_cpus(a);
	bool limited = false;
	char *text = NULL;
	int rc = 0;

	for (size_t i = 0; !rc && i < res->n_doms; i++) {
		const struct rdt_dom *d = &res->doms[i];
		uint64_t mask;

		if (!effect_rdt_at(d, &cpus) || !rdt_value_find(&g->schemata[r], d->id, &mask))
			continue;
		limited = limited || mask != res->cbm_mask;
		rc = add_size(&text, res, r, d, mask);
		if (!rc)
			rc = tell_sharing(a, c, g, r, d, out);
	}
	if (rc || !text) {
		free(text);
		return rc;
	}
	return effect_add(out, rdt_knob(r), limited ? EFFECT_FULL : EFFECT_NOTE, text,
			  limited ? NULL
				  : text_fmt("all ways: nothing is kept from it, and nothing from others"));
}

/* With CDP, code and data both have what is asked for L3. */
static bool served(const struct caps_rdt *rdt, enum rdt_res r)
{
	for (enum rdt_res k = 0; k < RDT_RESOURCES; k++)
		if (rdt->res[k].present && (k == r || (same_cache(k, r) && (r == RDT_L3 || r == RDT_L2))))
			return true;
	return false;
}

static int absent(const struct effect_args *a, enum rdt_res r, struct effects *out)
{
	const struct caps_rdt *rdt = &a->caps->rdt;
	const char *why = "the CPU cannot divide it";

	if (!rdt->supported)
		why = "neither this kernel nor this CPU has resctrl";
	else if (!rdt->mounted)
		why = "resctrl is not mounted; `hvclaim guest apply` mounts it";
	else if (r == RDT_L3CODE || r == RDT_L3DATA || r == RDT_L2CODE || r == RDT_L2DATA)
		why = "resctrl is mounted without code and data priorities (cdp, cdpl2)";
	return effect_add(out, rdt_knob(r), EFFECT_NONE, text_fmt("no effect"), text_fmt("%s", why));
}

/* The same for every knob of a class */
static int tell_all(const struct qos_class *c, enum effect_kind kind, const char *why, struct effects *out)
{
	bool told[KNOBS] = {};
	int rc = 0;

	for (enum rdt_res r = 0; !rc && r < RDT_RESOURCES; r++) {
		if (!c->res[r].line || told[rdt_knob(r)])
			continue;
		told[rdt_knob(r)] = true;
		rc = effect_add(out, rdt_knob(r), kind, kind == EFFECT_NONE ? text_fmt("no effect") : NULL,
				text_fmt("%s", why));
	}
	return rc;
}

/* Whose threads are not in the class: its values do not count for them. Returns 1 when that is all of them. */
static int membership(const struct effect_args *a, const struct qos_class *c, const struct step *s,
		      struct effects *out)
{
	const struct guest *g = &a->guests->v[a->guest];
	_cleanup_(freep) char *who = NULL, *why = NULL;
	size_t n;
	int rc;

	if (!s)
		return tell_all(c, EFFECT_NONE, "its threads are not put into the class", out) ? -ENOMEM : 1;
	who = effect_rdt_outside(a, s, &n);
	if (!who)
		return -ENOMEM;
	if (!n && !strcmp(s->target + strlen(RDT_PREFIX), c->name))
		return 0;
	if (!n) {
		why = text_fmt("class ids ran out: it shares the group %s, which has the same values",
			       s->target);
		return why ? tell_all(c, EFFECT_NOTE, why, out) : -ENOMEM;
	}
	why = n == g->n_threads ? text_fmt("no thread is in the group %s", s->target)
				: text_fmt("not in the group %s: %s", s->target, who);
	if (!why)
		return -ENOMEM;
	rc = tell_all(c, n == g->n_threads ? EFFECT_NONE : EFFECT_PARTLY, why, out);
	return rc ? rc : n == g->n_threads;
}

static int class(const struct effect_args *a, const struct qos_class *c, struct effects *out)
{
	const struct caps_rdt *rdt = &a->caps->rdt;
	const struct step *s = effect_rdt_step(a, STEP_RDT_TASKS);
	const struct rdt_group *g = s ? group_named(rdt, s->target) : NULL;
	bool told[KNOBS] = {};
	int rc = 0;

	for (enum rdt_res r = 0; !rc && r < RDT_RESOURCES; r++) {
		if (!c->res[r].line || served(rdt, r) || told[rdt_knob(r)])
			continue;
		told[rdt_knob(r)] = true;
		rc = absent(a, r, out);
	}
	if (!rc && rdt->mounted)
		rc = membership(a, c, s, out);
	if (rc || !g)
		return rc < 0 ? rc : 0;
	for (enum rdt_res r = 0; !rc && r < RDT_RESOURCES; r++) {
		bool wanted = false;

		for (enum rdt_res k = 0; k < RDT_RESOURCES; k++)
			wanted = wanted || (c->res[k].line && served(rdt, k) && (k == r || same_cache(k, r)));
		if (wanted && rdt->res[r].present)
			rc = rdt_is_cache(r) ? cache(a, c, g, r, out) : effect_rdt_bandwidth(a, c, g, r, out);
	}
	return rc;
}

int effect_resctrl(const struct effect_args *a, struct effects *out)
{
	const struct qos_class *c = a->want->class ? qos_class_find(a->qos, a->want->class) : NULL;
	int rc = c ? class(a, c, out) : 0;

	return rc || !a->want->monitor ? rc : effect_rdt_monitor(a, out);
}
