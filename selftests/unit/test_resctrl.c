// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_resctrl.c - what is read from resctrl, on recordings of real kernels
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>

#include "resctrl_tree.h"
#include "host/resctrl.h"

static struct caps_rdt caps;

static void read_it(const char *name)
{
	char *err = NULL;

	if (name)
		recording(name);
	assert_int_equal(resctrl_read(&fs, &caps, &err), 0);
	assert_null(err);
}

static const struct rdt_group *group(const char *name)
{
	for (size_t i = 0; i < caps.n_groups; i++)
		if (!strcmp(caps.groups[i].name, name))
			return &caps.groups[i];
	fail_msg("no group '%s'", name);
	return NULL;
}

static uint64_t value(const struct rdt_values *v, uint32_t id)
{
	uint64_t out;

	assert_true(rdt_value_find(v, id, &out));
	return out;
}

static void two_sockets_of_6_1(void **state)
{
	const struct rdt_resource *l3 = &caps.res[RDT_L3], *mb = &caps.res[RDT_MB];

	(void)state;
	read_it("6.1-two-sockets");
	assert_true(caps.supported && caps.mounted && !caps.cdp_l3_possible && !caps.cdp_l2_possible);
	assert_true(l3->present && mb->present && !caps.res[RDT_L2].present && !caps.res[RDT_L3CODE].present);
	assert_int_equal(l3->num_closids, 16);
	assert_int_equal(mb->num_closids, 8);
	assert_int_equal(l3->cbm_mask, 0x7ff);
	assert_int_equal(l3->shareable_bits, 0x600);
	assert_int_equal(l3->min_cbm_bits, 1);
	assert_false(l3->sparse_masks);
	assert_int_equal(l3->n_doms, 2);
	assert_int_equal(l3->doms[1].id, 1);
	assert_int_equal(l3->doms[1].size, 16 << 20);
	assert_int_equal(idset_count(&l3->doms[1].cpus), 2);
	assert_true(idset_has(&l3->doms[1].cpus, 2) && idset_has(&mb->doms[0].cpus, 1));
	assert_int_equal(mb->unit, MB_PERCENT);
	assert_int_equal(mb->min_bandwidth, 10);
	assert_int_equal(mb->bandwidth_gran, 10);
	assert_int_equal(mb->max_bandwidth, 100);
	assert_true(mb->delay_linear && !mb->throttle_per_thread);
	assert_true(caps.mon && caps.mon_occupancy && caps.mon_total && caps.mon_local);
	assert_int_equal(caps.num_rmids, 32);
	caps_rdt_free(&caps);
}

static void groups_by_owner_the_root_first(void **state)
{
	(void)state;
	read_it("6.1-two-sockets");
	assert_int_equal(caps.n_groups, 5);
	assert_string_equal(caps.groups[0].name, "");
	assert_int_equal(caps.groups[0].owner, RDT_ROOT);
	assert_int_equal(group("COS1")->owner, RDT_PQOS);
	assert_int_equal(group("qemu-1-web-vcpus_0-1")->owner, RDT_LIBVIRT);
	assert_int_equal(group("somebody")->owner, RDT_OTHER);
	assert_int_equal(group("hvclaim-gold")->owner, RDT_OURS);
	assert_int_equal(group("hvclaim-gold")->n_tasks, 1);
	assert_int_equal(group("hvclaim-gold")->n_mons, 1);
	assert_string_equal(group("hvclaim-gold")->mons[0], "hvclaim-db1");
	assert_int_equal(group("somebody")->n_tasks, 0);
	assert_true(group("")->has_cpus && !group("hvclaim-gold")->has_cpus);
	assert_int_equal(group("COS1")->mode, RDT_SHAREABLE);
	/* with its zeros and blanks */
	assert_int_equal(value(&group("hvclaim-gold")->schemata[RDT_L3], 0), 0xf);
	assert_int_equal(value(&group("hvclaim-gold")->schemata[RDT_L3], 1), 3);
	assert_int_equal(value(&group("hvclaim-gold")->schemata[RDT_MB], 0), 50);
	assert_int_equal(value(&group("hvclaim-gold")->schemata[RDT_MB], 1), 20);
	caps_rdt_free(&caps);
}

static void names_that_only_look_like_anothers(void **state)
{
	(void)state;
	assert_int_equal(rdt_owner_of("COS"), RDT_OTHER);
	assert_int_equal(rdt_owner_of("COS1a"), RDT_OTHER);
	assert_int_equal(rdt_owner_of("hvclaim"), RDT_OTHER);
	assert_int_equal(rdt_owner_of("hvclaim-COS1"), RDT_OURS);
}

static void code_and_data_of_7_2(void **state)
{
	(void)state;
	read_it("7.2-cdp");
	assert_true(caps.res[RDT_L3CODE].present && caps.res[RDT_L3DATA].present &&
		    !caps.res[RDT_L3].present);
	assert_true(caps.cdp_l3_possible);
	assert_int_equal(caps.res[RDT_L3CODE].num_closids, 8);
	assert_int_equal(caps.res[RDT_L3DATA].doms[0].size, 16 << 20);
	assert_int_equal(value(&group("hvclaim-gold")->schemata[RDT_L3CODE], 0), 0xf);
	assert_int_equal(value(&group("hvclaim-gold")->schemata[RDT_L3DATA], 0), 0x7ff);
	caps_rdt_free(&caps);
}

static void gaps_between_ids_and_no_monitoring(void **state)
{
	const struct rdt_resource *l2 = &caps.res[RDT_L2];

	(void)state;
	read_it("6.12-l2-gaps");
	assert_true(l2->present && !caps.res[RDT_L3].present && !caps.res[RDT_MB].present);
	assert_int_equal(l2->n_doms, 6);
	assert_int_equal(l2->doms[3].id, 4);
	assert_int_equal(l2->doms[3].size, 4 << 20);
	assert_true(idset_has(&l2->doms[3].cpus, 3));
	assert_int_equal(idset_count(&l2->doms[3].cpus), 1);
	assert_false(caps.mon);
	caps_rdt_free(&caps);
}

/* On a host with hundreds of CPUs each of them has a dozen files. */
static void a_cache_is_read_at_one_of_its_cpus(void **state)
{
	const struct rdt_resource *l3 = &caps.res[RDT_L3], *mb = &caps.res[RDT_MB];

	(void)state;
	recording("6.1-two-sockets");
	for (int cpu = 0; cpu < 4; cpu++) {
		char path[80];

		snprintf(path, sizeof(path), "sys/devices/system/cpu/cpu%d/cache/index3/shared_cpu_list",
			 cpu);
		tree_file(&t, path, cpu < 2 ? "0-1,9\n" : "2-3\n");
	}
	read_it(NULL);
	assert_int_equal(idset_count(&l3->doms[0].cpus), 3);
	assert_true(idset_has(&l3->doms[0].cpus, 9) && idset_has(&mb->doms[0].cpus, 9));
	assert_int_equal(idset_count(&l3->doms[1].cpus), 2);
	assert_int_equal(l3->doms[1].size, 16 << 20);
	caps_rdt_free(&caps);
}

static void monitoring_only(void **state)
{
	(void)state;
	read_it("7.2-monitoring");
	assert_true(caps.mounted && caps.mon);
	for (size_t r = 0; r < RDT_RESOURCES; r++)
		assert_false(caps.res[r].present);
	assert_int_equal(caps.n_groups, 1);
	caps_rdt_free(&caps);
}

static void nothing_at_all_and_not_mounted(void **state)
{
	(void)state;
	read_it(NULL);
	assert_false(caps.supported || caps.mounted);
	tree_file(&t, "proc/filesystems", "nodev\tsysfs\nnodev\tresctrl\n");
	tree_file(&t, "proc/self/mounts",
		  "resctrl /mnt/elsewhere resctrl rw 0 0\nx /sys/fs/resctrl tmpfs rw 0 0\n");
	tree_file(&t, "proc/cpuinfo", "vendor_id\t: GenuineIntel\nflags\t\t: fpu cdp_l2 cdp_l3x\n");
	read_it(NULL);
	assert_true(caps.supported && !caps.mounted && caps.cdp_l2_possible && !caps.cdp_l3_possible);
	assert_int_equal(caps.n_groups, 0);
}

static void units_of_bandwidth(void **state)
{
	(void)state;
	recording("6.1-two-sockets");
	tree_file(&t, "proc/cpuinfo", "vendor_id\t: AuthenticAMD\nflags\t\t: fpu\n");
	read_it(NULL);
	assert_int_equal(caps.res[RDT_MB].unit, MB_EIGHTH);
	assert_int_equal(caps.res[RDT_MB].max_bandwidth, 2048);
	caps_rdt_free(&caps);
	tree_file(&t, "proc/cpuinfo", "vendor_id\t: GenuineIntel\nflags\t\t: fpu\n");
	tree_file(&t, "proc/self/mounts", "resctrl /sys/fs/resctrl resctrl rw,mba_MBps,relatime 0 0\n");
	tree_file(&t, "sys/fs/resctrl/info/MB/thread_throttle_mode", "per-thread\n");
	read_it(NULL);
	assert_int_equal(caps.res[RDT_MB].unit, MB_MIBPS);
	assert_int_equal(caps.res[RDT_MB].max_bandwidth, UINT32_MAX);
	assert_true(caps.res[RDT_MB].throttle_per_thread);
	caps_rdt_free(&caps);
}

static void masks_with_holes(void **state)
{
	(void)state;
	recording("6.1-two-sockets");
	tree_file(&t, "sys/fs/resctrl/info/L3/sparse_masks", "1\n");
	read_it(NULL);
	assert_true(caps.res[RDT_L3].sparse_masks);
	caps_rdt_free(&caps);
	/* AMD on 6.1 */
	tree_file(&t, "sys/fs/resctrl/info/L3/sparse_masks", "0\n");
	tree_file(&t, "sys/fs/resctrl/info/L3/min_cbm_bits", "0\n");
	read_it(NULL);
	assert_true(caps.res[RDT_L3].sparse_masks);
	caps_rdt_free(&caps);
}

static void modes_of_groups(void **state)
{
	(void)state;
	recording("6.1-two-sockets");
	tree_file(&t, "sys/fs/resctrl/COS1/mode", "exclusive\n");
	tree_file(&t, "sys/fs/resctrl/somebody/mode", "pseudo-locksetup\n");
	tree_file(&t, "sys/fs/resctrl/somebody/schemata", "    L3:uninitialized\n");
	read_it(NULL);
	assert_int_equal(group("COS1")->mode, RDT_EXCLUSIVE);
	assert_int_equal(group("somebody")->schemata[RDT_L3].n, 0);
	caps_rdt_free(&caps);
	tree_file(&t, "sys/fs/resctrl/somebody/mode", "pseudo-locked\n");
	read_it(NULL);
	assert_int_equal(group("somebody")->mode, RDT_PSEUDO_LOCKED);
	caps_rdt_free(&caps);
}

static void what_the_root_had_before(void **state)
{
	char *err = NULL;

	(void)state;
	recording("6.1-two-sockets");
	tree_file(&t, "run/" RESCTRL_ROOT_BEFORE, "L3:0=7ff;1=7fe\n");
	read_it(NULL);
	assert_int_equal(value(&caps.root_before[RDT_L3], 1), 0x7fe);
	caps_rdt_free(&caps);
	tree_file(&t, "run/" RESCTRL_ROOT_BEFORE, "rubbish\n");
	assert_int_equal(resctrl_read(&fs, &caps, &err), -EINVAL);
	assert_non_null(strstr(err, RESCTRL_ROOT_BEFORE ": not what we wrote"));
	free(err);
}

static void schemata_that_are_not(void **state)
{
	static const char *const bad[] = {
		"L3",	      "L3:0",	 "L3:0=",   "L3:=7",   "L3:0=xyz",	  "L3:0=7;0=7",
		"L3:0=7 1=7", "MB:0=5f", "L3:0=-7", "L3:-1=7", "L3:4294967296=7", "L3:0=10000000000000000",
		"MB:0=50;1"
	};
	struct rdt_values v[RDT_RESOURCES] = {};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (schemata_parse(bad[i], v) != -EINVAL)
			fail_msg("taken: %s", bad[i]);
	assert_int_equal(schemata_parse("NEW:0=7\n\n  L3:0=ffffffffffffffff;\nL3: 7 = 1 ; 9=2\n", v), 0);
	assert_int_equal(v[RDT_L3].n, 2);
	assert_int_equal(value(&v[RDT_L3], 9), 2);
	schemata_free(v);
	assert_int_equal(schemata_parse("", v), 0);
}

static void counters(void **state)
{
	struct rdt_mon *m;
	size_t n;

	(void)state;
	recording("7.2-cdp");
	assert_int_equal(resctrl_monitor(&fs, "COS1", NULL, &m, &n), 0);
	assert_int_equal(n, 2);
	assert_int_equal(m[0].id, 0);
	assert_int_equal(m[0].total.state, RDT_READ_ERROR);
	assert_int_equal(m[0].occupancy.state, RDT_READ_OK);
	assert_int_equal(m[1].occupancy.value, 65536);
	free(m);
	assert_int_equal(resctrl_monitor(&fs, "hvclaim-gold", "hvclaim-db1", &m, &n), 0);
	assert_int_equal(n, 2);
	free(m);
	assert_int_equal(resctrl_monitor(&fs, "", NULL, &m, &n), 0);
	free(m);
	assert_int_equal(resctrl_monitor(&fs, "nobody", NULL, &m, &n), -ENOENT);
	assert_int_equal(rdt_reading_parse("Unavailable").state, RDT_READ_UNAVAILABLE);
	assert_int_equal(rdt_reading_parse("Unassigned").state, RDT_READ_UNASSIGNED);
	assert_int_equal(rdt_reading_parse("12x").state, RDT_READ_ERROR);
	assert_int_equal(rdt_reading_parse("").state, RDT_READ_ERROR);
}

static void sub_numa_clusters(void **state)
{
	struct rdt_mon *m;
	size_t n;

	(void)state;
	tree_file(&t, "sys/fs/resctrl/mon_data/mon_L3_00/llc_occupancy", "300\n");
	tree_file(&t, "sys/fs/resctrl/mon_data/mon_L3_00/mon_sub_L3_00/llc_occupancy", "100\n");
	tree_file(&t, "sys/fs/resctrl/mon_data/mon_L3_00/mon_sub_L3_01/llc_occupancy", "200\n");
	assert_int_equal(resctrl_monitor(&fs, "", NULL, &m, &n), 0);
	assert_int_equal(n, 1);
	assert_int_equal(m[0].occupancy.value, 300);
	assert_int_equal(m[0].total.state, RDT_READ_NONE);
	free(m);
}

/* as another program would */
static bool lockable(int how)
{
	char path[128];
	int fd;
	bool can;

	snprintf(path, sizeof(path), "%s/fs/resctrl", t.sysfs);
	fd = open(path, O_RDONLY | O_DIRECTORY);
	assert_true(fd >= 0);
	can = !flock(fd, how | LOCK_NB);
	close(fd);
	return can;
}

static void the_lock_nests_and_keeps_others_out(void **state)
{
	char *err = NULL;

	(void)state;
	recording("6.1-two-sockets");
	assert_int_equal(resctrl_lock(&fs, true, &err), 0);
	read_it(NULL); /* takes it shared: neither waits for itself, nor lets others in */
	caps_rdt_free(&caps);
	assert_false(lockable(LOCK_SH));
	resctrl_unlock();
	assert_true(lockable(LOCK_EX));
	assert_int_equal(resctrl_lock(&fs, false, &err), 0);
	assert_true(lockable(LOCK_SH) && !lockable(LOCK_EX));
	assert_int_equal(resctrl_lock(&fs, true, &err), 0);
	assert_false(lockable(LOCK_SH));
	resctrl_unlock();
	resctrl_unlock();
	resctrl_unlock();
	assert_true(lockable(LOCK_EX));
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
#define TEST(f) cmocka_unit_test_setup_teardown(f, resctrl_setup, resctrl_teardown)
		TEST(two_sockets_of_6_1),
		TEST(a_cache_is_read_at_one_of_its_cpus),
		TEST(groups_by_owner_the_root_first),
		TEST(names_that_only_look_like_anothers),
		TEST(code_and_data_of_7_2),
		TEST(gaps_between_ids_and_no_monitoring),
		TEST(monitoring_only),
		TEST(nothing_at_all_and_not_mounted),
		TEST(units_of_bandwidth),
		TEST(masks_with_holes),
		TEST(modes_of_groups),
		TEST(what_the_root_had_before),
		TEST(schemata_that_are_not),
		TEST(counters),
		TEST(sub_numa_clusters),
		TEST(the_lock_nests_and_keeps_others_out),
	};

	if (argc != 2)
		return 2;
	recordings = argv[1];
	return cmocka_run_group_tests(tests, NULL, NULL);
}
