// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_plan_cgroup.c - a guest's CPU time and memory, through systemd or in files
 */
#include <string.h>

#include "lib/append.h"
#include "simplan.h"

static void properties_where_systemd_has_them(void **state)
{
	struct guest *g;
	struct sim s;

	(void)state;
	g = one_guest(&s, "cpu: {weight: 300, quota: 400%, burst: 100%, cpus: 0-7, partition: isolated}, "
			  "numa: {mems: 0}, "
			  "memory: {min: 1G, low: 25%, high: max, max: 32G, swap: 0}");
	sim_file(g, "cpu.weight", "100");
	sim_file(g, "cpu.max", "max 100000");
	sim_file(g, "cpu.max.burst", "0");
	sim_file(g, "cpuset.cpus", "");
	sim_file(g, "cpuset.cpus.partition", "member");
	expect_steps(&s, false,
		     "CPUWeight 300\n"
		     "CPUQuotaPerSecUSec 4000000\n"
		     "cpu.max.burst 100000\n"
		     "AllowedCPUs 0-7\n"
		     "cpuset.cpus.partition isolated\n"
		     "AllowedMemoryNodes 0\n"
		     "MemoryMin 1073741824\n"
		     "MemoryLow 17179869184\n"
		     "MemoryHigh infinity\n"
		     "MemoryMax 34359738368\n"
		     "MemorySwapMax 0");
	settle(&s, false);
	assert_string_equal(guest_file(g, "cpu.max"), "400000 100000");
	/* somebody writes past systemd: it is set again, through systemd */
	sim_file(g, "cpu.weight", "50");
	sim_file(g, "cpu.max", "200000 100000");
	expect_steps(&s, false, "CPUWeight 300\nCPUQuotaPerSecUSec 4000000");
	settle(&s, false);
	/* a partition without effect is for explain to tell */
	sim_file(g, "cpuset.cpus.partition", "isolated invalid (Parent is not a partition root)");
	expect_steps(&s, false, "");
	expect_steps(&s, true,
		     "cpuset.cpus.partition member\n"
		     "CPUWeight infinity\n"
		     "CPUQuotaPerSecUSec infinity\n"
		     "cpu.max.burst 0\n"
		     "AllowedCPUs \n"
		     "AllowedMemoryNodes \n"
		     "MemoryMin 0\n"
		     "MemoryLow 0\n"
		     "MemoryMax infinity\n"
		     "MemorySwapMax infinity");
	sim_free(&s);
}

static void files_where_it_has_not(void **state)
{
	struct guest *g;
	struct sim s;

	(void)state;
	g = plain_guest(
		&s, "cpu: {weight: 300, quota: 50%, period: 50ms, burst: 20%, cpus: 0-7}, numa: {mems: 0}, "
		    "memory: {min: 1000, max: max}");
	sim_file(g, "cpu.max.burst", "0");
	expect_steps(&s, false,
		     "cpu.weight 300\n"
		     "cpu.max 25000 50000\n"
		     "cpu.max.burst 10000\n"
		     "cpuset.cpus 0-7\n"
		     "cpuset.mems 0\n"
		     "memory.min 4096\n"
		     "memory.max max");
	settle(&s, false);
	expect_steps(&s, true,
		     "cpu.weight 100\n"
		     "cpu.max max 100000\n"
		     "cpu.max.burst 0\n"
		     "cpuset.cpus 0-15\n"
		     "memory.min 0");
	sim_free(&s);
}

static void a_burst_over_the_new_quota_goes_first(void **state)
{
	struct guest *g;
	struct sim s;

	(void)state;
	g = one_guest(&s, "cpu: {weight: 10, quota: 400%, burst: 400%}");
	sim_file(g, "cpu.max", "max 100000");
	sim_file(g, "cpu.max.burst", "0");
	settle(&s, false);
	rekey(&s, "cpu: {weight: 11, quota: 100%, burst: 50%}");
	expect_steps(&s, false,
		     "cpu.max.burst 0\nCPUWeight 11\nCPUQuotaPerSecUSec 1000000\ncpu.max.burst 50000");
	settle(&s, false);
	rekey(&s, "cpu: {quota: 10%}");
	settle(&s, false);
	assert_string_equal(guest_file(g, "cpu.max.burst"), "0");
	rekey(&s, "cpu: {quota: 10%, period: 20ms}");
	expect_steps(&s, false, "CPUQuotaPeriodUSec 20000\nCPUQuotaPerSecUSec 100000");
	settle(&s, false);
	rekey(&s, "cpu: {quota: 10%}");
	expect_steps(&s, false, "CPUQuotaPeriodUSec infinity\nCPUQuotaPerSecUSec 100000");
	settle(&s, false);
	sim_free(&s);
}

static void a_kernel_without_burst_is_noted(void **state)
{
	struct guest *g;
	struct sim s;

	(void)state;
	g = one_guest(&s, "cpu: {quota: 400%, burst: 400%}");
	sim_file(g, "cpu.max", "max 100000");
	expect_note(&s, "this kernel has no cpu.max.burst");
	expect_steps(&s, false, "CPUQuotaPerSecUSec 4000000");
	rekey(&s, "cpu: {quota: 400%, burst: 400%}, require: [cpu.burst]");
	expect_error(&s, "guests: g: require: cpu.burst: this kernel has no cpu.max.burst");
	sim_free(&s);
}

static void more_memory_in_use_than_its_limit_is_refused(void **state)
{
	struct guest *g;
	struct sim s;

	(void)state;
	g = one_guest(&s, "memory: {max: 2G}");
	sim_file(g, "memory.current", "3221225472");
	expect_error(&s, "f.yaml:2: guests: g: memory: max: 2 GiB is less than the 3 GiB that it uses");
	sim_file(g, "memory.current", "1073741824");
	expect_steps(&s, false, "MemoryMax 2147483648");
	sim_free(&s);
}

static void old_cgroups_and_missing_controllers(void **state)
{
	static const enum cgroup_mode modes[] = { HOST_CGROUP_V1, HOST_CGROUP_HYBRID, HOST_CGROUP_NONE };
	static const char *const says[] = { "this host has cgroup v1;",
					    "this host has cgroup v1 and v2 side by side;",
					    "no cgroup file system is mounted;" };
	struct sim s;

	(void)state;
	one_guest(&s, "cpu: {weight: 2}, pin: {vcpus: 3}");
	for (size_t i = 0; i < 3; i++) {
		s.caps.cgroup = modes[i];
		expect_error(&s, says[i]);
	}
	/* what needs no cgroup goes on */
	rekey(&s, "pin: {emulator: 3}");
	expect_steps(&s, false, "cpus 1000 3\ncpus 1001 3");
	s.caps.cgroup = HOST_CGROUP_V2;
	s.caps.has_cpu = s.caps.has_io = s.caps.has_memory = s.caps.has_cpuset = false;
	rekey(&s, "cpu: {weight: 2}");
	expect_note(&s, "the cpu controller is not there for guests");
	rekey(&s, "cpu: {quota: 20%}, require: [cpu.quota]");
	expect_error(&s, "require: cpu.quota: the cpu controller is not there");
	rekey(&s, "cpu: {cpus: 0-1, partition: root}");
	expect_note(&s, "the cpuset controller is not there for guests");
	rekey(&s, "numa: {mems: 0}");
	expect_note(&s, "the cpuset controller is not there for guests");
	rekey(&s, "memory: {min: 2G}");
	expect_note(&s, "the memory controller is not there for guests");
	rekey(&s, "io: {weight: 2}");
	expect_note(&s, "the io controller is not there for guests");
	sim_free(&s);
}

static void what_the_manager_set_stands_unless_taken_over(void **state)
{
	struct guest_foreign *f;
	struct guest *g;
	struct sim s;

	(void)state;
	g = one_guest(&s, "cpu: {weight: 2}, pin: {emulator: 3}, memory: {low: 4096}");
	f = append(g->foreign, g->n_foreign);
	f->area = AREA_CPU;
	f->what = strdup("libvirt's cputune: shares");
	f = append(g->foreign, g->n_foreign);
	f->area = AREA_PIN;
	f->what = strdup("libvirt's cputune: vcpupin");
	expect_note(&s, "libvirt's cputune: shares stands; takeover: [cpu] would replace it");
	expect_note(&s, "libvirt's cputune: vcpupin stands; takeover: [pin] would replace it");
	expect_steps(&s, false, "MemoryLow 4096");
	rekey(&s, "cpu: {weight: 2}, pin: {emulator: 3}, takeover: [pin]");
	expect_steps(&s, false, "cpus 1000 3\ncpus 1001 3");
	rekey(&s, "cpu: {weight: 2}, require: cpu");
	expect_error(&s, "require: cpu.weight: libvirt's cputune: shares stands");
	sim_free(&s);
}

static void a_guest_without_a_cgroup_gets_one(void **state)
{
	struct guest *g;
	struct sim s;

	(void)state;
	g = one_guest(&s, "cpu: {weight: 300, quota: 50%, burst: 10%}");
	g->homeless = true;
	expect_note(&s, "it has no cgroup of its own, and gets machine-qemu-g.scope");
	expect_steps(&s, false, "CPUWeight 300\nCPUQuotaPerSecUSec 500000\ncpu.max.burst 10000");
	expect_steps(&s, true, "");
	sim_free(&s);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(properties_where_systemd_has_them),
		cmocka_unit_test(files_where_it_has_not),
		cmocka_unit_test(a_burst_over_the_new_quota_goes_first),
		cmocka_unit_test(a_kernel_without_burst_is_noted),
		cmocka_unit_test(more_memory_in_use_than_its_limit_is_refused),
		cmocka_unit_test(old_cgroups_and_missing_controllers),
		cmocka_unit_test(what_the_manager_set_stands_unless_taken_over),
		cmocka_unit_test(a_guest_without_a_cgroup_gets_one),
	};

	return cmocka_run_group_tests_name("plan-cgroup", tests, NULL, NULL);
}
