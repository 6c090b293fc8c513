// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_rule.c - kmod/select.c: text to rules, and which functions they mean
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "select.h"

/* as in test_check.c: check.c is linked for the names of reasons */
int shim_alloc_fail = -1;

static const struct hvc_identity nic = {
	.addr = { .bus = 2 },
	.path = "0000:00:04.1/00.0",
	.ids = { 0x8086, 0x10d3, 0x8086, 0xa01f },
	.has_serial = true,
	.serial = 0x525400ffff000002,
	.pf = { .bus = 2 },
};

static const struct hvc_identity vf5 = {
	.addr = { .bus = 3, .devfn = 6 },
	.path = "0000:00:04.2/00.0",
	.ids = { 0x1b36, 0x10, 0x1af4, 0x1100 },
	.is_vf = true,
	.vf = 5,
	.pf = { .bus = 3 },
};

static struct hvc_spec parsed(const char *text)
{
	struct hvc_mistake mistake;
	struct hvc_spec spec;

	if (hvc_spec_parse(text, &spec, &mistake))
		fail_msg("%s: column %u: %s", text, mistake.column, mistake.msg);
	return spec;
}

static void meant(const char *text, const struct hvc_identity *id, enum hvc_match want)
{
	struct hvc_spec spec = parsed(text);
	enum hvc_match got = hvc_select_match(&spec.select, id);

	if (got != want)
		fail_msg("%s: %d, not %d", text, got, want);
}

static void wrong(const char *text, unsigned int column, const char *what)
{
	struct hvc_mistake mistake = {};
	struct hvc_spec spec;

	if (!hvc_spec_parse(text, &spec, &mistake))
		fail_msg("%s: accepted", text);
	if (mistake.column != column || !strstr(mistake.msg, what))
		fail_msg("%s: column %u: %s", text, mistake.column, mistake.msg);
}

static void test_places(void **state)
{
	(void)state;
	meant("0000:02:00.0", &nic, HVC_MATCH_YES);
	meant("02:00.0", &nic, HVC_MATCH_YES);
	meant("2:0.0", &nic, HVC_MATCH_YES);
	meant("pci_0000_02_00_0", &nic, HVC_MATCH_YES);
	meant("02:00.*", &nic, HVC_MATCH_YES);
	meant("02:00.1", &nic, HVC_MATCH_NO);
	meant("02:01.*", &nic, HVC_MATCH_NO);
	meant("0001:02:00.0", &nic, HVC_MATCH_NO);
	meant("00010000:02:00.0", &nic, HVC_MATCH_NO);
	meant("0000:00:04.1/00.0", &nic, HVC_MATCH_YES);
	meant("00:4.1/0.0", &nic, HVC_MATCH_YES);
	meant("00:04.1/00.*", &nic, HVC_MATCH_YES);
	meant("00:04.1/01.*", &nic, HVC_MATCH_NO);
	meant("0000:00:04.1", &nic, HVC_MATCH_NO);
	meant("0000:00:04.1/00.0/00.0", &nic, HVC_MATCH_NO);
	meant("0000:00:04.2/00.0", &vf5, HVC_MATCH_NO);
}

static void test_ids_and_serial(void **state)
{
	(void)state;
	meant("pci:8086:10d3", &nic, HVC_MATCH_YES);
	meant("pci:8086:10D3:8086:a01f", &nic, HVC_MATCH_YES);
	meant("pci:8086:*", &nic, HVC_MATCH_YES);
	meant("pci:*:*:*:a01f", &nic, HVC_MATCH_YES);
	meant("pci:8086:10d4", &nic, HVC_MATCH_NO);
	meant("pci:8086:10d3:8086:0", &nic, HVC_MATCH_NO);
	meant("serial:52-54-00-ff-ff-00-00-02", &nic, HVC_MATCH_YES);
	meant("serial:52-54-00-ff-ff-00-00-03", &nic, HVC_MATCH_NO);
	meant("serial:00-00-00-00-00-00-00-00", &vf5, HVC_MATCH_NO);
}

static void test_virtual_functions(void **state)
{
	(void)state;
	meant("vfs:03:00.0", &vf5, HVC_MATCH_YES);
	meant("vfs:03:00.0/5", &vf5, HVC_MATCH_YES);
	meant("vfs:03:00.0/3-7", &vf5, HVC_MATCH_YES);
	meant("vfs:03:00.0/6-7", &vf5, HVC_MATCH_NO);
	meant("vfs:03:00.0/0-4", &vf5, HVC_MATCH_NO);
	meant("vfs:00:04.2/00.0/5", &vf5, HVC_MATCH_YES);
	meant("vfs:00:04.2/00.0", &vf5, HVC_MATCH_YES);
	meant("vfs:00:04.1/00.0", &vf5, HVC_MATCH_NO);
	meant("vfs:02:00.0", &nic, HVC_MATCH_NO);
	meant("vfs:03:00.0,ids=1b36:10", &vf5, HVC_MATCH_YES);
}

static void test_pinned(void **state)
{
	(void)state;
	meant("02:00.0,ids=8086:10d3", &nic, HVC_MATCH_YES);
	meant("02:00.0,ids=8086:10d3,serial=52-54-00-ff-ff-00-00-02", &nic, HVC_MATCH_YES);
	meant("02:00.0,ids=8086:ffff", &nic, HVC_MATCH_OTHER_IDENTITY);
	meant("02:00.0,serial=52-54-00-ff-ff-00-00-03", &nic, HVC_MATCH_OTHER_IDENTITY);
	meant("vfs:03:00.0,serial=00-00-00-00-00-00-00-00", &vf5, HVC_MATCH_OTHER_IDENTITY);
	meant("03:00.0,ids=8086:ffff", &nic, HVC_MATCH_NO);
}

static void test_keys(void **state)
{
	struct hvc_spec spec = parsed("02:00.0");

	(void)state;
	assert_string_equal(spec.owner, HVC_OWNER_DEFAULT);
	assert_string_equal(spec.backend, "");
	assert_false(spec.whole_group);
	assert_int_equal(spec.allow, 0);
	spec = parsed(
		"02:00.0,owner=vm1,backend=vfio-pci,driver=x_vfio_pci,group=whole,allow=rmrr+acs-missing");
	assert_string_equal(spec.owner, "vm1");
	assert_string_equal(spec.backend, "vfio-pci");
	assert_string_equal(spec.driver, "x_vfio_pci");
	assert_true(spec.whole_group);
	assert_int_equal(spec.allow, 1ULL << HVCLAIM_REASON_RMRR | 1ULL << HVCLAIM_REASON_ACS_MISSING);
}

static void test_mistakes(void **state)
{
	(void)state;
	wrong("", 1, "expected an address");
	wrong("gpu", 1, "expected an address");
	wrong(",owner=vm1", 1, "expected an address");
	wrong("0000:zz:00.0", 6, "bus number");
	wrong("0000:100:00.0", 6, "bus number");
	wrong("02:20.0", 4, "device number");
	wrong("02:00.8", 7, "function, 0 to 7");
	wrong("02:00", 6, "function number behind");
	wrong("02", 3, ":DEVICE");
	wrong("123456789:02:00.0", 1, "domain");
	wrong("02:00.0x", 8, "the end of the rule");
	wrong("02:00.0 ", 8, "the end of the rule");
	wrong("02:00.*/00.0", 8, "at the end");
	wrong("00:04.1/00.*/00.0", 13, "at the end");
	wrong("vfs:00:04.1/00.*", 16, "function, 0 to 7");
	wrong("02:00.0/20.0", 9, "device number");
	wrong("pci_0000_02_00", 15, "function number");
	wrong("pci_0000-02_00_0", 9, "pci_DDDD");
	wrong("pci:8086", 9, ":DEVICE");
	wrong("pci:18086:10d3", 5, "four hex digits");
	wrong("pci:8086:10d3:1", 16, ":SUBSYSTEM");
	wrong("serial:52-54", 13, "eight bytes");
	wrong("serial:5-54-00-ff-ff-00-00-02", 8, "a byte");
	wrong("vfs:03:00.*", 11, "function, 0 to 7");
	wrong("vfs:03:00.0/", 13, "virtual function");
	wrong("vfs:03:00.0/7-3", 13, "before it begins");
	wrong("vfs:03:00.0/65536", 13, "virtual function");
	wrong("02:00.0,", 9, "expected owner");
	wrong("02:00.0,ownr=vm1", 9, "expected owner");
	wrong("02:00.0,owner=", 15, "a name");
	wrong("02:00.0,owner=a b", 16, "the end of the rule");
	wrong("02:00.0,owner=a,owner=b", 17, "twice");
	wrong("02:00.0,ids=8086:10d3,ids=8086:10d3", 23, "twice");
	wrong("02:00.0,group=half", 15, "group=whole");
	wrong("02:00.0,allow=rmr", 15, "no such reason");
	wrong("02:00.0,allow=rmrr+", 20, "no such reason");
	wrong("02:00.0,allow=rmrr+all", 20, "no such reason");
}

static void test_long(void **state)
{
	char text[600];
	size_t len = (size_t)sprintf(text, "00:04.1");

	(void)state;
	while (len < 560)
		len += (size_t)sprintf(text + len, "/00.0");
	wrong(text, 1, "too many bridges");
	len = (size_t)sprintf(text, "02:00.0,owner=");
	memset(text + len, 'a', 63);
	text[len + 63] = '\0';
	parsed(text);
	text[len + 63] = 'a';
	text[len + 64] = '\0';
	wrong(text, 15, "1 to 63");
}

/* where only a selector may stand */
static void test_selector(void **state)
{
	struct hvc_mistake mistake;
	struct hvc_select sel;

	(void)state;
	assert_int_equal(hvc_select_parse("00:04.1/00.0,ids=8086:10d3", &sel, &mistake), 0);
	assert_int_not_equal(hvc_select_parse("02:00.0,owner=vm1", &sel, &mistake), 0);
	assert_int_equal(mistake.column, 9);
	assert_string_equal(mistake.msg, "expected ids= or serial=");
}

/* Cut and changed anywhere: no more than an answer; the sanitizers watch */
static void test_any_text(void **state)
{
	static const char *const texts[] = {
		"0000:02:00.0,ids=8086:10d3:8086:a01f,serial=52-54-00-ff-ff-00-00-02,owner=vm1,group=whole",
		"vfs:0000:00:04.2/00.0/3-7,allow=rmrr+acs-missing,backend=vfio-pci",
		"pci_0000_02_00_0,driver=x",
		"serial:52-54-00-ff-ff-00-00-02",
	};
	struct hvc_mistake mistake;
	struct hvc_spec spec;
	char text[128];

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		for (size_t at = 0; at < strlen(texts[i]); at++) {
			for (int c = 0; c < 256; c++) {
				strcpy(text, texts[i]);
				text[at] = (char)c;
				if (hvc_spec_parse(text, &spec, &mistake))
					assert_in_range(mistake.column, 1, strlen(text) + 1);
			}
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_places),	 cmocka_unit_test(test_ids_and_serial),
		cmocka_unit_test(test_pinned),	 cmocka_unit_test(test_virtual_functions),
		cmocka_unit_test(test_keys),	 cmocka_unit_test(test_mistakes),
		cmocka_unit_test(test_long),	 cmocka_unit_test(test_selector),
		cmocka_unit_test(test_any_text),
	};

	return cmocka_run_group_tests_name("rule", tests, NULL, NULL);
}
