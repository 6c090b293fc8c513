/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * dom0.h - what claim and release do besides in a Xen dom0. Everywhere else these calls do nothing
 */
#ifndef HVCLAIM_CMD_DOM0_H
#define HVCLAIM_CMD_DOM0_H

#include "device/target.h"
#include "xen/xen.h"

/**
 * dom0_claimed() - make Xen's tools know a claim that is held
 * @t: with the configuration, whose aliases become xl's names
 * @selectors: as on the command line
 * @c: the claim
 *
 * Return: an exit code; EXIT_DONE with a warning when the tools are not there.
 */
int dom0_claimed(struct target *t, const struct words_list *selectors, const struct claim *c);

/** struct dom0_release - a release under way; all zero to begin with */
struct dom0_release {
	struct xen xen;
	struct xen_release fns;
};

/**
 * dom0_release_begin() - before the module is asked: in use by a domain? Then out of the quarantine
 * @r: to be closed in any case
 * @t: connected
 * @ledger: as it is
 * @meant: whether a function is to be released
 * @idle_wait: how many seconds to wait until no domain has them; 0: do not
 *
 * Return: an exit code.
 */
int dom0_release_begin(struct dom0_release *r, struct target *t, const struct claims *ledger,
		       bool (*meant)(const struct target *t, const struct claim *c,
				     const struct claim_fn *fn),
		       unsigned int idle_wait);

/** dom0_release_end() - what is back is forgotten by xl and pciback, what they have still is quarantined again */
void dom0_release_end(struct dom0_release *r, struct target *t);

#endif
