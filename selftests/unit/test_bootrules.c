// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_bootrules.c - rules in modprobe.d and on the command line: found as modprobe and the kernel find them, and
 * put in and taken out without touching what others wrote there
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

#include "boot/bootrules.h"

/* The rules found, as "LINE:TEXT" between blanks */
static const char *found(const char *text, bool cmdline)
{
	static char buf[1024];
	struct boot_rules all = { 0 };

	buf[0] = '\0';
	assert_int_equal(cmdline ? boot_parse_cmdline(text, &all) : boot_parse(text, "f", BOOT_FILE, &all),
			 0);
	for (size_t i = 0; i < all.n; i++)
		snprintf(buf + strlen(buf), sizeof(buf) - strlen(buf), "%s%zu:%s", i ? " " : "",
			 all.v[i].line, all.v[i].text);
	if (all.disabled)
		snprintf(buf + strlen(buf), sizeof(buf) - strlen(buf), "%soff in %s", all.n ? " " : "",
			 all.disabled);
	boot_rules_free(&all);
	return buf;
}

#define in_file(text, want)    assert_string_equal(found(text, false), want)
#define on_cmdline(text, want) assert_string_equal(found(text, true), want)

static void rules_are_found_as_modprobe_finds_them(void **state)
{
	(void)state;
	in_file("", "");
	in_file("options hvclaim claim=01:00.0", "1:01:00.0");
	in_file("\n# options hvclaim claim=a\n\toptions \t hvclaim  claim=b claim=c\t\n", "3:b 3:c");
	in_file("options hvclaim claim=a\r\noptions hvclaim claim=b\r\n", "1:a 2:b");
	in_file("options hvclaims claim=a\noptions nvme claim=b\noption hvclaim claim=c\n", "");
	in_file("softdep hvclaim pre: vfio-pci\nblacklist hvclaim\n", "");
	in_file("options hvclaim protect=00:1f.2 claim=a claims=b xclaim=c\n", "1:a");
	in_file("options hvclaim claim=\nx\n", "1:");
}

static void lines_that_end_in_a_backslash_go_on(void **state)
{
	(void)state;
	in_file("options hvclaim \\\n claim=a \\\n claim=b\noptions hvclaim claim=c\n", "1:a 1:b 4:c");
	in_file("options hvclaim claim=01:\\\n00.0\n", "1:01:00.0");
	in_file("# a comment \\\noptions hvclaim claim=a\n", "");
	in_file("options hvclaim claim=a\\", "1:a");
	in_file("options hvclaim claim=a\\\n", "1:a");
	in_file("options hvclaim cl\\aim=a\n", "1:a");
}

static void quotes_keep_blanks_and_go_away(void **state)
{
	(void)state;
	in_file("options hvclaim claim=\"a\" \"claim=b\" claim=\"c d\"\n", "1:a 1:b 1:c d");
	in_file("options hvclaim claim=\"a claim=b\noptions hvclaim claim=c\n", "1:a claim=b 2:c");
	in_file("options hvclaim claim=\"\" claim=b\n", "1: 1:b");
	in_file("options hvclaim \" claim=\"\n", "");
}

static void the_command_line_is_read_up_to_the_two_dashes(void **state)
{
	(void)state;
	on_cmdline("quiet hvclaim.claim=a root=/dev/sda1 hvclaim.claim=b\n", "0:a 0:b");
	on_cmdline("hvclaim.claim=\"a b\" \"hvclaim.claim=c\" claim=d nohvclaim.claim=e", "0:a b 0:c");
	on_cmdline("hvclaim.claim=a -- hvclaim.claim=b", "0:a");
}

static void the_switch_that_turns_all_off_is_seen(void **state)
{
	(void)state;
	on_cmdline("hvclaim.disable=1 hvclaim.claim=a", "0:a off in the kernel's command line");
	on_cmdline("hvclaim.disable", "off in the kernel's command line");
	on_cmdline("hvclaim.disable=0", "");
	on_cmdline("hvclaim.disable=off", "");
	on_cmdline("hvclaim.disable=on", "off in the kernel's command line");
	on_cmdline("hvclaim.disable=", "");
	in_file("\noptions hvclaim disable=Y\n", "off in f:2");
	in_file("options hvclaim disable=1 disable=0\n", "");
}

static void after_add(const char *text, const char *want, ...)
{
	struct rule_list add = { 0 };
	const char *rule;
	va_list args;
	char *got;

	va_start(args, want);
	while ((rule = va_arg(args, const char *)))
		assert_int_equal(rule_list_add(&add, rule), 0);
	va_end(args);
	got = boot_add(text, &add, "# head\n");
	assert_string_equal(got, want);
	free(got);
	rule_list_free(&add);
}

static void rules_are_added_behind_what_is_there(void **state)
{
	(void)state;
	after_add(NULL, "# head\noptions hvclaim claim=a\noptions hvclaim claim=b\n", "a", "b", NULL);
	after_add("", "# head\noptions hvclaim claim=a\n", "a", NULL);
	after_add("# mine\n\n", "# mine\n\noptions hvclaim claim=a\n", "a", NULL);
	after_add("options nvme x=1", "options nvme x=1\noptions hvclaim claim=a\n", "a", NULL);
	after_add("options nvme \\", "options nvme \\\n\noptions hvclaim claim=a\n", "a", NULL);
	after_add("options nvme \\\n", "options nvme \\\n\noptions hvclaim claim=a\n", "a", NULL);
}

static void a_rule_that_is_there_in_any_spelling_is_not_added(void **state)
{
	(void)state;
	after_add("options hvclaim claim=1:0.0,owner=a\n", "options hvclaim claim=1:0.0,owner=a\n",
		  "0000:01:00.0,owner=a", NULL);
	after_add("options hvclaim claim=01:00.0\n",
		  "options hvclaim claim=01:00.0\noptions hvclaim claim=0000:01:00.0,owner=a\n",
		  "0000:01:00.0,owner=a", NULL);
	after_add("options hvclaim claim=nonsense\n",
		  "options hvclaim claim=nonsense\noptions hvclaim claim=01:00.0\n", "01:00.0", "1:0.0",
		  NULL);
}

static void after_remove(const char *text, const char *remove, const char *want)
{
	struct rule_list list = { 0 };
	char *got;

	assert_int_equal(rule_list_add(&list, remove), 0);
	got = boot_remove(text, &list);
	assert_string_equal(got, want);
	free(got);
	rule_list_free(&list);
}

static void a_rule_is_removed_wherever_it_stands(void **state)
{
	(void)state;
	after_remove("# x\noptions hvclaim claim=a\noptions hvclaim claim=b\n", "a",
		     "# x\noptions hvclaim claim=b\n");
	after_remove("options hvclaim claim=a\noptions hvclaim claim=b\noptions hvclaim claim=a", "a",
		     "options hvclaim claim=b\n");
	after_remove("options hvclaim claim=a claim=a claim=\"a\"\nx\n", "a", "x\n");
	after_remove("options hvclaim disable=1 claim=a protect=b\n", "a",
		     "options hvclaim disable=1 protect=b\n");
	after_remove("options hvclaim claim=b claim=a\n", "a", "options hvclaim claim=b \n");
	after_remove("options hvclaim claim=a\r\noptions hvclaim claim=b claim=a\r\n", "a",
		     "options hvclaim claim=b \r\n");
	after_remove("options hvclaim \\\n  claim=a \\\n  claim=b\n", "a", "options hvclaim \\\n  claim=b\n");
	after_remove("options hvclaim \\\n  claim=a\nx\n", "a", "x\n");
}

static void what_is_not_meant_stays_byte_for_byte(void **state)
{
	static const char *const texts[] = {
		"options hvclaim claim=ab\n",
		"# options hvclaim claim=a\n\n\t\noptions  nvme claim=a\r\n",
		"options hvclaim \\\n claim=b\n\nno newline",
		"\\",
		"options hvclaim\n",
		"\n\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		after_remove(texts[i], "a", texts[i]);
}

static void two_hundred_rules_go_in_and_out(void **state)
{
	struct rule_list list = { 0 }, half = { 0 };
	struct boot_rules all = { 0 };
	char *full, *rest, *again;

	(void)state;
	for (unsigned int i = 0; i < 200; i++) {
		char rule[64];

		snprintf(rule, sizeof(rule), "0000:%02x:%02x.0,owner=vm%u", i, i & 31, i);
		assert_int_equal(rule_list_add(&list, rule), 0);
		if (i & 1)
			assert_int_equal(rule_list_add(&half, rule), 0);
	}
	full = boot_add(NULL, &list, "# head\n");
	again = boot_add(full, &list, "# head\n");
	assert_string_equal(full, again);
	assert_int_equal(boot_parse(full, "f", BOOT_FILE, &all), 0);
	assert_int_equal(all.n, 200);
	assert_int_equal(all.v[199].line, 201);
	boot_rules_free(&all);
	rest = boot_remove(full, &half);
	assert_int_equal(boot_parse(rest, "f", BOOT_FILE, &all), 0);
	assert_int_equal(all.n, 100);
	assert_string_equal(all.v[99].text, list.v[198]);
	boot_rules_free(&all);
	free(full);
	free(again);
	free(rest);
	rule_list_free(&list);
	rule_list_free(&half);
}

static void comments_alone_say_nothing(void **state)
{
	(void)state;
	assert_true(boot_is_empty(""));
	assert_true(boot_is_empty("# a\n\n  # b\r\n \t"));
	assert_false(boot_is_empty("# a\nx"));
	assert_false(boot_is_empty("options hvclaim disable=1\n"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rules_are_found_as_modprobe_finds_them),
		cmocka_unit_test(lines_that_end_in_a_backslash_go_on),
		cmocka_unit_test(quotes_keep_blanks_and_go_away),
		cmocka_unit_test(the_command_line_is_read_up_to_the_two_dashes),
		cmocka_unit_test(the_switch_that_turns_all_off_is_seen),
		cmocka_unit_test(rules_are_added_behind_what_is_there),
		cmocka_unit_test(a_rule_that_is_there_in_any_spelling_is_not_added),
		cmocka_unit_test(a_rule_is_removed_wherever_it_stands),
		cmocka_unit_test(what_is_not_meant_stays_byte_for_byte),
		cmocka_unit_test(two_hundred_rules_go_in_and_out),
		cmocka_unit_test(comments_alone_say_nothing),
	};

	return cmocka_run_group_tests_name("boot rules", tests, NULL, NULL);
}
