// SPDX-License-Identifier: GPL-2.0-only
/* Holds a function that leaves the bus where the driver core refuses it drivers, and has told nobody yet */
#include <linux/delay.h>
#include <linux/device.h>
#include <linux/module.h>
#include <linux/pci.h>

static bool hold_removal;
module_param(hold_removal, bool, 0644);
MODULE_PARM_DESC(hold_removal, "nobody else is told that a function leaves while this is set");

static int hvc_test_notify(struct notifier_block *nb, unsigned long event, void *data)
{
	if (event != BUS_NOTIFY_DEL_DEVICE)
		return NOTIFY_DONE;
	dev_info(data, "%s: leaves\n", KBUILD_MODNAME);
	while (READ_ONCE(hold_removal))
		msleep(20);
	return NOTIFY_DONE;
}

static struct notifier_block hvc_test_nb = { .notifier_call = hvc_test_notify, .priority = INT_MAX };

static int __init hvc_test_bus_init(void)
{
	return bus_register_notifier(&pci_bus_type, &hvc_test_nb);
}

static void __exit hvc_test_bus_exit(void)
{
	bus_unregister_notifier(&pci_bus_type, &hvc_test_nb);
}

module_init(hvc_test_bus_init);
module_exit(hvc_test_bus_exit);

MODULE_DESCRIPTION("hvclaim's selftests: removals that take their time");
MODULE_LICENSE("GPL");
