// SPDX-License-Identifier: GPL-2.0-only
/*
 * nl_event.c - what the module tells of by itself
 */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/netlink.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>

#include "nl/nl_parse.h"
#include "nl/nl_priv.h"

/* events that wait while their reader does something else */
#define EVENTS_MAX (1 << 22)

int nl_event_fd(const struct nl *nl)
{
	return nl_socket_get_fd(nl->sock);
}

int nl_subscribe(struct nl *nl)
{
	int group = genl_ctrl_resolve_grp(nl->sock, HVCLAIM_FAMILY_NAME, HVCLAIM_MCGRP_MONITOR);
	int fd = nl_socket_get_fd(nl->sock);

	memset(&nl->last, 0, sizeof(nl->last));
	nl->events = malloc(MESSAGE_MAX);
	if (!nl->events)
		return nl_fail(nl, -ENOMEM, NULL);
	if (group < 0)
		return nl_fail(nl, -ENOENT, "the module has no events");
	if (setsockopt(fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group, sizeof(group)))
		return nl_fail(nl, -errno, errno == EPERM ? "watching needs CAP_SYS_ADMIN" : NULL);
	nl_set_room(fd, EVENTS_MAX);
	return 0;
}

/* 1 with an event, 0 for a message that is none, or a negative errno */
static int parse_event(struct nl *nl, struct nlmsghdr *h, struct nl_event *out)
{
	struct genlmsghdr *g = nlmsg_data(h);
	int err;

	if (h->nlmsg_type != nl->family)
		return 0;
	memset(out, 0, sizeof(*out));
	switch (g->cmd) {
	case HVCLAIM_CMD_STATE_NTF:
	case HVCLAIM_CMD_REFUSE_NTF:
		out->kind = g->cmd == HVCLAIM_CMD_STATE_NTF ? NL_EVENT_STATE : NL_EVENT_REFUSED;
		err = parse_claim(h, &out->claim);
		break;
	case HVCLAIM_CMD_DRIFT_NTF:
	case HVCLAIM_CMD_GONE_NTF:
		out->kind = g->cmd == HVCLAIM_CMD_DRIFT_NTF ? NL_EVENT_DRIFT : NL_EVENT_GONE;
		err = parse_dev(h, &out->dev);
		break;
	default:
		return 0;
	}
	if (err)
		nl_event_free(out);
	return err ?: 1;
}

/*
 * A socket that was full takes nothing more until it has been read empty, and does not say so again: what
 * is told of the loss comes after what was kept, and before what is new.
 */
static int lost(struct nl *nl, struct nl_event *out)
{
	nl->lost = 0;
	memset(out, 0, sizeof(*out));
	out->kind = NL_EVENT_LOST;
	return 1;
}

int nl_event_next(struct nl *nl, int timeout_ms, struct nl_event *out)
{
	struct pollfd p = { .fd = nl_socket_get_fd(nl->sock), .events = POLLIN };
	ssize_t len;
	int rem, got;

	for (;;) {
		while (nl->events_at < nl->events_len) {
			struct nlmsghdr *h = (struct nlmsghdr *)(nl->events + nl->events_at);

			rem = (int)(nl->events_len - nl->events_at);
			if (!nlmsg_ok(h, rem))
				break;
			nl->events_at += NLMSG_ALIGN(h->nlmsg_len);
			got = parse_event(nl, h, out);
			if (got)
				return got < 0 ? nl_fail(nl, got, NULL) : got;
		}
		got = poll(&p, 1, nl->lost ? 0 : timeout_ms);
		if (nl->lost && (!got || nl->lost > EVENTS_MAX))
			return lost(nl, out);
		if (got <= 0)
			return got && errno != EINTR ? nl_fail(nl, -errno, NULL) : got < 0 ? -EINTR : 0;
		len = recv(p.fd, nl->events, MESSAGE_MAX, 0);
		if (len < 0 && errno == ENOBUFS) {
			nl->lost = 1;
			continue;
		}
		if (len < 0 && errno != EINTR && errno != EAGAIN)
			return nl_fail(nl, -errno, NULL);
		nl->events_len = len > 0 ? (size_t)len : 0;
		nl->lost += nl->lost ? nl->events_len : 0;
		nl->events_at = 0;
	}
}

void nl_event_free(struct nl_event *e)
{
	claim_free(&e->claim);
	findings_free(&e->dev.findings);
}
