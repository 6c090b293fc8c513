// SPDX-License-Identifier: GPL-2.0-only
/*
 * guest.c - hvclaim guest: the quality of service of running guests
 */
#define _GNU_SOURCE 1
#include <string.h>

#include "guest.h"

static const struct guest_verb *const verbs[] = {
	&guest_list_verb,
};

#define N_VERBS (sizeof(verbs) / sizeof(verbs[0]))

enum {
	KEY_DRY_RUN = 0x5000,
	KEY_WATCH,
	KEY_ALL
};

static struct guest_opts opts;
static const struct guest_verb *chosen;

static const struct argp_option options[] = {
	{ "dry-run", KEY_DRY_RUN, NULL, 0, "apply, clear: only tell what would be done", 0 },
	{ "watch", KEY_WATCH, NULL, 0, "apply: stay, and follow guests, threads, CPUs and the file", 0 },
	{ "all", KEY_ALL, NULL, 0, "clear: all guests", 0 },
	{ "output", 'O', "FILE", 0, "metrics: write FILE, whole or not at all", 0 },
	{ 0 },
};

static void choose(const char *name)
{
	for (size_t i = 0; i < N_VERBS; i++)
		if (!strcmp(verbs[i]->name, name))
			chosen = verbs[i];
	if (!chosen)
		usage_error("no command guest %s; `hvclaim guest --help` lists them", name);
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	(void)state;
	switch (key) {
	case ARGP_KEY_ARG:
		if (chosen)
			words_add(&opts.words, arg);
		else
			choose(arg);
		return 0;
	case KEY_DRY_RUN:
		opts.dry_run = true;
		opts.given |= OPT_DRY_RUN;
		return 0;
	case KEY_WATCH:
		opts.watch = true;
		opts.given |= OPT_WATCH;
		return 0;
	case KEY_ALL:
		opts.all = true;
		opts.given |= OPT_ALL;
		return 0;
	case 'O':
		opts.output = arg;
		opts.given |= OPT_OUTPUT;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static int run(void)
{
	static const char *const names[] = { "--dry-run", "--watch", "--all", "--output" };

	if (!chosen)
		usage_error("guest needs a command; `hvclaim guest --help` lists them");
	for (unsigned int i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (opts.given & ~chosen->options & 1u << i)
			usage_error("guest %s takes no %s", chosen->name, names[i]);
	if (!*chosen->args && opts.words.n)
		usage_error("guest %s takes no argument: %s", chosen->name, opts.words.v[0]);
	return chosen->run(&opts);
}

const struct hvc_cmd cmd_guest = {
	.name = "guest",
	.args = "COMMAND [GUEST…] [OPTION…]",
	.doc = "give running guests their share of the host, and tell what it does",
	.more = "  list                 running guests, their threads by role, and what the file has for them",
	.options = options,
	.parse = parse,
	.run = run,
};
