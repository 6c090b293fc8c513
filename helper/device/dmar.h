/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * dmar.h - which functions the firmware reserved memory for: Intel DMAR and AMD IVRS tables
 */
#ifndef HVCLAIM_DMAR_H
#define HVCLAIM_DMAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/hostfs.h"
#include "device/model.h"

/**
 * struct dmar_scope - functions that a region is for
 *
 * A span of requester ids (bus << 8 | devfn), both ends inclusive: one function, the functions below a
 * bridge, or a range of AMD device ids.
 */
struct dmar_scope {
	uint32_t domain;
	uint16_t first, last;
};

/** struct dmar_region - memory that functions must be able to reach as the firmware set it up */
struct dmar_region {
	uint64_t start, end; /* end inclusive */
	bool amd;	     /* an IVMD unity map of IVRS, otherwise an RMRR of DMAR */
	struct dmar_scope *scopes;
	size_t n_scopes;
	size_t n_unresolved; /* scopes whose path leads through a bridge that is not there */
};

struct dmar_regions {
	struct dmar_region *v;
	size_t n;
};

/**
 * dmar_buses_fn - the buses behind a bridge
 * @ctx: whatever the caller gave
 * @bridge: address of the bridge
 * @secondary: its first bus
 * @subordinate: its last bus
 *
 * Return: whether there is such a bridge.
 */
typedef bool (*dmar_buses_fn)(void *ctx, struct addr bridge, uint8_t *secondary, uint8_t *subordinate);

/**
 * dmar_parse() - the RMRRs of a DMAR table (also when Xen has renamed it to RMAD)
 * @buf: the table with its header
 * @len: bytes in @buf
 * @buses: resolver of bridges in device scope paths
 * @ctx: handed to @buses
 * @out: regions are appended to it
 * @err: set to a string to be freed when the table is damaged
 *
 * Performs no I/O. A damaged table yields nothing: half of a table would say "not shared" of what is.
 *
 * Return: 0, -EINVAL with @err set, or -ENOMEM.
 */
int dmar_parse(const void *buf, size_t len, dmar_buses_fn buses, void *ctx, struct dmar_regions *out,
	       char **err);

/**
 * ivrs_parse() - the unity maps (IVMD) of an IVRS table
 *
 * As dmar_parse(); AMD device ids need no resolver.
 */
int ivrs_parse(const void *buf, size_t len, struct dmar_regions *out, char **err);

/**
 * dmar_load() - the regions of this host's tables
 * @fs: roots; bridges are resolved by their bus number attributes in sysfs
 * @out: regions are appended to it
 * @err: set when a table is damaged or cannot be read
 *
 * Return: 0 (also without any table), or a negative errno with @err set where there is more to say.
 */
int dmar_load(const struct hostfs *fs, struct dmar_regions *out, char **err);

/** dmar_covers() - whether a region is for a function */
bool dmar_covers(const struct dmar_region *r, struct addr a);

/** dmar_free() - free what a list owns, and make it empty */
void dmar_free(struct dmar_regions *list);

#endif
