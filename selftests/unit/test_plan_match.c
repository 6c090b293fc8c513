// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_plan_match.c - which entry of the file a running guest has
 */
#include <string.h>

#include "lib/hostfs.h"
#include "simplan.h"

static void two_entries_for_one_guest_are_an_error(void **state)
{
	struct plan p;
	struct sim s;

	(void)state;
	sim_new(&s, "guests:\n  a: {match: {libvirt: \"db-*\"}, cpu: {weight: 2}}\n"
		    "  b: {match: {uuid: 01234567-89ab-cdef-0123-456789abcdef}, cpu: {weight: 3}}\n"
		    "  c: {match: {libvirt: \"web?\", unit: \"machine-*.scope\"}, cpu: {weight: 4}}\n");
	sim_guest(&s, "db-1", 1)->uuid = strdup("01234567-89ab-cdef-0123-456789abcdef");
	sim_guest(&s, "db-2", 1);
	sim_guest(&s, "web1", 1);
	sim_guest(&s, "other", 1);
	sim_plan(&s, false, &p);
	assert_int_equal(p.n_errors, 1);
	assert_string_equal(
		p.errors[0],
		"f.yaml:4: guests: b: its match fits the running guest db-1, and so does a in f.yaml:3");
	/* the others are not held up */
	assert_int_equal(p.n_steps, 2);
	assert_int_equal(p.steps[0].guest, 1);
	assert_string_equal(p.steps[0].name, "a");
	assert_int_equal(p.steps[1].guest, 2);
	assert_string_equal(p.steps[1].want, "4");
	plan_free(&p);
	sim_free(&s);
}

static void every_way_to_match(void **state)
{
	static const struct {
		const char *match;
		bool fits;
	} v[] = {
		{ "libvirt: db1", false },	   { "qemu: \"d?1\"", true },
		{ "proxmox: 101", false },	   { "xen: db1", false },
		{ "unit: \"hvm-*\"", true },	   { "unit: x", false },
		{ "pidfile: /run/db1.pid", true }, { "pidfile: \"/run/*.pid\"", true },
		{ "pidfile: /run/db", false },	   { "cgroup: \"/machine.slice/*\"", true },
		{ "cgroup: \"/*\"", false },	   { "uuid: 01234567-89AB-cdef-0123-456789abcdef", true },
		{ "qemu: db1, unit: x", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(v) / sizeof(v[0]); i++) {
		char *yaml = text_fmt("guests: {g: {match: {%s}}}\n", v[i].match);
		struct guest g = { .name = (char *)"db1",
				   .kind = GUEST_QEMU,
				   .uuid = (char *)"01234567-89ab-cdef-0123-456789abcdef",
				   .unit = (char *)"hvm-db1.scope",
				   .pidfile = (char *)"/run/db1.pid",
				   .cgroup = (char *)"/machine.slice/hvm-db1.scope" };
		struct sim s;

		sim_new(&s, yaml);
		if (guest_matches(&g, &s.cfg->qos.guests[0]) != v[i].fits)
			fail_msg("%s", v[i].match);
		sim_free(&s);
		free(yaml);
	}
}

static void a_stranger_fits_only_by_what_is_not_its_own_word(void **state)
{
	static const struct {
		const char *match;
		bool fits, homeless;
	} v[] = {
		{ "qemu: db1", false, false },
		{ "uuid: 01234567-89AB-cdef-0123-456789abcdef", false, false },
		{ "pidfile: /run/db1.pid", false, false },
		{ "qemu: db1, user: alice", true, false },
		{ "user: alice", true, true },
		{ "user: \"1000\"", true, false },
		{ "user: bob", false, false },
		{ "user: root", false, false },
		{ "user: \"100x\"", false, false },
		{ "unit: hvm-db1.scope", true, false },
		{ "cgroup: \"/machine.slice/*\"", true, false },
		{ "unit: hvm-db1.scope", false, true },
		{ "cgroup: \"/machine.slice/*\"", false, true },
	};
	struct guest g = { .name = (char *)"db1",
			   .kind = GUEST_QEMU,
			   .stranger = true,
			   .user = (char *)"alice",
			   .uid = 1000,
			   .uuid = (char *)"01234567-89ab-cdef-0123-456789abcdef",
			   .unit = (char *)"hvm-db1.scope",
			   .pidfile = (char *)"/run/db1.pid",
			   .cgroup = (char *)"/machine.slice/hvm-db1.scope" };
	struct sim s;

	(void)state;
	for (size_t i = 0; i < sizeof(v) / sizeof(v[0]); i++) {
		char *yaml = text_fmt("guests: {g: {match: {%s}}}\n", v[i].match);

		g.homeless = v[i].homeless;
		sim_new(&s, yaml);
		if (guest_matches(&g, &s.cfg->qos.guests[0]) != v[i].fits)
			fail_msg("%s", v[i].match);
		sim_free(&s);
		free(yaml);
	}
	sim_new(&s, "guests: {db1: {cpu: {weight: 2}}}\n");
	assert_false(guest_matches(&g, &s.cfg->qos.guests[0]));
	assert_true(guest_pretends(&g, &s.cfg->qos.guests[0]));
	sim_free(&s);
}

static void a_stranger_by_the_name_of_a_guest_is_told_and_gets_nothing(void **state)
{
	struct guest *g;
	struct sim s;

	(void)state;
	g = one_guest(&s, "cpu: {weight: 300}");
	g->stranger = true;
	g->user = strdup("alice");
	expect_note(&s, "says that it is this guest, but is not root's: it gets nothing unless match: names "
			"its user, alice");
	expect_steps(&s, false, "");
	sim_free(&s);
}

static void all_guests_at_once_match_as_each_alone(void **state)
{
	static const char *const names[] = { "b", "nobody", "db-2", "a", "db-1", "b", "c", "db-10" };
	static const int entries[] = {
		3, GUEST_NO_ENTRY, 1, 0, GUEST_TWO_ENTRIES, 3, GUEST_NO_ENTRY, GUEST_TWO_ENTRIES
	};
	int entry[sizeof(entries) / sizeof(entries[0])];
	struct sim s;

	(void)state;
	/* names in no order; one of them is also meant by a pattern, and one by two patterns */
	sim_new(&s, "guests:\n  a: {cpu: {weight: 2}}\n  x: {match: {qemu: \"db-*\"}}\n  db-1: {}\n"
		    "  b: {cpu: {weight: 3}}\n  c: {match: {qemu: db-10}}\n");
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		sim_guest(&s, names[i], 1)->kind = GUEST_QEMU;
	assert_int_equal(guests_match(&s.cfg->qos, &s.guests, entry), 0);
	for (size_t i = 0; i < s.guests.n; i++)
		if (entry[i] != entries[i])
			fail_msg("%s: %d", names[i], entry[i]);
	s.guests.v[5].stranger = true;
	assert_int_equal(guests_match(&s.cfg->qos, &s.guests, entry), 0);
	assert_int_equal(entry[5], GUEST_NO_ENTRY);
	/* what two entries mean is looked at as a whole */
	assert_int_equal(guest_needs(&s.cfg->qos, &s.guests.v[0], entry[0]), 1U << KNOB_CPU_WEIGHT);
	assert_int_equal(guest_needs(&s.cfg->qos, &s.guests.v[1], entry[1]), 0);
	assert_int_equal(guest_needs(&s.cfg->qos, &s.guests.v[4], entry[4]), GUEST_EVERYTHING);
	sim_free(&s);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_entries_for_one_guest_are_an_error),
		cmocka_unit_test(every_way_to_match),
		cmocka_unit_test(a_stranger_fits_only_by_what_is_not_its_own_word),
		cmocka_unit_test(a_stranger_by_the_name_of_a_guest_is_told_and_gets_nothing),
		cmocka_unit_test(all_guests_at_once_match_as_each_alone),
	};

	return cmocka_run_group_tests_name("plan-match", tests, NULL, NULL);
}
