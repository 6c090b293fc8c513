// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_caps_read.c - what a host can do, on trees that stand for hosts
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "host/caps_read.h"
#include "host/cgroup.h"
#include "config/config.h"
#include "tree.h"
#include "lib/units.h"

static struct tree t;
static struct hostfs fs;
static struct caps caps;

static int set_up(void **state)
{
	(void)state;
	tree_new(&t);
	fs = tree_hostfs(&t);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	caps_free(&caps);
	tree_free(&t);
	return 0;
}

static void mounts(const char *lines)
{
	tree_file(&t, "proc/self/mountinfo", lines);
	caps_free(&caps);
	assert_int_equal(caps_cgroup(&fs, &caps), 0);
}

#define V2 "25 20 0:22 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw,nsdelegate\n"
#define V1 "26 20 0:23 / /sys/fs/cgroup/cpu,cpuacct rw,nosuid shared:9 - cgroup cgroup rw,cpu,cpuacct\n"

static void cgroup_v2_has_its_controllers(void **state)
{
	(void)state;
	tree_file(&t, "sys/fs/cgroup/cgroup.controllers", "cpuset io memory\n");
	mounts(V2);
	assert_int_equal(caps.cgroup, HOST_CGROUP_V2);
	assert_null(cgroup_refusal(caps.cgroup));
	assert_false(caps.has_cpu); /* that is a word of cpuset */
	assert_true(caps.has_cpuset && caps.has_io && caps.has_memory);
	assert_false(caps.systemd);
	tree_dir(&t, "run/systemd/system");
	mounts(V2);
	assert_true(caps.systemd);
}

static void v1_and_hybrid_hosts_are_told_why_they_are_refused(void **state)
{
	(void)state;
	mounts("25 20 0:22 / /sys/fs/cgroup ro - tmpfs tmpfs ro\n" V1);
	assert_int_equal(caps.cgroup, HOST_CGROUP_V1);
	assert_non_null(strstr(cgroup_refusal(caps.cgroup), "cgroup v1"));
	mounts("25 20 0:22 / /sys/fs/cgroup ro - tmpfs tmpfs ro\n" V1
	       "27 20 0:24 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n");
	assert_int_equal(caps.cgroup, HOST_CGROUP_HYBRID);
	assert_non_null(strstr(cgroup_refusal(caps.cgroup), "hybrid"));
	mounts("25 20 0:22 / /proc rw - proc proc rw\n\n- broken\n1 2 - x\n");
	assert_int_equal(caps.cgroup, HOST_CGROUP_NONE);
	assert_non_null(strstr(cgroup_refusal(caps.cgroup), "not mounted"));
}

static void one_v1_hierarchy_beside_v2_does_no_harm(void **state)
{
	(void)state;
	mounts(V2 "30 20 0:29 / /run/net_cls rw - cgroup cgroup rw,net_cls\n");
	assert_int_equal(caps.cgroup, HOST_CGROUP_V2);
}

static void disk(const char *name, const char *dev, const char *scheduler)
{
	char path[128], to[128];

	snprintf(path, sizeof(path), "sys/devices/virtual/block/%s/dev", name);
	tree_file(&t, path, dev);
	snprintf(path, sizeof(path), "sys/devices/virtual/block/%s/queue/scheduler", name);
	tree_file(&t, path, scheduler);
	snprintf(path, sizeof(path), "sys/class/block/%s", name);
	snprintf(to, sizeof(to), "/sys/devices/virtual/block/%s", name);
	tree_link(&t, path, to);
}

static void paths_lead_to_disks_with_their_schedulers(void **state)
{
	(void)state;
	disk("sda", "8:0\n", "none [bfq] mq-deadline\n");
	disk("nvme0n1", "259:0\n", "[none] mq-deadline\n");
	disk("dm-0", "253:0\n", "none\n");
	tree_file(&t, "sys/devices/virtual/block/sda/sda2/dev", "8:2\n");
	tree_file(&t, "sys/devices/virtual/block/sda/sda2/partition", "2\n");
	tree_link(&t, "sys/class/block/sda2", "/sys/devices/virtual/block/sda/sda2");
	tree_file(&t, "sys/fs/cgroup/io.cost.qos",
		  "8:0 enable=0 ctrl=auto\n259:0 enable=1 ctrl=auto rpct=0.00\n");
	tree_file(&t, "dev/sda2", "");
	tree_file(&t, "dev/nvme0n1", "");
	tree_file(&t, "dev/null", "");
	tree_link(&t, "dev/disk/by-id/x-part2", "../../sda2");
	assert_int_equal(caps_disks(&fs, NULL, &caps), 0);
	assert_int_equal(caps.n_blocks, 3);
	assert_string_equal(caps.blocks[1].name, "nvme0n1");
	assert_true(caps.blocks[1].iocost && !caps.blocks[2].iocost);
	assert_int_equal(caps.blocks[1].major, 259);
	assert_string_equal(caps.blocks[0].scheduler, "none");
	assert_string_equal(caps.blocks[2].scheduler, "bfq");
	assert_int_equal(caps_path(&fs, &caps, "/dev/disk/by-id/x-part2"), 0);
	assert_int_equal(caps_path(&fs, &caps, "/dev/nvme0n1"), 0);
	assert_int_equal(caps_path(&fs, &caps, "/dev/null"), 0);
	assert_int_equal(caps_path(&fs, &caps, "/dev/not-there"), 0);
	assert_int_equal(caps_path(&fs, &caps, "/dev/not-there"), 0);
	assert_int_equal(caps.n_paths, 4);
	assert_int_equal(caps.paths[0].block, 2);
	assert_int_equal(caps.paths[1].block, 1);
	assert_int_equal(caps.paths[2].block, -1);
	assert_int_equal(caps.paths[3].block, -1);
}

static void slave(const char *of, const char *name)
{
	char path[128], to[128];

	snprintf(path, sizeof(path), "sys/devices/virtual/block/%s/slaves/%s", of, name);
	snprintf(to, sizeof(to), "/sys/class/block/%s", name);
	tree_link(&t, path, to);
}

static void stacks_are_followed_to_the_disks_below(void **state)
{
	(void)state;
	disk("dm-0", "253:0\n", "none\n");
	disk("dm-1", "253:1\n", "none\n");
	disk("md0", "9:0\n", "none\n");
	disk("sda", "8:0\n", "[none]\n");
	disk("sdb", "8:16\n", "[none]\n");
	tree_file(&t, "sys/devices/virtual/block/sda/sda2/dev", "8:2\n");
	tree_file(&t, "sys/devices/virtual/block/sda/sda2/partition", "2\n");
	tree_link(&t, "sys/class/block/sda2", "/sys/devices/virtual/block/sda/sda2");
	/* LVM on a mirror of a partition and a disk, and a second volume next to it; a loop is not followed for ever */
	slave("dm-0", "md0");
	slave("md0", "sda2");
	slave("md0", "sdb");
	slave("dm-1", "sda2");
	slave("dm-1", "sda");
	assert_int_equal(caps_disks(&fs, NULL, &caps), 0);
	assert_int_equal(caps.n_blocks, 5);
	assert_int_equal(caps.blocks[0].n_below, 2);
	assert_int_equal(caps.blocks[0].below[0] + caps.blocks[0].below[1], 3 + 4);
	assert_int_equal(caps.blocks[1].n_below, 1);
	assert_int_equal(caps.blocks[1].below[0], 3);
	assert_int_equal(caps.blocks[2].n_below, 2);
	assert_int_equal(caps.blocks[3].n_below, 0);
	caps_free(&caps);
	slave("md0", "dm-0");
	assert_int_equal(caps_disks(&fs, NULL, &caps), 0);
	assert_int_equal(caps.blocks[0].n_below, 2);
}

static void cpus_nodes_and_memory_are_read(void **state)
{
	char *err = NULL, *list;

	(void)state;
	assert_int_equal(caps_read(&fs, &caps, &err), -EIO);
	assert_non_null(strstr(err, "/devices/system/cpu/online: cannot be read"));
	free(err);
	tree_file(&t, "sys/devices/system/cpu/online", "0-3,6\n");
	tree_file(&t, "sys/devices/system/node/node10/cpulist", "6\n");
	tree_file(&t, "sys/devices/system/node/node10/meminfo",
		  "Node 10 MemTotal:  2048 kB\nNode 10 MemFree: 1 kB\n");
	tree_file(&t, "sys/devices/system/node/node2/cpulist", "\n"); /* memory only */
	tree_dir(&t, "sys/devices/system/node/power");
	tree_file(&t, "proc/meminfo", "MemTotal:       4096 kB\nSwapTotal:      1024 kB\n");
	tree_file(&t, "sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages", "3\n");
	tree_file(&t, "sys/kernel/mm/hugepages/hugepages-1048576kB/nr_hugepages", "1\n");
	assert_int_equal(caps_read(&fs, &caps, &err), 0);
	list = units_list_str(&caps.online);
	assert_string_equal(list, "0-3,6");
	free(list);
	assert_int_equal(caps.n_nodes, 2);
	assert_int_equal(caps.nodes[0].id, 2);
	assert_true(idset_empty(&caps.nodes[0].cpus));
	assert_int_equal(caps.nodes[1].id, 10);
	assert_int_equal(caps.nodes[1].memory, 2 << 20);
	assert_true(idset_has(&caps.nodes[1].cpus, 6));
	assert_int_equal(caps.memory, 4 << 20);
	assert_int_equal(caps.swap, 1 << 20);
	assert_true(caps.hugepages == (1ULL << 30) + (6ULL << 20));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(cgroup_v2_has_its_controllers),
		TEST(v1_and_hybrid_hosts_are_told_why_they_are_refused),
		TEST(one_v1_hierarchy_beside_v2_does_no_harm),
		TEST(paths_lead_to_disks_with_their_schedulers),
		TEST(stacks_are_followed_to_the_disks_below),
		TEST(cpus_nodes_and_memory_are_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
