// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_late.c - libraries that are loaded when they are first needed
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/late.h"

extern struct late libblkid_late, libcgroup_late, libjson_c_late, libkmod_late, libmount_late, libpci_late,
	libsystemd_late, libxml2_late, libyaml_0_late;

static void what_is_used_of_each_library_is_in_it(void **state)
{
	struct late *const all[] = { &libblkid_late,   &libcgroup_late, &libjson_c_late,
				     &libkmod_late,    &libmount_late,	&libpci_late,
				     &libsystemd_late, &libxml2_late,	&libyaml_0_late };

	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		size_t n = 0;

		if (late_load(all[i]))
			fail_msg("%s: %s", all[i]->soname, late_strerror(ELIBACC));
		for (; all[i]->names[n]; n++)
			assert_non_null(all[i]->to[n]);
		assert_true(n > 0);
	}
}

static void a_library_that_is_missing_is_named(void **state)
{
	static const char *const names[] = { "nothing", NULL };
	void *to[1] = { NULL };
	struct late none = { .soname = "libhvclaim-none.so.7", .names = names, .to = to };

	(void)state;
	assert_int_equal(late_load(&none), -ELIBACC);
	assert_non_null(strstr(late_strerror(ELIBACC), "libhvclaim-none.so.7"));
	assert_int_equal(late_load(&none), -ELIBACC);
	assert_string_equal(late_strerror(ENOENT), strerror(ENOENT));
}

static void a_library_that_lacks_a_function_is_not_loaded(void **state)
{
	static const char *const names[] = { "strlen", "hvclaim_no_such_function", NULL };
	void *to[2] = { NULL, NULL };
	struct late libc = { .soname = "libc.so.6", .names = names, .to = to };

	(void)state;
	assert_int_equal(late_load(&libc), -ELIBACC);
	assert_false(libc.loaded);
	assert_non_null(strstr(late_strerror(ELIBACC), "hvclaim_no_such_function"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_used_of_each_library_is_in_it),
		cmocka_unit_test(a_library_that_is_missing_is_named),
		cmocka_unit_test(a_library_that_lacks_a_function_is_not_loaded),
	};

	return cmocka_run_group_tests_name("late", tests, NULL, NULL);
}
