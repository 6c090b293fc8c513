// SPDX-License-Identifier: GPL-2.0-only
/*
 * effect_cgroup.c - what cgroups made of what was asked for: what all knobs have in common
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "effect/effect_priv.h"
#include "lib/units.h"

char *effect_read(const struct effect_args *a, const char *cgroup, const char *file)
{
	return hostfs_read(NULL, "%s/fs/cgroup%s/%s", a->fs->sysfs, cgroup, file);
}

char *effect_above(const char *cgroup)
{
	const char *slash = strrchr(cgroup, '/');

	return slash && slash > cgroup ? strndup(cgroup, (size_t)(slash - cgroup)) : NULL;
}

uint64_t effect_stat(const char *text, const char *key)
{
	size_t n = strlen(key);
	uint64_t value;

	for (const char *line = text; line; line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL)
		if (!strncmp(line, key, n) && line[n] == ' ' && sscanf(line + n, "%" SCNu64, &value) == 1)
			return value;
	return 0;
}

uint64_t effect_cpu_max(const char *text)
{
	uint64_t quota, period;

	if (!text || sscanf(text, "%" SCNu64 " %" SCNu64, &quota, &period) != 2 || !period ||
	    quota > UINT64_MAX / UNITS_ALL)
		return QOS_MAX;
	return quota * UNITS_ALL / period;
}

/*
 * A property of which the file tells something else was written past systemd: it is gone when systemd looks
 * next. So is a value that systemd has, and somebody overwrote.
 */
static const struct {
	enum qos_knob knob;
	const char *prop, *file;
} twins[] = {
	{ KNOB_CPU_WEIGHT, "CPUWeight", "cpu.weight" },
	{ KNOB_MEMORY_MIN, "MemoryMin", "memory.min" },
	{ KNOB_MEMORY_LOW, "MemoryLow", "memory.low" },
	{ KNOB_MEMORY_HIGH, "MemoryHigh", "memory.high" },
	{ KNOB_MEMORY_MAX, "MemoryMax", "memory.max" },
	{ KNOB_MEMORY_SWAP, "MemorySwapMax", "memory.swap.max" },
	{ KNOB_CPU_CPUS, "AllowedCPUs", "cpuset.cpus" },
	{ KNOB_NUMA_MEMS, "AllowedMemoryNodes", "cpuset.mems" },
};

#define N_TWINS (sizeof(twins) / sizeof(twins[0]))

/* Whether a property and a file say the same; sizes are rounded down to pages in the file. */
static bool same(const char *prop, const char *file)
{
	uint64_t a, b;

	if (!strcmp(prop, file) || (!strcmp(prop, "infinity") && !strcmp(file, "max")))
		return true;
	return units_number(prop, 0, UINT64_MAX, &a) && units_number(file, 0, UINT64_MAX, &b) &&
	       a / 65536 == b / 65536 && a >= 65536;
}

static int effect_reload(const struct effect_args *a, struct effects *out)
{
	const struct guest *g = effect_guest(a);
	int rc = 0;

	for (size_t i = 0; i < N_TWINS && g->unit && !g->homeless && !rc; i++) {
		const char *prop = guest_prop(g, twins[i].prop), *file = guest_file(g, twins[i].file);

		if (!prop || !file || same(prop, file))
			continue;
		if (!strcmp(prop, "infinity") && !strcmp(twins[i].file, "cpu.weight") && !strcmp(file, "100"))
			continue; /* the default */
		rc = effect_add(
			out, twins[i].knob, EFFECT_PARTLY, NULL,
			text_fmt("%s of %s is %s, but systemd has %s=%s: lost at the next daemon-reload",
				 twins[i].file, g->cgroup, *file ? file : "not set", twins[i].prop,
				 *prop ? prop : "(not set)"));
	}
	return rc;
}

/* Processes in a group and those below it, but for the guest's own. */
static size_t strangers(const struct effect_args *a, const char *cgroup, int depth)
{
	_cleanup_(closedirp) DIR *d = hostfs_dir("%s/fs/cgroup%s", a->fs->sysfs, cgroup);
	_cleanup_(freep) char *text = effect_read(a, cgroup, "cgroup.procs");
	char *rest = text, *line;
	struct dirent *e;
	size_t n = 0;

	while (rest && (line = strsep(&rest, "\n")))
		n += *line && atoi(line) && atoi(line) != effect_guest(a)->pid;
	while (d && depth < 4 && (e = dir_next(d))) {
		_cleanup_(freep) char *path = e->d_type == DT_DIR ? text_fmt("%s/%s", cgroup, e->d_name)
								  : NULL;

		n += path ? strangers(a, path, depth + 1) : 0;
	}
	return n;
}

/* A plain QEMU may run in the service of the program that started it. */
static int company(const struct effect_args *a, struct effects *out)
{
	const struct guest *g = effect_guest(a);
	size_t n = g->kind == GUEST_QEMU && !g->homeless ? strangers(a, g->cgroup, 0) : 0;
	uint32_t knobs = qos_guest_knobs(a->qos, a->want);
	int knob = knobs ? __builtin_ctz(knobs) : KNOBS;

	if (!n || knob == KNOBS)
		return 0;
	return effect_add(out, (enum qos_knob)knob, EFFECT_NOTE, NULL,
			  text_fmt("%zu other processes are in %s, and share what the guest is given", n,
				   g->cgroup));
}

int effect_cgroup(const struct effect_args *a, struct effects *out)
{
	int rc = effect_cpu(a, out);

	if (!rc)
		rc = effect_place(a, out);
	if (!rc)
		rc = effect_io(a, out);
	if (!rc)
		rc = effect_memory(a, out);
	if (!rc)
		rc = effect_reload(a, out);
	return rc ? rc : company(a, out);
}
