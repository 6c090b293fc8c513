/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * check.h - findings: pure decisions from facts
 */
#ifndef HVC_CHECK_H
#define HVC_CHECK_H

#include "facts.h"

/**
 * struct hvc_finding - one reason for or against a request
 * @reason: which one
 * @severity: what it means for the request
 * @allowed: the request's allow covers it
 * @function: the function of the request
 * @has_other: @other is set
 * @other: bridge, group member, PF or sibling
 * @driver: driver of @other, or of @function where there is no other; or ""
 * @group: IOMMU group, or -1
 * @start: first address of a reserved region; a region has @end != 0
 * @end: last address of a reserved region
 * @acs_missing: bits that @other does not enable, enum hvclaim_acs
 * @acs_capable: bits that @other could enable
 * @netdev: interface, or ""
 * @netdev_use: how it is used
 * @upper: interface stacked on it, or ""
 * @netns_other: it is in another network namespace
 * @claim: id of the other claim, or 0
 * @owner: its owner, or ""
 */
struct hvc_finding {
	enum hvclaim_reason reason;
	enum hvclaim_severity severity;
	bool allowed;
	struct hvc_addr function;
	bool has_other;
	struct hvc_addr other;
	char driver[HVCLAIM_NAME_MAX + 1];
	int group;
	u64 start;
	u64 end;
	u8 acs_missing;
	u8 acs_capable;
	char netdev[HVC_IFNAME_LEN];
	enum hvclaim_netdev_use netdev_use;
	char upper[HVC_IFNAME_LEN];
	bool netns_other;
	u32 claim;
	char owner[HVCLAIM_NAME_MAX + 1];
};

/**
 * struct hvc_findings - a growing list of findings
 * @v: the findings
 * @n: how many
 * @size: how many @v has room for
 */
struct hvc_findings {
	struct hvc_finding *v;
	unsigned int n;
	unsigned int size;
};

/**
 * struct hvc_check_params - what is asked of the functions
 * @owner: for whom; "" when nobody is named, then every claim is another's
 * @same: id of the claim that the request repeats, which is not held against it, or 0
 * @allow: BIT(reason) of each reason to accept although it asks
 * @trusted_backend: the backend needs no IOMMU (the tests' mock): hardware findings become notes
 */
struct hvc_check_params {
	const char *owner;
	u32 same;
	u64 allow;
	bool trusted_backend;
};

/**
 * hvc_check_claim() - judge whether a set of functions may be claimed
 * @facts: what is known of them, the ledger's part included
 * @p: what is asked
 * @out: findings are appended, per function in the order of the table in design.md
 *
 * Pure: no I/O, no locks, the same answer for the same facts.
 *
 * Return: 0, or -ENOMEM.
 */
int hvc_check_claim(const struct hvc_facts *facts, const struct hvc_check_params *p,
		    struct hvc_findings *out);

/**
 * hvc_check_release() - judge whether functions that a claim holds may be given back
 * @facts: what is known of them
 * @p: what is asked; an owner of "" is not compared
 * @out: findings are appended
 *
 * Finds foreign-owner; in-use: the group's DMA is owned and every bound member's driver is
 * driver_managed_dma; and no-reset.
 *
 * Return: 0, or -ENOMEM.
 */
int hvc_check_release(const struct hvc_facts *facts, const struct hvc_check_params *p,
		      struct hvc_findings *out);

/** hvc_check_verdict() - the worst severity among the findings that are not allowed; note without any */
enum hvclaim_severity hvc_check_verdict(const struct hvc_findings *f);

/** hvc_check_blame() - what to say first: held, else the first of the worst that are not allowed; or NULL */
const struct hvc_finding *hvc_check_blame(const struct hvc_findings *f);

/** hvc_class_relaxable() - the kernel calls a region that is reserved for such a function relaxable */
bool hvc_class_relaxable(u32 class);

/** hvc_check_viable() - a guest could be given members of this group as they are bound now */
bool hvc_check_viable(const struct hvc_fact_group *group);

/** hvc_reason_name() - the reason in the words of the interface, for messages */
const char *hvc_reason_name(enum hvclaim_reason reason);

/** hvc_findings_free() - free the list and empty it */
void hvc_findings_free(struct hvc_findings *f);

#endif
