// SPDX-License-Identifier: GPL-2.0-only
/*
 * caps_read.c - looking at the host: CPUs, nodes, memory; the other parts have files of their own
 */
#define _GNU_SOURCE 1
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/caps_read.h"
#include "host/cgroup.h"
#include "host/resctrl.h"
#include "lib/units.h"

/* "MemTotal:       16265536 kB", the same after "Node 0 " */
static uint64_t kib_of(const char *meminfo, const char *key)
{
	const char *at = meminfo ? strstr(meminfo, key) : NULL;
	uint64_t kib;

	return at && sscanf(at + strlen(key), ": %" SCNu64 " kB", &kib) == 1 ? kib << 10 : 0;
}

static uint64_t pools(const struct hostfs *fs)
{
	_cleanup_(closedirp) DIR *d = hostfs_dir("%s/kernel/mm/hugepages", fs->sysfs);
	uint64_t bytes = 0, kib, n;
	struct dirent *e;

	while (d && (e = dir_next(d))) {
		_cleanup_(freep) char *text =
			hostfs_value(NULL, "%s/kernel/mm/hugepages/%s/nr_hugepages", fs->sysfs, e->d_name);

		if (text && sscanf(e->d_name, "hugepages-%" SCNu64 "kB", &kib) == 1 &&
		    units_number(text, 0, UINT64_MAX >> 20, &n))
			bytes += (kib << 10) * n;
	}
	return bytes;
}

static void read_memory(const struct hostfs *fs, struct caps *c)
{
	_cleanup_(freep) char *text = hostfs_value(NULL, "%s/meminfo", fs->proc);

	c->memory = kib_of(text, "MemTotal");
	c->swap = kib_of(text, "SwapTotal");
	c->hugepages = pools(fs);
}

static int add_node(const struct hostfs *fs, struct caps *c, uint32_t id)
{
	_cleanup_(freep) char *cpus =
		hostfs_value(NULL, "%s/devices/system/node/node%u/cpulist", fs->sysfs, id);
	_cleanup_(freep) char *mem =
		hostfs_value(NULL, "%s/devices/system/node/node%u/meminfo", fs->sysfs, id);
	struct caps_node *v = realloc(c->nodes, (c->n_nodes + 1) * sizeof(*v));

	if (!v)
		return -ENOMEM;
	c->nodes = v;
	v += c->n_nodes++;
	memset(v, 0, sizeof(*v));
	v->id = id;
	if (cpus && *cpus)
		units_list(cpus, &v->cpus);
	v->memory = kib_of(mem, "MemTotal");
	return 0;
}

static int compare(const void *a, const void *b)
{
	const struct caps_node *x = a, *y = b;

	return x->id < y->id ? -1 : x->id > y->id;
}

static int read_nodes(const struct hostfs *fs, struct caps *c)
{
	_cleanup_(closedirp) DIR *d = hostfs_dir("%s/devices/system/node", fs->sysfs);
	struct dirent *e;
	int rc = 0;

	while (!rc && d && (e = dir_next(d)))
		if (!strncmp(e->d_name, "node", 4) && isdigit((unsigned char)e->d_name[4]))
			rc = add_node(fs, c, (uint32_t)atoi(e->d_name + 4));
	if (!rc && c->n_nodes)
		qsort(c->nodes, c->n_nodes, sizeof(*c->nodes), compare);
	return rc;
}

int caps_read(const struct hostfs *fs, struct caps *out, char **err)
{
	_cleanup_(freep) char *online = hostfs_value(NULL, "%s/devices/system/cpu/online", fs->sysfs);
	int rc;

	*err = NULL;
	memset(out, 0, sizeof(*out));
	if (!online || !units_list(online, &out->online)) {
		*err = text_fmt("%s/devices/system/cpu/online: cannot be read", fs->sysfs);
		return -EIO;
	}
	read_memory(fs, out);
	rc = read_nodes(fs, out);
	if (!rc)
		rc = caps_cgroup(fs, out);
	if (!rc)
		rc = resctrl_read(fs, &out->rdt, err);
	if (rc)
		caps_free(out);
	return rc;
}
