// SPDX-License-Identifier: GPL-2.0-only
/*
 * hvclaim - claims PCI functions from host drivers for the guests of a hypervisor
 */
#include <linux/module.h>

#include "claim.h"
#include "device.h"
#include "machine.h"
#include "nl.h"
#include "protect.h"
#include "version.h"

static int __init hvclaim_init(void)
{
	int err;

	err = hvc_protect_init();
	if (err)
		return err;
	err = hvc_machine_init();
	if (err)
		return err;
	err = hvc_ledger_init();
	if (err)
		goto err_machine;
	err = hvc_devices_init(hvc_ledger_poke);
	if (err)
		goto err_ledger;
	err = hvc_nl_init();
	if (err)
		goto err_devices;
	return 0;

err_devices:
	hvc_devices_exit();
err_ledger:
	hvc_ledger_exit();
err_machine:
	hvc_machine_exit();
	return err;
}

static void __exit hvclaim_exit(void)
{
	hvc_nl_exit();
	hvc_devices_exit();
	hvc_ledger_exit();
	hvc_machine_exit();
}

module_init(hvclaim_init);
module_exit(hvclaim_exit);

MODULE_DESCRIPTION("claims PCI functions from host drivers for guests");
MODULE_AUTHOR("The hvclaim developers");
MODULE_VERSION(HVC_VERSION);
MODULE_LICENSE("GPL");
MODULE_ALIAS_GENL_FAMILY(HVCLAIM_FAMILY_NAME);
