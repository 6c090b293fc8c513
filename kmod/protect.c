// SPDX-License-Identifier: GPL-2.0-only
/*
 * protect.c - functions that no request gets, named when the module is loaded
 */
#include <linux/kernel.h>
#include <linux/moduleparam.h>
#include <linux/slab.h>

#include "device.h"
#include "protect.h"

#define HVC_PROTECT_MAX 64

static char *protect[HVC_PROTECT_MAX];
static unsigned int hvc_n_protected;
module_param_array(protect, charp, &hvc_n_protected, 0444);
MODULE_PARM_DESC(protect,
		 "functions that are never claimed: addresses, paths, pci:ids or serial:, comma-separated");

static struct hvc_select *hvc_protected_sels;

bool hvc_protected(const struct hvc_dev *dev)
{
	struct hvc_identity id = hvc_dev_identity(dev);
	unsigned int i;

	for (i = 0; i < hvc_n_protected; i++)
		if (hvc_select_match(&hvc_protected_sels[i], &id) == HVC_MATCH_YES)
			return true;
	return false;
}

bool hvc_addr_protected(struct hvc_addr addr)
{
	struct hvc_dev *dev = hvc_dev_find(addr);
	bool is = dev && hvc_protected(dev);

	hvc_dev_put(dev);
	return is;
}

int hvc_protect_init(void)
{
	struct hvc_mistake mistake;
	unsigned int i;

	if (!hvc_n_protected)
		return 0;
	hvc_protected_sels = kcalloc(hvc_n_protected, sizeof(*hvc_protected_sels), GFP_KERNEL);
	if (!hvc_protected_sels)
		return -ENOMEM;
	for (i = 0; i < hvc_n_protected; i++) {
		if (!hvc_select_parse(protect[i], &hvc_protected_sels[i], &mistake))
			continue;
		pr_err("hvclaim: protect=: \"%s\", column %u: %s; not loaded\n", protect[i], mistake.column,
		       mistake.msg);
		hvc_protect_exit();
		return -EINVAL;
	}
	return 0;
}

void hvc_protect_exit(void)
{
	kfree(hvc_protected_sels);
}
