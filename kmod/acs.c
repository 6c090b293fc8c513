// SPDX-License-Identifier: GPL-2.0-only
/*
 * acs.c - Access Control Services as the kernel judges them; pure
 */
#include <linux/kernel.h>
#include <linux/pci_ids.h>
#include <linux/pci_regs.h>
#include "acs.h"

/* pci_quirk_intel_pch_acs_ids[] */
static const u16 pch_ids[] = {
	/* Ibex Peak */
	0x3b42, 0x3b43, 0x3b44, 0x3b45, 0x3b46, 0x3b47, 0x3b48, 0x3b49,
	0x3b4a, 0x3b4b, 0x3b4c, 0x3b4d, 0x3b4e, 0x3b4f, 0x3b50, 0x3b51,
	/* Cougar Point */
	0x1c10, 0x1c11, 0x1c12, 0x1c13, 0x1c14, 0x1c15, 0x1c16, 0x1c17,
	0x1c18, 0x1c19, 0x1c1a, 0x1c1b, 0x1c1c, 0x1c1d, 0x1c1e, 0x1c1f,
	/* Panther Point */
	0x1e10, 0x1e11, 0x1e12, 0x1e13, 0x1e14, 0x1e15, 0x1e16, 0x1e17,
	0x1e18, 0x1e19, 0x1e1a, 0x1e1b, 0x1e1c, 0x1e1d, 0x1e1e, 0x1e1f,
	/* Lynx Point-H */
	0x8c10, 0x8c11, 0x8c12, 0x8c13, 0x8c14, 0x8c15, 0x8c16, 0x8c17,
	0x8c18, 0x8c19, 0x8c1a, 0x8c1b, 0x8c1c, 0x8c1d, 0x8c1e, 0x8c1f,
	/* Lynx Point-LP */
	0x9c10, 0x9c11, 0x9c12, 0x9c13, 0x9c14, 0x9c15, 0x9c16, 0x9c17,
	0x9c18, 0x9c19, 0x9c1a, 0x9c1b,
	/* Wildcat Point */
	0x9c90, 0x9c91, 0x9c92, 0x9c93, 0x9c94, 0x9c95, 0x9c96, 0x9c97,
	0x9c98, 0x9c99, 0x9c9a, 0x9c9b,
	/* Patsburg (X79) */
	0x1d10, 0x1d12, 0x1d14, 0x1d16, 0x1d18, 0x1d1a, 0x1d1c, 0x1d1e,
	/* Wellsburg (X99) */
	0x8d10, 0x8d11, 0x8d12, 0x8d13, 0x8d14, 0x8d15, 0x8d16, 0x8d17,
	0x8d18, 0x8d19, 0x8d1a, 0x8d1b, 0x8d1c, 0x8d1d, 0x8d1e,
	/* Lynx Point (9 series) */
	0x8c90, 0x8c92, 0x8c94, 0x8c96, 0x8c98, 0x8c9a, 0x8c9c, 0x8c9e,
};

/* Users of pci_quirk_mf_endpoint_acs(): multifunction devices that do no peer-to-peer inside, by Intel */
static const u16 mf_intel[] = {
	/* 82598, 82599 */
	0x10c6, 0x10db, 0x10dd, 0x10e1, 0x10f1, 0x10f7, 0x10f8, 0x10f9, 0x10fa, 0x10fb, 0x10fc, 0x1507,
	0x1514, 0x151c, 0x1529, 0x152a, 0x154d, 0x154f, 0x1551, 0x1558,
	/* 82580, 82576, 82575 */
	0x1509, 0x150e, 0x150f, 0x1510, 0x1511, 0x1516, 0x1527, 0x10c9, 0x10e6, 0x10e7, 0x10e8, 0x150a,
	0x150d, 0x1518, 0x1526, 0x10a7, 0x10a9, 0x10d6,
	/* I350, 82571, I219 */
	0x1521, 0x1522, 0x1523, 0x1524, 0x105e, 0x105f, 0x1060, 0x10d9, 0x15b7, 0x15b8,
};

/* The same by others, and the AMD south bridges of pci_quirk_amd_sb_acs() */
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

static bool has_id(const u16 *ids, unsigned int n, u16 id)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		if (ids[i] == id)
			return true;
	return false;
}

bool hvc_acs_is_pch_quirk(u16 vendor, u16 device)
{
	return vendor == PCI_VENDOR_ID_INTEL && has_id(pch_ids, ARRAY_SIZE(pch_ids), device);
}

/* pci_quirk_mf_endpoint_acs(), pci_quirk_amd_sb_acs(), pci_quirk_wangxun_nic_acs() */
static bool mf_by_quirk(u16 vendor, u16 device)
{
	unsigned int i;

	if (vendor == PCI_VENDOR_ID_INTEL)
		return has_id(mf_intel, ARRAY_SIZE(mf_intel), device);
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
