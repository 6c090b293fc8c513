/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * qos_check_priv.h - what the files qos_check*.c share, and nobody else sees
 */
#ifndef HVCLAIM_QOS_CHECK_PRIV_H
#define HVCLAIM_QOS_CHECK_PRIV_H

#include "plan/plan_priv.h"
#include "plan/qos_check.h"

/** struct checking - one look at all guests of the file */
struct checking {
	const struct qos *q;
	const struct guests *guests;
	const struct caps *caps;
	struct qos_check *out;
	const struct guest **running; /* of each guest of the file, one that runs; NULL */
	size_t *copies;		      /* of each guest of the file, how many of it run */
};

/** check_sum() - add a sum; takes over the strings; 0 or -ENOMEM, which a @wanted of NULL means, too */
int check_sum(struct checking *c, const char *what, char *wanted, char *kept, char *total, bool fits);

/** check_wrong() - an error about a guest; 0 or -ENOMEM */
int check_wrong(struct checking *c, const struct qos_guest *g, size_t line, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* One each a file; 0 or -ENOMEM. */
int check_memory(struct checking *c);
int check_cpus(struct checking *c);
int check_disks(struct checking *c);

#endif
