// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_plan_rdt.c - classes on many kinds of caches: masks, groups, and the order in which they are made
 */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/bits.h"
#include "config/config_priv.h"
#include "lib/hostfs.h"
#include "simhost.h"

#define MIB (1ULL << 20)

static const char gold_and_bulk[] = "classes:\n"
				    "  gold: {partition: exclusive, L3: {all: 12MiB}, MB: {all: 100%}}\n"
				    "  bulk: {partition: shared, L3: {all: 30%, 1: 0x0f}, MB: {all: 50%}}\n"
				    "guests:\n"
				    "  db1: {class: gold, monitor: true}\n"
				    "  web1: {class: bulk}\n"
				    "  web2: {class: bulk, monitor: true}\n";

static const char gold_alone[] = "classes:\n"
				 "  gold: {partition: exclusive, L3: 12MiB}\n"
				 "guests:\n"
				 "  db1: {class: gold}\n";

static char *first_error(const struct plan *p)
{
	return p->n_errors ? p->errors[0] : NULL;
}

static bool has_note(const struct plan *p, const char *words)
{
	for (size_t i = 0; i < p->n_notes; i++)
		if (strstr(p->notes[i].text, words))
			return true;
	return false;
}

static void assert_note(const struct plan *p, const char *words)
{
	if (!has_note(p, words)) {
		for (size_t i = 0; i < p->n_notes; i++)
			print_message("# note: %s\n", p->notes[i].text);
		fail_msg("no note with \"%s\"", words);
	}
}

/* Plans and applies; nothing is refused, nobody has an exclusive class's ways, and a second plan changes nothing. */
static void settle_as(struct sim *s, bool clear)
{
	struct plan p;

	sim_plan(s, clear, &p);
	if (p.n_errors)
		fail_msg("%s", p.errors[0]);
	if (!sim_apply(s, &p, SIZE_MAX))
		fail_msg("refused: %s", s->refused);
	plan_free(&p);
	if (sim_overlap(s))
		fail_msg("overlap: %s", sim_overlap(s));
	sim_plan(s, clear, &p);
	for (size_t i = 0; i < p.n_steps; i++)
		if (p.steps[i].changes)
			fail_msg("again: kind %d target %s want %s have %s", (int)p.steps[i].kind,
				 p.steps[i].target, p.steps[i].want, p.steps[i].have);
	plan_free(&p);
}

static void settle(struct sim *s)
{
	settle_as(s, false);
}

static void assert_groups(const struct sim *s, const char *expected)
{
	char *text = sim_groups(s);

	assert_string_equal(text, expected);
	free(text);
}

static void expect_error(struct sim *s, const char *words)
{
	struct plan p;

	sim_plan(s, false, &p);
	if (p.n_errors != 1 || !strstr(p.errors[0], words))
		fail_msg("%zu errors, the first: %s\nfor %s", p.n_errors, p.n_errors ? first_error(&p) : "",
			 words);
	assert_false(plan_changes(&p));
	plan_free(&p);
}

static void guests(struct sim *s, const char *const *names)
{
	for (; *names; names++)
		sim_guest(s, *names, 2);
}

static const char *const three[] = { "db1", "web1", "web2", NULL };

static void two_sockets(struct sim *s, const char *yaml)
{
	sim_new(s, yaml);
	sim_cache(s, RDT_L3, 20, 30 * MIB, 16, "0-1");
	sim_mb(s, 10, 10, 8, "0-1");
	sim_mon(s, 32);
}

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
	settle(&s);
	assert_groups(&s, "root L3:0=7e0 MB:0=100 | hvclaim-bulk L3:0=1e0 MB:0=50 | "
			  "hvclaim-gold exclusive L3:0=1f MB:0=100");
	/* everything is given back */
	settle_as(&s, true);
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
	settle(&s);
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
	settle(&s);
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
	settle(&s);
	assert_groups(&s,
		      "root L3CODE:0=e00 L3DATA:0=e00 | hvclaim-a exclusive L3CODE:0=3 L3DATA:0=3c | "
		      "hvclaim-b exclusive L3CODE:0=1c0 L3DATA:0=1c0 | hvclaim-c L3CODE:0=800 L3DATA:0=600");
	sim_free(&s);
	/* one that has only a part for itself has the rest with everybody */
	sim_new(&s, "classes: {a: {partition: exclusive, L3CODE: 2 ways}}\nguests: {a: {class: a}}\n");
	sim_cache(&s, RDT_L3CODE, 12, 12 * MIB, 8, "0");
	sim_cache(&s, RDT_L3DATA, 12, 12 * MIB, 8, "0");
	sim_guest(&s, "a", 1);
	settle(&s);
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
	sim_plan(&s, false, &p);
	assert_note(&p, "mount resctrl with -o cdp");
	plan_free(&p);
	settle(&s);
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
	struct plan p;
	struct sim s;

	(void)state;
	sim_new(&s, "classes:\n"
		    "  rt: {partition: exclusive, L2: {all: 256KiB, 2: 512KiB}}\n"
		    "  bulk: {L3: 10%, L2: 25%}\n"
		    "guests: {a: {class: rt}, b: {class: bulk}}\n"
		    "host: {ways: 2}\n");
	sim_cache(&s, RDT_L2, 8, MIB, 4, "0-3");
	guests(&s, (const char *const[]){ "a", "b", NULL });
	sim_plan(&s, false, &p);
	assert_note(&p, "this host cannot divide L3");
	plan_free(&p);
	settle(&s);
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
	settle(&s);
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
	settle(&s);
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
	settle(&s);
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
	settle(&s);
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
		settle(&s);
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
	settle(&s);
	assert_groups(&s, "root MB:0=2048 | hvclaim-a MB:0=33 | hvclaim-b MB:0=2048");
	mb->unit = MB_MIBPS;
	settle(&s);
	assert_groups(&s, "root MB:0=2048 | hvclaim-a MB:0=2048 | hvclaim-b MB:0=2048");
	mb->max_bandwidth = UINT32_MAX;
	settle(&s);
	assert_groups(&s, "root MB:0=2048 | hvclaim-a MB:0=3911 | hvclaim-b MB:0=4294967295");
	sim_free(&s);
}

/* ---- class ids */

static void four_class_ids_for_nine_guests(void **state)
{
	static const char *const nine[] = { "g1", "g2", "g3", "g4", "g5", "g6", "g7", "g8", "g9", NULL };
	char *yaml = strdup("classes:\n"), *distinct = strdup("classes:\n");
	struct plan p;
	struct sim s;

	(void)state;
	for (int i = 1; i <= 9; i++) {
		text_add(&yaml, "  c%d: {L3: %d ways}\n", i, i % 3 + 1);
		text_add(&distinct, "  c%d: {L3: %d ways}\n", i, i);
	}
	text_add(&yaml, "guests:\n");
	text_add(&distinct, "guests:\n");
	for (int i = 1; i <= 9; i++) {
		text_add(&yaml, "  g%d: {class: c%d}\n", i, i);
		text_add(&distinct, "  g%d: {class: c%d}\n", i, i);
	}
	sim_new(&s, yaml);
	sim_cache(&s, RDT_L3, 12, 12 * MIB, 4, "0");
	guests(&s, nine);
	settle(&s);
	assert_groups(&s, "root L3:0=fff | hvclaim-c1 L3:0=c00 | hvclaim-c2 L3:0=380 | hvclaim-c3 L3:0=40");
	sim_plan(&s, false, &p);
	assert_note(&p, "its class c9 has the group of class c3, which wants the same");
	plan_free(&p);
	for (size_t i = 0; i < 9; i++) {
		char *group = text_fmt("hvclaim-c%zu", i % 3 + 1);

		assert_string_equal(s.guests.v[i].threads[0].rdt_group, group);
		free(group);
	}
	sim_config(&s, distinct);
	expect_error(
		&s, "classes: c9: 9 classes want a class id each, 9 of them when equal shared ones are taken "
		    "together; of 4 class ids 1 is the root's and groups of others have 0: 3 are left");
	sim_free(&s);
	/* nine guests of three classes are no problem */
	sim_new(&s,
		"classes: {a: {L3: 1 way}, b: {L3: 2 ways}, c: {L3: 3 ways}}\n"
		"guests: {g1: {class: a}, g2: {class: b}, g3: {class: c}, g4: {class: a}, g5: {class: b},\n"
		"  g6: {class: c}, g7: {class: a}, g8: {class: b}, g9: {class: c}}\n");
	sim_cache(&s, RDT_L3, 12, 12 * MIB, 4, "0");
	guests(&s, nine);
	settle(&s);
	sim_free(&s);
	free(yaml);
	free(distinct);
}

static void exclusive_classes_never_share_an_id(void **state)
{
	struct sim s;

	(void)state;
	sim_new(&s, "classes: {a: {partition: exclusive, L3: 1 way}, b: {partition: exclusive, L3: 1 way},\n"
		    "  c: {partition: exclusive, L3: 1 way}}\n"
		    "guests: {a: {class: a}, b: {class: b}, c: {class: c}}\n");
	sim_cache(&s, RDT_L3, 12, 12 * MIB, 3, "0");
	guests(&s, (const char *const[]){ "a", "b", "c", NULL });
	expect_error(&s, "3 classes want a class id each");
	/* which is no reason to keep what an earlier run gave */
	settle_as(&s, true);
	sim_free(&s);
}

static void the_file_may_have_more_than_fits_as_long_as_it_does_not_run(void **state)
{
	struct plan p;
	struct sim s;

	(void)state;
	sim_new(&s,
		"classes: {a: {partition: exclusive, L3: 8 ways}, b: {partition: exclusive, L3: 8 ways}}\n"
		"guests: {a: {class: a}, b: {class: b}}\n");
	sim_cache(&s, RDT_L3, 12, 12 * MIB, 8, "0");
	sim_guest(&s, "b", 1);
	sim_plan(&s, false, &p);
	assert_note(&p, "there is no room for all 2 classes of the file at once");
	plan_free(&p);
	settle(&s);
	assert_groups(&s, "root L3:0=f00 | hvclaim-b exclusive L3:0=ff");
	sim_guest(&s, "a", 1);
	expect_error(&s, "exclusive classes want a 8 + b 8 = 16 ways; of 12 ways 1 are for the host, groups "
			 "of others have "
			 "0, masks of this file 0: 11 are left");
	sim_free(&s);
}

/* ---- others */

static void groups_of_libvirt_and_pqos_are_respected(void **state)
{
	struct sim s;

	(void)state;
	sim_new(&s, "classes: {gold: {partition: exclusive, L3: 4 ways}, bulk: {L3: 4 ways}}\n"
		    "guests: {a: {class: gold}, b: {class: bulk}}\n");
	sim_cache(&s, RDT_L3, 12, 12 * MIB, 8, "0");
	sim_group(&s, "qemu-1-db-vcpus_0-3", RDT_LIBVIRT, RDT_SHAREABLE, "L3:0=7");
	sim_group(&s, "COS1", RDT_PQOS, RDT_SHAREABLE, "L3:0=78");
	sim_group(&s, "COS2", RDT_PQOS, RDT_SHAREABLE, "");
	guests(&s, (const char *const[]){ "a", "b", NULL });
	settle(&s);
	/* not in mode exclusive: COS2 may use all ways, and is not ours to change */
	assert_groups(&s, "root L3:0=7f | COS1 L3:0=78 | COS2 L3:0=fff | hvclaim-bulk L3:0=78 | hvclaim-gold "
			  "L3:0=780 | "
			  "qemu-1-db-vcpus_0-3 L3:0=7");
	sim_free(&s);

	/* those that are alone are never touched */
	sim_new(&s, "classes: {gold: {partition: exclusive, L3: 4 ways}}\nguests: {a: {class: gold}}\n");
	sim_cache(&s, RDT_L3, 12, 12 * MIB, 8, "0");
	sim_group(&s, "mine", RDT_OTHER, RDT_EXCLUSIVE, "L3:0=f0");
	s.caps.rdt.groups[0].schemata[RDT_L3].v[0].value = 0xf;
	sim_guest(&s, "a", 1);
	settle(&s);
	assert_groups(&s, "root L3:0=f00 | hvclaim-gold exclusive L3:0=f | mine exclusive L3:0=f0");
	sim_config(&s, "classes: {gold: {partition: exclusive, L3: 5 ways}}\nguests: {a: {class: gold}}\n");
	expect_error(&s,
		     "of 12 ways 1 are for the host, groups of others have 4 (mine), masks of this file 0: 7 "
		     "are left, at "
		     "most 4 side by side");
	sim_free(&s);
}

static void a_mask_over_a_group_of_others_is_an_error(void **state)
{
	struct sim s;

	(void)state;
	sim_new(&s, "classes: {gold: {L3: 0x1e}}\nguests: {a: {class: gold}}\n");
	sim_cache(&s, RDT_L3, 12, 12 * MIB, 8, "0");
	sim_group(&s, "qemu-1-db-vcpus_0-3", RDT_LIBVIRT, RDT_SHAREABLE, "L3:0=e");
	sim_guest(&s, "a", 1);
	expect_error(
		&s,
		"classes: gold: L3: 0: mask 0x1e overlaps 0xe, which groups of others have for themselves "
		"(qemu-1-db-vcpus_0-3)");
	sim_free(&s);
}

static void pqos_with_all_class_ids(void **state)
{
	struct sim s;

	(void)state;
	sim_new(&s, gold_alone);
	sim_cache(&s, RDT_L3, 16, 16 * MIB, 4, "0");
	for (int i = 1; i < 4; i++) {
		char *name = text_fmt("COS%d", i);

		sim_group(&s, name, RDT_PQOS, RDT_SHAREABLE, "");
		free(name);
	}
	sim_guest(&s, "db1", 1);
	expect_error(&s, "of 4 class ids 1 is the root's and groups of others have 3: 0 are left");
	sim_free(&s);
}

static void a_cachetune_of_the_guest_stands(void **state)
{
	struct guest_foreign *f;
	struct plan p;
	struct guest *g;
	struct sim s;

	(void)state;
	sim_new(&s, "classes: {gold: {L3: 4 ways}}\nguests: {a: {class: gold, monitor: true}}\n");
	sim_cache(&s, RDT_L3, 12, 12 * MIB, 8, "0");
	sim_mon(&s, 16);
	sim_group(&s, "qemu-1-a-vcpus_0", RDT_LIBVIRT, RDT_SHAREABLE, "L3:0=e");
	g = sim_guest(&s, "a", 1);
	f = append(g->foreign, g->n_foreign);
	f->area = AREA_CLASS;
	f->what = strdup("libvirt's cachetune");
	for (size_t i = 0; i < g->n_threads; i++) {
		free(g->threads[i].rdt_group);
		g->threads[i].rdt_group = strdup("qemu-1-a-vcpus_0");
	}
	sim_plan(&s, false, &p);
	assert_note(&p, "libvirt's cachetune stands; takeover: [class] would replace it");
	assert_note(&p, "its threads are in the group qemu-1-a-vcpus_0, which is not ours");
	assert_false(plan_changes(&p));
	plan_free(&p);
	sim_config(&s, "classes: {gold: {L3: 4 ways}}\nguests: {a: {class: gold, require: L3}}\n");
	sim_plan(&s, false, &p);
	assert_int_equal(p.n_errors, 1);
	assert_non_null(strstr(p.errors[0], "guests: a: require: L3: libvirt's cachetune stands"));
	plan_free(&p);
	sim_config(&s, "classes: {gold: {L3: 4 ways}}\nguests: {a: {class: gold, takeover: [class]}}\n");
	settle(&s);
	assert_string_equal(s.guests.v[0].threads[0].rdt_group, "hvclaim-gold");
	sim_free(&s);
}

/* ---- impossible */

static void what_is_impossible_is_an_error_with_the_arithmetic(void **state)
{
	static const struct {
		const char *yaml, *says;
	} v[] = {
		{ "classes: {a: {L3: 17MiB}}\nguests: {g: {class: a}}\n",
		  "f.yaml:2: classes: a: L3: 0: 17 MiB are more than the cache has: 16 MiB, 16 ways of 1 "
		  "MiB" },
		{ "classes: {a: {L3: 17 ways}}\nguests: {g: {class: a}}\n",
		  "17 ways are more than the cache has: 16 ways" },
		{ "classes: {a: {L3: 0x10000}}\nguests: {g: {class: a}}\n",
		  "mask 0x10000 has bits beyond 0xffff: the cache has 16 ways" },
		{ "classes: {a: {partition: exclusive, L3: 16 ways}}\nguests: {g: {class: a}}\n",
		  "exclusive classes want a 16 ways; of 16 ways 1 are for the host, groups of others have 0, "
		  "masks of this "
		  "file 0: 15 are left" },
		{ "classes: {a: {partition: exclusive, L3: 10 ways}}\nguests: {g: {class: a}}\nhost: {ways: "
		  "8}\n",
		  "of 16 ways 8 are for the host" },
		{ "classes: {a: {L3: 10 ways}}\nguests: {g: {class: a}}\nhost: {ways: 8}\n",
		  "it wants 10 shared ways; of 16 ways exclusive classes have 0, the host 8 and groups of "
		  "others 0: 8 are left" },
		{ "classes: {a: {L3: 1 way}}\nguests: {g: {class: a}}\nhost: {ways: 17}\n",
		  "17 ways side by side have to be left for the host; of 16 ways groups of others have 0" },
		{ "classes: {a: {partition: exclusive, L3: 0xffff}}\nguests: {g: {class: a}}\n",
		  "1 ways side by side have to be left for the host; of 16 ways groups of others have 0 and "
		  "masks of this "
		  "file 16" },
		{ "classes: {a: {partition: exclusive, L3: 12 ways}, b: {L3: 6 ways}}\n"
		  "guests: {g: {class: a}, h: {class: b}}\n",
		  "classes: b: L3: 0: it wants 6 shared ways; of 16 ways exclusive classes have 12, the host "
		  "0 and groups of "
		  "others 0: 4 are left, at most 4 side by side" },
		{ "classes: {a: {partition: exclusive, L3: 0xf0}, b: {L3: 0x3c}}\n"
		  "guests: {g: {class: a}, h: {class: b}}\n",
		  "classes: b: L3: 0: mask 0x3c overlaps 0xf0 of class a, and one of them is exclusive" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(v) / sizeof(v[0]); i++) {
		struct sim s;

		sim_new(&s, v[i].yaml);
		sim_cache(&s, RDT_L3, 16, 16 * MIB, 8, "0");
		guests(&s, (const char *const[]){ "g", "h", NULL });
		expect_error(&s, v[i].says);
		sim_free(&s);
	}
}

static void a_cache_of_unknown_size_needs_ways(void **state)
{
	struct sim s;

	(void)state;
	sim_new(&s, gold_alone);
	sim_cache(&s, RDT_L3, 16, 0, 8, "0");
	sim_guest(&s, "db1", 1);
	expect_error(&s, "the kernel does not tell the size of this cache");
	sim_config(&s, "classes: {gold: {L3: 25%}}\nguests: {db1: {class: gold}}\n");
	settle(&s);
	sim_free(&s);
}

static void a_host_without_means_is_noted_and_required_it_is_an_error(void **state)
{
	struct plan p;
	struct sim s;

	(void)state;
	sim_new(&s, gold_and_bulk);
	guests(&s, three);
	sim_plan(&s, false, &p);
	assert_int_equal(p.n_errors, 0);
	assert_note(&p, "this host has no resctrl");
	assert_note(&p, "this host cannot monitor caches");
	assert_false(plan_changes(&p));
	plan_free(&p);
	s.caps.rdt.supported = true;
	sim_plan(&s, false, &p);
	assert_note(&p, "resctrl is not mounted: mount -t resctrl");
	plan_free(&p);
	/* no MBA, no monitoring */
	sim_cache(&s, RDT_L3, 16, 32 * MIB, 8, "0-1");
	sim_plan(&s, false, &p);
	assert_note(&p, "this host cannot divide MB");
	assert_note(&p, "this host cannot monitor caches");
	plan_free(&p);
	settle(&s);
	sim_config(&s, "classes: {gold: {L3: 4 ways, MB: 10%}}\n"
		       "guests: {db1: {class: gold, require: [MB]}, web1: {class: gold}, web2: {monitor: "
		       "yes, require: "
		       "monitor}}\n");
	sim_plan(&s, false, &p);
	assert_int_equal(p.n_errors, 2);
	assert_string_equal(p.errors[0], "f.yaml:3: guests: db1: require: MB: this host cannot divide MB");
	assert_string_equal(p.errors[1],
			    "f.yaml:3: guests: web2: require: monitor: this host cannot monitor caches");
	/* the other guest is not held up */
	assert_true(plan_changes(&p));
	for (size_t i = 0; i < p.n_steps; i++)
		assert_true(p.steps[i].guest == -1 || p.steps[i].guest == 1);
	plan_free(&p);
	sim_free(&s);
}

static void monitor_groups_end_with_the_rmids(void **state)
{
	struct plan p;
	struct sim s;

	(void)state;
	two_sockets(&s, gold_and_bulk);
	s.caps.rdt.num_rmids = 4;
	guests(&s, three);
	sim_plan(&s, false, &p);
	assert_note(&p, "all 4 ids for monitoring (RMIDs) are in use");
	plan_free(&p);
	settle(&s);
	sim_free(&s);
}

/* ---- over time */

static void groups_come_and_go_with_their_guests(void **state)
{
	struct sim s;

	(void)state;
	two_sockets(&s, gold_and_bulk);
	sim_guest(&s, "web1", 2);
	settle(&s);
	/* nobody is exclusive yet: the root has all */
	assert_groups(&s,
		      "root L3:0=fffff;1=fffff MB:0=100;1=100 | hvclaim-bulk L3:0=fc000;1=f MB:0=50;1=50");
	sim_guest(&s, "db1", 2);
	settle(&s);
	assert_groups(&s,
		      "root L3:0=fff00;1=ff000 MB:0=100;1=100 | hvclaim-bulk L3:0=fc000;1=f MB:0=50;1=50 | "
		      "hvclaim-gold exclusive L3:0=ff;1=ff0 MB:0=100;1=100 mon:hvclaim-db1");
	sim_free(&s);
}

static void stale_groups_are_reaped_and_strange_tasks_stay(void **state)
{
	struct rdt_group *g;
	struct plan p;
	struct sim s;

	(void)state;
	two_sockets(&s, gold_and_bulk);
	g = sim_group(&s, "hvclaim-dead", RDT_OURS, RDT_EXCLUSIVE, "L3:0=ff;1=ff");
	*(char **)append(g->mons, g->n_mons) = strdup("hvclaim-old");
	s.caps.rdt.groups[0].schemata[RDT_L3].v[0].value = 0xfff00;
	s.caps.rdt.groups[0].schemata[RDT_L3].v[1].value = 0xfff00;
	*(char **)append(s.caps.rdt.groups[0].mons, s.caps.rdt.groups[0].n_mons) = strdup("hvclaim-gone");
	*(char **)append(s.caps.rdt.groups[0].mons, s.caps.rdt.groups[0].n_mons) = strdup("theirs");
	guests(&s, three);
	settle(&s);
	for (size_t i = 0; i < s.caps.rdt.n_groups; i++)
		assert_string_not_equal(s.caps.rdt.groups[i].name, "hvclaim-dead");
	assert_int_equal(s.caps.rdt.groups[0].n_mons, 1);
	g = sim_group(&s, "hvclaim-busy", RDT_OURS, RDT_SHAREABLE, "L3:0=fff00;1=ff000");
	g->n_tasks = 1;
	sim_plan(&s, false, &p);
	assert_note(&p, "hvclaim-busy is not needed any more, but has tasks or CPUs that are no guest's");
	assert_false(plan_changes(&p));
	plan_free(&p);
	sim_free(&s);
}

static void a_new_class_where_ids_are_short_comes_after_the_old_one_went(void **state)
{
	struct sim s;

	(void)state;
	sim_new(&s, "classes: {a: {partition: exclusive, L3: 4 ways}}\nguests: {g: {class: a}}\n");
	sim_cache(&s, RDT_L3, 12, 12 * MIB, 2, "0");
	sim_guest(&s, "g", 1);
	settle(&s);
	sim_config(&s, "classes: {b: {partition: exclusive, L3: 6 ways}}\nguests: {g: {class: b}}\n");
	settle(&s);
	assert_groups(&s, "root L3:0=fc0 | hvclaim-b exclusive L3:0=3f");
	sim_config(&s, "guests: {g: {}}\n");
	settle(&s);
	assert_groups(&s, "root L3:0=fff");
	assert_string_equal(s.guests.v[0].threads[0].rdt_group, "");
	sim_free(&s);
}

static void exclusive_classes_change_places(void **state)
{
	static const char *const yaml[] = {
		"classes: {a: {partition: exclusive, L3: 0xf}, b: {partition: exclusive, L3: 0xf0}}\n"
		"guests: {a: {class: a}, b: {class: b}}\n",
		"classes: {a: {partition: exclusive, L3: 0xf0}, b: {partition: exclusive, L3: 0xf}}\n"
		"guests: {a: {class: a}, b: {class: b}}\n",
		"classes: {a: {partition: exclusive, L3: 0xff0}, b: {L3: 0xf}}\n"
		"guests: {a: {class: a}, b: {class: b}}\n",
		"classes: {a: {L3: 0xff0}, b: {partition: exclusive, L3: 0x7}}\n"
		"guests: {a: {class: a}, b: {class: b}}\n",
		"classes: {b: {partition: exclusive, L3: 0x700}}\n"
		"guests: {a: {}, b: {class: b}}\n",
	};
	struct sim s;

	(void)state;
	sim_new(&s, yaml[0]);
	sim_cache(&s, RDT_L3, 12, 12 * MIB, 4, "0");
	guests(&s, (const char *const[]){ "a", "b", NULL });
	/* each after each */
	for (size_t i = 0; i < 5; i++)
		for (size_t k = 0; k < 5; k++) {
			sim_config(&s, yaml[i]);
			settle(&s);
			sim_config(&s, yaml[k]);
			settle(&s);
		}
	sim_free(&s);
}

/* An apply that is killed after any step, and done again, ends where one that was not killed does. */
static void killed_at_any_step_the_end_is_the_same(void **state)
{
	static const char *const from[] = {
		"guests: {db1: {}}\n",
		"classes: {old: {partition: exclusive, L3: 0xff000}, bulk: {L3: 10%}}\n"
		"guests: {db1: {class: old, monitor: true}, web1: {class: bulk}, web2: {class: bulk}}\n",
	};

	(void)state;
	for (size_t f = 0; f < 2; f++) {
		char *expected = NULL;

		for (size_t killed = 0; killed < 60; killed++) {
			struct plan p;
			struct sim s;
			char *end;

			two_sockets(&s, from[f]);
			guests(&s, three);
			settle(&s);
			sim_config(&s, gold_and_bulk);
			sim_plan(&s, false, &p);
			assert_true(p.n_errors == 0);
			if (!sim_apply(&s, &p, killed ? killed : SIZE_MAX))
				fail_msg("refused: %s", s.refused);
			plan_free(&p);
			settle(&s);
			end = sim_state(&s);
			if (!expected)
				expected = strdup(end);
			assert_string_equal(end, expected);
			free(end);
			sim_free(&s);
		}
		free(expected);
	}
}

static void only_the_named_guest_is_changed(void **state)
{
	static const char *const only[] = { "web1" };
	struct plan p;
	struct sim s;
	struct plan_args a;

	(void)state;
	two_sockets(&s, gold_and_bulk);
	guests(&s, three);
	a = (struct plan_args){
		.qos = &s.cfg->qos, .guests = &s.guests, .caps = &s.caps, .only = only, .n_only = 1
	};
	assert_int_equal(plan_make(&a, &p), 0);
	assert_true(sim_apply(&s, &p, SIZE_MAX));
	plan_free(&p);
	assert_groups(&s,
		      "root L3:0=fffff;1=fffff MB:0=100;1=100 | hvclaim-bulk L3:0=fc000;1=f MB:0=50;1=50");
	settle(&s);
	/* and taken back alone, while the others stay */
	a.clear = true;
	assert_int_equal(plan_make(&a, &p), 0);
	assert_true(sim_apply(&s, &p, SIZE_MAX));
	plan_free(&p);
	assert_string_equal(s.guests.v[1].threads[0].rdt_group, "");
	assert_string_equal(s.guests.v[2].threads[0].rdt_group, "hvclaim-bulk");
	assert_string_equal(s.guests.v[0].threads[0].rdt_group, "hvclaim-gold");
	sim_free(&s);
}

static void a_root_class_made_small_by_others_stays_small(void **state)
{
	struct sim s;

	(void)state;
	sim_new(&s, "classes: {gold: {partition: exclusive, L3: 2 ways}}\nguests: {db1: {class: gold}}\n");
	sim_cache(&s, RDT_L3, 12, 12 * MIB, 4, "0");
	s.caps.rdt.groups[0].schemata[RDT_L3].v[0].value = 0xff;
	sim_guest(&s, "db1", 1);
	settle(&s);
	assert_groups(&s, "root L3:0=fc | hvclaim-gold exclusive L3:0=3");
	settle_as(&s, true);
	assert_groups(&s, "root L3:0=ff");
	sim_free(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
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
		cmocka_unit_test(four_class_ids_for_nine_guests),
		cmocka_unit_test(exclusive_classes_never_share_an_id),
		cmocka_unit_test(the_file_may_have_more_than_fits_as_long_as_it_does_not_run),
		cmocka_unit_test(groups_of_libvirt_and_pqos_are_respected),
		cmocka_unit_test(a_mask_over_a_group_of_others_is_an_error),
		cmocka_unit_test(pqos_with_all_class_ids),
		cmocka_unit_test(a_cachetune_of_the_guest_stands),
		cmocka_unit_test(what_is_impossible_is_an_error_with_the_arithmetic),
		cmocka_unit_test(a_cache_of_unknown_size_needs_ways),
		cmocka_unit_test(a_host_without_means_is_noted_and_required_it_is_an_error),
		cmocka_unit_test(monitor_groups_end_with_the_rmids),
		cmocka_unit_test(groups_come_and_go_with_their_guests),
		cmocka_unit_test(stale_groups_are_reaped_and_strange_tasks_stay),
		cmocka_unit_test(a_new_class_where_ids_are_short_comes_after_the_old_one_went),
		cmocka_unit_test(exclusive_classes_change_places),
		cmocka_unit_test(killed_at_any_step_the_end_is_the_same),
		cmocka_unit_test(only_the_named_guest_is_changed),
		cmocka_unit_test(a_root_class_made_small_by_others_stays_small),
	};

	return cmocka_run_group_tests_name("plan-rdt", tests, NULL, NULL);
}
