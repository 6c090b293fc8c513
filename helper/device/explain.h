/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * explain.h - findings in words: what they mean on this host, and what to do
 */
#ifndef HVCLAIM_EXPLAIN_H
#define HVCLAIM_EXPLAIN_H

#include <stdbool.h>

#include "lib/hostfs.h"
#include "device/model.h"

struct explain_ctx;

/**
 * explain_ctx_new() - what explanations need to know of the host
 * @all: every function known; must outlive the result. NULL is fine, and tells less
 *
 * Reads the kernel's command line now, and the firmware's tables when a finding needs them.
 *
 * Return: to be freed with explain_ctx_free(), or NULL when memory is out.
 */
struct explain_ctx *explain_ctx_new(const struct devs *all);

/** explain_ctx_new_at() - as explain_ctx_new(), below other roots, which must outlive the result */
struct explain_ctx *explain_ctx_new_at(const struct hostfs *fs, const struct devs *all);

/** explain_ctx_free() - NULL is fine */
void explain_ctx_free(struct explain_ctx *ctx);

/**
 * explain_finding() - put a finding in words
 * @ctx: of explain_ctx_new()
 * @f: the finding, from the kernel or the helper
 * @what: set to what it means here, with values; NULL only when memory is out
 * @advice: set to the option that gets past it or what else to do; NULL when there is nothing to do
 *
 * Neither ends in a full stop or a newline. Both are to be freed.
 */
void explain_finding(struct explain_ctx *ctx, const struct finding *f, char **what, char **advice);

/**
 * explain_fatal_override() - whether a finding is worse than the kernel can know
 *
 * True for isolation that pcie_acs_override on the kernel's command line only pretends: the groups are made
 * small, the hardware still lets functions reach each other. Such a finding counts as fatal, allowed or not.
 */
bool explain_fatal_override(const struct explain_ctx *ctx, const struct finding *f);

#endif
