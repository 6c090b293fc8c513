/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * qos_check.h - whether the host has what all guests of the file want together; pure
 *
 * A plan is for the guests that run. This is for all of the file at once, less what the host keeps for itself.
 */
#ifndef HVCLAIM_QOS_CHECK_H
#define HVCLAIM_QOS_CHECK_H

#include "host/caps.h"
#include "guest/guests.h"
#include "plan/plan.h"
#include "config/qos.h"

/** struct qos_sum - one thing that guests share */
struct qos_sum {
	char *what;   /* "memory, pinned" */
	char *wanted; /* by all guests together */
	char *kept;   /* for the host; NULL: nothing can be */
	char *total;  /* that there is; NULL: not known */
	bool fits;
};

/** struct qos_check - the sums, and what is wrong with them */
struct qos_check {
	struct qos_sum *sums;
	size_t n_sums;
	struct plan words; /* its errors and notes; no steps */
};

/**
 * qos_check_make() - add up what all guests of the file want
 * @q: the file
 * @guests: those that run: what a guest's memory is, and whether it has a device, is known of these
 * @caps: the host
 * @out: filled; to be freed with qos_check_free()
 *
 * Sums: memory that cannot be moved or swapped (guests with devices), memory that is protected, all memory
 * against RAM and swap, memory bound to a node; CPUs of partitions; time of quotas; class ids and ways of
 * caches (by laying all classes out); ids for monitoring; limits of I/O by disk, those of dm and md devices by
 * the disks below. An error is what cannot work,
 * a note what may not.
 *
 * Return: 0, also when something does not fit, or -ENOMEM.
 */
int qos_check_make(const struct qos *q, const struct guests *guests, const struct caps *caps,
		   struct qos_check *out);

/** qos_check_free() - free what it owns, and make it empty */
void qos_check_free(struct qos_check *c);

#endif
