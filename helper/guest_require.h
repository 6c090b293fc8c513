/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * guest_require.h - require: of a guest: what has no effect is an error
 */
#ifndef HVCLAIM_GUEST_REQUIRE_H
#define HVCLAIM_GUEST_REQUIRE_H

#include "apply.h"
#include "effect.h"
#include "guest_host.h"

/**
 * guest_effects() - all that there is to say about a guest's knobs
 *
 * Return: 0 or -ENOMEM.
 */
int guest_effects(const struct effect_args *a, struct effects *out);

/**
 * guest_require() - look at what was done, and take it back from guests for which a required knob has no effect
 * @h: as the plan was made from
 * @p: the plan
 * @r: what became of it; guests that lost theirs become faults
 *
 * Return: 0 or a negative errno.
 */
int guest_require(const struct guest_host *h, const struct plan *p, struct apply_result *r);

#endif
