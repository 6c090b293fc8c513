/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * guest.h - the commands below `hvclaim guest`
 */
#ifndef HVCLAIM_CMD_GUEST_H
#define HVCLAIM_CMD_GUEST_H

#include "../guest_host.h"
#include "../target.h"
#include "cmd.h"

/* options that a command takes */
#define OPT_DRY_RUN 1u
#define OPT_WATCH   2u
#define OPT_ALL	    4u
#define OPT_OUTPUT  8u

/** struct guest_opts - as parsed */
struct guest_opts {
	struct words_list words; /* guests, by their names in the file or their own */
	bool dry_run, watch, all;
	const char *output;
	unsigned int given; /* bits of OPT_… */
};

/** struct guest_verb - one command below `hvclaim guest` */
struct guest_verb {
	const char *name;
	const char *args;
	unsigned int options; /* bits of OPT_… */
	int (*run)(const struct guest_opts *o);
};

extern const struct guest_verb guest_list_verb, guest_apply_verb, guest_clear_verb;

#endif
