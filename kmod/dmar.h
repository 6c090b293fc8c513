/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * dmar.h - the memory that firmware reserved for functions, from the ACPI table DMAR
 *
 * Where the kernel has the IOMMU it tells this of each group. Xen keeps the IOMMU for itself, and hides the
 * table from its dom0 by another signature, RMAD.
 */
#ifndef HVC_DMAR_H
#define HVC_DMAR_H

#include <linux/types.h>

struct hvc_facts;

/**
 * hvc_dmar_fill() - fill the reserved regions of functions into facts
 * @table: the ACPI table with its header, signature DMAR or RMAD
 * @len: bytes in @table
 * @facts: with its functions and their ways to the root; their &hvc_fact_fn.resv are filled
 *
 * A region that firmware names for several functions is shared, whether or not they are there: so does Xen
 * judge (xen/drivers/passthrough/vtd/iommu.c, intel_iommu_assign_device()).
 *
 * Pure: no I/O, no locks. Every length is checked against what contains it before it is used.
 *
 * Return: 0; -EINVAL when the table is damaged: then the regions behind the damage are missing; or -ENOMEM.
 */
int hvc_dmar_fill(const void *table, size_t len, struct hvc_facts *facts);

#endif
