// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_guest_qemu.c - QEMU's command line is read
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "guest/guest_priv.h"

static void command_lines_cut_anywhere_are_read(void **state)
{
	static const char line[] =
		"qemu-system-x86_64\0-name\0guest=a,debug-threads=on\0-m\0size=1048576k,slots=2\0-object\0"
		"{\"qom-type\":\"iothread\",\"id\":\"io1\"}\0-uuid\0AB\0-device\0"
		"{\"driver\":\"vfio-pci\",\"host\":\"0000:01:00.0\"}";
	struct qemu_args args;

	(void)state;
	for (size_t n = 0; n <= sizeof(line); n++) {
		char *cut = malloc(n + 1);

		assert_non_null(cut);
		memcpy(cut, line, n < sizeof(line) ? n : sizeof(line));
		cut[n] = '\0';
		assert_int_equal(qemu_args_parse(cut, n, &args), 0);
		if (n == sizeof(line)) {
			assert_string_equal(args.name, "a");
			assert_string_equal(args.uuid, "ab");
			assert_true(args.memory == 1ULL << 30);
			assert_int_equal(args.n_iothreads, 1);
			assert_string_equal(args.iothreads[0], "io1");
			assert_true(args.passthrough);
		}
		qemu_args_clear(&args);
		free(cut);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(command_lines_cut_anywhere_are_read),
	};

	return cmocka_run_group_tests_name("guest-qemu", tests, NULL, NULL);
}
