/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * request.h - requests against the ledger: judged, and then entered or marked
 */
#ifndef HVC_REQUEST_H
#define HVC_REQUEST_H

#include "claim.h"

/**
 * struct hvc_judgement - what became of judging a request
 * @backend: that would hold the functions
 * @driver: name of the driver that would
 * @devs: the functions, those of whole groups included; references
 * @n: how many
 * @findings: for and against it
 */
struct hvc_judgement {
	const struct hvc_backend_ops *backend;
	const char *driver;
	struct hvc_dev **devs;
	unsigned int n;
	struct hvc_findings findings;
};

/**
 * hvc_request_judge() - the verdict that a claim would reach now
 * @req: the request
 * @j: filled; hvc_judgement_free() is needed either way
 *
 * Context: may sleep; takes hvc_ledger_lock, and waits for no driver.
 * Return: 0 when there is a verdict, whichever; a negative errno with extack when the request is wrong.
 */
int hvc_request_judge(struct hvc_request *req, struct hvc_judgement *j);

/** hvc_judgement_free() - free what hvc_request_judge() filled in */
void hvc_judgement_free(struct hvc_judgement *j);

/**
 * hvc_request_claim() - judge, enter into the ledger and queue
 * @req: the request
 * @ref: filled with the claim
 * @changed: false when this owner's claim of just these functions was there already, as it was taken
 *
 * Context: as hvc_request_judge().
 * Return: 0; -EACCES when the findings refuse it, -EBUSY when another claim has a function, and other
 * negative errnos when the request is wrong; each with extack.
 */
int hvc_request_claim(struct hvc_request *req, struct hvc_claim_ref *ref, bool *changed);

/**
 * hvc_request_enter() - enter into the ledger and queue; the worker judges
 * @req: the request, with one function; its @extack may be NULL
 * @id: filled with the claim that has the function now
 *
 * For standing rules: what they parked is in the ledger before anything can refuse it, so that it always goes
 * back to the host the same way. Members of a whole group that other claims have are left to those.
 *
 * Context: as hvc_request_judge().
 * Return: 0; -EBUSY when another claim has the function, @id says which; -EAGAIN when that claim has yet to
 * note that the one before it at this address has vanished; -ENODEV, -ENOENT, -ENOMEM.
 */
int hvc_request_enter(struct hvc_request *req, u32 *id);

/**
 * struct hvc_release_answer - what is told of a release
 * @room: makes room for telling of @n_refs claims, before anything is queued; 0 or a negative errno
 * @msg: what @room has made
 * @refs: the claims concerned; to be freed with kvfree()
 * @n_refs: how many
 * @changed: false when there was nothing to be done
 */
struct hvc_release_answer {
	int (*room)(struct hvc_release_answer *answer);
	struct sk_buff *msg;
	struct hvc_claim_ref *refs;
	unsigned int n_refs;
	bool changed;
};

/**
 * hvc_request_release() - judge, and queue the giving back
 * @req: the request
 * @answer: with @room; the rest is filled in
 *
 * Context: as hvc_request_judge().
 * Return: 0; -EBUSY when a guest is on a function, -EACCES when another finding refuses it, and other
 * negative errnos when the request is wrong; each with extack.
 */
int hvc_request_release(struct hvc_request *req, struct hvc_release_answer *answer);

/** hvc_request_blame() - the attribute by which a request means a function; may be NULL */
const struct nlattr *hvc_request_blame(struct hvc_request *req, struct hvc_addr addr);

/** hvc_request_refuse() - say by extack that a finding refuses a request; its negative errno */
int hvc_request_refuse(struct hvc_request *req, const struct hvc_finding *x);

/** hvc_deadline_default() - milliseconds until a driver's remove or probe counts as stuck */
u32 hvc_deadline_default(void);

#endif
