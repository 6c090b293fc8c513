// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_effect_resctrl.c - what is said about a guest's caches and bandwidth, on recordings of real kernels
 */
#define _GNU_SOURCE 1
#include "resctrl_tree.h"
#include "effect/effect_resctrl.h"
#include "host/resctrl.h"

static struct guest_thread threads[3];
static struct guest guest;
static struct guests guests = { .v = &guest, .n = 1 };
static struct qos_class gold;
static struct qos_guest entry;
static struct qos qos = { .classes = &gold, .n_classes = 1, .guests = &entry, .n_guests = 1 };
static struct step steps[2];
static struct plan plan;
static struct caps caps;
static struct effects got;

/* One guest with two vCPUs on CPUs 0 and 1 and an emulator thread, in hvclaim-gold, as of class gold */
static int setup(void **state)
{
	for (uint32_t i = 0; i < 3; i++) {
		threads[i] = (struct guest_thread){ .tid = (pid_t)(100 + i),
						    .role = i < 2 ? ROLE_VCPU : ROLE_EMULATOR,
						    .index = i,
						    .rdt_group = "hvclaim-gold",
						    .rdt_mon = "hvclaim-db1" };
		idset_add(&threads[i].cpus, i % 2);
	}
	guest = (struct guest){ .name = "db1", .pid = 102, .threads = threads, .n_threads = 3 };
	gold = (struct qos_class){ .name = "gold", .partition = PARTITION_SHARED };
	entry = (struct qos_guest){ .name = "db1", .class = "gold" };
	steps[0] = (struct step){ .kind = STEP_RDT_TASKS, .guest = 0, .target = "hvclaim-gold" };
	steps[1] = (struct step){
		.kind = STEP_RDT_MON_TASKS, .guest = 0, .target = "hvclaim-gold", .key = "hvclaim-db1"
	};
	plan = (struct plan){ .steps = steps, .n_steps = 2 };
	return resctrl_setup(state);
}

static int teardown(void **state)
{
	effects_free(&got);
	caps_rdt_free(&caps.rdt);
	return resctrl_teardown(state);
}

static void judge(const char *name)
{
	struct effect_args a = {
		.fs = &fs, .qos = &qos, .caps = &caps, .guests = &guests, .want = &entry, .plan = &plan
	};
	char *err = NULL;

	if (name)
		recording(name);
	caps_rdt_free(&caps.rdt);
	effects_free(&got);
	assert_int_equal(resctrl_read(&fs, &caps.rdt, &err), 0);
	assert_int_equal(effect_resctrl(&a, &got), 0);
}

/* @effective and @why: parts of the texts; NULL: any */
static void said(enum qos_knob knob, enum effect_kind kind, const char *effective, const char *why)
{
	for (size_t i = 0; i < got.n; i++) {
		const struct effect *e = &got.v[i];

		if (e->knob == knob && e->kind == kind &&
		    (!effective || (e->effective && strstr(e->effective, effective))) &&
		    (!why || (e->why && strstr(e->why, why))))
			return;
	}
	for (size_t i = 0; i < got.n; i++)
		print_message("# %s %d: %s (%s)\n", qos_knob_name[got.v[i].knob], got.v[i].kind,
			      got.v[i].effective, got.v[i].why);
	fail_msg("not said: %s %d %s %s", qos_knob_name[knob], kind, effective, why);
}

static void wants(enum rdt_res r, struct amount all)
{
	gold.res[r] = (struct qos_share){ .line = 3, .all = all };
}

static void the_caches_that_it_runs_on(void **state)
{
	(void)state;
	wants(RDT_L3, (struct amount){ AMOUNT_WAYS, 4 });
	judge("6.1-two-sockets");
	said(KNOB_L3, EFFECT_FULL, "L3 0: 4 of 11 ways, 5.82 MiB", NULL);
	said(KNOB_L3, EFFECT_NOTE, NULL, "the ways 0xf of L3 0 are shared with COS1");
	assert_int_equal(got.n, 2);
	assert_null(effects_missing(&got, ~0U, false, 0));
	tree_file(&t, "sys/fs/resctrl/COS1/schemata", "L3:0=7fc;1=7f0\nMB:0=100;1=100\n");
	judge(NULL);
	said(KNOB_L3, EFFECT_NOTE, NULL, "the ways 0xf of L3 0 are shared with COS1, qemu-1-web-vcpus_0-1");
	idset_add(&threads[0].cpus, 2);
	judge(NULL);
	said(KNOB_L3, EFFECT_FULL, "L3 0: 4 of 11 ways, 5.82 MiB; L3 1: 2 of 11 ways, 2.91 MiB", NULL);
}

static void ways_that_others_have(void **state)
{
	(void)state;
	wants(RDT_L3, (struct amount){ AMOUNT_WAYS, 4 });
	gold.partition = PARTITION_EXCLUSIVE;
	judge("6.1-two-sockets");
	said(KNOB_L3, EFFECT_PARTLY, NULL,
	     "the ways 0xf of L3 0 are not its own: the root group has them, too");
	said(KNOB_L3, EFFECT_PARTLY, NULL, "group COS1 has them, too");
	assert_int_equal(got.n, 5);
	tree_file(&t, "sys/fs/resctrl/hvclaim-gold/schemata", "L3:0=700;1=3\nMB:0=50;1=50\n");
	judge(NULL);
	said(KNOB_L3, EFFECT_PARTLY, NULL, "the ways 0x600 of L3 0 are shared with the hardware");
	gold.partition = PARTITION_SHARED;
	judge(NULL);
	said(KNOB_L3, EFFECT_NOTE, NULL, "the ways 0x600 of L3 0 are shared with the hardware");
	assert_int_equal(effects_worst(&got, KNOB_L3), EFFECT_NOTE);
}

static void code_that_has_the_ways_of_anothers_data(void **state)
{
	(void)state;
	wants(RDT_L3CODE, (struct amount){ AMOUNT_WAYS, 4 });
	gold.partition = PARTITION_EXCLUSIVE;
	recording("7.2-cdp");
	tree_file(&t, "sys/fs/resctrl/COS1/schemata", "L3CODE:0=700;1=700\nL3DATA:0=8;1=8\n");
	judge(NULL);
	said(KNOB_L3, EFFECT_PARTLY, NULL, "the ways 0x8 of L3CODE 0 are not its own: group COS1");
}

static void threads_outside(void **state)
{
	(void)state;
	wants(RDT_L3, (struct amount){ AMOUNT_WAYS, 4 });
	wants(RDT_MB, (struct amount){ AMOUNT_PERCENT, 5000 });
	threads[1].rdt_group = "qemu-1-web-vcpus_0-1";
	threads[2] = (struct guest_thread){ .tid = 102, .role = ROLE_VHOST, .kernel = true, .rdt_group = "" };
	judge("6.1-two-sockets");
	said(KNOB_L3, EFFECT_PARTLY, NULL,
	     "not in the group hvclaim-gold: vcpu 1 in qemu-1-web-vcpus_0-1, vhost thread 102 of the kernel "
	     "in the root group");
	said(KNOB_MB, EFFECT_PARTLY, NULL, "vhost thread 102");
	threads[0].rdt_group = NULL;
	judge(NULL);
	said(KNOB_MB, EFFECT_NONE, "no effect", "no thread is in the group hvclaim-gold");
	plan.n_steps = 0;
	judge(NULL);
	said(KNOB_L3, EFFECT_NONE, "no effect", "not put into the class");
}

static void a_group_that_classes_share(void **state)
{
	(void)state;
	wants(RDT_L3, (struct amount){ AMOUNT_WAYS, 4 });
	gold.name = "silver";
	entry.class = "silver";
	judge("6.1-two-sockets");
	said(KNOB_L3, EFFECT_NOTE, NULL, "class ids ran out: it shares the group hvclaim-gold");
	said(KNOB_L3, EFFECT_FULL, "L3 0: 4 of 11 ways", NULL);
}

static void bandwidth_that_was_rounded(void **state)
{
	char *missing;

	(void)state;
	wants(RDT_MB, (struct amount){ AMOUNT_PERCENT, 4500 });
	judge("6.1-two-sockets");
	said(KNOB_MB, EFFECT_FULL, "MB 0: 50%", NULL);
	said(KNOB_MB, EFFECT_PARTLY, NULL, "45% of MB 0 is 50%: the hardware has steps of 10 from 10 on");
	missing = effects_missing(&got, 1U << KNOB_MB, false, 0);
	assert_non_null(missing);
	assert_non_null(strstr(missing, "required MB has not its full effect: 45%"));
	free(missing);
	wants(RDT_MB, (struct amount){ AMOUNT_PERCENT, 5000 });
	judge(NULL);
	assert_int_equal(got.n, 1);
	assert_null(effects_missing(&got, ~0U, false, 0));
	tree_file(&t, "sys/fs/resctrl/info/MB/delay_linear", "0\n");
	tree_file(&t, "sys/devices/system/cpu/cpu0/topology/thread_siblings_list", "0,2\n");
	judge(NULL);
	said(KNOB_MB, EFFECT_NOTE, NULL, "not linear");
	said(KNOB_MB, EFFECT_NOTE, NULL, "longer delay");
	tree_file(&t, "sys/fs/resctrl/hvclaim-gold/schemata", "L3:0=f;1=f\nMB:0=100;1=100\n");
	wants(RDT_MB, (struct amount){ AMOUNT_PERCENT, 10000 });
	judge(NULL);
	said(KNOB_MB, EFFECT_FULL, "no limit", NULL);
	assert_int_equal(got.n, 1);
}

static void bandwidth_of_amd(void **state)
{
	(void)state;
	recording("6.1-two-sockets");
	tree_file(&t, "proc/cpuinfo", "vendor_id\t: AuthenticAMD\nflags\t\t: fpu\n");
	tree_file(&t, "sys/fs/resctrl/hvclaim-gold/schemata", "L3:0=f;1=f\nMB:0=16;1=2048\n");
	wants(RDT_MB, (struct amount){ AMOUNT_RATE, 2000000000 });
	judge(NULL);
	said(KNOB_MB, EFFECT_FULL, "MB 0: 2.000 GB/s", NULL);
	assert_int_equal(got.n, 1);
}

static void what_the_hardware_lacks(void **state)
{
	(void)state;
	wants(RDT_L3, (struct amount){ AMOUNT_WAYS, 4 });
	wants(RDT_MB, (struct amount){ AMOUNT_PERCENT, 5000 });
	entry.monitor = true;
	judge(NULL);
	said(KNOB_L3, EFFECT_NONE, "no effect", "neither this kernel nor this CPU has resctrl");
	said(KNOB_MONITOR, EFFECT_NONE, "no effect", "this CPU has no monitoring");
	judge("6.12-l2-gaps");
	said(KNOB_MB, EFFECT_NONE, "no effect", "the CPU cannot divide it");
	tree_file(&t, "proc/self/mounts", "");
	judge(NULL);
	said(KNOB_L3, EFFECT_NONE, "no effect", "resctrl is not mounted");
	said(KNOB_MONITOR, EFFECT_NONE, "no effect", "resctrl is not mounted");
}

static void code_without_cdp(void **state)
{
	(void)state;
	wants(RDT_L3CODE, (struct amount){ AMOUNT_WAYS, 4 });
	judge("6.1-two-sockets");
	said(KNOB_L3, EFFECT_NONE, "no effect", "without code and data priorities");
}

static void counters_that_cannot_be_read(void **state)
{
	(void)state;
	entry.monitor = true;
	entry.class = NULL;
	judge("7.2-cdp");
	said(KNOB_MONITOR, EFFECT_FULL, "monitored; 128 KiB in L3", NULL);
	assert_int_equal(got.n, 1);
	tree_file(&t, "sys/fs/resctrl/hvclaim-gold/mon_groups/hvclaim-db1/mon_data/mon_L3_00/mbm_total_bytes",
		  "Unassigned\n");
	tree_file(&t, "sys/fs/resctrl/hvclaim-gold/mon_groups/hvclaim-db1/mon_data/mon_L3_00/llc_occupancy",
		  "Unavailable\n");
	judge(NULL);
	said(KNOB_MONITOR, EFFECT_PARTLY, NULL, "traffic of L3 0: no hardware counter is left");
	said(KNOB_MONITOR, EFFECT_NOTE, NULL, "occupancy of L3 0: the hardware has no value yet");
	threads[2].rdt_mon = "";
	judge(NULL);
	said(KNOB_MONITOR, EFFECT_PARTLY, NULL, "not counted: emulator thread 102 in hvclaim-gold");
	tree_file(&t, "sys/fs/resctrl/info/L3_MON/mon_features", "llc_occupancy\n");
	judge(NULL);
	said(KNOB_MONITOR, EFFECT_PARTLY, NULL, "this CPU does not count memory traffic");
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
		TEST(the_caches_that_it_runs_on),
		TEST(ways_that_others_have),
		TEST(code_that_has_the_ways_of_anothers_data),
		TEST(threads_outside),
		TEST(a_group_that_classes_share),
		TEST(bandwidth_that_was_rounded),
		TEST(bandwidth_of_amd),
		TEST(what_the_hardware_lacks),
		TEST(code_without_cdp),
		TEST(counters_that_cannot_be_read),
	};

	if (argc != 2)
		return 2;
	recordings = argv[1];
	return cmocka_run_group_tests(tests, NULL, NULL);
}
