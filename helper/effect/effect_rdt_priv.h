/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * effect_rdt_priv.h - what the files of effect_resctrl.h share
 */
#ifndef HVCLAIM_EFFECT_RDT_PRIV_H
#define HVCLAIM_EFFECT_RDT_PRIV_H

#include "effect/effect_resctrl.h"

/** rdt_knob() - the knob that a resource belongs to */
enum qos_knob rdt_knob(enum rdt_res r);

/** effect_rdt_step() - the guest's step of a kind, or NULL */
const struct step *effect_rdt_step(const struct effect_args *a, enum step_kind kind);

/** effect_rdt_cpus() - where its threads may run; empty when that is not known */
struct idset effect_rdt_cpus(const struct effect_args *a);

/** effect_rdt_at() - whether a cache or memory controller serves one of these CPUs */
bool effect_rdt_at(const struct rdt_dom *d, const struct idset *cpus);

/**
 * effect_rdt_outside() - which threads are somewhere else than the step puts them
 * @s: STEP_RDT_TASKS or STEP_RDT_MON_TASKS
 * @n: set to their number
 *
 * Return: words such as "vhost 4711 (a kernel thread), vcpu 0 in COS1", "" for none; NULL when memory is out.
 */
char *effect_rdt_outside(const struct effect_args *a, const struct step *s, size_t *n);

/** effect_rdt_bandwidth() - MB or SMBA of the guest's class; 0 or -ENOMEM */
int effect_rdt_bandwidth(const struct effect_args *a, const struct qos_class *c, const struct rdt_group *g,
			 enum rdt_res r, struct effects *out);

/** effect_rdt_monitor() - its monitor group; 0 or -ENOMEM */
int effect_rdt_monitor(const struct effect_args *a, struct effects *out);

#endif
