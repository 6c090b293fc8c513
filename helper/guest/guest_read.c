// SPDX-License-Identifier: GPL-2.0-only
/*
 * guest_read.c - of each guest that was found what its knobs need, and no more
 *
 * A host has hundreds of guests, and each of them has dozens of files.
 */
#define _GNU_SOURCE 1
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "guest/guest_priv.h"

/* Devices may be added while a guest runs: what it has open counts, beside its command line. */
static bool has_vfio(const struct hostfs *fs, pid_t pid)
{
	_cleanup_(closedirp) DIR *d = hostfs_dir("%s/%d/fd", fs->proc, pid);
	struct dirent *e;

	while (d && (e = dir_next(d))) {
		_cleanup_(freep) char *to = hostfs_link("%s/%d/fd/%s", fs->proc, pid, e->d_name);

		/* /dev/vfio/vfio, /dev/vfio/devices/vfioN and anon_inode:[vfio-device] */
		if (to && (!strncmp(to, "anon_inode:[vfio", 16) || !strcmp(to, "vfio") ||
			   (!strncmp(to, "vfio", 4) && isdigit((unsigned char)to[4]))))
			return true;
	}
	return false;
}

/* Threads of a guest matter where something of them is asked for, or may have to go, or to go along. */
static bool has_to_list(const struct guests *all, const struct caps_rdt *rdt, const struct guest *g)
{
	for (size_t i = 0; i < rdt->n_groups; i++)
		if (rdt->groups[i].owner == RDT_OURS || rdt->groups[i].n_mons)
			return true;
	return g->homeless || g->knobs & GUEST_THREADS || all->n_vhosts;
}

/* Guests that have ended are left out. */
static int read_threads(const struct hostfs *fs, const struct caps_rdt *rdt, struct guests *all)
{
	size_t n = 0;
	int rc = 0;

	for (size_t i = 0; i < all->n; i++) {
		struct guest *g = &all->v[i];
		int gone = !rc && has_to_list(all, rdt, g) ? guest_threads_read(fs, all, g) : 0;

		if (gone == -ESRCH) {
			guest_clear(g);
			continue;
		}
		rc = rc ? rc : gone;
		if (i > n) {
			all->v[n] = *g;
			memset(g, 0, sizeof(*g));
		}
		n++;
	}
	all->n = n;
	return rc;
}

static int read_values(const struct hostfs *fs, bool systemd, struct guests *all, char **err)
{
	const uint32_t places = 1U << KNOB_NUMA_MEMS | 1U << KNOB_NUMA_PREFER | 1U << KNOB_DEVICES;
	bool no_bfq = false;
	int rc = 0;

	for (size_t i = 0; i < all->n && !rc; i++) {
		struct guest *g = &all->v[i];

		rc = guest_values_read(fs, g, &no_bfq);
		g->passthrough = g->passthrough || (g->knobs & places && has_vfio(fs, g->pid));
	}
	return !rc && systemd ? units_values_read(all, err) : rc;
}

/* What is to be known of a device model, the domain that it serves decides, which is not known yet. */
static int choose(const struct qos *q, uint32_t also, struct guests *all)
{
	int *entry = calloc(all->n + 1, sizeof(*entry));
	int rc = !entry ? -ENOMEM : q ? guests_match(q, all, entry) : 0;

	for (size_t i = 0; i < all->n && !rc; i++) {
		struct guest *g = &all->v[i];

		g->knobs = g->domid ? GUEST_EVERYTHING : also | (q ? guest_needs(q, g, entry[i]) : 0);
	}
	free(entry);
	return rc;
}

int guests_read(const struct hostfs *fs, const struct caps *caps, const struct qos *q, uint32_t also,
		struct guests *all, char **err)
{
	int rc = choose(q, also, all);

	if (!rc)
		rc = read_threads(fs, &caps->rdt, all);
	if (!rc)
		rc = guests_rdt_read(fs, all, err);
	return rc ? rc : read_values(fs, caps->systemd && caps->cgroup == HOST_CGROUP_V2, all, err);
}
