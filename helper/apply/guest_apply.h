/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * guest_apply.h - making guests' shares so, to a fixpoint
 */
#ifndef HVCLAIM_GUEST_APPLY_H
#define HVCLAIM_GUEST_APPLY_H

#include "apply/guest_host.h"
#include "apply/report_plan.h"
#include "lib/said.h"

/** struct apply_request - what is to be done */
struct apply_request {
	const char *const *only; /* names of the file; NULL: all */
	size_t n_only;
	bool clear, dry_run;
	const pid_t *avoid; /* guests that are left alone, by guest_key() */
	size_t n_avoid;
	struct said *said; /* of one that does this again and again; or NULL */
};

/** struct apply_report - what was done */
struct apply_report {
	bool changed;
	size_t n_faults; /* guests that were left as they were, and classes that could not be made */
	struct json_object *steps, *notes, *faults, *errors; /* NULL without --json */
	pid_t *lost; /* the guests among the faults, and those avoided */
	size_t n_lost;
};

/**
 * guest_apply() - find guests, plan, carry out, until a pass finds nothing more to do
 * @h: with its configuration; the rest is read here
 * @req: what
 * @out: filled, also on failure; to be freed with apply_report_free()
 *
 * Threads that guests start meanwhile are found by the next pass. Without -j what is done is printed.
 *
 * Return: an exit code; after EXIT_ERROR and EXIT_REFUSED the reason was said.
 */
int guest_apply(struct guest_host *h, const struct apply_request *req, struct apply_report *out);

void apply_report_free(struct apply_report *r);

#endif
