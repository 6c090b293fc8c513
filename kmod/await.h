/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * await.h - claimed functions that have vanished, and what becomes of them when they come back
 *
 * A function comes back when one of the same identity appears in the same place (hvc_dev_same()): plugged in
 * again, rescanned, or as a virtual function created anew.
 */
#ifndef HVC_AWAIT_H
#define HVC_AWAIT_H

#include "claim.h"

/**
 * hvc_await_add() - wait for a function of a claim
 * @fn: the function, of a claim that is in the ledger
 * @dev: what it was: nothing is done when it is another device by now
 *
 * Context: any; takes hvc_await_lock.
 */
void hvc_await_add(struct hvc_claim_fn *fn, const struct hvc_dev *dev);

/**
 * hvc_await_match() - a function has appeared: does a claim wait for it?
 * @dev: the function
 *
 * From here on it is the claim's: hvc_await_adopt() must follow, once a driver may be bound to it.
 *
 * Context: any; takes hvc_await_lock.
 * Return: the claim's function with a reference to the claim, or NULL.
 */
struct hvc_claim_fn *hvc_await_match(struct hvc_dev *dev);

/**
 * hvc_await_adopt() - a function that has come back joins its claim, which takes it then
 * @fn: what hvc_await_match() returned; the reference to the claim stays the caller's
 * @dev: what it was asked for
 *
 * Context: may sleep; takes the ledger's lock.
 * Return: 0, also when it has vanished again; -EAGAIN while somebody works on the claim; -ENOMEM.
 */
int hvc_await_adopt(struct hvc_claim_fn *fn, struct hvc_dev *dev);

/**
 * hvc_await_cancel() - instead of hvc_await_adopt(): go on waiting
 * @fn: what hvc_await_match() returned; the reference to the claim stays the caller's
 * @dev: what it was asked for
 *
 * Context: may sleep.
 * Return: false when another device has taken the place of @dev already.
 */
bool hvc_await_cancel(struct hvc_claim_fn *fn, struct hvc_dev *dev);

/** hvc_awaited() - the claim waits for this function, or it is about to join it; the ledger's lock held */
bool hvc_awaited(struct hvc_claim_fn *fn);

/** hvc_await_find() - the function that was at an address and is waited for, or NULL; ledger's lock held */
struct hvc_claim_fn *hvc_await_find(struct hvc_addr addr);

/**
 * hvc_await_forget() - do not wait for a function any more
 * @fn: the function
 *
 * Context: the ledger's lock held.
 * Return: false when it is about to join the claim: then it must be given back by the claim.
 */
bool hvc_await_forget(struct hvc_claim_fn *fn);

#endif
