/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hvc_test_driver.h - a PCI driver whose probe and remove do as they are told
 *
 * Included once by each test module, after HVC_TEST_MANAGED is defined. It has no ids: functions come to
 * it by driver_override. All parameters can be changed at run time.
 */
#include <linux/delay.h>
#include <linux/io.h>
#include <linux/module.h>
#include <linux/pci.h>

static bool hold_probe;
module_param(hold_probe, bool, 0644);
MODULE_PARM_DESC(hold_probe, "probe() does not return while this is set");

static bool hold_remove;
module_param(hold_remove, bool, 0644);
MODULE_PARM_DESC(hold_remove, "remove() does not return while this is set");

static char *fail;
module_param(fail, charp, 0644);
MODULE_PARM_DESC(fail, "probe() fails for functions whose address is in this text");

static int bar_number;
module_param_named(bar, bar_number, int, 0644);
MODULE_PARM_DESC(bar, "number of the BAR that reg is in (default: 0)");

static int reg = -1;
module_param(reg, int, 0644);
MODULE_PARM_DESC(reg, "offset of a register that probe() reports");

static uint poke;
module_param(poke, uint, 0644);
MODULE_PARM_DESC(poke, "value that probe() writes there");

static int hvc_test_register(struct pci_dev *pdev)
{
	void __iomem *bar;
	int err;

	if (reg < 0)
		return 0;
	err = pci_enable_device(pdev);
	if (err)
		return err;
	bar = pci_iomap(pdev, bar_number, 0);
	if (bar) {
		pci_info(pdev, "%s: register is %#x\n", KBUILD_MODNAME, readl(bar + reg));
		if (poke)
			writel(poke, bar + reg);
		pci_iounmap(pdev, bar);
	}
	pci_disable_device(pdev);
	return bar ? 0 : -ENOMEM;
}

static int hvc_test_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	pci_info(pdev, "%s: probe\n", KBUILD_MODNAME);
	while (READ_ONCE(hold_probe))
		msleep(20);
	if (fail && strstr(fail, pci_name(pdev)))
		return -EIO;
	return hvc_test_register(pdev);
}

static void hvc_test_remove(struct pci_dev *pdev)
{
	pci_info(pdev, "%s: remove\n", KBUILD_MODNAME);
	while (READ_ONCE(hold_remove))
		msleep(20);
}

static const struct pci_device_id hvc_test_ids[] = { {} };

static struct pci_driver hvc_test_driver = {
	.name = KBUILD_MODNAME,
	.id_table = hvc_test_ids,
	.probe = hvc_test_probe,
	.remove = hvc_test_remove,
	.driver_managed_dma = HVC_TEST_MANAGED,
};
module_pci_driver(hvc_test_driver);

MODULE_DESCRIPTION("hvclaim's selftests: a driver that does as it is told");
MODULE_LICENSE("GPL");
