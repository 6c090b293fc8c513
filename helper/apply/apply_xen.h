/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * apply_xen.h - carrying out what Xen does for domains
 */
#ifndef HVCLAIM_APPLY_XEN_H
#define HVCLAIM_APPLY_XEN_H

#include "host/caps.h"
#include "guest/guests.h"
#include "plan/plan.h"

struct xenlib;

/** apply_xen_is() - whether a step is Xen's */
bool apply_xen_is(const struct step *s);

/**
 * apply_xen() - carry out STEP_XEN_…
 * @lib: Xen's libraries
 * @caps: of the machine
 * @g: the domain; NULL: the dom0
 * @undo: write again what was before; what is not known is Xen's default
 * @err: set to a string to be freed on failure
 *
 * Return: 0 or a negative errno.
 */
int apply_xen(struct xenlib *lib, const struct caps *caps, const struct guest *g, const struct step *s,
	      bool undo, char **err);

#endif
