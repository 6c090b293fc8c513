// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <linux/hvclaim.h>

#include "nl.h"

#define HDRS (NLMSG_HDRLEN + GENL_HDRLEN)

void nl_begin(struct nl *nl, uint8_t cmd, uint16_t flags)
{
	struct nlmsghdr *h = (struct nlmsghdr *)nl->buf;
	struct genlmsghdr *g = (struct genlmsghdr *)(nl->buf + NLMSG_HDRLEN);

	memset(nl->buf, 0, HDRS);
	h->nlmsg_type = nl->family;
	h->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | flags;
	h->nlmsg_seq = ++nl->seq;
	g->cmd = cmd;
	g->version = HVCLAIM_FAMILY_VERSION;
	nl->len = HDRS;
}

void nl_put(struct nl *nl, uint16_t type, const void *data, size_t len)
{
	struct nlattr *a = (struct nlattr *)(nl->buf + nl->len);

	memset(a, 0, NLA_HDRLEN + NLA_ALIGN(len));
	a->nla_type = type;
	a->nla_len = NLA_HDRLEN + len;
	if (len)
		memcpy(a + 1, data, len);
	nl->len += NLA_HDRLEN + NLA_ALIGN(len);
}

void nl_put_u32(struct nl *nl, uint16_t type, uint32_t v)
{
	nl_put(nl, type, &v, sizeof(v));
}

void nl_put_u64(struct nl *nl, uint16_t type, uint64_t v)
{
	nl_put(nl, type, &v, sizeof(v));
}

void nl_put_str(struct nl *nl, uint16_t type, const char *s)
{
	nl_put(nl, type, s, strlen(s) + 1);
}

size_t nl_nest(struct nl *nl, uint16_t type)
{
	size_t at = nl->len;

	nl_put(nl, type | NLA_F_NESTED, NULL, 0);
	return at;
}

void nl_nest_end(struct nl *nl, size_t nest)
{
	((struct nlattr *)(nl->buf + nest))->nla_len = nl->len - nest;
}

void nl_put_addr(struct nl *nl, uint16_t type, uint32_t domain, uint32_t bus, uint32_t devfn)
{
	size_t nest = nl_nest(nl, type);

	nl_put_u32(nl, HVCLAIM_A_ADDR_DOMAIN, domain);
	nl_put_u32(nl, HVCLAIM_A_ADDR_BUS, bus);
	nl_put_u32(nl, HVCLAIM_A_ADDR_DEVFN, devfn);
	nl_nest_end(nl, nest);
}

void nl_put_fn(struct nl *nl, uint32_t domain, uint32_t bus, uint32_t devfn)
{
	size_t nest = nl_nest(nl, HVCLAIM_A_CLAIM_FUNCTION);

	nl_put_addr(nl, HVCLAIM_A_CLAIM_FN_ADDR, domain, bus, devfn);
	nl_nest_end(nl, nest);
}

static const struct nlattr *find(const uint8_t *p, const uint8_t *end, int type)
{
	while (p + NLA_HDRLEN <= end) {
		const struct nlattr *a = (const struct nlattr *)p;

		if (a->nla_len < NLA_HDRLEN || p + a->nla_len > end)
			break;
		if ((a->nla_type & NLA_TYPE_MASK) == type)
			return a;
		p += NLA_ALIGN(a->nla_len);
	}
	return NULL;
}

static void read_extack(struct nl *nl, const struct nlmsghdr *h, const struct nlmsgerr *e)
{
	const uint8_t *p = (const uint8_t *)(e + 1), *end = (const uint8_t *)h + h->nlmsg_len;
	const struct nlattr *a;
	uint32_t off;

	if (!(h->nlmsg_flags & NLM_F_ACK_TLVS) && h->nlmsg_type == NLMSG_ERROR)
		return;
	if (h->nlmsg_type == NLMSG_DONE)
		p = (const uint8_t *)NLMSG_DATA(h) + sizeof(int);
	else if (!(h->nlmsg_flags & NLM_F_CAPPED))
		p += NLMSG_ALIGN(e->msg.nlmsg_len - NLMSG_HDRLEN);
	a = find(p, end, NLMSGERR_ATTR_MSG);
	if (a)
		strncpy(nl->msg, (const char *)(a + 1), sizeof(nl->msg) - 1);
	a = find(p, end, NLMSGERR_ATTR_OFFS);
	if (a) {
		memcpy(&off, a + 1, sizeof(off));
		if (off + NLA_HDRLEN <= nl->len)
			nl->bad = ((struct nlattr *)(nl->buf + off))->nla_type & NLA_TYPE_MASK;
	}
	a = find(p, end, NLMSGERR_ATTR_MISS_TYPE);
	if (a)
		memcpy(&nl->miss, a + 1, sizeof(nl->miss));
}

int nl_talk(struct nl *nl)
{
	static uint8_t in[262144] __attribute__((aligned(4)));
	bool done = false;

	((struct nlmsghdr *)nl->buf)->nlmsg_len = nl->len;
	nl->err = nl->bad = nl->miss = nl->n = nl->flags = 0;
	nl->msg[0] = '\0';
	if (send(nl->fd, nl->buf, nl->len, 0) < 0)
		return nl->err = -errno;
	while (!done) {
		ssize_t len = recv(nl->fd, in, sizeof(in), 0);
		const struct nlmsghdr *h = (const struct nlmsghdr *)in;

		if (len < 0)
			return nl->err = -errno;
		for (; NLMSG_OK(h, len); h = NLMSG_NEXT(h, len)) {
			if (h->nlmsg_seq != nl->seq)
				continue;
			nl->flags |= h->nlmsg_flags;
			if (h->nlmsg_type == NLMSG_ERROR || h->nlmsg_type == NLMSG_DONE) {
				const struct nlmsgerr *e = NLMSG_DATA(h);

				nl->err = e->error;
				nl->by_done = h->nlmsg_type == NLMSG_DONE;
				read_extack(nl, h, e);
				done = true;
				continue;
			}
			if (!nl->n++)
				memcpy(nl->reply, h, h->nlmsg_len);
			if (nl->each)
				nl->each(h);
		}
	}
	return nl->err;
}

const void *nl_attr(const struct nl *nl, int type)
{
	const struct nlmsghdr *h = (const struct nlmsghdr *)nl->reply;
	const struct nlattr *a = NULL;

	if (nl->n)
		a = find(nl->reply + HDRS, nl->reply + h->nlmsg_len, type);
	return a ? a + 1 : NULL;
}

const void *nl_answer_attr(const struct nlmsghdr *answer, int type)
{
	const uint8_t *p = (const uint8_t *)answer;
	const struct nlattr *a = find(p + HDRS, p + answer->nlmsg_len, type);

	return a ? a + 1 : NULL;
}

const void *nl_answer_next(const struct nlmsghdr *answer, const void *payload)
{
	const struct nlattr *a = (const struct nlattr *)payload - 1;
	const uint8_t *end = (const uint8_t *)answer + answer->nlmsg_len;

	a = find((const uint8_t *)a + NLA_ALIGN(a->nla_len), end, a->nla_type & NLA_TYPE_MASK);
	return a ? a + 1 : NULL;
}

const void *nl_nested(const void *payload, int type)
{
	const struct nlattr *nest = (const struct nlattr *)payload - 1;
	const struct nlattr *a = find(payload, (const uint8_t *)nest + nest->nla_len, type);

	return a ? a + 1 : NULL;
}

uint32_t nl_attr_u32(const struct nl *nl, int type)
{
	const void *p = nl_attr(nl, type);
	uint32_t v = UINT32_MAX;

	if (p)
		memcpy(&v, p, sizeof(v));
	return v;
}

int nl_open(struct nl *nl, const char *family)
{
	struct timeval limit = { .tv_sec = 20 };
	const uint16_t *id;
	int one = 1;

	memset(nl, 0, sizeof(*nl));
	nl->fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC);
	if (nl->fd < 0)
		return -errno;
	setsockopt(nl->fd, SOL_NETLINK, NETLINK_EXT_ACK, &one, sizeof(one));
	setsockopt(nl->fd, SOL_NETLINK, NETLINK_CAP_ACK, &one, sizeof(one));
	setsockopt(nl->fd, SOL_NETLINK, NETLINK_GET_STRICT_CHK, &one, sizeof(one));
	setsockopt(nl->fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	nl->family = GENL_ID_CTRL;
	nl_begin(nl, CTRL_CMD_GETFAMILY, 0);
	nl_put_str(nl, CTRL_ATTR_FAMILY_NAME, family);
	if (nl_talk(nl))
		return nl->err;
	id = nl_attr(nl, CTRL_ATTR_FAMILY_ID);
	if (!id)
		return -EPROTO;
	nl->family = *id;
	return 0;
}

void nl_close(struct nl *nl)
{
	close(nl->fd);
}

int nl_join(struct nl *nl, const char *group)
{
	const struct nlattr *groups, *g, *name, *id;
	const uint8_t *p, *end;
	uint16_t family = nl->family;
	uint32_t gid;

	nl->family = GENL_ID_CTRL;
	nl_begin(nl, CTRL_CMD_GETFAMILY, 0);
	nl_put(nl, CTRL_ATTR_FAMILY_ID, &family, sizeof(family));
	nl_talk(nl);
	nl->family = family;
	groups = nl_attr(nl, CTRL_ATTR_MCAST_GROUPS);
	if (!groups)
		return -ENOENT;
	p = (const uint8_t *)groups;
	end = p + ((const struct nlattr *)(p - NLA_HDRLEN))->nla_len - NLA_HDRLEN;
	while (p < end) {
		g = (const struct nlattr *)p;
		name = find(p + NLA_HDRLEN, p + g->nla_len, CTRL_ATTR_MCAST_GRP_NAME);
		id = find(p + NLA_HDRLEN, p + g->nla_len, CTRL_ATTR_MCAST_GRP_ID);
		if (name && id && !strcmp((const char *)(name + 1), group)) {
			memcpy(&gid, id + 1, sizeof(gid));
			return setsockopt(nl->fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &gid, sizeof(gid)) ?
				       -errno :
				       0;
		}
		p += NLA_ALIGN(g->nla_len);
	}
	return -ENOENT;
}
