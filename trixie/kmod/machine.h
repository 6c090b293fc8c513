/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * machine.h - the worker that takes claims and gives them back
 */
#ifndef HVC_MACHINE_H
#define HVC_MACHINE_H

struct hvc_claim;
struct work_struct;

/**
 * hvc_machine_kick() - have a claim looked at by its worker
 * @claim: the claim; what is wanted of it is written into it before, under the ledger's lock
 *
 * Context: the ledger's lock held; does not wait.
 */
void hvc_machine_kick(struct hvc_claim *claim);

/** hvc_machine_work() - &hvc_claim.work */
void hvc_machine_work(struct work_struct *work);

/** hvc_machine_step() - &hvc_claim_fn.work */
void hvc_machine_step(struct work_struct *work);

/** hvc_machine_init() - make the work queues; undone by hvc_machine_exit() */
int hvc_machine_init(void);

/** hvc_machine_exit() - wait for the last workers and destroy the queues */
void hvc_machine_exit(void);

#endif
