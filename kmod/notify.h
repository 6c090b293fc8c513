/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * notify.h - what is told to the multicast group "monitor"
 */
#ifndef HVC_NOTIFY_H
#define HVC_NOTIFY_H

#include <linux/types.h>

struct hvc_claim;
struct hvc_dev;

/**
 * hvc_notify_claim() - tell of a claim
 * @claim: the claim
 * @cmd: HVCLAIM_CMD_STATE_NTF or HVCLAIM_CMD_REFUSE_NTF
 *
 * Costs nothing while nobody listens. Who is not told, because he is too slow or memory is out, gets
 * ENOBUFS and reads the ledger anew.
 *
 * Context: may sleep; the ledger's lock held, so that events come in the order of the states.
 */
void hvc_notify_claim(struct hvc_claim *claim, u8 cmd);

/**
 * hvc_notify_dev() - tell of a claimed function
 * @dev: the function
 * @cmd: HVCLAIM_CMD_DRIFT_NTF or HVCLAIM_CMD_GONE_NTF
 *
 * Context: as hvc_notify_claim().
 */
void hvc_notify_dev(struct hvc_dev *dev, u8 cmd);

#endif
