/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * words.h - the enums of the interface in its own words (those of uapi/hvclaim.yaml)
 */
#ifndef HVCLAIM_WORDS_H
#define HVCLAIM_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <linux/hvclaim.h>

/* "unknown" for a value that this version does not know */
const char *reason_word(enum hvclaim_reason r);
const char *severity_word(enum hvclaim_severity s);
const char *claim_state_word(enum hvclaim_claim_state s);
const char *fn_state_word(enum hvclaim_fn_state s);
const char *dev_state_word(enum hvclaim_dev_state s);
const char *lifetime_word(enum hvclaim_lifetime l);
const char *rule_source_word(enum hvclaim_rule_source s);
const char *rule_state_word(enum hvclaim_rule_state s);
const char *hypervisor_word(enum hvclaim_hypervisor h);
const char *iommu_word(enum hvclaim_iommu i);
const char *sriov_role_word(enum hvclaim_sriov_role r);
const char *netdev_use_word(enum hvclaim_netdev_use u);

/** acs_word() - the name of the ACS bit 1 << @i, or NULL when there is none */
const char *acs_word(unsigned int i);

/** reason_of_word() - the reason named by the @len bytes at @word, or -1 */
int reason_of_word(const char *word, size_t len);

/** reason_can_ask() - whether --allow gets past a reason, on one host or another */
bool reason_can_ask(enum hvclaim_reason r);

/** lifetime_of_word() - the lifetime of that name, or -1 */
int lifetime_of_word(const char *word);

/**
 * allow_parse() - reasons separated by commas, to bits
 * @text: for instance "group-shared,netdev-busy"
 * @allow: 1 << reason of each is added
 * @err: on failure a malloc'd sentence that names the bad word and the ones that there are
 *
 * Return: 0 or -EINVAL.
 */
int allow_parse(const char *text, uint64_t *allow, char **err);

/** allow_text() - the names of a mask's reasons between commas, to be freed; NULL when memory is out */
char *allow_text(uint64_t mask);

#endif
