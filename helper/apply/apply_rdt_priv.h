/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * apply_rdt_priv.h - what apply_resctrl.c and apply_rdt_tasks.c share
 */
#ifndef HVCLAIM_APPLY_RDT_PRIV_H
#define HVCLAIM_APPLY_RDT_PRIV_H

#include "apply/apply_resctrl.h"

/** rdt_dir() - the directory of a group, or of a monitor group in it; a string to be freed, or NULL */
char *rdt_dir(const struct hostfs *fs, const char *group, const char *mon);

/** rdt_write() - write a line, or several, to a group's file; 0 or a negative errno */
int rdt_write(const char *dir, const char *file, const char *text);

/**
 * rdt_refused() - say what failed, and why in the kernel's words
 * @rc: negative errno
 * @what: a string that changes its owner; NULL when memory is out
 *
 * Return: @rc.
 */
int rdt_refused(const struct hostfs *fs, int rc, char *what, char **err);

/** rdt_tasks_move() - STEP_RDT_TASKS and STEP_RDT_MON_TASKS */
int rdt_tasks_move(const struct hostfs *fs, const struct guests *all, const struct step *s, char **err);

/** rdt_tasks_back() - take one of them back */
int rdt_tasks_back(const struct hostfs *fs, const struct guests *all, const struct step *s, char **err);

#endif
