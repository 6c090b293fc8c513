/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * target.h - what check, claim and release have in common: functions named on the command line
 *
 * Calls return an exit code: EXIT_DONE to go on, any other after having said why.
 */
#ifndef HVCLAIM_TARGET_H
#define HVCLAIM_TARGET_H

#include "cmd/cmd.h"
#include "config/config.h"
#include "device/explain.h"
#include "nl/nl.h"
#include "device/select.h"

/** struct target - connection, configuration, and the functions meant */
struct target {
	struct nl *nl;
	struct config *cfg;
	struct devs devs;
	const struct dev **picked; /* into devs */
	struct claim_fn *fns;	   /* the same, with the ids seen */
	size_t n;
	struct findings findings; /* the helper's own */
	struct explain_ctx *explain;
};

/** struct words_list - selectors as they come from argp; grows as needed */
struct words_list {
	const char **v;
	size_t n;
};

void words_add(struct words_list *list, const char *word);

/** need_cap() - for @what; says so when we began without the capability @cap, called @name */
int need_cap(const char *what, int cap, const char *name);
/** need_root() - the same for CAP_SYS_ADMIN, without which the module tells little and does nothing */
int need_root(const char *what);
/** am_root() - whether the command began with CAP_SYS_ADMIN */
bool am_root(void);
/** module_open() - connect to the module, or say that it is not loaded */
int module_open(struct nl **nl);
/**
 * module_loaded() - whether it is; asked before connecting where that must change nothing
 *
 * The kernel loads the module, and with it the rules of modprobe.d, for whoever asks for its netlink family.
 */
bool module_loaded(void);
/** nl_failed() - say what the kernel said, and what was being done; returns EXIT_ERROR */
int nl_failed(const struct nl *nl, const char *doing);
void nl_closep(struct nl **nl);

/** target_open() - connect, load the configuration and the list of functions */
int target_open(struct target *t, bool findings);
/** target_open_host() - the same without the module, if it is not loaded: t->nl is NULL then */
int target_open_host(struct target *t);
void target_close(struct target *t);
/** target_env() - aliases and interfaces for selectors; t must outlive it */
struct select_env target_env(struct target *t);
/** target_pick() - the functions that selectors mean */
int target_pick(struct target *t, const struct words_list *selectors);
/** target_fns() - fill t->fns from t->picked */
int target_fns(struct target *t);
/** target_unpick() - forget which functions are meant, and what was found of them */
void target_unpick(struct target *t);
/**
 * target_usage() - what the host does with the functions that a request would take, into t->findings
 *
 * Functions that a claim holds already are not looked at.
 */
int target_usage(struct target *t, const struct nl_request *req);
/** target_judge() - check @req with the kernel, merge the helper's findings, and set the verdict of both */
int target_judge(struct target *t, const struct nl_request *req, struct nl_verdict *v);
/** target_judge_each() - the same for a rule, which makes a claim of its own of each function */
int target_judge_each(struct target *t, const struct nl_request *req, struct nl_verdict *v);
/** target_harden() - make fatal what only pcie_acs_override hides */
void target_harden(struct target *t, struct findings *list);
/** target_refused() - say why a request is refused; returns EXIT_REFUSED */
int target_refused(struct target *t, const char *verb, const struct findings *list);
/** target_addrs() - addresses of the picked functions, to be freed */
struct addr *target_addrs(const struct target *t);

#endif
