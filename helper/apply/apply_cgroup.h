/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * apply_cgroup.h - files of cgroups: carries out STEP_CGROUP_FILE
 */
#ifndef HVCLAIM_APPLY_CGROUP_H
#define HVCLAIM_APPLY_CGROUP_H

#include "guest/guests.h"
#include "plan/plan.h"

/**
 * apply_cgroup() - write one file
 * @s: a step of kind STEP_CGROUP_FILE
 * @undo: write what was there before, or the default when that is not known
 * @err: set to a string to be freed on failure
 *
 * Return: 0 or a negative errno; -ENOENT when the group has gone, or has no such file.
 */
int apply_cgroup(const struct step *s, bool undo, char **err);

/**
 * cgroup_make_home() - a cgroup for a guest that has none of its own; the guest moves there
 *
 * Return: 0 or a negative errno with @err set, and the guest where it was.
 */
int cgroup_make_home(const struct guest *g, char **err);

/**
 * cgroup_take_along() - vhost workers that are kernel threads follow their guest into a new cgroup
 *
 * Return: as cgroup_make_home().
 */
int cgroup_take_along(const struct guest *g, char **err);

/** cgroup_reap_homes() - remove the cgroups made for guests that have ended */
void cgroup_reap_homes(const struct hostfs *fs);

#endif
