// SPDX-License-Identifier: GPL-2.0-only
/*
 * guest_rdt.c - which groups of resctrl the threads of guests are in
 *
 * Each group lists its threads: that is a file for each group and not one for each thread. All of the host's that
 * are in none are in the root's, and nobody asks for that long list.
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "guest/guest_priv.h"

/* threads of all guests, in the order of their numbers */
struct threads {
	struct guest_thread **v;
	size_t n;
};

static int by_tid(const void *a, const void *b)
{
	pid_t x = (*(struct guest_thread *const *)a)->tid, y = (*(struct guest_thread *const *)b)->tid;

	return x < y ? -1 : x > y;
}

static int put_into(char **what, const char *name)
{
	char *copy = strdup(name);

	if (!copy)
		return -ENOMEM;
	free(*what);
	*what = copy;
	return 0;
}

static int collect(const struct guests *all, struct threads *out)
{
	size_t n = 0;

	for (size_t i = 0; i < all->n; i++)
		n += all->v[i].n_threads;
	out->v = calloc(n + 1, sizeof(struct guest_thread *));
	if (!out->v)
		return -ENOMEM;
	for (size_t i = 0; i < all->n; i++)
		for (size_t k = 0; k < all->v[i].n_threads; k++)
			out->v[out->n++] = &all->v[i].threads[k];
	qsort(out->v, out->n, sizeof(*out->v), by_tid);
	return 0;
}

static void forget_groups(const struct threads *all)
{
	for (size_t i = 0; i < all->n; i++) {
		free(all->v[i]->rdt_group);
		free(all->v[i]->rdt_mon);
		all->v[i]->rdt_group = all->v[i]->rdt_mon = NULL;
	}
}

/* Those that are in no other group. */
static int put_into_root(const struct threads *all)
{
	int rc = 0;

	for (size_t i = 0; !rc && i < all->n; i++) {
		if (!all->v[i]->rdt_group)
			rc = put_into(&all->v[i]->rdt_group, "");
		if (!rc && !all->v[i]->rdt_mon)
			rc = put_into(&all->v[i]->rdt_mon, "");
	}
	return rc;
}

static struct guest_thread *find(const struct threads *all, pid_t tid)
{
	const struct guest_thread key = { .tid = tid }, *at = &key;
	struct guest_thread **hit = bsearch(&at, all->v, all->n, sizeof(*all->v), by_tid);

	return hit ? *hit : NULL;
}

/* @tasks: a number a line */
static int mark(const struct threads *all, const char *tasks, const char *name, bool mon)
{
	int rc = 0;

	for (const char *line = tasks; !rc && line && *line;
	     line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL) {
		struct guest_thread *t = find(all, (pid_t)atoi(line));

		if (t)
			rc = put_into(mon ? &t->rdt_mon : &t->rdt_group, name);
	}
	return rc;
}

/* A group that cannot be read would make its threads seem to be the root's. One that has gone has none. */
static int read_tasks(const struct threads *all, const char *dir, const char *name, bool mon, char **err)
{
	_cleanup_(freep) char *tasks = hostfs_read(NULL, "%s/tasks", dir);
	int rc = tasks || errno == ENOENT || errno == ENODEV ? 0 : -errno;

	if (rc)
		*err = text_fmt("%s/tasks: %s", dir, strerror(-rc));
	return tasks ? mark(all, tasks, name, mon) : rc;
}

static int read_monitors(const struct threads *all, const char *group, char **err)
{
	_cleanup_(closedirp) DIR *d = hostfs_dir("%s/mon_groups", group);
	struct dirent *e;
	int rc = 0;

	while (!rc && d && (e = dir_next(d))) {
		_cleanup_(freep) char *dir = text_fmt("%s/mon_groups/%s", group, e->d_name);

		rc = dir ? read_tasks(all, dir, e->d_name, true, err) : -ENOMEM;
	}
	return rc;
}

static bool is_group(const struct dirent *e)
{
	return e->d_type == DT_DIR && strcmp(e->d_name, "info") && strcmp(e->d_name, "mon_groups") &&
	       strcmp(e->d_name, "mon_data");
}

static int read_groups(const struct hostfs *fs, DIR *d, const struct threads *all, char **err)
{
	_cleanup_(freep) char *root = text_fmt("%s/fs/resctrl", fs->sysfs);
	struct dirent *e;
	int rc = root ? read_monitors(all, root, err) : -ENOMEM;

	while (!rc && (e = dir_next(d))) {
		_cleanup_(freep) char *dir = is_group(e) ? text_fmt("%s/%s", root, e->d_name) : NULL;

		if (!is_group(e))
			continue;
		rc = dir ? read_tasks(all, dir, e->d_name, false, err) : -ENOMEM;
		if (!rc)
			rc = read_monitors(all, dir, err);
	}
	return rc;
}

int guests_rdt_read(const struct hostfs *fs, struct guests *all, char **err)
{
	_cleanup_(closedirp) DIR *d = hostfs_dir("%s/fs/resctrl", fs->sysfs);
	struct threads threads = { 0 };
	/* the directory is there also when nothing is mounted on it */
	bool mounted = d && !faccessat(dirfd(d), "tasks", F_OK, 0);
	int rc = mounted ? collect(all, &threads) : 0;

	if (!rc)
		forget_groups(&threads);
	if (!rc && threads.n)
		rc = read_groups(fs, d, &threads, err);
	if (!rc)
		rc = put_into_root(&threads);
	free(threads.v);
	return rc;
}
