// SPDX-License-Identifier: GPL-2.0-only
/*
 * explain_acs.c - bridges that do not isolate, in words
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <linux/pci_regs.h>

#include "device/explain_priv.h"

#define VENDOR_INTEL 0x8086

/*
 * Root ports of Intel's chipsets for which the kernel has a quirk (drivers/pci/quirks.c), for the words only:
 * whether it worked is the module's finding.
 */
static const struct quirk {
	uint16_t first, last;
	bool dwords; /* has ACS, but with its control register 4 bytes further than the specification */
	const char *name;
} quirks[] = {
	{ 0x3b42, 0x3b51, false, "Intel 5 series (Ibex Peak)" },
	{ 0x1c10, 0x1c1f, false, "Intel 6 series (Cougar Point)" },
	{ 0x1e10, 0x1e1f, false, "Intel 7 series (Panther Point)" },
	{ 0x8c10, 0x8c1f, false, "Intel 8 series (Lynx Point)" },
	{ 0x9c10, 0x9c1b, false, "Intel 8 series mobile (Lynx Point-LP)" },
	{ 0x9c90, 0x9c9b, false, "Intel 9 series mobile (Wildcat Point)" },
	{ 0x1d10, 0x1d1e, false, "Intel X79 (Patsburg)" },
	{ 0x8d10, 0x8d1e, false, "Intel X99 (Wellsburg)" },
	{ 0x8c90, 0x8c9e, false, "Intel 9 series" },
	{ 0xa110, 0xa11f, true, "Intel 100 series (Sunrise Point)" },
	{ 0xa167, 0xa16a, true, "Intel 100 series (Sunrise Point)" },
	{ 0xa290, 0xa29f, true, "Intel 200 series (Union Point)" },
	{ 0xa2e7, 0xa2ee, true, "Intel 200 series (Union Point)" },
	{ 0x9d10, 0x9d1b, true, "Intel 7th and 8th generation mobile" },
};

static const struct quirk *find_quirk(uint16_t vendor, uint16_t device)
{
	if (vendor != VENDOR_INTEL)
		return NULL;
	for (size_t i = 0; i < sizeof(quirks) / sizeof(quirks[0]); i++)
		if (device >= quirks[i].first && device <= quirks[i].last)
			return &quirks[i];
	return NULL;
}

/* The kind of a port by its PCI Express capability, which needs root to be read beyond the header. */
static const char *port_kind(const struct explain_ctx *ctx, struct addr a)
{
	char name[ADDR_STR_LEN];
	_cleanup_(freep) char *text = NULL;
	const unsigned char *config;
	size_t len, at;

	text = hostfs_read(&len, "%s/bus/pci/devices/%s/config", ctx->fs.sysfs, addr_str(a, name));
	if (!text || len < PCI_STD_HEADER_SIZEOF)
		return "function";
	config = (const unsigned char *)text;
	at = config[PCI_STATUS] & PCI_STATUS_CAP_LIST ? config[PCI_CAPABILITY_LIST] : 0;
	/* a list of 48 entries fills the space: more is a loop */
	for (int i = 0; at >= PCI_STD_HEADER_SIZEOF && at + PCI_EXP_FLAGS + 1 < len && i < 48; i++) {
		if (config[at] != PCI_CAP_ID_EXP) {
			at = config[at + PCI_CAP_LIST_NEXT] & ~3u;
			continue;
		}
		switch ((config[at + PCI_EXP_FLAGS] & PCI_EXP_FLAGS_TYPE) >> 4) {
		case PCI_EXP_TYPE_ROOT_PORT:
			return "root port";
		case PCI_EXP_TYPE_UPSTREAM:
			return "switch upstream port";
		case PCI_EXP_TYPE_DOWNSTREAM:
			return "switch downstream port";
		case PCI_EXP_TYPE_PCI_BRIDGE:
			return "PCIe-to-PCI bridge";
		case PCI_EXP_TYPE_PCIE_BRIDGE:
			return "PCI-to-PCIe bridge";
		default:
			return "function";
		}
	}
	return (config[PCI_HEADER_TYPE] & 0x7f) == PCI_HEADER_TYPE_BRIDGE ? "bridge" : "function";
}

/* Names as lspci has them */
static char *bits(uint32_t mask)
{
	static const struct {
		uint32_t bit;
		const char *name;
	} names[] = {
		{ HVCLAIM_ACS_SRC_VALID, "SrcValid" },
		{ HVCLAIM_ACS_REQ_REDIR, "ReqRedir" },
		{ HVCLAIM_ACS_CMPLT_REDIR, "CmpltRedir" },
		{ HVCLAIM_ACS_UPSTREAM_FWD, "UpstreamFwd" },
	};
	char *s = NULL;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if ((mask & names[i].bit) && text_add(&s, "%s%s", s ? " " : "", names[i].name))
			break;
	return s;
}

static const char *blank(const char *s)
{
	return s ? s : "";
}

/* "does not enable A B, and cannot" */
static char *shortcoming(const struct finding *f, const struct quirk *quirk)
{
	_cleanup_(freep) char *missing = bits(f->acs_missing);
	_cleanup_(freep) char *never = bits(f->acs_missing & ~f->acs_capable);
	char *s;

	if (!never)
		s = text_fmt("does not enable %s, and could", blank(missing));
	else if ((f->acs_missing & f->acs_capable) == 0)
		s = text_fmt("does not enable %s, and cannot", blank(missing));
	else
		s = text_fmt("does not enable %s, and cannot do %s", blank(missing), never);
	if (s && quirk && quirk->dwords)
		(void)text_add(
			&s, " (lspci may show other bits: the control register of %s is not where it looks)",
			quirk->name);
	return s;
}

/* The module judged it harmless: the group has all that is reachable already, or a quirk isolates. */
static char *harmless(const struct explain_ctx *ctx, const struct finding *f, const char *who,
		      const char *lacks, const struct quirk *quirk)
{
	const struct dev *self = explain_dev(ctx, f->function), *bridge = explain_dev(ctx, f->other);

	if (self && bridge && self->group >= 0 && self->group == bridge->group)
		return text_fmt("%s %s: what it connects is in one IOMMU group for that", who, lacks);
	if (quirk && !quirk->dwords)
		return text_fmt(
			"%s %s; the kernel knows a quirk for this port (%s), and it isolates all the same",
			who, lacks, quirk->name);
	return text_fmt("%s %s; the kernel knows it to isolate all the same", who, lacks);
}

void explain_acs(const struct explain_ctx *ctx, const struct finding *f, char **what, char **advice)
{
	const struct dev *bridge = explain_dev(ctx, f->other);
	const struct quirk *quirk = bridge ? find_quirk(bridge->vendor, bridge->device) : NULL;
	bool same = !addr_cmp(f->other, f->function);
	char fn[ADDR_STR_LEN], other[ADDR_STR_LEN];
	_cleanup_(freep) char *lacks = shortcoming(f, quirk);
	_cleanup_(freep) char *who = NULL;

	addr_str(f->function, fn);
	addr_str(f->other, other);
	if (!f->has_other)
		who = text_fmt("a bridge above %s", fn);
	else
		who = text_fmt("%s %s", port_kind(ctx, f->other), other);
	if (!lacks || !who)
		return;

	if (f->severity == HVCLAIM_SEVERITY_NOTE) {
		*what = harmless(ctx, f, who, lacks, quirk);
		return;
	}
	if (explain_fatal_override(ctx, f)) {
		*what = text_fmt(
			"%s %s; pcie_acs_override on the kernel's command line makes its IOMMU groups look "
			"isolated, and the hardware does not isolate",
			who, lacks);
		*advice = text_fmt(
			"boot without pcie_acs_override and claim whole groups (--group), or put the card "
			"behind a port with ACS; no option gets past this");
		return;
	}
	if (same)
		*what = text_fmt("%s %s: the other functions of its slot could reach it past the IOMMU", who,
				 lacks);
	else
		*what = text_fmt(
			"%s %s: %s could reach, and be reached from, what is beside it past the IOMMU, "
			"although the IOMMU group is small",
			who, lacks, fn);
	if (!(f->acs_missing & ~f->acs_capable))
		explain_ask(f, "acs-missing",
			    "if all that is there is for the same guest; pci=config_acs= (kernel 6.11 and "
			    "later) can "
			    "enable the bits",
			    advice);
	else
		explain_ask(
			f, "acs-missing",
			"if all that is there is for the same guest; otherwise a port with ACS for the card",
			advice);
}
