// SPDX-License-Identifier: GPL-2.0-only
/*
 * said.c - not saying the same again and again
 */
#include <stdlib.h>
#include <string.h>

#include "lib/said.h"

static void list_free(char ***v, size_t *n)
{
	for (size_t i = 0; i < *n; i++)
		free((*v)[i]);
	free(*v);
	*v = NULL;
	*n = 0;
}

static bool has(char *const *v, size_t n, const char *line)
{
	for (size_t i = 0; i < n; i++)
		if (!strcmp(v[i], line))
			return true;
	return false;
}

bool said_before(struct said *s, const char *line)
{
	char **v;

	if (!s)
		return false;
	if (!has(s->now, s->n_now, line)) {
		/* without memory it is said again: no harm */
		v = realloc(s->now, (s->n_now + 1) * sizeof(*v));
		if (v) {
			s->now = v;
			v[s->n_now] = strdup(line);
			s->n_now += !!v[s->n_now];
		}
	}
	return has(s->before, s->n_before, line);
}

void said_next(struct said *s)
{
	list_free(&s->before, &s->n_before);
	s->before = s->now;
	s->n_before = s->n_now;
	s->now = NULL;
	s->n_now = 0;
}

void said_forget(struct said *s)
{
	list_free(&s->before, &s->n_before);
	list_free(&s->now, &s->n_now);
}
