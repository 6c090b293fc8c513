/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * effect.h - what the kernel made of what was asked for, and why that differs
 */
#ifndef HVCLAIM_EFFECT_H
#define HVCLAIM_EFFECT_H

#include "host/caps.h"
#include "guest/guests.h"
#include "lib/hostfs.h"
#include "plan/plan.h"
#include "config/qos.h"

struct config;

/** enum effect_kind - whether a knob does what it was turned for */
enum effect_kind {
	EFFECT_FULL,   /* as asked for */
	EFFECT_NOTE,   /* as asked for, and there is something to know */
	EFFECT_PARTLY, /* not quite, or not everywhere */
	EFFECT_NONE,   /* no effect: with require: an error */
};

/** effect_kind_name - "full", "note", "partly", "none" */
extern const char *const effect_kind_name[EFFECT_NONE + 1];

/** struct effect - one thing that is to be said about a knob of a guest */
struct effect {
	enum qos_knob knob;
	enum effect_kind kind;
	char *effective; /* the value that counts: "200% of a CPU", "no effect on sda"; or NULL */
	char *why;	 /* and the way out, if there is one; or NULL */
	bool past;	 /* told of the time up to now: taking values back would not help */
};

/** struct effects - all of them */
struct effects {
	struct effect *v;
	size_t n;
};

/** struct effect_args - whose effects are judged */
struct effect_args {
	const struct hostfs *fs;
	const struct config *cfg; /* for aliases of devices; NULL: there are none */
	const struct qos *qos;
	const struct caps *caps;
	const struct guests *guests;
	int guest;		      /* index in @guests */
	const struct qos_guest *want; /* its entry of the file */
	const struct plan *plan;      /* made from the same; steps of other guests are left out */
};

/**
 * effect_add() - say one thing; -ENOMEM or 0
 * @effective: a string that changes its owner, also on failure; or NULL
 * @why: the same
 */
int effect_add(struct effects *list, enum qos_knob knob, enum effect_kind kind, char *effective, char *why);

void effects_free(struct effects *list);

/** effects_worst() - of one knob; EFFECT_FULL when nothing was said */
enum effect_kind effects_worst(const struct effects *list, enum qos_knob knob);

/**
 * effects_missing() - what a guest requires, and has not, or not to the full
 * @require: bits of enum qos_knob
 * @past: of what was up to now; else of what is now
 * @skip: bits of knobs of which only those count that have no effect at all
 *
 * Return: words to be freed; NULL when there is nothing, or memory is out.
 */
char *effects_missing(const struct effects *list, uint32_t require, bool past, uint32_t skip);

/**
 * effect_cgroup() - CPU, I/O, memory and placement
 *
 * Reads what the kernel says now; adds to @out. Return: 0 or -ENOMEM.
 */
int effect_cgroup(const struct effect_args *a, struct effects *out);

/** effect_devices() - devices: of the guest, against its CPUs and memory. Return: 0 or -ENOMEM */
int effect_devices(const struct effect_args *a, struct effects *out);

/** effect_xen() - the same for a domain of Xen, caches and bandwidth included */
int effect_xen(const struct effect_args *a, struct effects *out);

#endif
