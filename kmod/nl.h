/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * nl.h - the generic netlink family: attributes in, objects out
 */
#ifndef HVC_NL_H
#define HVC_NL_H

#include <net/genetlink.h>

#include "claim.h"

struct hvc_host;

extern struct genl_family hvc_genl_family;

/* index into the family's multicast groups */
#define HVC_MCGRP_MONITOR 0

/* nl_parse.c: policies, and attributes to values; touches no state */
extern const struct nla_policy hvc_info_policy[HVCLAIM_A_INFO_MAX + 1];
extern const struct nla_policy hvc_dev_policy[HVCLAIM_A_DEV_MAX + 1];
extern const struct nla_policy hvc_group_policy[HVCLAIM_A_GROUP_MAX + 1];
extern const struct nla_policy hvc_check_policy[HVCLAIM_A_CLAIM_MAX + 1];
extern const struct nla_policy hvc_claim_policy[HVCLAIM_A_CLAIM_MAX + 1];
extern const struct nla_policy hvc_release_policy[HVCLAIM_A_CLAIM_MAX + 1];
extern const struct nla_policy hvc_claim_get_policy[HVCLAIM_A_CLAIM_MAX + 1];

/**
 * hvc_parse_request() - read the attributes of check, claim or release
 * @info: the message
 * @req: filled; hvc_request_free() is needed either way
 *
 * Return: 0, or a negative errno with extack set.
 */
int hvc_parse_request(struct genl_info *info, struct hvc_request *req);

/** hvc_request_free() - free what hvc_parse_request() allocated */
void hvc_request_free(struct hvc_request *req);

/**
 * hvc_parse_addr() - read a nested address
 * @attr: the nest
 * @addr: filled
 * @extack: told what is wrong
 *
 * Return: 0, or a negative errno with extack set.
 */
int hvc_parse_addr(const struct nlattr *attr, struct hvc_addr *addr, struct netlink_ext_ack *extack);

/**
 * hvc_parse_only() - refuse attributes that the other form (do or dump) of a command takes
 * @attrs: the message's
 * @max: highest attribute
 * @ok: BIT(attribute) of the ones that this form takes
 * @extack: told which one is too many
 *
 * Return: 0 or -EINVAL.
 */
int hvc_parse_only(struct nlattr **attrs, int max, u64 ok, struct netlink_ext_ack *extack);

/**
 * struct hvc_fill - the envelope of a message
 * @portid: to whom
 * @seq: in answer to what
 * @flags: NLM_F_*
 * @cmd: HVCLAIM_CMD_*
 * @admin: the receiver has CAP_SYS_ADMIN
 * @cb: the dump that it is part of, or NULL
 */
struct hvc_fill {
	u32 portid;
	u32 seq;
	int flags;
	u8 cmd;
	bool admin;
	struct netlink_callback *cb;
};

/*
 * nl_fill.c: one per object, for get, dump and notify. Each returns 0, or -EMSGSIZE with the message
 * taken back. The ledger's lock is held.
 */
int hvc_fill_info(struct sk_buff *skb, const struct hvc_host *host, const struct hvc_fill *f);
int hvc_fill_dev(struct sk_buff *skb, struct hvc_dev *dev, const struct hvc_findings *findings,
		 const struct hvc_fill *f);
int hvc_fill_group(struct sk_buff *skb, const struct hvc_fact_group *group, const char *domain_type,
		   const struct hvc_findings *findings, const struct hvc_fill *f);
int hvc_fill_claim(struct sk_buff *skb, const struct hvc_claim *claim, const struct hvc_fill *f);
int hvc_fill_findings(struct sk_buff *skb, int type, const struct hvc_findings *findings);
int hvc_fill_fn(struct sk_buff *skb, int type, struct hvc_addr addr);

/** hvc_claim_size() - room that hvc_fill_claim() needs at most, in bytes; the ledger's lock held */
size_t hvc_claim_size(const struct hvc_claim *claim);

/** hvc_nl_init() - register the family: from here on requests come; undone by hvc_nl_exit() */
int hvc_nl_init(void);

/** hvc_nl_exit() - unregister the family: no request is under way any more */
void hvc_nl_exit(void);

#endif
