/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * tree.h - a directory tree that stands for a host, for tests of what reads the host's files
 */
#ifndef HVCLAIM_TEST_TREE_H
#define HVCLAIM_TEST_TREE_H

#include <ftw.h> /* needs _GNU_SOURCE */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/hostfs.h"

struct tree {
	char root[64];
	char sysfs[80], proc[80], dev[80], libvirt[80], run[80], pve[80];
};

static inline void tree_die(const char *what)
{
	perror(what);
	abort();
}

static inline void tree_new_in(struct tree *t, const char *dir)
{
	snprintf(t->root, sizeof(t->root), "%s/hvclaim-test-XXXXXX", dir);
	if (!mkdtemp(t->root))
		tree_die("mkdtemp");
	snprintf(t->sysfs, sizeof(t->sysfs), "%s/sys", t->root);
	snprintf(t->proc, sizeof(t->proc), "%s/proc", t->root);
	snprintf(t->dev, sizeof(t->dev), "%s/dev", t->root);
	snprintf(t->libvirt, sizeof(t->libvirt), "%s/libvirt", t->root);
	snprintf(t->run, sizeof(t->run), "%s/run", t->root);
	snprintf(t->pve, sizeof(t->pve), "%s/pve", t->root);
}

static inline void tree_new(struct tree *t)
{
	tree_new_in(t, "/tmp");
}

/** tree_hostfs() - the roots of the tree, for what reads a host */
static inline struct hostfs tree_hostfs(const struct tree *t)
{
	return (struct hostfs){ t->sysfs, t->proc, t->dev, t->libvirt, t->run, t->pve, t->root };
}

static inline int tree_remove(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static inline void tree_free(struct tree *t)
{
	if (nftw(t->root, tree_remove, 16, FTW_DEPTH | FTW_PHYS))
		tree_die(t->root);
}

/* The directories above a path; the path itself when it ends in a slash */
static inline void tree_dirs(const struct tree *t, const char *path, char full[1024])
{
	if (snprintf(full, 1024, "%s/%s", t->root, path) >= 1024)
		tree_die("path");
	for (char *c = full + strlen(t->root) + 1; (c = strchr(c, '/')); c++) {
		*c = '\0';
		(void)mkdir(full, 0755);
		*c = '/';
	}
}

static inline void tree_bytes(const struct tree *t, const char *path, const void *bytes, size_t n)
{
	char full[1024];
	FILE *f;

	tree_dirs(t, path, full);
	f = fopen(full, "w");
	if (!f || fwrite(bytes, 1, n, f) != n || fclose(f))
		tree_die(full);
}

static inline void tree_file(const struct tree *t, const char *path, const char *text)
{
	tree_bytes(t, path, text, strlen(text));
}

static inline void tree_dir(const struct tree *t, const char *path)
{
	char full[1024], slash[1024];

	snprintf(slash, sizeof(slash), "%s/", path);
	tree_dirs(t, slash, full);
}

/* @to is relative to the tree's root when it starts with a slash, and taken as it is otherwise */
static inline void tree_link(const struct tree *t, const char *path, const char *to)
{
	char full[1024], target[1024];

	tree_dirs(t, path, full);
	snprintf(target, sizeof(target), "%s%s", *to == '/' ? t->root : "", to);
	if (symlink(target, full))
		tree_die(full);
}

#endif
