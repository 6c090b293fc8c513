/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * host.h - what kind of host this is
 */
#ifndef HVC_HOST_H
#define HVC_HOST_H

#include <linux/hvclaim.h>
#include <linux/types.h>

/**
 * struct hvc_host - facts of the whole host
 * @hypervisor: what the kernel runs as
 * @iommu: what translates for PCI functions
 * @intremap: interrupts are remapped
 */
struct hvc_host {
	enum hvclaim_hypervisor hypervisor;
	enum hvclaim_iommu iommu;
	bool intremap;
};

/** hvc_host_get() - look at the host; may sleep */
void hvc_host_get(struct hvc_host *host);

/** hvc_xen_iommu() - in a dom0: what translates under Xen, other where it is hidden; may sleep */
enum hvclaim_iommu hvc_xen_iommu(void);

#endif
