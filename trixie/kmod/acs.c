// SPDX-License-Identifier: GPL-2.0-only
/*
 * acs.c - Access Control Services as the kernel judges them; pure
 */
#include <linux/kernel.h>
#include <linux/pci_ids.h>
#include <linux/pci_regs.h>
#include "acs.h"

/*
 * Users of pci_quirk_mf_endpoint_acs() other than Intel's: multifunction devices that do no peer-to-peer
 * inside; and the AMD south bridges of pci_quirk_amd_sb_acs()
 */
static const struct {
	u16 vendor;
	u16 device;
} mf_other[] = {
	{ PCI_VENDOR_ID_ATI, 0x4383 },
	{ PCI_VENDOR_ID_ATI, 0x4384 },
	{ PCI_VENDOR_ID_ATI, 0x4385 },
	{ PCI_VENDOR_ID_ATI, 0x4399 },
	{ PCI_VENDOR_ID_ATI, 0x439c },
	{ PCI_VENDOR_ID_ATI, 0x439d },
	{ PCI_VENDOR_ID_AMD, 0x7809 },
	{ PCI_VENDOR_ID_AMD, 0x780f },
	{ PCI_VENDOR_ID_SOLARFLARE, 0x0903 },
	{ PCI_VENDOR_ID_SOLARFLARE, 0x0923 },
	{ PCI_VENDOR_ID_SOLARFLARE, 0x0a03 },
	{ 0x19a2, 0x0710 }, /* Emulex BE3-R */
	{ 0x10df, 0x0720 }, /* Emulex Skyhawk-R */
	{ PCI_VENDOR_ID_BROADCOM, 0x16d7 },
	{ PCI_VENDOR_ID_BROADCOM, 0x1750 },
	{ PCI_VENDOR_ID_BROADCOM, 0x1751 },
	{ PCI_VENDOR_ID_BROADCOM, 0x1752 },
	{ PCI_VENDOR_ID_BROADCOM, 0x1760 },
	{ PCI_VENDOR_ID_BROADCOM, 0x1761 },
	{ PCI_VENDOR_ID_BROADCOM, 0x1762 },
	{ PCI_VENDOR_ID_BROADCOM, 0x1763 },
	{ PCI_VENDOR_ID_ZHAOXIN, 0x3038 },
	{ PCI_VENDOR_ID_ZHAOXIN, 0x3104 },
	{ PCI_VENDOR_ID_ZHAOXIN, 0x9083 },
};

struct hvc_acs hvc_acs_decode(u32 first, u32 second, bool spt)
{
	u16 reg[2] = { first, spt ? second : first >> 16 };
	u8 bits[2];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(reg); i++)
		bits[i] = (reg[i] & PCI_ACS_SV ? HVCLAIM_ACS_SRC_VALID : 0) |
			  (reg[i] & PCI_ACS_RR ? HVCLAIM_ACS_REQ_REDIR : 0) |
			  (reg[i] & PCI_ACS_CR ? HVCLAIM_ACS_CMPLT_REDIR : 0) |
			  (reg[i] & PCI_ACS_UF ? HVCLAIM_ACS_UPSTREAM_FWD : 0);
	return (struct hvc_acs){ .present = true, .cap = bits[0], .ctrl = bits[1] };
}

bool hvc_acs_is_spt(u16 vendor, u16 device)
{
	if (vendor != PCI_VENDOR_ID_INTEL)
		return false;
	switch (device) {
	case 0xa110 ... 0xa11f: /* Sunrise Point-H */
	case 0xa167 ... 0xa16a:
	case 0xa290 ... 0xa29f: /* Union Point */
	case 0xa2e7 ... 0xa2ee:
	case 0x9d10 ... 0x9d1b: /* 7th and 8th generation mobile */
		return true;
	}
	return false;
}

bool hvc_acs_is_pch_quirk(u16 vendor, u16 device)
{
	if (vendor != PCI_VENDOR_ID_INTEL)
		return false;
	switch (device) {
	case 0x3b42 ... 0x3b51: /* Ibex Peak */
	case 0x1c10 ... 0x1c1f: /* Cougar Point */
	case 0x1e10 ... 0x1e1f: /* Panther Point */
	case 0x8c10 ... 0x8c1f: /* Lynx Point-H */
	case 0x9c10 ... 0x9c1b: /* Lynx Point-LP */
	case 0x9c90 ... 0x9c9b: /* Wildcat Point */
	case 0x8d10 ... 0x8d1e: /* Wellsburg (X99) */
		return true;
	case 0x1d10 ... 0x1d1e: /* Patsburg (X79) */
	case 0x8c90 ... 0x8c9e: /* Lynx Point (9 series) */
		return !(device & 1);
	}
	return false;
}

/* Intel's network controllers that pci_quirk_mf_endpoint_acs() knows */
static bool mf_intel(u16 device)
{
	switch (device) {
	case 0x10c6: /* 82598 */
	case 0x10db:
	case 0x10dd:
	case 0x10e1:
	case 0x10f1:
	case 0x10f7 ... 0x10fc: /* 82598, 82599 */
	case 0x1507:
	case 0x1514:
	case 0x151c:
	case 0x1529 ... 0x152a:
	case 0x154d:
	case 0x154f:
	case 0x1551:
	case 0x1558:
	case 0x1509: /* 82580 */
	case 0x150e ... 0x1511:
	case 0x1516:
	case 0x1527:
	case 0x10c9: /* 82576 */
	case 0x10e6 ... 0x10e8:
	case 0x150a:
	case 0x150d:
	case 0x1518:
	case 0x1526:
	case 0x10a7: /* 82575 */
	case 0x10a9:
	case 0x10d6:
	case 0x1521 ... 0x1524: /* I350 */
	case 0x105e ... 0x1060: /* 82571 */
	case 0x10d9:
	case 0x15b7 ... 0x15b8: /* I219 */
		return true;
	}
	return false;
}

/* pci_quirk_mf_endpoint_acs(), pci_quirk_amd_sb_acs(), pci_quirk_wangxun_nic_acs() */
static bool mf_by_quirk(u16 vendor, u16 device)
{
	unsigned int i;

	if (vendor == PCI_VENDOR_ID_INTEL)
		return mf_intel(device);
	if (vendor == PCI_VENDOR_ID_WANGXUN)
		return true;
	for (i = 0; i < ARRAY_SIZE(mf_other); i++)
		if (mf_other[i].vendor == vendor && mf_other[i].device == device)
			return true;
	return false;
}

/* pci_quirk_zhaoxin_pcie_ports_acs() */
static bool zhaoxin_port(u16 device)
{
	switch (device) {
	case 0x0710 ... 0x071e:
	case 0x0721:
	case 0x0723 ... 0x0752:
		return true;
	}
	return false;
}

bool hvc_acs_by_quirk(const struct hvc_fact_hop *hop)
{
	switch (hop->pcie_type) {
	case PCI_EXP_TYPE_ROOT_PORT:
	case PCI_EXP_TYPE_DOWNSTREAM:
		if (hop->vendor == PCI_VENDOR_ID_ZHAOXIN)
			return zhaoxin_port(hop->device);
		return hop->quirk_on && hvc_acs_is_pch_quirk(hop->vendor, hop->device);
	case PCI_EXP_TYPE_RC_END:
		/* pci_quirk_rciep_acs(): VT-d 3.16 lets them do peer-to-peer on translated addresses only */
		if (hop->vendor == PCI_VENDOR_ID_INTEL)
			return true;
		break;
	}
	return hop->multifunction && mf_by_quirk(hop->vendor, hop->device);
}

u8 hvc_acs_missing(const struct hvc_fact_hop *hop)
{
	switch (hop->pcie_type) {
	case PCI_EXP_TYPE_DOWNSTREAM:
	case PCI_EXP_TYPE_ROOT_PORT:
		break;
	case PCI_EXP_TYPE_ENDPOINT:
	case PCI_EXP_TYPE_LEG_END:
	case PCI_EXP_TYPE_RC_END:
	case PCI_EXP_TYPE_UPSTREAM:
		if (!hop->multifunction)
			return 0;
		break;
	default:
		return HVC_ACS_REQUIRED;
	}
	if (!hop->acs.present)
		return HVC_ACS_REQUIRED;
	return HVC_ACS_REQUIRED & hop->acs.cap & ~hop->acs.ctrl;
}
