// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_plan_past.c - what an earlier apply set and the file does not ask for any more is taken back
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "apply/guest_past.h"
#include "lib/hostfs.h"
#include "simhost.h"

static void rekey(struct sim *s, const char *keys)
{
	char *yaml = keys ? text_fmt("guests: {g: {%s}}\n", keys) : text_fmt("guests: {x: {}}\n");

	sim_config(s, yaml);
	free(yaml);
}

/* Applies, and keeps what was asked for as `guest apply` does. Returns the steps that changed something, as lines. */
static char *apply(struct sim *s, bool clear)
{
	char *text = strdup("");
	struct plan p;

	sim_plan(s, clear, &p);
	if (p.n_errors)
		fail_msg("%s", p.errors[0]);
	for (size_t i = 0; i < p.n_steps; i++)
		if (p.steps[i].changes && p.steps[i].tid)
			text_add(&text, "%s%d %s", *text ? "\n" : "", (int)p.steps[i].tid, p.steps[i].want);
		else if (p.steps[i].changes)
			text_add(&text, "%s%s %s", *text ? "\n" : "", p.steps[i].key, p.steps[i].want);
	if (!sim_apply(s, &p, SIZE_MAX))
		fail_msg("refused: %s", s->refused);
	assert_int_equal(p.n_asked, s->guests.n);
	sim_keep(s, &p);
	plan_free(&p);
	return text;
}

static void expect(struct sim *s, bool clear, const char *expected)
{
	char *text = apply(s, clear);

	assert_string_equal(text, expected);
	free(text);
	text = apply(s, clear);
	assert_string_equal(text, "");
	free(text);
}

static void settle(struct sim *s, const char *keys)
{
	char *text;

	rekey(s, keys);
	text = apply(s, false);
	free(text);
	expect(s, false, "");
}

/* "cpu.weight pin.vcpus:*" */
static void expect_past(const struct sim *s, const char *expected)
{
	const struct guest *g = &s->guests.v[0];
	char *text = strdup("");

	for (size_t i = 0; i < g->n_past; i++)
		text_add(&text, "%s%s", *text ? " " : "", g->past[i]);
	assert_string_equal(text, expected);
	free(text);
}

static struct guest *start(struct sim *s, bool systemd)
{
	struct guest *g;

	sim_new(s, "guests: {g: {}}\n");
	g = sim_guest(s, "g", 2);
	s->caps.systemd = systemd;
	if (!systemd) {
		free(g->unit);
		g->unit = NULL;
	}
	return g;
}

static const char everything[] =
	"cpu: {weight: 300, quota: 400%, burst: 100%, cpus: 0-7, partition: isolated}, numa: {mems: 0}, "
	"io: {priority: be/2}, memory: {min: 1G, low: 2G, high: 30G, max: 32G, swap: 0}, pin: {vcpus: 1}";

static const char words[] = "cpu.weight cpu.quota cpu.burst cpu.cpus cpu.partition numa.mems io.priority "
			    "memory.min memory.low memory.high memory.max memory.swap pin.vcpus:*";

static void a_key_that_goes_takes_its_value_along(void **state)
{
	struct guest *g;
	struct sim s;

	(void)state;
	g = start(&s, false);
	sim_file(g, "cpu.max.burst", "0");
	settle(&s, everything);
	expect_past(&s, words);
	rekey(&s, "cpu: {weight: 300}");
	expect(&s, false,
	       "cpuset.cpus.partition member\ncpu.max max 100000\ncpu.max.burst 0\ncpuset.cpus 0-15\n"
	       "memory.min 0\nmemory.low 0\nmemory.high max\nmemory.max max\nmemory.swap.max max\n"
	       "1002 0-15\n1003 0-15\n1000 none\n1001 none\n1002 none\n1003 none\n1004 none");
	expect_past(&s, "cpu.weight");
	assert_string_equal(guest_file(g, "cpu.weight"), "300");
	/* what somebody else sets later is theirs */
	sim_file(g, "memory.high", "4096");
	expect(&s, false, "");
	guest_past_forget(g);
	sim_free(&s);
}

static void so_does_a_whole_entry_and_clear(void **state)
{
	struct guest *g;
	struct sim s;

	(void)state;
	g = start(&s, true);
	settle(&s, "cpu: {weight: 300}, memory: {high: 1G}");
	rekey(&s, NULL);
	expect(&s, false, "CPUWeight infinity\nMemoryHigh infinity");
	expect_past(&s, "");
	settle(&s, "cpu: {weight: 300}, memory: {high: 1G}");
	rekey(&s, "memory: {high: 2G}");
	expect(&s, true, "CPUWeight infinity\nMemoryHigh infinity");
	expect_past(&s, "");
	assert_int_equal(g->n_past, 0);
	sim_free(&s);
}

static void threads_that_still_have_a_place_keep_it(void **state)
{
	struct guest *g;
	struct sim s;
	char *text;

	(void)state;
	g = start(&s, true);
	settle(&s, "pin: {vcpus: 1, emulator: 2}");
	rekey(&s, "pin: {vcpus: {1: 3}}");
	expect(&s, false, "1002 0-15\n1000 0-15\n1001 0-15\n1003 3");
	expect_past(&s, "pin.vcpus:1");
	rekey(&s, "pin: {vcpus: 4}");
	expect(&s, false, "1002 4\n1003 4");
	/* a list of CPUs that goes does not keep threads from where they are to be */
	settle(&s, "cpu: {cpus: 0-3}, pin: {vcpus: 1}");
	sim_file(g, "cpuset.cpus.effective", "0-3");
	rekey(&s, "pin: {vcpus: 8}");
	text = apply(&s, false);
	assert_string_equal(text, "AllowedCPUs \n1002 8\n1003 8");
	free(text);
	guest_past_forget(g);
	sim_free(&s);
}

static void disks_are_forgotten_one_by_one(void **state)
{
	struct guest *g;
	struct sim s;

	(void)state;
	g = start(&s, false);
	sim_block(&s, "sda", "bfq", false);
	sim_block(&s, "sdb", "none", true);
	sim_file(g, "io.weight", "default 100");
	sim_file(g, "io.bfq.weight", "100");
	sim_file(g, "io.max", "");
	settle(&s, "io: {weight: 300, devices: {/dev/sda: {rbps: 1M, riops: 100}, /dev/sdb: {weight: 500}}}");
	expect_past(&s, "io.weight io.max:sda:rbps io.max:sda:riops io.weight:sdb");
	assert_string_equal(guest_file(g, "io.weight"), "default 300\n8:32 500");
	rekey(&s, "io: {weight: 300, devices: {/dev/sda: {riops: 100}}}");
	expect(&s, false, "io.max 8:16 rbps=max\nio.weight 8:32 default\nio.bfq.weight 8:32 default");
	rekey(&s, "cpu: {weight: 100}");
	expect(&s, false, "io.weight default 100\nio.bfq.weight 100\nio.max 8:16 riops=max\ncpu.weight 100");
	guest_past_forget(g);
	sim_free(&s);
}

static void systemd_empties_its_list_of_weights_and_gets_the_others_again(void **state)
{
	struct guest *g;
	struct sim s;

	(void)state;
	g = start(&s, true);
	sim_block(&s, "sda", "bfq", false);
	sim_block(&s, "sdb", "none", true);
	settle(&s, "io: {devices: {/dev/sda: {weight: 100, wbps: 1M}, /dev/sdb: {weight: 500, wbps: 1M}}}");
	rekey(&s, "io: {devices: {/dev/sdb: {weight: 500, wbps: 1M}}}");
	expect(&s, false,
	       "IODeviceWeight \nIOWriteBandwidthMax /dev/sda infinity\nIODeviceWeight /dev/sdb 500");
	assert_string_equal(guest_prop(g, "IODeviceWeight"), "/dev/sdb 500");
	guest_past_forget(g);
	sim_free(&s);
}

static void what_the_guests_manager_has_set_is_not_ours(void **state)
{
	struct guest *g;
	struct sim s;

	(void)state;
	g = start(&s, true);
	g->foreign = calloc(1, sizeof(*g->foreign));
	g->n_foreign = 1;
	g->foreign[0] = (struct guest_foreign){ AREA_CPU, strdup("libvirt's cputune: shares") };
	settle(&s, "cpu: {weight: 300}, memory: {high: 1G}");
	expect_past(&s, "memory.high");
	rekey(&s, NULL);
	expect(&s, false, "MemoryHigh infinity");
	sim_free(&s);
}

static void an_entry_with_an_error_loses_nothing(void **state)
{
	struct plan p;
	struct sim s;

	(void)state;
	start(&s, true);
	settle(&s, "cpu: {weight: 300}, memory: {high: 1G}");
	rekey(&s, "cpu: {cpus: 20}");
	sim_plan(&s, false, &p);
	assert_int_equal(p.n_errors, 1);
	assert_int_equal(p.n_steps, 0);
	assert_false(p.asked[0].known);
	plan_free(&p);
	guest_past_forget(&s.guests.v[0]);
	sim_free(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_key_that_goes_takes_its_value_along),
		cmocka_unit_test(so_does_a_whole_entry_and_clear),
		cmocka_unit_test(threads_that_still_have_a_place_keep_it),
		cmocka_unit_test(disks_are_forgotten_one_by_one),
		cmocka_unit_test(systemd_empties_its_list_of_weights_and_gets_the_others_again),
		cmocka_unit_test(what_the_guests_manager_has_set_is_not_ours),
		cmocka_unit_test(an_entry_with_an_error_loses_nothing),
	};

	return cmocka_run_group_tests_name("plan-past", tests, NULL, NULL);
}
