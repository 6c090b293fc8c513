// SPDX-License-Identifier: GPL-2.0-only
/*
 * effect_cpu.c - weight, quota and burst
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "effect/effect_priv.h"
#include "lib/units.h"

static bool populated(const struct effect_args *a, const char *cgroup)
{
	_cleanup_(freep) char *text = effect_read(a, cgroup, "cgroup.events");

	return effect_stat(text, "populated") == 1;
}

/* Weights only count among the groups of one parent, and only among those that have somebody in them. */
static int weight(const struct effect_args *a, struct effects *out)
{
	const struct guest *g = effect_guest(a);
	_cleanup_(freep) char *above = effect_above(g->cgroup), *idle = NULL, *own = NULL;
	_cleanup_(closedirp) DIR *d = NULL;
	uint64_t sum = 0, mine = 0, n = 0, value;
	struct dirent *e;

	own = effect_read(a, g->cgroup, "cpu.weight");
	if (!own || !units_number(own, 0, UINT64_MAX, &mine))
		return effect_add(out, KNOB_CPU_WEIGHT, EFFECT_NONE, NULL,
				  text_fmt("%s has no cpu.weight: the controller cpu is not on there",
					   g->cgroup));
	idle = effect_read(a, g->cgroup, "cpu.idle");
	if (idle && !strcmp(idle, "1"))
		return effect_add(out, KNOB_CPU_WEIGHT, EFFECT_NONE, NULL,
				  text_fmt("cpu.idle of %s is 1: its weight does not count", g->cgroup));
	d = hostfs_dir("%s/fs/cgroup%s", a->fs->sysfs, above ? above : "");
	while (d && (e = dir_next(d))) {
		_cleanup_(freep) char *path = text_fmt("%s/%s", above ? above : "", e->d_name);
		_cleanup_(freep) char *text = path ? effect_read(a, path, "cpu.weight") : NULL;

		if (!text || !units_number(text, 0, UINT64_MAX, &value) || !populated(a, path))
			continue;
		sum += value;
		n++;
	}
	return effect_add(out, KNOB_CPU_WEIGHT, EFFECT_FULL,
			  text_fmt("%" PRIu64 " of %" PRIu64 " among %" PRIu64 " groups of %s", mine, sum, n,
				   above ? above : "the root"),
			  NULL);
}

/* The tightest limit of the groups above; @who gets which one, to be freed. */
static uint64_t limit_above(const struct effect_args *a, const char *cgroup, char **who)
{
	char *path = effect_above(cgroup), *next;
	uint64_t least = QOS_MAX;

	*who = NULL;
	for (; path; next = effect_above(path), free(path), path = next) {
		_cleanup_(freep) char *text = effect_read(a, path, "cpu.max");
		uint64_t max = effect_cpu_max(text);

		if (max >= least)
			continue;
		least = max;
		free(*who);
		*who = strdup(path);
	}
	return least;
}

/* Groups below that a manager made, as libvirt does for each vCPU, may be tighter. */
static int below(const struct effect_args *a, const char *cgroup, uint64_t quota, int depth,
		 struct effects *out)
{
	_cleanup_(closedirp) DIR *d = hostfs_dir("%s/fs/cgroup%s", a->fs->sysfs, cgroup);
	struct dirent *e;
	int rc = 0;

	while (d && !rc && (e = dir_next(d))) {
		_cleanup_(freep) char *path = e->d_type == DT_DIR ? text_fmt("%s/%s", cgroup, e->d_name)
								  : NULL;
		_cleanup_(freep) char *text = path ? effect_read(a, path, "cpu.max") : NULL;
		_cleanup_(freep) char *percent = NULL;
		uint64_t max = effect_cpu_max(text);

		if (!path)
			continue;
		percent = units_percent_str(max);
		if (max < quota)
			rc = effect_add(out, KNOB_CPU_QUOTA, EFFECT_PARTLY, NULL,
					text_fmt("%s has %s of a CPU, which is tighter", path, percent));
		if (!rc && depth < 3)
			rc = below(a, path, quota, depth + 1, out);
	}
	return rc;
}

/* In so many periods of a hundred the limit is more than the edge of a burst of work. */
#define OFTEN 5

static int throttling(const struct effect_args *a, struct effects *out)
{
	const struct guest *g = effect_guest(a);
	_cleanup_(freep) char *stat = effect_read(a, g->cgroup, "cpu.stat");
	uint64_t hit = effect_stat(stat, "nr_throttled"), all = effect_stat(stat, "nr_periods");
	uint64_t us = effect_stat(stat, "throttled_usec");
	bool often = hit * 100 >= all * OFTEN;
	int rc;

	if (!hit)
		return 0;
	rc = effect_add(out, KNOB_CPU_QUOTA, often ? EFFECT_PARTLY : EFFECT_NOTE, text_fmt("throttled"),
			text_fmt("the limit hits: throttled in %" PRIu64 " of %" PRIu64 " periods, %" PRIu64
				 ".%" PRIu64 " s in all; all vCPUs stand still then%s",
				 hit, all, us / 1000000, us / 100000 % 10,
				 a->want->cpu.burst ? "" : ", and cpu: burst would let it save up"));
	if (!rc)
		out->v[out->n - 1].past = true;
	return rc;
}

static int quota(const struct effect_args *a, struct effects *out)
{
	const struct guest *g = effect_guest(a);
	_cleanup_(freep) char *own = effect_read(a, g->cgroup, "cpu.max"), *who = NULL, *percent = NULL;
	uint64_t cpus = idset_count(&a->caps->online), have = effect_cpu_max(own), above;
	int rc;

	if (!own)
		return effect_add(out, KNOB_CPU_QUOTA, EFFECT_NONE, NULL,
				  text_fmt("%s has no cpu.max: the controller cpu is not on there",
					   g->cgroup));
	above = limit_above(a, g->cgroup, &who);
	if (have == QOS_MAX)
		return above == QOS_MAX
			       ? 0
			       : effect_add(out, KNOB_CPU_QUOTA, EFFECT_PARTLY, units_percent_str(above),
					    text_fmt("%s above has that limit", who));
	percent = units_percent_str(above < have ? above : have);
	if (!percent)
		return -ENOMEM;
	if (above < have)
		rc = effect_add(out, KNOB_CPU_QUOTA, EFFECT_PARTLY, strdup(percent),
				text_fmt("%s above has that limit, which is tighter", who));
	else if (have >= cpus * UNITS_ALL)
		rc = effect_add(out, KNOB_CPU_QUOTA, EFFECT_NOTE, text_fmt("%" PRIu64 "%%", cpus * 100),
				text_fmt("never reached: %" PRIu64 " CPUs are online", cpus));
	else
		rc = effect_add(out, KNOB_CPU_QUOTA, EFFECT_FULL, text_fmt("%s of a CPU", percent), NULL);
	if (!rc)
		rc = below(a, g->cgroup, have, 0, out);
	return rc ? rc : throttling(a, out);
}

static int burst(const struct effect_args *a, struct effects *out)
{
	const struct guest *g = effect_guest(a);
	_cleanup_(freep) char *own = effect_read(a, g->cgroup, "cpu.max.burst"), *stat = NULL, *max = NULL;

	if (!own)
		return effect_add(out, KNOB_CPU_BURST, EFFECT_NONE, NULL,
				  text_fmt("%s has no cpu.max.burst", g->cgroup));
	max = effect_read(a, g->cgroup, "cpu.max");
	if (effect_cpu_max(max) == QOS_MAX && a->want->cpu.burst)
		return effect_add(out, KNOB_CPU_BURST, EFFECT_NONE, NULL,
				  text_fmt("there is no quota to save up from"));
	stat = effect_read(a, g->cgroup, "cpu.stat");
	return effect_add(out, KNOB_CPU_BURST, EFFECT_FULL,
			  text_fmt("%s us a period, used in %" PRIu64 " periods", own,
				   effect_stat(stat, "nr_bursts")),
			  g->unit ? text_fmt("systemd has no property for it and leaves it alone") : NULL);
}

int effect_cpu(const struct effect_args *a, struct effects *out)
{
	int rc = 0;

	if (a->want->cpu.weight)
		rc = weight(a, out);
	if (!rc && a->want->cpu.quota)
		rc = quota(a, out);
	if (!rc && a->want->cpu.has_burst)
		rc = burst(a, out);
	return rc;
}
