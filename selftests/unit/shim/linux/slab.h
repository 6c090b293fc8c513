/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SHIM_SLAB_H
#define SHIM_SLAB_H

#include <stdlib.h>

#define GFP_KERNEL 0

/* shim_alloc_fail - how many allocations succeed before all fail; negative: all succeed */
extern int shim_alloc_fail;

static inline void *kvmalloc_array(size_t n, size_t size, int flags)
{
	(void)flags;
	if (shim_alloc_fail == 0)
		return NULL;
	if (shim_alloc_fail > 0)
		shim_alloc_fail--;
	return calloc(n, size);
}

static inline void *kcalloc(size_t n, size_t size, int flags)
{
	return kvmalloc_array(n, size, flags);
}

static inline void kfree(const void *p)
{
	free((void *)p);
}

static inline void kvfree(const void *p)
{
	free((void *)p);
}

#endif
