// SPDX-License-Identifier: GPL-2.0-only
/*
 * hvcnl - the module's commands for test scripts, without the helper between
 *
 *	hvcnl claim|check [-o OWNER] [-b BACKEND] [-a BITS] [-d MS] [-g] [-s] [-w] ADDRESS…
 *	hvcnl flood N …			the same claim N times, whatever the answers; each refusal is an event
 *	hvcnl release [-i ID | -o OWNER | -A] [-a BITS] [-I] [-w] [ADDRESS…]
 *	hvcnl rule-add [-l] TEXT | rule-del ID | rules
 *	hvcnl get ID | dev ADDRESS | ledger | claims | all | devs | groups | info | monitor
 *
 * all: the rules, and then the ledger. -a reasons' bits, -g the whole group, -s lives with the socket: stay until killed, -I when idle, -w wait
 * until it has settled. A refusal is printed as "EBUSY: the kernel's words", with exit status 1.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include <linux/hvclaim.h>

#include "nl.h"

#define C(x)  HVCLAIM_A_CLAIM_##x
#define F(x)  HVCLAIM_A_CLAIM_FN_##x
#define D(x)  HVCLAIM_A_DEV_##x
#define R(x)  HVCLAIM_A_RULE_##x
#define M(x)  HVCLAIM_A_RULE_MATCH_##x
#define ST(x) HVCLAIM_CLAIM_STATE_##x

#define WAIT_SECONDS 60

static const char *const claim_states[] = { "queued",	"checking",  "unbinding", "binding",
					    "held",	"releasing", "gone",	  "stuck",
					    "degraded", "orphaned",  "refused" };
static const char *const fn_states[] = { "untouched", "unbinding", "parked",   "binding", "held",
					 "resetting", "restoring", "restored", "failed",  "gone" };
static const char *const dev_states[] = { "unbound", "host",   "foreign", "pending", "held",
					  "stuck",   "parked", "gone",	  "drifted" };
static const char *const rule_states[] = { "waiting", "active", "refused", "invalid", "disabled" };

static struct nl nl, events;

static uint32_t u32(const void *payload)
{
	uint32_t v = UINT32_MAX;

	if (payload)
		memcpy(&v, payload, sizeof(v));
	return v;
}

static const char *word(const char *const *words, size_t n, const void *payload)
{
	return u32(payload) < n ? words[u32(payload)] : "?";
}

#define WORD(words, payload) word(words, sizeof(words) / sizeof(*(words)), payload)

static const char *text(const void *payload)
{
	return payload ? payload : "-";
}

static const char *address(const void *nest)
{
	static char buf[32];

	if (!nest)
		return "?";
	snprintf(buf, sizeof(buf), "%04x:%02x:%02x.%x", u32(nl_nested(nest, HVCLAIM_A_ADDR_DOMAIN)),
		 u32(nl_nested(nest, HVCLAIM_A_ADDR_BUS)), u32(nl_nested(nest, HVCLAIM_A_ADDR_DEVFN)) >> 3,
		 u32(nl_nested(nest, HVCLAIM_A_ADDR_DEVFN)) & 7);
	return buf;
}

static void put_address(const char *name, bool of_claim)
{
	unsigned int domain, bus, slot, function;

	if (sscanf(name, "%x:%x:%x.%x", &domain, &bus, &slot, &function) != 4) {
		printf("hvcnl: no address: %s\n", name);
		exit(2);
	}
	if (of_claim)
		nl_put_fn(&nl, domain, bus, slot << 3 | function);
	else
		nl_put_addr(&nl, D(ADDR), domain, bus, slot << 3 | function);
}

static void talk(void)
{
	if (!nl_talk(&nl))
		return;
	printf("%s: %s\n", strerrorname_np(-nl.err), nl.msg);
	exit(1);
}

static void print_dev(const struct nlmsghdr *h)
{
	printf("%s %s", address(nl_answer_attr(h, D(ADDR))), WORD(dev_states, nl_answer_attr(h, D(STATE))));
	printf(" %s %s\n", text(nl_answer_attr(h, D(DRIVER))), text(nl_answer_attr(h, D(OWNER))));
}

/* ID STATE OWNER [idle] [: why], and with @all a line for each function */
static void print_claim(const struct nlmsghdr *h, bool all)
{
	const void *fn;

	printf("%d %s %s", (int)u32(nl_answer_attr(h, C(ID))),
	       WORD(claim_states, nl_answer_attr(h, C(STATE))), text(nl_answer_attr(h, C(OWNER))));
	if (nl_answer_attr(h, C(WHEN_IDLE)))
		printf(" idle");
	if (nl_answer_attr(h, C(ERROR_MSG)))
		printf(": %s", text(nl_answer_attr(h, C(ERROR_MSG))));
	printf("\n");
	fn = all ? nl_answer_attr(h, C(FUNCTION)) : NULL;
	for (; fn; fn = nl_answer_next(h, fn)) {
		printf("%s %s", address(nl_nested(fn, F(ADDR))), WORD(fn_states, nl_nested(fn, F(STATE))));
		printf(" %s", text(nl_nested(fn, F(HOST_DRIVER))));
		printf(" %s\n", text(nl_nested(fn, F(DRIVER))));
	}
}

static void print_claim_line(const struct nlmsghdr *h)
{
	print_claim(h, false);
}

static void print_claim_all(const struct nlmsghdr *h)
{
	print_claim(h, true);
}

/* Of a claim that there was; one that ended is pushed out by later ones */
static uint32_t state_of(uint32_t id)
{
	nl_begin(&nl, HVCLAIM_CMD_CLAIM_GET, 0);
	nl_put_u32(&nl, C(ID), id);
	if (nl_talk(&nl) == -ENOMEM)	/* that is about this message: ask again */
		return ST(QUEUED);
	if (nl.err != -ENOENT)
		return nl.err ? (uint32_t)ST(DEGRADED) : nl_attr_u32(&nl, C(STATE));
	return ST(GONE);
}

/* Wait until a claim is where it stays: taken, or (@release) given back; prints that state */
static int settle(uint32_t id, bool release)
{
	/* on the kernel where each allocation is to fail in turn, asking is not to make most of them */
	const char *kernel = getenv("RIG_KERNEL");
	const int pause_ms = kernel && !strcmp(kernel, "torture") ? 500 : 20;
	uint32_t state = state_of(id);

	for (int i = 0; i < WAIT_SECONDS * 1000 / pause_ms; i++, state = state_of(id)) {
		if (state == ST(GONE) || state == ST(DEGRADED) || state == ST(REFUSED) ||
		    (!release && (state == ST(HELD) || state == ST(STUCK) || state == ST(ORPHANED)))) {
			printf("%s\n", claim_states[state]);
			return state == (release ? ST(GONE) : ST(HELD)) ? 0 : 1;
		}
		nanosleep(&(struct timespec){ .tv_nsec = pause_ms * 1000000L }, NULL);
	}
	printf("%s, and stays there\n", claim_states[state]);
	return 1;
}

struct options {
	bool wait, socket;
};

static struct options put_options(int argc, char **argv)
{
	struct options o = {};
	int c;

	while ((c = getopt(argc, argv, "o:b:a:d:i:gswAI")) != -1) {
		switch (c) {
		case 'o':
			nl_put_str(&nl, C(OWNER), optarg);
			break;
		case 'b':
			nl_put_str(&nl, C(BACKEND), optarg);
			break;
		case 'a':
			nl_put_u64(&nl, C(ALLOW), strtoull(optarg, NULL, 0));
			break;
		case 'd':
			nl_put_u32(&nl, C(DEADLINE), atoi(optarg));
			break;
		case 'i':
			nl_put_u32(&nl, C(ID), atoi(optarg));
			break;
		case 'g':
			nl_put(&nl, C(WHOLE_GROUP), NULL, 0);
			break;
		case 's':
			nl_put_u32(&nl, C(LIFETIME), HVCLAIM_LIFETIME_SOCKET);
			o.socket = true;
			break;
		case 'w':
			o.wait = true;
			break;
		case 'A':
			nl_put(&nl, C(ALL), NULL, 0);
			break;
		case 'I':
			nl_put(&nl, C(WHEN_IDLE), NULL, 0);
			break;
		default:
			exit(2);
		}
	}
	for (int i = optind; i < argc; i++)
		put_address(argv[i], true);
	return o;
}

static int do_claim(int argc, char **argv)
{
	struct options o;
	uint32_t id;
	int err = 0;

	nl_begin(&nl, HVCLAIM_CMD_CLAIM, 0);
	o = put_options(argc, argv);
	talk();
	id = nl_attr_u32(&nl, C(ID));
	printf("%u %s%c", id, nl_attr_u32(&nl, C(CHANGED)) ? "changed" : "unchanged", o.wait ? ' ' : '\n');
	if (o.wait)
		err = settle(id, false);
	fflush(stdout);
	while (o.socket && !err)
		pause();
	return err;
}

static int do_flood(int argc, char **argv)
{
	nl_begin(&nl, HVCLAIM_CMD_CLAIM, 0);
	put_options(argc - 1, argv + 1);
	for (int n = argc > 1 ? atoi(argv[1]) : 0; n > 0; n--)
		nl_talk(&nl);
	return 0;
}

static int do_release(int argc, char **argv)
{
	uint32_t ids[1024], n = 0;
	const void *ref;
	int err = 0;
	bool wait;

	nl_begin(&nl, HVCLAIM_CMD_RELEASE, 0);
	wait = put_options(argc, argv).wait;
	talk();
	printf("%s\n", nl_attr_u32(&nl, C(CHANGED)) ? "changed" : "unchanged");
	for (ref = nl_attr(&nl, C(CLAIM)); ref && n < 1024;
	     ref = nl_answer_next((const struct nlmsghdr *)nl.reply, ref))
		ids[n++] = u32(nl_nested(ref, HVCLAIM_A_CLAIM_REF_ID));
	while (wait && n)
		err |= settle(ids[--n], true);
	return err;
}

/* VERDICT, and a line for each finding: SEVERITY REASON'S-NUMBER FUNCTION OTHER */
static void print_verdict(const struct nlmsghdr *h)
{
	static const char *const severities[] = { "note", "ask", "fatal" };
	const void *x = nl_answer_attr(h, C(FINDING));

	printf("%s\n", WORD(severities, nl_answer_attr(h, C(VERDICT))));
	for (; x; x = nl_answer_next(h, x)) {
		printf("%s %u ", WORD(severities, nl_nested(x, HVCLAIM_A_FINDING_SEVERITY)),
		       u32(nl_nested(x, HVCLAIM_A_FINDING_REASON)));
		printf("%s ", address(nl_nested(x, HVCLAIM_A_FINDING_FUNCTION)));
		printf("%s\n", address(nl_nested(x, HVCLAIM_A_FINDING_OTHER)));
	}
}

static int do_check(int argc, char **argv)
{
	nl_begin(&nl, HVCLAIM_CMD_CHECK, 0);
	put_options(argc, argv);
	nl.each = print_verdict;
	talk();
	return 0;
}

static int do_get(int argc, char **argv)
{
	nl_begin(&nl, HVCLAIM_CMD_CLAIM_GET, 0);
	nl_put_u32(&nl, C(ID), argc > 1 ? atoi(argv[1]) : 0);
	nl.each = print_claim_all;
	talk();
	return 0;
}

static int do_dev(int argc, char **argv)
{
	nl_begin(&nl, HVCLAIM_CMD_DEV_GET, 0);
	if (argc > 1)
		put_address(argv[1], false);
	nl.each = print_dev;
	talk();
	return 0;
}

static int do_claims(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	nl_begin(&nl, HVCLAIM_CMD_CLAIM_GET, NLM_F_DUMP);
	nl.each = print_claim_all;
	talk();
	return 0;
}

static int do_ledger(int argc, char **argv)
{
	nl_begin(&nl, HVCLAIM_CMD_CLAIM_GET, NLM_F_DUMP);
	nl.each = print_claim_line;
	talk();
	return 0;
}

static int do_devs(int argc, char **argv)
{
	nl_begin(&nl, HVCLAIM_CMD_DEV_GET, NLM_F_DUMP);
	nl_put(&nl, D(WITH_FINDINGS), NULL, 0);
	nl.each = print_dev;
	talk();
	return 0;
}

static int do_groups(int argc, char **argv)
{
	nl_begin(&nl, HVCLAIM_CMD_GROUP_GET, NLM_F_DUMP);
	talk();
	printf("%d\n", nl.n);
	return 0;
}

static int do_info(int argc, char **argv)
{
	nl_begin(&nl, HVCLAIM_CMD_INFO_GET, 0);
	talk();
	printf("claims %u\n", nl_attr_u32(&nl, HVCLAIM_A_INFO_CLAIMS));
	return 0;
}

static void print_event(const struct nlmsghdr *h)
{
	const struct genlmsghdr *g = NLMSG_DATA(h);

	switch (g->cmd) {
	case HVCLAIM_CMD_STATE_NTF:
		printf("state ");
		print_claim(h, false);
		break;
	case HVCLAIM_CMD_REFUSE_NTF:
		printf("refused %s\n", text(nl_answer_attr(h, C(OWNER))));
		break;
	case HVCLAIM_CMD_DRIFT_NTF:
	case HVCLAIM_CMD_GONE_NTF:
		printf("%s ", g->cmd == HVCLAIM_CMD_GONE_NTF ? "gone" : "drift");
		print_dev(h);
		break;
	default:
		printf("event %d?\n", g->cmd);
	}
}

static int do_monitor(int argc, char **argv)
{
	static uint8_t in[262144] __attribute__((aligned(4)));
	int err = nl_open(&events, HVCLAIM_FAMILY_NAME);

	if (!err)
		err = nl_join(&events, HVCLAIM_MCGRP_MONITOR);
	if (err) {
		printf("%s\n", strerrorname_np(-err));
		return 1;
	}
	setsockopt(events.fd, SOL_SOCKET, SO_RCVTIMEO, &(struct timeval){}, sizeof(struct timeval));
	printf("listening\n");
	for (;;) {
		const struct nlmsghdr *h = (const struct nlmsghdr *)in;
		ssize_t len;

		fflush(stdout);
		len = recv(events.fd, in, sizeof(in), 0);
		if (len < 0)
			printf("%s\n", strerrorname_np(errno));
		for (; len > 0 && NLMSG_OK(h, len); h = NLMSG_NEXT(h, len))
			print_event(h);
	}
}

/* ID STATE TEXT [: COLUMN: WHY], and a line for each function: ADDRESS CLAIM-OR-ERROR [WHY] */
static void print_rule(const struct nlmsghdr *h)
{
	const void *m;

	printf("%u %s", u32(nl_answer_attr(h, R(ID))), WORD(rule_states, nl_answer_attr(h, R(STATE))));
	printf(" %s", text(nl_answer_attr(h, R(TEXT))));
	if (nl_answer_attr(h, R(COLUMN)))
		printf(": %u: %s", u32(nl_answer_attr(h, R(COLUMN))), text(nl_answer_attr(h, R(ERROR_MSG))));
	printf("\n");
	for (m = nl_answer_attr(h, R(MATCH)); m; m = nl_answer_next(h, m)) {
		printf("  %s", address(nl_nested(m, M(ADDR))));
		if (nl_nested(m, M(CLAIM)))
			printf(" claim %u", u32(nl_nested(m, M(CLAIM))));
		if (nl_nested(m, M(ERROR)))
			printf(" %s %s", strerrorname_np(-(int)u32(nl_nested(m, M(ERROR)))),
			       text(nl_nested(m, M(ERROR_MSG))));
		printf("\n");
	}
}

static int do_rules(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	nl_begin(&nl, HVCLAIM_CMD_RULE_GET, NLM_F_DUMP);
	nl.each = print_rule;
	talk();
	return 0;
}

static int do_all(int argc, char **argv)
{
	return do_rules(argc, argv) ?: do_ledger(argc, argv);
}

static int do_rule_add(int argc, char **argv)
{
	bool later = argc > 2 && !strcmp(argv[1], "-l");

	if (argc != 2 + later)
		return 2;
	nl_begin(&nl, HVCLAIM_CMD_RULE_ADD, 0);
	nl_put_str(&nl, R(TEXT), argv[1 + later]);
	if (later)
		nl_put(&nl, R(LATER), NULL, 0);
	talk();
	printf("%u %s\n", nl_attr_u32(&nl, R(ID)), nl_attr_u32(&nl, R(CHANGED)) ? "changed" : "unchanged");
	return 0;
}

static int do_rule_del(int argc, char **argv)
{
	if (argc != 2)
		return 2;
	nl_begin(&nl, HVCLAIM_CMD_RULE_DEL, 0);
	nl_put_u32(&nl, R(ID), strtoul(argv[1], NULL, 10));
	talk();
	return 0;
}

static const struct {
	const char *name;
	int (*run)(int argc, char **argv);
} commands[] = {
	{ "claim", do_claim },	 { "release", do_release },   { "check", do_check },
	{ "get", do_get },	 { "dev", do_dev },	      { "ledger", do_ledger },
	{ "claims", do_claims }, { "devs", do_devs },	      { "groups", do_groups },
	{ "info", do_info },	 { "monitor", do_monitor },   { "flood", do_flood },
	{ "all", do_all },
	{ "rules", do_rules },	 { "rule-add", do_rule_add }, { "rule-del", do_rule_del },
};

int main(int argc, char **argv)
{
	int err;

	setvbuf(stdout, NULL, _IOLBF, 0);
	for (size_t i = 0; argc > 1 && i < sizeof(commands) / sizeof(*commands); i++) {
		if (strcmp(commands[i].name, argv[1]))
			continue;
		err = nl_open(&nl, HVCLAIM_FAMILY_NAME);
		if (!err)
			return commands[i].run(argc - 1, argv + 1);
		printf("%s: no family\n", strerrorname_np(-err));
		return 1;
	}
	fprintf(stderr, "usage: hvcnl COMMAND [OPTIONS] [ADDRESS...], see hvcnl.c\n");
	return 2;
}
