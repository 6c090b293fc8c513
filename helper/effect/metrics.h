/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * metrics.h - what guests use, as Prometheus and node_exporter's textfile collector read it
 *
 * Metrics are gathered by name, for a family's samples must stand together, and printed at the end.
 */
#ifndef HVCLAIM_METRICS_H
#define HVCLAIM_METRICS_H

#include <stdint.h>
#include <stdio.h>

#include "apply/guest_host.h"
#include "device/model.h"

/** enum metric - families; metrics.c has their names, types and help */
enum metric {
	METRIC_INFO,
	METRIC_THREADS,
	METRIC_CPU,
	METRIC_PERIODS,
	METRIC_THROTTLED_PERIODS,
	METRIC_THROTTLED,
	METRIC_PRESSURE_WAITING,
	METRIC_PRESSURE_STALLED,
	METRIC_MEMORY,
	METRIC_IO,
	METRIC_IO_OPERATIONS,
	METRIC_OCCUPANCY,
	METRIC_BANDWIDTH,
	METRIC_DEVICE,
	METRICS,
};

/** struct metrics - samples by family; begins as all zero */
struct metrics {
	char *text[METRICS];
};

/**
 * metrics_add() - one sample
 * @labels: names and values in turn, up to a NULL; values are escaped
 * @value: what was counted
 * @divisor: of @value: 1, or 1000000 for microseconds that are told as seconds
 *
 * Return: 0 or -ENOMEM.
 */
int metrics_add(struct metrics *m, enum metric family, const char *const *labels, uint64_t value,
		uint32_t divisor);

/** metrics_guest() - all that the kernel counts for a guest; @name: its label */
int metrics_guest(struct metrics *m, const struct hostfs *fs, const struct guest *g, const char *name,
		  const char *class);

/** metrics_domain() - what Xen counts for a domain: CPU time, memory, and caches when it is monitored */
int metrics_domain(struct metrics *m, struct xenlib *lib, const struct caps *c, const struct guest *g,
		   const char *name);

/** metrics_claims() - the devices of the ledger */
int metrics_claims(struct metrics *m, const struct claims *ledger);

/** metrics_print() - all families that have a sample */
void metrics_print(const struct metrics *m, FILE *out);

/**
 * metrics_write() - into a file, whole or not at all
 *
 * Return: 0 or a negative errno.
 */
int metrics_write(const struct metrics *m, const char *path);

void metrics_free(struct metrics *m);

#endif
