// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_plan_knobs.c - what a guest of the file gets besides classes: CPU, placement, I/O and memory
 */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "config/config_priv.h"
#include "lib/hostfs.h"
#include "simhost.h"
#include "lib/units.h"

/* Steps as lines: what changes, then key and value; threads by their number. */
static char *steps_of(const struct plan *p, bool all)
{
	char *text = strdup("");

	for (size_t i = 0; i < p->n_steps; i++) {
		const struct step *s = &p->steps[i];

		if (!s->changes && !all)
			continue;
		text_add(&text, "%s%s", *text ? "\n" : "", s->changes ? "" : "- ");
		if (s->kind == STEP_UNIT_PROPERTY || s->kind == STEP_CGROUP_FILE)
			text_add(&text, "%s %s", s->key, s->want);
		else
			text_add(&text, "%s %d %s",
				 s->kind == STEP_AFFINITY ? "cpus"
				 : s->kind == STEP_IOPRIO ? "ioprio"
							  : "migrate",
				 (int)s->tid, s->want);
	}
	return text;
}

static void expect_steps(const struct sim *s, bool clear, const char *expected)
{
	struct plan p;
	char *text;

	sim_plan(s, clear, &p);
	if (p.n_errors)
		fail_msg("%s", p.errors[0]);
	text = steps_of(&p, false);
	assert_string_equal(text, expected);
	free(text);
	plan_free(&p);
}

static void expect_error(const struct sim *s, const char *words)
{
	struct plan p;

	sim_plan(s, false, &p);
	if (p.n_errors != 1 || !strstr(p.errors[0], words))
		fail_msg("%zu errors, the first: %s\nfor %s", p.n_errors, p.n_errors ? p.errors[0] : "",
			 words);
	assert_false(plan_changes(&p));
	plan_free(&p);
}

static void expect_note(const struct sim *s, const char *words)
{
	struct plan p;
	bool found = false;

	sim_plan(s, false, &p);
	if (p.n_errors)
		fail_msg("%s", p.errors[0]);
	for (size_t i = 0; i < p.n_notes; i++)
		found = found || strstr(p.notes[i].text, words);
	if (!found)
		fail_msg("%zu notes, the first: %s\nfor %s", p.n_notes, p.n_notes ? p.notes[0].text : "",
			 words);
	plan_free(&p);
}

/* Applies; the kernel refuses nothing, and a second plan changes nothing. */
static void settle(struct sim *s, bool clear)
{
	struct plan p;

	sim_plan(s, clear, &p);
	if (p.n_errors)
		fail_msg("%s", p.errors[0]);
	if (!sim_apply(s, &p, SIZE_MAX))
		fail_msg("refused: %s", s->refused);
	plan_free(&p);
	expect_steps(s, clear, "");
}

static struct guest *one_guest(struct sim *s, const char *keys)
{
	char *yaml = text_fmt("guests: {g: {%s}}\n", keys);

	sim_new(s, yaml);
	free(yaml);
	return sim_guest(s, "g", 2);
}

static struct guest *plain_guest(struct sim *s, const char *keys)
{
	struct guest *g = one_guest(s, keys);

	s->caps.systemd = false;
	free(g->unit);
	g->unit = NULL;
	return g;
}

static void rekey(struct sim *s, const char *keys)
{
	char *yaml = text_fmt("guests: {g: {%s}}\n", keys);

	sim_config(s, yaml);
	free(yaml);
}

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(properties_where_systemd_has_them),
		cmocka_unit_test(files_where_it_has_not),
		cmocka_unit_test(a_burst_over_the_new_quota_goes_first),
		cmocka_unit_test(a_kernel_without_burst_is_noted),
		cmocka_unit_test(more_memory_in_use_than_its_limit_is_refused),
		cmocka_unit_test(old_cgroups_and_missing_controllers),
		cmocka_unit_test(what_the_manager_set_stands_unless_taken_over),
		cmocka_unit_test(threads_are_pinned_by_role),
		cmocka_unit_test(io_priority_of_every_thread),
		cmocka_unit_test(memory_is_moved_once_to_the_preferred_node),
		cmocka_unit_test(io_weights_through_systemd_are_stretched_for_bfq),
		cmocka_unit_test(io_weights_in_files_are_what_the_file_says),
		cmocka_unit_test(weights_without_effect_are_noted),
		cmocka_unit_test(io_limits),
		cmocka_unit_test(a_guest_without_a_cgroup_gets_one),
		cmocka_unit_test(two_entries_for_one_guest_are_an_error),
		cmocka_unit_test(every_way_to_match),
	};

	return cmocka_run_group_tests_name("plan-knobs", tests, NULL, NULL);
}
