/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * apply_affinity.h - carries out the steps of a plan about single threads, and about where memory is
 */
#ifndef HVCLAIM_APPLY_AFFINITY_H
#define HVCLAIM_APPLY_AFFINITY_H

#include "host/caps.h"
#include "guest/guests.h"
#include "plan/plan.h"

/**
 * apply_affinity() - carry out STEP_AFFINITY, STEP_IOPRIO or STEP_MIGRATE
 * @g: the guest that the thread belongs to
 * @caps: the host's nodes, for STEP_MIGRATE
 * @s: the step
 * @err: set to a string to be freed on failure
 *
 * Return: 0, -ESRCH when the thread has ended, or another negative errno.
 */
int apply_affinity(const struct guest *g, const struct caps *caps, const struct step *s, char **err);

/**
 * apply_affinity_undo() - give a thread what it had before
 *
 * Memory stays where it went. Return: as apply_affinity().
 */
int apply_affinity_undo(const struct guest *g, const struct caps *caps, const struct step *s, char **err);

#endif
