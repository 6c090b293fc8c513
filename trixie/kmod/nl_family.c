// SPDX-License-Identifier: GPL-2.0-only
/*
 * nl_family.c - the generic netlink family: operations and multicast group, and what its handlers share
 *
 * genl holds a lock of its own around a handler, which another family's registration waits for: so no
 * handler waits for a driver, and none takes device_lock or rtnl.
 */
#include <linux/capability.h>

#include "nl.h"

bool hvc_is_admin(struct sk_buff *skb)
{
	return netlink_capable(skb, CAP_SYS_ADMIN);
}

int hvc_need_admin(struct sk_buff *skb, struct netlink_ext_ack *extack)
{
	if (hvc_is_admin(skb))
		return 0;
	NL_SET_ERR_MSG(extack, "CAP_SYS_ADMIN is needed");
	return -EPERM;
}

struct hvc_fill hvc_fill_reply(struct sk_buff *skb, struct genl_info *info)
{
	return (struct hvc_fill){
		.portid = info->snd_portid,
		.seq = info->snd_seq,
		.cmd = info->genlhdr->cmd,
		.admin = hvc_is_admin(skb),
	};
}

struct hvc_fill hvc_fill_dump(struct netlink_callback *cb, u8 cmd)
{
	return (struct hvc_fill){
		.portid = NETLINK_CB(cb->skb).portid,
		.seq = cb->nlh->nlmsg_seq,
		.flags = NLM_F_MULTI,
		.cmd = cmd,
		.admin = hvc_is_admin(cb->skb),
		.cb = cb,
	};
}

int hvc_reply(struct sk_buff *msg, struct genl_info *info, int err)
{
	if (!err)
		return genlmsg_reply(msg, info);
	nlmsg_free(msg);
	return err;
}

bool hvc_dump_mute(struct netlink_callback *cb)
{
	return !cb->extack;
}

/* genl_split_ops, which would give do and dump policies of their own, came after 6.1: hvc_parse_only() */
static const struct genl_ops hvc_nl_ops[] = {
	{
		.cmd = HVCLAIM_CMD_INFO_GET,
		.doit = hvc_nl_info_get,
		.policy = hvc_info_policy,
		.maxattr = HVCLAIM_A_INFO_MAX,
	},
	{
		.cmd = HVCLAIM_CMD_DEV_GET,
		.doit = hvc_nl_dev_get,
		.start = hvc_nl_dev_start,
		.dumpit = hvc_nl_dev_dump,
		.policy = hvc_dev_policy,
		.maxattr = HVCLAIM_A_DEV_MAX,
	},
	{
		.cmd = HVCLAIM_CMD_GROUP_GET,
		.doit = hvc_nl_group_get,
		.start = hvc_nl_group_start,
		.dumpit = hvc_nl_group_dump,
		.policy = hvc_group_policy,
		.maxattr = HVCLAIM_A_GROUP_MAX,
	},
	{
		.cmd = HVCLAIM_CMD_CHECK,
		.doit = hvc_nl_check,
		.policy = hvc_check_policy,
		.maxattr = HVCLAIM_A_CLAIM_MAX,
	},
	{
		.cmd = HVCLAIM_CMD_CLAIM,
		.doit = hvc_nl_claim,
		.policy = hvc_claim_policy,
		.maxattr = HVCLAIM_A_CLAIM_MAX,
	},
	{
		.cmd = HVCLAIM_CMD_RELEASE,
		.doit = hvc_nl_release,
		.policy = hvc_release_policy,
		.maxattr = HVCLAIM_A_CLAIM_MAX,
	},
	{
		.cmd = HVCLAIM_CMD_CLAIM_GET,
		.doit = hvc_nl_claim_get,
		.start = hvc_nl_claim_start,
		.dumpit = hvc_nl_claim_dump,
		.policy = hvc_claim_get_policy,
		.maxattr = HVCLAIM_A_CLAIM_MAX,
	},
};

static const struct genl_multicast_group hvc_nl_mcgrps[] = {
	/* events carry owners, users and processes */
	[HVC_MCGRP_MONITOR] = { .name = HVCLAIM_MCGRP_MONITOR, .flags = GENL_MCAST_CAP_SYS_ADMIN },
};

struct genl_family hvc_genl_family = {
	.name = HVCLAIM_FAMILY_NAME,
	.version = HVCLAIM_FAMILY_VERSION,
	.module = THIS_MODULE,
	.netnsok = false,
	.parallel_ops = true,
	.ops = hvc_nl_ops,
	.n_ops = ARRAY_SIZE(hvc_nl_ops),
	.resv_start_op = HVCLAIM_CMD_MAX + 1,
	.mcgrps = hvc_nl_mcgrps,
	.n_mcgrps = ARRAY_SIZE(hvc_nl_mcgrps),
};

int hvc_nl_init(void)
{
	return genl_register_family(&hvc_genl_family);
}

void hvc_nl_exit(void)
{
	genl_unregister_family(&hvc_genl_family);
}
