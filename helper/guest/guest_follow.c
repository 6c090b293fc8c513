// SPDX-License-Identifier: GPL-2.0-only
/*
 * guest_follow.c - threads that come while guests are looked after
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "guest/guest_priv.h"
#include "lib/append.h"

static int by_number(const void *a, const void *b)
{
	return *(const pid_t *)a < *(const pid_t *)b ? -1 : *(const pid_t *)a > *(const pid_t *)b;
}

void guests_sort_seen(struct guests *all)
{
	if (all->n_seen)
		qsort(all->seen, all->n_seen, sizeof(*all->seen), by_number);
}

int guest_look_at(const struct hostfs *fs, pid_t pid, struct guests *all, char **cmdline, size_t *len)
{
	_cleanup_(freep) char *comm = NULL;
	pid_t owner, *seen = append(all->seen, all->n_seen);
	struct guest_vhost *v;

	if (!seen)
		return -ENOMEM;
	*seen = pid;
	*cmdline = hostfs_value(len, "%s/%d/cmdline", fs->proc, pid);
	if (!*cmdline || *len)
		return 0;
	comm = hostfs_value(NULL, "%s/%d/comm", fs->proc, pid);
	owner = comm ? vhost_owner(comm) : 0;
	if (!owner || !process_of_kernel(fs, pid))
		return 0;
	v = append(all->vhosts, all->n_vhosts);
	if (!v)
		return -ENOMEM;
	*v = (struct guest_vhost){ pid, owner };
	return 0;
}

/* Workers of the kernel that came after the others were found. */
static int find_workers(const struct hostfs *fs, struct guests *all)
{
	_cleanup_(closedirp) DIR *d = hostfs_dir("%s", fs->proc);
	size_t known = all->n_seen;
	struct dirent *e;
	int rc = d ? 0 : -errno;

	while (!rc && (e = dir_next(d))) {
		pid_t pid = (pid_t)atoi(e->d_name);
		_cleanup_(freep) char *cmdline = NULL;
		size_t len = 0;

		if (pid <= 0 || bsearch(&pid, all->seen, known, sizeof(pid), by_number))
			continue;
		rc = guest_look_at(fs, pid, all, &cmdline, &len);
	}
	guests_sort_seen(all);
	return rc;
}

/* It may have got its cgroup meanwhile. */
static void look_for_home(const struct hostfs *fs, struct guest *g)
{
	_cleanup_(freep) char *path = guest_cgroup_path(fs, g->pid);

	g->homeless = !path || !g->cgroup || !path_below(path, g->cgroup);
}

/* Once: what is not there then will not come. */
static int read_again(const struct hostfs *fs, struct guest *g)
{
	bool no_bfq = false;
	int rc;

	g->read_again = g->partial;
	if (!g->partial)
		return 0;
	if (g->homeless)
		look_for_home(fs, g);
	guest_forget_values(g);
	rc = guest_values_read(fs, g, &no_bfq);
	g->partial = false;
	return rc;
}

static int follow(const struct hostfs *fs, const struct guests *all, struct guest *g)
{
	int rc = read_again(fs, g);

	if (rc || !(g->knobs & GUEST_THREADS))
		return rc;
	rc = guest_threads_read(fs, all, g);
	if (rc == -ESRCH)
		return 0; /* it has no threads now: nothing is done for it */
	return !rc && g->knobs & GUEST_PINS ? guest_cpus_again(fs, g) : rc;
}

int guests_follow(const struct hostfs *fs, const struct caps *caps, struct guests *all, char **err)
{
	bool any = false;
	int rc = 0;

	*err = NULL;
	for (size_t i = 0; i < all->n; i++)
		any |= all->v[i].knobs & GUEST_THREADS;
	if (any)
		rc = find_workers(fs, all);
	for (size_t i = 0; i < all->n && !rc; i++)
		rc = follow(fs, all, &all->v[i]);
	if (!rc && any)
		rc = guests_rdt_read(fs, all, err);
	if (!rc && caps->systemd && caps->cgroup == HOST_CGROUP_V2)
		rc = units_values_read(all, err);
	if (rc && rc != -ENOMEM && !*err)
		*err = text_fmt("cannot look for threads of guests in %s: %s", fs->proc, strerror(-rc));
	return rc;
}
