/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * nl.h - talking to the module
 *
 * nl.c is the only file that touches libnl. Every call returns 0 or a negative errno; a refusal's words are
 * in the connection's last error.
 */
#ifndef HVCLAIM_NL_H
#define HVCLAIM_NL_H

#include "device/model.h"

struct nl;

/** struct nl_error - why the last call failed */
struct nl_error {
	int err;	   /* negative errno */
	char msg[256];	   /* the kernel's words (extack), or strerror()'s, never empty after an error */
	char attr[64];	   /* the attribute to blame, in the words of uapi/hvclaim.yaml; "" when none is */
	bool attr_missing; /* it is missing, not wrong */
};

/** struct nl_request - what check, claim and release are told; zeroed fields are left out */
struct nl_request {
	const struct claim_fn *fns; /* addr; vendor and device where not 0: the identity that is expected */
	size_t n_fns;
	bool has_group;
	uint32_t group;
	const char *owner, *backend, *driver, *command;
	uint64_t allow; /* 1 << reason */
	enum hvclaim_lifetime lifetime;
	bool whole_group;
	uint32_t deadline;   /* ms */
	uint32_t id;	     /* release: a claim */
	bool all, when_idle; /* release */
};

/** struct nl_verdict - the answer of check */
struct nl_verdict {
	enum hvclaim_severity verdict;
	struct addr *fns; /* what would be taken, group members included */
	size_t n_fns;
	struct findings findings;
	char backend[HVCLAIM_NAME_MAX + 1], driver[HVCLAIM_NAME_MAX + 1];
};

/** struct nl_ref - a claim named in the answer of claim or release */
struct nl_ref {
	uint32_t id;
	enum hvclaim_claim_state state;
	char owner[HVCLAIM_NAME_MAX + 1];
};

/** enum nl_event_kind - what came on the monitor group */
enum nl_event_kind {
	NL_EVENT_STATE,
	NL_EVENT_REFUSED,
	NL_EVENT_DRIFT,
	NL_EVENT_GONE,
	NL_EVENT_LOST
};

/** struct nl_event - one event; NL_EVENT_LOST (ENOBUFS) says that some were lost */
struct nl_event {
	enum nl_event_kind kind;
	struct claim claim; /* state, refused */
	struct dev dev;	    /* drift, gone */
};

/** nl_open() - connect; -ENOENT when the module is not loaded; *nl is NULL after a failure */
int nl_open(struct nl **nl);
void nl_disconnect(struct nl *nl);
/** nl_last_error() - of the last call that failed on this connection */
const struct nl_error *nl_last_error(const struct nl *nl);

int nl_info(struct nl *nl, struct info *out);
/** nl_devs() - all functions; @findings asks for verdicts, which only root gets */
int nl_devs(struct nl *nl, bool findings, struct devs *out);
/** nl_dev() - one function, judged anew (reads configuration space) when @findings */
int nl_dev(struct nl *nl, struct addr addr, bool findings, struct dev *out);
int nl_groups(struct nl *nl, struct groups *out);
/** nl_claims() - the ledger; @owner may be NULL */
int nl_claims(struct nl *nl, const char *owner, struct claims *out);
/** nl_claim_get() - one claim, also one that ended lately; -ENOENT when it is unknown */
int nl_claim_get(struct nl *nl, uint32_t id, struct claim *out);
int nl_check(struct nl *nl, const struct nl_request *req, struct nl_verdict *out);
/** nl_claim() - -EACCES: refused by findings; -EBUSY: another claim has it */
int nl_claim(struct nl *nl, const struct nl_request *req, struct nl_ref *ref, bool *changed);
/** nl_release() - -EBUSY: a guest is on it; -EACCES: refused by another finding; @refs is malloc'd */
int nl_release(struct nl *nl, const struct nl_request *req, struct nl_ref **refs, size_t *n_refs,
	       bool *changed);
/** nl_rules() - the standing rules, in the order in which they are tried */
int nl_rules(struct nl *nl, struct rules *out);
/** nl_rule_get() - one rule; -ENOENT when it is unknown */
int nl_rule_get(struct nl *nl, uint32_t id, struct rule *out);
/**
 * nl_rule_add() - add a standing rule
 * @text: the rule
 * @later: leave alone what is there already
 * @command: what asks, or NULL
 * @id: set to its number, also when it was there before
 * @changed: set to whether it is new
 */
int nl_rule_add(struct nl *nl, const char *text, bool later, const char *command, uint32_t *id,
		bool *changed);
/** nl_rule_del() - remove a standing rule; -ENOENT when it is unknown */
int nl_rule_del(struct nl *nl, uint32_t id, bool *changed);
/** nl_stale() - the ledger moved under the last list each time that it was asked for: some of it may be old */
bool nl_stale(const struct nl *nl);
void nl_verdict_free(struct nl_verdict *v);

/** nl_subscribe() - join the monitor group on this connection; needs root. Use a connection of its own. */
int nl_subscribe(struct nl *nl);
/** nl_event_fd() - to be polled */
int nl_event_fd(const struct nl *nl);
/**
 * nl_event_next() - the next event
 * @timeout_ms: how long to wait, -1 for ever
 *
 * Return: 1 with an event (to be freed by nl_event_free()), 0 when the time is over, or a negative errno.
 */
int nl_event_next(struct nl *nl, int timeout_ms, struct nl_event *out);
void nl_event_free(struct nl_event *e);

#endif
