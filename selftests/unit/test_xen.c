// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_xen.c - helper/xen/xen.c and helper/xen/xenstore.c: which domain has a function, by what xenstore says
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

#include "nl/nl.h"
#include "xen/xen.h"

/* A xenstore of lines "/path value"; directories follow from the paths */
static const char *const *lines;
static char changed[256];

static const char *value_of(const char *path)
{
	size_t n = strlen(path);

	for (size_t i = 0; lines[i]; i++)
		if (!strncmp(lines[i], path, n) && lines[i][n] == ' ')
			return lines[i] + n + 1;
	return NULL;
}

static void *fake_read(void *handle, unsigned int transaction, const char *path, unsigned int *len)
{
	const char *value = value_of(path);

	(void)handle;
	(void)transaction;
	if (!value) {
		errno = ENOENT;
		return NULL;
	}
	*len = (unsigned int)strlen(value);
	return strdup(value);
}

/* As libxenstore: one block with the pointers in front and the names behind them */
static char **fake_directory(void *handle, unsigned int transaction, const char *path, unsigned int *n)
{
	size_t len = strlen(path), found = 0;
	char **v = calloc(16, sizeof(*v) + 32);
	char *names = (char *)(v + 16);

	(void)handle;
	(void)transaction;
	if (!strcmp(path, "/local/domain/0/backend/pci") && value_of("error")) {
		free(v);
		errno = EIO;
		return NULL;
	}
	for (size_t i = 0; lines[i]; i++) {
		const char *rest;
		size_t k, width;

		if (strncmp(lines[i], path, len) || lines[i][len] != '/')
			continue;
		rest = lines[i] + len + 1;
		width = strcspn(rest, "/ ");
		for (k = 0; k < found; k++)
			if (strlen(v[k]) == width && !strncmp(v[k], rest, width))
				break;
		if (k < found)
			continue;
		v[found] = names + found * 32;
		memcpy(v[found++], rest, width);
	}
	*n = (unsigned int)found;
	if (found)
		return v;
	free(v);
	errno = ENOENT;
	return NULL;
}

static bool fake_write(void *handle, unsigned int transaction, const char *path, const void *data,
		       unsigned int len)
{
	(void)handle;
	(void)transaction;
	snprintf(changed, sizeof(changed), "%s = %.*s", path, (int)len, (const char *)data);
	return true;
}

static bool fake_rm(void *handle, unsigned int transaction, const char *path)
{
	(void)handle;
	(void)transaction;
	snprintf(changed, sizeof(changed), "rm %s", path);
	errno = value_of(path) ? EACCES : ENOENT;
	return false;
}

static const struct xenstore store = {
	.handle = &changed,
	.directory = fake_directory,
	.read = fake_read,
	.write = fake_write,
	.rm = fake_rm,
};

static const struct addr nic = { .bus = 1 }, other = { .bus = 2, .devfn = 3 };

/* What xen.c asks of the module: not in these tests */
int nl_info(struct nl *nl, struct info *info)
{
	(void)nl;
	(void)info;
	return -ENOENT;
}

static void nobody_has_a_function_that_no_domain_has(void **state)
{
	static const char *const empty[] = { NULL };
	char *domain = (char *)"?";

	(void)state;
	lines = empty;
	assert_int_equal(xen_domain_of(&store, nic, &domain), 0);
	assert_null(domain);
}

static void a_domain_is_told_by_its_name(void **state)
{
	static const char *const two[] = { "/local/domain/0/backend/pci/5/0/num_devs 1",
					   "/local/domain/0/backend/pci/5/0/dev-0 0000:04:00.0",
					   "/local/domain/0/backend/pci/7/0/num_devs 2",
					   "/local/domain/0/backend/pci/7/0/dev-0 0000:02:00.3",
					   "/local/domain/0/backend/pci/7/0/dev-1 0000:01:00.0",
					   "/local/domain/5/name db1",
					   "/local/domain/7/name web1",
					   NULL };
	char *domain;

	(void)state;
	lines = two;
	assert_int_equal(xen_domain_of(&store, nic, &domain), 0);
	assert_string_equal(domain, "web1");
	free(domain);
	assert_int_equal(xen_domain_of(&store, other, &domain), 0);
	assert_string_equal(domain, "web1");
	free(domain);
}

static void a_domain_without_a_name_has_its_number(void **state)
{
	static const char *const nameless[] = { "/local/domain/0/backend/pci/7/0/num_devs 1",
						"/local/domain/0/backend/pci/7/0/dev-0 0000:01:00.0",
						"/local/domain/7/vm /vm/1234", NULL };
	char *domain;

	(void)state;
	lines = nameless;
	assert_int_equal(xen_domain_of(&store, nic, &domain), 0);
	assert_string_equal(domain, "domain 7");
	free(domain);
}

static void what_a_dead_domain_left_behind_does_not_count(void **state)
{
	static const char *const dead[] = { "/local/domain/0/backend/pci/7/0/num_devs 1",
					    "/local/domain/0/backend/pci/7/0/dev-0 0000:01:00.0", NULL };
	char *domain;

	(void)state;
	lines = dead;
	assert_int_equal(xen_domain_of(&store, nic, &domain), 0);
	assert_null(domain);
}

static void odd_entries_are_no_functions(void **state)
{
	static const char *const odd[] = { "/local/domain/0/backend/pci/7/0/num_devs 3",
					   "/local/domain/0/backend/pci/7/0/dev-0 01:00.0 or so",
					   "/local/domain/0/backend/pci/7/0/dev-2 ",
					   "/local/domain/0/backend/pci/8/0/num_devs many",
					   "/local/domain/0/backend/pci/8/0/dev-0 0000:01:00.0",
					   "/local/domain/7/name a",
					   "/local/domain/8/name b",
					   NULL };
	char *domain;

	(void)state;
	lines = odd;
	assert_int_equal(xen_domain_of(&store, nic, &domain), 0);
	assert_null(domain);
}

static void a_xenstore_that_does_not_tell_is_no_proof(void **state)
{
	static const char *const broken[] = { "error ", NULL };
	char *domain;

	(void)state;
	lines = broken;
	assert_int_equal(xen_domain_of(&store, nic, &domain), -EIO);
	assert_null(domain);
}

static void nodes_are_named_as_libxl_names_them(void **state)
{
	static const char *const named[] = { "/libxl/pci/0000-02-00-3/name net0", NULL };
	char *node = xen_node((struct addr){ .domain = 0x10000, .bus = 0xaf, .devfn = 0x1f << 3 | 7 });
	char *name;

	(void)state;
	lines = named;
	assert_string_equal(node, "/libxl/pci/10000-af-1f-7");
	free(node);
	name = xen_name(&store, other);
	assert_string_equal(name, "net0");
	free(name);
	assert_null(xen_name(&store, nic));
}

static void what_is_not_there_need_not_be_removed(void **state)
{
	static const char *const one[] = { "/libxl/pci/0000-02-00-3/name net0", NULL };

	(void)state;
	lines = one;
	assert_int_equal(xenstore_set(&store, "x", "/libxl/%d", 1), 0);
	assert_string_equal(changed, "/libxl/1 = x");
	assert_int_equal(xenstore_set(&store, NULL, "/libxl/%d", 1), 0);
	assert_string_equal(changed, "rm /libxl/1");
	assert_int_equal(xenstore_set(&store, NULL, "/libxl/pci/0000-02-00-3/name"), -EACCES);
}

static void xl_has_what_is_with_pciback_and_in_no_claim(void **state)
{
	struct dev v[] = { { .driver = "pciback" },
			   { .driver = "pciback", .claim = 3, .owner = "u1" },
			   { .driver = "e1000e" } };
	struct devs all = { v, 3 };

	(void)state;
	xen_note_holders(&all);
	assert_string_equal(v[0].owner, "xl");
	assert_string_equal(v[1].owner, "u1");
	assert_string_equal(v[2].owner, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nobody_has_a_function_that_no_domain_has),
		cmocka_unit_test(a_domain_is_told_by_its_name),
		cmocka_unit_test(a_domain_without_a_name_has_its_number),
		cmocka_unit_test(what_a_dead_domain_left_behind_does_not_count),
		cmocka_unit_test(odd_entries_are_no_functions),
		cmocka_unit_test(a_xenstore_that_does_not_tell_is_no_proof),
		cmocka_unit_test(nodes_are_named_as_libxl_names_them),
		cmocka_unit_test(what_is_not_there_need_not_be_removed),
		cmocka_unit_test(xl_has_what_is_with_pciback_and_in_no_claim),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
