// SPDX-License-Identifier: GPL-2.0-only
/*
 * caps_block.c - disks, and what decides about weights on them
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "lib/append.h"
#include "host/caps_read.h"

#define STACK_MAX 8 /* levels of dm and md on each other that are followed */

static bool devno(const struct hostfs *fs, const char *name, uint32_t *major, uint32_t *minor)
{
	_cleanup_(freep) char *text = hostfs_value(NULL, "%s/class/block/%s/dev", fs->sysfs, name);

	return text && sscanf(text, "%9u:%9u", major, minor) == 2;
}

/* "none [bfq] mq-deadline"; a disk without requests, such as dm, says "none" */
static char *scheduler(const struct hostfs *fs, const char *name)
{
	_cleanup_(freep) char *text =
		hostfs_value(NULL, "%s/class/block/%s/queue/scheduler", fs->sysfs, name);
	const char *open = text ? strchr(text, '[') : NULL;

	if (!open)
		return strdup(text && *text ? text : "none");
	return strndup(open + 1, strcspn(open + 1, "]"));
}

static int add_block(const struct hostfs *fs, struct caps *c, const char *name)
{
	_cleanup_(freep) char *partition = hostfs_value(NULL, "%s/class/block/%s/partition", fs->sysfs, name);
	struct caps_block b = { 0 }, *v;

	if (partition || !devno(fs, name, &b.major, &b.minor))
		return 0;
	v = realloc(c->blocks, (c->n_blocks + 1) * sizeof(*v));
	if (!v)
		return -ENOMEM;
	c->blocks = v;
	b.name = strdup(name);
	b.scheduler = scheduler(fs, name);
	v[c->n_blocks++] = b;
	return b.name && b.scheduler ? 0 : -ENOMEM;
}

/* "8:0 enable=1 ctrl=auto rpct=…" for each disk that was set up once */
static void read_iocost(const struct hostfs *fs, struct caps *c)
{
	_cleanup_(freep) char *text = hostfs_read(NULL, "%s/fs/cgroup/io.cost.qos", fs->sysfs);
	char *rest = text, *line;

	while (rest && (line = strsep(&rest, "\n"))) {
		uint32_t major, minor;

		if (sscanf(line, "%9u:%9u", &major, &minor) != 2)
			continue;
		for (size_t i = 0; i < c->n_blocks; i++)
			if (c->blocks[i].major == major && c->blocks[i].minor == minor)
				c->blocks[i].iocost = strstr(line, " enable=1");
	}
}

static int compare(const void *a, const void *b)
{
	const struct caps_block *x = a, *y = b;

	return strcmp(x->name, y->name);
}

/* The disk that a partition is on, or the disk itself. */
static char *disk_of(const struct hostfs *fs, const char *name)
{
	_cleanup_(freep) char *partition = hostfs_value(NULL, "%s/class/block/%s/partition", fs->sysfs, name);
	_cleanup_(freep) char *real = partition ? hostfs_real("%s/class/block/%s/..", fs->sysfs, name) : NULL;

	return strdup(real ? path_base(real) : name);
}

static int block_named(const struct caps *c, const char *name)
{
	for (size_t i = 0; i < c->n_blocks; i++)
		if (!strcmp(c->blocks[i].name, name))
			return (int)i;
	return -1;
}

static int add_below(struct caps_block *b, size_t disk)
{
	size_t *v;

	for (size_t i = 0; i < b->n_below; i++)
		if (b->below[i] == disk)
			return 0;
	v = append(b->below, b->n_below);
	if (!v)
		return -ENOMEM;
	*v = disk;
	return 0;
}

/* Follows slaves/ of @name, a disk or a partition, down to what stands on nothing. */
static int walk_down(const struct hostfs *fs, struct caps *c, struct caps_block *top, const char *name,
		     int level)
{
	_cleanup_(freep) char *disk = disk_of(fs, name);
	_cleanup_(closedirp) DIR *d = disk ? hostfs_dir("%s/class/block/%s/slaves", fs->sysfs, disk) : NULL;
	bool leaf = true;
	struct dirent *e;
	int rc = 0, index;

	if (!disk)
		return -ENOMEM;
	while (!rc && d && level < STACK_MAX && (e = dir_next(d))) {
		leaf = false;
		rc = walk_down(fs, c, top, e->d_name, level + 1);
	}
	index = block_named(c, disk);
	if (rc || !leaf || index < 0 || &c->blocks[index] == top)
		return rc;
	return add_below(top, (size_t)index);
}

static int read_blocks(const struct hostfs *fs, struct caps *c)
{
	_cleanup_(closedirp) DIR *d = hostfs_dir("%s/class/block", fs->sysfs);
	struct dirent *e;
	int rc = 0;

	while (!rc && d && (e = dir_next(d)))
		rc = add_block(fs, c, e->d_name);
	if (rc)
		return rc;
	if (c->n_blocks)
		qsort(c->blocks, c->n_blocks, sizeof(*c->blocks), compare);
	read_iocost(fs, c);
	for (size_t i = 0; i < c->n_blocks && !rc; i++)
		rc = walk_down(fs, c, &c->blocks[i], c->blocks[i].name, 0);
	return rc;
}

/* The name that the kernel has for what a path leads to; NULL when it is no block device. */
static char *kernel_name(const struct hostfs *fs, const char *path)
{
	_cleanup_(freep) char *real = strncmp(path, "/dev/", 5) ? hostfs_real("%s", path)
								: hostfs_real("%s/%s", fs->dev, path + 5);
	_cleanup_(freep) char *by_number = NULL;
	struct stat st;

	if (!real)
		return NULL;
	if (!stat(real, &st) && S_ISBLK(st.st_mode)) {
		by_number =
			hostfs_real("%s/dev/block/%u:%u", fs->sysfs, major(st.st_rdev), minor(st.st_rdev));
		return by_number ? strdup(path_base(by_number)) : NULL;
	}
	/* trees of tests have no device nodes */
	return strcmp(fs->dev, "/dev") ? strdup(path_base(real)) : NULL;
}

int caps_path(const struct hostfs *fs, struct caps *c, const char *path)
{
	_cleanup_(freep) char *name = NULL, *disk = NULL, *copy = NULL;
	struct caps_path *v;

	for (size_t i = 0; i < c->n_paths; i++)
		if (!strcmp(c->paths[i].path, path))
			return 0;
	copy = strdup(path);
	v = copy ? append(c->paths, c->n_paths) : NULL;
	if (!v)
		return -ENOMEM;
	v->path = copy;
	copy = NULL;
	name = kernel_name(fs, path);
	disk = name ? disk_of(fs, name) : NULL;
	v->block = disk ? block_named(c, disk) : -1;
	return 0;
}

static int read_paths(const struct hostfs *fs, const struct qos *q, struct caps *c)
{
	int rc = 0;

	for (size_t g = 0; g < q->n_guests; g++)
		for (size_t i = 0; i < q->guests[g].io.n_devices && !rc; i++)
			rc = caps_path(fs, c, q->guests[g].io.devices[i].path);
	return rc;
}

int caps_disks(const struct hostfs *fs, const struct qos *q, struct caps *c)
{
	int rc = read_blocks(fs, c);

	return !rc && q ? read_paths(fs, q, c) : rc;
}
