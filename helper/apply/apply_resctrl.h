/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * apply_resctrl.h - carries out the STEP_RDT_* of a plan
 */
#ifndef HVCLAIM_APPLY_RESCTRL_H
#define HVCLAIM_APPLY_RESCTRL_H

#include "guest/guests.h"
#include "lib/hostfs.h"
#include "plan/plan.h"

/**
 * apply_resctrl() - carry out one step
 * @fs: where the host's file systems are
 * @all: the running guests that the plan was made for
 * @s: one of STEP_RDT_*; steps that do not change anything need not be given
 * @err: set to a string to be freed on failure, with the kernel's own reason
 *
 * Only groups with our prefix are made, removed or given tasks. Threads that the guest starts meanwhile are
 * moved, too; those that end are no failure. Takes the lock exclusively (resctrl_lock()).
 *
 * Return: 0 or a negative errno. After a failure the step may be done in part: undo it as well.
 */
int apply_resctrl(const struct hostfs *fs, const struct guests *all, const struct step *s, char **err);

/**
 * apply_resctrl_undo() - take one step back, done or done in part
 *
 * Arguments and result as apply_resctrl().
 */
int apply_resctrl_undo(const struct hostfs *fs, const struct guests *all, const struct step *s, char **err);

#endif
