// SPDX-License-Identifier: GPL-2.0-only
/*
 * guest_require.c - require: of a guest
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <string.h>

#include "guest_require.h"

int guest_effects(const struct effect_args *a, struct effects *out)
{
	return effect_cgroup(a, out);
}

/* What has no effect although it is required; NULL when there is nothing, or memory is out. */
static char *missing(const struct effect_args *a, const struct effects *list)
{
	char *why = NULL;

	for (size_t i = 0; i < list->n; i++) {
		const struct effect *e = &list->v[i];

		if (e->kind == EFFECT_NONE && a->want->require >> e->knob & 1 &&
		    text_add(&why, "%srequired %s has no effect: %s", why ? "; " : "", qos_knob_name[e->knob],
			     e->why ? e->why : e->effective ? e->effective : "?"))
			return why;
	}
	return why;
}

static bool has_fault(const struct apply_result *r, int guest)
{
	for (size_t i = 0; i < r->n_faults; i++)
		if (r->faults[i].guest == guest)
			return true;
	return false;
}

static bool was_changed(const struct plan *p, const struct apply_result *r, int guest)
{
	for (size_t i = 0; i < p->n_steps; i++)
		if (p->steps[i].guest == guest && r->done[i])
			return true;
	return false;
}

int guest_require(const struct guest_host *h, const struct plan *p, struct apply_result *r)
{
	int rc = 0;

	for (size_t i = 0; i < h->guests.n && !rc; i++) {
		struct effect_args a = {
			.fs = h->fs,
			.qos = &h->cfg->qos,
			.caps = &h->caps,
			.guests = &h->guests,
			.guest = (int)i,
			.want = guest_host_entry(h, &h->guests.v[i]),
			.plan = p,
		};
		_cleanup_(effects_free) struct effects list = { 0 };
		_cleanup_(freep) char *why = NULL;

		if (!a.want || !a.want->require || has_fault(r, a.guest) || !was_changed(p, r, a.guest))
			continue;
		rc = guest_effects(&a, &list);
		if (!rc)
			why = missing(&a, &list);
		if (why)
			rc = apply_undo_guest(h->fs, &h->caps, &h->guests, p, a.guest, why, r);
	}
	return rc;
}
