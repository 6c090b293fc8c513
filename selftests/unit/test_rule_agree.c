// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_rule_agree.c - the helper and the module take the same texts for rules, and find the same mistakes
 *
 * What the helper writes must be a rule for the module, and where it says that something is wrong, the module must
 * not have thought otherwise. The helper is stricter in three things only: quotes and backslashes in names, which
 * modprobe.d and the command line would not survive; and reasons that nothing gets past.
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

/* in rule_agree.c, which sees the helper's headers: 0, or the column of the mistake; @spelling as it writes it */
size_t helper_column(const char *text, char *spelling, size_t size);

static unsigned int module_column(const char *text)
{
	struct hvc_mistake mistake = {};
	struct hvc_spec spec;

	return hvc_spec_parse(text, &spec, &mistake) ? mistake.column : 0;
}

static const char *const good[] = {
	"0000:01:00.0",
	"01:00.0",
	"1:0.0",
	"10000:01:00.7",
	"01:00.*",
	"pci_0000_01_00_0",
	"pci_10000_1_1f_7",
	"0000:00:1c.4/00.0",
	"00:1c.4/00.*",
	"00:1C.4/0.0/1f.7",
	"pci:10de:1eb8",
	"pci:10DE:*",
	"pci:*:*",
	"pci:10de:1eb8:10de:12a2",
	"pci:1:2:*:*",
	"vfs:03:00.0",
	"vfs:0000:03:00.0/0",
	"vfs:03:00.0/3-7",
	"vfs:03:00.0/0-65535",
	"vfs:00:1d.0/00.0/3-7",
	"serial:00-11-22-ff-fe-33-44-55",
	"01:00.0,ids=10de:1eb8",
	"01:00.0,ids=10de:1eb8:1:2,serial=00-11-22-FF-FE-33-44-55",
	"01:00.0,owner=vm1,backend=vfio-pci,driver=mlx5_vfio_pci,group=whole,allow=boot-vga+netdev-busy",
	"01:00.0,allow=host-use",
	"01:00.0,owner=a=b:c/d+e",
	"01:00.0,owner=a,ids=1:2",
};

static const char *const bad[] = {
	"",
	" ",
	" 01:00.0",
	"01:00.0 ",
	"01:00.0,",
	"01:00.0,,owner=a",
	"01:00.0, owner=a",
	"01:00",
	"01:00.",
	"01:00.8",
	"01:20.0",
	"100:00.0",
	"g1:00.0",
	"123456789:01:00.0",
	"01:00.0/",
	"01:00.0/00.0/",
	"00:1c.*/00.0",
	"00:1c.4/20.0",
	"01:00.0.0",
	"pci_0000_01_00",
	"pci_0000_01_00_8",
	"pci:10de",
	"pci:10de:",
	"pci:10de:12345",
	"pci:10de:1eb8:1",
	"pci:10de:1eb8:1:",
	"pci:10de:1eb8:1:2:3",
	"vfs:",
	"vfs:03:00.*",
	"vfs:03:00.0/-1",
	"vfs:03:00.0/7-3",
	"vfs:03:00.0/3-",
	"vfs:03:00.0/65536",
	"serial:00-11-22",
	"serial:00-11-22-ff-fe-33-44-55-66",
	"serial:0-11-22-ff-fe-33-44-55",
	"serial:001122fffe334455",
	"class:0302",
	"group:14",
	"net:eth0",
	"gpu0",
	"01:00.0,ownr=a",
	"01:00.0,owner",
	"01:00.0,owner=",
	"01:00.0,owner=a b",
	"01:00.0,owner=a,owner=b",
	"01:00.0,ids=10de",
	"01:00.0,ids=1:2,ids=1:2",
	"01:00.0,serial=00",
	"01:00.0,group=",
	"01:00.0,group=half",
	"01:00.0,group=whole,group=whole",
	"01:00.0,allow=",
	"01:00.0,allow=nosuch",
	"01:00.0,allow=host-use+",
	"01:00.0,allow=host-use,allow=host-use",
	"01:00.0,owner=\303\244",
	"01:00.0,owner=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
};

static void what_one_takes_the_other_takes_in_both_spellings(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		char spelling[1024] = "";
		size_t column = helper_column(good[i], spelling, sizeof(spelling));

		if (column || module_column(good[i]))
			fail_msg("%s: column %zu for the helper, %u for the module", good[i], column,
				 module_column(good[i]));
		if (module_column(spelling))
			fail_msg("%s: written as %s, where the module finds a mistake in column %u", good[i],
				 spelling, module_column(spelling));
	}
}

static void what_one_refuses_the_other_refuses(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		size_t column = helper_column(bad[i], NULL, 0);

		if (!column || !module_column(bad[i]))
			fail_msg("\"%s\": column %zu for the helper, %u for the module", bad[i], column,
				 module_column(bad[i]));
	}
}

static void the_helper_is_stricter_only_where_it_says_so(void **state)
{
	static const char *const strict[] = { "01:00.0,owner=a\"b", "01:00.0,owner=a\\", "01:00.0,owner='a'",
					      "01:00.0,allow=held" };

	(void)state;
	for (size_t i = 0; i < sizeof(strict) / sizeof(strict[0]); i++) {
		assert_true(helper_column(strict[i], NULL, 0) != 0);
		assert_int_equal(module_column(strict[i]), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_one_takes_the_other_takes_in_both_spellings),
		cmocka_unit_test(what_one_refuses_the_other_refuses),
		cmocka_unit_test(the_helper_is_stricter_only_where_it_says_so),
	};

	return cmocka_run_group_tests_name("helper and module agree on rules", tests, NULL, NULL);
}
