// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_plan_masks.c - the masks and bandwidths of classes on many kinds of caches
 */
#include <string.h>

#include "lib/bits.h"
#include "lib/hostfs.h"
#include "simplan.h"

/* ---- finding bits */

static void windows_avoid_what_they_can(void **state)
{
	(void)state;
	assert_int_equal(bits_window(0x7ff, 3, 0, 0, false), 0x7);
	assert_int_equal(bits_window(0x7ff, 3, 0, 0, true), 0x700);
	assert_int_equal(bits_window(0x7ff, 3, 0x600, 0, true), 0x1c0);
	assert_int_equal(bits_window(0x7ff, 10, 0x600, 0, true), 0x3ff);
	assert_int_equal(bits_window(0x5ff, 10, 0, 0, true), 0);
	assert_int_equal(bits_window(0xff, 4, 0x0f, 0xc0, false), 0xf0);
	assert_int_equal(bits_window(0xff, 4, 0x03, 0xc0, false), 0x3c);
	assert_true(bits_window(UINT64_MAX, 64, 0, 0, true) == UINT64_MAX);
	assert_int_equal(bits_window(0x7ff, 0, 0, 0, true), 0);
	assert_int_equal(bits_any(0x555, 3, 0x1, 0, false), 0x54);
	assert_int_equal(bits_any(0x555, 6, 0x1, 0, true), 0x555);
	assert_int_equal(bits_any(0x555, 7, 0, 0, true), 0);
	assert_int_equal(bits_longest(0x3701), 0x3000 & 0x3701 ? 0x700 : 0);
	assert_int_equal(bits_longest(0x303), 0x300);
	assert_int_equal(bits_longest(0), 0);
	assert_true(bits_longest(UINT64_MAX) == UINT64_MAX);
	assert_true(bits_contiguous(0x38) && bits_contiguous(0) && bits_contiguous(1ULL << 63 | 1ULL << 62));
	assert_false(bits_contiguous(5));
}

/* ---- what is programmed */

static void eleven_ways_with_shared_ones_at_the_top(void **state)
{
	struct plan p;
	struct sim s;

	(void)state;
	sim_new(&s, "classes:\n"
		    "  gold: {partition: exclusive, L3: {all: 6MiB}, MB: {all: 100%}}\n"
		    "  bulk: {partition: shared, L3: {all: 30%}, MB: {all: 45%}}\n"
		    "guests: {db1: {class: gold}, web1: {class: bulk}, web2: {class: bulk}}\n");
	sim_cache(&s, RDT_L3, 11, 16 * MIB, 16, "0");
	s.caps.rdt.res[RDT_L3].shareable_bits = 0x600;
	sim_mb(&s, 10, 10, 8, "0");
	guests(&s, three);
	sim_plan(&s, false, &p);
	for (size_t i = 0; i < p.n_steps; i++)
		if (p.steps[i].kind == STEP_RDT_SCHEMATA && !strcmp(p.steps[i].target, "hvclaim-gold"))
			assert_string_equal(p.steps[i].why,
					    "L3: 6 MiB are 5 of 11 ways (16 MiB, a way is 1.45 MiB)");
		else if (p.steps[i].kind == STEP_RDT_SCHEMATA)
			assert_string_equal(p.steps[i].why,
					    "L3: 30% are 4 of 11 ways (16 MiB, a way is 1.45 MiB); "
					    "MB: 45% become 50% (steps of 10%, at least 10%)");
	plan_free(&p);
	settle(&s, false);
	assert_groups(&s, "root L3:0=7e0 MB:0=100 | hvclaim-bulk L3:0=1e0 MB:0=50 | "
			  "hvclaim-gold exclusive L3:0=1f MB:0=100");
	/* everything is given back */
	settle(&s, true);
	assert_groups(&s, "root L3:0=7ff MB:0=100");
	sim_free(&s);
}

static void two_sockets_with_a_value_for_one_of_them(void **state)
{
	struct sim s;

	(void)state;
	two_sockets(&s, "classes:\n"
			"  gold: {partition: exclusive, L3: {all: 12MiB, 1: 0xff000}}\n"
			"  bulk: {L3: {all: 30%, 1: 0x0f}, MB: {all: 50%, 0: 25%}}\n"
			"guests: {db1: {class: gold, monitor: true}, web1: {class: bulk}, "
			"web2: {class: bulk, monitor: true}}\n");
	guests(&s, three);
	settle(&s, false);
	assert_groups(&s, "root L3:0=fff00;1=fff MB:0=100;1=100 | "
			  "hvclaim-bulk L3:0=fc000;1=f MB:0=30;1=50 mon:hvclaim-web2 | "
			  "hvclaim-gold exclusive L3:0=ff;1=ff000 MB:0=100;1=100 mon:hvclaim-db1");
	sim_free(&s);
}

static void ids_with_gaps(void **state)
{
	struct sim s;

	(void)state;
	sim_new(&s, "classes: {gold: {partition: exclusive, L3: {all: 50%, 8: 3 ways}, MB: {3: 20%}}}\n"
		    "guests: {db1: {class: gold}}\n");
	sim_cache(&s, RDT_L3, 8, 8 * MIB, 4, "2,8,9");
	sim_mb(&s, 10, 10, 4, "3,11");
	sim_guest(&s, "db1", 1);
	settle(&s, false);
	assert_groups(&s, "root L3:2=f0;8=f8;9=f0 MB:3=100;11=100 | "
			  "hvclaim-gold exclusive L3:2=f;8=7;9=f MB:3=20;11=100");
	sim_config(&s, "classes: {gold: {L3: {all: 50%, 3: 3 ways}}}\nguests: {db1: {class: gold}}\n");
	expect_error(&s, "f.yaml:2: classes: gold: L3: 3: there is none; this host has 2, 8, 9");
	sim_free(&s);
}

static void code_and_data_apart(void **state)
{
	struct sim s;

	(void)state;
	sim_new(&s, "classes:\n"
		    "  a: {partition: exclusive, L3CODE: 2 ways, L3DATA: 4 ways}\n"
		    "  b: {partition: exclusive, L3: 3 ways}\n"
		    "  c: {L3: 2 ways, L3CODE: 1 way}\n"
		    "guests: {a: {class: a}, b: {class: b}, c: {class: c, require: L3}}\n");
	sim_cache(&s, RDT_L3CODE, 12, 12 * MIB, 8, "0");
	sim_cache(&s, RDT_L3DATA, 12, 12 * MIB, 8, "0");
	guests(&s, (const char *const[]){ "a", "b", "c", NULL });
	settle(&s, false);
	assert_groups(&s,
		      "root L3CODE:0=e00 L3DATA:0=e00 | hvclaim-a exclusive L3CODE:0=3 L3DATA:0=3c | "
		      "hvclaim-b exclusive L3CODE:0=1c0 L3DATA:0=1c0 | hvclaim-c L3CODE:0=800 L3DATA:0=600");
	sim_free(&s);
	/* one that has only a part for itself has the rest with everybody */
	sim_new(&s, "classes: {a: {partition: exclusive, L3CODE: 2 ways}}\nguests: {a: {class: a}}\n");
	sim_cache(&s, RDT_L3CODE, 12, 12 * MIB, 8, "0");
	sim_cache(&s, RDT_L3DATA, 12, 12 * MIB, 8, "0");
	sim_guest(&s, "a", 1);
	settle(&s, false);
	assert_groups(&s, "root L3CODE:0=ffc L3DATA:0=ffc | hvclaim-a L3CODE:0=3 L3DATA:0=ffc");
	sim_free(&s);
}

static void code_and_data_are_not_apart_without_cdp(void **state)
{
	static const char yaml[] = "classes: {a: {L3CODE: 2 ways, L3DATA: 4 ways, MB: 10%}}\n"
				   "guests: {a: {class: a}}\n";
	struct plan p;
	struct sim s;

	(void)state;
	sim_new(&s, yaml);
	sim_cache(&s, RDT_L3, 12, 12 * MIB, 8, "0");
	sim_mb(&s, 10, 10, 8, "0");
	s.caps.rdt.cdp_l3_possible = true;
	sim_guest(&s, "a", 1);
	expect_note(&s, "mount resctrl with -o cdp");
	settle(&s, false);
	assert_groups(&s, "root L3:0=fff MB:0=100 | hvclaim-a L3:0=fff MB:0=10");
	sim_config(&s, "classes: {a: {L3CODE: 2 ways}}\nguests: {a: {class: a, require: [L3]}}\n");
	s.caps.rdt.cdp_l3_possible = false;
	sim_plan(&s, false, &p);
	assert_int_equal(p.n_errors, 1);
	assert_string_equal(p.errors[0],
			    "f.yaml:3: guests: a: require: L3: code and data have the same ways here: "
			    "this hardware cannot part them (CDP)");
	plan_free(&p);
	sim_free(&s);
}

static void only_a_second_level_cache(void **state)
{
	struct sim s;

	(void)state;
	sim_new(&s, "classes:\n"
		    "  rt: {partition: exclusive, L2: {all: 256KiB, 2: 512KiB}}\n"
		    "  bulk: {L3: 10%, L2: 25%}\n"
		    "guests: {a: {class: rt}, b: {class: bulk}}\n"
		    "host: {ways: 2}\n");
	sim_cache(&s, RDT_L2, 8, MIB, 4, "0-3");
	guests(&s, (const char *const[]){ "a", "b", NULL });
	expect_note(&s, "this host cannot divide L3");
	settle(&s, false);
	assert_groups(&s, "root L2:0=fc;1=fc;2=f0;3=fc | hvclaim-bulk L2:0=30;1=30;2=30;3=30 | "
			  "hvclaim-rt exclusive L2:0=3;1=3;2=f;3=3");
	sim_free(&s);
}

static void a_class_for_one_level_does_not_own_the_other(void **state)
{
	struct sim s;

	(void)state;
	sim_new(&s, gold_alone);
	sim_cache(&s, RDT_L3, 16, 16 * MIB, 8, "0");
	sim_cache(&s, RDT_L2, 8, MIB, 8, "0-1");
	sim_guest(&s, "db1", 1);
	settle(&s, false);
	/* not in the kernel's mode exclusive: that is for all caches of a group */
	assert_groups(&s, "root L3:0=f000 L2:0=ff;1=ff | hvclaim-gold L3:0=fff L2:0=ff;1=ff");
	sim_free(&s);
}

static void min_cbm_bits_of_two(void **state)
{
	struct plan p;
	struct sim s;

	(void)state;
	sim_new(&s, "classes: {a: {partition: exclusive, L3: 1 way}, b: {L3: 1%}}\n"
		    "guests: {a: {class: a}, b: {class: b}}\n");
	sim_cache(&s, RDT_L3, 20, 20 * MIB, 4, "0");
	s.caps.rdt.res[RDT_L3].min_cbm_bits = 2;
	guests(&s, (const char *const[]){ "a", "b", NULL });
	sim_plan(&s, false, &p);
	for (size_t i = 0; i < p.n_steps; i++)
		if (p.steps[i].kind == STEP_RDT_SCHEMATA && !strcmp(p.steps[i].target, "hvclaim-a"))
			assert_non_null(strstr(p.steps[i].why,
					       "1 way is 2 of 20 ways (20 MiB, a way is 1 MiB), the "
					       "fewest that this hardware knows (min_cbm_bits 2)"));
	plan_free(&p);
	settle(&s, false);
	assert_groups(&s, "root L3:0=ffffc | hvclaim-a exclusive L3:0=3 | hvclaim-b L3:0=c0000");
	sim_config(&s, "classes: {a: {L3: 0x4}}\nguests: {a: {class: a}}\n");
	expect_error(&s, "L3: 0: mask 0x4 has 1 bits; this hardware wants at least 2");
	sim_free(&s);
}

static void min_cbm_bits_of_none(void **state)
{
	struct sim s;

	(void)state;
	sim_new(&s, "classes: {a: {partition: exclusive, L3: 4 ways}, b: {L3: 1%}}\n"
		    "guests: {a: {class: a}, b: {class: b}}\n");
	sim_cache(&s, RDT_L3, 16, 16 * MIB, 16, "0");
	s.caps.rdt.res[RDT_L3].min_cbm_bits = 0;
	s.caps.rdt.res[RDT_L3].sparse_masks = true;
	guests(&s, (const char *const[]){ "a", "b", NULL });
	settle(&s, false);
	assert_groups(&s, "root L3:0=fff0 | hvclaim-a exclusive L3:0=f | hvclaim-b L3:0=8000");
	/* the host still has a way when classes want all */
	sim_config(&s, "classes: {a: {partition: exclusive, L3: 16 ways}}\nguests: {a: {class: a}}\n");
	expect_error(&s, "of 16 ways 1 are for the host");
	sim_free(&s);
}

static void gaps_only_where_the_hardware_knows_them(void **state)
{
	static const char yaml[] =
		"classes: {a: {partition: exclusive, L3: 0x0f0}, b: {partition: exclusive, L3: 6 ways}}\n"
		"guests: {a: {class: a}, b: {class: b}}\n";
	struct sim s;

	(void)state;
	sim_new(&s, yaml);
	sim_cache(&s, RDT_L3, 12, 12 * MIB, 4, "0");
	guests(&s, (const char *const[]){ "a", "b", NULL });
	expect_error(&s, "f.yaml:2: classes: b: L3: 0: exclusive classes want b 6 ways; of 12 ways 1 are for "
			 "the host, "
			 "groups of others have 0, masks of this file 4: 7 are left, at most 4 side by side");
	s.caps.rdt.res[RDT_L3].sparse_masks = true;
	settle(&s, false);
	assert_groups(&s, "root L3:0=c00 | hvclaim-a exclusive L3:0=f0 | hvclaim-b exclusive L3:0=30f");
	sim_config(&s, "classes: {a: {L3: 0x5}}\nguests: {a: {class: a}}\n");
	s.caps.rdt.res[RDT_L3].sparse_masks = false;
	expect_error(&s, "mask 0x5 has a gap");
	sim_free(&s);
}

static void bandwidth_in_its_steps(void **state)
{
	static const struct {
		const char *share;
		uint32_t gran, min;
		uint64_t value;
	} v[] = {
		{ "50%", 10, 10, 50 },	{ "41%", 10, 10, 50 },	 { "1%", 10, 10, 10 },
		{ "0.5%", 10, 10, 10 }, { "100%", 10, 10, 100 }, { "max", 10, 10, 100 },
		{ "99%", 10, 10, 100 }, { "12.5%", 1, 5, 13 },	 { "3%", 1, 5, 5 },
		{ "95%", 20, 20, 100 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(v) / sizeof(v[0]); i++) {
		char *yaml = text_fmt("classes: {a: {MB: %s}}\nguests: {a: {class: a}}\n", v[i].share);
		struct sim s;

		sim_new(&s, yaml);
		sim_mb(&s, v[i].gran, v[i].min, 8, "0");
		sim_guest(&s, "a", 1);
		settle(&s, false);
		assert_int_equal(s.caps.rdt.groups[1].schemata[RDT_MB].v[0].value, v[i].value);
		sim_free(&s);
		free(yaml);
	}
}

static void bandwidth_in_units_of_the_host(void **state)
{
	struct rdt_resource *mb;
	struct plan p;
	struct sim s;

	(void)state;
	sim_new(&s, "classes: {a: {MB: 4.1GB/s}, b: {MB: 50%}}\n"
		    "guests: {a: {class: a, require: [MB]}, b: {class: b}}\n");
	sim_mb(&s, 1, 1, 8, "0");
	guests(&s, (const char *const[]){ "a", "b", NULL });
	sim_plan(&s, false, &p);
	assert_int_equal(p.n_errors, 1);
	assert_string_equal(p.errors[0],
			    "f.yaml:3: guests: a: require: MB: MB: 4100 MB/s: this host limits bandwidth "
			    "in percent only");
	plan_free(&p);
	mb = &s.caps.rdt.res[RDT_MB];
	mb->unit = MB_EIGHTH;
	mb->max_bandwidth = 2048;
	s.caps.rdt.groups[0].schemata[RDT_MB].v[0].value = 2048;
	sim_plan(&s, false, &p);
	assert_int_equal(p.n_errors, 0);
	assert_note(&p, "MB: 50%: this host limits bandwidth in bytes a second only");
	plan_free(&p);
	settle(&s, false);
	assert_groups(&s, "root MB:0=2048 | hvclaim-a MB:0=33 | hvclaim-b MB:0=2048");
	mb->unit = MB_MIBPS;
	settle(&s, false);
	assert_groups(&s, "root MB:0=2048 | hvclaim-a MB:0=2048 | hvclaim-b MB:0=2048");
	mb->max_bandwidth = UINT32_MAX;
	settle(&s, false);
	assert_groups(&s, "root MB:0=2048 | hvclaim-a MB:0=3911 | hvclaim-b MB:0=4294967295");
	sim_free(&s);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(windows_avoid_what_they_can),
		cmocka_unit_test(eleven_ways_with_shared_ones_at_the_top),
		cmocka_unit_test(two_sockets_with_a_value_for_one_of_them),
		cmocka_unit_test(ids_with_gaps),
		cmocka_unit_test(code_and_data_apart),
		cmocka_unit_test(code_and_data_are_not_apart_without_cdp),
		cmocka_unit_test(only_a_second_level_cache),
		cmocka_unit_test(a_class_for_one_level_does_not_own_the_other),
		cmocka_unit_test(min_cbm_bits_of_two),
		cmocka_unit_test(min_cbm_bits_of_none),
		cmocka_unit_test(gaps_only_where_the_hardware_knows_them),
		cmocka_unit_test(bandwidth_in_its_steps),
		cmocka_unit_test(bandwidth_in_units_of_the_host),
	};

	return cmocka_run_group_tests_name("plan-masks", tests, NULL, NULL);
}
