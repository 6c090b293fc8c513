/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * dump.h - the attributes of a dump's request on all kernels
 *
 * "genetlink: use attrs from struct genl_info" (6.6) replaced the pointer in struct genl_dumpit_info.
 */
#ifndef HVC_COMPAT_DUMP_H
#define HVC_COMPAT_DUMP_H

#include <net/genetlink.h>

/** hvc_dump_attrs() - the parsed attributes of a dump's request */
static inline struct nlattr **hvc_dump_attrs(struct netlink_callback *cb)
{
#ifdef HVC_HAVE_GENL_INFO_DUMP
	return genl_info_dump(cb)->attrs;
#else
	return genl_dumpit_info(cb)->attrs;
#endif
}

#endif
