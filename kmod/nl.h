/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * nl.h - the generic netlink family: attributes in, objects out
 */
#ifndef HVC_NL_H
#define HVC_NL_H

#include <net/genetlink.h>

#include "claim.h"

struct hvc_host;
struct hvc_rule;

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
extern const struct nla_policy hvc_rule_policy[HVCLAIM_A_RULE_MAX + 1];

/**
 * hvc_parse_request() - read the attributes of check, claim or release
 * @info: the message
 * @req: filled; hvc_request_free() is needed either way
 *
 * Return: 0, or a negative errno with extack set.
 */
int hvc_parse_request(struct genl_info *info, struct hvc_request *req);

/**
 * hvc_parse_who() - who sends a message
 * @info: the message
 * @command: what it says of that, or NULL
 * @req: portid, uid, login_uid, pid and command are filled
 */
void hvc_parse_who(struct genl_info *info, const struct nlattr *command, struct hvc_request *req);

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
int hvc_fill_group(struct sk_buff *skb, const struct hvc_fact_group *group,
		   const struct hvc_findings *findings, const struct hvc_fill *f);
int hvc_fill_claim(struct sk_buff *skb, const struct hvc_claim *claim, const struct hvc_fill *f);
int hvc_fill_rule(struct sk_buff *skb, const struct hvc_rule *rule, const struct hvc_fill *f);
int hvc_fill_findings(struct sk_buff *skb, int type, const struct hvc_findings *findings);
int hvc_fill_fn(struct sk_buff *skb, int type, struct hvc_addr addr);

/** hvc_claim_size() - room that hvc_fill_claim() needs at most, in bytes; the ledger's lock held */
size_t hvc_claim_size(const struct hvc_claim *claim);

/** hvc_rule_size() - room that hvc_fill_rule() needs at most, in bytes; the ledger's lock held */
size_t hvc_rule_size(const struct hvc_rule *rule);

/* nl_family.c: what handlers share */

/* largest message that a dump's reader can be expected to have room for, in bytes */
#define HVC_DUMP_MAX 65536

/** hvc_is_admin() - the sender of a request has CAP_SYS_ADMIN in the initial user namespace */
bool hvc_is_admin(struct sk_buff *skb);

/**
 * hvc_need_admin() - refuse who is no admin
 * @skb: the request
 * @extack: told so
 *
 * CAP_NET_ADMIN, which genl could ask for, is not enough to take hardware.
 *
 * Return: 0, or -EPERM with extack set.
 */
int hvc_need_admin(struct sk_buff *skb, struct netlink_ext_ack *extack);

/** hvc_fill_reply() - the envelope of an answer */
struct hvc_fill hvc_fill_reply(struct sk_buff *skb, struct genl_info *info);

/** hvc_fill_dump() - the envelope of a part of a dump */
struct hvc_fill hvc_fill_dump(struct netlink_callback *cb, u8 cmd);

/** hvc_reply() - send an answer that could be filled (@err is 0), else drop it; 0 or a negative errno */
int hvc_reply(struct sk_buff *msg, struct genl_info *info, int err);

/**
 * hvc_dump_mute() - there is no extack here
 * @cb: the dump
 *
 * genl on 6.1 gives a dump's start none: there the first part of the dump, which checks again, refuses. Its
 * NLMSG_DONE carries the message, but no attribute.
 *
 * Return: whether.
 */
bool hvc_dump_mute(struct netlink_callback *cb);

/* nl_dev.c, nl_claim.c and nl_rule.c: the handlers, for the table of operations */
int hvc_nl_info_get(struct sk_buff *skb, struct genl_info *info);
int hvc_nl_dev_get(struct sk_buff *skb, struct genl_info *info);
int hvc_nl_dev_start(struct netlink_callback *cb);
int hvc_nl_dev_dump(struct sk_buff *skb, struct netlink_callback *cb);
int hvc_nl_group_get(struct sk_buff *skb, struct genl_info *info);
int hvc_nl_group_start(struct netlink_callback *cb);
int hvc_nl_group_dump(struct sk_buff *skb, struct netlink_callback *cb);
int hvc_nl_check(struct sk_buff *skb, struct genl_info *info);
int hvc_nl_claim(struct sk_buff *skb, struct genl_info *info);
int hvc_nl_release(struct sk_buff *skb, struct genl_info *info);
int hvc_nl_claim_get(struct sk_buff *skb, struct genl_info *info);
int hvc_nl_claim_start(struct netlink_callback *cb);
int hvc_nl_claim_dump(struct sk_buff *skb, struct netlink_callback *cb);
int hvc_nl_rule_add(struct sk_buff *skb, struct genl_info *info);
int hvc_nl_rule_del(struct sk_buff *skb, struct genl_info *info);
int hvc_nl_rule_get(struct sk_buff *skb, struct genl_info *info);
int hvc_nl_rule_start(struct netlink_callback *cb);
int hvc_nl_rule_dump(struct sk_buff *skb, struct netlink_callback *cb);

/** hvc_nl_init() - register the family: from here on requests come; undone by hvc_nl_exit() */
int hvc_nl_init(void);

/** hvc_nl_exit() - unregister the family: no request is under way any more */
void hvc_nl_exit(void);

#endif
