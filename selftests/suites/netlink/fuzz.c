// SPDX-License-Identifier: GPL-2.0-only
/*
 * fuzz.c - speaks the family at the module: valid, mutated and random messages, from many sockets
 *
 *	fuzz [-s SEED] [-p PROCESSES] -n MESSAGES ADDRESS…
 *
 * The addresses are those of functions that may be claimed, with the mock backend or a real one. Prints what was sent and
 * how it was answered. Its exit status says only whether it could send: what the module made of it, others look at.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/hvclaim.h>

#include "../nl.h"

enum kind { U32, U64, STRING, FLAG, NEST };

/**
 * struct attr - an attribute that a request takes; type 0 ends a table
 * @type: its number
 * @kind: what it holds
 * @nested: what a nest holds
 * @max: largest value, or longest text; 0: no limit
 */
struct attr {
	uint16_t type;
	enum kind kind;
	const struct attr *nested;
	uint32_t max;
};

struct request {
	uint8_t cmd;
	uint16_t flags;
	const struct attr *attrs;
};

#include "grammar.h"

#define N(x)	  (sizeof(x) / sizeof(*(x)))
#define SOCKETS	  8
#define MAX_FUNCTIONS 64
#define HEADERS	  (NLMSG_HDRLEN + GENL_HDRLEN)

/* what all processes together saw */
struct counts {
	unsigned long sent, accepted, refused, answers;
};

static struct {
	uint32_t domain, bus, devfn;
} functions[MAX_FUNCTIONS];
static int n_functions;
static uint64_t state;

static uint32_t rnd(uint32_t below)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return below ? (state >> 11) % below : 0;
}

static const char *const words[] = { "vm1", "vm2", "vm3", "mock", "mock", "vfio-pci", "auto", "", "a/../b", "vm1\n",
	"pci:8086:10d3,owner=vm1,backend=mock", "class:02,owner=vm2", "vfs:0000:01:00.0/0-126,owner=vm3",
	"path:0000:00:04.0/00.0,ids=8086:10d3", "0000:01:00.0,allow=acs-missing,owner=vm4", "group:1,whole-group",
	"serial:", "path:.*", "pci:*:*,owner=all,backend=mock", "id=1,,=", "\xff\xfe,owner=\x80" };

static const uint32_t numbers[] = { 0, 1, 2, 3, 7, 8, 100, 255, 256, 1000, 65535, 65536, 3600000, 0x7fffffff, 0x80000000,
	0xffffffff };

static uint32_t a_number(const struct attr *a)
{
	switch (rnd(4)) {
	case 0: return numbers[rnd(N(numbers))];
	case 1: return rnd(UINT32_MAX);
	default: return rnd(a->max ? a->max + 1 : 40);
	}
}

static void put_text(struct nl *nl, const struct attr *a)
{
	char text[1024];
	size_t len = 0;

	if (rnd(8)) {
		nl_put_str(nl, a->type, words[rnd(N(words))]);
		return;
	}
	/* around the limit, and pieces of what a rule has */
	while (len < (a->max ? a->max : 64) - 2 + rnd(5))
		text[len++] = rnd(3) ? "abcdef0123456789:.*/,=-"[rnd(23)] : 1 + rnd(255);
	text[len] = 0;
	nl_put(nl, a->type, text, len + rnd(2));
}

static void put_attrs(struct nl *nl, const struct attr *attrs, int depth);

static void put_attr(struct nl *nl, const struct attr *a, int depth)
{
	size_t nest;
	int f;

	switch (a->kind) {
	case U32:
		nl_put_u32(nl, a->type, a_number(a));
		break;
	case U64:
		nl_put_u64(nl, a->type, rnd(2) ? (1 << 25) - 1 : (uint64_t)rnd(UINT32_MAX) << rnd(32));
		break;
	case STRING:
		put_text(nl, a);
		break;
	case FLAG:
		nl_put(nl, a->type, NULL, 0);
		break;
	case NEST:
		f = rnd(n_functions);
		if (a->nested == set_addr && rnd(4)) {
			nl_put_addr(nl, a->type, functions[f].domain, functions[f].bus, functions[f].devfn);
		} else if (a->nested == set_claim_fn && rnd(4)) {
			nl_put_fn(nl, functions[f].domain, functions[f].bus, functions[f].devfn);
		} else if (depth < 4) {
			nest = nl_nest(nl, a->type);
			put_attrs(nl, a->nested, depth + 1);
			nl_nest_end(nl, nest);
		}
		break;
	}
}

/* Each attribute of the table or not; now and then one twice. A message stays well below the buffer's size. */
static void put_attrs(struct nl *nl, const struct attr *attrs, int depth)
{
	for (; attrs->type && nl->len < sizeof(nl->buf) / 4; attrs++) {
		uint32_t times = rnd(16) ? rnd(2) : rnd(8);

		while (times--)
			put_attr(nl, attrs, depth);
	}
}

/* A byte, a length, a type, the end: anything but the family's number and the message's length, which netlink has. */
static void mutate(struct nl *nl)
{
	for (uint32_t n = 1 + rnd(4); n && nl->len > HEADERS; n--) {
		size_t at = HEADERS + rnd(nl->len - HEADERS);

		switch (rnd(4)) {
		case 0:
			nl->buf[at] ^= 1 << rnd(8);
			break;
		case 1:
			nl->buf[at] = rnd(256);
			break;
		case 2:	/* a word that may be a length or a type */
			*(uint16_t *)(nl->buf + (at & ~3UL)) = numbers[rnd(N(numbers))];
			break;
		case 3:
			nl->len = at;
			break;
		}
	}
}

static void build(struct nl *nl)
{
	const struct request *r = &requests[rnd(N(requests))];
	uint32_t way = rnd(10);

	if (r->flags && rnd(8))		/* a dump costs as much as many others */
		r = &requests[rnd(N(requests))];
	/* a release of all or a rule for all would leave the others little to do */
	nl_begin(nl, rnd(50) ? r->cmd : rnd(256), rnd(50) ? r->flags : rnd(0x1000) & ~NLM_F_ACK);
	if (way == 9) {
		nl->len += rnd(400);
		for (size_t i = HEADERS; i < nl->len; i++)
			nl->buf[i] = rnd(256);
	} else {
		put_attrs(nl, r->attrs, 0);
		if (way >= 6)
			mutate(nl);
	}
	((struct nlmsghdr *)nl->buf)->nlmsg_len = nl->len;
}

/* Reads what there is. The answers of one socket are looked at, those of the others pile up until they are lost. */
static void drain(int fd, struct counts *counts)
{
	static uint8_t in[65536] __attribute__((aligned(4)));
	ssize_t len;

	while ((len = recv(fd, in, sizeof(in), MSG_DONTWAIT)) > 0 || (len < 0 && errno == ENOBUFS)) {
		for (struct nlmsghdr *h = (void *)in; len > 0 && NLMSG_OK(h, (size_t)len); h = NLMSG_NEXT(h, len)) {
			if (h->nlmsg_type != NLMSG_ERROR)
				counts->answers++;
			else if (((struct nlmsgerr *)NLMSG_DATA(h))->error)
				counts->refused++;
			else
				counts->accepted++;
		}
	}
}

/* Sockets come and go: with those that go, their claims, and dumps that nobody read to the end. */
static int fuzz(unsigned long messages, struct counts *counts)
{
	static struct nl nls[SOCKETS];
	int err;

	for (int i = 0; i < SOCKETS; i++)
		if ((err = nl_open(&nls[i], HVCLAIM_FAMILY_NAME)))
			return err;
	for (unsigned long n = 0; n < messages; n++) {
		struct nl *nl = &nls[rnd(SOCKETS)];

		build(nl);
		if (send(nl->fd, nl->buf, nl->len, MSG_DONTWAIT) < 0 && errno != ENOBUFS && errno != EAGAIN)
			return -errno;
		counts->sent++;
		if (rnd(4))
			drain(nl->fd, counts);
		if (!rnd(2000)) {
			nl_close(nl);
			if ((err = nl_open(nl, HVCLAIM_FAMILY_NAME)))
				return err;
		}
	}
	return 0;
}

/* Waits for the others, and says how far they are: a million messages take an hour where each access to memory is checked. */
static int wait_for_all(const struct counts *counts, unsigned long processes)
{
	int status, failed = 0;
	unsigned long sent;
	pid_t pid;

	for (unsigned int seconds = 1; (pid = waitpid(-1, &status, WNOHANG)) >= 0; seconds++) {
		if (pid) {
			failed |= status;
			continue;
		}
		sleep(1);
		if (seconds % 60)
			continue;
		sent = 0;
		for (unsigned long i = 0; i < processes; i++)
			sent += counts[i].sent;
		fprintf(stderr, "# so far: %lu messages sent\n", sent);
	}
	return failed;
}

int main(int argc, char **argv)
{
	unsigned long messages = 0, seed = 1, processes = 4;
	struct counts *counts;
	int opt, status, failed;

	while ((opt = getopt(argc, argv, "n:s:p:")) != -1) {
		switch (opt) {
		case 'n': messages = strtoul(optarg, NULL, 0); break;
		case 's': seed = strtoul(optarg, NULL, 0); break;
		case 'p': processes = strtoul(optarg, NULL, 0); break;
		default: messages = 0; optind = argc; break;
		}
	}
	for (; optind < argc && n_functions < MAX_FUNCTIONS; optind++) {
		uint32_t dev, fn;

		if (sscanf(argv[optind], "%x:%x:%x.%x", &functions[n_functions].domain, &functions[n_functions].bus, &dev,
			   &fn) == 4)
			functions[n_functions++].devfn = dev << 3 | fn;
	}
	if (!messages || !n_functions || !processes) {
		fprintf(stderr, "usage: fuzz [-s SEED] [-p PROCESSES] -n MESSAGES ADDRESS…\n");
		return 2;
	}
	counts = mmap(NULL, processes * sizeof(*counts), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (counts == MAP_FAILED)
		return 1;
	for (unsigned long i = 0; i < processes; i++) {
		if (fork())
			continue;
		state = (seed + i) * 0x9e3779b97f4a7c15 | 1;
		status = fuzz(messages / processes, &counts[i]);
		if (status)
			fprintf(stderr, "fuzz: process %lu: %s\n", i, strerror(-status));
		_exit(!!status);
	}
	failed = wait_for_all(counts, processes);
	for (unsigned long i = 1; i < processes; i++) {
		counts->sent += counts[i].sent;
		counts->accepted += counts[i].accepted;
		counts->refused += counts[i].refused;
		counts->answers += counts[i].answers;
	}
	printf("seed %lu: %lu sent, %lu accepted, %lu refused, %lu answers\n", seed, counts->sent, counts->accepted,
	       counts->refused, counts->answers);
	return !!failed;
}
