// SPDX-License-Identifier: GPL-2.0-only
/*
 * privs.c - what of root's capabilities a command keeps
 */
#define _GNU_SOURCE 1
#include <sys/prctl.h>

#include <cap-ng.h>

#include "cmd/cmd.h"
#include "lib/privs.h"

static struct {
	bool known;
	uint64_t had; /* effective at the beginning */
	uint64_t added;
} privs;

static uint64_t effective(void)
{
	uint64_t caps = 0;

	if (privs.known)
		return privs.had;
	privs.known = true;
	if (!capng_get_caps_process())
		for (int cap = 0; cap <= CAP_LAST_CAP; cap++)
			caps |= capng_have_capability(CAPNG_EFFECTIVE, (unsigned int)cap) ? PRIV(cap) : 0;
	privs.had = caps;
	return caps;
}

bool privs_had(int cap)
{
	return effective() & PRIV(cap);
}

void privs_add(uint64_t caps)
{
	privs.added |= caps;
}

void privs_keep(uint64_t caps)
{
	uint64_t keep = (caps | privs.added) & effective();
	bool failed = false;

	if ((caps | privs.added) == PRIVS_ALL)
		return;
	(void)prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	if (!privs.had)
		return;
	capng_clear(CAPNG_SELECT_ALL);
	for (int cap = 0; cap <= CAP_LAST_CAP; cap++)
		if (keep & PRIV(cap))
			(void)capng_update(CAPNG_ADD, CAPNG_EFFECTIVE | CAPNG_PERMITTED | CAPNG_BOUNDING_SET,
					   (unsigned int)cap);
	/* without CAP_SETPCAP the bounding set stays, which must not keep the others */
	if (privs_had(CAP_SETPCAP))
		failed |= capng_apply(CAPNG_SELECT_BOUNDS) != 0;
	/* none is inheritable any more, so none is ambient (cap_capset()) */
	failed |= capng_apply(CAPNG_SELECT_CAPS) != 0;
	if (failed && globals.verbose)
		error_say("not all capabilities could be given up that are not needed");
}
