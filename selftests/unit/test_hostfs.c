// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_hostfs.c - where links of sysfs lead
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tree.h"

static struct tree t;

static int set_up(void **state)
{
	(void)state;
	tree_new(&t);
	tree_dir(&t, "sys/devices/pci0000:00/0000:00:01.0/net/eth7");
	tree_file(&t, "sys/class/net/bonding_masters", "");
	tree_link(&t, "sys/class/net/eth7", "../../devices/pci0000:00/0000:00:01.0/net/eth7");
	tree_link(&t, "sys/class/net/eth8", "/sys/devices/pci0000:00/0000:00:01.0/net/eth7");
	tree_link(&t, "sys/bus/pci/devices/0000:00:01.0", "../../../devices/pci0000:00/0000:00:01.0");
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	tree_free(&t);
	return 0;
}

static void a_device_is_where_realpath_finds_it(void **state)
{
	static const char *const names[] = { "class/net/eth7", "class/net/eth8", "class/net/bonding_masters",
					     "bus/pci/devices/0000:00:01.0" };

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		char *fast = hostfs_device("%s/%s", t.sysfs, names[i]);
		char *real = hostfs_real("%s/%s", t.sysfs, names[i]);

		assert_non_null(fast);
		assert_non_null(real);
		assert_string_equal(fast, real);
		free(fast);
		free(real);
	}
	assert_null(hostfs_device("%s/class/net/eth9", t.sysfs));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_device_is_where_realpath_finds_it),
	};

	return cmocka_run_group_tests_name("hostfs", tests, set_up, tear_down);
}
