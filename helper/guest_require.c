// SPDX-License-Identifier: GPL-2.0-only
/*
 * guest_require.c - require: of a guest
 */
#define _GNU_SOURCE 1
#include <stdlib.h>

#include "effect_resctrl.h"
#include "guest.h"
#include "guest_require.h"

int guest_effects(const struct effect_args *a, struct effects *out)
{
	int rc = effect_cgroup(a, out);

	return rc ? rc : effect_resctrl(a, out);
}

/* What has no effect although it is required; NULL when there is nothing, or memory is out. */
static char *missing(const struct effect_args *a, const struct effects *list)
{
	char *why = NULL;

	for (size_t i = 0; i < list->n; i++) {
		const struct effect *e = &list->v[i];

		if (e->kind == EFFECT_NONE && a->want->require >> e->knob & 1 &&
		    text_add(&why, "%srequired %s has no effect: %s", why ? "; " : "", qos_knob_name[e->knob],
			     e->why	    ? e->why
			     : e->effective ? e->effective
					    : "?"))
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

/* the host as it is after the plan was carried out */
struct after {
	struct caps caps;
	struct guests guests;
	struct plan plan;
};

static void after_free(struct after *now)
{
	caps_free(&now->caps);
	guests_free(&now->guests);
	plan_free(&now->plan);
}

static int after_read(const struct guest_host *h, struct after *now)
{
	const struct plan_args args = { .qos = &h->cfg->qos, .guests = &now->guests, .caps = &now->caps };
	char *err = NULL;
	int rc = caps_read(h->fs, h->cfg, &now->caps, &err);

	if (!rc)
		rc = guests_find(h->fs, now->caps.systemd, &now->guests, &err);
	free(err);
	return rc ? rc : plan_make(&args, &now->plan);
}

static int index_of(const struct guests *all, pid_t pid)
{
	for (size_t i = 0; i < all->n; i++)
		if (all->v[i].pid == pid)
			return (int)i;
	return -1;
}

static int judge(const struct guest_host *h, const struct after *now, const struct plan *p, int guest,
		 const struct qos_guest *want, struct apply_result *r)
{
	_cleanup_(effects_free) struct effects list = { 0 };
	_cleanup_(freep) char *why = NULL;
	struct effect_args a = {
		.fs = h->fs,
		.qos = &h->cfg->qos,
		.caps = &now->caps,
		.guests = &now->guests,
		.guest = index_of(&now->guests, h->guests.v[guest].pid),
		.want = want,
		.plan = &now->plan,
	};
	int rc = a.guest < 0 ? 0 : guest_effects(&a, &list);

	if (rc)
		return rc;
	why = missing(&a, &list);
	return why ? apply_undo_guest(h->fs, &h->caps, &h->guests, p, guest, why, r) : 0;
}

int guest_require(const struct guest_host *h, const struct plan *p, struct apply_result *r)
{
	_cleanup_(after_free) struct after now = { 0 };
	bool read = false;
	int rc = 0;

	for (size_t i = 0; i < h->guests.n && !rc; i++) {
		const struct qos_guest *want = guest_host_entry(h, &h->guests.v[i]);

		if (!want || !want->require || has_fault(r, (int)i) || !was_changed(p, r, (int)i))
			continue;
		if (!read)
			rc = after_read(h, &now);
		read = true;
		if (!rc)
			rc = judge(h, &now, p, (int)i, want, r);
	}
	return rc;
}
