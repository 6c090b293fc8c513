/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * bind.h - the steps that move one function between drivers
 *
 * Each may wait for a driver without limit, so they run in the steps' own work items, with no lock held.
 * Each leaves the function's state and error in the ledger.
 */
#ifndef HVC_BIND_H
#define HVC_BIND_H

struct hvc_claim_fn;

/**
 * hvc_fn_unbind() - note the driver and the override, park the function and release its driver
 * @fn: the function
 *
 * A function that the claim's driver has already keeps it.
 *
 * Return: 0, or a negative errno: nothing was changed, or the function is parked.
 */
int hvc_fn_unbind(struct hvc_claim_fn *fn);

/** hvc_fn_bind() - attach the claim's driver; 0 or its probe's negative errno */
int hvc_fn_bind(struct hvc_claim_fn *fn);

/**
 * hvc_fn_rollback() - give back what no guest has had: without a reset
 * @fn: a function in any state
 *
 * Return: 0, or the host driver's negative errno; then the function is left without a driver.
 */
int hvc_fn_rollback(struct hvc_claim_fn *fn);

/**
 * hvc_fn_restore() - give back: release the claim's driver, park, reset, override, host driver
 * @fn: a function that the claim holds, or could not put back before
 *
 * When the reset fails the function stays parked, unless the claim allows no-reset: a host driver never
 * meets hardware as a guest left it.
 *
 * Return: 0 or a negative errno.
 */
int hvc_fn_restore(struct hvc_claim_fn *fn);

#endif
