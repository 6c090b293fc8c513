// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_qos_check.c - what all guests of the file want together, against the host
 */
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
#include "plan/qos_check.h"
#include "simhost.h"

#define GIB (1ULL << 30)

/* Sums as lines: what: wanted (kept) of total; "!" in front when it does not fit; then errors and notes. */
static char *text_of(const struct sim *s)
{
	struct qos_check c;
	char *text = strdup("");

	assert_int_equal(qos_check_make(&s->cfg->qos, &s->guests, &s->caps, &c), 0);
	for (size_t i = 0; i < c.n_sums; i++)
		text_add(&text, "%s%s: %s (%s) of %s\n", c.sums[i].fits ? "" : "! ", c.sums[i].what,
			 c.sums[i].wanted, c.sums[i].kept ? c.sums[i].kept : "-",
			 c.sums[i].total ? c.sums[i].total : "?");
	for (size_t i = 0; i < c.words.n_errors; i++)
		text_add(&text, "error %s\n", c.words.errors[i]);
	for (size_t i = 0; i < c.words.n_notes; i++)
		text_add(&text, "note %s\n", c.words.notes[i].text);
	qos_check_free(&c);
	return text;
}

static void expect(const struct sim *s, const char *expected)
{
	char *text = text_of(s);

	assert_string_equal(text, expected);
	free(text);
}

static void pinned_memory_has_to_fit_into_ram(void **state)
{
	struct sim s;

	(void)state;
	sim_new(&s, "host: {memory: 4GiB}\n"
		    "guests:\n"
		    "  a: {devices: \"01:00.0\", memory: {max: 40G}}\n"
		    "  b: {devices: \"02:00.0\"}\n"
		    "  c: {memory: {max: 8G, min: 2G}}\n"
		    "  d: {devices: \"03:00.0\"}\n");
	s.caps.swap = 8 * GIB;
	sim_guest(&s, "b", 1)->memory = 16 * GIB;
	expect(&s, "memory, pinned by devices: 56 GiB (4 GiB) of 64 GiB\n"
		   "memory, protected by min: 2 GiB (4 GiB) of 64 GiB\n"
		   "memory, all that is known: 64 GiB (4 GiB) of 72 GiB\n"
		   "note it does not run and has no memory: max, so its memory, which its devices pin, is "
		   "not in the sums\n"
		   "note guests may use 4 GiB more than the RAM that is left for them; there are 8 GiB of "
		   "swap\n");
	s.guests.v[0].memory = 21 * GIB;
	expect(&s, "! memory, pinned by devices: 61 GiB (4 GiB) of 64 GiB\n"
		   "memory, protected by min: 2 GiB (4 GiB) of 64 GiB\n"
		   "! memory, all that is known: 69 GiB (4 GiB) of 72 GiB\n"
		   "error f.yaml:7: guests: d: devices: all guests together want 61 GiB of pinned memory; "
		   "the host has 64 "
		   "GiB and keeps 4 GiB: 60 GiB are left\n"
		   "note it does not run and has no memory: max, so its memory, which its devices pin, is "
		   "not in the sums\n"
		   "note guests may use 9 GiB more than the RAM that is left for them; there are 8 GiB of "
		   "swap\n");
	sim_free(&s);
	/* known to be passed through only because it runs so */
	sim_new(&s, "guests: {a: {match: {libvirt: \"a*\"}}}\n");
	sim_guest(&s, "a1", 1)->memory = 40 * GIB;
	sim_guest(&s, "a2", 1)->memory = 40 * GIB;
	s.guests.v[0].passthrough = s.guests.v[1].passthrough = true;
	expect(&s, "! memory, pinned by devices: 80 GiB (0 bytes) of 64 GiB\n"
		   "! memory, all that is known: 80 GiB (0 bytes) of 64 GiB\n"
		   "error f.yaml:2: guests: a: devices: all guests together want 80 GiB of pinned memory; "
		   "the host has 64 GiB "
		   "and keeps 0 bytes: 64 GiB are left\n"
		   "note guests may use 16 GiB more than the RAM that is left for them; there are 0 bytes of "
		   "swap\n");
	sim_free(&s);
}

static void protected_and_bound_memory(void **state)
{
	struct sim s;

	(void)state;
	sim_new(&s, "host: {memory: 50%}\n"
		    "guests:\n"
		    "  a: {memory: {min: 30G}, numa: {mems: 0}}\n"
		    "  b: {memory: {min: 40G}, numa: {mems: 0}}\n");
	expect(&s, "! memory, protected by min: 70 GiB (32 GiB) of 64 GiB\n"
		   "! memory, all that is known: 70 GiB (32 GiB) of 64 GiB\n"
		   "! memory, bound to node 0: 70 GiB (0 bytes) of 64 GiB\n"
		   "error f.yaml:5: guests: b: memory: min: all guests together want 70 GiB of protected "
		   "memory; the host has "
		   "64 GiB and keeps 32 GiB: 32 GiB are left\n"
		   "note guests may use 38 GiB more than the RAM that is left for them; there are 0 bytes of "
		   "swap\n"
		   "note 70 GiB are bound to node 0, which has 64 GiB: some of it would be swapped\n");
	sim_config(&s, "guests: {a: {memory: {max: 70G}, numa: {mems: 0}, devices: \"01:00.0\"}}\n");
	{
		char *text = text_of(&s);

		assert_non_null(strstr(
			text, "error f.yaml:2: guests: a: numa: mems: 70 GiB are bound to node 0, some of it "
			      "pinned by devices; the node has 64 GiB\n"));
		free(text);
	}
	sim_free(&s);
}

static void cpus_of_partitions_are_nobody_elses(void **state)
{
	struct sim s;

	(void)state;
	sim_new(&s, "host: {cpus: 0-1}\n"
		    "guests:\n"
		    "  a: {cpu: {cpus: 2-5, partition: isolated, quota: 400%}, pin: {vcpus: 2-5}}\n"
		    "  b: {cpu: {cpus: 6-9, partition: root, quota: 800%}}\n"
		    "  c: {pin: {vcpus: 10-11, emulator: 0-1}, cpu: {quota: 300%}}\n");
	expect(&s, "CPUs, of partitions: 8 (2) of 16\n"
		   "! CPU time, quotas: 1500% (200%) of 1600%\n"
		   "note quotas add up to 1500% of a CPU, and 1400% are left for guests: one may get less "
		   "than its quota\n");
	sim_config(&s, "host: {cpus: 0-1}\n"
		       "guests:\n"
		       "  a: {cpu: {cpus: 2-5, partition: isolated}}\n"
		       "  b: {cpu: {cpus: 5-9, partition: root}}\n"
		       "  c: {pin: {vcpus: 1, emulator: 2}}\n"
		       "  d: {cpu: {cpus: 0-3}}\n");
	expect(&s, "CPUs, of partitions: 8 (2) of 16\n"
		   "error f.yaml:4: guests: a: cpu: partition: CPUs 2 are the guest c's as well, f.yaml:6, "
		   "and only one can have "
		   "them\n"
		   "error f.yaml:4: guests: a: cpu: partition: CPUs 2-3 are the guest d's as well, f.yaml:7, "
		   "and only one can "
		   "have them\n"
		   "error f.yaml:5: guests: b: cpu: partition: CPUs 5 are the guest a's as well, f.yaml:4, "
		   "and only one can have "
		   "them\n"
		   "error f.yaml:6: guests: c: pin: vcpus: CPUs 1 are kept for the host (host: cpus)\n");
	sim_config(&s, "guests: {g: {match: {libvirt: \"*\"}, cpu: {cpus: 2-5, partition: isolated}}}\n");
	sim_guest(&s, "x", 1);
	sim_guest(&s, "y", 1);
	expect(&s, "CPUs, of partitions: 4 (0) of 16\n"
		   "error f.yaml:2: guests: g: cpu: partition: 2 running guests are meant, and only one can "
		   "have these CPUs\n");
	sim_free(&s);
}

static void ways_class_ids_and_rmids(void **state)
{
	struct sim s;

	(void)state;
	sim_new(&s, "host: {ways: 2}\n"
		    "classes:\n"
		    "  a: {partition: exclusive, L3: 4 ways}\n"
		    "  b: {partition: exclusive, L3: 3 ways, MB: 10%}\n"
		    "  c: {L3: 2 ways}\n"
		    "guests: {g: {class: a, monitor: yes}, h: {class: b, monitor: yes}, i: {class: c}}\n");
	sim_cache(&s, RDT_L3, 11, 11 << 20, 8, "0,2");
	sim_mon(&s, 6);
	expect(&s, "class ids: 3 (1) of 8\n"
		   "L3 0, exclusive ways: 7 (2) of 11\n"
		   "L3 2, exclusive ways: 7 (2) of 11\n"
		   "ids for monitoring: 2 (-) of 2\n"
		   "note class b: this host cannot divide MB\n");
	s.caps.rdt.num_rmids = 2;
	s.caps.rdt.res[RDT_L3].num_closids = 3;
	expect(&s, "! class ids: 3 (1) of 3\n"
		   "! ids for monitoring: 2 (-) of 0\n"
		   "error f.yaml:6: classes: c: 3 classes want a class id each, 3 of them when equal shared "
		   "ones are taken "
		   "together; of 3 class ids 1 is the root's and groups of others have 0: 2 are left\n"
		   "error f.yaml:7: guests: h: monitor: 2 guests want an id for monitoring (RMID) each; of 2 "
		   "classes and groups "
		   "of others have 2: 0 are left\n"
		   "note class b: this host cannot divide MB\n");
	sim_free(&s);
}

static void limits_of_disks_and_devices_of_two_guests(void **state)
{
	struct caps_path *p;
	struct sim s;

	(void)state;
	sim_new(&s, "guests:\n"
		    "  a: {io: {devices: {/dev/sda: {rbps: 500M, wiops: 100}}}, devices: [\"01:00.0\"]}\n"
		    "  b: {io: {devices: {/dev/sda: {rbps: 300M, wbps: max}, /dev/gone: {rbps: 1M}}},\n"
		    "      devices: [\"02:00.0\", \"01:00.0\"], memory: {max: 1G}}\n");
	sim_block(&s, "sda", "none", false);
	p = append(s.caps.paths, s.caps.n_paths);
	p->path = strdup("/dev/gone");
	p->block = -1;
	expect(&s, "memory, pinned by devices: 1 GiB (0 bytes) of 64 GiB\n"
		   "memory, all that is known: 1 GiB (0 bytes) of 64 GiB\n"
		   "sda, bytes read of 2 guests: 800 MB/s (-) of ?\n"
		   "sda, writes of 1 guests: 100/s (-) of ?\n"
		   "error f.yaml:4: guests: b: io: devices: /dev/gone: there is no such disk\n"
		   "error f.yaml:5: guests: b: devices: 01:00.0: is the guest a's already, f.yaml:3\n"
		   "note it does not run and has no memory: max, so its memory, which its devices pin, is "
		   "not in the sums\n");
	sim_free(&s);
}

static void limits_are_summed_on_the_disks_below(void **state)
{
	struct caps_path *p;
	struct sim s;

	(void)state;
	sim_new(&s, "guests:\n"
		    "  a: {io: {devices: {/dev/sda: {rbps: 100M}}}}\n"
		    "  b: {io: {devices: {/dev/dm-0: {rbps: 200M}, /dev/dm-1: {rbps: 50M, wiops: 10}}}}\n"
		    "  c: {io: {devices: {/dev/sda: {rbps: 7M}, /dev/dm-0: {rbps: 500M}}}}\n");
	sim_block(&s, "sda", "none", false);
	sim_block(&s, "sdb", "none", false);
	sim_block(&s, "dm-0", "none", false);
	sim_block(&s, "dm-1", "none", false);
	sim_below(&s, "dm-0", "sda");
	sim_below(&s, "dm-1", "sda");
	sim_below(&s, "dm-1", "sdb");
	/* c's limit on the disk holds for what passes through dm-0 as well */
	expect(&s, "sda, bytes read of 3 guests: 357 MB/s (-) of ?\n"
		   "sda, writes of 1 guests: 10/s (-) of ?\n"
		   "sdb, bytes read of 1 guests: 50 MB/s (-) of ?\n"
		   "sdb, writes of 1 guests: 10/s (-) of ?\n");
	/* two names of one disk */
	p = append(s.caps.paths, s.caps.n_paths);
	p->path = strdup("/dev/sda2");
	sim_config(&s, "guests:\n"
		       "  a: {io: {devices: {/dev/sda: {rbps: 100M}, /dev/sda2: {rbps: 1M}}}}\n");
	expect(&s, "sda, bytes read of 1 guests: 100 MB/s (-) of ?\n"
		   "error f.yaml:3: guests: a: io: devices: /dev/sda2: is on the disk sda, as is /dev/sda: "
		   "one of "
		   "them\n");
	sim_free(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pinned_memory_has_to_fit_into_ram),
		cmocka_unit_test(protected_and_bound_memory),
		cmocka_unit_test(cpus_of_partitions_are_nobody_elses),
		cmocka_unit_test(ways_class_ids_and_rmids),
		cmocka_unit_test(limits_of_disks_and_devices_of_two_guests),
		cmocka_unit_test(limits_are_summed_on_the_disks_below),
	};

	return cmocka_run_group_tests_name("qos-check", tests, NULL, NULL);
}
