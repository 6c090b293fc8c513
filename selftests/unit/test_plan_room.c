// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_plan_room.c - classes for which there is no room: class ids, groups of others, ways
 */
#include <string.h>

#include "lib/append.h"
#include "lib/hostfs.h"
#include "simplan.h"

/* ---- class ids */

static void four_class_ids_for_nine_guests(void **state)
{
	static const char *const nine[] = { "g1", "g2", "g3", "g4", "g5", "g6", "g7", "g8", "g9", NULL };
	char *yaml = strdup("classes:\n"), *distinct = strdup("classes:\n");
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
	settle(&s, false);
	assert_groups(&s, "root L3:0=fff | hvclaim-c1 L3:0=c00 | hvclaim-c2 L3:0=380 | hvclaim-c3 L3:0=40");
	expect_note(&s, "its class c9 has the group of class c3, which wants the same");
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
	settle(&s, false);
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
	settle(&s, true);
	sim_free(&s);
}

static void the_file_may_have_more_than_fits_as_long_as_it_does_not_run(void **state)
{
	struct sim s;

	(void)state;
	sim_new(&s,
		"classes: {a: {partition: exclusive, L3: 8 ways}, b: {partition: exclusive, L3: 8 ways}}\n"
		"guests: {a: {class: a}, b: {class: b}}\n");
	sim_cache(&s, RDT_L3, 12, 12 * MIB, 8, "0");
	sim_guest(&s, "b", 1);
	expect_note(&s, "there is no room for all 2 classes of the file at once");
	settle(&s, false);
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
	settle(&s, false);
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
	settle(&s, false);
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
	settle(&s, false);
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
	settle(&s, false);
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
	expect_note(&s, "resctrl is not mounted: mount -t resctrl");
	/* no MBA, no monitoring */
	sim_cache(&s, RDT_L3, 16, 32 * MIB, 8, "0-1");
	sim_plan(&s, false, &p);
	assert_note(&p, "this host cannot divide MB");
	assert_note(&p, "this host cannot monitor caches");
	plan_free(&p);
	settle(&s, false);
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
	struct sim s;

	(void)state;
	two_sockets(&s, gold_and_bulk);
	s.caps.rdt.num_rmids = 4;
	guests(&s, three);
	expect_note(&s, "all 4 ids for monitoring (RMIDs) are in use");
	settle(&s, false);
	sim_free(&s);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
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
	};

	return cmocka_run_group_tests_name("plan-room", tests, NULL, NULL);
}
