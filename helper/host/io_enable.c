// SPDX-License-Identifier: GPL-2.0-only
/*
 * io_enable.c - turning on bfq or iocost for a disk
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/caps_read.h"
#include "host/io_enable.h"

/* below fs->run: the scheduler that a disk had before bfq, one file a disk */
#define BEFORE "hvclaim/io"

/* What a disk is made of when it passes requests on: "sda, sdb"; NULL when it does not */
static char *made_of(const struct hostfs *fs, const struct caps_block *b)
{
	_cleanup_(closedirp) DIR *d = hostfs_dir("%s/class/block/%s/slaves", fs->sysfs, b->name);
	struct dirent *e;
	char *list = NULL;

	while (d && (e = dir_next(d)))
		if (text_add(&list, "%s/dev/%s", list ? ", " : "", e->d_name))
			break;
	return list;
}

static const struct caps_block *by_name(const struct caps *caps, const char *name)
{
	for (size_t i = 0; i < caps->n_blocks; i++)
		if (!strcmp(caps->blocks[i].name, name))
			return &caps->blocks[i];
	return NULL;
}

const struct caps_block *io_find(const struct hostfs *fs, struct caps *caps, const char *name, char **err)
{
	const struct caps_block *b = strchr(name, '/') ? NULL : by_name(caps, name);
	_cleanup_(freep) char *below = NULL;

	if (!b && strchr(name, '/')) {
		if (caps_path(fs, caps, name)) {
			*err = strdup(strerror(ENOMEM));
			return NULL;
		}
		for (size_t i = 0; i < caps->n_paths; i++)
			if (!strcmp(caps->paths[i].path, name) && caps->paths[i].block >= 0)
				b = &caps->blocks[caps->paths[i].block];
	}
	if (!b) {
		*err = text_fmt("%s: no such disk", name);
		return NULL;
	}
	below = made_of(fs, b);
	if (!below)
		return b;
	*err = text_fmt("%s passes its requests on: enable it for %s", name, below);
	return NULL;
}

bool io_is_on(const struct caps_block *b, enum io_way way)
{
	return way == IO_BFQ ? !strcmp(b->scheduler, "bfq") : b->iocost;
}

static int put(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC), rc = 0;

	if (fd < 0)
		return -errno;
	if (write(fd, text, strlen(text)) < 0)
		rc = -errno;
	close(fd);
	return rc;
}

/* The way back is kept first: with bfq on and no record, nobody would know it. */
static int keep_scheduler(const struct hostfs *fs, const struct caps_block *b)
{
	_cleanup_(freep) char *dir = text_fmt("%s/" BEFORE, fs->run), *up = text_fmt("%s/hvclaim", fs->run);
	_cleanup_(freep) char *path = text_fmt("%s/" BEFORE "/%s", fs->run, b->name);
	int fd, rc = 0;

	if (!dir || !up || !path)
		return -ENOMEM;
	if ((mkdir(up, 0755) && errno != EEXIST) || (mkdir(dir, 0755) && errno != EEXIST))
		return -errno;
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (fd < 0)
		return -errno;
	if (write(fd, b->scheduler, strlen(b->scheduler)) < 0)
		rc = -errno;
	close(fd);
	return rc;
}

static int set_scheduler(const struct hostfs *fs, const struct caps_block *b, bool on, char **err)
{
	_cleanup_(freep) char *path = text_fmt("%s/class/block/%s/queue/scheduler", fs->sysfs, b->name);
	_cleanup_(freep) char *before = on ? NULL : hostfs_read(NULL, "%s/" BEFORE "/%s", fs->run, b->name);
	const char *name = on ? "bfq" : before && *before ? before : "none";
	int rc = path ? 0 : -ENOMEM;

	if (!rc && on)
		rc = keep_scheduler(fs, b);
	if (!rc)
		rc = put(path, name);
	if (rc == -EINVAL)
		*err = text_fmt("%s: the kernel has no scheduler %s for it", b->name, name);
	else if (rc)
		*err = text_fmt("%s: scheduler %s: %s", b->name, name, strerror(-rc));
	return rc;
}

static int set_iocost(const struct hostfs *fs, const struct caps_block *b, bool on, char **err)
{
	_cleanup_(freep) char *path = text_fmt("%s/fs/cgroup/io.cost.qos", fs->sysfs);
	_cleanup_(freep) char *line = text_fmt("%u:%u enable=%d", b->major, b->minor, on);
	int rc = path && line ? put(path, line) : -ENOMEM;

	if (rc == -ENOENT)
		*err = text_fmt("the kernel has no iocost, or the controller io is not in cgroup v2");
	else if (rc)
		*err = text_fmt("%s: io.cost.qos: %s", b->name, strerror(-rc));
	return rc;
}

int io_switch(const struct hostfs *fs, const struct caps_block *b, enum io_way way, bool on, char **err)
{
	return way == IO_BFQ ? set_scheduler(fs, b, on, err) : set_iocost(fs, b, on, err);
}
