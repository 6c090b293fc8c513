// SPDX-License-Identifier: GPL-2.0-only
/*
 * host.c - what kind of host this is
 */
#include <linux/iommu.h>
#include <linux/pci.h>
#include <linux/string.h>
#include <xen/xen.h>

#include "compat/msi.h"
#include "device.h"
#include "host.h"

/* The drivers name their units: dmar0 (Intel VT-d), ivhd0 (AMD-Vi) */
static enum hvclaim_iommu hvc_iommu_kind(struct device *dev)
{
	const char *name;

	if (!dev->iommu || !dev->iommu->iommu_dev || !dev->iommu->iommu_dev->dev)
		return HVCLAIM_IOMMU_OTHER;
	name = dev_name(dev->iommu->iommu_dev->dev);
	if (strstarts(name, "dmar"))
		return HVCLAIM_IOMMU_INTEL;
	return strstarts(name, "ivhd") ? HVCLAIM_IOMMU_AMD : HVCLAIM_IOMMU_OTHER;
}

void hvc_host_get(struct hvc_host *host)
{
	struct iommu_group *group = NULL;
	struct hvc_dev *dev;
	unsigned long key;
	int idx;

	*host = (struct hvc_host){
		.hypervisor = xen_initial_domain() ? HVCLAIM_HYPERVISOR_XEN_DOM0 : HVCLAIM_HYPERVISOR_BARE,
	};
	if (xen_initial_domain()) {
		host->iommu = hvc_xen_iommu();
		return;
	}
	/* one function tells for all */
	idx = hvc_bus_enter();
	for (key = 0; !group && (dev = hvc_dev_next(&key)); key++) {
		if (!hvc_dev_gone(dev))
			group = iommu_group_get(&dev->pdev->dev);
		if (group) {
			host->iommu = hvc_iommu_kind(&dev->pdev->dev);
			host->intremap = hvc_isolated_msi(group, &dev->pdev->dev);
		}
		hvc_dev_put(dev);
	}
	iommu_group_put(group);
	hvc_bus_leave(idx);
}
