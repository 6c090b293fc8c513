// SPDX-License-Identifier: GPL-2.0-only
/*
 * guest_require.c - require: of a guest
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <stdlib.h>

#include "effect/effect_resctrl.h"
#include "guest/guest.h"
#include "apply/guest_require.h"

int guest_effects(const struct effect_args *a, struct effects *out)
{
	int rc;

	if (a->guests->v[a->guest].xen)
		return effect_xen(a, out);
	rc = effect_cgroup(a, out);
	if (!rc)
		rc = effect_resctrl(a, out);
	return rc ? rc : effect_devices(a, out);
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

static int after_read(struct guest_host *h, struct after *now)
{
	const struct plan_args args = { .qos = &h->cfg->qos, .guests = &now->guests, .caps = &now->caps };
	char *err = NULL;
	int rc = guest_host_look(h, 0, &now->caps, &now->guests, &err);

	free(err);
	return rc ? rc : plan_make(&args, &now->plan);
}

static int index_of(const struct guests *all, pid_t key)
{
	for (size_t i = 0; i < all->n; i++)
		if (guest_key(&all->v[i]) == key)
			return (int)i;
	return -1;
}

/*
 * Threads that came meanwhile are not where they belong, and the next pass puts them there: bits of the knobs for
 * which that is so.
 */
static uint32_t unsettled(const struct plan *p, int guest)
{
	const uint32_t rdt = 1U << KNOB_L3 | 1U << KNOB_L2 | 1U << KNOB_MB | 1U << KNOB_MONITOR;
	uint32_t knobs = 0;

	for (size_t i = 0; i < p->n_steps; i++) {
		const struct step *s = &p->steps[i];

		if (s->guest != guest || !s->changes)
			continue;
		if (s->kind == STEP_RDT_TASKS || s->kind == STEP_RDT_MON_TASKS)
			knobs |= rdt;
		else if (s->kind == STEP_AFFINITY || s->kind == STEP_IOPRIO)
			knobs |= 1U << s->knob;
	}
	return knobs;
}

/* @a: the host as it is now. What was set for the guest just now is taken back, unless the fault is of before. */
static int judge(const struct guest_host *h, const struct effect_args *a, const struct plan *p, int guest,
		 bool changed, struct apply_result *r)
{
	_cleanup_(effects_free) struct effects list = { 0 };
	_cleanup_(freep) char *is = NULL, *was = NULL;
	const struct apply_host host = guest_host_apply(h);
	int rc = a->guest < 0 ? 0 : guest_effects(a, &list);

	if (rc || a->guest < 0)
		return rc;
	is = effects_missing(&list, a->want->require, false, unsettled(a->plan, a->guest));
	was = is ? NULL : effects_missing(&list, a->want->require, true, 0);
	if (!is && !was)
		return 0;
	return apply_blame_guest(&host, p, guest, is ? is : was, is && changed, r);
}

int guest_require(struct guest_host *h, const struct plan *p, const bool *which, struct apply_result *r)
{
	_cleanup_(after_free) struct after now = { 0 };
	struct effect_args a = {
		.fs = h->fs,
		.cfg = h->cfg,
		.qos = &h->cfg->qos,
		.caps = &h->caps,
		.guests = &h->guests,
		.plan = p,
	};
	bool fresh = !r->n_done;
	int *entry = calloc(h->guests.n + 1, sizeof(*entry));
	int rc = entry ? guests_match(a.qos, &h->guests, entry) : -ENOMEM;

	for (size_t i = 0; i < h->guests.n && !rc; i++) {
		a.want = entry[i] < 0 ? NULL : &a.qos->guests[entry[i]];
		if (!which[i] || !a.want || !a.want->require || has_fault(r, (int)i))
			continue;
		if (!fresh) {
			rc = after_read(h, &now);
			a.caps = &now.caps;
			a.guests = &now.guests;
			a.plan = &now.plan;
			fresh = true;
		}
		a.guest = a.guests == &h->guests ? (int)i : index_of(&now.guests, guest_key(&h->guests.v[i]));
		if (!rc)
			rc = judge(h, &a, p, (int)i, was_changed(p, r, (int)i), r);
	}
	free(entry);
	return rc;
}
