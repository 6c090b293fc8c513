// SPDX-License-Identifier: GPL-2.0-only
/*
 * host.c - what kind of host this is
 */
#include <linux/iommu.h>
#include <linux/pci.h>
#include <linux/string.h>
#include <xen/xen.h>

#include "compat/msi.h"
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
	struct pci_dev *pdev = NULL;

	*host = (struct hvc_host){
		.hypervisor = xen_initial_domain() ? HVCLAIM_HYPERVISOR_XEN_DOM0 : HVCLAIM_HYPERVISOR_BARE,
	};
	if (xen_initial_domain()) {
		host->iommu = hvc_xen_iommu();
		return;
	}
	for_each_pci_dev(pdev) {
		group = iommu_group_get(&pdev->dev);
		if (group)
			break;
	}
	if (group) {
		host->iommu = hvc_iommu_kind(&pdev->dev);
		host->intremap = hvc_isolated_msi(group, &pdev->dev);
		iommu_group_put(group);
	}
	pci_dev_put(pdev);
}

const char *hvc_domain_type(struct pci_dev *pdev)
{
	struct iommu_domain *domain = iommu_get_domain_for_dev(&pdev->dev);

	if (!domain)
		return "";
	switch (domain->type) {
	case IOMMU_DOMAIN_BLOCKED:
		return "blocked";
	case IOMMU_DOMAIN_IDENTITY:
		return "identity";
	case IOMMU_DOMAIN_UNMANAGED:
		return "unmanaged";
	case IOMMU_DOMAIN_DMA:
		return "DMA";
	case IOMMU_DOMAIN_DMA_FQ:
		return "DMA-FQ";
	default:
		return "other";
	}
}
