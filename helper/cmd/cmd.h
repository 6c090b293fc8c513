/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * cmd.h - the commands of hvclaim, and what they have in common
 */
#ifndef HVCLAIM_CMD_H
#define HVCLAIM_CMD_H

#include <argp.h>
#include <stdbool.h>
#include <stdint.h>

/* exit codes, as in hvclaim(8) */
enum {
	EXIT_DONE = 0,
	EXIT_ERROR = 1,
	EXIT_USAGE = 2,
	EXIT_REFUSED = 3,
	EXIT_BUSY = 4,
	EXIT_PENDING = 5,
};

/** struct globals - the options that every command takes */
struct globals {
	bool json, pretty, verbose;
	const char *config; /* NULL for the default file */
};

extern struct globals globals;

struct hvc_sub;

/** struct hvc_cmd - one command; help and completion are printed from the table of these */
struct hvc_cmd {
	const char *name;
	const char *args;	    /* what stands after the name in a synopsis */
	const char *doc;	    /* one line */
	const char *more;	    /* paragraphs for `hvclaim NAME --help`, or NULL */
	const struct hvc_sub *subs; /* second words (sub.h), or NULL */
	uint64_t privs;		    /* capabilities that it keeps (lib/privs.h); of @subs each has its own */
	const struct argp_option *options;
	/**
	 * @parse: as argp's parser, its input is @input; NULL when there are neither options nor arguments
	 */
	argp_parser_t parse;
	void *input;
	int (*run)(void);
};

extern const struct hvc_cmd cmd_info, cmd_list, cmd_check, cmd_claim, cmd_release, cmd_monitor, cmd_rule,
	cmd_boot, cmd_guest, cmd_io;

/** error_say() - one line on stderr: "hvclaim: …" */
void error_say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/** usage_error() - error_say(), and exit with EXIT_USAGE */
void usage_error(const char *fmt, ...) __attribute__((format(printf, 1, 2), noreturn));

/* values of options; each ends the command with a usage error that names the option when it is wrong */
uint64_t option_allow(const char *arg);
uint32_t option_number(const char *option, const char *arg, uint32_t min, uint32_t max);
/** option_ms() - seconds, with a fraction or not, to milliseconds */
uint32_t option_ms(const char *option, const char *arg, uint32_t min_ms, uint32_t max_ms);
/** option_name() - an owner, backend or driver: one printable word that the wire has room for */
const char *option_name(const char *option, const char *arg);

#endif
