// SPDX-License-Identifier: GPL-2.0-only
/*
 * policy_test.c - every command with each attribute missing, malformed, out of range or unknown: an extack
 * message and the attribute, and nothing changed
 *
 * Runs as root on a host with 0000:01:00.0 behind a root port.
 */
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/hvclaim.h>
#include <linux/pci_regs.h>

#include "kselftest_harness.h"
#include "../nl.h"

#define BUS   1
#define DEVFN 0

enum kind { NONE, U32, U64, STR, FLAG, FN, ADDR };

/* What each command takes; a limit is the first value, or length of a name, that is too large */
struct attr {
	uint16_t type;
	enum kind kind;
	uint64_t limit;
};

struct command {
	uint8_t cmd;
	uint16_t flags;
	int max;
	struct attr attrs[12];
};

#define C(x) HVCLAIM_A_CLAIM_##x
#define R(x) HVCLAIM_A_RULE_##x
#define SELECT { C(FUNCTION), FN, 0 }, { C(GROUP_ID), U32, 0 }
#define WHAT							\
	SELECT, { C(OWNER), STR, 0 }, { C(BACKEND), STR, 0 },	\
	{ C(DRIVER), STR, 0 }, { C(ALLOW), U64, 1ULL << 25 }, { C(WHOLE_GROUP), FLAG, 0 }

static const struct command commands[] = {
	{ HVCLAIM_CMD_INFO_GET, 0, HVCLAIM_A_INFO_MAX, {} },
	{ HVCLAIM_CMD_DEV_GET, 0, HVCLAIM_A_DEV_MAX,
	  { { HVCLAIM_A_DEV_ADDR, ADDR, 0 }, { HVCLAIM_A_DEV_WITH_FINDINGS, FLAG, 0 } } },
	{ HVCLAIM_CMD_DEV_GET, NLM_F_DUMP, HVCLAIM_A_DEV_MAX,
	  { { HVCLAIM_A_DEV_GROUP, U32, 0 }, { HVCLAIM_A_DEV_STATE, U32, HVCLAIM_DEV_STATE_DRIFTED + 1 },
	    { HVCLAIM_A_DEV_OWNER, STR, 0 }, { HVCLAIM_A_DEV_WITH_FINDINGS, FLAG, 0 } } },
	{ HVCLAIM_CMD_GROUP_GET, 0, HVCLAIM_A_GROUP_MAX, { { HVCLAIM_A_GROUP_ID, U32, 0 } } },
	{ HVCLAIM_CMD_GROUP_GET, NLM_F_DUMP, HVCLAIM_A_GROUP_MAX, {} },
	{ HVCLAIM_CMD_CHECK, 0, HVCLAIM_A_CLAIM_MAX, { WHAT } },
	{ HVCLAIM_CMD_CLAIM, 0, HVCLAIM_A_CLAIM_MAX,
	  { WHAT, { C(LIFETIME), U32, HVCLAIM_LIFETIME_SOCKET + 1 },
	    { C(DEADLINE), U32, HVCLAIM_DEADLINE_MAX + 1 }, { C(COMMAND), STR, 0 } } },
	{ HVCLAIM_CMD_RELEASE, 0, HVCLAIM_A_CLAIM_MAX,
	  { { C(ID), U32, 0 }, { C(FUNCTION), FN, 0 }, { C(OWNER), STR, 0 }, { C(ALL), FLAG, 0 },
	    { C(ALLOW), U64, 1ULL << 25 }, { C(WHEN_IDLE), FLAG, 0 },
	    { C(DEADLINE), U32, HVCLAIM_DEADLINE_MAX + 1 }, { C(COMMAND), STR, 0 } } },
	{ HVCLAIM_CMD_CLAIM_GET, 0, HVCLAIM_A_CLAIM_MAX, { { C(ID), U32, 0 } } },
	{ HVCLAIM_CMD_CLAIM_GET, NLM_F_DUMP, HVCLAIM_A_CLAIM_MAX,
	  { { C(OWNER), STR, 0 }, { C(STATE), U32, HVCLAIM_CLAIM_STATE_REFUSED + 1 } } },
	{ HVCLAIM_CMD_RULE_ADD, 0, HVCLAIM_A_RULE_MAX,
	  { { R(TEXT), STR, HVCLAIM_RULE_TEXT_MAX + 1 }, { R(LATER), FLAG, 0 }, { R(COMMAND), STR, 0 } } },
	{ HVCLAIM_CMD_RULE_DEL, 0, HVCLAIM_A_RULE_MAX,
	  { { R(ID), U32, 0 }, { R(TEXT), STR, HVCLAIM_RULE_TEXT_MAX + 1 } } },
	{ HVCLAIM_CMD_RULE_GET, 0, HVCLAIM_A_RULE_MAX, { { R(ID), U32, 0 } } },
	{ HVCLAIM_CMD_RULE_GET, NLM_F_DUMP, HVCLAIM_A_RULE_MAX,
	  { { R(STATE), U32, HVCLAIM_RULE_STATE_DISABLED + 1 } } },
};

#define N_COMMANDS (sizeof(commands) / sizeof(*commands))

static const struct attr *attr_of(const struct command *c, int type)
{
	for (int i = 0; i < 12; i++)
		if (c->attrs[i].kind != NONE && c->attrs[i].type == type)
			return &c->attrs[i];
	return NULL;
}

FIXTURE(family)
{
	struct nl nl, watch;
	uint32_t generation, claims;
};

FIXTURE_SETUP(family)
{
	ASSERT_EQ(0, nl_open(&self->nl, HVCLAIM_FAMILY_NAME));
	ASSERT_EQ(0, nl_open(&self->watch, HVCLAIM_FAMILY_NAME));
	nl_begin(&self->watch, HVCLAIM_CMD_INFO_GET, 0);
	ASSERT_EQ(0, nl_talk(&self->watch));
	self->generation = nl_attr_u32(&self->watch, HVCLAIM_A_INFO_GENERATION);
	self->claims = nl_attr_u32(&self->watch, HVCLAIM_A_INFO_CLAIMS);
}

/* Whatever a test sends, nothing may have changed */
FIXTURE_TEARDOWN(family)
{
	nl_begin(&self->watch, HVCLAIM_CMD_INFO_GET, 0);
	EXPECT_EQ(0, nl_talk(&self->watch));
	EXPECT_EQ(self->generation, nl_attr_u32(&self->watch, HVCLAIM_A_INFO_GENERATION));
	EXPECT_EQ(self->claims, nl_attr_u32(&self->watch, HVCLAIM_A_INFO_CLAIMS));
	nl_close(&self->nl);
	nl_close(&self->watch);
}

/* Sent as it is, it is refused: with an errno, a message, and the attribute */
#define REFUSED(what, type)                                                                        \
	do {                                                                                       \
		nl_talk(&self->nl);                                                                \
		EXPECT_NE(0, self->nl.err) TH_LOG("cmd %d flags %#x %s, attribute %d", c->cmd,     \
						  c->flags, what, type);                           \
		EXPECT_NE('\0', self->nl.msg[0]) TH_LOG("cmd %d %s, attribute %d: no message",     \
							c->cmd, what, type);                       \
		EXPECT_EQ(self->nl.by_done ? 0 : type, self->nl.bad) TH_LOG("cmd %d flags %#x %s: \"%s\"", c->cmd,        \
						     c->flags, what, self->nl.msg);                \
	} while (0)

TEST_F(family, an_attribute_that_a_command_does_not_take_is_refused)
{
	for (size_t i = 0; i < N_COMMANDS; i++) {
		const struct command *c = &commands[i];

		for (int type = 1; type <= c->max + 3; type++) {
			if (attr_of(c, type))
				continue;
			nl_begin(&self->nl, c->cmd, c->flags);
			nl_put_u32(&self->nl, type, 1);
			REFUSED("foreign attribute", type);
		}
	}
}

TEST_F(family, an_attribute_of_the_wrong_length_is_refused)
{
	static const uint8_t bytes[300] = { 1, 2, 3 };

	for (size_t i = 0; i < N_COMMANDS; i++) {
		const struct command *c = &commands[i];

		for (const struct attr *a = c->attrs; a < c->attrs + 12 && a->kind != NONE; a++) {
			for (int len = 1; len <= 13; len += 4) {
				nl_begin(&self->nl, c->cmd, c->flags);
				/* 3 bytes without a NUL are no string, no number, no flag and no nest */
				nl_put(&self->nl, a->type, bytes, a->kind == STR ? 1 : len);
				REFUSED("wrong length", a->type);
			}
		}
	}
}

TEST_F(family, a_string_that_is_too_long_is_refused)
{
	char text[HVCLAIM_RULE_TEXT_MAX + 2];

	for (size_t i = 0; i < N_COMMANDS; i++) {
		const struct command *c = &commands[i];

		for (const struct attr *a = c->attrs; a < c->attrs + 12 && a->kind != NONE; a++) {
			if (a->kind != STR)
				continue;
			memset(text, 'x', sizeof(text));
			text[a->limit ? a->limit : HVCLAIM_NAME_MAX + 1] = '\0';
			nl_begin(&self->nl, c->cmd, c->flags);
			nl_put_str(&self->nl, a->type, text);
			REFUSED("too long", a->type);
		}
	}
}

TEST_F(family, a_number_out_of_range_is_refused)
{
	for (size_t i = 0; i < N_COMMANDS; i++) {
		const struct command *c = &commands[i];

		for (const struct attr *a = c->attrs; a < c->attrs + 12 && a->kind != NONE; a++) {
			if (!a->limit || a->kind == STR)
				continue;
			nl_begin(&self->nl, c->cmd, c->flags);
			/* the rest of a request that could do something */
			if (c->cmd == HVCLAIM_CMD_CLAIM || c->cmd == HVCLAIM_CMD_CHECK) {
				nl_put_fn(&self->nl, 0, BUS, DEVFN);
				nl_put_str(&self->nl, C(OWNER), "test");
			}
			if (a->kind == U64)
				nl_put_u64(&self->nl, a->type, a->limit);
			else
				nl_put_u32(&self->nl, a->type, a->limit);
			REFUSED("out of range", a->type);
		}
	}
}

TEST_F(family, a_claim_id_of_zero_and_a_deadline_too_short_are_refused)
{
	const struct command *c = &commands[8];

	nl_begin(&self->nl, HVCLAIM_CMD_CLAIM_GET, 0);
	nl_put_u32(&self->nl, C(ID), 0);
	REFUSED("id 0", C(ID));
	nl_begin(&self->nl, HVCLAIM_CMD_RELEASE, 0);
	nl_put_u32(&self->nl, C(ID), 0);
	REFUSED("id 0", C(ID));
	nl_begin(&self->nl, HVCLAIM_CMD_CLAIM, 0);
	nl_put_fn(&self->nl, 0, BUS, DEVFN);
	nl_put_str(&self->nl, C(OWNER), "test");
	nl_put_u32(&self->nl, C(DEADLINE), HVCLAIM_DEADLINE_MIN - 1);
	REFUSED("deadline", C(DEADLINE));
}

TEST_F(family, a_nest_without_its_flag_or_cut_short_is_refused)
{
	for (size_t i = 0; i < N_COMMANDS; i++) {
		const struct command *c = &commands[i];

		for (const struct attr *a = c->attrs; a < c->attrs + 12 && a->kind != NONE; a++) {
			uint32_t inner[2] = { 8 | 1 << 16, 0 };

			if (a->kind != FN && a->kind != ADDR)
				continue;
			nl_begin(&self->nl, c->cmd, c->flags);
			nl_put(&self->nl, a->type, inner, sizeof(inner));
			REFUSED("no nested flag", a->type);
		}
	}
}

TEST_F(family, what_is_missing_is_named)
{
	static const struct { uint8_t cmd; int miss; bool fn; } missing[] = {
		{ HVCLAIM_CMD_DEV_GET, HVCLAIM_A_DEV_ADDR, false },
		{ HVCLAIM_CMD_GROUP_GET, HVCLAIM_A_GROUP_ID, false },
		{ HVCLAIM_CMD_CHECK, C(FUNCTION), false },
		{ HVCLAIM_CMD_CLAIM, C(OWNER), true },
		{ HVCLAIM_CMD_RELEASE, C(FUNCTION), false },
		{ HVCLAIM_CMD_CLAIM_GET, C(ID), false },
		{ HVCLAIM_CMD_RULE_ADD, R(TEXT), false },
		{ HVCLAIM_CMD_RULE_DEL, R(ID), false },
		{ HVCLAIM_CMD_RULE_GET, R(ID), false },
	};

	for (size_t i = 0; i < sizeof(missing) / sizeof(*missing); i++) {
		nl_begin(&self->nl, missing[i].cmd, 0);
		if (missing[i].fn)
			nl_put_fn(&self->nl, 0, BUS, DEVFN);
		nl_talk(&self->nl);
		EXPECT_EQ(-EINVAL, self->nl.err);
		EXPECT_EQ(missing[i].miss, self->nl.miss) TH_LOG("cmd %d", missing[i].cmd);
		EXPECT_NE('\0', self->nl.msg[0]) TH_LOG("cmd %d: no message", missing[i].cmd);
	}
}

TEST_F(family, an_address_without_each_of_its_parts_is_refused)
{
	for (int left_out = 1; left_out <= HVCLAIM_A_ADDR_MAX; left_out++) {
		size_t fn, addr;

		nl_begin(&self->nl, HVCLAIM_CMD_CLAIM, 0);
		nl_put_str(&self->nl, C(OWNER), "test");
		fn = nl_nest(&self->nl, C(FUNCTION));
		addr = nl_nest(&self->nl, HVCLAIM_A_CLAIM_FN_ADDR);
		for (int part = 1; part <= HVCLAIM_A_ADDR_MAX; part++)
			if (part != left_out)
				nl_put_u32(&self->nl, part, part == HVCLAIM_A_ADDR_BUS ? BUS : 0);
		nl_nest_end(&self->nl, addr);
		nl_nest_end(&self->nl, fn);
		EXPECT_EQ(-EINVAL, nl_talk(&self->nl));
		EXPECT_EQ(left_out, self->nl.miss);
		EXPECT_EQ(HVCLAIM_A_CLAIM_FN_ADDR, self->nl.bad);
	}
	nl_begin(&self->nl, HVCLAIM_CMD_CLAIM, 0);
	nl_put_str(&self->nl, C(OWNER), "test");
	nl_put_fn(&self->nl, 0, 256, 0);
	EXPECT_EQ(-ERANGE, nl_talk(&self->nl));
	EXPECT_EQ(HVCLAIM_A_ADDR_BUS, self->nl.bad);
}

TEST_F(family, a_function_that_does_not_exist_is_named)
{
	static const uint8_t cmds[] = { HVCLAIM_CMD_CHECK, HVCLAIM_CMD_CLAIM, HVCLAIM_CMD_RELEASE };

	for (size_t i = 0; i < sizeof(cmds); i++) {
		nl_begin(&self->nl, cmds[i], 0);
		if (cmds[i] != HVCLAIM_CMD_RELEASE)
			nl_put_str(&self->nl, C(OWNER), "test");
		nl_put_fn(&self->nl, 0x1234, 0xab, 0xff);
		EXPECT_EQ(-ENODEV, nl_talk(&self->nl));
		EXPECT_STREQ("no function at 1234:ab:1f.7", self->nl.msg);
		EXPECT_EQ(C(FUNCTION), self->nl.bad);
	}
}

TEST_F(family, a_function_named_twice_is_refused)
{
	nl_begin(&self->nl, HVCLAIM_CMD_CLAIM, 0);
	nl_put_str(&self->nl, C(OWNER), "test");
	nl_put_fn(&self->nl, 0, BUS, DEVFN);
	nl_put_fn(&self->nl, 0, BUS, DEVFN);
	EXPECT_EQ(-EINVAL, nl_talk(&self->nl));
	EXPECT_STREQ("0000:01:00.0 is named twice", self->nl.msg);
	EXPECT_EQ(C(FUNCTION), self->nl.bad);
}

TEST_F(family, a_name_with_a_space_or_a_control_character_is_refused)
{
	static const char *const names[] = { "", "a b", "a\tb", "\x1b[31m", "\xc3\xa4" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		nl_begin(&self->nl, HVCLAIM_CMD_CLAIM, 0);
		nl_put_fn(&self->nl, 0, BUS, DEVFN);
		nl_put_str(&self->nl, C(OWNER), names[i]);
		EXPECT_EQ(-EINVAL, nl_talk(&self->nl)) TH_LOG("name %zu", i);
		EXPECT_EQ(C(OWNER), self->nl.bad);
	}
}

TEST_F(family, a_rule_with_a_mistake_is_refused_with_its_column)
{
	static const struct { const char *text, *says; } mistakes[] = {
		{ "", "" },
		{ "nonsense", "column 1: expected an address" },
		{ "0000:01:00.0,owner=", "column 20: expected a name" },
		{ "0000:01:00.0\n", "column 13: expected , or the end" },
		{ "pci:8086:10d3,allow=everything", "column 21: no such reason" },
		{ "0000:01:00.0,backend=nope", "no backend nope" },
	};

	for (size_t i = 0; i < sizeof(mistakes) / sizeof(*mistakes); i++) {
		nl_begin(&self->nl, HVCLAIM_CMD_RULE_ADD, 0);
		nl_put_str(&self->nl, R(TEXT), mistakes[i].text);
		EXPECT_NE(0, nl_talk(&self->nl));
		EXPECT_EQ(R(TEXT), self->nl.bad);
		EXPECT_NE(NULL, strstr(self->nl.msg, mistakes[i].says)) TH_LOG("%s: %s", mistakes[i].text,
									       self->nl.msg);
	}
	nl_begin(&self->nl, HVCLAIM_CMD_RULE_DEL, 0);
	nl_put_str(&self->nl, R(TEXT), "0000:01:00.0");
	EXPECT_EQ(-ENOENT, nl_talk(&self->nl));
	EXPECT_EQ(R(TEXT), self->nl.bad);
}

TEST_F(family, an_unknown_backend_is_named)
{
	nl_begin(&self->nl, HVCLAIM_CMD_CLAIM, 0);
	nl_put_fn(&self->nl, 0, BUS, DEVFN);
	nl_put_str(&self->nl, C(OWNER), "test");
	nl_put_str(&self->nl, C(BACKEND), "vfio-pic");
	EXPECT_EQ(-ENOENT, nl_talk(&self->nl));
	EXPECT_STREQ("no backend vfio-pic on this host", self->nl.msg);
	EXPECT_EQ(C(BACKEND), self->nl.bad);
}

TEST_F(family, a_pinned_identity_that_does_not_match_is_refused)
{
	size_t fn;

	nl_begin(&self->nl, HVCLAIM_CMD_CLAIM, 0);
	nl_put_str(&self->nl, C(OWNER), "test");
	fn = nl_nest(&self->nl, C(FUNCTION));
	nl_put_addr(&self->nl, HVCLAIM_A_CLAIM_FN_ADDR, 0, BUS, DEVFN);
	nl_put_u32(&self->nl, HVCLAIM_A_CLAIM_FN_VENDOR, 0x10de);
	nl_nest_end(&self->nl, fn);
	EXPECT_EQ(-EACCES, nl_talk(&self->nl));
	EXPECT_STREQ("0000:01:00.0: identity", self->nl.msg);
	EXPECT_EQ(C(FUNCTION), self->nl.bad);
}

TEST_F(family, a_message_cut_off_at_any_byte_changes_nothing)
{
	size_t whole;

	nl_begin(&self->nl, HVCLAIM_CMD_CLAIM, 0);
	nl_put_str(&self->nl, C(BACKEND), "none");
	nl_put_fn(&self->nl, 0, BUS, DEVFN);
	nl_put_str(&self->nl, C(OWNER), "test");
	whole = self->nl.len;
	for (size_t len = NLMSG_HDRLEN + GENL_HDRLEN; len < whole; len++) {
		self->nl.len = len;
		nl_talk(&self->nl);
		EXPECT_NE(0, self->nl.err) TH_LOG("%zu of %zu bytes", len, whole);
	}
}

TEST_F(family, an_unknown_command_is_refused)
{
	/* those of events are none that one could send */
	for (int cmd = HVCLAIM_CMD_STATE_NTF; cmd <= HVCLAIM_CMD_MAX + 3; cmd++) {
		if (cmd > HVCLAIM_CMD_GONE_NTF && cmd <= HVCLAIM_CMD_MAX)
			continue;
		nl_begin(&self->nl, cmd, 0);
		EXPECT_EQ(-EOPNOTSUPP, nl_talk(&self->nl)) TH_LOG("command %d", cmd);
	}
}

/* The child's exit code is the number of the check that failed; @spaces: it is root in namespaces of its own */
static int as_nobody(struct nl *nl, int spaces)
{
	static const uint8_t cmds[] = { HVCLAIM_CMD_CHECK, HVCLAIM_CMD_CLAIM, HVCLAIM_CMD_RELEASE,
					HVCLAIM_CMD_CLAIM_GET, HVCLAIM_CMD_RULE_ADD, HVCLAIM_CMD_RULE_DEL };

	if (setgid(65534) || setuid(65534) || (spaces && unshare(spaces)) || nl_open(nl, HVCLAIM_FAMILY_NAME))
		return 1;
	for (size_t i = 0; i < sizeof(cmds); i++) {
		nl_begin(nl, cmds[i], 0);
		if (nl_talk(nl) != -EPERM || strcmp(nl->msg, "CAP_SYS_ADMIN is needed"))
			return 10 + i;
	}
	nl_begin(nl, HVCLAIM_CMD_CLAIM_GET, NLM_F_DUMP);
	if (nl_talk(nl) != -EPERM)
		return 20;
	nl_begin(nl, HVCLAIM_CMD_RULE_GET, NLM_F_DUMP);
	if (nl_talk(nl) != -EPERM)
		return 26;
	nl_begin(nl, HVCLAIM_CMD_DEV_GET, NLM_F_DUMP);
	nl_put_str(nl, HVCLAIM_A_DEV_OWNER, "test");
	if (nl_talk(nl) != -EPERM)
		return 21;
	if (nl_join(nl, HVCLAIM_MCGRP_MONITOR) != -EPERM)
		return 22;
	nl_begin(nl, HVCLAIM_CMD_INFO_GET, 0);
	if (nl_talk(nl) || nl->n != 1)
		return 23;
	nl_begin(nl, HVCLAIM_CMD_DEV_GET, NLM_F_DUMP);
	nl_put(nl, HVCLAIM_A_DEV_WITH_FINDINGS, NULL, 0);
	if (nl_talk(nl) || nl->n < 2)
		return 24;
	nl_begin(nl, HVCLAIM_CMD_DEV_GET, 0);
	nl_put_addr(nl, HVCLAIM_A_DEV_ADDR, 0, BUS, DEVFN);
	nl_put(nl, HVCLAIM_A_DEV_WITH_FINDINGS, NULL, 0);
	if (nl_talk(nl) || !nl_attr(nl, HVCLAIM_A_DEV_VENDOR) || nl_attr(nl, HVCLAIM_A_DEV_SERIAL) ||
	    nl_attr(nl, HVCLAIM_A_DEV_FINDING) || nl_attr(nl, HVCLAIM_A_DEV_VERDICT))
		return 25;
	return 0;
}

TEST_F(family, who_is_not_root_sees_what_sysfs_shows_and_changes_nothing)
{
	pid_t pid = fork();
	int status;

	ASSERT_LE(0, pid);
	if (!pid)
		_exit(as_nobody(&self->nl, 0));
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	EXPECT_EQ(0, WEXITSTATUS(status));
	/* the same questions have answers for root: the serial number tells that it was withheld */
	nl_begin(&self->nl, HVCLAIM_CMD_DEV_GET, 0);
	nl_put_addr(&self->nl, HVCLAIM_A_DEV_ADDR, 0, BUS, DEVFN);
	nl_put(&self->nl, HVCLAIM_A_DEV_WITH_FINDINGS, NULL, 0);
	EXPECT_EQ(0, nl_talk(&self->nl));
	EXPECT_NE(NULL, nl_attr(&self->nl, HVCLAIM_A_DEV_SERIAL));
	EXPECT_NE(NULL, nl_attr(&self->nl, HVCLAIM_A_DEV_VERDICT));
}

TEST_F(family, root_of_a_user_namespace_is_nobody)
{
	pid_t pid = fork();
	int status;

	ASSERT_LE(0, pid);
	if (!pid)
		_exit(as_nobody(&self->nl, CLONE_NEWUSER));
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	EXPECT_EQ(0, WEXITSTATUS(status));
}

TEST_F(family, another_network_namespace_sees_no_family)
{
	pid_t pid = fork();
	int status;

	ASSERT_LE(0, pid);
	if (!pid)
		_exit(unshare(CLONE_NEWNET) ? 1 : nl_open(&self->nl, HVCLAIM_FAMILY_NAME) == -ENOENT ? 0 : 2);
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	EXPECT_EQ(0, WEXITSTATUS(status));
}

TEST_HARNESS_MAIN
