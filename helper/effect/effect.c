// SPDX-License-Identifier: GPL-2.0-only
/*
 * effect.c - lists of effects
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "effect/effect.h"

const char *const effect_kind_name[EFFECT_NONE + 1] = {
	[EFFECT_FULL] = "full",
	[EFFECT_NOTE] = "note",
	[EFFECT_PARTLY] = "partly",
	[EFFECT_NONE] = "none",
};

int effect_add(struct effects *list, enum qos_knob knob, enum effect_kind kind, char *effective, char *why)
{
	struct effect *v = realloc(list->v, (list->n + 1) * sizeof(*v));

	if (!v) {
		free(effective);
		free(why);
		return -ENOMEM;
	}
	list->v = v;
	v[list->n++] = (struct effect){ .knob = knob, .kind = kind, .effective = effective, .why = why };
	return 0;
}

void effects_free(struct effects *list)
{
	for (size_t i = 0; i < list->n; i++) {
		free(list->v[i].effective);
		free(list->v[i].why);
	}
	free(list->v);
	memset(list, 0, sizeof(*list));
}

enum effect_kind effects_worst(const struct effects *list, enum qos_knob knob)
{
	enum effect_kind worst = EFFECT_FULL;

	for (size_t i = 0; i < list->n; i++)
		if (list->v[i].knob == knob && list->v[i].kind > worst)
			worst = list->v[i].kind;
	return worst;
}

char *effects_missing(const struct effects *list, uint32_t require, bool past, uint32_t skip)
{
	char *words = NULL;

	for (size_t i = 0; i < list->n; i++) {
		const struct effect *e = &list->v[i];
		bool none = e->kind == EFFECT_NONE;

		if (!(require >> e->knob & 1) || e->past != past || e->kind < EFFECT_PARTLY)
			continue;
		if (!none && skip >> e->knob & 1)
			continue;
		/* what was changes all the time: its numbers would make a new message each time */
		if (text_add(&words, "%srequired %s has %s effect: %s", words ? "; " : "",
			     qos_knob_name[e->knob], none ? "no" : "not its full",
			     e->past && e->effective ? e->effective
			     : e->why		     ? e->why
			     : e->effective	     ? e->effective
						     : "?"))
			return words;
	}
	return words;
}
