// SPDX-License-Identifier: GPL-2.0-only
/*
 * effect_memory.c - memory protection and limits
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "effect/effect_priv.h"
#include "lib/units.h"

static uint64_t value_of(const char *text)
{
	uint64_t n;

	return text && units_number(text, 0, UINT64_MAX, &n) ? n : QOS_MAX;
}

static int off(const struct effect_args *a, enum qos_knob knob, const char *file, struct effects *out)
{
	return effect_add(out, knob, EFFECT_NONE, NULL,
			  text_fmt("%s has no %s: the controller memory is not on there",
				   effect_guest(a)->cgroup, file));
}

/* Protection of a group counts only as far as each group above is protected, too. */
static int protection(const struct effect_args *a, enum qos_knob knob, const char *file, const char *property,
		      struct effects *out)
{
	const struct guest *g = effect_guest(a);
	_cleanup_(freep) char *own = effect_read(a, g->cgroup, file), *size = NULL, *who = NULL;
	uint64_t have = value_of(own), least = have;
	char *path, *next;

	if (!own)
		return off(a, knob, file, out);
	for (path = effect_above(g->cgroup); path; next = effect_above(path), free(path), path = next) {
		_cleanup_(freep) char *text = effect_read(a, path, file);

		if (!text || value_of(text) >= least)
			continue;
		least = value_of(text);
		free(who);
		who = strdup(path);
	}
	size = units_size_str(least);
	if (!who)
		return effect_add(out, knob, EFFECT_FULL,
				  have == QOS_MAX ? strdup("all") : strdup(size ? size : "?"), NULL);
	return effect_add(
		out, knob, least ? EFFECT_PARTLY : EFFECT_NONE, strdup(size ? size : "?"),
		g->unit ? text_fmt("%s above is protected that far only: systemctl set-property --runtime %s "
				   "%s=…, at least the sum over its guests",
				   who, path_base(who), property)
			: text_fmt("%s above is protected that far only: raise its %s to at least the sum "
				   "over "
				   "its guests",
				   who, file));
}

/* How often a limit was met, from memory.events or memory.swap.events. */
static int limit(const struct effect_args *a, enum qos_knob knob, const char *file, const char *events,
		 const char *key, struct effects *out)
{
	const struct guest *g = effect_guest(a);
	_cleanup_(freep) char *own = effect_read(a, g->cgroup, file), *text = NULL, *size = NULL;
	uint64_t have = value_of(own), hits;

	if (!own)
		return off(a, knob, file, out);
	text = effect_read(a, g->cgroup, events);
	hits = effect_stat(text, key);
	size = have == QOS_MAX ? strdup("no limit") : units_size_str(have);
	if (!size)
		return -ENOMEM;
	if (have != QOS_MAX && have >= a->caps->memory && knob != KNOB_MEMORY_SWAP)
		return effect_add(out, knob, EFFECT_NOTE, strdup(size),
				  text_fmt("never reached: the host has less"));
	if (hits)
		return effect_add(out, knob, EFFECT_NOTE, strdup(size),
				  text_fmt("the limit hits: %" PRIu64 " times", hits));
	return effect_add(out, knob, EFFECT_FULL, strdup(size), NULL);
}

int effect_memory(const struct effect_args *a, struct effects *out)
{
	const struct qos_memory *m = &a->want->memory;
	int rc = 0;

	if (m->min.kind)
		rc = protection(a, KNOB_MEMORY_MIN, "memory.min", "MemoryMin", out);
	if (!rc && m->low.kind)
		rc = protection(a, KNOB_MEMORY_LOW, "memory.low", "MemoryLow", out);
	if (!rc && m->high.kind)
		rc = limit(a, KNOB_MEMORY_HIGH, "memory.high", "memory.events", "high", out);
	if (!rc && m->max.kind)
		rc = limit(a, KNOB_MEMORY_MAX, "memory.max", "memory.events", "max", out);
	if (!rc && m->swap.kind && !a->caps->swap)
		rc = effect_add(out, KNOB_MEMORY_SWAP, EFFECT_NOTE, NULL, text_fmt("the host has no swap"));
	else if (!rc && m->swap.kind)
		rc = limit(a, KNOB_MEMORY_SWAP, "memory.swap.max", "memory.swap.events", "max", out);
	return rc;
}
