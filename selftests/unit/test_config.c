// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_config.c - the configuration file, good and bad
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "config/config.h"
#include "tree.h"

static char *path_of(const struct tree *t, const char *name)
{
	static char path[128];

	snprintf(path, sizeof(path), "%s/%s", t->root, name);
	return path;
}

static void aliases_are_found_by_name(void **state)
{
	struct config *cfg;
	struct tree t;
	char *err;

	(void)state;
	tree_new(&t);
	tree_file(&t, "c.yaml",
		  "# a comment\nversion: 1\naliases:\n  gpu0: \"0000:00:1c.4/00.0,ids=10de:1eb8\"\n  nic-b: "
		  "01:00.0\n");
	assert_int_equal(config_load(path_of(&t, "c.yaml"), &cfg, &err), 0);
	assert_null(err);
	assert_string_equal(config_alias(cfg, "gpu0"), "0000:00:1c.4/00.0,ids=10de:1eb8");
	assert_string_equal(config_alias(cfg, "nic-b"), "01:00.0");
	assert_null(config_alias(cfg, "gpu"));
	config_free(cfg);
	tree_free(&t);
}

static void conf_d_is_merged_in_order_and_backups_are_left_alone(void **state)
{
	struct config *cfg;
	struct tree t;
	char *err;

	(void)state;
	tree_new(&t);
	tree_file(&t, "c.yaml", "version: 1\naliases: {a: 01:00.0}\n");
	tree_file(&t, "conf.d/10-b.yaml", "version: 1\naliases: {b: 02:00.0}\n");
	tree_file(&t, "conf.d/20-c.yaml", "version: 1\naliases:\n");
	tree_file(&t, "conf.d/30-x.yaml~", "nonsense: [");
	assert_int_equal(config_load(path_of(&t, "c.yaml"), &cfg, &err), 0);
	assert_string_equal(config_alias(cfg, "a"), "01:00.0");
	assert_string_equal(config_alias(cfg, "b"), "02:00.0");
	config_free(cfg);
	tree_file(&t, "conf.d/40-d.yaml", "version: 1\naliases:\n  # again\n  a: 03:00.0\n");
	assert_int_equal(config_load(path_of(&t, "c.yaml"), &cfg, &err), -EINVAL);
	assert_null(cfg);
	assert_non_null(strstr(err, "conf.d/40-d.yaml:4: aliases: a: set already in "));
	assert_non_null(strstr(err, "c.yaml:2"));
	free(err);
	tree_free(&t);
}

static void errors_name_file_line_key_and_what_was_expected(void **state)
{
	static const struct {
		const char *text, *line, *says;
	} bad[] = {
		{ "version: 1\nalias: {}\n",
		  ":2:", "alias: unknown key; did you mean aliases? Expected version, aliases, " },
		{ "version: 2\n", ":1:", "version: expected 1, found 2" },
		{ "version: [1]\n", ":1:", "version: expected 1" },
		{ "aliases: {a: 01:00.0}\n", ":1:", "version: missing; expected version: 1" },
		{ "version: 1\nx: 1\n",
		  ":2:", "x: unknown key; expected version, aliases, classes, guests or host" },
		{ "version: 1\nversion: 1\n", ":2:", "version: set already in line 1" },
		{ "version: 1\naliases: [a, b]\n", ":2:", "expected lines of NAME: SELECTOR" },
		{ "version: 1\naliases:\n  a: {b: c}\n", ":3:", "a: expected a selector in quotes" },
		{ "version: 1\naliases:\n  a:\n", ":3:", "a: expected a selector in quotes" },
		{ "version: 1\naliases:\n  01:00.0: a\n", ":3:", "01:00.0: expected a name" },
		{ "version: 1\naliases:\n  pci_0000_01_00_0: a\n", ":3:", "expected a name" },
		{ "version: 1\naliases:\n  a: 01:00.0\n  a: 02:00.0\n", ":4:", "a: set already in" },
		{ "version: 1\n- x\n", ":2:", "not YAML" },
		{ "version: 1\naliases: {a: \"b\n", ":3:", "not YAML" },
		{ "just words\n", ":1:", "expected KEY: VALUE lines" },
		{ "version: 1\n---\nversion: 1\n", ":3:", "a second document" },
		{ "version: 1\naliases: {a: \"b\\0c\"}\n", ":2:", "a: expected a selector" },
		{ "version: 1\naliases: {a: *b}\n", ":2:", "not YAML: found undefined alias" },
		{ "version: 1\naliases:\n  a: &n x\n  b: &n y\n", ":4:", "not YAML: second occurrence" },
		/* that it is no YAML at all comes first */
		{ "version: 1\naliases: {a: *b}\n- x\n", ":3:", "not YAML: did not find expected" },
		{ "version: 1\naliases: &n [*n]\n", ":2:", "aliases: expected lines of NAME: SELECTOR" },
		{ "version: 1\naliases: &n {a: *n}\n", ":2:", "a: expected a selector in quotes" },
		{ "version: 1\n[a, b]: c\n", ":2:", "expected a word for a key" },
		{ "- version: 1\n", ":1:", "expected KEY: VALUE lines, found a list" },
		{ "version: 1\n...\n---\n", ":4:", "a second document" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct config *cfg;
		struct tree t;
		char *err;

		tree_new(&t);
		tree_file(&t, "c.yaml", bad[i].text);
		assert_int_equal(config_load(path_of(&t, "c.yaml"), &cfg, &err), -EINVAL);
		assert_null(cfg);
		assert_non_null(err);
		if (!strstr(err, bad[i].says) || !strstr(err, bad[i].line) ||
		    strncmp(err, t.root, strlen(t.root)))
			fail_msg("for %s\ngot %s", bad[i].text, err);
		free(err);
		tree_free(&t);
	}
}

static void a_named_file_must_exist(void **state)
{
	struct config *cfg;
	struct tree t;
	char *err;

	(void)state;
	tree_new(&t);
	assert_int_equal(config_load(path_of(&t, "none.yaml"), &cfg, &err), -ENOENT);
	assert_non_null(strstr(err, "none.yaml"));
	free(err);
	tree_free(&t);
}

static void an_empty_file_is_an_empty_configuration(void **state)
{
	struct config *cfg;
	struct tree t;
	char *err;

	(void)state;
	tree_new(&t);
	tree_file(&t, "c.yaml", "# nothing yet\n");
	assert_int_equal(config_load(path_of(&t, "c.yaml"), &cfg, &err), 0);
	assert_int_equal(cfg->n_aliases, 0);
	assert_null(config_alias(cfg, "a"));
	config_free(cfg);
	tree_free(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(aliases_are_found_by_name),
		cmocka_unit_test(conf_d_is_merged_in_order_and_backups_are_left_alone),
		cmocka_unit_test(errors_name_file_line_key_and_what_was_expected),
		cmocka_unit_test(a_named_file_must_exist),
		cmocka_unit_test(an_empty_file_is_an_empty_configuration),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
