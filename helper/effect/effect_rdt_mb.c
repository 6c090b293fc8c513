// SPDX-License-Identifier: GPL-2.0-only
/*
 * effect_rdt_mb.c - what a guest really has of memory bandwidth
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "effect/effect_rdt_priv.h"
#include "host/resctrl.h"
#include "lib/units.h"

#define EIGHTH_GB 125000000ULL /* bytes a second */

static char *shown(const struct rdt_resource *res, uint64_t v)
{
	if (v >= res->max_bandwidth)
		return text_fmt("no limit");
	if (res->unit == MB_PERCENT)
		return text_fmt("%" PRIu64 "%%", v);
	return res->unit == MB_MIBPS ? text_fmt("%" PRIu64 " MiB/s", v)
				     : text_fmt("%" PRIu64 ".%03" PRIu64 " GB/s", v / 8, v % 8 * 125);
}

static struct amount wanted(const struct qos_share *share, uint32_t id)
{
	for (size_t i = 0; i < share->n_ids; i++)
		if (share->ids[i].id == id)
			return share->ids[i].amount;
	return share->all;
}

/* Whether the value is just what was asked for, as far as the two can be compared */
static bool as_asked(const struct rdt_resource *res, struct amount want, uint64_t v)
{
	if (want.kind == AMOUNT_PERCENT && res->unit == MB_PERCENT)
		return v * (UNITS_ALL / 100) == want.value;
	if (want.kind == AMOUNT_RATE && want.value != QOS_MAX && res->unit == MB_EIGHTH)
		return v * EIGHTH_GB == want.value;
	if (want.kind == AMOUNT_RATE && want.value != QOS_MAX && res->unit == MB_MIBPS)
		return v << 20 == want.value;
	return true;
}

static int tell_rounding(const struct rdt_resource *res, enum rdt_res r, uint32_t id, struct amount want,
			 uint64_t v, struct effects *out)
{
	_cleanup_(freep) char *asked = units_amount_str(want), *is = shown(res, v);

	if (!asked || !is)
		return -ENOMEM;
	return effect_add(out, KNOB_MB, EFFECT_PARTLY, NULL,
			  text_fmt("%s of %s %u is %s: the hardware has steps of %u from %u on", asked,
				   rdt_res_name[r], id, is, res->bandwidth_gran, res->min_bandwidth));
}

static bool has_siblings(const struct effect_args *a, const struct idset *cpus)
{
	for (uint32_t cpu = 0; cpu < IDSET_MAX; cpu++) {
		_cleanup_(freep) char *list = NULL;

		if (!idset_has(cpus, cpu))
			continue;
		list = hostfs_read(NULL, "%s/devices/system/cpu/cpu%u/topology/thread_siblings_list",
				   a->fs->sysfs, cpu);
		return list && strpbrk(list, ",-");
	}
	return false;
}

/* What is true of this hardware whatever the value */
static int tell_hardware(const struct effect_args *a, const struct rdt_resource *res, struct effects *out)
{
	struct idset cpus = effect_rdt_cpus(a);
	int rc = 0;

	if (res->unit != MB_PERCENT)
		return 0;
	if (!res->delay_linear)
		rc = effect_add(out, KNOB_MB, EFFECT_NOTE, NULL,
				text_fmt("this CPU's delays are not linear: the percentage is a rough one"));
	if (!rc && !res->throttle_per_thread && has_siblings(a, &cpus))
		rc = effect_add(
			out, KNOB_MB, EFFECT_NOTE, NULL,
			text_fmt("the two threads of a core both get the longer delay of their classes"));
	return rc;
}

int effect_rdt_bandwidth(const struct effect_args *a, const struct qos_class *c, const struct rdt_group *g,
			 enum rdt_res r, struct effects *out)
{
	const struct rdt_resource *res = &a->caps->rdt.res[r];
	struct idset cpus = effect_rdt_cpus(a);
	bool limited = false;
	char *text = NULL;
	int rc = 0;

	for (size_t i = 0; !rc && i < res->n_doms; i++) {
		const struct rdt_dom *d = &res->doms[i];
		struct amount want = wanted(&c->res[r], d->id);
		_cleanup_(freep) char *is = NULL;
		uint64_t v;

		if (!effect_rdt_at(d, &cpus) || !rdt_value_find(&g->schemata[r], d->id, &v))
			continue;
		is = shown(res, v);
		rc = is ? text_add(&text, "%s%s %u: %s", text ? "; " : "", rdt_res_name[r], d->id, is)
			: -ENOMEM;
		limited = limited || v < res->max_bandwidth;
		if (!rc && !as_asked(res, want, v))
			rc = tell_rounding(res, r, d->id, want, v, out);
	}
	if (rc || !text) {
		free(text);
		return rc;
	}
	rc = effect_add(out, KNOB_MB, EFFECT_FULL, text, NULL);
	return rc || !limited ? rc : tell_hardware(a, res, out);
}
