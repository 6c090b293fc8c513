// SPDX-License-Identifier: GPL-2.0-only
/*
 * hvclaim - claims PCI functions from host drivers for the guests of a hypervisor
 */
#include <linux/module.h>

#include "arrive.h"
#include "claim.h"
#include "device.h"
#include "machine.h"
#include "nl.h"
#include "protect.h"
#include "rule.h"
#include "version.h"

static const struct hvc_dev_ops hvc_main_dev_ops = {
	.added = hvc_arrive,
	.gone = hvc_ledger_gone,
	.changed = hvc_ledger_poke,
};

static int __init hvclaim_init(void)
{
	int err;

	err = hvc_protect_init();
	if (err)
		goto err_rules;
	err = hvc_machine_init();
	if (err)
		goto err_protect;
	err = hvc_arrive_init();
	if (err)
		goto err_machine;
	err = hvc_ledger_init(hvc_rules_ended);
	if (err)
		goto err_arrive;
	err = hvc_nl_init();
	if (err)
		goto err_ledger;
	hvc_rules_init();
	/* last: from here on rules claim functions, and nothing may fail */
	err = hvc_devices_init(&hvc_main_dev_ops);
	if (err)
		goto err_nl;
	return 0;

err_nl:
	hvc_nl_exit();
err_ledger:
	hvc_ledger_exit();
err_arrive:
	hvc_arrive_exit();
err_machine:
	hvc_machine_exit();
err_protect:
	hvc_protect_exit();
err_rules:
	hvc_rules_exit();
	return err;
}

static void __exit hvclaim_exit(void)
{
	hvc_devices_exit();
	hvc_nl_exit();
	hvc_arrive_exit();
	hvc_ledger_exit();
	hvc_machine_exit();
	hvc_rules_exit();
	hvc_protect_exit();
}

module_init(hvclaim_init);
module_exit(hvclaim_exit);

MODULE_DESCRIPTION("claims PCI functions from host drivers for guests");
MODULE_AUTHOR("The hvclaim developers");
MODULE_VERSION(HVC_VERSION);
MODULE_LICENSE("GPL");
MODULE_ALIAS_GENL_FAMILY(HVCLAIM_FAMILY_NAME);
