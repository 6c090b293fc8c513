// SPDX-License-Identifier: GPL-2.0-only
/*
 * guest_xen.c - the domains of Xen, and what in the dom0 serves them
 *
 * A domain's vCPUs are Xen's. What the dom0's kernel has of it is the device model (a QEMU, of HVM domains and of
 * some disks), and threads of its own that serve disks and network interfaces.
 */
#define _GNU_SOURCE 1
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "apply/guest_past.h"
#include "lib/append.h"
#include "guest/guest_priv.h"
#include "xen/xenqos.h"

/* "5.xvda-0" or "blkback.5.xvda", and "vif5.0-q0-guest-rx" or "vif5.0-dealloc", of which older kernels cut the end */
uint32_t xen_backend_of(const char *comm, enum thread_role *role, uint32_t *index)
{
	const char *disk = strncmp(comm, "blkback.", 8) ? comm : comm + 8;
	unsigned int domid, device, queue = 0;
	char name[16];
	int end = 0;

	*index = 0;
	if (sscanf(comm, "vif%5u.%5u%n", &domid, &device, &end) == 2 && comm[end] == '-') {
		*role = ROLE_VHOST;
		return domid;
	}
	end = 0;
	if (sscanf(disk, "%5u.%15[a-z0-9]%n-%5u", &domid, name, &end, &queue) < 2 || !end ||
	    (disk[end] && disk[end] != '-') || !isalpha((unsigned char)*name))
		return 0;
	*role = ROLE_IOTHREAD;
	*index = queue;
	return domid;
}

static struct guest *domain_of(const struct guests *domains, uint32_t domid)
{
	for (size_t i = 0; i < domains->n && domid; i++)
		if (domains->v[i].domid == domid)
			return &domains->v[i];
	return NULL;
}

/* What a device model has becomes its domain's, but for names and memory, which are the domain's own. */
static void take_over(struct guest *to, struct guest *from)
{
	to->pid = from->pid;
	to->cgroup = from->cgroup;
	to->unit = from->unit;
	to->homeless = from->homeless;
	to->threads = from->threads;
	to->n_threads = from->n_threads;
	to->files = from->files;
	to->n_files = from->n_files;
	to->props = from->props;
	to->n_props = from->n_props;
	from->cgroup = from->unit = NULL;
	from->threads = NULL;
	from->files = from->props = NULL;
	from->n_threads = from->n_files = from->n_props = 0;
}

/* Takes the device models out of the list; of several for one domain the first one has the cgroup. */
static void merge_models(struct guests *all, const struct guests *domains)
{
	size_t n = 0;

	for (size_t i = 0; i < all->n; i++) {
		struct guest *g = &all->v[i], *to = domain_of(domains, g->domid);

		if (!g->domid) {
			all->v[n++] = *g;
			continue;
		}
		if (to && !to->pid && !g->stranger)
			take_over(to, g);
		guest_clear(g);
	}
	all->n = n;
}

static int find_backends(const struct hostfs *fs, const struct guests *domains)
{
	_cleanup_(closedirp) DIR *d = hostfs_dir("%s", fs->proc);
	struct dirent *e;
	int rc = 0;

	while (!rc && d && (e = dir_next(d))) {
		_cleanup_(freep) char *comm = NULL;
		enum thread_role role = ROLE_EMULATOR;
		struct guest *g;
		uint32_t index = 0;

		if (!isdigit((unsigned char)e->d_name[0]))
			continue;
		comm = hostfs_value(NULL, "%s/%s/comm", fs->proc, e->d_name);
		g = comm ? domain_of(domains, xen_backend_of(comm, &role, &index)) : NULL;
		if (!g)
			continue;
		/* a program may call itself what it likes */
		if (process_of_kernel(fs, (pid_t)atoi(e->d_name)))
			rc = guest_kernel_thread(fs, (pid_t)atoi(e->d_name), role, index, g);
	}
	return rc;
}

/*
 * A domain that has nothing but threads of the kernel: systemd takes none of these into its units, so that their
 * cgroup is a plain one.
 */
static int place_backends(const struct hostfs *fs, const struct guests *domains, struct guest *g)
{
	_cleanup_(freep) char *path = NULL;
	int rc;

	if (g->cgroup || !g->n_threads)
		return 0;
	path = guest_cgroup_path(fs, g->threads[0].tid);
	rc = guest_own_cgroup(domains, g, false);
	if (rc || !path || strcmp(path, g->cgroup))
		return rc;
	g->homeless = false;
	return guest_values_read(fs, g, &(bool){ false });
}

static int append_all(struct guests *all, struct guests *domains)
{
	struct guest *v = realloc(all->v, (all->n + domains->n + 1) * sizeof(*v));

	if (!v)
		return -ENOMEM;
	all->v = v;
	if (domains->n)
		memcpy(v + all->n, domains->v, domains->n * sizeof(*v));
	all->n += domains->n;
	domains->n = 0;
	guests_sort(all);
	return 0;
}

int guests_find_xen(const struct hostfs *fs, const struct caps *caps, struct xenlib *lib, struct guests *all,
		    char **err)
{
	_cleanup_(guests_free) struct guests domains = { 0 };
	int rc;

	if (!caps->xen.dom0)
		return 0;
	rc = xenqos_domains(lib, caps, &domains, err);
	if (rc)
		return rc;
	for (size_t i = 0; i < domains.n; i++)
		domains.v[i].knobs = GUEST_EVERYTHING;
	merge_models(all, &domains);
	rc = find_backends(fs, &domains);
	for (size_t i = 0; i < domains.n && !rc; i++)
		rc = place_backends(fs, &domains, &domains.v[i]);
	if (!rc)
		rc = guest_past_read(fs, &domains);
	return rc ? rc : append_all(all, &domains);
}
