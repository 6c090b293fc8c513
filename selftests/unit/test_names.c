// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_names.c - names of devices: from an index or from pci.ids, they are the same
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "device/pci.h"

/* libpci loses it at each look on a machine without the database */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:udev_new";
}

static const struct dev nic = { .class = 0x020000, .vendor = 0x8086, .device = 0x10d3 };
static const struct dev unknown = { .class = 0x020000, .vendor = 0x8086, .device = 0xfffe };

static void known_devices_have_names(void **state)
{
	struct pci_names *names = pci_names_new();
	char buf[PCI_NAME_LEN];

	(void)state;
	assert_string_equal(pci_name(names, &nic, buf),
			    "Ethernet controller: Intel Corporation 82574L Gigabit Network Connection");
	pci_names_free(&names);
}

static void of_unknown_ones_the_vendor_is_told(void **state)
{
	struct pci_names *names = pci_names_new();
	char buf[PCI_NAME_LEN];

	(void)state;
	assert_string_equal(pci_name(names, &unknown, buf),
			    "Ethernet controller: Intel Corporation Device fffe");
	/* and it does not take the names from others */
	assert_non_null(strstr(pci_name(names, &nic, buf), "82574L"));
	pci_names_free(&names);
}

static void what_has_vanished_has_no_class(void **state)
{
	const struct dev gone = { .state = HVCLAIM_DEV_STATE_GONE, .vendor = 0x8086, .device = 0x10d3 };
	struct pci_names *names = pci_names_new();
	char buf[PCI_NAME_LEN];

	(void)state;
	assert_string_equal(pci_name(names, &gone, buf),
			    "Intel Corporation 82574L Gigabit Network Connection");
	pci_names_free(&names);
	assert_string_equal(pci_name(NULL, &nic, buf), "020000 8086:10d3");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_devices_have_names),
		cmocka_unit_test(of_unknown_ones_the_vendor_is_told),
		cmocka_unit_test(what_has_vanished_has_no_class),
	};

	return cmocka_run_group_tests_name("names", tests, NULL, NULL);
}
