/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * guest_require.h - require: of a guest: what has no effect, or not its full one, is an error
 */
#ifndef HVCLAIM_GUEST_REQUIRE_H
#define HVCLAIM_GUEST_REQUIRE_H

#include "apply/apply.h"
#include "effect/effect.h"
#include "apply/guest_host.h"

/**
 * guest_effects() - all that there is to say about a guest's knobs
 *
 * Return: 0 or -ENOMEM.
 */
int guest_effects(const struct effect_args *a, struct effects *out);

/**
 * guest_require() - look at what was done, and take it back from guests for which a required knob lacks effect
 * @h: as the plan was made from
 * @p: the plan
 * @which: for each guest, whether it is looked at
 * @r: what became of it; guests that lack something become faults
 *
 * Return: 0 or a negative errno.
 */
int guest_require(struct guest_host *h, const struct plan *p, const bool *which, struct apply_result *r);

#endif
