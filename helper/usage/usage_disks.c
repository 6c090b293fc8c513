// SPDX-License-Identifier: GPL-2.0-only
/*
 * usage_disks.c - the inventory that usage_block.c works on: block devices and mounts
 */
#define _GNU_SOURCE 1
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <libmount/libmount.h>

#include "lib/late.h"
#include "usage/usage_priv.h"

#define FUNCTIONS(X)               \
	X(mnt_free_iter)           \
	X(mnt_fs_get_devno)        \
	X(mnt_fs_get_fstype)       \
	X(mnt_fs_get_source)       \
	X(mnt_fs_get_target)       \
	X(mnt_new_iter)            \
	X(mnt_new_table_from_file) \
	X(mnt_table_next_fs)       \
	X(mnt_unref_table)

LATE_DECLARE(libmount, FUNCTIONS);
LATE_DEFINE(libmount, FUNCTIONS);

int usage_bdev_named(const struct usage *u, const char *name)
{
	for (size_t i = 0; i < u->bdevs.n; i++)
		if (!strcmp(u->bdevs.v[i].name, name))
			return (int)i;
	return -1;
}

int usage_bdev_at(const struct usage *u, const char *path)
{
	char real[PATH_MAX];
	struct stat st;

	if (strncmp(path, "/dev/", 5))
		return -1;
	path += 5;
	for (size_t i = 0; i < u->bdevs.n; i++) {
		const struct bdev *b = &u->bdevs.v[i];

		if (!strcmp(b->name, path) ||
		    (b->dm_name && !strncmp(path, "mapper/", 7) && !strcmp(b->dm_name, path + 7)))
			return (int)i;
	}
	/* /dev/disk/by-*, /dev/VG/LV and other links; the node itself is what counts */
	if (snprintf(real, sizeof(real), "%s/%s", u->fs.dev, path) >= (int)sizeof(real) || stat(real, &st) ||
	    !S_ISBLK(st.st_mode))
		return -1;
	for (size_t i = 0; i < u->bdevs.n; i++)
		if (u->bdevs.v[i].devno == st.st_rdev)
			return (int)i;
	return -1;
}

static int bdev_add(struct usage *u, const char *name)
{
	_cleanup_(freep) char *devno = hostfs_read(NULL, "%s/class/block/%s/dev", u->fs.sysfs, name);
	_cleanup_(bdev_clear) struct bdev b = { .disk = -1 };
	unsigned int maj, min;

	b.path = hostfs_device("%s/class/block/%s", u->fs.sysfs, name);
	if (!b.path)
		return errno == ENOMEM ? -ENOMEM : 0; /* has just gone */
	b.name = strdup(name);
	if (!b.name)
		return -ENOMEM;
	/* the hidden disks below NVMe multipath have no number */
	if (devno && sscanf(devno, "%u:%u", &maj, &min) == 2)
		b.devno = makedev(maj, min);
	b.dm_name = hostfs_read(NULL, "%s/dm/name", b.path);
	b.dm_uuid = hostfs_read(NULL, "%s/dm/uuid", b.path);
	return list_push(&u->bdevs, &b);
}

static int by_name(const void *a, const void *b)
{
	return strverscmp(((const struct bdev *)a)->name, ((const struct bdev *)b)->name);
}

int usage_load_bdevs(struct usage *u)
{
	_cleanup_(closedirp) DIR *d = NULL;
	struct dirent *e;

	if (u->bdevs.loaded)
		return 0;
	u->bdevs.loaded = true;
	d = hostfs_dir("%s/class/block", u->fs.sysfs);
	if (!d)
		return 0;
	while ((e = dir_next(d))) {
		int rc = bdev_add(u, e->d_name);

		if (rc)
			return rc;
	}
	/* the same findings in the same order every time */
	if (u->bdevs.n)
		qsort(u->bdevs.v, u->bdevs.n, sizeof(*u->bdevs.v), by_name);
	for (size_t i = 0; i < u->bdevs.n; i++) {
		_cleanup_(freep) char *part = hostfs_read(NULL, "%s/partition", u->bdevs.v[i].path);
		_cleanup_(freep) char *dir = part ? strdup(u->bdevs.v[i].path) : NULL;

		if (!dir)
			continue;
		*strrchr(dir, '/') = '\0';
		u->bdevs.v[i].disk = usage_bdev_named(u, path_base(dir));
	}
	return 0;
}

static int mnt_add(struct usage *u, struct libmnt_fs *fs, const char *where)
{
	const char *source = libmount.mnt_fs_get_source(fs), *type = libmount.mnt_fs_get_fstype(fs);
	const char *target = libmount.mnt_fs_get_target(fs);
	_cleanup_(mnt_clear) struct mnt m = { .devno = libmount.mnt_fs_get_devno(fs) };

	/* no block device behind it; what is on several devices has major 0 and a source in /dev */
	if (!target || (!major(m.devno) && (!source || strncmp(source, "/dev/", 5))))
		return 0;
	m.source = text_fmt("%s", source ? source : "");
	m.target = text_fmt("%s", target);
	m.fstype = text_fmt("%s", type ? type : "?");
	m.where = where ? text_fmt("%s", where) : NULL;
	if (!m.source || !m.target || !m.fstype || (where && !m.where))
		return -ENOMEM;
	return list_push(&u->mnts, &m);
}

/* One file of mounts; @where names the namespace when it is not ours. */
static int mnts_read(struct usage *u, const char *pid, const char *where)
{
	_cleanup_(freep) char *path = text_fmt("%s/%s/mountinfo", u->fs.proc, pid);
	struct libmnt_table *table;
	struct libmnt_iter *iter;
	struct libmnt_fs *fs;
	int rc = 0;

	if (!path)
		return -ENOMEM;
	table = libmount.mnt_new_table_from_file(path);
	if (!table)
		return 0; /* the process has gone, or is none of ours */
	iter = libmount.mnt_new_iter(MNT_ITER_FORWARD);
	if (!iter)
		rc = -ENOMEM;
	while (!rc && libmount.mnt_table_next_fs(table, iter, &fs) == 0)
		rc = mnt_add(u, fs, where);
	libmount.mnt_free_iter(iter);
	libmount.mnt_unref_table(table);
	return rc;
}

int usage_load_mnts(struct usage *u)
{
	_cleanup_(closedirp) DIR *d = NULL;
	_cleanup_(freep) char *ours = NULL;
	_cleanup_(freep) char *seen = NULL;
	struct dirent *e;
	int rc;

	if (u->mnts.loaded)
		return 0;
	u->mnts.loaded = true;
	rc = LATE_LOAD(libmount);
	if (!rc)
		rc = mnts_read(u, "self", NULL);
	if (rc)
		return rc;
	ours = hostfs_link("%s/self/ns/mnt", u->fs.proc);
	rc = text_add(&seen, "%s\n", ours ? ours : "");
	if (rc)
		return rc;
	/* every other mount namespace that some process is in, under the name of the first found */
	d = hostfs_dir("%s", u->fs.proc);
	while (d && (e = dir_next(d))) {
		_cleanup_(freep) char *space = NULL;
		_cleanup_(freep) char *comm = NULL;
		_cleanup_(freep) char *where = NULL;

		if (!isdigit((unsigned char)e->d_name[0]))
			continue;
		space = hostfs_link("%s/%s/ns/mnt", u->fs.proc, e->d_name);
		if (!space || strstr(seen, space))
			continue;
		comm = hostfs_read(NULL, "%s/%s/comm", u->fs.proc, e->d_name);
		where = text_fmt("%s (%s)", comm ? comm : "?", e->d_name);
		if (!where || text_add(&seen, "%s\n", space))
			return -ENOMEM;
		rc = mnts_read(u, e->d_name, where);
		if (rc)
			return rc;
	}
	return 0;
}
