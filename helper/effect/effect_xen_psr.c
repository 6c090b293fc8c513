// SPDX-License-Identifier: GPL-2.0-only
/*
 * effect_xen_psr.c - parts of caches and of bandwidth that a domain has, and who shares them
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "lib/bits.h"
#include "effect/effect_priv.h"

static uint64_t value_of(const struct rdt_values *v, uint32_t id)
{
	for (size_t i = 0; i < v->n; i++)
		if (v->v[i].id == id)
			return v->v[i].value;
	return 0;
}

static bool is_of(enum rdt_res r, enum qos_knob knob)
{
	if (knob == KNOB_MB)
		return r == RDT_MB;
	return knob == KNOB_L2 ? r == RDT_L2 : r <= RDT_L3DATA;
}

/* "L3:0=7 (3 of 8 ways)" */
static char *values_text(const struct effect_args *a, enum qos_knob knob)
{
	const struct rdt_values *v = effect_guest(a)->xen->values;
	char *text = NULL;

	for (enum rdt_res r = 0; r < RDT_RESOURCES; r++)
		for (size_t i = 0; i < v[r].n && is_of(r, knob); i++) {
			const char *comma = text ? ", " : "";

			if (rdt_is_cache(r))
				text_add(&text, "%s%s:%" PRIu32 "=%" PRIx64 " (%u of %u ways)", comma,
					 rdt_res_name[r], v[r].v[i].id, v[r].v[i].value,
					 bits_count(v[r].v[i].value),
					 bits_count(a->caps->rdt.res[r].cbm_mask));
			else
				text_add(&text, "%s%s:%" PRIu32 "=%" PRIu64 "%%", comma, rdt_res_name[r],
					 v[r].v[i].id, v[r].v[i].value);
		}
	return text;
}

static bool overlap(const struct rdt_values *a, const struct rdt_values *b, enum qos_knob knob)
{
	for (enum rdt_res r = 0; rdt_is_cache(r); r++)
		for (size_t i = 0; i < a[r].n && is_of(r, knob); i++)
			if (a[r].v[i].value & value_of(&b[r], a[r].v[i].id))
				return true;
	return false;
}

/* Domains of other classes, and the dom0, that may use ways that are to be the guest's alone. */
static char *sharers(const struct effect_args *a, const struct qos_class *class, enum qos_knob knob)
{
	const struct rdt_values *own = effect_guest(a)->xen->values;
	char *text = overlap(own, a->caps->xen.values, knob) ? strdup("Domain-0") : NULL;

	for (size_t i = 0; i < a->guests->n; i++) {
		const struct guest *g = &a->guests->v[i];
		const struct qos_guest *q = NULL;

		if ((int)i == a->guest || !g->xen || !overlap(own, g->xen->values, knob))
			continue;
		for (size_t k = 0; k < a->qos->n_guests && !q; k++)
			if (guest_matches(g, &a->qos->guests[k]))
				q = &a->qos->guests[k];
		if (!q || !q->class || strcmp(q->class, class->name))
			text_add(&text, "%s%s", text ? ", " : "", g->name);
	}
	return text;
}

static int share(const struct effect_args *a, const struct qos_class *class, enum qos_knob knob,
		 struct effects *out)
{
	_cleanup_(freep) char *text = values_text(a, knob), *others = NULL;

	if (!text) /* the plan says why */
		return effect_add(out, knob, EFFECT_NONE, NULL, NULL);
	if (knob == KNOB_MB)
		return effect_add(
			out, knob, EFFECT_NOTE, strdup(text),
			text_fmt("it is a delay of all that the domain's CPUs ask of memory, not a share of "
				 "what there is"));
	if (class->partition == PARTITION_EXCLUSIVE)
		others = sharers(a, class, knob);
	return effect_add(out, knob, others ? EFFECT_PARTLY : EFFECT_FULL, strdup(text),
			  others ? text_fmt("%s may use the same ways", others) : NULL);
}

int effect_xen_psr(const struct effect_args *a, struct effects *out)
{
	const struct qos_class *class = a->want->class ? qos_class_find(a->qos, a->want->class) : NULL;
	uint32_t set = qos_guest_knobs(a->qos, a->want);
	int rc = 0;

	for (enum qos_knob k = KNOB_L3; k <= KNOB_MB && class && !rc; k++)
		if (set >> k & 1)
			rc = share(a, class, k, out);
	if (rc || !a->want->monitor)
		return rc;
	return effect_guest(a)->xen->monitored ? effect_add(out, KNOB_MONITOR, EFFECT_FULL,
							    strdup("Xen counts its use of caches"), NULL)
					       : effect_add(out, KNOB_MONITOR, EFFECT_NONE, NULL, NULL);
}
