/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SHIM_KERNEL_H
#define SHIM_KERNEL_H

#include <stdint.h>
#include <stdio.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define U32_MAX	      UINT32_MAX

/* the length written, where snprintf() tells the one wanted */
#define scnprintf(buf, size, ...) ((size_t)snprintf(buf, size, __VA_ARGS__) < (size) ? strlen(buf) : (size)-1)

#endif
