// SPDX-License-Identifier: GPL-2.0-only
/*
 * resctrl_mon.c - the counters of resctrl's groups: cache occupancy and memory bandwidth
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "host/resctrl_priv.h"

static struct rdt_reading read_counter(const char *dir, const char *dom, const char *name)
{
	_cleanup_(freep) char *text = hostfs_value(NULL, "%s/%s/%s", dir, dom, name);

	if (text)
		return rdt_reading_parse(text);
	return (struct rdt_reading){ .state = errno == ENOENT ? RDT_READ_NONE : RDT_READ_ERROR };
}

static int by_id(const void *a, const void *b)
{
	uint32_t x = ((const struct rdt_mon *)a)->id, y = ((const struct rdt_mon *)b)->id;

	return x < y ? -1 : x > y;
}

static int read_caches(const char *dir, struct rdt_mon **out, size_t *n)
{
	_cleanup_(closedirp) DIR *d = opendir(dir);
	struct dirent *e;

	if (!d)
		return -errno;
	while ((e = dir_next(d))) {
		struct rdt_mon *grown, m = {};
		int end = 0;

		/* mon_L3_00; with sub-NUMA clusters its nodes are in mon_sub_L3_YY below */
		if (sscanf(e->d_name, "mon_L3_%u%n", &m.id, &end) != 1 || e->d_name[end])
			continue;
		m.occupancy = read_counter(dir, e->d_name, "llc_occupancy");
		m.total = read_counter(dir, e->d_name, "mbm_total_bytes");
		m.local = read_counter(dir, e->d_name, "mbm_local_bytes");
		grown = realloc(*out, (*n + 1) * sizeof(*grown));
		if (!grown)
			return -ENOMEM;
		*out = grown;
		grown[(*n)++] = m;
	}
	if (*n)
		qsort(*out, *n, sizeof(**out), by_id);
	return 0;
}

int resctrl_monitor(const struct hostfs *fs, const char *group, const char *mon, struct rdt_mon **out,
		    size_t *n)
{
	_cleanup_(freep) char *dir = text_fmt("%s/fs/resctrl%s%s%s%s/mon_data", fs->sysfs, *group ? "/" : "",
					      group, mon ? "/mon_groups/" : "", mon ? mon : "");
	int rc;

	*out = NULL;
	*n = 0;
	rc = dir ? read_caches(dir, out, n) : -ENOMEM;
	if (rc) {
		free(*out);
		*out = NULL;
		*n = 0;
	}
	return rc;
}
