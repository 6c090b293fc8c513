// SPDX-License-Identifier: GPL-2.0-only
/*
 * apply_cgroup.c - files of cgroups
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "apply/apply_cgroup.h"
#include "host/cgroup.h"

/* the group above those of guests that had none of their own, without systemd */
#define HOMES "/hvclaim"

/* what a group has that nobody told anything */
static const struct {
	const char *file, *value;
} defaults[] = {
	{ "cpu.weight", "100" },
	{ "cpu.max", "max 100000" },
	{ "cpu.max.burst", "0" },
	{ "cpuset.cpus", "" },
	{ "cpuset.cpus.partition", "member" },
	{ "cpuset.mems", "" },
	{ "io.weight", "default 100" },
	{ "io.bfq.weight", "default 100" },
	{ "memory.min", "0" },
	{ "memory.low", "0" },
	{ "memory.high", "max" },
	{ "memory.max", "max" },
	{ "memory.swap.max", "max" },
};

#define N_DEFAULTS (sizeof(defaults) / sizeof(defaults[0]))

/*
 * A line about one disk, "8:0 …", of io.max and io.weight is taken back by what means nothing there. NULL when
 * the value is of the whole group.
 */
static char *nothing_for_disk(const struct step *s)
{
	unsigned int major, minor;

	if (sscanf(s->want, "%9u:%9u ", &major, &minor) != 2)
		return NULL;
	if (!strcmp(s->key, "io.max"))
		return text_fmt("%u:%u rbps=max wbps=max riops=max wiops=max", major, minor);
	return text_fmt("%u:%u default", major, minor);
}

static int undo_value(const struct step *s, char **value)
{
	const char *text = s->have;

	*value = text ? NULL : nothing_for_disk(s);
	if (*value)
		return 0;
	for (size_t i = 0; i < N_DEFAULTS && !text; i++)
		if (!strcmp(defaults[i].file, s->key))
			text = defaults[i].value;
	*value = text ? strdup(text) : NULL;
	return *value ? 0 : text ? -ENOMEM : -EINVAL;
}

/*
 * libcgroup writes neither nothing nor an empty line, but a blank. The kernel lets no list of a cpuset go while
 * somebody is in the cgroup: then all that there are have the same effect.
 */
static int write_empty(const struct step *s, char **err)
{
	_cleanup_(freep) char *all = NULL;
	int rc = cgroup_write(s->target, s->key, " ", err);

	if (rc == -ENOSPC)
		all = hostfs_read(NULL, "%s/fs/cgroup/%s.effective", hostfs_default.sysfs, s->key);
	if (!all)
		return rc;
	free(*err);
	*err = NULL;
	return cgroup_write(s->target, s->key, all, err);
}

int apply_cgroup(const struct step *s, bool undo, char **err)
{
	_cleanup_(freep) char *value = NULL;
	int rc = undo ? undo_value(s, &value) : 0;

	if (rc) {
		*err = text_fmt("%s/%s: %s", s->target, s->key, strerror(-rc));
		return rc;
	}
	if (undo ? !*value : !*s->want)
		return write_empty(s, err);
	return cgroup_write(s->target, s->key, undo ? value : s->want, err);
}

int cgroup_take_along(const struct guest *g, char **err)
{
	int rc = 0;

	for (size_t i = 0; i < g->n_threads && !rc; i++)
		if (g->threads[i].kernel)
			rc = cgroup_move(g->cgroup, g->threads[i].tid, err);
	return rc;
}

int cgroup_make_home(const struct guest *g, char **err)
{
	int rc;

	/* one that a guest of this name left behind has its values */
	cgroup_reap(g->cgroup);
	rc = cgroup_make(g->cgroup, err);
	/* a domain of Xen may have nothing but threads of the kernel */
	if (!rc && g->pid)
		rc = cgroup_move(g->cgroup, g->pid, err);
	if (rc)
		cgroup_reap(g->cgroup);
	return rc ? rc : cgroup_take_along(g, err);
}

void cgroup_reap_homes(const struct hostfs *fs)
{
	_cleanup_(closedirp) DIR *d = hostfs_dir("%s/fs/cgroup" HOMES, fs->sysfs);
	struct dirent *e;

	while (d && (e = dir_next(d))) {
		_cleanup_(freep) char *path = e->d_type == DT_DIR ? text_fmt(HOMES "/%s", e->d_name) : NULL;

		if (path)
			cgroup_reap(path);
	}
}
