/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * nl.h - generic netlink for tests, byte by byte: they must be able to send what a library would not
 */
#ifndef HVC_TEST_NL_H
#define HVC_TEST_NL_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include <linux/genetlink.h>
#include <linux/netlink.h>

/**
 * struct nl - a socket, the message being built, and the last answer
 * @fd: the socket
 * @family: the family's id
 * @seq: of the last request
 * @buf: the message
 * @len: its length
 * @err: negative errno of the answer, or 0
 * @msg: extack message, or ""
 * @bad: type of the attribute that the extack's offset points to, or 0
 * @by_done: a dump's end told @err; that carries a message, but no attribute
 * @miss: type of the attribute that is missing, or 0
 * @n: answers other than acknowledgements
 * @flags: of all answers, together
 * @each: is shown each answer, where set
 * @reply: the first of them
 */
struct nl {
	int fd;
	uint16_t family;
	uint32_t seq;
	uint8_t buf[131072] __attribute__((aligned(4)));
	size_t len;
	int err;
	char msg[256];
	int bad;
	bool by_done;
	int miss;
	int n;
	uint16_t flags;
	void (*each)(const struct nlmsghdr *answer);
	uint8_t reply[262144] __attribute__((aligned(4)));
};

/* 0, or a negative errno: -ENOENT where no such family is */
int nl_open(struct nl *nl, const char *family);
void nl_close(struct nl *nl);

void nl_begin(struct nl *nl, uint8_t cmd, uint16_t flags);
void nl_put(struct nl *nl, uint16_t type, const void *data, size_t len);
void nl_put_u32(struct nl *nl, uint16_t type, uint32_t v);
void nl_put_u64(struct nl *nl, uint16_t type, uint64_t v);
void nl_put_str(struct nl *nl, uint16_t type, const char *s);
size_t nl_nest(struct nl *nl, uint16_t type);
void nl_nest_end(struct nl *nl, size_t nest);

/* the address as a nest of that type */
void nl_put_addr(struct nl *nl, uint16_t type, uint32_t domain, uint32_t bus, uint32_t devfn);
/* a function of a claim's request */
void nl_put_fn(struct nl *nl, uint32_t domain, uint32_t bus, uint32_t devfn);

/* send it and read all answers; the errno as in @err */
int nl_talk(struct nl *nl);

/* first attribute of a type in the reply, NULL without one; its payload */
const void *nl_attr(const struct nl *nl, int type);
uint32_t nl_attr_u32(const struct nl *nl, int type);

/* first attribute of a type in an answer, and in what another attribute holds; its payload, or NULL */
const void *nl_answer_attr(const struct nlmsghdr *answer, int type);
const void *nl_nested(const void *payload, int type);
/* the next attribute of the same type, in the answer */
const void *nl_answer_next(const struct nlmsghdr *answer, const void *payload);

/* join a multicast group of the family: 0 or a negative errno */
int nl_join(struct nl *nl, const char *group);

#endif
