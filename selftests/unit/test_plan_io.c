// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_plan_io.c - a guest's I/O priority, weights and limits
 */
#include <string.h>

#include "simplan.h"

static void io_priority_of_every_thread(void **state)
{
	struct sim s;

	(void)state;
	one_guest(&s, "io: {priority: be/2}");
	expect_steps(
		&s, false,
		"ioprio 1000 be/2\nioprio 1001 be/2\nioprio 1002 be/2\nioprio 1003 be/2\nioprio 1004 be/2");
	settle(&s, false);
	assert_int_equal(s.guests.v[0].threads[0].ioprio, 2 << 13 | 2);
	rekey(&s, "io: {priority: idle}");
	settle(&s, false);
	assert_int_equal(s.guests.v[0].threads[0].ioprio, 3 << 13);
	settle(&s, true);
	assert_int_equal(s.guests.v[0].threads[0].ioprio, 0);
	sim_free(&s);
}

static void io_weights_through_systemd_are_stretched_for_bfq(void **state)
{
	struct sim s;

	(void)state;
	one_guest(&s, "io: {weight: 300, devices: {/dev/sdc: {weight: 2000}}}");
	sim_block(&s, "sda", "bfq", false);
	sim_block(&s, "sdb", "mq-deadline", true);
	sim_block(&s, "sdc", "bfq", false);
	/* 2300 becomes 300 in bfq's scale, and 10000 becomes 1000 */
	expect_note(&s, "sdc: bfq knows weights up to 1000: 2000 is cut");
	expect_steps(&s, false, "IOWeight 300\nIODeviceWeight /dev/sda 2300\nIODeviceWeight /dev/sdc 10000");
	settle(&s, false);
	expect_steps(&s, true, "IODeviceWeight \nIOWeight infinity");
	settle(&s, true);
	rekey(&s, "io: {weight: 50}");
	expect_steps(&s, false, "IOWeight 50");
	sim_free(&s);
}

static void io_weights_in_files_are_what_the_file_says(void **state)
{
	struct guest *g;
	struct sim s;

	(void)state;
	g = plain_guest(&s, "io: {weight: 300, devices: {/dev/sdb: {weight: 500}}}");
	sim_file(g, "io.weight", "default 100");
	sim_file(g, "io.bfq.weight", "100");
	sim_block(&s, "sda", "bfq", false);
	sim_block(&s, "sdb", "none", true);
	expect_steps(&s, false,
		     "io.weight default 300\n"
		     "io.bfq.weight 300\n"
		     "io.weight 8:32 500\n"
		     "io.bfq.weight 8:32 500");
	sim_file(g, "io.weight", "default 300\n8:32 500");
	sim_file(g, "io.bfq.weight", "300\n8:32 500");
	expect_steps(&s, false, "");
	sim_free(&s);
}

static void where_the_controller_is_on_only_files_that_are_there_are_written(void **state)
{
	struct guest *g;
	struct sim s;

	(void)state;
	/* off: the disks tell which files there will be */
	g = plain_guest(&s, "io: {weight: 300}");
	sim_block(&s, "sda", "bfq", false);
	expect_steps(&s, false, "io.bfq.weight 300");
	/* on, and io.max was not read as nobody asks for limits */
	sim_file(g, "io.weight", "default 100");
	expect_steps(&s, false, "io.weight default 300");
	sim_free(&s);
	g = plain_guest(&s, "io: {weight: 300}");
	sim_block(&s, "sda", "bfq", false);
	sim_file(g, "io.max", "");
	expect_steps(&s, false, "");
	sim_free(&s);
}

static void weights_without_effect_are_noted(void **state)
{
	struct sim s;

	(void)state;
	one_guest(&s, "io: {weight: 300}");
	sim_block(&s, "sda", "none", false);
	sim_block(&s, "sdb", "mq-deadline", false);
	expect_note(&s, "no effect: no disk of this host has the scheduler bfq or iocost on");
	rekey(&s, "io: {weight: 300}, require: [io.weight]");
	expect_error(&s, "require: io.weight: no effect");
	rekey(&s, "io: {devices: {/dev/sda: {weight: 5}}}");
	expect_note(&s, "sda: no effect: its scheduler is none and iocost is off; hvclaim io enable sda "
			"changes that");
	rekey(&s, "io: {devices: {/dev/sdz: {weight: 5}}}");
	expect_error(&s, "f.yaml:2: guests: g: io: devices: /dev/sdz: there is no such disk");
	/* two names for one disk, of which each apply would set the other */
	free(s.caps.paths[1].path);
	s.caps.paths[1] = (struct caps_path){ .path = strdup("/dev/sda1"), .block = 0 };
	rekey(&s, "io: {devices: {/dev/sda: {rbps: 5M}, /dev/sda1: {rbps: 6M}}}");
	expect_error(
		&s, "f.yaml:2: guests: g: io: devices: /dev/sda1: is on the disk sda, as is /dev/sda: one of "
		    "them");
	sim_free(&s);
}

static void io_limits(void **state)
{
	static const char keys[] = "io: {devices: {/dev/sda: {rbps: 500M, wbps: max, riops: 2k}}}";
	struct guest *g;
	struct sim s;

	(void)state;
	g = one_guest(&s, keys);
	sim_block(&s, "sda", "none", false);
	expect_steps(&s, false, "IOReadBandwidthMax /dev/sda 500000000\nIOReadIOPSMax /dev/sda 2000");
	settle(&s, false);
	/* somebody wrote past systemd */
	sim_file(g, "io.max", "8:16 rbps=1 wbps=max riops=2000 wiops=max");
	expect_steps(&s, false, "IOReadBandwidthMax /dev/sda 500000000");
	sim_free(&s);

	g = plain_guest(&s, keys);
	sim_block(&s, "sda", "none", false);
	sim_file(g, "io.max", "8:0 rbps=7 wbps=max riops=max wiops=max");
	expect_steps(&s, false, "io.max 8:16 rbps=500000000 wbps=max riops=2000");
	sim_file(g, "io.max",
		 "8:0 rbps=7 wbps=max riops=max wiops=max\n8:16 rbps=500000000 wbps=max riops=2000 wiops=9");
	expect_steps(&s, false, "");
	expect_steps(&s, true, "io.max 8:16 rbps=max wbps=max riops=max");
	sim_free(&s);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(io_priority_of_every_thread),
		cmocka_unit_test(io_weights_through_systemd_are_stretched_for_bfq),
		cmocka_unit_test(io_weights_in_files_are_what_the_file_says),
		cmocka_unit_test(where_the_controller_is_on_only_files_that_are_there_are_written),
		cmocka_unit_test(weights_without_effect_are_noted),
		cmocka_unit_test(io_limits),
	};

	return cmocka_run_group_tests_name("plan-io", tests, NULL, NULL);
}
