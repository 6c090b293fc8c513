// SPDX-License-Identifier: GPL-2.0-only
/*
 * append.c - lists that grow
 */
#define _GNU_SOURCE 1
#include <stdlib.h>
#include <string.h>

#include "lib/append.h"

void *append_zeroed(void *list, size_t *n, size_t size)
{
	char *old, *v;

	memcpy(&old, list, sizeof(old));
	v = reallocarray(old, *n + 1, size);
	if (!v)
		return NULL;
	memcpy(list, &v, sizeof(v));
	v += (*n)++ * size;
	memset(v, 0, size);
	return v;
}
