// SPDX-License-Identifier: GPL-2.0-only
/*
 * extack.c - formatted extack messages on kernels without them
 */
#include <linux/atomic.h>
#include <linux/kernel.h>

#include "extack.h"

#ifdef HVC_NEED_EXTACK_RING
#define HVC_EXTACK_LEN	80
#define HVC_EXTACK_RING 64

const char *hvc_extack_text(const char *fmt, ...)
{
	static char ring[HVC_EXTACK_RING][HVC_EXTACK_LEN];
	static atomic_t next;
	char *text = ring[(unsigned int)atomic_inc_return(&next) % HVC_EXTACK_RING];
	va_list args;

	va_start(args, fmt);
	vscnprintf(text, HVC_EXTACK_LEN, fmt, args);
	va_end(args);
	return text;
}
#endif
