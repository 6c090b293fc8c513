// SPDX-License-Identifier: GPL-2.0-only
/*
 * backend_vfio.c - vfio-pci and its variant drivers
 */
#include <linux/device.h>
#include <linux/iommu.h>
#include <linux/pci.h>
#include <xen/xen.h>

#include "backend.h"

static bool hvc_vfio_available(void)
{
	/* Xen keeps the IOMMU from its dom0 */
	return IS_ENABLED(CONFIG_VFIO_PCI) && !xen_initial_domain();
}

/*
 * A variant (mlx5_vfio_pci, hisi_acc_vfio_pci, …) hands DMA to user space like vfio-pci does, and has ids
 * that match under an override only (PCI_DRIVER_OVERRIDE_DEVICE_VFIO): other drivers have neither.
 */
static bool hvc_vfio_accepts(const struct device_driver *drv)
{
	const struct pci_driver *pdrv = container_of(drv, struct pci_driver, driver);
	const struct pci_device_id *id;

	if (!strcmp(drv->name, hvc_backend_vfio.name))
		return true;
	if (!pdrv->driver_managed_dma || !pdrv->id_table)
		return false;
	for (id = pdrv->id_table; id->vendor || id->subvendor || id->class_mask; id++)
		if (id->override_only != PCI_ID_F_VFIO_DRIVER_OVERRIDE)
			return false;
	return id != pdrv->id_table;
}

const struct hvc_backend_ops hvc_backend_vfio = {
	.name = "vfio-pci",
	.driver = "vfio-pci",
	.available = hvc_vfio_available,
	.accepts = hvc_vfio_accepts,
};
