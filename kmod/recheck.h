/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * recheck.h - judging claims that are in the ledger already: time has passed since they were asked for
 */
#ifndef HVC_RECHECK_H
#define HVC_RECHECK_H

#include <linux/types.h>

struct hvc_claim;

/**
 * hvc_recheck() - judge the functions of a claim that are to be taken
 * @claim: the claim; its findings are replaced
 *
 * Context: may sleep; takes the ledger's lock, and waits for no driver.
 * Return: 0, -EACCES when the findings refuse it, or -ENOMEM.
 */
int hvc_recheck(struct hvc_claim *claim);

/**
 * hvc_in_use() - a guest has an IOMMU group of the claim open
 * @claim: the claim
 *
 * Context: as hvc_recheck().
 * Return: whether; true when memory is out, which is no proof that nobody has.
 */
bool hvc_in_use(struct hvc_claim *claim);

#endif
