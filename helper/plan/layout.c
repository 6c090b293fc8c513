// SPDX-License-Identifier: GPL-2.0-only
/*
 * layout.c - which parts of caches and bandwidth each class has; pure
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "lib/append.h"
#include "lib/hostfs.h"
#include "plan/layout.h"
#include "plan/plan_priv.h"

int layout_error(struct layout_errors *e, const struct qos_class *c, size_t line, const char *fmt, ...)
{
	_cleanup_(freep) char *words = TEXT_ARGS(fmt), *text = NULL;
	char **v;

	if (!words)
		return -ENOMEM;
	text = text_fmt("%s:%zu: classes: %s: %s", c->file, line ? line : c->line, c->name, words);
	for (size_t i = 0; text && i < e->n; i++)
		if (!strcmp(e->v[i], text))
			return 0;
	v = text ? append(e->v, e->n) : NULL;
	if (!v)
		return -ENOMEM;
	*v = text;
	text = NULL;
	return 0;
}

static void errors_free(struct layout_errors *e)
{
	for (size_t i = 0; i < e->n; i++)
		free(e->v[i]);
	free(e->v);
	*e = (struct layout_errors){ 0 };
}

int layout_find(const struct layout *l, const char *name)
{
	for (size_t i = 0; name && i < l->n; i++)
		if (!strcmp(l->v[i].class->name, name))
			return (int)i;
	return -1;
}

/* Whether a guest of the file has a class: any guest, or one that runs. */
static bool in_use(const struct planner *p, const struct qos_class *c, bool running)
{
	const struct qos *q = p->a->qos;

	for (size_t i = 0; !running && i < q->n_guests; i++)
		if (q->guests[i].class && !strcmp(q->guests[i].class, c->name))
			return true;
	for (size_t i = 0; running && i < p->a->guests->n; i++)
		if (p->entry[i] >= 0 && q->guests[p->entry[i]].class &&
		    !strcmp(q->guests[p->entry[i]].class, c->name))
			return true;
	return false;
}

static int add_classes(const struct planner *p, struct layout *l, bool running)
{
	for (size_t i = 0; i < p->a->qos->n_classes; i++) {
		struct layout_class *v;

		if (!in_use(p, &p->a->qos->classes[i], running))
			continue;
		v = append(l->v, l->n);
		if (!v)
			return -ENOMEM;
		v->class = &p->a->qos->classes[i];
		v->group = l->n - 1;
		v->name = text_fmt(RDT_PREFIX "%s", v->class->name);
		if (!v->name)
			return -ENOMEM;
		for (size_t k = 0; k < l->n_spaces * 2; k++)
			if (!append(v->asks, v->n_asks))
				return -ENOMEM;
	}
	return 0;
}

static bool same_wishes(const struct layout *l, size_t a, size_t b, const struct caps_rdt *rdt)
{
	const struct layout_class *x = &l->v[a], *y = &l->v[b];

	if (x->class->partition != PARTITION_SHARED || y->class->partition != PARTITION_SHARED)
		return false;
	for (size_t i = 0; i < l->n_spaces * 2; i++)
		if (x->asks[i].ways != y->asks[i].ways || x->asks[i].fixed != y->asks[i].fixed ||
		    x->asks[i].same != y->asks[i].same)
			return false;
	for (size_t k = 0; k < 2; k++) {
		const struct rdt_resource *r = &rdt->res[k ? RDT_SMBA : RDT_MB];

		for (size_t i = 0; i < r->n_doms; i++)
			if ((x->bw[k] ? x->bw[k][i] : r->max_bandwidth) !=
			    (y->bw[k] ? y->bw[k][i] : r->max_bandwidth))
				return false;
	}
	return true;
}

uint32_t layout_class_ids(const struct caps_rdt *rdt)
{
	uint32_t n = UINT32_MAX;

	for (enum rdt_res r = 0; r < RDT_RESOURCES; r++)
		if (rdt->res[r].present && rdt->res[r].num_closids < n)
			n = rdt->res[r].num_closids;
	return n;
}

int layout_ids(struct layout *l, const struct caps_rdt *rdt, struct layout_errors *e)
{
	size_t ids = layout_class_ids(rdt), others = 0, wanted = 0, left;

	for (size_t i = 0; i < rdt->n_groups; i++)
		others += rdt->groups[i].owner != RDT_ROOT && rdt->groups[i].owner != RDT_OURS;
	left = ids > others + 1 ? ids - others - 1 : 0;
	if (!l->n || l->n <= left || ids == UINT32_MAX)
		return 0;
	for (size_t i = 0; i < l->n; i++) {
		size_t k = 0;

		while (k < i && (l->v[k].group != k || !same_wishes(l, k, i, rdt)))
			k++;
		l->v[i].group = k;
		wanted += k == i;
	}
	if (wanted <= left)
		return 0;
	return layout_error(
		e, l->v[l->n - 1].class, 0,
		"%zu classes want a class id each, %zu of them when equal shared ones are taken together; "
		"of %zu class ids 1 is the root's and groups of others have %zu: %zu are left",
		l->n, wanted, ids, others, left);
}

static int try(const struct planner *p, struct layout *l, bool running, struct layout_errors *e)
{
	const struct caps_rdt *rdt = &p->a->caps->rdt;
	int rc = 0;

	if (rdt->mounted)
		rc = layout_spaces(l, rdt, &p->a->qos->host);
	if (!rc)
		rc = add_classes(p, l, running);
	if (!rc)
		rc = layout_asks(l, rdt, e);
	if (!rc && !e->n && rdt->mounted)
		rc = layout_ids(l, rdt, e);
	for (size_t i = 0; i < l->n_spaces && !rc && !e->n; i++)
		rc = layout_place(l, i, e);
	l->failed = e->n;
	return rc;
}

/* Hands the errors to the plan. */
static int give_errors(struct planner *p, struct layout_errors *e)
{
	for (size_t i = 0; i < e->n; i++) {
		char **slot = append(p->plan->errors, p->plan->n_errors);

		if (!slot)
			return -ENOMEM;
		*slot = e->v[i];
		e->v[i] = NULL;
	}
	return 0;
}

int layout_all(struct planner *p, struct layout *out)
{
	struct layout_errors e = { 0 };
	int rc = try(p, out, false, &e);

	if (!rc)
		rc = give_errors(p, &e);
	errors_free(&e);
	return rc;
}

int layout_make(struct planner *p, struct layout *out)
{
	struct layout_errors e = { 0 };
	size_t all;
	int rc = try(p, out, false, &e);

	all = out->n;
	if (!rc && e.n) {
		errors_free(&e);
		layout_free(out);
		rc = try(p, out, true, &e);
		if (!rc && !e.n)
			rc = plan_note(
				p->plan, -1, NULL, KNOB_L3,
				"there is no room for all %zu classes of the file at once: those of guests "
				"that run are laid out alone",
				all);
	}
	/* what is taken back needs no place */
	if (!rc && !p->a->clear)
		rc = give_errors(p, &e);
	errors_free(&e);
	return rc;
}

void layout_free(struct layout *l)
{
	for (size_t i = 0; i < l->n; i++) {
		struct layout_class *v = &l->v[i];

		free(v->name);
		free(v->asks);
		free(v->bw[0]);
		free(v->bw[1]);
		free(v->why);
		for (size_t k = 0; k < KNOBS; k++)
			free(v->lacks[k]);
	}
	free(l->v);
	for (size_t i = 0; i < l->n_spaces; i++)
		free(l->spaces[i].takers);
	free(l->spaces);
	*l = (struct layout){ 0 };
}
