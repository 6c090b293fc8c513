// SPDX-License-Identifier: GPL-2.0-only
/*
 * notify.c - what is told to the multicast group "monitor"
 */
#include <net/genetlink.h>
#include <net/net_namespace.h>

#include "claim.h"
#include "nl.h"
#include "notify.h"

/* A message that is not there, or not whole, is lost for all: they are told, as by a socket that is full */
static void hvc_notify_send(struct sk_buff *skb, int err)
{
	if (!err) {
		genlmsg_multicast(&hvc_genl_family, skb, 0, HVC_MCGRP_MONITOR, GFP_KERNEL);
		return;
	}
	nlmsg_free(skb);
	genl_set_err(&hvc_genl_family, &init_net, 0, HVC_MCGRP_MONITOR, -ENOBUFS);
}

void hvc_notify_claim(struct hvc_claim *claim, u8 cmd)
{
	struct sk_buff *skb;

	if (!genl_has_listeners(&hvc_genl_family, &init_net, HVC_MCGRP_MONITOR))
		return;
	skb = genlmsg_new(hvc_claim_size(claim), GFP_KERNEL);
	hvc_notify_send(skb, skb ? hvc_fill_claim(skb, claim, &(struct hvc_fill){ .cmd = cmd }) : -ENOMEM);
}

void hvc_notify_dev(struct hvc_dev *dev, u8 cmd)
{
	struct hvc_fill f = { .cmd = cmd, .admin = true };
	struct sk_buff *skb;

	if (!genl_has_listeners(&hvc_genl_family, &init_net, HVC_MCGRP_MONITOR))
		return;
	skb = genlmsg_new(NLMSG_GOODSIZE, GFP_KERNEL);
	hvc_notify_send(skb, skb ? hvc_fill_dev(skb, dev, NULL, &f) : -ENOMEM);
}
