/* SPDX-License-Identifier: GPL-2.0-only */
/* The kernel's names for what pure code of kmod/ uses, in user space */
#ifndef SHIM_TYPES_H
#define SHIM_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;

#endif
