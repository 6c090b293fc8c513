/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * acs.h - Access Control Services as the kernel judges them, from register values and ids
 *
 * The kernel's pci_acs_enabled() is not exported. This is the same decision on plain values, and the part
 * of the kernel's quirks (drivers/pci/quirks.c) that x86 hosts meet.
 */
#ifndef HVC_ACS_H
#define HVC_ACS_H

#include "facts.h"

/* What isolation needs: REQ_ACS_FLAGS of drivers/iommu/iommu.c */
#define HVC_ACS_REQUIRED \
	(HVCLAIM_ACS_SRC_VALID | HVCLAIM_ACS_REQ_REDIR | HVCLAIM_ACS_CMPLT_REDIR | HVCLAIM_ACS_UPSTREAM_FWD)

/**
 * hvc_acs_decode() - ACS registers to bits
 * @first: the dword at the capability's offset + 4
 * @second: the dword at the capability's offset + 8; looked at for @spt only
 * @spt: the function is one of hvc_acs_is_spt()
 *
 * Return: the bits, present.
 */
struct hvc_acs hvc_acs_decode(u32 first, u32 second, bool spt);

/**
 * hvc_acs_is_spt() - a Sunrise or Union Point root port, which has dwords where ACS has words
 * @vendor: vendor id
 * @device: device id
 *
 * Source: pci_quirk_intel_spt_pch_acs_match(); Intel 100 series errata 23, 200 series errata 22.
 *
 * Return: whether its control register is at the capability's offset + 8.
 */
bool hvc_acs_is_spt(u16 vendor, u16 device);

/**
 * hvc_acs_is_pch_quirk() - a PCH root port before Skylake, which isolates without an ACS capability
 * @vendor: vendor id
 * @device: device id
 *
 * Source: pci_quirk_intel_pch_acs_ids[].
 *
 * Return: whether the kernel may isolate it by other registers; &hvc_fact_hop.quirk_on tells that it did.
 */
bool hvc_acs_is_pch_quirk(u16 vendor, u16 device);

/**
 * hvc_acs_by_quirk() - the kernel knows a function to be isolated although its ACS bits do not say so
 * @hop: the function
 *
 * Return: whether one of the kernel's quirks applies to it.
 */
bool hvc_acs_by_quirk(const struct hvc_fact_hop *hop);

/**
 * hvc_acs_missing() - the bits that keep a function from being isolated, without quirks
 * @hop: the function
 *
 * As pci_acs_enabled(): a bit that a capability does not implement counts as hard-wired, functions alone
 * in their slot have nobody to talk to, conventional PCI and bridges to it are never isolated.
 *
 * Return: enum hvclaim_acs bits, 0 when it is isolated.
 */
u8 hvc_acs_missing(const struct hvc_fact_hop *hop);

#endif
