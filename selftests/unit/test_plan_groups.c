// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_plan_groups.c - groups of classes come, change and go, killed at any step
 */
#include <string.h>

#include "lib/append.h"
#include "simplan.h"

static void groups_come_and_go_with_their_guests(void **state)
{
	struct sim s;

	(void)state;
	two_sockets(&s, gold_and_bulk);
	sim_guest(&s, "web1", 2);
	settle(&s, false);
	/* nobody is exclusive yet: the root has all */
	assert_groups(&s,
		      "root L3:0=fffff;1=fffff MB:0=100;1=100 | hvclaim-bulk L3:0=fc000;1=f MB:0=50;1=50");
	sim_guest(&s, "db1", 2);
	settle(&s, false);
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
	settle(&s, false);
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
	settle(&s, false);
	sim_config(&s, "classes: {b: {partition: exclusive, L3: 6 ways}}\nguests: {g: {class: b}}\n");
	settle(&s, false);
	assert_groups(&s, "root L3:0=fc0 | hvclaim-b exclusive L3:0=3f");
	sim_config(&s, "guests: {g: {}}\n");
	settle(&s, false);
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
			settle(&s, false);
			sim_config(&s, yaml[k]);
			settle(&s, false);
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
			settle(&s, false);
			sim_config(&s, gold_and_bulk);
			sim_plan(&s, false, &p);
			assert_true(p.n_errors == 0);
			if (!sim_apply(&s, &p, killed ? killed : SIZE_MAX))
				fail_msg("refused: %s", s.refused);
			plan_free(&p);
			settle(&s, false);
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
	settle(&s, false);
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
	settle(&s, false);
	assert_groups(&s, "root L3:0=fc | hvclaim-gold exclusive L3:0=3");
	settle(&s, true);
	assert_groups(&s, "root L3:0=ff");
	sim_free(&s);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(groups_come_and_go_with_their_guests),
		cmocka_unit_test(stale_groups_are_reaped_and_strange_tasks_stay),
		cmocka_unit_test(a_new_class_where_ids_are_short_comes_after_the_old_one_went),
		cmocka_unit_test(exclusive_classes_change_places),
		cmocka_unit_test(killed_at_any_step_the_end_is_the_same),
		cmocka_unit_test(only_the_named_guest_is_changed),
		cmocka_unit_test(a_root_class_made_small_by_others_stays_small),
	};

	return cmocka_run_group_tests_name("plan-groups", tests, NULL, NULL);
}
