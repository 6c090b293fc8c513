/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * nl_priv.h - a connection from the inside: nl.c, nl_event.c, nl_rule.c
 */
#ifndef HVCLAIM_NL_PRIV_H
#define HVCLAIM_NL_PRIV_H

#include <netlink/msg.h>
#include <netlink/netlink.h>

#include "nl/nl.h"

/* a claim of 1024 functions with long names stays below */
#define MESSAGE_MAX (1 << 19)

struct nl {
	struct nl_sock *sock;
	int family;
	struct nl_error last;
	bool stale;   /* see nl_stale() */
	size_t lost;  /* events were lost: 1 and the bytes read since; else 0 */
	char *events; /* received and not yet handed out */
	size_t events_len, events_at;
	char *answer; /* MESSAGE_MAX bytes for what nl_talk() receives; NULL before its first use */
};

/* remember why a call failed: @msg, or what the kernel said already, or strerror()'s words; returns @err */
int nl_fail(struct nl *nl, int err, const char *msg);

/* how often a dump that the ledger moved under is asked for again */
#define DUMP_TRIES 5

typedef int (*nl_each_fn)(struct nlmsghdr *msg, void *data);

/*
 * A request to which attributes of @room bytes can be added, beside some names and numbers; NULL when memory is out (the
 * error is remembered). libnl zeroes all of it: no more than is needed.
 */
struct nl_msg *nl_begin_room(struct nl *nl, uint8_t cmd, int flags, size_t room);

/* a request with some names and numbers */
static inline struct nl_msg *nl_begin(struct nl *nl, uint8_t cmd, int flags)
{
	return nl_begin_room(nl, cmd, flags, 0);
}

/*
 * Send a request and hand each answer to @each. Takes over @msg. @interrupted, when not NULL, says whether things
 * changed under a dump.
 */
int nl_talk(struct nl *nl, struct nl_msg *msg, nl_each_fn each, void *data, bool *interrupted);

/* room in the receive buffer: without CAP_NET_ADMIN the ordinary limit has to do, and lost events are told */
void nl_set_room(int fd, int size);

#endif
