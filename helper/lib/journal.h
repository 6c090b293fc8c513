/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * journal.h - a record of what was asked for and what came of it
 */
#ifndef HVCLAIM_JOURNAL_H
#define HVCLAIM_JOURNAL_H

#include <stddef.h>
#include <stdint.h>

#include "device/model.h"

/* MESSAGE_ID of every record: journalctl MESSAGE_ID=… */
#define JOURNAL_MESSAGE_ID "9353916367a5474a86fca9368e7030d7"

/**
 * journal_prepare() - what a record takes, before there is one
 *
 * For where there is something to wait for: loading libsystemd takes as long as a claim does.
 */
void journal_prepare(void);

/**
 * journal_record() - send one record to the systemd journal
 * @verb: "claim" or "release"
 * @owner: for whom, or NULL
 * @addrs: the functions
 * @n: how many
 * @result: in one word: "held", "refused", "gone", …
 * @claim_id: id in the ledger, or 0
 *
 * Fields: MESSAGE, MESSAGE_ID, PRIORITY, HVCLAIM_VERB, HVCLAIM_OWNER, HVCLAIM_DEVICE (once a function),
 * HVCLAIM_RESULT, HVCLAIM_CLAIM, HVCLAIM_LOGIN_UID. Says nothing when there is no journal: the ledger has
 * it all the same.
 */
void journal_record(const char *verb, const char *owner, const struct addr *addrs, size_t n,
		    const char *result, uint32_t claim_id);
/**
 * journal_rule() - send one record about a standing rule
 * @verb: "rule add", "boot remove", …
 * @rule: its text, in HVCLAIM_RULE
 * @result: in a word or two
 */
void journal_rule(const char *verb, const char *rule, const char *result);

#endif
