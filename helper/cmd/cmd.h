/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * cmd.h - what a command is, and what commands share
 */
#ifndef HVCLAIM_CMD_H
#define HVCLAIM_CMD_H

#include <argp.h>
#include <stdbool.h>
#include <stddef.h>

#include "config.h"
#include "model.h"
#include "nl.h"

/** enum hvc_exit - exit codes, the same for every command */
enum hvc_exit {
	HVC_DONE = 0,
	HVC_ERROR = 1,
	HVC_USAGE = 2,
	HVC_REFUSED = 3, /* findings forbid it; nothing was changed */
	HVC_BUSY = 4,	 /* a guest is on it */
	HVC_PENDING = 5, /* the wait ran out; the claim goes on */
};

/** struct hvc - one run of the command */
struct hvc {
	bool json, pretty;
	int verbose;
	const char *config_file; /* NULL: the default one */
	char **argv;		 /* as typed, for "the command that gets past it" */
	int argc;
	char **args; /* what is neither a command nor an option */
	size_t n_args;
	struct nl *nl;	       /* connected before a command with needs_netlink runs */
	struct config *config; /* NULL until hvc_config() */
};

/** struct hvc_cmd - one command; the array of these in main.c is the only list of them */
struct hvc_cmd {
	const char *name;
	const char *args; /* what else it takes, or NULL */
	const char *doc;  /* one line */
	const struct argp_option *options;
	argp_parser_t parse; /* state->input is the zeroed struct of opts_size bytes */
	size_t opts_size;
	int (*run)(struct hvc *hvc, void *opts); /* returns enum hvc_exit */
	bool needs_netlink, needs_root;
	bool takes_selectors; /* for completion */
};

extern const struct hvc_cmd cmd_info, cmd_list, cmd_check, cmd_claim, cmd_release, cmd_monitor;

/** hvc_error() - one line on stderr, after the command's name */
void hvc_error(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/** hvc_nl_error() - tell why the last netlink call failed; HVC_ERROR, for return */
int hvc_nl_error(const struct nl *nl, const char *what);

/* targets.c: the functions that the arguments mean */

/** struct targets - functions chosen from all */
struct targets {
	struct devs all;
	const struct dev **v; /* into all */
	size_t n;
	struct findings pins; /* identity: a pinned one is another device */
};

/**
 * targets_resolve() - read all functions, and choose by the arguments
 * @hvc: the run; its args are selectors. Without any, nothing is chosen
 * @findings: have the functions judged, too
 * @out: to be freed by targets_free()
 *
 * Return: HVC_DONE; otherwise the mistake was told: HVC_USAGE, HVC_ERROR, or HVC_REFUSED for a pinned identity
 * that differs.
 */
int targets_resolve(struct hvc *hvc, bool findings, struct targets *out);
void targets_free(struct targets *t);

/* verdict.c: the kernel's findings and the host's, judged together */

/** struct verdict - what a claim would meet */
struct verdict {
	struct nl_verdict kernel;
	struct findings findings;    /* the kernel's and the helper's */
	enum hvclaim_severity worst; /* of those that are not allowed */
};

/**
 * verdict_get() - have the kernel check a request, and add what the host does with the functions
 *
 * Return: HVC_DONE with a verdict, whichever; otherwise the error was told.
 */
int verdict_get(struct hvc *hvc, const struct nl_request *req, const struct devs *all, struct verdict *out);
void verdict_free(struct verdict *v);

/** verdict_worst() - the worst severity among findings that are not allowed; note without any */
enum hvclaim_severity verdict_worst(const struct findings *findings);

/** verdict_print() - every finding in words, and the command that gets past them where there is one */
void verdict_print(struct hvc *hvc, const struct findings *findings, const struct devs *all);

/** verdict_refuse() - tell a refusal, as text or JSON; HVC_REFUSED, for return */
int verdict_refuse(struct hvc *hvc, const char *verb, const struct findings *findings,
		   const struct devs *all);

/** findings_usage() - append what the host does with functions; shared by list and verdict_get() */
int findings_usage(struct dev *const *devs, size_t n, const struct devs *all, struct findings *out);

/* wait.c: until a claim is where it should be */

/** struct waiting - for one claim */
struct waiting {
	struct nl *events; /* subscribed before the request was sent, or NULL */
	const char *verb;  /* for the progress: "claiming" */
	uint32_t id;
	bool release;		 /* until it is given back; otherwise until it is held */
	const struct addr *only; /* release: of these functions; all without any */
	size_t n_only;
	unsigned int seconds;
};

/** enum wait_end - how waiting ended */
enum wait_end {
	WAIT_DONE,
	WAIT_REFUSED,
	WAIT_FAILED,
	WAIT_PENDING,
	WAIT_ERROR
};

/** wait_events() - a connection that hears of changes; NULL when it cannot be had: then claims are polled */
struct nl *wait_events(void);

/** wait_claim() - wait; @out is the claim as it was last seen, to be freed */
enum wait_end wait_claim(struct hvc *hvc, const struct waiting *w, struct claim *out);

/* options.c: options that several commands have */

/** option_number() - a whole number in a range, or a usage error */
unsigned int option_number(struct argp_state *state, const char *name, const char *arg, unsigned int min,
			   unsigned int max);
/** option_name() - an owner, backend, driver: printable, no spaces, not too long; or a usage error */
const char *option_name(struct argp_state *state, const char *name, const char *arg);
/** option_allow() - add reasons, or a usage error */
void option_allow(struct argp_state *state, const char *arg, uint64_t *allow);

/** hvc_config() - read the configuration once; HVC_DONE, or the mistake was told */
int hvc_config(struct hvc *hvc);

/* completion.c */
void completion_print(const struct hvc_cmd *const *cmds, const struct argp_option *global);

#endif
