// SPDX-License-Identifier: GPL-2.0-only
/*
 * guest.c - finding the guests that run on this host
 */
#define _GNU_SOURCE 1
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "apply/guest_past.h"
#include "guest/guest_priv.h"
#include "lib/late.h"

/* what is known before processes are looked at */
struct finder {
	const struct hostfs *fs;
	struct libvirt_domains domains;
	struct proxmox_guests proxmox;
	struct guest_vhosts vhosts;
};

static void finder_free(struct finder *f)
{
	libvirt_domains_free(&f->domains);
	proxmox_guests_free(&f->proxmox);
	free(f->vhosts.v);
}

static const struct libvirt_domain *domain_of(const struct finder *f, pid_t pid)
{
	for (size_t i = 0; i < f->domains.n; i++)
		if (f->domains.v[i].pid == pid)
			return &f->domains.v[i];
	return NULL;
}

static const struct proxmox_guest *proxmox_of(const struct finder *f, pid_t pid)
{
	for (size_t i = 0; i < f->proxmox.n; i++)
		if (f->proxmox.v[i].pid == pid)
			return &f->proxmox.v[i];
	return NULL;
}

/* "0::/path" is the line of cgroup2 */
char *guest_cgroup_path(const struct hostfs *fs, pid_t pid)
{
	_cleanup_(freep) char *text = hostfs_read(NULL, "%s/%d/cgroup", fs->proc, pid);
	const char *line = text;

	while (line && strncmp(line, "0::", 3))
		line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL;
	return line ? strndup(line + 3, strcspn(line + 3, "\n")) : NULL;
}

/* Values are a domain's, not those of a part of its threads. */
static void leave_threaded(const struct hostfs *fs, char *path)
{
	for (char *slash; (slash = strrchr(path, '/')) && slash > path; *slash = '\0') {
		_cleanup_(freep) char *type =
			hostfs_read(NULL, "%s/fs/cgroup%s/cgroup.type", fs->sysfs, path);

		if (!type || strcmp(type, "threaded"))
			return;
	}
}

static int place(const struct hostfs *fs, struct guest *g)
{
	_cleanup_(freep) char *path = guest_cgroup_path(fs, g->pid);

	if (path)
		leave_threaded(fs, path);
	return guest_place(g, path ? path : "/");
}

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

static int name_it(const struct libvirt_domain *dom, const struct proxmox_guest *prox, struct qemu_args *args,
		   struct guest *g)
{
	const char *name = dom ? dom->name : args->name, *uuid = dom && dom->uuid ? dom->uuid : args->uuid;

	g->kind = dom ? GUEST_LIBVIRT : prox ? GUEST_PROXMOX : GUEST_QEMU;
	g->name = name && *name ? strdup(name) : prox ? strdup(prox->vmid) : text_fmt("qemu-%d", g->pid);
	g->uuid = uuid ? strdup(uuid) : NULL;
	g->vmid = prox ? strdup(prox->vmid) : NULL;
	g->pidfile = args->pidfile && *args->pidfile == '/' ? strdup(args->pidfile) : NULL;
	return g->name && (!uuid || g->uuid) && (!prox || g->vmid) ? 0 : -ENOMEM;
}

static int foreign_of(const struct hostfs *fs, const struct libvirt_domain *dom, struct guest *g)
{
	int rc = g->vmid ? proxmox_foreign(fs, g) : 0;

	for (size_t i = 0; dom && i < dom->n_foreign && !rc; i++)
		rc = guest_foreign_add(&g->foreign, &g->n_foreign, dom->foreign[i].area,
				       dom->foreign[i].what);
	return rc;
}

static int read_guest(const struct finder *f, pid_t pid, struct qemu_args *args, struct guest *g)
{
	const struct libvirt_domain *dom = domain_of(f, pid);
	int rc;

	*g = (struct guest){ .pid = pid, .memory = args->memory, .domid = args->xen_domid };
	rc = name_it(dom, proxmox_of(f, pid), args, g);
	/* the records of libvirt and Proxmox are root's word */
	if (!rc && g->kind == GUEST_QEMU)
		rc = guest_user_read(f->fs, g);
	if (!rc)
		rc = foreign_of(f->fs, dom, g);
	if (!rc)
		rc = place(f->fs, g);
	if (!rc)
		rc = guest_threads_read(f->fs, dom, args, &f->vhosts, g);
	g->passthrough = args->passthrough || has_vfio(f->fs, pid);
	return rc;
}

static int add_vhost(struct finder *f, pid_t tid, pid_t owner)
{
	struct guest_vhost *v = realloc(f->vhosts.v, (f->vhosts.n + 1) * sizeof(*v));

	if (!v)
		return -ENOMEM;
	f->vhosts.v = v;
	v[f->vhosts.n++] = (struct guest_vhost){ tid, owner };
	return 0;
}

/* a process to look at: the words of its command line */
struct candidate {
	pid_t pid;
	char *cmdline;
	size_t len;
};

struct candidates {
	struct candidate *v;
	size_t n;
};

static void candidates_free(struct candidates *c)
{
	for (size_t i = 0; i < c->n; i++)
		free(c->v[i].cmdline);
	free(c->v);
}

/* Kernel threads have no command line; the vhost workers among them must be known before the guests are read. */
static int look_at(struct finder *f, pid_t pid, struct candidates *out)
{
	size_t len = 0;
	_cleanup_(freep) char *cmdline = hostfs_read(&len, "%s/%d/cmdline", f->fs->proc, pid);
	_cleanup_(freep) char *comm = NULL;
	struct candidate *v;
	pid_t owner;

	if (!cmdline)
		return 0;
	if (!len) {
		comm = hostfs_read(NULL, "%s/%d/comm", f->fs->proc, pid);
		owner = comm ? vhost_owner(comm) : 0;
		return owner && process_of_kernel(f->fs, pid) ? add_vhost(f, pid, owner) : 0;
	}
	if (!qemu_is(cmdline) && !domain_of(f, pid) && !proxmox_of(f, pid))
		return 0;
	v = realloc(out->v, (out->n + 1) * sizeof(*v));
	if (!v)
		return -ENOMEM;
	out->v = v;
	v[out->n++] = (struct candidate){ pid, cmdline, len };
	cmdline = NULL;
	return 0;
}

static pid_t parent_of(const struct hostfs *fs, pid_t pid)
{
	_cleanup_(freep) char *status = hostfs_read(NULL, "%s/%d/status", fs->proc, pid);
	const char *line = status ? strstr(status, "\nPPid:") : NULL;

	return line ? (pid_t)atoi(line + 6) : 0;
}

/* -daemonize: the process that was started waits, with the same words, until its child has begun to serve */
static bool waits_for_child(const struct finder *f, const struct candidates *c, const struct candidate *of)
{
	for (size_t i = 0; i < c->n; i++)
		if (c->v[i].len == of->len && c->v[i].pid != of->pid &&
		    !memcmp(c->v[i].cmdline, of->cmdline, of->len) &&
		    parent_of(f->fs, c->v[i].pid) == of->pid)
			return true;
	return false;
}

static int add_guest(struct finder *f, const struct candidate *c, struct guests *out)
{
	_cleanup_(qemu_args_clear) struct qemu_args args = { 0 };
	_cleanup_(guest_clear) struct guest g = { 0 };
	int rc = qemu_args_parse(c->cmdline, c->len, &args);
	struct guest *v;

	if (rc || args.no_guest)
		return rc;
	rc = read_guest(f, c->pid, &args, &g);
	if (rc)
		return rc == -ESRCH ? 0 : rc;
	v = realloc(out->v, (out->n + 1) * sizeof(*v));
	if (!v)
		return -ENOMEM;
	out->v = v;
	v[out->n++] = g;
	memset(&g, 0, sizeof(g));
	return 0;
}

static int compare(const void *a, const void *b)
{
	const struct guest *x = a, *y = b;
	int c = strcmp(x->name, y->name);

	return c ? c : guest_key(x) < guest_key(y) ? -1 : guest_key(x) > guest_key(y);
}

void guests_sort(struct guests *all)
{
	if (all->n)
		qsort(all->v, all->n, sizeof(*all->v), compare);
}

static int find_processes(struct finder *f, struct guests *out)
{
	_cleanup_(candidates_free) struct candidates c = { 0 };
	_cleanup_(closedirp) DIR *d = hostfs_dir("%s", f->fs->proc);
	struct dirent *e;
	int rc = d ? 0 : -errno;

	while (!rc && (e = dir_next(d)))
		if (isdigit((unsigned char)e->d_name[0]))
			rc = look_at(f, (pid_t)atoi(e->d_name), &c);
	for (size_t i = 0; i < c.n && !rc; i++)
		if (!waits_for_child(f, &c, &c.v[i]))
			rc = add_guest(f, &c.v[i], out);
	return rc;
}

int guests_find(const struct hostfs *fs, bool systemd, struct guests *out, char **err)
{
	_cleanup_(finder_free) struct finder f = { .fs = fs };
	int rc;

	*err = NULL;
	memset(out, 0, sizeof(*out));
	rc = libvirt_domains_read(fs, &f.domains);
	if (!rc)
		rc = proxmox_guests_read(fs, &f.proxmox);
	if (!rc)
		rc = find_processes(&f, out);
	if (!rc)
		guests_sort(out);
	if (!rc)
		rc = guests_own_cgroups(out, systemd);
	for (size_t i = 0; i < out->n && !rc; i++)
		rc = guest_values_read(fs, &out->v[i]);
	if (!rc && systemd)
		rc = units_values_read(out, err);
	if (!rc)
		rc = guest_past_read(fs, out);
	if (rc)
		guests_free(out);
	if (rc && rc != -ENOMEM && !*err)
		*err = text_fmt("cannot look for guests in %s: %s", fs->proc, late_strerror(-rc));
	return rc;
}
