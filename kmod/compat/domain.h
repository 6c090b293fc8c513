/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * domain.h - the IOMMU domain of a function, on all kernels
 *
 * "iommu: Add iommu_driver_get_domain_for_dev() helper" (7.0) told holders of the group's mutex from others.
 */
#ifndef HVC_COMPAT_DOMAIN_H
#define HVC_COMPAT_DOMAIN_H

#include <linux/iommu.h>

/**
 * hvc_group_domain() - what translates a function's DMA now
 * @dev: the function
 *
 * Context: in a callback of iommu_group_for_each_dev(): under the group's mutex, which keeps it.
 * Return: the domain, or NULL.
 */
static inline struct iommu_domain *hvc_group_domain(struct device *dev)
{
#ifdef HVC_HAVE_DRIVER_GET_DOMAIN
	return iommu_driver_get_domain_for_dev(dev);
#else
	return iommu_get_domain_for_dev(dev);
#endif
}

#endif
