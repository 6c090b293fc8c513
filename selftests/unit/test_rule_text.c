// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_rule_text.c - standing rules: read, written again, and made to survive a change of numbers
 *
 *	0000:00:1c.4 ─ 0000:01:00.0 nic    group 14  10de:1eb8  serial 00-11-22-ff-fe-33-44-55
 *	             └ 0000:01:00.1 twin   group 14  10de:1eb9
 *	0000:00:1d.0 ─ 0000:03:00.0 PF     group 20  8086:1572  serial 0a-00-00-00-00-00-00-01
 *	               0000:03:10.0, .1    its VFs   8086:154c
 *	0000:00:1f.2   on the root bus
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "boot/rule_text.h"

static struct dev v[] = {
	{ .addr = { 0, 0x00, 0x1c << 3 | 4 }, .path = "0000:00:1c.4", .class = 0x060400, .group = 14 },
	{ .addr = { 0, 0x01, 0 },
	  .path = "0000:00:1c.4/00.0",
	  .vendor = 0x10de,
	  .device = 0x1eb8,
	  .class = 0x030000,
	  .group = 14,
	  .has_serial = true,
	  .serial = 0x001122fffe334455 },
	{ .addr = { 0, 0x01, 1 },
	  .path = "0000:00:1c.4/00.1",
	  .vendor = 0x10de,
	  .device = 0x1eb9,
	  .class = 0x040300,
	  .group = 14 },
	{ .addr = { 0, 0x03, 0 },
	  .path = "0000:00:1d.0/00.0",
	  .vendor = 0x8086,
	  .device = 0x1572,
	  .class = 0x020000,
	  .group = 20,
	  .sriov_role = HVCLAIM_SRIOV_ROLE_PF,
	  .has_serial = true,
	  .serial = 0x0a00000000000001 },
	{ .addr = { 0, 0x03, 0x80 },
	  .vendor = 0x8086,
	  .device = 0x154c,
	  .class = 0x020000,
	  .group = 21,
	  .sriov_role = HVCLAIM_SRIOV_ROLE_VF,
	  .pf = { 0, 3, 0 } },
	{ .addr = { 0, 0x03, 0x81 },
	  .vendor = 0x8086,
	  .device = 0x154c,
	  .class = 0x020000,
	  .group = 22,
	  .sriov_role = HVCLAIM_SRIOV_ROLE_VF,
	  .pf = { 0, 3, 0 } },
	{ .addr = { 0, 0, 0x1f << 3 | 2 },
	  .path = "0000:00:1f.2",
	  .vendor = 0x8086,
	  .device = 0x2922,
	  .class = 0x010601,
	  .group = -1 },
};
static const struct devs all = { v, sizeof(v) / sizeof(v[0]) };

static const char *alias(void *data, const char *name)
{
	(void)data;
	if (!strcmp(name, "gpu0"))
		return "01:00.0";
	if (!strcmp(name, "vf1"))
		return "vfs:03:00.0/1";
	return NULL;
}

static int netdev(void *data, const char *name, struct addr *addr)
{
	(void)data;
	if (strcmp(name, "eth0"))
		return -ENODEV;
	*addr = v[3].addr;
	return 0;
}

static const struct select_env env = { .alias = alias, .netdev = netdev };

static void written_as(const char *text, const char *want)
{
	struct rule_text *r;
	char *err, *got;
	size_t column;

	if (rule_parse(text, NULL, &r, &column, &err))
		fail_msg("%s: %s", text, err);
	got = rule_format(r);
	assert_string_equal(got, want);
	rule_text_free(r);
	/* what is written is read again as the same */
	assert_int_equal(rule_parse(got, NULL, &r, &column, &err), 0);
	free(got);
	got = rule_format(r);
	assert_string_equal(got, want);
	free(got);
	rule_text_free(r);
}

static void every_form_is_read_and_written(void **state)
{
	(void)state;
	written_as("01:00.0", "0000:01:00.0");
	written_as("1:0.0", "0000:01:00.0");
	written_as("10000:01:00.0", "10000:01:00.0");
	written_as("01:00.*", "0000:01:00.*");
	written_as("pci_0000_01_00_0", "0000:01:00.0");
	written_as("00:1C.4/0.0", "0000:00:1c.4/00.0");
	written_as("00:1C.4/0.*", "0000:00:1c.4/00.*");
	written_as("pci:10DE:1eb8", "pci:10de:1eb8");
	written_as("pci:10de:*", "pci:10de:*");
	written_as("pci:10de:1eb8:*:*", "pci:10de:1eb8");
	written_as("pci:10de:1eb8:1:12a2", "pci:10de:1eb8:0001:12a2");
	written_as("vfs:03:00.0", "vfs:0000:03:00.0");
	written_as("vfs:03:00.0/0", "vfs:0000:03:00.0/0");
	written_as("vfs:00:1d.0/00.0/3-7", "vfs:0000:00:1d.0/00.0/3-7");
	written_as("serial:00-11-22-FF-FE-33-44-55", "serial:00-11-22-ff-fe-33-44-55");
}

static void words_are_read_in_any_order(void **state)
{
	(void)state;
	written_as("01:00.0,allow=netdev-busy+boot-vga,group=whole,driver=mlx5_vfio_pci,backend=vfio-pci,"
		   "owner=db1,serial=00-11-22-ff-fe-33-44-55,ids=10de:1eb8",
		   "0000:01:00.0,ids=10de:1eb8,serial=00-11-22-ff-fe-33-44-55,owner=db1,backend=vfio-pci,"
		   "driver=mlx5_vfio_pci,group=whole,allow=boot-vga+netdev-busy");
	written_as("01:00.0,owner=a;b&c", "0000:01:00.0,owner=a;b&c");
}

static void wrong(const char *text, size_t column, const char *what)
{
	char *err, where[32];
	struct rule_text *r;
	size_t at;

	assert_int_equal(rule_parse(text, NULL, &r, &at, &err), -EINVAL);
	assert_null(r);
	snprintf(where, sizeof(where), "column %zu: ", column);
	if (at != column || !strstr(err, what) || !strstr(err, where) || !strstr(err, text))
		fail_msg("\"%s\": got \"%s\" at %zu, not \"%s\" at %zu", text, err, at, what, column);
	free(err);
}

static void mistakes_are_told_with_their_column(void **state)
{
	char longest[600];

	(void)state;
	wrong("", 1, "expected a bus number");
	wrong("01:00.8", 7, "function number");
	wrong("01:00.0,", 9, "expected ids=");
	wrong("01:00.0,,owner=a", 9, "expected ids=");
	wrong("01:00.0,ownr=a", 9, "expected ids=");
	wrong("01:00.0, owner=a", 9, "expected ids=");
	wrong(" 01:00.0", 1, "");
	wrong("01:00.0 ", 8, "comma or the end");
	wrong("01:00.0,owner=", 15, "a name");
	wrong("01:00.0,owner=a b", 16, "comma or the end");
	wrong("01:00.0,owner=a\"b", 16, "comma or the end");
	wrong("01:00.0,owner=a\\", 16, "comma or the end");
	wrong("01:00.0,owner=\303\244", 15, "a name");
	wrong("01:00.0,owner=a,owner=a", 17, "given twice");
	wrong("01:00.0,ids=1:2,ids=1:2", 17, "given twice");
	wrong("01:00.0,group=half", 15, "group=whole");
	wrong("01:00.0,allow=", 15, "no such reason");
	wrong("01:00.0,allow=netdev-busy+", 27, "no such reason");
	wrong("01:00.0,allow=netdev-busy,hostuse", 27, "expected ids=");
	wrong("01:00.0,allow=held", 15, "nothing gets past");
	wrong("01:00.0,serial=00-11", 21, "expected -");
	wrong("vfs:03:00.0/65536", 1, "so many");
	wrong("vfs:03:00.0/7-3", 12, "range is empty");
	memset(longest, 'a', sizeof(longest) - 1);
	memcpy(longest, "01:00.0,owner=", 14);
	longest[80] = '\0';
	wrong(longest, 15, "63");
	longest[80] = 'a';
	longest[599] = '\0';
	wrong(longest, 512, "511");
}

static void what_only_the_helper_knows_is_no_rule_for_the_module(void **state)
{
	(void)state;
	wrong("class:0302", 1, "the module knows");
	wrong("group:14,owner=a", 1, "the module knows");
	wrong("net:eth0", 1, "the module knows");
	wrong("gpu0", 1, "alias");
}

/* Rules that a text becomes, between blanks, or what is said about it */
static const char *becomes(const char *text, bool pin)
{
	static char buf[2048];
	struct rule_list out = { 0 };
	struct rule_text *r;
	char *err = NULL;
	size_t column;
	int rc;

	buf[0] = '\0';
	if (rule_parse(text, &env, &r, &column, &err))
		fail_msg("%s: %s", text, err);
	rc = rule_resolve(r, pin, &all, &env, &out, &err);
	if (rc)
		snprintf(buf, sizeof(buf), "%d: %s", rc, err);
	else
		assert_null(err);
	for (size_t i = 0; !rc && i < out.n; i++)
		snprintf(buf + strlen(buf), sizeof(buf) - strlen(buf), "%s%s", i ? " " : "", out.v[i]);
	rule_list_free(&out);
	rule_text_free(r);
	free(err);
	return buf;
}

#define NIC  "0000:00:1c.4/00.0,ids=10de:1eb8,serial=00-11-22-ff-fe-33-44-55"
#define TWIN "0000:00:1c.4/00.1,ids=10de:1eb9"
#define PF   "0000:00:1d.0/00.0,ids=8086:1572,serial=0a-00-00-00-00-00-00-01"
#define VF1  "vfs:0000:00:1d.0/00.0/1,ids=8086:154c,serial=0a-00-00-00-00-00-00-01"

static void pinned_rules_name_path_ids_and_serial(void **state)
{
	(void)state;
	assert_string_equal(becomes("01:00.0,owner=db1", true), NIC ",owner=db1");
	assert_string_equal(becomes("pci_0000_01_00_0", true), NIC);
	assert_string_equal(becomes("gpu0", true), NIC);
	assert_string_equal(becomes("net:eth0,allow=netdev-busy", true), PF ",allow=netdev-busy");
	assert_string_equal(becomes("01:00.*", true), NIC " " TWIN);
	assert_string_equal(becomes("00:1c.4/00.*", true), NIC " " TWIN);
	assert_string_equal(becomes("00:1f.2", true), "0000:00:1f.2,ids=8086:2922");
	assert_string_equal(becomes("group:14,group=whole", true), NIC ",group=whole " TWIN ",group=whole");
	assert_string_equal(becomes("class:0403", true), TWIN);
}

static void what_somebody_pinned_himself_is_kept(void **state)
{
	(void)state;
	assert_string_equal(becomes("01:00.1,ids=10de:*", true), "0000:00:1c.4/00.1,ids=10de:*");
	assert_non_null(strstr(becomes("01:00.1,ids=10de:1eb8", true), "-13: "));
	assert_non_null(strstr(becomes("net:eth0,ids=10de:1eb8", false), "another device"));
}

static void virtual_functions_are_named_by_pf_and_number(void **state)
{
	(void)state;
	assert_string_equal(becomes("03:10.1", true), VF1);
	assert_string_equal(becomes("vfs:03:00.0/3-7,owner=a", true), "vfs:0000:00:1d.0/00.0/3-7,owner=a");
	assert_string_equal(becomes("vf1", true), "vfs:0000:00:1d.0/00.0/1");
	assert_string_equal(becomes("vfs:09:00.0", true), "vfs:0000:09:00.0");
}

static void the_running_kernel_gets_addresses_as_they_are(void **state)
{
	(void)state;
	assert_string_equal(becomes("01:00.0,owner=db1", false), "0000:01:00.0,owner=db1");
	assert_string_equal(becomes("01:00.*", false), "0000:01:00.*");
	assert_string_equal(becomes("gpu0", false), "0000:01:00.0");
	assert_string_equal(becomes("net:eth0", false), PF);
	assert_string_equal(becomes("00:1c.4/00.*", false), "0000:00:1c.4/00.*");
}

static void what_is_not_there_stays_as_it_is_if_the_module_can_wait_for_it(void **state)
{
	(void)state;
	assert_string_equal(becomes("05:00.0", true), "0000:05:00.0");
	assert_string_equal(becomes("pci:1af4:*", true), "pci:1af4:*");
	assert_non_null(strstr(becomes("net:eth9", true), "no network interface"));
	assert_non_null(strstr(becomes("class:0c03", true), "matches no function"));
	assert_non_null(strstr(becomes("class:0604", true), "only bridges"));
	assert_string_equal(becomes("00:1c.7/00.*", true), "0000:00:1c.7/00.*");
}

static bool meant(const char *want, const char *have)
{
	struct rule_text *w, *h;
	size_t column;
	char *err;
	bool yes;

	assert_int_equal(rule_parse(want, NULL, &w, &column, &err), 0);
	assert_int_equal(rule_parse(have, NULL, &h, &column, &err), 0);
	yes = rule_meant(w, h);
	rule_text_free(w);
	rule_text_free(h);
	return yes;
}

static void a_rule_is_meant_by_what_is_said_of_it(void **state)
{
	(void)state;
	assert_true(meant("00:1c.4/00.0", NIC ",owner=db1"));
	assert_true(meant(NIC, NIC ",owner=db1,allow=boot-vga"));
	assert_true(meant("00:1c.4/00.0,owner=guests", NIC));
	assert_false(meant("00:1c.4/00.0,owner=db1", NIC ",owner=db2"));
	assert_false(meant("00:1c.4/00.0,ids=10de:1eb9", NIC));
	assert_false(meant("00:1c.4/00.1", NIC));
	assert_false(meant("vfs:03:00.0", "vfs:03:00.0/1"));
	assert_false(meant("01:00.0,group=whole", "01:00.0"));
	assert_true(meant("01:00.0", "01:00.0,group=whole"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_form_is_read_and_written),
		cmocka_unit_test(words_are_read_in_any_order),
		cmocka_unit_test(mistakes_are_told_with_their_column),
		cmocka_unit_test(what_only_the_helper_knows_is_no_rule_for_the_module),
		cmocka_unit_test(pinned_rules_name_path_ids_and_serial),
		cmocka_unit_test(what_somebody_pinned_himself_is_kept),
		cmocka_unit_test(virtual_functions_are_named_by_pf_and_number),
		cmocka_unit_test(the_running_kernel_gets_addresses_as_they_are),
		cmocka_unit_test(what_is_not_there_stays_as_it_is_if_the_module_can_wait_for_it),
		cmocka_unit_test(a_rule_is_meant_by_what_is_said_of_it),
	};

	return cmocka_run_group_tests_name("rules as text", tests, NULL, NULL);
}
