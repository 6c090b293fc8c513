// SPDX-License-Identifier: GPL-2.0-only
/*
 * dump_test.c - dumps of more than one part, and what moves between the parts
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/hvclaim.h>

#include "kselftest_harness.h"
#include "../nl.h"

#define C(x) HVCLAIM_A_CLAIM_##x

/* what a reader with a small buffer is given at a time: the kernel takes the largest that it has seen */
#define PART 4096

FIXTURE(dump)
{
	struct nl reader, other;
};

FIXTURE_SETUP(dump)
{
	ASSERT_EQ(0, nl_open(&self->reader, HVCLAIM_FAMILY_NAME));
	ASSERT_EQ(0, nl_open(&self->other, HVCLAIM_FAMILY_NAME));
}

static uint32_t n_claims(struct nl *nl)
{
	nl_begin(nl, HVCLAIM_CMD_INFO_GET, 0);
	nl_talk(nl);
	return nl_attr_u32(nl, HVCLAIM_A_INFO_CLAIMS);
}

static void release_all(struct nl *nl)
{
	nl_begin(nl, HVCLAIM_CMD_RELEASE, 0);
	nl_put(nl, C(ALL), NULL, 0);
	nl_talk(nl);
	for (int i = 0; i < 500 && n_claims(nl); i++)
		usleep(20000);
}

FIXTURE_TEARDOWN(dump)
{
	release_all(&self->other);
	nl_close(&self->reader);
	nl_close(&self->other);
}

static int claim(struct nl *nl, unsigned int bus, unsigned int devfn)
{
	char owner[16];

	snprintf(owner, sizeof(owner), "vm%u", devfn);
	nl_begin(nl, HVCLAIM_CMD_CLAIM, 0);
	nl_put_str(nl, C(OWNER), owner);
	nl_put_str(nl, C(BACKEND), "mock");
	nl_put_fn(nl, 0, bus, devfn);
	return nl_talk(nl);
}

/* what one dump showed */
struct seen {
	int parts, answers;
	bool interrupted, ended;
};

/* Read a part, in a buffer that has never been larger; false at the end */
static bool read_part(struct nl *nl, struct seen *seen)
{
	static uint8_t in[PART] __attribute__((aligned(4)));
	ssize_t len = recv(nl->fd, in, sizeof(in), 0);
	const struct nlmsghdr *h = (const struct nlmsghdr *)in;

	if (len <= 0)
		return false;
	seen->parts++;
	for (; NLMSG_OK(h, len); h = NLMSG_NEXT(h, len)) {
		seen->interrupted |= !!(h->nlmsg_flags & NLM_F_DUMP_INTR);
		if (h->nlmsg_type == NLMSG_DONE || h->nlmsg_type == NLMSG_ERROR)
			seen->ended = true;
		else
			seen->answers++;
	}
	return !seen->ended;
}

/* nl_open() has read with a large buffer: a socket of its own */
static void begin_dump(struct nl *nl, uint8_t cmd)
{
	close(nl->fd);
	nl->fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC);
	nl_begin(nl, cmd, NLM_F_DUMP);
	((struct nlmsghdr *)nl->buf)->nlmsg_len = nl->len;
	if (send(nl->fd, nl->buf, nl->len, 0) < 0)
		perror("send");
}

FIXTURE_VARIANT(dump)
{
	uint8_t cmd;
	int parts;
};

FIXTURE_VARIANT_ADD(dump, dev_get) { .cmd = HVCLAIM_CMD_DEV_GET, .parts = 3 };
FIXTURE_VARIANT_ADD(dump, group_get) { .cmd = HVCLAIM_CMD_GROUP_GET, .parts = 3 };
FIXTURE_VARIANT_ADD(dump, claim_get) { .cmd = HVCLAIM_CMD_CLAIM_GET, .parts = 3 };

/* enough claims that the ledger does not fit into one part: one for each of the first virtual functions */
#define CLAIMS 60

static void fill_ledger(struct nl *nl)
{
	for (int i = 1; i <= CLAIMS; i++)
		claim(nl, 1, i);
	/* until they are all settled, the ledger moves by itself */
	for (int i = 0; i < 500; i++) {
		nl_begin(nl, HVCLAIM_CMD_CLAIM_GET, NLM_F_DUMP);
		nl_put_u32(nl, C(STATE), HVCLAIM_CLAIM_STATE_HELD);
		if (!nl_talk(nl) && nl->n == CLAIMS)
			break;
		usleep(20000);
	}
	usleep(200000);
}

/* Under Xen there are none */
static bool no_groups(void)
{
	return access("/sys/kernel/iommu_groups/0", F_OK);
}

TEST_F(dump, that_nothing_disturbs_is_whole)
{
	struct seen seen = {};

	fill_ledger(&self->other);
	begin_dump(&self->reader, variant->cmd);
	while (read_part(&self->reader, &seen))
		;
	EXPECT_TRUE(seen.ended);
	if (variant->cmd == HVCLAIM_CMD_GROUP_GET && no_groups()) {
		EXPECT_EQ(0, seen.answers);
		return;
	}
	EXPECT_LE(variant->parts, seen.parts);
	EXPECT_FALSE(seen.interrupted);
	EXPECT_LE(CLAIMS, seen.answers);
}

TEST_F(dump, says_so_when_the_ledger_moves_between_its_parts)
{
	struct seen seen = {};

	/* a dump of nothing has no parts between which it could move */
	if (variant->cmd == HVCLAIM_CMD_GROUP_GET && no_groups())
		return;
	fill_ledger(&self->other);
	begin_dump(&self->reader, variant->cmd);
	ASSERT_TRUE(read_part(&self->reader, &seen));
	EXPECT_FALSE(seen.interrupted);
	ASSERT_EQ(0, claim(&self->other, 1, CLAIMS + 1));
	while (read_part(&self->reader, &seen))
		;
	EXPECT_TRUE(seen.ended);
	EXPECT_TRUE(seen.interrupted);
}

TEST_HARNESS_MAIN
