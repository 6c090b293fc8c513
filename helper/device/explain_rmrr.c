// SPDX-License-Identifier: GPL-2.0-only
/*
 * explain_rmrr.c - reserved memory in words: how much, and who else has it
 *
 * The kernel tells the range of a group. Which functions it is for stands in the firmware's tables.
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "device/explain_priv.h"

#define NAMES_MAX 4

static const struct dmar_region *find_region(struct explain_ctx *ctx, const struct finding *f)
{
	const struct dmar_region *overlapping = NULL;

	if (!ctx->regions_loaded) {
		ctx->regions_loaded = true;
		if (dmar_load(&ctx->fs, &ctx->regions, &ctx->regions_error) && !ctx->regions_error)
			ctx->regions_error = strdup("out of memory");
	}
	for (size_t i = 0; f->has_range && i < ctx->regions.n; i++) {
		const struct dmar_region *r = &ctx->regions.v[i];

		if (r->start > f->end || r->end < f->start)
			continue;
		/* two regions may have the same range: ours is the one that names us */
		if (dmar_covers(r, f->function))
			return r;
		if (!overlapping)
			overlapping = r;
	}
	return overlapping;
}

/* Functions other than ours that a region is for; bridges do no DMA of their own there. */
static char *others(const struct explain_ctx *ctx, const struct dmar_region *r, struct addr self)
{
	char *list = NULL, name[ADDR_STR_LEN];
	size_t n = 0;

	for (size_t i = 0; ctx->all && i < ctx->all->n; i++) {
		const struct dev *d = &ctx->all->v[i];

		if (!dmar_covers(r, d->addr) || !addr_cmp(d->addr, self) || d->class >> 8 == 0x0604)
			continue;
		if (n++ < NAMES_MAX && text_add(&list, "%s%s", list ? ", " : "", addr_str(d->addr, name)))
			return list;
	}
	if (n > NAMES_MAX)
		(void)text_add(&list, " and %zu more", n - NAMES_MAX);
	return list;
}

static char *size_words(const struct finding *f)
{
	uint64_t size = f->end - f->start + 1;

	if (size && !(size & (1024 * 1024 - 1)))
		return text_fmt("%" PRIu64 " MiB", size >> 20);
	return text_fmt("%" PRIu64 " KiB", (size + 1023) >> 10);
}

/* "RMRR 0xA - 0xB (16 KiB) is shared with C" */
static char *region_words(struct explain_ctx *ctx, const struct finding *f)
{
	const struct dmar_region *r = find_region(ctx, f);
	_cleanup_(freep) char *range = NULL;
	_cleanup_(freep) char *size = NULL;
	_cleanup_(freep) char *list = NULL;
	char name[ADDR_STR_LEN];

	addr_str(f->function, name);
	if (!f->has_range)
		return text_fmt("firmware keeps memory reserved for %s", name);
	size = size_words(f);
	range = text_fmt("%s 0x%" PRIx64 " - 0x%" PRIx64 " (%s)",
			 !r	  ? "reserved memory"
			 : r->amd ? "AMD unity map"
				  : "RMRR",
			 f->start, f->end, size ? size : "?");
	if (!range)
		return NULL;
	if (!r && ctx->regions_error)
		return text_fmt("%s of the group of %s; with whom it is shared cannot be told (%s)", range,
				name, ctx->regions_error);
	if (!r)
		return text_fmt("%s of the group of %s is not in the firmware's tables", range, name);
	list = others(ctx, r, f->function);
	if (!dmar_covers(r, f->function))
		return text_fmt("%s is for %s, in the same IOMMU group as %s", range,
				list ? list : "another function", name);
	if (list)
		return text_fmt("%s of %s is shared with %s", range, name, list);
	if (r->n_unresolved)
		return text_fmt("%s of %s is shared with a function that is not there", range, name);
	return text_fmt("%s is for %s alone", range, name);
}

void explain_rmrr(struct explain_ctx *ctx, const struct finding *f, char **what, char **advice)
{
	_cleanup_(freep) char *region = NULL;
	char name[ADDR_STR_LEN];

	/* the kernel knows the range of what it knows */
	if (ctx->xen && !f->has_range) {
		*what = text_fmt(
			"whether firmware keeps memory reserved for %s cannot be known here: Xen hides "
			"the table from this dom0, or it is damaged",
			addr_str(f->function, name));
		return;
	}
	region = region_words(ctx, f);
	if (!region)
		return;
	switch (f->reason) {
	case HVCLAIM_REASON_RMRR_RELAXABLE:
		*what = text_fmt("%s; needed at boot only, the kernel takes it away from the device", region);
		return;
	case HVCLAIM_REASON_RMRR_RELAXED:
		*what = text_fmt(
			"%s; this kernel is patched to ignore it%s: firmware may still have the device write "
			"there, into whatever the guest has at that address",
			region, explain_option(ctx, "intel_iommu", "relax_rmrr") ? " (relax_rmrr)" : "");
		explain_ask(f, "rmrr-relaxed", "if the device is known to leave that memory alone", advice);
		return;
	default:
		*what = text_fmt("%s; firmware expects the device to reach it at any time", region);
		if (f->severity == HVCLAIM_SEVERITY_ASK)
			explain_ask(f, "rmrr", "and rdm_policy=relaxed in the guest's xl configuration",
				    advice);
		else if (f->severity == HVCLAIM_SEVERITY_FATAL)
			*advice = text_fmt(
				"vfio cannot give such a device to a guest: turn off in the firmware what "
				"uses "
				"the memory (remote management, RAID or USB legacy support), or use another "
				"card");
		return;
	}
}
