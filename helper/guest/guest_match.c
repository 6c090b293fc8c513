// SPDX-License-Identifier: GPL-2.0-only
/*
 * guest_match.c - which entry of the file means which running guest; pure
 */
#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "guest/guests.h"

/* A pattern that is not set fits everything; one that is set does not fit what is not there. */
static bool fits(const char *pattern, const char *text, int flags)
{
	return !pattern || (text && !fnmatch(pattern, text, flags));
}

static bool has_match(const struct qos_match *m)
{
	return m->libvirt || m->qemu || m->proxmox || m->xen || m->uuid || m->unit || m->pidfile ||
	       m->cgroup || m->user;
}

static bool is_user(const struct guest *g, const char *user)
{
	char *end;

	return g->user && (!strcmp(g->user, user) || (strtoul(user, &end, 10) == g->uid && !*end));
}

static bool words_match(const struct guest *g, const struct qos_guest *want)
{
	const struct qos_match *m = &want->match;

	if (!has_match(m))
		return g->name && !strcmp(g->name, want->name);
	return fits(m->libvirt, g->kind == GUEST_LIBVIRT ? g->name : NULL, 0) &&
	       fits(m->qemu, g->kind == GUEST_QEMU ? g->name : NULL, 0) &&
	       fits(m->proxmox, g->kind == GUEST_PROXMOX ? g->vmid : NULL, 0) &&
	       fits(m->xen, g->kind == GUEST_XEN ? g->name : NULL, 0) && fits(m->unit, g->unit, 0) &&
	       fits(m->pidfile, g->pidfile, FNM_PATHNAME) && fits(m->cgroup, g->cgroup, FNM_PATHNAME) &&
	       (!m->uuid || (g->uuid && !strcasecmp(m->uuid, g->uuid))) && (!m->user || is_user(g, m->user));
}

/* A homeless guest's unit and cgroup are made of its own name. */
static bool believed(const struct guest *g, const struct qos_match *m)
{
	return !g->stranger || m->user || ((m->unit || m->cgroup) && !g->homeless);
}

bool guest_matches(const struct guest *g, const struct qos_guest *want)
{
	return believed(g, &want->match) && words_match(g, want);
}

bool guest_pretends(const struct guest *g, const struct qos_guest *want)
{
	return !believed(g, &want->match) && words_match(g, want);
}

/** struct named - an entry without match, which means the guest of its name */
struct named {
	const char *name;
	int entry;
};

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct named *)a)->name, ((const struct named *)b)->name);
}

static void found(int *entry, int which)
{
	*entry = *entry == GUEST_NO_ENTRY ? which : GUEST_TWO_ENTRIES;
}

int guests_match(const struct qos *q, const struct guests *all, int *entry)
{
	struct named *named = calloc(q->n_guests + 1, sizeof(*named));
	size_t n = 0;

	if (!named)
		return -ENOMEM;
	for (size_t k = 0; k < q->n_guests; k++)
		if (!has_match(&q->guests[k].match))
			named[n++] = (struct named){ q->guests[k].name, (int)k };
	qsort(named, n, sizeof(*named), by_name);
	for (size_t i = 0; i < all->n; i++) {
		const struct guest *g = &all->v[i];
		const struct named key = { .name = g->name };
		const struct named *hit = g->name ? bsearch(&key, named, n, sizeof(*named), by_name) : NULL;

		entry[i] = GUEST_NO_ENTRY;
		if (hit && guest_matches(g, &q->guests[hit->entry]))
			found(&entry[i], hit->entry);
		for (size_t k = 0; k < q->n_guests && n < q->n_guests; k++)
			if (has_match(&q->guests[k].match) && guest_matches(g, &q->guests[k]))
				found(&entry[i], (int)k);
	}
	free(named);
	return 0;
}

uint32_t guest_needs(const struct qos *q, const struct guest *g, int entry)
{
	uint32_t knobs = 0;

	for (size_t i = 0; i < g->n_past; i++)
		knobs |= 1U << qos_knob_find(g->past[i], strcspn(g->past[i], ":"));
	if (entry == GUEST_TWO_ENTRIES || (entry >= 0 && q->guests[entry].require))
		knobs = GUEST_EVERYTHING;
	else if (entry >= 0)
		knobs |= qos_guest_knobs(q, &q->guests[entry]);
	return knobs & GUEST_EVERYTHING;
}
