// SPDX-License-Identifier: GPL-2.0-only
/*
 * guests.c - the list of running guests as plain data; pure
 */
#include <stdlib.h>
#include <string.h>

#include "guest/guests.h"

const char *const guest_kind_name[GUEST_KINDS] = {
	[GUEST_LIBVIRT] = "libvirt",
	[GUEST_QEMU] = "qemu",
	[GUEST_PROXMOX] = "proxmox",
	[GUEST_XEN] = "xen",
};

static void values_clear(struct guest_value *v, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		free(v[i].key);
		free(v[i].value);
	}
	free(v);
}

void guest_forget_values(struct guest *g)
{
	values_clear(g->files, g->n_files);
	values_clear(g->props, g->n_props);
	free(g->node_bytes);
	g->files = g->props = NULL;
	g->node_bytes = NULL;
	g->n_files = g->n_props = g->n_nodes = 0;
}

void guest_clear(struct guest *g)
{
	free(g->name);
	free(g->uuid);
	free(g->vmid);
	free(g->pidfile);
	free(g->user);
	free(g->unit);
	free(g->cgroup);
	for (size_t i = 0; i < g->n_threads; i++) {
		free(g->threads[i].rdt_group);
		free(g->threads[i].rdt_mon);
	}
	free(g->threads);
	guest_forget_values(g);
	for (size_t i = 0; i < g->n_foreign; i++)
		free(g->foreign[i].what);
	free(g->foreign);
	for (size_t i = 0; i < g->n_iothreads; i++)
		free(g->iothreads[i]);
	free(g->iothreads);
	free(g->vcpus);
	if (g->xen) {
		free(g->xen->vcpus);
		for (size_t i = 0; i < RDT_RESOURCES; i++)
			free(g->xen->values[i].v);
		free(g->xen);
	}
	for (size_t i = 0; i < g->n_past; i++)
		free(g->past[i]);
	free(g->past);
	memset(g, 0, sizeof(*g));
}

void guests_free(struct guests *all)
{
	for (size_t i = 0; i < all->n; i++)
		guest_clear(&all->v[i]);
	free(all->v);
	free(all->vhosts);
	free(all->seen);
	memset(all, 0, sizeof(*all));
}

static const char *value_of(const struct guest_value *v, size_t n, const char *key)
{
	for (size_t i = 0; i < n; i++)
		if (!strcmp(v[i].key, key))
			return v[i].value;
	return NULL;
}

const char *guest_file(const struct guest *g, const char *key)
{
	return value_of(g->files, g->n_files, key);
}

bool guest_has_weights(const struct guest *g)
{
	return guest_file(g, "io.weight") || guest_file(g, "io.bfq.weight");
}

const char *guest_prop(const struct guest *g, const char *key)
{
	return value_of(g->props, g->n_props, key);
}
