// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_rmad.c - kmod/dmar.c: reserved regions of functions from the DMAR table that Xen hides
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "dmar.h"
#include "facts.h"
#include <linux/slab.h>

int shim_alloc_fail = -1;

#define ENDPOINT 1
#define BRIDGE	 2
#define IOAPIC	 3

/* A table under construction */
struct table {
	uint8_t bytes[512];
	size_t len, rmrr;
};

static void put(struct table *t, uint64_t value, int bytes)
{
	for (int i = 0; i < bytes; i++)
		t->bytes[t->len++] = value >> 8 * i;
}

static void fix_lengths(struct table *t)
{
	t->bytes[4] = t->len;
	t->bytes[5] = t->len >> 8;
	if (t->rmrr)
		t->bytes[t->rmrr + 2] = t->len - t->rmrr;
}

static struct table table_new(const char *signature)
{
	struct table t = { .len = 48 };

	memcpy(t.bytes, signature, 4);
	/* a remapping unit, with an I/O APIC: of no interest */
	put(&t, 0, 2), put(&t, 24, 2), put(&t, 1, 4), put(&t, 0xfed90000, 8);
	put(&t, IOAPIC, 1), put(&t, 8, 1), put(&t, 0, 3), put(&t, 0xff, 1), put(&t, 0, 2);
	fix_lengths(&t);
	return t;
}

static void add_rmrr(struct table *t, uint16_t segment, uint64_t start, uint64_t end)
{
	t->rmrr = t->len;
	put(t, 1, 2), put(t, 24, 2), put(t, 0, 2), put(t, segment, 2), put(t, start, 8), put(t, end, 8);
	fix_lengths(t);
}

/* PATH as in "04.0/00.0": device and function, hexadecimal */
static void add_scope(struct table *t, int type, uint8_t bus, const char *path)
{
	size_t at = t->len;
	char *end;

	put(t, type, 1), put(t, 0, 4), put(t, bus, 1);
	for (const char *p = path; *p; p = *end ? end + 1 : end) {
		put(t, strtoul(p, &end, 16), 1);
		put(t, strtoul(end + 1, &end, 16), 1);
	}
	t->bytes[at + 1] = t->len - at;
	fix_lengths(t);
}

/*
 * The functions: 01:00.0 behind the root port 00:04.0, 05:00.0 behind a switch (00:05.0, 03:00.0, 04:01.0),
 * 00:06.0 on the root bus, and in another domain 01:00.0 behind 00:04.0, too.
 */
#define HOP(d, b, dev)                                                \
	{                                                             \
		.addr = {.domain = d, .bus = b, .devfn = (dev) << 3 } \
	}
static struct hvc_fact_hop plain[] = { HOP(0, 1, 0), HOP(0, 0, 4) };
static struct hvc_fact_hop deep[] = { HOP(0, 5, 0), HOP(0, 4, 1), HOP(0, 3, 0), HOP(0, 0, 5) };
static struct hvc_fact_hop root[] = { HOP(0, 0, 6) };
static struct hvc_fact_hop other[] = { HOP(1, 1, 0), HOP(1, 0, 4) };
enum {
	PLAIN,
	DEEP,
	ROOT,
	OTHER,
	N
};
static struct hvc_fact_fn fns[N];
static struct hvc_facts facts = { .xen = true, .fns = fns, .n_fns = N };

#define HOPS(h) .hops = h, .n_hops = sizeof(h) / sizeof(*(h))
static int set_up(void **state)
{
	(void)state;
	fns[PLAIN] = (struct hvc_fact_fn){ .self.class = 0x020000, HOPS(plain) };
	fns[DEEP] = (struct hvc_fact_fn){ .self.class = 0x010802, HOPS(deep) };
	fns[ROOT] = (struct hvc_fact_fn){ .self.class = 0x0c0330, HOPS(root) };
	fns[OTHER] = (struct hvc_fact_fn){ .self.class = 0x020000, HOPS(other) };
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	for (int i = 0; i < N; i++)
		kfree(fns[i].resv);
	return 0;
}

/* Who has regions, as a bit for each function */
static unsigned int who(void)
{
	unsigned int bits = 0;

	for (int i = 0; i < N; i++)
		bits |= !!fns[i].n_resv << i;
	return bits;
}

static void a_region_of_one_function_is_its_own(void **state)
{
	struct table t = table_new("RMAD");

	(void)state;
	add_rmrr(&t, 0, 0x7fff0000, 0x7fff1fff);
	add_scope(&t, ENDPOINT, 0, "04.0/00.0");
	assert_int_equal(hvc_dmar_fill(t.bytes, t.len, &facts), 0);
	assert_int_equal(who(), 1 << PLAIN);
	assert_int_equal(fns[PLAIN].n_resv, 1);
	assert_int_equal(fns[PLAIN].resv[0].start, 0x7fff0000);
	assert_int_equal(fns[PLAIN].resv[0].end, 0x7fff1fff);
	assert_int_equal(fns[PLAIN].resv[0].type, HVC_RESV_DIRECT);
	assert_false(fns[PLAIN].resv[0].shared);
}

static void a_region_of_several_functions_is_shared_also_with_one_that_is_not_there(void **state)
{
	struct table t = table_new("DMAR");

	(void)state;
	add_rmrr(&t, 0, 0x7fff0000, 0x7fff1fff);
	add_scope(&t, ENDPOINT, 0, "05.0/00.0/01.0/00.0");
	add_scope(&t, ENDPOINT, 0, "1f.7");
	add_rmrr(&t, 0, 0x7fff4000, 0x7fff4fff);
	add_scope(&t, IOAPIC, 0xff, "00.0");
	add_scope(&t, ENDPOINT, 0, "05.0/00.0/01.0/00.0");
	assert_int_equal(hvc_dmar_fill(t.bytes, t.len, &facts), 0);
	assert_int_equal(who(), 1 << DEEP);
	assert_int_equal(fns[DEEP].n_resv, 2);
	assert_true(fns[DEEP].resv[0].shared);
	assert_int_equal(fns[DEEP].resv[1].start, 0x7fff4000);
	assert_false(fns[DEEP].resv[1].shared);
}

static void usb_and_graphics_are_relaxable_unless_shared(void **state)
{
	struct table t = table_new("RMAD");

	(void)state;
	add_rmrr(&t, 0, 0x1000, 0x1fff);
	add_scope(&t, ENDPOINT, 0, "06.0");
	add_rmrr(&t, 0, 0x2000, 0x2fff);
	add_scope(&t, ENDPOINT, 0, "06.0");
	add_scope(&t, ENDPOINT, 0, "04.0/00.0");
	assert_int_equal(hvc_dmar_fill(t.bytes, t.len, &facts), 0);
	assert_int_equal(who(), 1 << ROOT | 1 << PLAIN);
	assert_int_equal(fns[ROOT].resv[0].type, HVC_RESV_DIRECT_RELAXABLE);
	assert_int_equal(fns[ROOT].resv[1].type, HVC_RESV_DIRECT);
	assert_true(fns[ROOT].resv[1].shared);
}

static void a_path_may_begin_on_any_bus(void **state)
{
	struct table t = table_new("RMAD");

	(void)state;
	add_rmrr(&t, 0, 0x1000, 0x1fff);
	add_scope(&t, ENDPOINT, 4, "01.0/00.0");
	assert_int_equal(hvc_dmar_fill(t.bytes, t.len, &facts), 0);
	assert_int_equal(who(), 1 << DEEP);
}

static void a_segment_is_a_domain(void **state)
{
	struct table t = table_new("RMAD");

	(void)state;
	add_rmrr(&t, 1, 0x1000, 0x1fff);
	add_scope(&t, ENDPOINT, 0, "04.0/00.0");
	assert_int_equal(hvc_dmar_fill(t.bytes, t.len, &facts), 0);
	assert_int_equal(who(), 1 << OTHER);
}

static void a_bridge_names_what_is_below_it_and_an_endpoint_only_itself(void **state)
{
	struct table t = table_new("RMAD");

	(void)state;
	add_rmrr(&t, 0, 0x1000, 0x1fff);
	add_scope(&t, BRIDGE, 0, "05.0/00.0");
	add_rmrr(&t, 0, 0x3000, 0x3fff);
	add_scope(&t, ENDPOINT, 0, "04.0");
	add_scope(&t, BRIDGE, 0, "06.0");
	assert_int_equal(hvc_dmar_fill(t.bytes, t.len, &facts), 0);
	assert_int_equal(who(), 1 << DEEP);
	assert_int_equal(fns[DEEP].n_resv, 1);
}

static void damage_is_told_and_nothing_behind_the_table_is_read(void **state)
{
	struct table t = table_new("RMAD");
	uint8_t *copy;

	(void)state;
	add_rmrr(&t, 0, 0x1000, 0x1fff);
	add_scope(&t, ENDPOINT, 0, "04.0/00.0");
	/* cut off anywhere; a heap block of that size shows every read behind it to the sanitizer */
	for (size_t len = 0; len < t.len; len++) {
		copy = malloc(len ? len : 1);
		memcpy(copy, t.bytes, len);
		assert_int_equal(hvc_dmar_fill(copy, len, &facts), -EINVAL);
		/* also when the table says itself that it is so short, except between two structures */
		if (len >= 8)
			memcpy(copy + 4, &(uint32_t){ len }, 4);
		assert_int_equal(hvc_dmar_fill(copy, len, &facts), len == 48 || len == t.rmrr ? 0 : -EINVAL);
		free(copy);
	}
	assert_int_equal(who(), 0);
}

static void every_wrong_byte_is_survived(void **state)
{
	struct table t = table_new("RMAD");
	uint8_t *copy, was;
	size_t len;

	(void)state;
	add_rmrr(&t, 0, 0x1000, 0x1fff);
	add_scope(&t, ENDPOINT, 0, "04.0/00.0");
	add_scope(&t, BRIDGE, 0, "05.0");
	len = t.len;
	copy = malloc(len);
	for (size_t i = 0; i < len; i++) {
		for (int value = 0; value < 256; value++) {
			memcpy(copy, t.bytes, len);
			was = copy[i];
			copy[i] = value;
			hvc_dmar_fill(copy, len, &facts);
			copy[i] = was;
			tear_down(NULL);
			set_up(NULL);
		}
	}
	free(copy);
}

static void odd_regions_are_damage(void **state)
{
	struct table t = table_new("RMAD"), u = t, v = table_new("APIC");

	(void)state;
	add_rmrr(&t, 0, 0x2000, 0x1fff);
	assert_int_equal(hvc_dmar_fill(t.bytes, t.len, &facts), -EINVAL);
	add_rmrr(&u, 0, 0, 0);
	assert_int_equal(hvc_dmar_fill(u.bytes, u.len, &facts), -EINVAL);
	assert_int_equal(hvc_dmar_fill(v.bytes, v.len, &facts), -EINVAL);
}

static void running_out_of_memory_is_told(void **state)
{
	struct table t = table_new("RMAD");

	(void)state;
	add_rmrr(&t, 0, 0x1000, 0x1fff);
	add_scope(&t, ENDPOINT, 0, "04.0/00.0");
	shim_alloc_fail = 0;
	assert_int_equal(hvc_dmar_fill(t.bytes, t.len, &facts), -ENOMEM);
	shim_alloc_fail = -1;
	assert_int_equal(who(), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_region_of_one_function_is_its_own),
		TEST(a_region_of_several_functions_is_shared_also_with_one_that_is_not_there),
		TEST(usb_and_graphics_are_relaxable_unless_shared),
		TEST(a_path_may_begin_on_any_bus),
		TEST(a_segment_is_a_domain),
		TEST(a_bridge_names_what_is_below_it_and_an_endpoint_only_itself),
		TEST(damage_is_told_and_nothing_behind_the_table_is_read),
		TEST(every_wrong_byte_is_survived),
		TEST(odd_regions_are_damage),
		TEST(running_out_of_memory_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
