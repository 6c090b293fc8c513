/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * extack.h - formatted extack messages on all kernels
 *
 * "netlink: add support for formatted extack messages" (6.2) gave the extack a buffer of its own. Before,
 * it only points to a message, which must outlive the handler: those go round a ring of buffers, large
 * enough that a message is sent long before its buffer comes up again.
 */
#ifndef HVC_COMPAT_EXTACK_H
#define HVC_COMPAT_EXTACK_H

#include <linux/netlink.h>

#ifndef NL_SET_ERR_MSG_FMT
#define HVC_NEED_EXTACK_RING

/** hvc_extack_text() - format a message into the next buffer of the ring; any context */
__printf(1, 2) const char *hvc_extack_text(const char *fmt, ...);

static inline void hvc_extack_set(struct netlink_ext_ack *extack, const char *text)
{
	if (extack)
		extack->_msg = text;
}

static inline void hvc_extack_set_attr(struct netlink_ext_ack *extack, const struct nlattr *attr,
				       const char *text)
{
	hvc_extack_set(extack, text);
	NL_SET_BAD_ATTR(extack, attr);
}

#define NL_SET_ERR_MSG_FMT(extack, fmt, args...) hvc_extack_set(extack, hvc_extack_text(fmt, ##args))

#define NL_SET_ERR_MSG_ATTR_FMT(extack, attr, fmt, args...) \
	hvc_extack_set_attr(extack, attr, hvc_extack_text(fmt, ##args))

#endif
#endif
