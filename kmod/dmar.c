// SPDX-License-Identifier: GPL-2.0-only
/*
 * dmar.c - parser of the ACPI table DMAR (VT-d specification, chapter 8), for reserved memory regions
 */
#include <linux/errno.h>
#include <linux/pci_ids.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "check.h"
#include "dmar.h"

/* 36 bytes of ACPI header and 12 of the table's own before the first structure */
#define TABLE_STRUCTURES 48
#define TABLE_LENGTH	 4

#define TYPE_RMRR    1
#define RMRR_SEGMENT 6
#define RMRR_BASE    8
#define RMRR_LIMIT   16
#define RMRR_SCOPES  24

#define SCOPE_ENDPOINT 1
#define SCOPE_BRIDGE   2
#define SCOPE_BUS      5
#define SCOPE_PATH     6

/**
 * struct part - a structure of the table, or a device scope in one
 * @at: its first byte
 * @len: its length
 */
struct part {
	const u8 *at;
	size_t len;
};

static u16 le16(const u8 *p)
{
	return p[0] | p[1] << 8;
}

static u64 le64(const u8 *p)
{
	u64 v = 0;
	int i;

	for (i = 7; i >= 0; i--)
		v = v << 8 | p[i];
	return v;
}

/* Take the next structure off the front of a table; false when its length is impossible */
static bool next_structure(struct part *rest, struct part *s)
{
	if (rest->len < 4)
		return false;
	*s = (struct part){ rest->at, le16(rest->at + 2) };
	if (s->len < 4 || s->len > rest->len)
		return false;
	rest->at += s->len;
	rest->len -= s->len;
	return true;
}

/* Take the next device scope off the front of a structure's; its path is pairs of device and function */
static bool next_scope(struct part *rest, struct part *s)
{
	if (rest->len < SCOPE_PATH)
		return false;
	*s = (struct part){ rest->at, rest->at[1] };
	if (s->len < SCOPE_PATH + 2 || s->len % 2 || s->len > rest->len)
		return false;
	rest->at += s->len;
	rest->len -= s->len;
	return true;
}

static bool scope_is_pci(const struct part *s)
{
	return s->at[0] == SCOPE_ENDPOINT || s->at[0] == SCOPE_BRIDGE;
}

/*
 * Does a scope name a function? A path begins on a bus, mostly the root's, and goes one bridge down with
 * each step. The function's own way to the root has the same steps, so no bus number need be looked up.
 * What is named by the bridge above it is not on the path's end, but below.
 */
static bool scope_names(const struct part *s, u16 segment, const struct hvc_fact_fn *fn)
{
	unsigned int steps = (s->len - SCOPE_PATH) / 2, k, i;
	bool endpoint = s->at[0] == SCOPE_ENDPOINT;

	for (k = 0; k < fn->n_hops; k++) {
		const struct hvc_fact_hop *hop = &fn->hops[k];

		if (hop->addr.domain != segment || hop->addr.bus != s->at[SCOPE_BUS] || steps > k + 1)
			continue;
		/* an endpoint is where its way begins, a bridge is further up */
		if (endpoint != (steps == k + 1))
			continue;
		for (i = 0; i < steps; i++)
			if (fn->hops[k - i].addr.devfn !=
			    (u8)(s->at[SCOPE_PATH + 2 * i] << 3 | s->at[SCOPE_PATH + 2 * i + 1]))
				break;
		if (i == steps)
			return true;
	}
	return false;
}

static int add_region(struct hvc_fact_fn *fn, const struct hvc_fact_resv *region)
{
	struct hvc_fact_resv *v = kcalloc(fn->n_resv + 1, sizeof(*v), GFP_KERNEL);

	if (!v)
		return -ENOMEM;
	if (fn->n_resv)
		memcpy(v, fn->resv, fn->n_resv * sizeof(*v));
	v[fn->n_resv] = *region;
	/* Xen knows nothing of relaxable ones where it refuses those that are shared */
	if (!region->shared && hvc_class_relaxable(fn->self.class))
		v[fn->n_resv].type = HVC_RESV_DIRECT_RELAXABLE;
	kfree(fn->resv);
	fn->resv = v;
	fn->n_resv++;
	return 0;
}

static int fill_rmrr(const struct part *s, struct hvc_facts *facts)
{
	struct hvc_fact_resv region = { .type = HVC_RESV_DIRECT };
	struct part all, rest, scope;
	unsigned int i, n = 0;
	bool named;
	int err;

	if (s->len < RMRR_SCOPES)
		return -EINVAL;
	region.start = le64(s->at + RMRR_BASE);
	region.end = le64(s->at + RMRR_LIMIT);
	if (region.end < region.start || !region.end)
		return -EINVAL;
	all = (struct part){ s->at + RMRR_SCOPES, s->len - RMRR_SCOPES };
	for (rest = all; rest.len; n += scope_is_pci(&scope))
		if (!next_scope(&rest, &scope))
			return -EINVAL;
	region.shared = n > 1;

	for (i = 0; i < facts->n_fns; i++) {
		for (rest = all, named = false; rest.len && !named;) {
			next_scope(&rest, &scope);
			named = scope_is_pci(&scope) &&
				scope_names(&scope, le16(s->at + RMRR_SEGMENT), &facts->fns[i]);
		}
		err = named ? add_region(&facts->fns[i], &region) : 0;
		if (err)
			return err;
	}
	return 0;
}

int hvc_dmar_fill(const void *table, size_t len, struct hvc_facts *facts)
{
	struct part rest, s;
	const u8 *t = table;
	size_t told;
	int err = 0;

	if (len < TABLE_STRUCTURES || (memcmp(t, "DMAR", 4) && memcmp(t, "RMAD", 4)))
		return -EINVAL;
	told = le16(t + TABLE_LENGTH) | (size_t)le16(t + TABLE_LENGTH + 2) << 16;
	if (told < TABLE_STRUCTURES || told > len)
		return -EINVAL;
	for (rest = (struct part){ t + TABLE_STRUCTURES, told - TABLE_STRUCTURES }; rest.len && !err;) {
		if (!next_structure(&rest, &s))
			return -EINVAL;
		if (le16(s.at) == TYPE_RMRR)
			err = fill_rmrr(&s, facts);
	}
	return err;
}
