// SPDX-License-Identifier: GPL-2.0-only
/*
 * guest.c - hvclaim guest: the quality of service of running guests
 */
#define _GNU_SOURCE 1
#include <string.h>

#include "lib/privs.h"
#include "guest.h"

/* which options a second word takes */
#define TAKES_DRY_RUN 1u
#define TAKES_WATCH   2u
#define TAKES_ALL     4u
#define TAKES_OUTPUT  8u

enum {
	KEY_DRY_RUN = 0x5000,
	KEY_WATCH,
	KEY_ALL
};

static struct guest_opts opts;

static bool all_given(void)
{
	return opts.all;
}

static const struct hvc_sub subs[] = {
	{ "list", "[GUEST…]", "running guests, their threads by role, and their entries in the file", 0,
	  UINT_MAX, 0, NULL, PRIVS_LOOK },
	{ "check", "", "whether the host has what all guests of the file want together", 0, 0, 0, NULL,
	  PRIVS_LOOK },
	{ "apply", "[GUEST…]", "give guests of the file their share; all, when none is named", 0, UINT_MAX,
	  TAKES_DRY_RUN | TAKES_WATCH, NULL, PRIVS_SHARE },
	{ "explain", "GUEST…", "what is requested, programmed and effective, and why they differ", 1,
	  UINT_MAX, 0, NULL, PRIVS_LOOK | PRIVS_ASK },
	{ "clear", "GUEST…|--all", "take back what was set for them", 1, UINT_MAX, TAKES_DRY_RUN | TAKES_ALL,
	  all_given, PRIVS_SHARE },
	{ "devices", "GUEST", "the devices that the file has for a guest, running or not", 1, 1, 0, NULL,
	  PRIVS_LOOK },
	{ "metrics", "", "what guests use, as Prometheus's node_exporter reads it", 0, 0, TAKES_OUTPUT, NULL,
	  PRIVS_LOOK | PRIVS_ASK },
	{ 0 },
};

/* in the order of @subs */
static int (*const runs[])(const struct guest_opts *o) = {
	guest_run_list,	 guest_run_check,   guest_run_apply,   guest_run_explain,
	guest_run_clear, guest_run_devices, guest_run_metrics,
};

static const struct argp_option options[] = {
	{ "dry-run", KEY_DRY_RUN, NULL, 0, "only tell what would be done", 0 },
	{ "watch", KEY_WATCH, NULL, 0, "apply: stay, and follow guests, threads, CPUs and the file", 0 },
	{ "all", KEY_ALL, NULL, 0, "clear: all guests", 0 },
	{ "output", 'O', "FILE", 0, "metrics: into FILE, whole or not at all", 0 },
	{ 0 },
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	(void)state;
	switch (key) {
	case ARGP_KEY_ARG:
		if (!sub_choose(&opts.sub, "guest", subs, arg))
			words_add(&opts.words, arg);
		return 0;
	case KEY_DRY_RUN:
		opts.dry_run = true;
		return sub_option(&opts.sub, TAKES_DRY_RUN, "--dry-run");
	case KEY_WATCH:
		opts.watch = true;
		return sub_option(&opts.sub, TAKES_WATCH, "--watch");
	case 'O':
		opts.output = arg;
		privs_add(PRIVS_WRITE);
		return sub_option(&opts.sub, TAKES_OUTPUT, "--output");
	case KEY_ALL:
		opts.all = true;
		return sub_option(&opts.sub, TAKES_ALL, "--all");
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static int run(void)
{
	const struct hvc_sub *s = sub_check(&opts.sub, "guest", subs, opts.words.n);

	return runs[s - subs](&opts);
}

const struct hvc_cmd cmd_guest = {
	.name = "guest",
	.args = "list|check|apply|explain|clear|devices|metrics [GUEST…] [OPTION…]",
	.doc = "give running guests their share of the host, and tell what it does",
	.subs = subs,
	.options = options,
	.parse = parse,
	.run = run,
};
