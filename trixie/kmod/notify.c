// SPDX-License-Identifier: GPL-2.0-only
/*
 * notify.c - what is told to the multicast group "monitor"
 */
#include <net/genetlink.h>
#include <net/net_namespace.h>

#include "claim.h"
#include "nl.h"
#include "notify.h"

static void hvc_notify_send(struct sk_buff *skb, int err)
{
	if (err)
		nlmsg_free(skb);
	else
		genlmsg_multicast(&hvc_genl_family, skb, 0, HVC_MCGRP_MONITOR, GFP_KERNEL);
	/* who could not be told finds out by the generation of the next dump */
}

void hvc_notify_claim(struct hvc_claim *claim, u8 cmd)
{
	struct sk_buff *skb;

	if (!genl_has_listeners(&hvc_genl_family, &init_net, HVC_MCGRP_MONITOR))
		return;
	skb = genlmsg_new(hvc_claim_size(claim), GFP_KERNEL);
	if (skb)
		hvc_notify_send(skb, hvc_fill_claim(skb, claim, &(struct hvc_fill){ .cmd = cmd }));
}

void hvc_notify_dev(struct hvc_dev *dev, u8 cmd)
{
	struct sk_buff *skb;

	if (!genl_has_listeners(&hvc_genl_family, &init_net, HVC_MCGRP_MONITOR))
		return;
	skb = genlmsg_new(NLMSG_GOODSIZE, GFP_KERNEL);
	if (skb)
		hvc_notify_send(skb, hvc_fill_dev(skb, dev, NULL,
						  &(struct hvc_fill){ .cmd = cmd, .admin = true }));
}
