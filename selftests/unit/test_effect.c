// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_effect.c - what is said about the effect of a guest's knobs, on trees that stand for hosts
 */
#define _GNU_SOURCE 1
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "effect/effect.h"
#include "tree.h"

#define CG "sys/fs/cgroup/machine.slice/a.scope/"

static struct tree t;
static struct hostfs fs;
static struct caps caps;
static struct guest guest;
static struct guests guests = { .v = &guest, .n = 1 };
static struct qos_guest want;
static struct effects out;
static struct caps_block blocks[2];
static struct caps_path paths[1];

static int set_up(void **state)
{
	(void)state;
	tree_new(&t);
	fs = tree_hostfs(&t);
	memset(&caps, 0, sizeof(caps));
	memset(&want, 0, sizeof(want));
	for (uint32_t i = 0; i < 4; i++)
		idset_add(&caps.online, i);
	caps.memory = 8ULL << 30;
	blocks[0] = (struct caps_block){ .name = "sda", .major = 8, .scheduler = (char *)"none" };
	blocks[1] = (struct caps_block){
		.name = "sdb", .major = 8, .minor = 16, .scheduler = (char *)"mq-deadline"
	};
	paths[0] = (struct caps_path){ (char *)"/dev/sda", 0 };
	caps.blocks = blocks;
	caps.n_blocks = 2;
	caps.paths = paths;
	caps.n_paths = 1;
	guest = (struct guest){ .name = (char *)"a",
				.cgroup = (char *)"/machine.slice/a.scope",
				.unit = (char *)"a.scope",
				.pid = 10 };
	want.name = (char *)"a";
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	effects_free(&out);
	tree_free(&t);
	return 0;
}

static void judge(void)
{
	static struct qos qos;
	struct effect_args a = { .fs = &fs, .qos = &qos, .caps = &caps, .guests = &guests, .want = &want };

	effects_free(&out);
	assert_int_equal(effect_cgroup(&a, &out), 0);
}

/* one thing is said about a knob, of that kind; @effective and @why are parts of it, NULL for nothing */
static void expect_at(size_t at, enum qos_knob knob, enum effect_kind kind, const char *effective,
		      const char *why)
{
	const struct effect *e = NULL;

	for (size_t i = 0, k = 0; i < out.n && !e; i++)
		if (out.v[i].knob == knob && k++ == at)
			e = &out.v[i];
	if (!e)
		fail_msg("nothing said about %s", qos_knob_name[knob]);
	if (e->kind != kind || (effective && (!e->effective || !strstr(e->effective, effective))) ||
	    (why && (!e->why || !strstr(e->why, why))))
		fail_msg("%s: %s, %s, %s", qos_knob_name[knob], effect_kind_name[e->kind], e->effective,
			 e->why);
}

/* what is missing of what is required; NULL: nothing */
static void required(uint32_t knobs, bool past, uint32_t skip, const char *words)
{
	char *missing = effects_missing(&out, knobs, past, skip);

	if (words ? !missing || strcmp(missing, words) : !!missing)
		fail_msg("missing: %s", missing);
	free(missing);
}

#define expect(knob, kind, effective, why) expect_at(0, knob, kind, effective, why)

static void weights_count_among_the_groups_beside(void **state)
{
	(void)state;
	want.cpu.weight = 300;
	judge();
	expect(KNOB_CPU_WEIGHT, EFFECT_NONE, NULL, "controller cpu is not on");
	tree_file(&t, CG "cpu.weight", "300\n");
	tree_file(&t, CG "cgroup.events", "populated 1\nfrozen 0\n");
	tree_file(&t, "sys/fs/cgroup/machine.slice/b.scope/cpu.weight", "100\n");
	tree_file(&t, "sys/fs/cgroup/machine.slice/b.scope/cgroup.events", "populated 1\n");
	tree_file(&t, "sys/fs/cgroup/machine.slice/empty.scope/cpu.weight", "100\n");
	tree_file(&t, "sys/fs/cgroup/machine.slice/empty.scope/cgroup.events", "populated 0\n");
	judge();
	expect(KNOB_CPU_WEIGHT, EFFECT_FULL, "300 of 400 among 2 groups of /machine.slice", NULL);
	tree_file(&t, CG "cpu.idle", "1\n");
	judge();
	expect(KNOB_CPU_WEIGHT, EFFECT_NONE, NULL, "cpu.idle");
}

static void quotas_that_are_never_reached_or_not_the_tightest_are_told(void **state)
{
	(void)state;
	want.cpu.quota = 20000;
	tree_file(&t, CG "cpu.max", "200000 100000\n");
	judge();
	expect(KNOB_CPU_QUOTA, EFFECT_FULL, "200% of a CPU", NULL);
	tree_file(&t, "sys/fs/cgroup/machine.slice/cpu.max", "150000 100000\n");
	judge();
	expect(KNOB_CPU_QUOTA, EFFECT_PARTLY, "150%", "/machine.slice above");
	tree_file(&t, "sys/fs/cgroup/machine.slice/cpu.max", "max 100000\n");
	tree_file(&t, CG "libvirt/vcpu0/cpu.max", "50000 100000\n");
	judge();
	expect_at(1, KNOB_CPU_QUOTA, EFFECT_PARTLY, NULL, "/libvirt/vcpu0 has 50% of a CPU");
	want.cpu.quota = 80000;
	tree_file(&t, CG "cpu.max", "800000 100000\n");
	judge();
	expect(KNOB_CPU_QUOTA, EFFECT_NOTE, "400%", "never reached: 4 CPUs are online");
}

static void throttling_that_hits_is_told(void **state)
{
	(void)state;
	want.cpu.quota = 5000;
	tree_file(&t, CG "cpu.max", "50000 100000\n");
	tree_file(&t, CG "cpu.stat", "usage_usec 1\nnr_periods 40\nnr_throttled 0\nthrottled_usec 0\n");
	judge();
	assert_int_equal(out.n, 1);
	tree_file(&t, CG "cpu.stat",
		  "usage_usec 1\nnr_periods 40\nnr_throttled 30\nthrottled_usec 1250000\n");
	judge();
	expect_at(1, KNOB_CPU_QUOTA, EFFECT_PARTLY, "throttled", "30 of 40 periods, 1.2 s in all");
	expect_at(1, KNOB_CPU_QUOTA, EFFECT_PARTLY, "throttled", "cpu: burst");
	/* it is of the past: values that were set now are not taken back for it */
	required(1U << KNOB_CPU_QUOTA, false, 0, NULL);
	required(1U << KNOB_CPU_QUOTA, true, 0, "required cpu.quota has not its full effect: throttled");
	tree_file(&t, CG "cpu.stat",
		  "usage_usec 1\nnr_periods 4000\nnr_throttled 30\nthrottled_usec 1250000\n");
	judge();
	expect_at(1, KNOB_CPU_QUOTA, EFFECT_NOTE, NULL, "30 of 4000 periods");
	required(1U << KNOB_CPU_QUOTA, true, 0, NULL);
}

static void burst_needs_a_quota(void **state)
{
	(void)state;
	want.cpu.has_burst = true;
	want.cpu.burst = 100;
	judge();
	expect(KNOB_CPU_BURST, EFFECT_NONE, NULL, "no cpu.max.burst");
	tree_file(&t, CG "cpu.max.burst", "1000\n");
	tree_file(&t, CG "cpu.max", "max 100000\n");
	judge();
	expect(KNOB_CPU_BURST, EFFECT_NONE, NULL, "no quota");
	tree_file(&t, CG "cpu.max", "10000 100000\n");
	tree_file(&t, CG "cpu.stat", "nr_bursts 7\n");
	judge();
	expect(KNOB_CPU_BURST, EFFECT_FULL, "used in 7 periods", "leaves it alone");
}

static void cpus_that_are_not_granted_and_invalid_partitions_are_told(void **state)
{
	struct idset cpus = { .w = { 0xf0 } };

	(void)state;
	want.cpu.cpus = &cpus;
	want.cpu.partition = CPUSET_ISOLATED;
	tree_file(&t, CG "cpuset.cpus.effective", "4-5\n");
	tree_file(&t, CG "cpuset.cpus.partition",
		  "isolated invalid (Cpu list in cpuset.cpus not exclusive)\n");
	judge();
	expect(KNOB_CPU_CPUS, EFFECT_PARTLY, "4-5", "of 4-7 the groups above");
	expect(KNOB_CPU_PARTITION, EFFECT_NONE, "isolated invalid", "not exclusive");
	required(1U << KNOB_CPU_PARTITION | 1U << KNOB_CPU_CPUS, false, 0,
		 "required cpu.cpus has not its full effect: of 4-7 the groups above give, or are online, "
		 "only "
		 "these; required cpu.partition has no effect: the kernel says: invalid (Cpu list in "
		 "cpuset.cpus "
		 "not exclusive)");
	required(1U << KNOB_CPU_CPUS, false, 1U << KNOB_CPU_CPUS, NULL);
	required(1U << KNOB_CPU_WEIGHT, false, 0, NULL);
	tree_file(&t, CG "cpuset.cpus.effective", "4-7\n");
	tree_file(&t, CG "cpuset.cpus.partition", "isolated\n");
	judge();
	expect(KNOB_CPU_CPUS, EFFECT_FULL, "4-7", NULL);
	expect(KNOB_CPU_PARTITION, EFFECT_FULL, "isolated", NULL);
}

static void threads_that_are_not_where_they_should_be_are_named(void **state)
{
	struct idset all = { .w = { 3 } }, two = { .w = { 4 } };
	struct qos_pin_one one = { .id = 1, .cpus = &two };
	struct guest_thread threads[] = {
		{ .tid = 11, .role = ROLE_VCPU, .index = 0, .cpus = all },
		{ .tid = 12, .role = ROLE_VCPU, .index = 1, .cpus = all },
		{ .tid = 10, .role = ROLE_EMULATOR, .cpus = two },
	};

	(void)state;
	guest.threads = threads;
	guest.n_threads = 3;
	want.pin[ROLE_VCPU] = (struct qos_pin){ .line = 1, .all = &all, .v = &one, .n = 1 };
	want.pin[ROLE_VHOST] = (struct qos_pin){ .line = 1, .all = &all };
	judge();
	expect(KNOB_PIN_VCPUS, EFFECT_PARTLY, NULL, "vcpu 1 (thread 12) may run on 0-1, not on 2");
	expect_at(1, KNOB_PIN_VCPUS, EFFECT_PARTLY, "1 of 2 threads", NULL);
	expect(KNOB_PIN_VHOST, EFFECT_NOTE, NULL, "no such thread");
	threads[1].cpus = two;
	judge();
	expect(KNOB_PIN_VCPUS, EFFECT_FULL, "2 of 2 threads", NULL);
}

static void memory_that_stayed_elsewhere_is_told(void **state)
{
	struct idset node1 = { .w = { 2 } };
	uint64_t bytes[] = { 1 << 30, 1 << 30 };

	(void)state;
	want.numa.mems = &node1;
	guest.node_bytes = bytes;
	guest.n_nodes = 2;
	guest.passthrough = true;
	tree_file(&t, CG "cpuset.mems.effective", "1\n");
	judge();
	expect(KNOB_NUMA_MEMS, EFFECT_FULL, "1", NULL);
	expect_at(1, KNOB_NUMA_MEMS, EFFECT_PARTLY, "%", "pinned for its devices");
	bytes[0] = 4096;
	judge();
	expect_at(1, KNOB_NUMA_MEMS, EFFECT_FULL, "%", NULL);
}

static void weights_of_io_need_bfq_or_iocost(void **state)
{
	(void)state;
	want.io.weight = 300;
	tree_file(&t, CG "io.weight", "default 300\n");
	judge();
	expect(KNOB_IO_WEIGHT, EFFECT_NONE, "no effect on sda (none), sdb (mq-deadline)",
	       "hvclaim io enable");
	blocks[0].iocost = true;
	judge();
	expect(KNOB_IO_WEIGHT, EFFECT_FULL, "300 on sda (iocost)", NULL);
	expect_at(1, KNOB_IO_WEIGHT, EFFECT_NOTE, "no effect on sdb", NULL);
	blocks[1].scheduler = (char *)"bfq";
	tree_file(&t, CG "io.bfq.weight", "default 118\n");
	judge();
	expect_at(1, KNOB_IO_WEIGHT, EFFECT_PARTLY, "118 on sdb", "systemd scales");
	tree_file(&t, CG "io.bfq.weight", "100\n8:16 300\n");
	judge();
	expect_at(1, KNOB_IO_WEIGHT, EFFECT_FULL, "300 on sdb (bfq)", NULL);
}

static void limits_of_io_are_read_back_and_compared_with_those_above(void **state)
{
	struct qos_io_device d = { .path = (char *)"/dev/sda", .rbps = 1000, .wiops = 50 };

	(void)state;
	want.io.devices = &d;
	want.io.n_devices = 1;
	judge();
	expect(KNOB_IO_MAX, EFFECT_NONE, NULL, "controller io is not on");
	tree_file(&t, CG "io.max",
		  "8:16 rbps=1 wbps=max riops=max wiops=1\n8:0 rbps=1000 wbps=max riops=max wiops=50\n");
	judge();
	expect(KNOB_IO_MAX, EFFECT_FULL, "rbps=1000 wiops=50 on sda", NULL);
	tree_file(&t, "sys/fs/cgroup/machine.slice/io.max", "8:0 rbps=500 wbps=max riops=max wiops=max\n");
	judge();
	expect(KNOB_IO_MAX, EFFECT_PARTLY, "rbps=500", "/machine.slice above");
	d.rbps = d.wiops = QOS_MAX;
	tree_file(&t, "sys/fs/cgroup/machine.slice/io.max", "");
	tree_file(&t, CG "io.max", "");
	judge();
	expect(KNOB_IO_MAX, EFFECT_FULL, "no limit on sda", NULL);
	d.rbps = 5;
	judge();
	expect(KNOB_IO_MAX, EFFECT_PARTLY, "no limit on sda", NULL);
	paths[0].block = -1;
	judge();
	expect(KNOB_IO_MAX, EFFECT_NONE, NULL, "no such disk");
}

static void priorities_need_a_scheduler_that_looks_at_them(void **state)
{
	(void)state;
	want.io.prio = IOPRIO_BE;
	judge();
	expect(KNOB_IO_PRIORITY, EFFECT_NOTE, "no effect on sda (none)", NULL);
	blocks[1].scheduler = (char *)"kyber";
	judge();
	expect(KNOB_IO_PRIORITY, EFFECT_NONE, "sdb (kyber)", NULL);
}

static void protection_ends_where_the_slice_has_none(void **state)
{
	(void)state;
	want.memory.min = (struct amount){ AMOUNT_BYTES, 1 << 30 };
	want.memory.high = (struct amount){ AMOUNT_BYTES, 1 << 30 };
	tree_file(&t, CG "memory.min", "1073741824\n");
	tree_file(&t, CG "memory.high", "1073741824\n");
	tree_file(&t, CG "memory.events", "low 0\nhigh 12\nmax 0\n");
	tree_file(&t, "sys/fs/cgroup/machine.slice/memory.min", "0\n");
	judge();
	expect(KNOB_MEMORY_MIN, EFFECT_NONE, NULL, "set-property --runtime machine.slice MemoryMin=");
	expect(KNOB_MEMORY_HIGH, EFFECT_NOTE, "1 GiB", "12 times");
	tree_file(&t, "sys/fs/cgroup/machine.slice/memory.min", "536870912\n");
	judge();
	expect(KNOB_MEMORY_MIN, EFFECT_PARTLY, "512 MiB", NULL);
	tree_file(&t, "sys/fs/cgroup/machine.slice/memory.min", "max\n");
	judge();
	expect(KNOB_MEMORY_MIN, EFFECT_FULL, "1 GiB", NULL);
}

static void what_systemd_does_not_know_is_lost_at_daemon_reload(void **state)
{
	struct guest_value file = { (char *)"cpu.weight", (char *)"300" };
	struct guest_value prop = { (char *)"CPUWeight", (char *)"infinity" };

	(void)state;
	guest.files = &file;
	guest.props = &prop;
	guest.n_files = guest.n_props = 1;
	judge();
	expect(KNOB_CPU_WEIGHT, EFFECT_PARTLY, NULL, "lost at the next daemon-reload");
	prop.value = (char *)"300";
	judge();
	assert_int_equal(out.n, 0);
	prop.value = (char *)"infinity";
	file.value = (char *)"100";
	judge();
	assert_int_equal(out.n, 0);
}

static void others_in_the_guests_group_are_told(void **state)
{
	(void)state;
	want.cpu.weight = 300;
	guest.kind = GUEST_QEMU;
	tree_file(&t, CG "cpu.weight", "300\n");
	tree_file(&t, CG "cgroup.procs", "10\n");
	judge();
	assert_int_equal(out.n, 1);
	tree_file(&t, CG "below/cgroup.procs", "11\n12\n");
	judge();
	expect_at(1, KNOB_CPU_WEIGHT, EFFECT_NOTE, NULL, "2 other processes");
}

#define DEV "sys/devices/pci0000:00/0000:00:01.0/"

static void judge_devices(void)
{
	static struct qos qos;
	struct effect_args a = { .fs = &fs, .qos = &qos, .caps = &caps, .guests = &guests, .want = &want };

	effects_free(&out);
	assert_int_equal(effect_devices(&a, &out), 0);
}

static void device(const char *driver, const char *node)
{
	char path[128];

	tree_file(&t, DEV "numa_node", node);
	tree_file(&t, DEV "vendor", "0x8086\n");
	tree_file(&t, DEV "device", "0x10d3\n");
	tree_link(&t, "sys/bus/pci/devices/0000:00:01.0", "/sys/devices/pci0000:00/0000:00:01.0");
	snprintf(path, sizeof(path), "/sys/bus/pci/drivers/%s", driver);
	tree_link(&t, DEV "driver", path);
}

static void a_device_that_the_host_keeps_or_that_is_not_there(void **state)
{
	struct qos_device d = { .selector = (char *)"00:01.0" };

	(void)state;
	want.devices = &d;
	want.n_devices = 1;
	judge_devices();
	expect(KNOB_DEVICES, EFFECT_NONE, NULL, "no PCI bus");
	device("e1000e", "-1\n");
	judge_devices();
	expect(KNOB_DEVICES, EFFECT_NONE, "0000:00:01.0 is not held", "driver e1000e of the host");
	d.selector = (char *)"00:02.0";
	judge_devices();
	expect(KNOB_DEVICES, EFFECT_NONE, "00:02.0 is not there", NULL);
}

static void a_device_far_from_the_guests_cpus_and_memory(void **state)
{
	struct caps_node nodes[] = { { .id = 0, .cpus = { .w = { 3 } } },
				     { .id = 2, .cpus = { .w = { 12 } } } };
	struct guest_thread threads[] = { { .tid = 11, .role = ROLE_VCPU, .cpus = { .w = { 1 } } },
					  { .tid = 10, .role = ROLE_EMULATOR, .cpus = { .w = { 8 } } } };
	struct qos_device d = { .selector = (char *)"00:01.0" };
	uint64_t bytes[] = { 1 << 30, 0, 0 };

	(void)state;
	want.devices = &d;
	want.n_devices = 1;
	guest.threads = threads;
	guest.n_threads = 2;
	guest.node_bytes = bytes;
	guest.n_nodes = 3;
	caps.nodes = nodes;
	caps.n_nodes = 2;
	tree_file(&t, "sys/devices/system/node/node2/distance", "21 10\n");
	device("vfio-pci", "2\n");
	judge_devices();
	expect(KNOB_DEVICES, EFFECT_PARTLY, "0000:00:01.0 is far from its CPUs",
	       "is on node 2; the guest's vCPUs run on node 0, distance 21");
	expect_at(1, KNOB_DEVICES, EFFECT_PARTLY, "far from its memory",
		  "100% of the guest's memory is on other");
	required(1U << KNOB_DEVICES, false, 0,
		 "required devices has not its full effect: 0000:00:01.0 is on node 2; the guest's vCPUs run "
		 "on "
		 "node 0, distance 21; required devices has not its full effect: 0000:00:01.0 is on node 2; "
		 "100% "
		 "of the guest's memory is on other nodes: numa: {mems: 2} before it starts");
	/* anywhere: some CPUs are near, some memory too */
	idset_add(&threads[0].cpus, 2);
	bytes[2] = 3ULL << 30;
	judge_devices();
	expect(KNOB_DEVICES, EFFECT_NOTE, NULL, "may run on nodes 0,2, distance 21: pin: vcpus");
	expect_at(1, KNOB_DEVICES, EFFECT_NOTE, NULL, "25% of the guest's memory");
	expect_at(2, KNOB_DEVICES, EFFECT_FULL, "0000:00:01.0 on node 2", NULL);
	required(1U << KNOB_DEVICES, false, 0, NULL);
	/* all near */
	threads[0].cpus = threads[1].cpus;
	bytes[0] = 0;
	judge_devices();
	assert_int_equal(out.n, 1);
	expect(KNOB_DEVICES, EFFECT_FULL, "0000:00:01.0 on node 2", NULL);
	/* one node, or nobody knows: nothing can be far */
	threads[0].cpus = nodes[0].cpus;
	tree_file(&t, DEV "numa_node", "-1\n");
	judge_devices();
	assert_int_equal(out.n, 1);
	expect(KNOB_DEVICES, EFFECT_FULL, "0000:00:01.0", NULL);
}

static void the_class_of_a_guest_is_not_its_devices(void **state)
{
	struct qos_class gold = { .name = (char *)"gold" };
	struct qos qos = { .classes = &gold, .n_classes = 1 };
	struct qos_device d = { .selector = (char *)"00:01.0" };
	struct effect_args a = { .fs = &fs, .qos = &qos, .caps = &caps, .guests = &guests, .want = &want };

	(void)state;
	want.devices = &d;
	want.n_devices = 1;
	want.class = (char *)"gold";
	device("vfio-pci", "-1\n");
	effects_free(&out);
	assert_int_equal(effect_devices(&a, &out), 0);
	assert_int_equal(out.n, 1);
	caps.rdt.res[RDT_L3] =
		(struct rdt_resource){ .present = true, .cbm_mask = 0x7ff, .shareable_bits = 0x600 };
	effects_free(&out);
	assert_int_equal(effect_devices(&a, &out), 0);
	expect_at(1, KNOB_DEVICES, EFFECT_NOTE, NULL, "the class gold is of the guest's threads");
	expect_at(1, KNOB_DEVICES, EFFECT_NOTE, NULL, "they use the ways 0x600");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(weights_count_among_the_groups_beside),
		TEST(quotas_that_are_never_reached_or_not_the_tightest_are_told),
		TEST(throttling_that_hits_is_told),
		TEST(burst_needs_a_quota),
		TEST(cpus_that_are_not_granted_and_invalid_partitions_are_told),
		TEST(threads_that_are_not_where_they_should_be_are_named),
		TEST(memory_that_stayed_elsewhere_is_told),
		TEST(weights_of_io_need_bfq_or_iocost),
		TEST(limits_of_io_are_read_back_and_compared_with_those_above),
		TEST(priorities_need_a_scheduler_that_looks_at_them),
		TEST(protection_ends_where_the_slice_has_none),
		TEST(a_device_that_the_host_keeps_or_that_is_not_there),
		TEST(a_device_far_from_the_guests_cpus_and_memory),
		TEST(the_class_of_a_guest_is_not_its_devices),
		TEST(others_in_the_guests_group_are_told),
		TEST(what_systemd_does_not_know_is_lost_at_daemon_reload),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
