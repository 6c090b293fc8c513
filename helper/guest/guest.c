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
#include "lib/append.h"
#include "guest/guest_priv.h"
#include "lib/late.h"

/* what is known before processes are looked at */
struct finder {
	const struct hostfs *fs;
	struct libvirt_domains domains;
	struct proxmox_guests proxmox;
	/* the cgroup above the last guest's; and, once that was the same for two of them, whether it is a plain domain */
	char *above;
	enum {
		NOT_ASKED,
		PLAIN,
		NOT_PLAIN
	} type;
};

static void finder_free(struct finder *f)
{
	libvirt_domains_free(&f->domains);
	proxmox_guests_free(&f->proxmox);
	free(f->above);
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
	_cleanup_(freep) char *text = hostfs_value(NULL, "%s/%d/cgroup", fs->proc, pid);
	const char *line = text;

	while (line && strncmp(line, "0::", 3))
		line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL;
	return line ? strndup(line + 3, strcspn(line + 3, "\n")) : NULL;
}

static bool has_type(const struct hostfs *fs, const char *path, const char *type)
{
	_cleanup_(freep) char *now = hostfs_value(NULL, "%s/fs/cgroup%s/cgroup.type", fs->sysfs, path);

	return now && !strcmp(now, type);
}

/* Below a plain domain nothing is threaded; where many guests are side by side it is asked for all of them. */
static bool below_plain(struct finder *f, const char *path)
{
	size_t n = (size_t)(strrchr(path, '/') - path);

	if (!f->above || strlen(f->above) != n || strncmp(f->above, path, n)) {
		free(f->above);
		f->above = strndup(path, n);
		f->type = NOT_ASKED;
		return false;
	}
	if (f->type == NOT_ASKED)
		f->type = has_type(f->fs, f->above, "domain") ? PLAIN : NOT_PLAIN;
	return f->type == PLAIN;
}

/* Values are a domain's, not those of a part of its threads. */
static void leave_threaded(struct finder *f, char *path)
{
	if (!strchr(path, '/') || below_plain(f, path))
		return;
	for (char *slash; (slash = strrchr(path, '/')) && slash > path; *slash = '\0')
		if (!has_type(f->fs, path, "threaded"))
			return;
}

static int place(struct finder *f, struct guest *g)
{
	_cleanup_(freep) char *path = guest_cgroup_path(f->fs, g->pid);

	if (path)
		leave_threaded(f, path);
	return guest_place(g, path ? path : "/");
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

/* By what its threads are told apart. */
static int known_threads(const struct libvirt_domain *dom, struct qemu_args *args, struct guest *g)
{
	g->iothreads = args->iothreads;
	g->n_iothreads = args->n_iothreads;
	args->iothreads = NULL;
	args->n_iothreads = 0;
	if (!dom || !dom->n_vcpus)
		return 0;
	g->vcpus = calloc(dom->n_vcpus, sizeof(*g->vcpus));
	if (!g->vcpus)
		return -ENOMEM;
	memcpy(g->vcpus, dom->vcpus, dom->n_vcpus * sizeof(*g->vcpus));
	g->n_vcpus = dom->n_vcpus;
	return 0;
}

static int foreign_of(const struct hostfs *fs, const struct libvirt_domain *dom, struct guest *g)
{
	int rc = g->vmid ? proxmox_foreign(fs, g) : 0;

	for (size_t i = 0; dom && i < dom->n_foreign && !rc; i++)
		rc = guest_foreign_add(&g->foreign, &g->n_foreign, dom->foreign[i].area,
				       dom->foreign[i].what);
	return rc;
}

static int read_guest(struct finder *f, pid_t pid, struct qemu_args *args, struct guest *g)
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
		rc = known_threads(dom, args, g);
	if (!rc)
		rc = place(f, g);
	g->passthrough = args->passthrough;
	return rc;
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

static int look_for_guest(struct finder *f, pid_t pid, struct guests *all, struct candidates *out)
{
	_cleanup_(freep) char *cmdline = NULL;
	struct candidate *v;
	size_t len = 0;
	int rc = guest_look_at(f->fs, pid, all, &cmdline, &len);

	if (rc || !cmdline || !len || (!qemu_is(cmdline) && !domain_of(f, pid) && !proxmox_of(f, pid)))
		return rc;
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
	_cleanup_(freep) char *status = hostfs_value(NULL, "%s/%d/status", fs->proc, pid);
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
		return rc;
	v = append(out->v, out->n);
	if (!v)
		return -ENOMEM;
	*v = g;
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

	while (!rc && (e = dir_next(d))) {
		pid_t pid = (pid_t)atoi(e->d_name);

		if (pid > 0)
			rc = look_for_guest(f, pid, out, &c);
	}
	guests_sort_seen(out);
	for (size_t i = 0; i < c.n && !rc; i++)
		if (!waits_for_child(f, &c, &c.v[i]))
			rc = add_guest(f, &c.v[i], out);
	return rc;
}

int guests_find(const struct hostfs *fs, const struct caps *caps, const struct qos *q, uint32_t also,
		struct guests *out, char **err)
{
	_cleanup_(finder_free) struct finder f = { .fs = fs };
	bool systemd = caps->systemd && caps->cgroup == HOST_CGROUP_V2;
	int rc;

	*err = NULL;
	memset(out, 0, sizeof(*out));
	rc = libvirt_domains_read(fs, &f.domains);
	if (!rc)
		rc = proxmox_guests_read(fs, &f.proxmox);
	if (!rc)
		rc = find_processes(&f, out);
	if (!rc)
		rc = guests_own_cgroups(out, systemd);
	if (!rc)
		rc = guest_past_read(fs, out);
	if (!rc)
		rc = guests_read(fs, caps, q, also, out, err);
	guests_sort(out);
	if (rc)
		guests_free(out);
	if (rc && rc != -ENOMEM && !*err)
		*err = text_fmt("cannot look for guests in %s: %s", fs->proc, late_strerror(-rc));
	return rc;
}
