// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_explain.c - findings in words
 */
#define _GNU_SOURCE 1
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "device/explain.h"
#include "tree.h"

#define FN(b, s, f)                                 \
	{                                           \
		.bus = (b), .devfn = (s) << 3 | (f) \
	}

/* two NICs below a switch, their ports, and a VF */
static struct dev table[] = {
	{ .addr = FN(0, 4, 1), .vendor = 0x8086, .device = 0x1c12, .class = 0x060400, .group = 3 },
	{ .addr = FN(1, 0, 0), .vendor = 0x8086, .device = 0x10d3, .class = 0x020000, .group = 7 },
	{ .addr = FN(2, 0, 0),
	  .vendor = 0x8086,
	  .device = 0x10d3,
	  .class = 0x020000,
	  .group = 7,
	  .num_vfs = 4 },
	{ .addr = FN(0, 5, 0), .vendor = 0x104c, .device = 0x8233, .class = 0x060400, .group = 7 },
	{ .addr = FN(0, 6, 0), .vendor = 0x8086, .device = 0xa112, .class = 0x060400, .group = 9 },
};
static const struct devs all = { table, sizeof(table) / sizeof(table[0]) };

static struct tree t;
static struct hostfs fs;
static char *what, *advice;

static int set_up(void **state)
{
	(void)state;
	tree_new(&t);
	fs = tree_hostfs(&t);
	tree_file(&t, "proc/cmdline", "BOOT_IMAGE=/vmlinuz root=/dev/sda1 quiet -- pcie_acs_override\n");
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	free(what);
	free(advice);
	what = advice = NULL;
	tree_free(&t);
	return 0;
}

/* The bytes of config space that tell the kind of a port. */
static void config(const char *addr, unsigned int pcie_type)
{
	unsigned char c[256] = { 0 };
	char path[128];

	c[0x06] = 0x10;
	c[0x0e] = 0x01;
	c[0x34] = 0x40;
	c[0x40] = 0x05; /* MSI first */
	c[0x41] = 0x50;
	c[0x50] = 0x10;
	c[0x52] = (unsigned char)(pcie_type << 4 | 2);
	snprintf(path, sizeof(path), "sys/bus/pci/devices/%s/config", addr);
	tree_bytes(&t, path, c, sizeof(c));
}

static struct finding finding(enum hvclaim_reason reason, enum hvclaim_severity severity)
{
	return (struct finding){
		.reason = reason,
		.severity = severity,
		.has_function = true,
		.function = FN(1, 0, 0),
	};
}

/* Explains on the tree as it is now; true when the finding counts as fatal for an override. */
static bool explain(const struct finding *f)
{
	struct explain_ctx *ctx = explain_ctx_new_at(&fs, &all);
	bool fatal = explain_fatal_override(ctx, f);

	free(what);
	free(advice);
	explain_finding(ctx, f, &what, &advice);
	explain_ctx_free(ctx);
	assert_non_null(what);
	return fatal;
}

static struct finding acs(enum hvclaim_severity severity, struct addr bridge, uint32_t missing,
			  uint32_t capable)
{
	struct finding f = finding(HVCLAIM_REASON_ACS_MISSING, severity);

	f.has_other = true;
	f.other = bridge;
	f.acs_missing = missing;
	f.acs_capable = capable;
	return f;
}

static void acs_names_the_port_and_its_bits(void **state)
{
	struct finding f = acs(HVCLAIM_SEVERITY_ASK, (struct addr)FN(0, 5, 0), 0xf, 0);

	(void)state;
	config("0000:00:05.0", 6);
	assert_false(explain(&f));
	assert_non_null(strstr(
		what, "switch downstream port 0000:00:05.0 does not enable SrcValid ReqRedir CmpltRedir "
		      "UpstreamFwd, and cannot: 0000:01:00.0 could reach"));
	assert_int_equal(strncmp(advice, "--allow acs-missing", 19), 0);
	f = acs(HVCLAIM_SEVERITY_ASK, (struct addr)FN(0, 5, 0), 0x3, 0xf);
	config("0000:00:05.0", 4);
	explain(&f);
	assert_non_null(strstr(what, "root port 0000:00:05.0 does not enable SrcValid ReqRedir, and could"));
	assert_non_null(strstr(advice, "config_acs"));
	f = acs(HVCLAIM_SEVERITY_ASK, (struct addr)FN(0, 5, 0), 0x3, 0x1);
	explain(&f);
	assert_non_null(strstr(what, "does not enable SrcValid ReqRedir, and cannot do ReqRedir"));
	f.allowed = true;
	explain(&f);
	assert_null(advice);
}

static void acs_on_the_function_itself_speaks_of_its_slot(void **state)
{
	struct finding f = acs(HVCLAIM_SEVERITY_ASK, (struct addr)FN(1, 0, 0), 0xf, 0);

	(void)state;
	explain(&f);
	assert_non_null(strstr(what, "the other functions of its slot"));
}

static void acs_notes_tell_a_quirk_from_a_large_group(void **state)
{
	struct finding f = acs(HVCLAIM_SEVERITY_NOTE, (struct addr)FN(0, 5, 0), 0xf, 0);

	(void)state;
	explain(&f);
	assert_non_null(strstr(what, "what it connects is in one IOMMU group for that"));
	assert_null(advice);
	f = acs(HVCLAIM_SEVERITY_NOTE, (struct addr)FN(0, 4, 1), 0xf, 0);
	explain(&f);
	assert_non_null(
		strstr(what, "the kernel knows a quirk for this port (Intel 6 series (Cougar Point))"));
	f = acs(HVCLAIM_SEVERITY_ASK, (struct addr)FN(0, 6, 0), 0xf, 0xf);
	explain(&f);
	assert_non_null(strstr(what, "lspci may show other bits: the control register of Intel 100 series"));
}

static void pcie_acs_override_is_refused_whatever_is_allowed(void **state)
{
	static const char *const lines[] = { "quiet pcie_acs_override=downstream,multifunction\n",
					     "pcie_acs_override\n", "a pcie-acs-override=id:1002:1 b\n" };
	struct finding f = acs(HVCLAIM_SEVERITY_ASK, (struct addr)FN(0, 5, 0), 0xf, 0);

	(void)state;
	assert_false(explain(&f)); /* set_up() has it behind the --, where it is init's */
	f.allowed = true;
	for (size_t i = 0; i < 3; i++) {
		tree_file(&t, "proc/cmdline", lines[i]);
		assert_true(explain(&f));
		assert_non_null(strstr(what, "pcie_acs_override on the kernel's command line"));
		assert_non_null(strstr(advice, "no option gets past this"));
	}
	f.allowed = false;
	f.severity = HVCLAIM_SEVERITY_FATAL; /* as target_harden() leaves it */
	assert_true(explain(&f));
	assert_non_null(strstr(what, "pcie_acs_override on the kernel's command line"));
	f.severity = HVCLAIM_SEVERITY_ASK;
	tree_file(&t, "proc/cmdline", "pcie_acs_overrides not_pcie_acs_override x=pcie_acs_override\n");
	assert_false(explain(&f));
	tree_file(&t, "proc/cmdline", lines[0]);
	f.severity = HVCLAIM_SEVERITY_NOTE; /* a quirk, or a group that has it all: nothing is pretended */
	assert_false(explain(&f));
	f = finding(HVCLAIM_REASON_GROUP_SHARED, HVCLAIM_SEVERITY_ASK);
	assert_false(explain(&f));
}

/* A DMAR with one RMRR for 01:00.0, and for a second function when @slot2 is not 0 */
static void dmar(unsigned int bus2, unsigned int slot2)
{
	unsigned char b[96] = "DMAR";
	size_t n = slot2 || bus2 ? 88 : 80;

	b[4] = (unsigned char)n;
	b[48] = 1;
	b[50] = (unsigned char)(n - 48);
	memcpy(b + 56, "\0\xc0\xd1\xfe\0\0\0\0\xff\xff\xd1\xfe\0\0\0\0", 16);
	memcpy(b + 72, "\1\10\0\0\0\1\0\0", 8);
	memcpy(b + 80, "\1\10\0\0\0\0\0\0", 8);
	b[85] = (unsigned char)bus2;
	b[86] = (unsigned char)slot2;
	tree_bytes(&t, "sys/firmware/acpi/tables/DMAR", b, n);
}

static struct finding rmrr(enum hvclaim_reason reason, enum hvclaim_severity severity)
{
	struct finding f = finding(reason, severity);

	f.has_range = true;
	f.start = 0xfed1c000;
	f.end = 0xfed1ffff;
	return f;
}

static void rmrr_says_whether_and_with_whom_it_is_shared(void **state)
{
	struct finding f = rmrr(HVCLAIM_REASON_RMRR, HVCLAIM_SEVERITY_FATAL);

	(void)state;
	dmar(0, 0);
	explain(&f);
	assert_int_equal(
		strncmp(what, "RMRR 0xfed1c000 - 0xfed1ffff (16 KiB) is for 0000:01:00.0 alone;", 64), 0);
	assert_non_null(strstr(advice, "vfio cannot"));
	dmar(2, 0);
	explain(&f);
	assert_non_null(strstr(what, "of 0000:01:00.0 is shared with 0000:02:00.0;"));
	f.function = (struct addr)FN(2, 0, 1);
	explain(&f);
	assert_non_null(
		strstr(what, "is for 0000:01:00.0, 0000:02:00.0, in the same IOMMU group as 0000:02:00.1"));
	f.severity = HVCLAIM_SEVERITY_ASK;
	explain(&f);
	assert_non_null(strstr(advice, "--allow rmrr, and rdm_policy=relaxed"));
}

static void rmrr_without_a_readable_table_says_that_it_does_not_know(void **state)
{
	struct finding f = rmrr(HVCLAIM_REASON_RMRR, HVCLAIM_SEVERITY_FATAL);

	(void)state;
	explain(&f);
	assert_non_null(strstr(what, "is not in the firmware's tables"));
	tree_file(&t, "sys/firmware/acpi/tables/DMAR", "DMAR, but no table");
	explain(&f);
	assert_non_null(strstr(what, "with whom it is shared cannot be told (ACPI table DMAR: "));
}

static void relaxed_rmrr_betrays_the_patch(void **state)
{
	struct finding f = rmrr(HVCLAIM_REASON_RMRR_RELAXED, HVCLAIM_SEVERITY_ASK);

	(void)state;
	dmar(0, 0);
	tree_file(&t, "proc/cmdline", "intel_iommu=on,relax_rmrr\n");
	explain(&f);
	assert_non_null(strstr(what, "this kernel is patched to ignore it (relax_rmrr)"));
	assert_int_equal(strncmp(advice, "--allow rmrr-relaxed", 20), 0);
	f = rmrr(HVCLAIM_REASON_RMRR_RELAXABLE, HVCLAIM_SEVERITY_NOTE);
	explain(&f);
	assert_non_null(strstr(what, "needed at boot only"));
	assert_null(advice);
}

static void a_missing_iommu_says_how_to_turn_it_on(void **state)
{
	struct finding f = finding(HVCLAIM_REASON_NO_IOMMU, HVCLAIM_SEVERITY_FATAL);

	(void)state;
	explain(&f);
	assert_non_null(strstr(advice, "in the firmware's set-up"));
	dmar(0, 0);
	explain(&f);
	assert_string_equal(advice, "boot with intel_iommu=on");
	tree_file(&t, "proc/cmdline", "intel_iommu=strict,off\n");
	explain(&f);
	assert_string_equal(advice, "boot without intel_iommu=off");
	tree_file(&t, "sys/hypervisor/type", "xen\n");
	explain(&f);
	assert_non_null(strstr(advice, "boot Xen"));
}

static void members_owners_and_interfaces_are_named(void **state)
{
	struct finding f = finding(HVCLAIM_REASON_GROUP_SHARED, HVCLAIM_SEVERITY_ASK);

	(void)state;
	f.has_other = true;
	f.other = (struct addr)FN(2, 0, 0);
	strcpy(f.driver, "e1000e");
	f.group = 7;
	explain(&f);
	assert_non_null(strstr(what, "0000:02:00.0 (e1000e) is in IOMMU group 7 with 0000:01:00.0"));
	assert_int_equal(strncmp(advice, "better --group", 14), 0);
	assert_non_null(strstr(advice, "--allow group-shared"));

	f.reason = HVCLAIM_REASON_HELD;
	f.severity = HVCLAIM_SEVERITY_FATAL;
	f.claim = 4;
	strcpy(f.owner, "db1");
	explain(&f);
	assert_string_equal(what, "claim 4 holds 0000:01:00.0 for db1");
	assert_non_null(strstr(advice, "hvclaim release 0000:01:00.0 -o db1"));

	f = finding(HVCLAIM_REASON_NETDEV_BUSY, HVCLAIM_SEVERITY_ASK);
	strcpy(f.netdev, "eth0");
	f.netdev_use = HVCLAIM_NETDEV_USE_UP;
	explain(&f);
	assert_string_equal(what, "interface eth0 of 0000:01:00.0 is up");
	assert_non_null(strstr(advice, "ip link set eth0 down"));
	f.netdev_use = HVCLAIM_NETDEV_USE_UPPER;
	strcpy(f.upper, "br0");
	f.netns_other = true;
	explain(&f);
	assert_string_equal(what,
			    "interface eth0 of 0000:01:00.0 is part of br0 in another network namespace");
	assert_string_equal(advice, "--allow netdev-busy, or take it down there");

	f = finding(HVCLAIM_REASON_SRIOV_VFS, HVCLAIM_SEVERITY_FATAL);
	f.function = (struct addr)FN(2, 0, 0);
	explain(&f);
	assert_non_null(strstr(what, "has 4 virtual functions enabled"));

	f = finding(HVCLAIM_REASON_HOST_USE, HVCLAIM_SEVERITY_ASK);
	f.detail = (char *)(uintptr_t) "/dev/nvme0n1p1 is mounted on /srv (ext4)";
	explain(&f);
	assert_string_equal(what, "0000:01:00.0: /dev/nvme0n1p1 is mounted on /srv (ext4)");
}

static void every_reason_has_words_and_every_ask_an_option(void **state)
{
	(void)state;
	for (int r = HVCLAIM_REASON_NO_IOMMU; r <= HVCLAIM_REASON_NUMA_FAR; r++) {
		for (int s = HVCLAIM_SEVERITY_NOTE; s <= HVCLAIM_SEVERITY_FATAL; s++) {
			struct finding f = finding((enum hvclaim_reason)r, (enum hvclaim_severity)s);

			explain(&f);
			assert_null(strstr(what, "does not know"));
			if (s == HVCLAIM_SEVERITY_FATAL && r <= HVCLAIM_REASON_IN_USE &&
			    (r < HVCLAIM_REASON_RMRR_RELAXABLE || r > HVCLAIM_REASON_ACS_MISSING) &&
			    r != HVCLAIM_REASON_NO_INTREMAP && r != HVCLAIM_REASON_BOOT_VGA &&
			    r != HVCLAIM_REASON_NETDEV_BUSY && r != HVCLAIM_REASON_FOREIGN_OWNER)
				assert_non_null(advice);
			if (s == HVCLAIM_SEVERITY_ASK &&
			    (r == HVCLAIM_REASON_NO_INTREMAP || r == HVCLAIM_REASON_RMRR ||
			     r == HVCLAIM_REASON_RMRR_RELAXED || r == HVCLAIM_REASON_GROUP_SHARED ||
			     r == HVCLAIM_REASON_ACS_MISSING || r == HVCLAIM_REASON_BOOT_VGA ||
			     r == HVCLAIM_REASON_NETDEV_BUSY || r == HVCLAIM_REASON_FOREIGN_OWNER ||
			     r == HVCLAIM_REASON_HOST_USE || r == HVCLAIM_REASON_NO_RESET))
				assert_non_null(strstr(advice, "--allow "));
			assert_true(what[strlen(what) - 1] != '.' && what[strlen(what) - 1] != '\n');
		}
	}
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(acs_names_the_port_and_its_bits),
		TEST(acs_on_the_function_itself_speaks_of_its_slot),
		TEST(acs_notes_tell_a_quirk_from_a_large_group),
		TEST(pcie_acs_override_is_refused_whatever_is_allowed),
		TEST(rmrr_says_whether_and_with_whom_it_is_shared),
		TEST(rmrr_without_a_readable_table_says_that_it_does_not_know),
		TEST(relaxed_rmrr_betrays_the_patch),
		TEST(a_missing_iommu_says_how_to_turn_it_on),
		TEST(members_owners_and_interfaces_are_named),
		TEST(every_reason_has_words_and_every_ask_an_option),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
