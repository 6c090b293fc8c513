// SPDX-License-Identifier: GPL-2.0-only
/*
 * nl.c - talking to the module: requests and their answers; nl*.c are the only files that touch libnl
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/netlink.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <netlink/netlink.h>

#include "nl/nl_parse.h"
#include "nl/nl_priv.h"

/*
 * What may wait to be received. Of the 64 KiB that libnl leaves, a claim of some hundred functions takes all:
 * the acknowledgement behind it is lost then, and the request fails with ENOBUFS.
 */
#define ANSWERS_MAX (1 << 21)

/* bytes of a request beside its functions or its rule */
#define NAMES_ROOM 2048

/* bytes of a function in a request: its address and ids, each number with its header, and two nests */
#define FN_ROOM 64

int nl_fail(struct nl *nl, int err, const char *msg)
{
	nl->last.err = err;
	if (msg)
		snprintf(nl->last.msg, sizeof(nl->last.msg), "%s", msg);
	else if (!nl->last.msg[0])
		snprintf(nl->last.msg, sizeof(nl->last.msg), "%s", strerror(-err));
	return err;
}

const struct nl_error *nl_last_error(const struct nl *nl)
{
	return &nl->last;
}

void nl_disconnect(struct nl *nl)
{
	if (!nl)
		return;
	nl_socket_free(nl->sock);
	free(nl->events);
	free(nl->answer);
	free(nl);
}

void nl_set_room(int fd, int size)
{
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)))
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
}

int nl_open(struct nl **out)
{
	struct nl *nl = calloc(1, sizeof(*nl));
	int one = 1, fd, err = -ENOMEM;

	*out = NULL;
	if (!nl)
		return err;
	nl->sock = nl_socket_alloc();
	if (!nl->sock)
		goto err_free;
	/* what libnl itself receives, the family's description, has room in its buffer: it needs no look at the size first */
	nl_socket_disable_msg_peek(nl->sock);
	err = -EIO;
	if (genl_connect(nl->sock))
		goto err_free;
	fd = nl_socket_get_fd(nl->sock);
	setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &one, sizeof(one));
	setsockopt(fd, SOL_NETLINK, NETLINK_CAP_ACK, &one, sizeof(one));
	setsockopt(fd, SOL_NETLINK, NETLINK_GET_STRICT_CHK, &one, sizeof(one));
	nl_set_room(fd, ANSWERS_MAX);
	nl->family = genl_ctrl_resolve(nl->sock, HVCLAIM_FAMILY_NAME);
	err = -ENOENT;
	if (nl->family < 0)
		goto err_free;
	*out = nl;
	return 0;

err_free:
	nl_disconnect(nl);
	return err;
}

bool nl_stale(const struct nl *nl)
{
	return nl->stale;
}

struct nl_msg *nl_begin_room(struct nl *nl, uint8_t cmd, int flags, size_t room)
{
	struct nl_msg *msg = nlmsg_alloc_size(NAMES_ROOM + room);

	memset(&nl->last, 0, sizeof(nl->last));
	if (msg && !genlmsg_put(msg, NL_AUTO_PORT, NL_AUTO_SEQ, nl->family, 0, flags | NLM_F_ACK, cmd,
				HVCLAIM_FAMILY_VERSION)) {
		nlmsg_free(msg);
		msg = NULL;
	}
	if (!msg)
		nl_fail(nl, -ENOMEM, NULL);
	return msg;
}

/* Handle what one receive brought: 1 when the answer is complete, 0 when more comes, or a negative errno */
static int take(struct nl *nl, char *buf, ssize_t len, struct nlmsghdr *sent, nl_each_fn each, void *data,
		bool *interrupted)
{
	int rem = (int)len, err;

	for (struct nlmsghdr *h = (struct nlmsghdr *)buf; nlmsg_ok(h, rem); h = nlmsg_next(h, &rem)) {
		if (h->nlmsg_seq != sent->nlmsg_seq)
			continue;
		if (h->nlmsg_flags & NLM_F_DUMP_INTR)
			*interrupted = true;
		if (h->nlmsg_type == NLMSG_ERROR || h->nlmsg_type == NLMSG_DONE) {
			/* both begin with a negative errno */
			err = *(int *)nlmsg_data(h);
			if (!err)
				return 1;
			parse_error(h, sent, &nl->last);
			return nl_fail(nl, err, NULL);
		}
		err = each ? each(h, data) : 0;
		if (err)
			return nl_fail(nl, err, NULL);
	}
	return 0;
}

/* Receives by itself instead of through nl_recvmsgs(): libnl has no extack. */
int nl_talk(struct nl *nl, struct nl_msg *msg, nl_each_fn each, void *data, bool *interrupted)
{
	struct nlmsghdr *sent = nlmsg_hdr(msg);
	bool dummy;
	int err;

	*(interrupted ?: &dummy) = false;
	nl_complete_msg(nl->sock, msg);
	if (!nl->answer)
		nl->answer = malloc(MESSAGE_MAX);
	if (!nl->answer)
		err = nl_fail(nl, -ENOMEM, NULL);
	else if (send(nl_socket_get_fd(nl->sock), sent, sent->nlmsg_len, 0) < 0)
		err = nl_fail(nl, -errno, NULL);
	else
		err = 0;
	while (!err) {
		ssize_t len = recv(nl_socket_get_fd(nl->sock), nl->answer, MESSAGE_MAX, MSG_TRUNC);

		if (len < 0 && errno == EINTR)
			continue;
		if (len < 0)
			err = nl_fail(nl, -errno, NULL);
		else if (len > MESSAGE_MAX)
			err = nl_fail(nl, -EMSGSIZE, NULL);
		else
			err = take(nl, nl->answer, len, sent, each, data, interrupted ?: &dummy);
	}
	nlmsg_free(msg);
	return err > 0 ? 0 : err;
}

static int each_info(struct nlmsghdr *msg, void *data)
{
	return parse_info(msg, data);
}

int nl_info(struct nl *nl, struct info *out)
{
	struct nl_msg *msg = nl_begin(nl, HVCLAIM_CMD_INFO_GET, 0);

	memset(out, 0, sizeof(*out));
	return msg ? nl_talk(nl, msg, each_info, out, NULL) : nl->last.err;
}

static int each_dev(struct nlmsghdr *msg, void *data)
{
	struct devs *all = data;
	struct dev *v = reallocarray(all->v, all->n + 1, sizeof(*v));

	if (!v)
		return -ENOMEM;
	all->v = v;
	return parse_dev(msg, &v[all->n++]);
}

int nl_devs(struct nl *nl, bool findings, struct devs *out)
{
	bool again = true;
	int err = 0;

	memset(out, 0, sizeof(*out));
	for (int i = 0; i < DUMP_TRIES && again && !err; i++) {
		struct nl_msg *msg = nl_begin(nl, HVCLAIM_CMD_DEV_GET, NLM_F_DUMP);

		devs_free(out);
		if (!msg)
			return nl->last.err;
		if (findings)
			nla_put_flag(msg, HVCLAIM_A_DEV_WITH_FINDINGS);
		err = nl_talk(nl, msg, each_dev, out, &again);
	}
	nl->stale = again;
	return err;
}

static int put_addr(struct nl_msg *msg, int type, struct addr a)
{
	struct nlattr *nest = nla_nest_start(msg, type | NLA_F_NESTED);

	if (!nest || nla_put_u32(msg, HVCLAIM_A_ADDR_DOMAIN, a.domain) ||
	    nla_put_u32(msg, HVCLAIM_A_ADDR_BUS, a.bus) || nla_put_u32(msg, HVCLAIM_A_ADDR_DEVFN, a.devfn))
		return -EMSGSIZE;
	nla_nest_end(msg, nest);
	return 0;
}

static int each_one_dev(struct nlmsghdr *msg, void *data)
{
	return parse_dev(msg, data);
}

int nl_dev(struct nl *nl, struct addr addr, bool findings, struct dev *out)
{
	struct nl_msg *msg = nl_begin(nl, HVCLAIM_CMD_DEV_GET, 0);

	memset(out, 0, sizeof(*out));
	if (!msg)
		return nl->last.err;
	put_addr(msg, HVCLAIM_A_DEV_ADDR, addr);
	if (findings)
		nla_put_flag(msg, HVCLAIM_A_DEV_WITH_FINDINGS);
	return nl_talk(nl, msg, each_one_dev, out, NULL);
}

static int each_group(struct nlmsghdr *msg, void *data)
{
	struct groups *all = data;
	struct group *v = reallocarray(all->v, all->n + 1, sizeof(*v));

	if (!v)
		return -ENOMEM;
	all->v = v;
	memset(&v[all->n], 0, sizeof(*v));
	return parse_group(msg, &v[all->n++]);
}

int nl_groups(struct nl *nl, struct groups *out)
{
	bool again = true;
	int err = 0;

	memset(out, 0, sizeof(*out));
	for (int i = 0; i < DUMP_TRIES && again && !err; i++) {
		struct nl_msg *msg = nl_begin(nl, HVCLAIM_CMD_GROUP_GET, NLM_F_DUMP);

		groups_free(out);
		err = msg ? nl_talk(nl, msg, each_group, out, &again) : nl->last.err;
	}
	nl->stale = again;
	return err;
}

static int each_claim(struct nlmsghdr *msg, void *data)
{
	struct claims *all = data;
	struct claim *v = reallocarray(all->v, all->n + 1, sizeof(*v));

	if (!v)
		return -ENOMEM;
	all->v = v;
	memset(&v[all->n], 0, sizeof(*v));
	return parse_claim(msg, &v[all->n++]);
}

int nl_claims(struct nl *nl, const char *owner, struct claims *out)
{
	bool again = true;
	int err = 0;

	memset(out, 0, sizeof(*out));
	for (int i = 0; i < DUMP_TRIES && again && !err; i++) {
		struct nl_msg *msg = nl_begin(nl, HVCLAIM_CMD_CLAIM_GET, NLM_F_DUMP);

		claims_free(out);
		if (!msg)
			return nl->last.err;
		if (owner)
			nla_put_string(msg, HVCLAIM_A_CLAIM_OWNER, owner);
		err = nl_talk(nl, msg, each_claim, out, &again);
	}
	nl->stale = again;
	return err;
}

static int each_one_claim(struct nlmsghdr *msg, void *data)
{
	return parse_claim(msg, data);
}

int nl_claim_get(struct nl *nl, uint32_t id, struct claim *out)
{
	struct nl_msg *msg = nl_begin(nl, HVCLAIM_CMD_CLAIM_GET, 0);

	memset(out, 0, sizeof(*out));
	if (!msg)
		return nl->last.err;
	nla_put_u32(msg, HVCLAIM_A_CLAIM_ID, id);
	return nl_talk(nl, msg, each_one_claim, out, NULL);
}

static int put_fn(struct nl_msg *msg, const struct claim_fn *fn)
{
	struct nlattr *nest = nla_nest_start(msg, HVCLAIM_A_CLAIM_FUNCTION | NLA_F_NESTED);

	if (!nest || put_addr(msg, HVCLAIM_A_CLAIM_FN_ADDR, fn->addr) ||
	    (fn->vendor && nla_put_u32(msg, HVCLAIM_A_CLAIM_FN_VENDOR, fn->vendor)) ||
	    (fn->device && nla_put_u32(msg, HVCLAIM_A_CLAIM_FN_DEVICE, fn->device)))
		return -EMSGSIZE;
	nla_nest_end(msg, nest);
	return 0;
}

static int put_text(struct nl_msg *msg, int type, const char *text)
{
	return text ? nla_put_string(msg, type, text) : 0;
}

static int put_flag(struct nl_msg *msg, int type, bool on)
{
	return on ? nla_put_flag(msg, type) : 0;
}

static int put_request(struct nl_msg *msg, uint8_t cmd, const struct nl_request *req)
{
	bool claim = cmd == HVCLAIM_CMD_CLAIM;

	for (size_t i = 0; i < req->n_fns; i++)
		if (put_fn(msg, &req->fns[i]))
			return -EMSGSIZE;
	/* what a command does not take is refused: only claim has a lifetime, check no command */
	return (req->has_group && nla_put_u32(msg, HVCLAIM_A_CLAIM_GROUP_ID, req->group)) ||
	       put_text(msg, HVCLAIM_A_CLAIM_OWNER, req->owner) ||
	       put_text(msg, HVCLAIM_A_CLAIM_BACKEND, req->backend) ||
	       put_text(msg, HVCLAIM_A_CLAIM_DRIVER, req->driver) ||
	       put_text(msg, HVCLAIM_A_CLAIM_COMMAND, cmd == HVCLAIM_CMD_CHECK ? NULL : req->command) ||
	       (req->allow && nla_put_u64(msg, HVCLAIM_A_CLAIM_ALLOW, req->allow)) ||
	       (claim && nla_put_u32(msg, HVCLAIM_A_CLAIM_LIFETIME, req->lifetime)) ||
	       put_flag(msg, HVCLAIM_A_CLAIM_WHOLE_GROUP, req->whole_group) ||
	       (req->deadline && cmd != HVCLAIM_CMD_CHECK &&
		nla_put_u32(msg, HVCLAIM_A_CLAIM_DEADLINE, req->deadline)) ||
	       (req->id && nla_put_u32(msg, HVCLAIM_A_CLAIM_ID, req->id)) ||
	       put_flag(msg, HVCLAIM_A_CLAIM_ALL, req->all) ||
	       put_flag(msg, HVCLAIM_A_CLAIM_WHEN_IDLE, req->when_idle);
}

static int request(struct nl *nl, uint8_t cmd, const struct nl_request *req, nl_each_fn each, void *data)
{
	struct nl_msg *msg = nl_begin_room(nl, cmd, 0, req->n_fns * FN_ROOM);

	if (!msg)
		return nl->last.err;
	if (put_request(msg, cmd, req)) {
		nlmsg_free(msg);
		return nl_fail(nl, -EMSGSIZE, NULL);
	}
	return nl_talk(nl, msg, each, data, NULL);
}

static int each_verdict(struct nlmsghdr *msg, void *data)
{
	return parse_verdict(msg, data);
}

int nl_check(struct nl *nl, const struct nl_request *req, struct nl_verdict *out)
{
	memset(out, 0, sizeof(*out));
	return request(nl, HVCLAIM_CMD_CHECK, req, each_verdict, out);
}

void nl_verdict_free(struct nl_verdict *v)
{
	free(v->fns);
	findings_free(&v->findings);
	memset(v, 0, sizeof(*v));
}

static int each_answer(struct nlmsghdr *msg, void *data)
{
	return parse_answer(msg, data);
}

int nl_claim(struct nl *nl, const struct nl_request *req, struct nl_ref *ref, bool *changed)
{
	struct nl_answer answer = { 0 };
	int err = request(nl, HVCLAIM_CMD_CLAIM, req, each_answer, &answer);

	*ref = answer.ref;
	*changed = answer.changed;
	if (req->owner)
		snprintf(ref->owner, sizeof(ref->owner), "%s", req->owner);
	return err;
}

int nl_release(struct nl *nl, const struct nl_request *req, struct nl_ref **refs, size_t *n_refs,
	       bool *changed)
{
	struct nl_answer answer = { 0 };
	int err = request(nl, HVCLAIM_CMD_RELEASE, req, each_answer, &answer);

	*refs = answer.refs;
	*n_refs = answer.n_refs;
	*changed = answer.changed;
	return err;
}
