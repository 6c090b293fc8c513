/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * msi.h - are a group's interrupts remapped, on all kernels
 *
 * The same question that vfio_iommu_type1 asks before it lets a guest have the group. "iommu: Add
 * iommu_group_has_isolated_msi()" (6.3) replaced the two halves.
 */
#ifndef HVC_COMPAT_MSI_H
#define HVC_COMPAT_MSI_H

#include <linux/iommu.h>
#include <linux/irqdomain.h>

/**
 * hvc_isolated_msi() - a guest with this function cannot forge interrupts
 * @group: its IOMMU group
 * @dev: the function
 *
 * Context: may sleep; takes the group's mutex.
 * Return: whether.
 */
static inline bool hvc_isolated_msi(struct iommu_group *group, struct device *dev)
{
#ifdef HVC_HAVE_ISOLATED_MSI
	return iommu_group_has_isolated_msi(group);
#else
	return irq_domain_check_msi_remap() || device_iommu_capable(dev, IOMMU_CAP_INTR_REMAP);
#endif
}

#endif
