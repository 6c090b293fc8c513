/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * explain_priv.h - what the files explain*.c share
 */
#ifndef HVCLAIM_EXPLAIN_PRIV_H
#define HVCLAIM_EXPLAIN_PRIV_H

#include "device/dmar.h"
#include "device/explain.h"

struct explain_ctx {
	struct hostfs fs;
	const struct devs *all;
	char *cmdline; /* NULL when it cannot be read */
	bool xen;
	bool regions_loaded;
	struct dmar_regions regions;
	char *regions_error; /* why the tables could not be read */
};

/**
 * explain_option() - look for an option on the kernel's command line
 * @name: of the option, with underscores
 * @word: one that its comma-separated value must have, or NULL
 */
bool explain_option(const struct explain_ctx *ctx, const char *name, const char *word);

/** explain_dev() - what is known of a function, or NULL */
const struct dev *explain_dev(const struct explain_ctx *ctx, struct addr a);

/** explain_ask() - "--allow REASON", and @more, when the finding still asks for it */
void explain_ask(const struct finding *f, const char *reason, const char *more, char **advice);

/** explain_acs() - an acs-missing finding: which bridge, which bits */
void explain_acs(const struct explain_ctx *ctx, const struct finding *f, char **what, char **advice);

/** explain_rmrr() - rmrr, rmrr-relaxable and rmrr-relaxed: which memory, and whose */
void explain_rmrr(struct explain_ctx *ctx, const struct finding *f, char **what, char **advice);

#endif
