// SPDX-License-Identifier: GPL-2.0-only
/*
 * apply_xen.c - carrying out what Xen does for domains
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "apply/apply_xen.h"
#include "lib/hostfs.h"
#include "lib/units.h"
#include "xen/xenqos.h"

#define WEIGHT_DEFAULT "256"

bool apply_xen_is(const struct step *s)
{
	return s->kind >= STEP_XEN_SCHED && s->kind <= STEP_XEN_MONITOR;
}

static int sched(struct xenlib *lib, const struct guest *g, const struct step *s, const char *text,
		 char **err)
{
	bool weight = !strcmp(s->key, "weight");
	uint32_t value = (uint32_t)strtoul(text ? text : weight ? WEIGHT_DEFAULT : "0", NULL, 10);

	return weight ? xenqos_weight(lib, g->domid, value, err) : xenqos_cap(lib, g->domid, value, err);
}

/* All CPUs of the machine are all that there may ever be. */
static int affinity(struct xenlib *lib, const struct caps *caps, const struct guest *g, const struct step *s,
		    const char *text, char **err)
{
	bool hard = !strcmp(s->key, "hard");
	struct idset set;

	if (!text || !units_list(text, &set)) {
		*err = text_fmt("vcpu %s: no list of CPUs: %s", s->target, text ? text : "");
		return -EINVAL;
	}
	if (idset_equal(&set, &caps->xen.cpus))
		memset(&set, 0xff, sizeof(set));
	return xenqos_affinity(lib, g->domid, (uint32_t)s->number, hard ? &set : NULL, hard ? NULL : &set,
			       err);
}

static int pool(struct xenlib *lib, const struct step *s, const char *text, char **err)
{
	struct idset set = { 0 };

	if (text && *text && !units_list(text, &set)) {
		*err = text_fmt("cpupool %s: no list of CPUs: %s", s->target, text);
		return -EINVAL;
	}
	return xenqos_pool(lib, s->target, &set, err);
}

static int value(struct xenlib *lib, uint32_t domid, const struct step *s, const char *text, char **err)
{
	for (enum rdt_res r = 0; r < RDT_RESOURCES; r++)
		if (!strcmp(rdt_res_name[r], s->key))
			return xenqos_value(lib, domid, r, (uint32_t)s->tid,
					    strtoull(text, NULL, rdt_is_cache(r) ? 16 : 10), err);
	return -EINVAL;
}

int apply_xen(struct xenlib *lib, const struct caps *caps, const struct guest *g, const struct step *s,
	      bool undo, char **err)
{
	const char *text = undo ? s->have : s->want;

	switch (s->kind) {
	case STEP_XEN_SCHED:
		return sched(lib, g, s, text, err);
	case STEP_XEN_AFFINITY:
		return affinity(lib, caps, g, s, text, err);
	case STEP_XEN_POOL:
		return pool(lib, s, text, err);
	case STEP_XEN_MOVE:
		return text ? xenqos_move(lib, g->domid, text, err) : 0;
	case STEP_XEN_PSR:
		return text ? value(lib, g ? g->domid : 0, s, text, err) : 0;
	default:
		return xenqos_monitor(lib, g->domid, text && !strcmp(text, "on"), err);
	}
}
