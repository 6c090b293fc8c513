/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * effect_resctrl.h - what a guest really has of the caches and of memory bandwidth
 */
#ifndef HVCLAIM_EFFECT_RESCTRL_H
#define HVCLAIM_EFFECT_RESCTRL_H

#include "effect/effect.h"

/**
 * effect_resctrl() - the class of a guest, and its monitoring
 *
 * Looks at the caches that the guest's threads can run on. Counters are read; the rest is from the capabilities.
 *
 * Return: 0 or -ENOMEM.
 */
int effect_resctrl(const struct effect_args *a, struct effects *out);

#endif
