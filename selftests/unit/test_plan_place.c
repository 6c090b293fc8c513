// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_plan_place.c - CPUs and nodes of a guest's threads and memory
 */
#include "simplan.h"

static void threads_are_pinned_by_role(void **state)
{
	struct guest *g;
	struct sim s;

	(void)state;
	one_guest(&s, "pin: {vcpus: {0: 8, all: 9-11}, emulator: 0-1, vhost: 2}");
	expect_steps(&s, false, "cpus 1002 8\ncpus 1003 9-11\ncpus 1000 0-1\ncpus 1001 0-1\ncpus 1004 2");
	settle(&s, false);
	expect_steps(&s, true,
		     "cpus 1002 0-15\ncpus 1003 0-15\ncpus 1000 0-15\ncpus 1001 0-15\ncpus 1004 0-15");
	/* a role that is not in the file is left alone, and so is a thread that no key is for */
	rekey(&s, "pin: {vcpus: {1: 3}}");
	expect_steps(&s, false, "cpus 1003 3");
	rekey(&s, "pin: {vcpus: {7: 3}}");
	expect_note(&s, "it has no vcpu 7");
	expect_steps(&s, false, "");
	rekey(&s, "pin: {vcpus: 14-17}");
	expect_note(&s, "CPUs 16-17 are not online");
	expect_steps(&s, false, "cpus 1002 14-15\ncpus 1003 14-15");
	rekey(&s, "pin: {vcpus: 16-17}");
	expect_error(&s,
		     "f.yaml:2: guests: g: pin: vcpus: none of CPUs 16-17 is there for it: it can have 0-15");
	g = &s.guests.v[0];
	sim_file(g, "cpuset.cpus.effective", "0-3");
	rekey(&s, "pin: {vcpus: 8}");
	expect_error(&s, "none of CPUs 8 is there for it: it can have 0-3");
	rekey(&s, "pin: {vcpus: 8}, cpu: {cpus: 8-9}");
	expect_steps(&s, false, "AllowedCPUs 8-9\ncpus 1003 8");
	rekey(&s, "cpu: {cpus: 20-21}");
	expect_error(&s, "cpu: cpus: none of 20-21 is online; online are 0-15");
	sim_free(&s);
}

static void memory_is_moved_once_to_the_preferred_node(void **state)
{
	struct guest *g;
	struct sim s;

	(void)state;
	g = one_guest(&s, "numa: {prefer: 0}");
	g->n_nodes = 2;
	g->node_bytes = calloc(2, sizeof(*g->node_bytes));
	g->node_bytes[0] = 1000;
	g->node_bytes[1] = 500;
	expect_steps(&s, false, "migrate 1000 0");
	settle(&s, false);
	g->node_bytes[1] = 10; /* a little is always elsewhere */
	expect_steps(&s, false, "");
	g->node_bytes[1] = 500;
	g->passthrough = true;
	expect_note(&s, "500 bytes are on other nodes, and stay there: a device that it has pins its memory");
	rekey(&s, "numa: {prefer: 3}");
	expect_error(&s, "numa: prefer: this host has no node 3, of 1");
	rekey(&s, "numa: {mems: \"0,3\"}");
	expect_error(&s, "numa: mems: this host has no node 3, of 1");
	sim_free(&s);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(threads_are_pinned_by_role),
		cmocka_unit_test(memory_is_moved_once_to_the_preferred_node),
	};

	return cmocka_run_group_tests_name("plan-place", tests, NULL, NULL);
}
