/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * units.h - sizes, shares, masks, times and lists as people write them; the only place that reads them
 *
 * Each parser takes a whole string and changes its result only when it returns true. What the printers of
 * lists, percentages and amounts write is read back as the same value. Pure.
 */
#ifndef HVCLAIM_UNITS_H
#define HVCLAIM_UNITS_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/idset.h"
#include "config/qos.h"

/** units_number() - a plain decimal number from @min to @max */
bool units_number(const char *s, uint64_t min, uint64_t max, uint64_t *out);

/**
 * units_size() - "16G", "512MiB", "1.5 GiB", "4096", "max"
 *
 * K, M, G, T and KiB, MiB, GiB, TiB are powers of 1024, as in systemd; kB, MB, GB, TB are powers of 1000. Without
 * unit: bytes. Fractions round up to whole bytes. "max" and "infinity" are QOS_MAX.
 */
bool units_size(const char *s, uint64_t *bytes);

/**
 * units_rate() - a second: "500M", "1.5GB/s", "max"
 *
 * As units_size(), but K, M, G and T are powers of 1000, as in systemd's limits of I/O; "/s" may follow.
 */
bool units_rate(const char *s, uint64_t *bytes);

/** units_count() - operations a second: "2000", "20k", "max"; k and M are powers of 1000 */
bool units_count(const char *s, uint64_t *out);

/** units_percent() - "30%", "12.5%": hundredths of a percent, up to @max of them */
bool units_percent(const char *s, uint64_t max, uint64_t *out);

/** units_time() - "10ms", "250us", "1s": microseconds; a unit is needed */
bool units_time(const char *s, uint64_t *us);

/** units_mask() - "0x0f": at least one bit, up to 64 */
bool units_mask(const char *s, uint64_t *out);

/** units_ways() - "3 ways", "1 way", "4ways" */
bool units_ways(const char *s, uint64_t *out);

/** UNITS_ALL - 100 % */
#define UNITS_ALL 10000

/** units_cache() - a part of a cache: "12MiB", "30%", "3 ways", "0x0f"; not zero, and no number without unit */
bool units_cache(const char *s, struct amount *out);

/** units_bandwidth() - a part of memory bandwidth: "50%", "4GB/s", "max"; not zero, and no number without unit */
bool units_bandwidth(const char *s, struct amount *out);

/** units_memory() - a part of the RAM: "16G", "30%", "0", "max" */
bool units_memory(const char *s, struct amount *out);

/** units_list() - "0-3,8", not empty, below IDSET_MAX, as cgroup and sysfs files have it */
bool units_list(const char *s, struct idset *out);

/** units_list_str() - the shortest list; a string to be freed, "" for the empty set, NULL when memory is out */
char *units_list_str(const struct idset *s);

/** units_size_str() - "1.5 GiB" for people, rounded to three digits; a string to be freed */
char *units_size_str(uint64_t bytes);

/** units_percent_str() - "12.5%" from hundredths of a percent; a string to be freed */
char *units_percent_str(uint64_t hundredths);

/** units_amount_str() - as the file could have it: "12 MiB", "30%", "3 ways", "0xf"; a string to be freed */
char *units_amount_str(struct amount a);

#endif
