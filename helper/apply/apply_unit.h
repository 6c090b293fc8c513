/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * apply_unit.h - properties of systemd's units: carries out STEP_UNIT_PROPERTY
 *
 * systemd owns the cgroups of its units: what is written there without it is lost when it next looks. Properties
 * are set at run time only: they last as long as the unit, and over daemon-reload.
 */
#ifndef HVCLAIM_APPLY_UNIT_H
#define HVCLAIM_APPLY_UNIT_H

#include "guest/guests.h"
#include "lib/hostfs.h"
#include "plan/plan.h"

/** struct unit_manager - a connection to systemd, made when it is needed first; begins as all zero */
struct unit_manager {
	struct sd_bus *bus;
};

/** unit_manager_close() - NULL members are fine */
void unit_manager_close(struct unit_manager *m);

/**
 * apply_unit() - set properties of one unit, all of them or none
 * @m: the connection
 * @g: the guest of the unit
 * @steps: of kind STEP_UNIT_PROPERTY, with the same target
 * @n: how many
 * @undo: set what was there before instead
 * @err: set to a string to be freed on failure, with systemd's own words
 *
 * Return: 0 or a negative errno; -ESRCH when the unit has ended.
 */
int apply_unit(struct unit_manager *m, const struct guest *g, const struct step *const *steps, size_t n,
	       bool undo, char **err);

/**
 * unit_make_scope() - a scope for a guest that has none; waits until the guest is in it
 * @m: the connection
 * @g: a homeless guest, its unit and cgroup have the names
 *
 * Return: 0 or a negative errno with @err set.
 */
int unit_make_scope(struct unit_manager *m, const struct hostfs *fs, const struct guest *g, char **err);

#endif
