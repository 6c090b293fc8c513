// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_dmar.c - the parser of DMAR and IVRS, on tables made here
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

#include "device/dmar.h"
#include "tree.h"

struct table {
	uint8_t b[1024];
	size_t n;
};

static void put(struct table *t, uint64_t value, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++)
		t->b[t->n++] = i < 8 ? (uint8_t)(value >> 8 * i) : 0;
}

static void put_length(struct table *t)
{
	t->b[4] = (uint8_t)t->n;
	t->b[5] = (uint8_t)(t->n >> 8);
}

static void start(struct table *t, const char *name)
{
	memset(t, 0, sizeof(*t));
	memcpy(t->b, name, 4);
	t->n = 48;
	put_length(t);
}

/* A scope of one or two hops; the second is left out when negative. */
struct hop {
	uint8_t type, bus, dev, fn;
	int dev2, fn2;
};

static void put_rmrr(struct table *t, uint64_t first, uint64_t last, const struct hop *hops, size_t n)
{
	size_t length = 24;

	for (size_t i = 0; i < n; i++)
		length += hops[i].dev2 < 0 ? 8 : 10;
	put(t, 1, 2);
	put(t, length, 2);
	put(t, 0, 4);
	put(t, first, 8);
	put(t, last, 8);
	for (size_t i = 0; i < n; i++) {
		put(t, hops[i].type, 1);
		put(t, hops[i].dev2 < 0 ? 8 : 10, 1);
		put(t, 0, 3);
		put(t, hops[i].bus, 1);
		put(t, hops[i].dev, 1);
		put(t, hops[i].fn, 1);
		if (hops[i].dev2 >= 0) {
			put(t, (uint64_t)hops[i].dev2, 1);
			put(t, (uint64_t)hops[i].fn2, 1);
		}
	}
	put_length(t);
}

static void put_ivmd(struct table *t, uint8_t type, uint8_t flags, uint16_t id, uint16_t aux, uint64_t first,
		     uint64_t length)
{
	put(t, type, 1);
	put(t, flags, 1);
	put(t, 32, 2);
	put(t, id, 2);
	put(t, aux, 2);
	put(t, 0, 8);
	put(t, first, 8);
	put(t, length, 8);
	put_length(t);
}

/* one bridge, 00:1c.0, to buses 3 to 5 */
static bool buses(void *ctx, struct addr bridge, uint8_t *secondary, uint8_t *subordinate)
{
	(void)ctx;
	if (bridge.bus || bridge.devfn != 0xe0)
		return false;
	*secondary = 3;
	*subordinate = 5;
	return true;
}

static struct addr at(uint8_t bus, uint8_t slot, uint8_t fn)
{
	return (struct addr){ .bus = bus, .devfn = (uint8_t)(slot << 3 | fn) };
}

/* Parses a copy of exactly the table's size, so that a sanitizer sees a read behind its end. */
static int parse(const struct table *t, size_t n, struct dmar_regions *out)
{
	uint8_t *exact = malloc(n ? n : 1);
	char *err = NULL;
	int rc;

	memcpy(exact, t->b, n);
	if (t->b[0] == 'I')
		rc = ivrs_parse(exact, n, out, &err);
	else
		rc = dmar_parse(exact, n, buses, NULL, out, &err);
	assert_true((rc == 0) == (err == NULL));
	free(exact);
	free(err);
	return rc;
}

static void rmrr_names_functions_behind_bridges(void **state)
{
	static const struct hop hops[] = { { 1, 0, 0x1d, 0, -1, 0 }, { 1, 0, 0x1c, 0, 2, 1 } };
	struct dmar_regions got = { 0 };
	struct table t;

	(void)state;
	start(&t, "DMAR");
	put_rmrr(&t, 0xfed1c000, 0xfed1ffff, hops, 2);
	assert_int_equal(parse(&t, t.n, &got), 0);
	assert_int_equal(got.n, 1);
	assert_int_equal(got.v[0].start, 0xfed1c000);
	assert_int_equal(got.v[0].end, 0xfed1ffff);
	assert_int_equal(got.v[0].n_scopes, 2);
	assert_true(dmar_covers(&got.v[0], at(0, 0x1d, 0)));
	assert_true(dmar_covers(&got.v[0], at(3, 2, 1)));
	assert_false(dmar_covers(&got.v[0], at(3, 2, 0)));
	assert_false(dmar_covers(&got.v[0], (struct addr){ .domain = 1, .devfn = 0xe8 }));
	dmar_free(&got);
}

static void a_sub_hierarchy_covers_all_buses_below_the_bridge(void **state)
{
	static const struct hop hop = { 2, 0, 0x1c, 0, -1, 0 };
	struct dmar_regions got = { 0 };
	struct table t;

	(void)state;
	start(&t, "RMAD"); /* as Xen leaves it for dom0 */
	put_rmrr(&t, 0x1000, 0x1fff, &hop, 1);
	assert_int_equal(parse(&t, t.n, &got), 0);
	assert_true(dmar_covers(&got.v[0], at(3, 0, 0)));
	assert_true(dmar_covers(&got.v[0], at(5, 31, 7)));
	assert_false(dmar_covers(&got.v[0], at(6, 0, 0)));
	assert_false(dmar_covers(&got.v[0], at(2, 31, 7)));
	dmar_free(&got);
}

static void a_path_through_a_missing_bridge_is_counted(void **state)
{
	static const struct hop hop = { 1, 0, 0x1b, 0, 0, 0 };
	struct dmar_regions got = { 0 };
	struct table t;

	(void)state;
	start(&t, "DMAR");
	put_rmrr(&t, 0x1000, 0x1fff, &hop, 1);
	assert_int_equal(parse(&t, t.n, &got), 0);
	assert_int_equal(got.v[0].n_scopes, 0);
	assert_int_equal(got.v[0].n_unresolved, 1);
	dmar_free(&got);
}

static void ivmd_covers_one_a_range_or_all(void **state)
{
	struct dmar_regions got = { 0 };
	struct table t;

	(void)state;
	start(&t, "IVRS");
	put(&t, 0x10, 1); /* an IVHD of 24 bytes */
	put(&t, 0, 1);
	put(&t, 24, 2);
	put(&t, 0, 20);
	put_ivmd(&t, 0x21, 0x01, 0x0308, 0, 0x2000, 0x1000);
	put_ivmd(&t, 0x22, 0x08, 0x0400, 0x04ff, 0x4000, 0x800);
	put_ivmd(&t, 0x20, 0x07, 0, 0, 0x8000, 0x1000);
	put_ivmd(&t, 0x21, 0x06, 0x0500, 0, 0x9000, 0x1000); /* neither unity nor exclusion */
	assert_int_equal(parse(&t, t.n, &got), 0);
	assert_int_equal(got.n, 3);
	assert_true(got.v[0].amd);
	assert_int_equal(got.v[0].end, 0x2fff);
	assert_true(dmar_covers(&got.v[0], at(3, 1, 0)));
	assert_false(dmar_covers(&got.v[0], at(3, 1, 1)));
	assert_int_equal(got.v[1].end, 0x4fff); /* whole pages */
	assert_true(dmar_covers(&got.v[1], at(4, 31, 7)));
	assert_false(dmar_covers(&got.v[1], at(5, 0, 0)));
	assert_true(dmar_covers(&got.v[2], at(0xff, 31, 7)));
	dmar_free(&got);
}

static void every_wrong_length_is_refused_and_yields_nothing(void **state)
{
	static const struct hop hops[] = { { 1, 0, 0x1d, 0, -1, 0 }, { 1, 0, 0x1c, 0, 2, 1 } };
	/* table length, structure length, scope lengths: where, and a value that does not fit */
	static const struct {
		size_t at;
		uint8_t value;
	} bad[] = {
		{ 4, 47 },	{ 4, 200 },	{ 48 + 2, 0 },	{ 48 + 2, 3 },	{ 48 + 2, 23 },
		{ 48 + 2, 41 }, { 48 + 2, 43 }, { 72 + 1, 0 },	{ 72 + 1, 6 },	{ 72 + 1, 7 },
		{ 72 + 1, 20 }, { 72 + 1, 9 },	{ 80 + 1, 12 }, { 48 + 16, 0 }, { 0, 'X' },
	};
	struct dmar_regions got = { 0 };
	struct table t;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		start(&t, "DMAR");
		put_rmrr(&t, 0x10, 0x1f, hops, 2);
		t.b[bad[i].at] = bad[i].value;
		assert_int_equal(parse(&t, t.n, &got), -EINVAL);
		assert_int_equal(got.n, 0);
	}
	for (size_t i = 0; i < 4; i++) {
		start(&t, "IVRS");
		put_ivmd(&t, 0x22, 0x01, 0x0300, 0x0310, 0x1000, 0x1000);
		switch (i) {
		case 0: /* shorter than an IVMD */
			t.b[48 + 2] = 31;
			break;
		case 1: /* a structure of four bytes at the very end */
			t.n = 52;
			put_length(&t);
			t.b[48 + 2] = 4;
			break;
		case 2: /* an end before the start */
			t.b[48 + 7] = 2;
			break;
		default: /* memory that wraps around */
			memset(t.b + 48 + 16, 0xff, 8);
		}
		assert_int_equal(parse(&t, t.n, &got), -EINVAL);
		assert_int_equal(got.n, 0);
	}
}

static void no_table_cut_short_or_garbled_reads_behind_its_end(void **state)
{
	static const struct hop hops[] = { { 1, 0, 0x1d, 0, -1, 0 }, { 2, 0, 0x1c, 0, 2, 1 } };
	struct table t, u;

	(void)state;
	for (unsigned int kind = 0; kind < 2; kind++) {
		start(&t, kind ? "IVRS" : "DMAR");
		if (kind)
			put_ivmd(&t, 0x22, 0x01, 0x0300, 0x0310, 0x1000, 0x1000);
		else
			put_rmrr(&t, 0x10, 0x1f, hops, 2);
		for (size_t n = 0; n <= t.n; n++) {
			struct dmar_regions got = { 0 };

			assert_int_equal(parse(&t, n, &got) == 0, n == t.n);
			dmar_free(&got);
		}
		for (size_t i = 4; i < t.n; i++) {
			for (unsigned int v = 0; v < 256; v++) {
				struct dmar_regions got = { 0 };

				u = t;
				u.b[i] = (uint8_t)v;
				(void)parse(&u, u.n, &got);
				dmar_free(&got);
			}
		}
	}
}

static void dmar_load_resolves_bridges_through_sysfs(void **state)
{
	static const struct hop hop = { 1, 0, 0x1c, 0, 2, 1 };
	struct dmar_regions got = { 0 };
	struct hostfs fs;
	struct tree tree;
	char *err = NULL;
	struct table t;

	(void)state;
	tree_new(&tree);
	fs = (struct hostfs){ tree.sysfs, tree.proc, tree.dev, tree.libvirt, tree.run, tree.pve, tree.root };
	assert_int_equal(dmar_load(&fs, &got, &err), 0); /* a host without tables */
	assert_int_equal(got.n, 0);
	start(&t, "DMAR");
	put_rmrr(&t, 0x1000, 0x1fff, &hop, 1);
	tree_bytes(&tree, "sys/firmware/acpi/tables/DMAR", t.b, t.n);
	tree_file(&tree, "sys/bus/pci/devices/0000:00:1c.0/secondary_bus_number", "18\n");
	tree_file(&tree, "sys/bus/pci/devices/0000:00:1c.0/subordinate_bus_number", "18\n");
	assert_int_equal(dmar_load(&fs, &got, &err), 0);
	assert_int_equal(got.n, 1);
	assert_true(dmar_covers(&got.v[0], at(18, 2, 1)));
	dmar_free(&got);
	tree_bytes(&tree, "sys/firmware/acpi/tables/DMAR", t.b, t.n - 1);
	assert_int_equal(dmar_load(&fs, &got, &err), -EINVAL);
	assert_non_null(strstr(err, "DMAR"));
	free(err);
	tree_free(&tree);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rmrr_names_functions_behind_bridges),
		cmocka_unit_test(a_sub_hierarchy_covers_all_buses_below_the_bridge),
		cmocka_unit_test(a_path_through_a_missing_bridge_is_counted),
		cmocka_unit_test(ivmd_covers_one_a_range_or_all),
		cmocka_unit_test(every_wrong_length_is_refused_and_yields_nothing),
		cmocka_unit_test(no_table_cut_short_or_garbled_reads_behind_its_end),
		cmocka_unit_test(dmar_load_resolves_bridges_through_sysfs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
