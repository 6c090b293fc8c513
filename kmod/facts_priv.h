/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * facts_priv.h - shared by the collectors of facts
 */
#ifndef HVC_FACTS_PRIV_H
#define HVC_FACTS_PRIV_H

#include "facts.h"

/**
 * struct hvc_fact_key - where a requested function is in the request
 * @key: its hvc_addr_key()
 * @index: into &hvc_facts.fns
 */
struct hvc_fact_key {
	unsigned long key;
	unsigned int index;
};

/**
 * struct hvc_collect - one collection under way
 * @facts: being filled
 * @devs: the functions
 * @keys: the same, ordered by address
 * @n: how many
 * @deep: see hvc_facts_collect()
 */
struct hvc_collect {
	struct hvc_facts *facts;
	struct hvc_dev **devs;
	struct hvc_fact_key *keys;
	unsigned int n;
	bool deep;
};

/** hvc_fact_index() - index of the requested function at an address, or -1 */
int hvc_fact_index(const struct hvc_collect *c, struct hvc_addr addr);

/** hvc_fact_other_fill() - what the cache knows of a function */
void hvc_fact_other_fill(const struct hvc_collect *c, struct hvc_fact_other *o, struct hvc_dev *dev);

/**
 * hvc_facts_netdevs() - find the network interfaces of all requested functions, in one pass
 * @c: the collection
 *
 * Return: 0, or -ENOMEM.
 */
int hvc_facts_netdevs(struct hvc_collect *c);

/**
 * hvc_facts_xen() - what firmware's tables say of a dom0's functions
 * @facts: with its functions; xen_no_iommu, xen_unknown and the functions' resv are filled
 *
 * Return: 0, or -ENOMEM.
 */
int hvc_facts_xen(struct hvc_facts *facts);

/** hvc_facts_intx() - find who shares the line interrupts of the requested functions */
void hvc_facts_intx(struct hvc_collect *c);

#endif
