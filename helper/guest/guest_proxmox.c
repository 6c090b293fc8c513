// SPDX-License-Identifier: GPL-2.0-only
/*
 * guest_proxmox.c - running guests of Proxmox, and what their configuration sets
 */
#define _GNU_SOURCE 1
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "guest/guest_priv.h"

static int add_guest(struct proxmox_guests *all, const char *vmid, size_t n, pid_t pid)
{
	struct proxmox_guest *v = realloc(all->v, (all->n + 1) * sizeof(*v));

	if (!v)
		return -ENOMEM;
	all->v = v;
	v[all->n] = (struct proxmox_guest){ .vmid = strndup(vmid, n), .pid = pid };
	return v[all->n].vmid ? (++all->n, 0) : -ENOMEM;
}

int proxmox_guests_read(const struct hostfs *fs, struct proxmox_guests *out)
{
	_cleanup_(closedirp) DIR *d = hostfs_dir("%s/qemu-server", fs->run);
	struct dirent *e;
	int rc = 0;

	memset(out, 0, sizeof(*out));
	while (!rc && d && (e = dir_next(d))) {
		_cleanup_(freep) char *text = NULL;
		size_t n = strspn(e->d_name, "0123456789");
		int pid;

		if (!n || strcmp(e->d_name + n, ".pid"))
			continue;
		text = hostfs_read(NULL, "%s/qemu-server/%s", fs->run, e->d_name);
		pid = text ? atoi(text) : 0;
		if (pid > 0)
			rc = add_guest(out, e->d_name, n, pid);
	}
	if (rc)
		proxmox_guests_free(out);
	return rc;
}

void proxmox_guests_free(struct proxmox_guests *all)
{
	for (size_t i = 0; i < all->n; i++)
		free(all->v[i].vmid);
	free(all->v);
	memset(all, 0, sizeof(*all));
}

/* keys of /etc/pve/qemu-server/VMID.conf that set what we set, too */
static const struct {
	const char *key;
	enum qos_area area;
} keys[] = {
	{ "cpulimit", AREA_CPU },
	{ "cpuunits", AREA_CPU },
	{ "affinity", AREA_PIN },
};

#define N_KEYS (sizeof(keys) / sizeof(keys[0]))

static int read_line(struct guest *g, const char *line, size_t n)
{
	_cleanup_(freep) char *what = NULL;

	for (size_t i = 0; i < N_KEYS; i++) {
		size_t k = strlen(keys[i].key);

		if (n <= k || strncmp(line, keys[i].key, k) || line[k] != ':')
			continue;
		what = text_fmt("Proxmox's %.*s", (int)n, line);
		return what ? guest_foreign_add(&g->foreign, &g->n_foreign, keys[i].area, what) : -ENOMEM;
	}
	/* numa0: cpus=0-3,hostnodes=1,memory=1024,policy=bind */
	if (n > 6 && !strncmp(line, "numa", 4) && isdigit((unsigned char)line[4]) &&
	    memmem(line, n, "hostnodes=", 10)) {
		what = text_fmt("Proxmox's %.*s", (int)n, line);
		return what ? guest_foreign_add(&g->foreign, &g->n_foreign, AREA_NUMA, what) : -ENOMEM;
	}
	return 0;
}

int proxmox_foreign(const struct hostfs *fs, struct guest *g)
{
	_cleanup_(freep) char *text = hostfs_read(NULL, "%s/qemu-server/%s.conf", fs->pve, g->vmid);
	int rc = 0;

	/* sections that follow, [NAME], are snapshots */
	for (const char *line = text; line && *line && *line != '[' && !rc;) {
		size_t n = strcspn(line, "\n");

		rc = read_line(g, line, n);
		line += n + (line[n] == '\n');
	}
	return rc;
}
