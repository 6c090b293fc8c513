// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_select.c - selectors mean the functions that people mean by them, and nothing else
 *
 *	0000:00:1c.4 ─ 0000:01:00.0 nic    group 14  10de:1eb8 sub 10de:12a2  serial 00-11-22-ff-fe-33-44-55
 *	             └ 0000:01:00.1 twin   group 14  10de:1eb8 sub 10de:12a3
 *	0000:00:1d.0 ─ 0000:03:00.0 PF     group 20
 *	               0000:03:10.0 to .3  its VFs
 *	10000:01:00.0                      a domain of five digits
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "device/select.h"

static struct dev v[] = {
	{ .addr = { 0, 0x00, 0x1c << 3 | 4 }, .path = "0000:00:1c.4", .class = 0x060400, .group = 9 },
	{ .addr = { 0, 0x01, 0 },
	  .path = "0000:00:1c.4/00.0",
	  .vendor = 0x10de,
	  .device = 0x1eb8,
	  .subsystem_vendor = 0x10de,
	  .subsystem_device = 0x12a2,
	  .class = 0x020000,
	  .group = 14,
	  .has_serial = true,
	  .serial = 0x001122fffe334455 },
	{ .addr = { 0, 0x01, 1 },
	  .path = "0000:00:1c.4/00.1",
	  .vendor = 0x10de,
	  .device = 0x1eb8,
	  .subsystem_vendor = 0x10de,
	  .subsystem_device = 0x12a3,
	  .class = 0x020001,
	  .group = 14 },
	{ .addr = { 0, 0x03, 0 },
	  .path = "0000:00:1d.0/00.0",
	  .vendor = 0x8086,
	  .device = 0x1572,
	  .class = 0x020000,
	  .group = 20,
	  .sriov_role = HVCLAIM_SRIOV_ROLE_PF },
	{ .addr = { 0, 0x03, 0x80 },
	  .group = 21,
	  .class = 0x020000,
	  .sriov_role = HVCLAIM_SRIOV_ROLE_VF,
	  .pf = { 0, 3, 0 } },
	{ .addr = { 0, 0x03, 0x81 },
	  .group = 22,
	  .class = 0x020000,
	  .sriov_role = HVCLAIM_SRIOV_ROLE_VF,
	  .pf = { 0, 3, 0 } },
	{ .addr = { 0, 0x03, 0x82 },
	  .group = 23,
	  .class = 0x020000,
	  .sriov_role = HVCLAIM_SRIOV_ROLE_VF,
	  .pf = { 0, 3, 0 } },
	{ .addr = { 0, 0x03, 0x83 },
	  .group = -1,
	  .class = 0x020000,
	  .sriov_role = HVCLAIM_SRIOV_ROLE_VF,
	  .pf = { 0, 3, 0 } },
	{ .addr = { 0x10000, 0x01, 0 }, .path = "10000:01:00.0", .class = 0x010802, .group = 30 },
};
static const struct devs all = { v, sizeof(v) / sizeof(v[0]) };

static const char *alias(void *data, const char *name)
{
	(void)data;
	if (!strcmp(name, "gpu0"))
		return "0000:00:1c.4/00.0,ids=10de:1eb8";
	if (!strcmp(name, "other"))
		return "gpu0";
	if (!strcmp(name, "bad"))
		return "01:00.9";
	return NULL;
}

static int netdev(void *data, const char *name, struct addr *addr)
{
	(void)data;
	if (strcmp(name, "eth0"))
		return -ENODEV;
	*addr = v[2].addr;
	return 0;
}

static const struct select_env env = { .alias = alias, .netdev = netdev };

/* Functions that a selector means, as "01:00.0 03:10.1 …", or what is said about it. */
static const char *means(const char *text)
{
	static char buf[1024];
	const struct dev **out = NULL;
	struct selector *s;
	char *err, a[ADDR_STR_LEN];
	size_t n = 0;
	int r;

	buf[0] = '\0';
	r = selector_parse(text, &env, &s, &err);
	if (!r) {
		assert_null(err);
		r = selector_match(s, &all, &env, &out, &n, &err);
		if (!r)
			assert_null(err);
	}
	if (r) {
		assert_non_null(err);
		snprintf(buf, sizeof(buf), "%d: %s", r, err);
	}
	for (size_t i = 0; !r && i < n; i++)
		snprintf(buf + strlen(buf), sizeof(buf) - strlen(buf), "%s%s", i ? " " : "",
			 addr_str(out[i]->addr, a));
	selector_free(s);
	free(out);
	free(err);
	return buf;
}

#define test_means(text, want) assert_string_equal(means(text), want)

static void test_wrong(const char *text, const char *column, const char *what)
{
	const char *got = means(text);
	char want[64];

	snprintf(want, sizeof(want), "%d: ", -EINVAL);
	if (strncmp(got, want, strlen(want)) || !strstr(got, column) || !strstr(got, what))
		fail_msg("%s: got \"%s\", not %s … %s", text, got, column, what);
}

static void addresses_are_read_in_every_spelling(void **state)
{
	(void)state;
	test_means("0000:01:00.0", "0000:01:00.0");
	test_means("01:00.0", "0000:01:00.0");
	test_means("1:0.0", "0000:01:00.0");
	test_means("pci_0000_01_00_0", "0000:01:00.0");
	test_means("01:00.*", "0000:01:00.0 0000:01:00.1");
	test_means("10000:01:00.0", "10000:01:00.0");
	test_means("pci_10000_01_00_0", "10000:01:00.0");
}

static void paths_are_read_as_lspci_prints_them(void **state)
{
	(void)state;
	test_means("0000:00:1c.4/00.0", "0000:01:00.0");
	test_means("00:1c.4/00.1", "0000:01:00.1");
	test_means("00:1C.4/0.*", "0000:01:00.0 0000:01:00.1");
	test_means("00:1c.4", "0000:00:1c.4");
	test_wrong("00:1c.*/00.0", "column 7", "only the last");
	test_wrong("00:1c.4/20.0", "column 9", "device number");
	test_wrong("00:1c.4/00.0/", "column 13", "unexpected");
}

static void ids_classes_groups_and_serials_are_compared(void **state)
{
	(void)state;
	test_means("pci:10de:1eb8", "0000:01:00.0 0000:01:00.1");
	test_means("pci:10de:*", "0000:01:00.0 0000:01:00.1");
	test_means("pci:10de:1eb8:10de:12a3", "0000:01:00.1");
	test_means("pci:10de:1eb8:*:12a2", "0000:01:00.0");
	test_means("class:0108", "10000:01:00.0");
	test_means("class:020001", "0000:01:00.1");
	test_means("group:14", "0000:01:00.0 0000:01:00.1");
	test_means("serial:00-11-22-ff-fe-33-44-55", "0000:01:00.0");
	test_means("net:eth0", "0000:01:00.1");
}

static void virtual_functions_are_counted_from_their_pf(void **state)
{
	(void)state;
	test_means("vfs:03:00.0", "0000:03:10.0 0000:03:10.1 0000:03:10.2 0000:03:10.3");
	test_means("vfs:0000:03:00.0/1-2", "0000:03:10.1 0000:03:10.2");
	test_means("vfs:00:1d.0/00.0/3", "0000:03:10.3");
	test_means("vfs:01:00.0", "-19: selector \"vfs:01:00.0\" matches no function");
	test_means("vfs:03:00.0/2-9", "-19: selector \"vfs:03:00.0/2-9\": there are fewer virtual functions");
	test_wrong("vfs:03:00.0/3-1", "column 12", "empty");
	test_wrong("vfs:03:00.*", "column 11", "0 to 7");
	test_wrong("vfs:03:00.0/", "column 13", "number");
}

static void aliases_stand_for_their_selector(void **state)
{
	(void)state;
	test_means("gpu0", "0000:01:00.0");
	test_means("gpu0,serial=00-11-22-ff-fe-33-44-55", "0000:01:00.0");
	test_wrong("gpu1", "column 1", "alias");
	test_wrong("other", "alias \"other\"", "another alias");
	test_wrong("bad", "alias \"bad\"", "column 7");
	test_wrong("", "column 1", "number");
}

static void pinned_identities_must_match(void **state)
{
	(void)state;
	test_means("01:00.0,ids=10de:1eb8:10de:12a2", "0000:01:00.0");
	assert_non_null(strstr(means("01:00.*,ids=10de:1eb8:10de:12a2"), "-13: "));
	assert_non_null(strstr(means("01:00.0,ids=10de:1eb9"), "-13: "));
	assert_non_null(strstr(means("01:00.0,ids=10de:1eb9"), "10de:1eb8"));
	assert_non_null(strstr(means("01:00.1,serial=00-11-22-ff-fe-33-44-55"), "-13: "));
	test_wrong("gpu0,ids=10de:1eb8", "column 6", "twice");
	test_wrong("01:00.0,ids=10de:1eb8,ids=*:*", "column 23", "twice");
	test_wrong("01:00.0,owner=x", "column 9", "rules");
	test_wrong("01:00.0,foo", "column 9", "ids= or serial=");
}

static void nothing_found_is_an_error_that_names_the_selector(void **state)
{
	(void)state;
	test_means("02:00.0", "-19: selector \"02:00.0\" matches no function");
	test_means("group:99", "-19: selector \"group:99\" matches no function");
	test_means("net:eth9",
		   "-19: selector \"net:eth9\": no network interface \"eth9\" of a PCI function here");
}

static void mistakes_are_told_with_their_column(void **state)
{
	(void)state;
	test_wrong("01:0g.0", "column 5", "expected .FUNCTION");
	test_wrong("01:20.0", "column 4", "device number");
	test_wrong("101:00.0", "column 1", "bus");
	test_wrong("01:00.8", "column 7", "0 to 7");
	test_wrong("01:00", "column 6", ".FUNCTION");
	test_wrong("01:00.0x", "column 8", "unexpected");
	test_wrong("01:00.00", "column 7", "function");
	test_wrong("123456789:01:00.0", "column 1", "domain");
	test_wrong("pci:10de", "column 9", "id");
	test_wrong("pci:10de:1eb8:1", "column 16", "id");
	test_wrong("pci:10de1:1eb8", "column 5", "id");
	test_wrong("pci_0000_01_00", "column 15", "_FUNCTION");
	test_wrong("class:03", "column 7", "four or six");
	test_wrong("group:", "column 7", "number");
	test_wrong("group:99999999999", "column 7", "number");
	test_wrong("serial:00-11", "column 13", "eight bytes");
	test_wrong("serial:0g-11", "column 9", "two hex");
	test_wrong("net:", "column 5", "network");
	test_wrong("net:../x", "column 5", "network");
	test_wrong("Ethernet controller", "column 1", "alias");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_are_read_in_every_spelling),
		cmocka_unit_test(paths_are_read_as_lspci_prints_them),
		cmocka_unit_test(ids_classes_groups_and_serials_are_compared),
		cmocka_unit_test(virtual_functions_are_counted_from_their_pf),
		cmocka_unit_test(aliases_stand_for_their_selector),
		cmocka_unit_test(pinned_identities_must_match),
		cmocka_unit_test(nothing_found_is_an_error_that_names_the_selector),
		cmocka_unit_test(mistakes_are_told_with_their_column),
	};

	return cmocka_run_group_tests_name("selectors", tests, NULL, NULL);
}
