/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * sub.h - commands of two words: hvclaim boot add, hvclaim rule list
 */
#ifndef HVCLAIM_SUB_H
#define HVCLAIM_SUB_H

#include <limits.h>

#include "device/request.h"
#include "cmd.h"

#define SUB_OPTIONS_MAX 16

/** struct hvc_sub - a second word; a table of them ends with an empty entry */
struct hvc_sub {
	const char *name, *args, *doc;
	unsigned int min, max; /* words behind it */
	unsigned int takes;    /* bits of the options that it takes; their meaning is the command's */
	bool (*enough)(void);  /* fewer words will do, because options say enough; or NULL */
	uint64_t privs;	       /* capabilities that it keeps (lib/privs.h); options may add to them */
};

/** struct sub_args - the second word, and which options were given */
struct sub_args {
	const struct hvc_sub *chosen;
	struct {
		unsigned int takes;
		const char *name;
	} used[SUB_OPTIONS_MAX];
	size_t n_used;
};

/** sub_choose() - take the second word; false when it was there already, and @arg is another word */
bool sub_choose(struct sub_args *a, const char *cmd, const struct hvc_sub *subs, const char *arg);

/** sub_option() - note that an option was given; returns 0 */
error_t sub_option(struct sub_args *a, unsigned int takes, const char *name);

/** sub_request() - request_option(), and note it */
error_t sub_request(struct sub_args *a, unsigned int takes, struct request_options *o, int key, char *arg);

/**
 * sub_check() - end with a usage error unless words and options fit the second word
 *
 * What that word does not need of root's capabilities is given up.
 *
 * Return: which it was.
 */
const struct hvc_sub *sub_check(const struct sub_args *a, const char *cmd, const struct hvc_sub *subs,
				size_t n_words);

#endif
