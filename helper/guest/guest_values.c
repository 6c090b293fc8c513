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

#define BANDWIDTH (1U << KNOB_CPU_QUOTA | 1U << KNOB_CPU_BURST)
#define IO	  (1U << KNOB_IO_WEIGHT | 1U << KNOB_IO_MAX)
#define PLACES	  (1U << KNOB_NUMA_MEMS | 1U << KNOB_NUMA_PREFER)

/* with the knobs that are planned by them */
static const struct {
	const char *name;
	uint32_t knobs;
	bool always; /* there when its controller is on, whatever kernel and disks there are */
} files[] = {
	{ "cpu.weight", 1U << KNOB_CPU_WEIGHT, true },
	{ "cpu.max", BANDWIDTH, true },
	{ "cpu.max.burst", BANDWIDTH, false },
	{ "cpuset.cpus", 1U << KNOB_CPU_CPUS, true },
	{ "cpuset.cpus.partition", 1U << KNOB_CPU_PARTITION, true },
	{ "cpuset.mems", 1U << KNOB_NUMA_MEMS, true },
	{ "io.weight", 1U << KNOB_IO_WEIGHT, false },
	{ "io.bfq.weight", 1U << KNOB_IO_WEIGHT, false },
	{ "io.max", IO, true },
	{ "memory.min", 1U << KNOB_MEMORY_MIN, true },
	{ "memory.low", 1U << KNOB_MEMORY_LOW, true },
	{ "memory.high", 1U << KNOB_MEMORY_HIGH, true },
	{ "memory.max", 1U << KNOB_MEMORY_MAX, true },
	{ "memory.swap.max", 1U << KNOB_MEMORY_SWAP, false },
	/* not set, but what values have to fit to */
	{ "memory.current", 1U << KNOB_MEMORY_MAX, true },
	{ "cpuset.cpus.effective", GUEST_PINS, false },
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

static char *read_file(const struct hostfs *fs, const struct guest *g, const char *name)
{
	return hostfs_value(NULL, "%s/fs/cgroup%s/%s", fs->sysfs, g->cgroup, name);
}

/* Beside that its knobs need it: whether it tells more than the files before it did. */
static bool tells(const struct guest *g, size_t i, bool no_bfq)
{
	if (!strcmp(files[i].name, "io.bfq.weight"))
		return !no_bfq;
	/* of weights just that the controller is on */
	if (!strcmp(files[i].name, "io.max"))
		return g->knobs & 1U << KNOB_IO_MAX || !guest_has_weights(g);
	return true;
}

int guest_values_read(const struct hostfs *fs, struct guest *g, bool *no_bfq)
{
	_cleanup_(freep) char *stat = NULL;
	int rc = 0;

	g->partial = g->homeless;
	if (!g->cgroup || g->homeless)
		return 0;
	for (size_t i = 0; i < N_FILES && !rc; i++) {
		char *text;

		if (!(files[i].knobs & g->knobs) || !tells(g, i, *no_bfq))
			continue;
		text = read_file(fs, g, files[i].name);
		if (text)
			rc = guest_value_set(&g->files, &g->n_files, files[i].name, text);
		else
			g->partial |= files[i].always;
	}
	*no_bfq |= guest_file(g, "io.weight") && !guest_file(g, "io.bfq.weight");
	if (!rc && g->knobs & PLACES)
		stat = read_file(fs, g, "memory.numa_stat");
	return stat ? read_nodes(g, stat) : rc;
}

int guest_cpus_again(const struct hostfs *fs, struct guest *g)
{
	static const char key[] = "cpuset.cpus.effective";
	char *text = g->cgroup ? read_file(fs, g, key) : NULL;

	for (size_t i = 0; i < g->n_files && text; i++)
		if (!strcmp(g->files[i].key, key)) {
			free(g->files[i].value);
			g->files[i].value = text;
			return 0;
		}
	return text ? guest_value_set(&g->files, &g->n_files, key, text) : 0;
}
