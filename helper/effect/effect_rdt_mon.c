// SPDX-License-Identifier: GPL-2.0-only
/*
 * effect_rdt_mon.c - whether a guest is monitored, and what its counters cannot say
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <string.h>

#include "effect/effect_rdt_priv.h"
#include "host/resctrl.h"
#include "lib/units.h"

static const char *const state_words[] = {
	[RDT_READ_UNAVAILABLE] = "the hardware has no value yet",
	[RDT_READ_UNASSIGNED] = "no hardware counter is left for it (mbm_event mode)",
	[RDT_READ_ERROR] = "the counter cannot be read",
};

static int tell_state(const char *what, uint32_t id, struct rdt_reading r, struct effects *out)
{
	if (r.state == RDT_READ_OK || r.state == RDT_READ_NONE)
		return 0;
	/* a fresh group has none: the next look may tell */
	return effect_add(out, KNOB_MONITOR, r.state == RDT_READ_UNAVAILABLE ? EFFECT_NOTE : EFFECT_PARTLY,
			  NULL, text_fmt("%s of L3 %u: %s", what, id, state_words[r.state]));
}

static int tell_counters(const struct effect_args *a, const struct step *s, struct effects *out)
{
	struct idset cpus = effect_rdt_cpus(a);
	_cleanup_(freep) char *err = NULL, *size = NULL;
	struct rdt_mon *m = NULL;
	uint64_t occupancy = 0;
	size_t n = 0;
	int rc = resctrl_lock(a->fs, false, &err);

	if (!rc) {
		rc = resctrl_monitor(a->fs, s->target, s->key, &m, &n);
		resctrl_unlock();
	}
	if (rc == -ENOMEM)
		return rc;
	if (rc)
		return effect_add(out, KNOB_MONITOR, EFFECT_NONE, text_fmt("no effect"),
				  text_fmt("the counters of %s: %s", s->key, strerror(-rc)));
	for (size_t i = 0; !rc && i < n; i++) {
		const struct rdt_resource *l3 = &a->caps->rdt.res[RDT_L3];
		bool used = true;

		/* a counter of a cache that it cannot run on need not be readable */
		for (size_t k = 0; k < l3->n_doms; k++)
			if (l3->doms[k].id == m[i].id)
				used = effect_rdt_at(&l3->doms[k], &cpus);
		occupancy += m[i].occupancy.state == RDT_READ_OK ? m[i].occupancy.value : 0;
		rc = used ? tell_state("occupancy", m[i].id, m[i].occupancy, out) : 0;
		if (!rc && used)
			rc = tell_state("traffic", m[i].id, m[i].total, out);
		if (!rc && used)
			rc = tell_state("local traffic", m[i].id, m[i].local, out);
	}
	free(m);
	size = units_size_str(occupancy);
	if (rc || !size)
		return -ENOMEM;
	return effect_add(out, KNOB_MONITOR, EFFECT_FULL,
			  a->caps->rdt.mon_occupancy ? text_fmt("monitored; %s in L3", size)
						     : text_fmt("monitored"),
			  NULL);
}

/* Some CPUs count bandwidth but not occupancy, or the other way round. */
static int tell_missing(const struct caps_rdt *rdt, struct effects *out)
{
	bool traffic = rdt->mon_total || rdt->mon_local;

	if (rdt->mon_occupancy && traffic)
		return 0;
	return effect_add(out, KNOB_MONITOR, EFFECT_PARTLY, NULL,
			  text_fmt("this CPU does not count %s", rdt->mon_occupancy ? "memory traffic"
								 : traffic	    ? "what is in the cache"
									   : "anything that is known here"));
}

int effect_rdt_monitor(const struct effect_args *a, struct effects *out)
{
	const struct caps_rdt *rdt = &a->caps->rdt;
	const struct step *s = effect_rdt_step(a, STEP_RDT_MON_TASKS);
	const struct guest *g = &a->guests->v[a->guest];
	_cleanup_(freep) char *who = NULL;
	size_t n;
	int rc;

	if (!rdt->mounted || !rdt->mon)
		return effect_add(out, KNOB_MONITOR, EFFECT_NONE, text_fmt("no effect"),
				  text_fmt("%s", rdt->supported && !rdt->mounted
							 ? "resctrl is not mounted"
							 : "this CPU has no monitoring"));
	if (!s)
		return effect_add(out, KNOB_MONITOR, EFFECT_NONE, text_fmt("no effect"),
				  text_fmt("it gets no monitor group"));
	who = effect_rdt_outside(a, s, &n);
	if (!who)
		return -ENOMEM;
	if (n == g->n_threads)
		return effect_add(out, KNOB_MONITOR, EFFECT_NONE, text_fmt("no effect"),
				  text_fmt("no thread is in the monitor group %s", s->key));
	rc = n ? effect_add(out, KNOB_MONITOR, EFFECT_PARTLY, NULL, text_fmt("not counted: %s", who)) : 0;
	if (!rc)
		rc = tell_missing(rdt, out);
	return rc ? rc : tell_counters(a, s, out);
}
