/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * effect_priv.h - what effect_*.c share
 */
#ifndef HVCLAIM_EFFECT_PRIV_H
#define HVCLAIM_EFFECT_PRIV_H

#include "effect/effect.h"

static inline const struct guest *effect_guest(const struct effect_args *a)
{
	return &a->guests->v[a->guest];
}

/** effect_read() - a file of a cgroup; a string to be freed, or NULL */
char *effect_read(const struct effect_args *a, const char *cgroup, const char *file);

/**
 * effect_above() - the group above, in a new string; NULL for the root's children, or when memory is out
 * @cgroup: from the root, with its slash
 */
char *effect_above(const char *cgroup);

/** effect_stat() - a number of a flat keyed file such as cpu.stat; 0 when it is not there */
uint64_t effect_stat(const char *text, const char *key);

/** effect_cpu_max() - hundredths of a percent of one CPU that a cpu.max text allows; QOS_MAX for no limit */
uint64_t effect_cpu_max(const char *text);

/** effect_pins() - CPUs of the threads of a role; -ENOMEM or 0 */
int effect_pins(const struct effect_args *a, enum thread_role role, struct effects *out);

/** effect_xen_psr() - the part of effect_xen() about caches; -ENOMEM or 0 */
int effect_xen_psr(const struct effect_args *a, struct effects *out);

/* One part of effect_cgroup() each; -ENOMEM or 0 */
int effect_cpu(const struct effect_args *a, struct effects *out);
int effect_place(const struct effect_args *a, struct effects *out);
int effect_io(const struct effect_args *a, struct effects *out);
int effect_memory(const struct effect_args *a, struct effects *out);

#endif
