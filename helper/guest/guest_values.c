// SPDX-License-Identifier: GPL-2.0-only
/*
 * guest_values.c - what the cgroup of a guest says now
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/append.h"
#include "guest/guest_priv.h"

static const char *const files[] = {
	"cpu.weight",
	"cpu.max",
	"cpu.max.burst",
	"cpuset.cpus",
	"cpuset.cpus.partition",
	"cpuset.mems",
	"io.weight",
	"io.bfq.weight",
	"io.max",
	"memory.min",
	"memory.low",
	"memory.high",
	"memory.max",
	"memory.swap.max",
	/* not set, but what values have to fit to */
	"memory.current",
	"cpuset.cpus.effective",
};

#define N_FILES (sizeof(files) / sizeof(files[0]))

/* more nodes than any kernel has */
#define NODES_MAX 1024

int guest_value_set(struct guest_value **v, size_t *n, const char *key, char *value)
{
	char *name = value ? strdup(key) : NULL;
	struct guest_value *one = name ? append(*v, *n) : NULL;

	if (!one) {
		free(name);
		free(value);
		return -ENOMEM;
	}
	one->key = name;
	one->value = value;
	return 0;
}

/* memory.numa_stat: "anon N0=4096 N1=0", "file …", "shmem …": what a guest has is the first and the last */
static int read_nodes(struct guest *g, const char *stat)
{
	for (const char *line = stat; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (strncmp(line, "anon ", 5) && strncmp(line, "shmem ", 6))
			continue;
		for (const char *c = strchr(line, ' '); c && *c == ' '; c = strpbrk(c + 1, " \n")) {
			unsigned int node;
			unsigned long long bytes;
			uint64_t *v;

			if (sscanf(c, " N%9u=%20llu", &node, &bytes) != 2 || node >= NODES_MAX)
				continue;
			if (node >= g->n_nodes) {
				v = realloc(g->node_bytes, (node + 1) * sizeof(*v));
				if (!v)
					return -ENOMEM;
				memset(v + g->n_nodes, 0, (node + 1 - g->n_nodes) * sizeof(*v));
				g->node_bytes = v;
				g->n_nodes = node + 1;
			}
			g->node_bytes[node] += bytes;
		}
	}
	return 0;
}

int guest_values_read(const struct hostfs *fs, struct guest *g)
{
	_cleanup_(freep) char *stat = NULL;
	int rc = 0;

	if (!g->cgroup || g->homeless)
		return 0;
	for (size_t i = 0; i < N_FILES && !rc; i++) {
		char *text = hostfs_read(NULL, "%s/fs/cgroup%s/%s", fs->sysfs, g->cgroup, files[i]);

		if (text)
			rc = guest_value_set(&g->files, &g->n_files, files[i], text);
	}
	if (!rc)
		stat = hostfs_read(NULL, "%s/fs/cgroup%s/memory.numa_stat", fs->sysfs, g->cgroup);
	return stat ? read_nodes(g, stat) : rc;
}
