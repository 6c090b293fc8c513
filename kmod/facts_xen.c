// SPDX-License-Identifier: GPL-2.0-only
/*
 * facts_xen.c - what a dom0 can know of the IOMMU, which Xen keeps for itself: the firmware's tables
 */
#include <linux/acpi.h>
#include <linux/string.h>
#include <xen/xen.h>

#include "dmar.h"
#include "facts_priv.h"
#include "host.h"

static struct acpi_table_header *get_table(char *signature)
{
	struct acpi_table_header *table;

	return ACPI_SUCCESS(acpi_get_table(signature, 0, &table)) ? table : NULL;
}

/* DMAR; Xen has turned its signature round, so that the kernel of a PV dom0 does not take the hardware */
static struct acpi_table_header *get_dmar(void)
{
	return get_table("RMAD") ?: get_table(ACPI_SIG_DMAR);
}

enum hvclaim_iommu hvc_xen_iommu(void)
{
	struct acpi_table_header *table;
	enum hvclaim_iommu kind;

	/* a PVH dom0 sees neither table, and there is none without an IOMMU */
	if (!xen_pv_domain())
		return HVCLAIM_IOMMU_OTHER;
	table = get_dmar();
	kind = HVCLAIM_IOMMU_INTEL;
	if (!table) {
		table = get_table(ACPI_SIG_IVRS);
		kind = HVCLAIM_IOMMU_AMD;
	}
	if (!table)
		return HVCLAIM_IOMMU_NONE;
	acpi_put_table(table);
	return kind;
}

int hvc_facts_xen(struct hvc_facts *facts)
{
	enum hvclaim_iommu kind = hvc_xen_iommu();
	struct acpi_table_header *table;
	int err;

	facts->xen_no_iommu = kind == HVCLAIM_IOMMU_NONE;
	facts->xen_unknown = kind == HVCLAIM_IOMMU_OTHER;
	if (kind != HVCLAIM_IOMMU_INTEL)
		return 0;
	table = get_dmar();
	err = table ? hvc_dmar_fill(table, table->length, facts) : -EINVAL;
	if (table)
		acpi_put_table(table);
	if (err != -EINVAL)
		return err;
	facts->xen_unknown = true;
	return 0;
}
