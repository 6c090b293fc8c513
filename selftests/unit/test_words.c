// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_words.c - the helper's words are those of the interface
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/words.h"

static const char *yaml = "../../uapi/hvclaim.yaml";

static const char *reason(int v)
{
	return reason_word(v);
}

static const char *dev_state(int v)
{
	return dev_state_word(v);
}

static const char *claim_state(int v)
{
	return claim_state_word(v);
}

static const char *fn_state(int v)
{
	return fn_state_word(v);
}

static const char *rule_state(int v)
{
	return rule_state_word(v);
}

static const char *rule_source(int v)
{
	return rule_source_word(v);
}

static const char *severity(int v)
{
	return severity_word(v);
}

static const char *acs(int v)
{
	const char *s = acs_word(v);

	return s ? s : "unknown";
}

/* Read the entries of an enum in the specification, and see that each has its word at its number. */
static void same_as_yaml(const char *name, const char *(*word)(int))
{
	char line[512], want[64], head[64];
	bool inside = false;
	int n = 0;
	FILE *f = fopen(yaml, "r");

	assert_non_null(f);
	snprintf(head, sizeof(head), "    name: %s\n", name);
	while (fgets(line, sizeof(line), f)) {
		char *list;

		if (!inside) {
			inside = !strcmp(line, head);
			continue;
		}
		if (!strcmp(line, "  -\n") || line[0] != ' ')
			break;
		list = strchr(line, '[');
		if (list) {
			for (char *s = strtok(list, "[], \n"); s; s = strtok(NULL, "[], \n"))
				assert_string_equal(word(n++), s);
		} else if (sscanf(line, "        name: %63s", want) == 1) {
			assert_string_equal(word(n++), want);
		}
	}
	fclose(f);
	assert_true(n > 1);
	assert_string_equal(word(n), "unknown");
	assert_string_equal(word(-1), "unknown");
}

static void the_words_are_those_of_the_specification(void **state)
{
	(void)state;
	same_as_yaml("reason", reason);
	same_as_yaml("severity", severity);
	same_as_yaml("dev-state", dev_state);
	same_as_yaml("claim-state", claim_state);
	same_as_yaml("fn-state", fn_state);
	same_as_yaml("rule-state", rule_state);
	same_as_yaml("rule-source", rule_source);
	same_as_yaml("acs", acs);
}

static void allow_takes_several_reasons(void **state)
{
	uint64_t mask = 1 << HVCLAIM_REASON_BOOT_VGA;
	char *err, *text;

	(void)state;
	assert_int_equal(allow_parse("netdev-busy,host-use", &mask, &err), 0);
	assert_null(err);
	assert_true(mask == (1 << HVCLAIM_REASON_BOOT_VGA | 1 << HVCLAIM_REASON_NETDEV_BUSY |
			     1 << HVCLAIM_REASON_HOST_USE));
	text = allow_text(mask);
	assert_string_equal(text, "boot-vga,netdev-busy,host-use");
	free(text);
}

static void allow_names_the_word_that_is_wrong(void **state)
{
	static const char *const wrong[] = { "netdev-busy,hots-use", "netdev-busy,", "", "netdev", "held" };
	static const char *const named[] = { "\"hots-use\"", "\"\"", "\"\"", "\"netdev\"", "past \"held\"" };
	uint64_t mask = 5;
	char *err;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		assert_int_equal(allow_parse(wrong[i], &mask, &err), -EINVAL);
		assert_non_null(strstr(err, named[i]));
		assert_non_null(strstr(err, "group-shared"));
		assert_true(mask == 5);
		free(err);
	}
}

static void lifetimes_are_read_whole(void **state)
{
	(void)state;
	assert_int_equal(lifetime_of_word("host"), HVCLAIM_LIFETIME_HOST);
	assert_int_equal(lifetime_of_word("socket"), HVCLAIM_LIFETIME_SOCKET);
	assert_int_equal(lifetime_of_word("sock"), -1);
	assert_int_equal(lifetime_of_word("hosts"), -1);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_words_are_those_of_the_specification),
		cmocka_unit_test(allow_takes_several_reasons),
		cmocka_unit_test(allow_names_the_word_that_is_wrong),
		cmocka_unit_test(lifetimes_are_read_whole),
	};

	if (argc > 1)
		yaml = argv[1];
	return cmocka_run_group_tests_name("the interface's words", tests, NULL, NULL);
}
