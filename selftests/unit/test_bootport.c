// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_bootport.c - rules that are carried to another installation: all of them or a mistake with its line
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "boot/bootport.h"

static const char *reads(const char *text)
{
	static char buf[1024];
	struct rule_list list = { 0 };
	char *err = NULL;
	int rc = bootport_read(text, "f", &list, &err);

	buf[0] = '\0';
	if (rc)
		snprintf(buf, sizeof(buf), "%d %s", rc, err);
	for (size_t i = 0; !rc && i < list.n; i++)
		snprintf(buf + strlen(buf), sizeof(buf) - strlen(buf), "%s%s", i ? " " : "", list.v[i]);
	rule_list_free(&list);
	free(err);
	return buf;
}

static void what_is_written_is_read_again(void **state)
{
	static const char *const rules[] = { "0000:00:1c.4/00.0,ids=10de:1eb8,owner=db1", "pci:*:*",
					     "serial:00-11-22-ff-fe-33-44-55", "0000:01:00.*" };
	struct rule_list list = { 0 };
	char *text;

	(void)state;
	text = bootport_write(&list);
	assert_string_equal(reads(text), "");
	free(text);
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(rule_list_add(&list, rules[i]), 0);
	text = bootport_write(&list);
	assert_string_equal(reads(text), "0000:00:1c.4/00.0,ids=10de:1eb8,owner=db1 pci:*:* "
					 "serial:00-11-22-ff-fe-33-44-55 0000:01:00.*");
	free(text);
	rule_list_free(&list);
}

static void lines_and_options_are_read_too(void **state)
{
	(void)state;
	assert_string_equal(reads(""), "");
	assert_string_equal(reads("# a\n\n  01:00.0,owner=a \r\n\t# b\n02:00.0"),
			    "0000:01:00.0,owner=a 0000:02:00.0");
	assert_string_equal(reads("options hvclaim claim=01:00.0 claim=02:00.0\noptions nvme x=1\n03:00.0\n"),
			    "0000:01:00.0 0000:02:00.0 0000:03:00.0");
	assert_string_equal(reads("01:00.0\n0000:01:00.0\n"), "0000:01:00.0");
	assert_string_equal(reads("---\nversion: 1\nrules:\n# - x\n"), "");
	assert_string_equal(reads("{version: 1, rules: [\"01:00.0\"]}"), "0000:01:00.0");
}

static void mistakes_have_their_line(void **state)
{
	(void)state;
	assert_string_equal(reads("01:00.0\n\n01:00.9\n"),
			    "-22 f:3: rule \"01:00.9\", column 7: expected a function number, 0 to 7, or *");
	assert_non_null(strstr(reads("01:00.0\nnet:eth0\n"), "f:2: rule \"net:eth0\", column 1: the module"));
	assert_non_null(strstr(reads("options hvclaim claim=x\n"), "f:1: rule \"x\""));
	assert_non_null(strstr(reads("options nvme x=1\nsoftdep a\n"), "f:2: rule \"softdep a\""));
	assert_non_null(strstr(reads("version: 1\nrules:\n  - \"01:00.0\"\n  - \"x\"\n"), "f:4: rule \"x\""));
	assert_non_null(strstr(reads("version: 1\nrules:\n  - [a]\n"), "f:3: rules: expected a rule"));
	assert_non_null(strstr(reads("version: 1\nrules: 01:00.0\n"), "f:2: rules: expected lines"));
	assert_non_null(strstr(reads("version: 2\n"), "f:1: expected version: 1"));
	assert_non_null(strstr(reads("rules: []\n"), "version: missing"));
	assert_non_null(strstr(reads("version: 1\nrule: []\n"), "f:2: unknown key"));
	assert_non_null(strstr(reads("version: [\n"), "not YAML"));
	assert_non_null(strstr(reads("---\n"), "expected version: 1"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_is_read_again),
		cmocka_unit_test(lines_and_options_are_read_too),
		cmocka_unit_test(mistakes_have_their_line),
	};

	return cmocka_run_group_tests_name("carried rules", tests, NULL, NULL);
}
