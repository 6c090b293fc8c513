// SPDX-License-Identifier: GPL-2.0-only
/*
 * claimload.c - as many claims a second as the module can take
 *
 *	claimload SECONDS ADDRESS…
 *
 * Claims each function by a request of its own for the mock backend, waits until all are held, releases all, and begins
 * again. Prints "# sample rate hvclaim N CLAIMS-A-SECOND", N being the number of functions, and at last the number of claims.
 */
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include <linux/hvclaim.h>

#include "nl.h"

#define C(x) HVCLAIM_A_CLAIM_##x

static struct nl nl, events;

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void talk(const char *what)
{
	if (nl_talk(&nl))
		errx(1, "%s: %s: %s", what, strerror(-nl.err), nl.msg);
}

static void claim(const char *address)
{
	unsigned int domain, bus, slot, function;

	if (sscanf(address, "%x:%x:%x.%x", &domain, &bus, &slot, &function) != 4)
		errx(2, "no address: %s", address);
	nl_begin(&nl, HVCLAIM_CMD_CLAIM, 0);
	nl_put_str(&nl, C(OWNER), "load");
	nl_put_str(&nl, C(BACKEND), "mock");
	nl_put_fn(&nl, domain, bus, slot << 3 | function);
	talk(address);
}

static void release_all(void)
{
	nl_begin(&nl, HVCLAIM_CMD_RELEASE, 0);
	nl_put(&nl, C(ALL), NULL, 0);
	/* they have none, as the script made it: what is measured is the ledger, not the hardware */
	nl_put_u64(&nl, C(ALLOW), 1ull << HVCLAIM_REASON_NO_RESET);
	talk("release");
}

/* Until so many claims have told that they are in a state */
static void wait_for(uint32_t state, int n)
{
	static uint8_t in[262144] __attribute__((aligned(4)));

	while (n > 0) {
		const struct nlmsghdr *h = (const struct nlmsghdr *)in;
		ssize_t len = recv(events.fd, in, sizeof(in), 0);

		if (len < 0)
			err(1, "%d claims have not come to state %u", n, state);
		for (; NLMSG_OK(h, len); h = NLMSG_NEXT(h, len)) {
			const void *s = nl_answer_attr(h, C(STATE));

			n -= s && *(const uint32_t *)s == state;
		}
	}
}

int main(int argc, char **argv)
{
	int room = 64 << 20, n = argc - 2;
	unsigned long claims = 0;
	double end;
	int rc;

	if (n < 1)
		errx(2, "usage: claimload SECONDS ADDRESS...");
	rc = nl_open(&nl, HVCLAIM_FAMILY_NAME);
	rc = rc ? rc : nl_open(&events, HVCLAIM_FAMILY_NAME);
	rc = rc ? rc : nl_join(&events, HVCLAIM_MCGRP_MONITOR);
	if (rc)
		errx(1, "%s", strerror(-rc));
	setsockopt(events.fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room));
	for (end = now() + atof(argv[1]); now() < end; claims += (unsigned long)n) {
		double from = now(), held;

		for (int i = 0; i < n; i++)
			claim(argv[i + 2]);
		wait_for(HVCLAIM_CLAIM_STATE_HELD, n);
		held = now();
		release_all();
		wait_for(HVCLAIM_CLAIM_STATE_GONE, n);
		printf("# sample rate hvclaim %d %.1f\n", n, n / (held - from));
	}
	printf("claims %lu\n", claims);
	return 0;
}
