// SPDX-License-Identifier: GPL-2.0-only
/*
 * explain.c - findings in words
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "device/explain_priv.h"

struct explain_ctx *explain_ctx_new_at(const struct hostfs *fs, const struct devs *all)
{
	struct explain_ctx *ctx = calloc(1, sizeof(*ctx));
	_cleanup_(freep) char *hypervisor = NULL;

	if (!ctx)
		return NULL;
	ctx->fs = *fs;
	ctx->all = all;
	ctx->cmdline = hostfs_read(NULL, "%s/cmdline", fs->proc);
	hypervisor = hostfs_read(NULL, "%s/hypervisor/type", fs->sysfs);
	ctx->xen = hypervisor && !strcmp(hypervisor, "xen");
	return ctx;
}

struct explain_ctx *explain_ctx_new(const struct devs *all)
{
	return explain_ctx_new_at(&hostfs_default, all);
}

void explain_ctx_free(struct explain_ctx *ctx)
{
	if (!ctx)
		return;
	dmar_free(&ctx->regions);
	free(ctx->regions_error);
	free(ctx->cmdline);
	free(ctx);
}

/* The kernel takes - and _ in names of options for the same. */
static bool same_name(const char *a, const char *b, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if ((a[i] == '-' ? '_' : a[i]) != b[i])
			return false;
	return true;
}

/* Whether a comma-separated list of @len bytes has a word. */
static bool list_has(const char *list, size_t len, const char *word)
{
	size_t n = strlen(word);

	for (size_t i = 0, end; i < len; i = end + 1) {
		end = i + strcspn(list + i, ", \t\n");
		if (end - i == n && !strncmp(list + i, word, n))
			return true;
	}
	return false;
}

bool explain_option(const struct explain_ctx *ctx, const char *name, const char *word)
{
	const char *s = ctx->cmdline;
	size_t n = strlen(name);

	while (s && *s) {
		size_t len = strcspn(s, " \t\n");

		if (len == 2 && !strncmp(s, "--", 2))
			return false; /* the rest is for init */
		if (len >= n && same_name(s, name, n) && (len == n || s[n] == '=')) {
			if (!word || (len > n && list_has(s + n + 1, len - n - 1, word)))
				return true;
		}
		s += len;
		s += strspn(s, " \t\n");
	}
	return false;
}

const struct dev *explain_dev(const struct explain_ctx *ctx, struct addr a)
{
	return ctx->all ? devs_find(ctx->all, a) : NULL;
}

bool explain_fatal_override(const struct explain_ctx *ctx, const struct finding *f)
{
	return f->reason == HVCLAIM_REASON_ACS_MISSING && f->severity != HVCLAIM_SEVERITY_NOTE &&
	       explain_option(ctx, "pcie_acs_override", NULL);
}

void explain_ask(const struct finding *f, const char *reason, const char *more, char **advice)
{
	if (f->severity == HVCLAIM_SEVERITY_ASK && !f->allowed)
		*advice = text_fmt("--allow %s%s%s", reason, more ? ", " : "", more ? more : "");
}

/* the words that most explanations are made of */
struct names {
	char fn[ADDR_STR_LEN], other[ADDR_STR_LEN];
	const char *driver, *owner;
};

static void no_iommu(const struct explain_ctx *ctx, const struct names *n, char **what, char **advice)
{
	static const char *const options[] = { "intel_iommu", "amd_iommu", "iommu" };
	const char *found = NULL;
	_cleanup_(freep) char *dmar = hostfs_real("%s/firmware/acpi/tables/DMAR", ctx->fs.sysfs);
	_cleanup_(freep) char *ivrs = hostfs_real("%s/firmware/acpi/tables/IVRS", ctx->fs.sysfs);

	*what = text_fmt("no IOMMU translates for %s: a guest with it could reach all of the host's memory",
			 n->fn);
	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		if (!found && explain_option(ctx, options[i], "off"))
			found = options[i];
	if (ctx->xen)
		*advice = text_fmt("turn on VT-d or AMD-Vi in the firmware, and boot Xen without iommu=off");
	else if (found)
		*advice = text_fmt("boot without %s=off", found);
	else if (dmar)
		*advice = text_fmt("boot with intel_iommu=on");
	else if (ivrs)
		*advice = text_fmt(
			"the firmware has an AMD IOMMU: look for AMD-Vi in dmesg to see why it is off");
	else
		*advice = text_fmt(
			"turn on VT-d or AMD-Vi (IOMMU) in the firmware's set-up; for Intel, boot with "
			"intel_iommu=on too");
}

static void no_intremap(const struct explain_ctx *ctx, const struct finding *f, const struct names *n,
			char **what, char **advice)
{
	bool off = explain_option(ctx, "nointremap", NULL) || explain_option(ctx, "intremap", "off");

	*what = text_fmt("interrupts are not remapped: a guest with %s can forge interrupts to the host%s",
			 n->fn, off ? " (turned off on the kernel's command line)" : "");
	explain_ask(f, "no-intremap",
		    off ? "or boot without the option"
			: "and vfio_iommu_type1's allow_unsafe_interrupts=1; better: interrupt remapping "
			  "(x2APIC) in "
			  "the firmware",
		    advice);
}

static void group_shared(const struct finding *f, const struct names *n, char **what, char **advice)
{
	*what = text_fmt("%s (%s) is in IOMMU group %u with %s, and stays with the host: neither is safe "
			 "from the other",
			 n->other, n->driver, f->group, n->fn);
	if (f->severity == HVCLAIM_SEVERITY_ASK && !f->allowed)
		*advice = text_fmt(
			"better --group, which takes the whole group; or unbind %s from %s; --allow "
			"group-shared "
			"claims all the same, but vfio gives no member to a guest while a host driver has "
			"another",
			n->driver, n->other);
}

static void pf_user(const struct finding *f, const struct names *n, char **what, char **advice)
{
	if (*n->owner)
		*what = text_fmt("the PF of %s, %s, is claimed for %s%s", n->fn, n->other, n->owner,
				 f->severity == HVCLAIM_SEVERITY_NOTE ? ", too"
								      : ", who could reset or remove it");
	else
		*what = text_fmt("the PF of %s, %s, is with %s: whoever has it could reset or remove %s",
				 n->fn, n->other, n->driver, n->fn);
	if (f->severity == HVCLAIM_SEVERITY_FATAL)
		*advice = text_fmt("release %s first, or claim %s for the same owner", n->other, n->fn);
}

static void netdev_busy(const struct finding *f, const struct names *n, char **what, char **advice)
{
	const char *where = f->netns_other ? " in another network namespace" : "";

	if (f->netdev_use == HVCLAIM_NETDEV_USE_UPPER)
		*what = text_fmt("interface %s of %s is part of %s%s", f->netdev, n->fn, f->upper, where);
	else
		*what = text_fmt("interface %s of %s is up%s", f->netdev, n->fn, where);
	if (f->severity != HVCLAIM_SEVERITY_ASK || f->allowed)
		return;
	if (f->netns_other)
		*advice = text_fmt("--allow netdev-busy, or take it down there");
	else if (f->netdev_use == HVCLAIM_NETDEV_USE_UPPER)
		*advice = text_fmt("--allow netdev-busy, or take it out first: ip link set %s nomaster (a "
				   "VLAN on it: ip "
				   "link del)",
				   f->netdev);
	else
		*advice = text_fmt("--allow netdev-busy, or take it down first: ip link set %s down",
				   f->netdev);
}

static void held(const struct finding *f, const struct names *n, char **what, char **advice)
{
	*what = text_fmt("claim %u holds %s for %s", f->claim, n->fn, *n->owner ? n->owner : "another owner");
	*advice = text_fmt("when it is no longer needed there: hvclaim release %s -o %s", n->fn,
			   *n->owner ? n->owner : "OWNER");
}

static void foreign_owner(const struct finding *f, const struct names *n, char **what, char **advice)
{
	*what = text_fmt("%s belongs to claim %u of %s, who is not the owner named", n->fn, f->claim,
			 *n->owner ? n->owner : "another owner");
	if (f->severity == HVCLAIM_SEVERITY_ASK && !f->allowed)
		*advice =
			text_fmt("-o %s if that was meant; --allow foreign-owner to release it all the same",
				 *n->owner ? n->owner : "OWNER");
}

/* What concerns the function alone, and needs no more than its name. */
static void plain(const struct explain_ctx *ctx, const struct finding *f, const struct names *n, char **what,
		  char **advice)
{
	switch (f->reason) {
	case HVCLAIM_REASON_NO_COHERENCY:
		*what = text_fmt("the IOMMU of %s cannot enforce cache coherency: vfio refuses the device",
				 n->fn);
		*advice = text_fmt("no option helps; a slot behind another IOMMU may");
		return;
	case HVCLAIM_REASON_NOT_ENDPOINT:
		*what = text_fmt("%s is a bridge or not an ordinary function: a guest cannot be given it",
				 n->fn);
		*advice = text_fmt("claim the functions behind it");
		return;
	case HVCLAIM_REASON_SRIOV_VFS: {
		const struct dev *d = explain_dev(ctx, f->function);

		*what = d && d->num_vfs
				? text_fmt("%s has %u virtual functions enabled, which go with it", n->fn,
					   d->num_vfs)
				: text_fmt("%s has virtual functions enabled, which go with it", n->fn);
		*advice = text_fmt("claim virtual functions instead, or disable them: echo 0 > "
				   "/sys/bus/pci/devices/%s/sriov_numvfs",
				   n->fn);
		return;
	}
	case HVCLAIM_REASON_BOOT_VGA:
		*what = f->detail ? text_fmt("%s is the boot display: %s", n->fn, f->detail)
				  : text_fmt("%s is the boot display: the host's console goes dark", n->fn);
		explain_ask(f, "boot-vga", "if the host is reached by network or serial line", advice);
		return;
	case HVCLAIM_REASON_IDENTITY:
		*what = text_fmt("%s is not the device that was pinned: its ids or serial number differ",
				 n->fn);
		*advice = text_fmt("hvclaim list %s shows what is there now; correct the selector", n->fn);
		return;
	case HVCLAIM_REASON_PROTECTED:
		*what = text_fmt("%s is protected: the host needs it (hvclaim.protect=)", n->fn);
		*advice =
			text_fmt("no option gets past this; take it out of hvclaim.protect= if it is wrong");
		return;
	case HVCLAIM_REASON_IN_USE:
		*what = f->detail ? text_fmt("%s has %s", f->detail, n->fn)
				  : text_fmt("a guest has %s open", n->fn);
		*advice = text_fmt(
			"stop the guest first, or --when-idle, which releases it when the guest ends");
		return;
	case HVCLAIM_REASON_NO_RESET:
		*what = text_fmt("%s has no working reset: the next user meets it as the last one left it",
				 n->fn);
		explain_ask(f, "no-reset", "to have the host driver take it all the same", advice);
		return;
	case HVCLAIM_REASON_NUMA_FAR:
		*what = text_fmt("%s is on another NUMA node than the guest's CPUs", n->fn);
		return;
	default:
		*what = text_fmt("%s: a reason that this version does not know (%d)", n->fn, (int)f->reason);
		return;
	}
}

void explain_finding(struct explain_ctx *ctx, const struct finding *f, char **what, char **advice)
{
	struct names n = {
		.driver = *f->driver ? f->driver : "no driver",
		.owner = f->owner,
	};

	*what = NULL;
	*advice = NULL;
	snprintf(n.fn, sizeof(n.fn), "the function");
	snprintf(n.other, sizeof(n.other), "another function");
	if (f->has_function)
		addr_str(f->function, n.fn);
	if (f->has_other)
		addr_str(f->other, n.other);

	switch (f->reason) {
	case HVCLAIM_REASON_NO_IOMMU:
		no_iommu(ctx, &n, what, advice);
		return;
	case HVCLAIM_REASON_NO_INTREMAP:
		no_intremap(ctx, f, &n, what, advice);
		return;
	case HVCLAIM_REASON_RMRR:
	case HVCLAIM_REASON_RMRR_RELAXABLE:
	case HVCLAIM_REASON_RMRR_RELAXED:
		explain_rmrr(ctx, f, what, advice);
		return;
	case HVCLAIM_REASON_GROUP_SHARED:
		group_shared(f, &n, what, advice);
		return;
	case HVCLAIM_REASON_GROUP_SPLIT:
		*what = text_fmt("%s is in IOMMU group %u with %s, and claimed for %s (claim %u): a group "
				 "has one owner",
				 n.other, f->group, n.fn, *n.owner ? n.owner : "another owner", f->claim);
		*advice = text_fmt("claim %s for the same owner, or release %s first", n.fn, n.other);
		return;
	case HVCLAIM_REASON_ACS_MISSING:
		explain_acs(ctx, f, what, advice);
		return;
	case HVCLAIM_REASON_PF_USER:
		pf_user(f, &n, what, advice);
		return;
	case HVCLAIM_REASON_NETDEV_BUSY:
		netdev_busy(f, &n, what, advice);
		return;
	case HVCLAIM_REASON_HELD:
		held(f, &n, what, advice);
		return;
	case HVCLAIM_REASON_FOREIGN_OWNER:
		foreign_owner(f, &n, what, advice);
		return;
	case HVCLAIM_REASON_HOST_USE:
		*what = text_fmt("%s: %s", n.fn, f->detail ? f->detail : "the host uses it");
		explain_ask(f, "host-use", "better: stop that use first", advice);
		return;
	case HVCLAIM_REASON_SIBLINGS:
		*what = text_fmt("%s (%s) is in the same slot as %s, and shares its power and slot reset",
				 n.other, n.driver, n.fn);
		return;
	case HVCLAIM_REASON_EXTERNAL:
		*what = f->has_other ? text_fmt("%s is behind an external port (%s): it can be unplugged",
						n.fn, n.other)
				     : text_fmt("%s is external: it can be unplugged", n.fn);
		return;
	case HVCLAIM_REASON_INTX_SHARED:
		*what = text_fmt("%s shares its line interrupt with %s (%s): a driver without MSI slows both",
				 n.fn, n.other, n.driver);
		return;
	default:
		plain(ctx, f, &n, what, advice);
		return;
	}
}
