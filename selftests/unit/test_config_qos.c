// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_config_qos.c - classes, guests and the host in the configuration: each key right, and wrong in each way
 */
#include <errno.h>
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
#include "tree.h"
#include "lib/units.h"

/* The configuration of one text, or NULL with the error. */
static struct config *parse(const char *text, char **err)
{
	struct config *cfg = calloc(1, sizeof(*cfg));
	int rc;

	*err = NULL;
	assert_non_null(cfg);
	rc = config_parse(cfg, "f.yaml", text, strlen(text), err);
	if (!rc)
		rc = config_finish(cfg, err);
	if (!rc) {
		assert_null(*err);
		return cfg;
	}
	assert_int_equal(rc, -EINVAL);
	assert_non_null(*err);
	config_free(cfg);
	return NULL;
}

static struct config *parse_good(const char *text)
{
	char *err;
	struct config *cfg = parse(text, &err);

	if (!cfg)
		fail_msg("for %s\ngot %s", text, err);
	return cfg;
}

static void assert_list(const struct idset *set, const char *list)
{
	char *s;

	assert_non_null(set);
	s = units_list_str(set);
	assert_string_equal(s, list);
	free(s);
}

static const char whole[] =
	"version: 1\n"
	"aliases: {gpu0: \"0000:00:1c.4/00.0,ids=10de:1eb8\"}\n"
	"classes:\n"
	"  gold: {partition: exclusive, L3: {all: 12MiB}, MB: {all: 100%}}\n"
	"  bulk: {partition: shared, L3: {all: 30%, 1: 0x0f}, MB: {all: 50%}}\n"
	"host: {cpus: 0-1, memory: 4GiB, ways: 2}\n"
	"guests:\n"
	"  db1:\n"
	"    match: {libvirt: \"db-*\"}\n"
	"    class: gold\n"
	"    monitor: true\n"
	"    cpu: {weight: 300, quota: 400%, burst: 100%, period: 50ms, cpus: 0-15, partition: isolated}\n"
	"    pin: {vcpus: {all: 8-15, 0: 8}, emulator: 0-1, iothreads: 2, vhost: [3, 5-6]}\n"
	"    numa: {mems: 0}\n"
	"    io: {weight: 200, priority: rt/2,\n"
	"         devices: {/dev/disk/by-id/X: {weight: 300, rbps: 500M, wiops: max}}}\n"
	"    memory: {min: 16G, high: max, swap: 0, low: 30%}\n"
	"    devices: [gpu0, \"pci:10de:1eb8\"]\n"
	"    require: [L3, io.weight, memory]\n"
	"    takeover: [cpu, pin]\n"
	"  101:\n"
	"    numa: {prefer: \"0,2\"}\n"
	"    cpu:\n"
	"      # weight: 3\n";

static void every_key_of_the_file_arrives(void **state)
{
	struct config *cfg = parse_good(whole);
	const struct qos_guest *g = qos_guest_find(&cfg->qos, "db1");
	const struct qos_class *c = qos_class_find(&cfg->qos, "bulk");

	(void)state;
	assert_non_null(g);
	assert_string_equal(g->file, "f.yaml");
	assert_int_equal(g->line, 8);
	assert_string_equal(g->match.libvirt, "db-*");
	assert_string_equal(g->class, "gold");
	assert_int_equal(g->class_line, 10);
	assert_true(g->monitor);
	assert_int_equal(g->cpu.weight, 300);
	assert_int_equal(g->cpu.quota, 40000);
	assert_int_equal(g->cpu.burst, 10000);
	assert_int_equal(g->cpu.period, 50000);
	assert_list(g->cpu.cpus, "0-15");
	assert_int_equal(g->cpu.partition, CPUSET_ISOLATED);
	assert_list(g->pin[ROLE_VCPU].all, "8-15");
	assert_int_equal(g->pin[ROLE_VCPU].n, 1);
	assert_int_equal(g->pin[ROLE_VCPU].v[0].id, 0);
	assert_list(g->pin[ROLE_VCPU].v[0].cpus, "8");
	assert_list(g->pin[ROLE_EMULATOR].all, "0-1");
	assert_list(g->pin[ROLE_IOTHREAD].all, "2");
	assert_list(g->pin[ROLE_VHOST].all, "3,5-6");
	assert_list(g->numa.mems, "0");
	assert_int_equal(g->io.weight, 200);
	assert_int_equal(g->io.prio, IOPRIO_RT);
	assert_int_equal(g->io.prio_level, 2);
	assert_int_equal(g->io.n_devices, 1);
	assert_string_equal(g->io.devices[0].path, "/dev/disk/by-id/X");
	assert_int_equal(g->io.devices[0].weight, 300);
	assert_int_equal(g->io.devices[0].rbps, 500000000);
	assert_int_equal(g->io.devices[0].wbps, 0);
	assert_true(g->io.devices[0].wiops == QOS_MAX);
	assert_int_equal(g->memory.min.value, 16ULL << 30);
	assert_true(g->memory.high.value == QOS_MAX);
	assert_int_equal(g->memory.swap.kind, AMOUNT_BYTES);
	assert_int_equal(g->memory.low.kind, AMOUNT_PERCENT);
	assert_int_equal(g->memory.max.kind, AMOUNT_NONE);
	assert_int_equal(g->n_devices, 2);
	assert_string_equal(g->devices[0].selector, "gpu0");
	assert_int_equal(g->require, 1U << KNOB_L3 | 1U << KNOB_IO_WEIGHT | 1U << KNOB_MEMORY_MIN |
					     1U << KNOB_MEMORY_LOW | 1U << KNOB_MEMORY_HIGH |
					     1U << KNOB_MEMORY_SWAP);
	assert_int_equal(g->takeover, 1U << AREA_CPU | 1U << AREA_PIN);
	assert_list(qos_guest_find(&cfg->qos, "101")->numa.prefer, "0,2");
	assert_int_equal(c->partition, PARTITION_SHARED);
	assert_int_equal(c->res[RDT_L3].all.kind, AMOUNT_PERCENT);
	assert_int_equal(c->res[RDT_L3].n_ids, 1);
	assert_int_equal(c->res[RDT_L3].ids[0].id, 1);
	assert_int_equal(c->res[RDT_L3].ids[0].amount.kind, AMOUNT_MASK);
	assert_int_equal(c->res[RDT_MB].all.value, 5000);
	assert_int_equal(c->res[RDT_L2].line, 0);
	assert_list(cfg->qos.host.cpus, "0-1");
	assert_int_equal(cfg->qos.host.memory.value, 4ULL << 30);
	assert_int_equal(cfg->qos.host.ways, 2);
	config_free(cfg);
}

static void other_spellings_mean_the_same(void **state)
{
	struct config *cfg =
		parse_good("version: 1\n"
			   "classes: {a: {L3: 3 ways, MB: max}, b: {L2CODE: 0x3, L2DATA: 50%}}\n"
			   "guests:\n"
			   "  a: {match: {uuid: 0123ABCD-0000-0000-0000-0123456789ab}, class: b,\n"
			   "      monitor: off, io: {priority: be}, require: L2DATA, devices: 01:00.0}\n"
			   "  b: {io: {priority: idle}, cpu: {quota: max, burst: 0%}}\n"
			   "  c:\n"
			   "host: {ways: {L3: 2, L2: 1}}\n");
	const struct qos_guest *g = qos_guest_find(&cfg->qos, "a");

	(void)state;
	assert_int_equal(cfg->qos.classes[0].res[RDT_L3].all.kind, AMOUNT_WAYS);
	assert_int_equal(cfg->qos.classes[0].res[RDT_MB].all.kind, AMOUNT_RATE);
	assert_string_equal(g->match.uuid, "0123abcd-0000-0000-0000-0123456789ab");
	assert_false(g->monitor);
	assert_int_equal(g->io.prio, IOPRIO_BE);
	assert_int_equal(g->io.prio_level, 4);
	assert_int_equal(g->require, 1U << KNOB_L2);
	assert_int_equal(g->n_devices, 1);
	g = qos_guest_find(&cfg->qos, "b");
	assert_int_equal(g->io.prio, IOPRIO_IDLE);
	assert_true(g->cpu.quota == QOS_MAX);
	assert_true(g->cpu.has_burst);
	assert_int_equal(cfg->qos.host.ways_l3, 2);
	assert_int_equal(cfg->qos.host.ways_l2, 1);
	config_free(cfg);
}

/** struct bad - a part of a file, and the words of the error that it must give */
struct bad {
	const char *text, *says;
};

static void try_bad(const char *before, const struct bad *v, size_t n, const char *after)
{
	for (size_t i = 0; i < n; i++) {
		char *text = text_fmt("%s%s%s", before, v[i].text, after), *err;
		struct config *cfg = parse(text, &err);

		if (cfg || !strstr(err, v[i].says))
			fail_msg("for %s\ngot %s\nfor %s", text, cfg ? "no error" : err, v[i].says);
		free(err);
		free(text);
	}
}

#define BAD(before, v, after) try_bad(before, v, sizeof(v) / sizeof((v)[0]), after)

static void each_key_of_a_guest_is_refused_in_each_wrong_way(void **state)
{
	static const struct bad v[] = {
		{ "[]", "f.yaml:3: guests: g: expected KEY: VALUE lines, found a list" },
		{ "x", "guests: g: expected KEY: VALUE lines, found x" },
		{ "{foo: 1}",
		  "guests: g: foo: unknown key; expected match, class, monitor, cpu, pin, numa, io" },
		{ "{clas: gold}", "clas: unknown key; did you mean class?" },
		{ "{Class: gold}", "Class: unknown key; did you mean class?" },
		{ "{class: gold, class: gold}", "class: set already in line 3" },
		{ "{class: [gold]}", "class: expected a word, found a list" },
		{ "{class: }", "class: expected a word, found nothing" },
		{ "{class: golf}", "class: expected a name from classes:, found golf; did you mean gold?" },
		{ "{class: zzz}", "class: expected a name from classes:, found zzz" },
		{ "{[a]: 1}", "guests: g: expected a word for a key" },
		{ "{monitor: maybe}", "monitor: expected true or false, found maybe" },
		{ "{monitor: 1}", "monitor: expected true or false, found 1" },
		{ "{monitor: }", "monitor: expected true or false, found nothing" },
		{ "{match: }", "match: expected one of libvirt, qemu, proxmox" },
		{ "{match: {}}", "match: expected one of libvirt, qemu, proxmox" },
		{ "{match: db-*}", "match: expected KEY: VALUE lines, found db-*" },
		{ "{match: {name: x}}", "match: name: unknown key" },
		{ "{match: {libvirt: \"\"}}", "libvirt: expected a word, found an empty text" },
		{ "{match: {uuid: 1234}}", "uuid: expected a UUID in the form of" },
		{ "{match: {uuid: 0123ABCD-0000-0000-0000-0123456789ag}}", "uuid: expected a UUID" },
		{ "{match: {uuid: 0123ABCD-0000-0000-0000-0123456789abc}}", "uuid: expected a UUID" },
		{ "{match: {uuid: {}}}", "uuid: expected a UUID" },
		{ "{match: {pidfile: run/x.pid}}",
		  "pidfile: expected a path that starts with /, found run/x" },
		{ "{match: {cgroup: machine.slice}}", "cgroup: expected a path that starts with /" },
		{ "{cpu: 300}", "cpu: expected KEY: VALUE lines, found 300" },
		{ "{cpu: {wweight: 3}}", "cpu: wweight: unknown key; did you mean weight?" },
		{ "{cpu: {weight: 0}}", "cpu: weight: expected a whole number from 1 to 10000, found 0" },
		{ "{cpu: {weight: 10001}}", "weight: expected a whole number from 1 to 10000, found 10001" },
		{ "{cpu: {weight: -1}}", "weight: expected a whole number from 1 to 10000, found -1" },
		{ "{cpu: {weight: 1.5}}", "weight: expected a whole number" },
		{ "{cpu: {weight: 0x10}}", "weight: expected a whole number" },
		{ "{cpu: {weight: 300%}}", "weight: expected a whole number" },
		{ "{cpu: {weight: 99999999999999999999999}}", "weight: expected a whole number" },
		{ "{cpu: {weight: {a: b}}}",
		  "weight: expected a whole number from 1 to 10000, found a mapping" },
		{ "{cpu: {quota: 4}}",
		  "quota: expected percent of one CPU such as 50% or 400%, or max, found 4" },
		{ "{cpu: {quota: 0%}}", "quota: expected percent of one CPU" },
		{ "{cpu: {quota: -5%}}", "quota: expected percent of one CPU" },
		{ "{cpu: {quota: 999999999%}}", "quota: expected percent of one CPU" },
		{ "{cpu: {quota: [1]}}", "quota: expected percent of one CPU" },
		{ "{cpu: {quota: 0.5%}}",
		  "quota: 0.5% of a period of 100000 us is 500 us; expected at least 1000" },
		{ "{cpu: {quota: 50%, period: 1ms}}", "of a period of 1000 us is 500 us" },
		{ "{cpu: {quota: 50%, period: 2s}}", "period: expected a time from 1ms to 1s, found 2s" },
		{ "{cpu: {quota: 50%, period: 999us}}", "period: expected a time from 1ms to 1s" },
		{ "{cpu: {quota: 50%, period: 100}}", "period: expected a time from 1ms to 1s, found 100" },
		{ "{cpu: {period: 10ms}}", "period: expected a quota with it" },
		{ "{cpu: {quota: max, period: 10ms}}", "period: expected a quota with it" },
		{ "{cpu: {burst: 10%}}", "burst: expected a quota with it" },
		{ "{cpu: {burst: 10%, quota: max}}", "burst: expected a quota with it" },
		{ "{cpu: {burst: 60%, quota: 50%}}", "burst: expected at most the quota of 50%, found 60%" },
		{ "{cpu: {burst: max, quota: 50%}}",
		  "burst: expected percent of one CPU such as 50% or 400%" },
		{ "{cpu: {cpus: 8192}}",
		  "cpus: expected numbers from 0 to 8191, as in \"0-3,8\", found 8192" },
		{ "{cpu: {cpus: 3-1}}", "cpus: expected numbers from 0 to 8191" },
		{ "{cpu: {cpus: all}}", "cpus: expected numbers from 0 to 8191" },
		{ "{cpu: {cpus: []}}", "cpus: expected numbers from 0 to 8191" },
		{ "{cpu: {cpus: [[1]]}}", "cpus: expected numbers from 0 to 8191" },
		{ "{cpu: {cpus: 0,2}}", "cpu: 2: unknown key; a list with commas needs quotes here" },
		{ "{cpu: {partition: isolated}}", "partition: expected cpus with it" },
		{ "{cpu: {partition: root}}", "partition: expected cpus with it" },
		{ "{cpu: {partition: yes, cpus: 1}}",
		  "partition: expected member, root or isolated, found yes" },
		{ "{pin: 3}", "pin: expected KEY: VALUE lines" },
		{ "{pin: {vcpu: 3}}", "pin: vcpu: unknown key; did you mean vcpus?" },
		{ "{pin: {vcpus: x}}", "pin: vcpus: expected numbers from 0 to 8191" },
		{ "{pin: {vcpus: {x: 1}}}", "pin: vcpus: x: expected all, or the number of a thread" },
		{ "{pin: {vcpus: {0: x}}}", "pin: vcpus: 0: expected numbers" },
		{ "{pin: {vcpus: {0: 1, 0: 2}}}", "pin: vcpus: 0: set already in f.yaml:3" },
		{ "{pin: {iothreads: {-1: 1}}}", "pin: iothreads: -1: expected all" },
		{ "{pin: {emulator: {0: 1}}}",
		  "pin: emulator: expected numbers from 0 to 8191, as in \"0-3,8\"" },
		{ "{pin: {vhost: {0: 1}}}", "pin: vhost: expected numbers" },
		{ "{pin: {vcpus: 1-4}, cpu: {cpus: 2-3}}",
		  "pin: vcpus: expected CPUs of cpu: cpus, which are 2-3, found 1,4" },
		{ "{pin: {iothreads: {7: 1}}, cpu: {cpus: 2-3}}",
		  "pin: iothreads: expected CPUs of cpu: cpus" },
		{ "{numa: 0}", "numa: expected KEY: VALUE lines" },
		{ "{numa: {mem: 0}}", "numa: mem: unknown key; did you mean mems?" },
		{ "{numa: {mems: 1024}}", "mems: expected numbers from 0 to 1023" },
		{ "{numa: {mems: 0, prefer: 1}}", "numa: expected mems (hard) or prefer (soft), found both" },
		{ "{numa: {prefer: x}}", "prefer: expected numbers from 0 to 1023" },
		{ "{io: 3}", "io: expected KEY: VALUE lines" },
		{ "{io: {weight: 0}}", "io: weight: expected a whole number from 1 to 10000" },
		{ "{io: {prio: rt}}", "io: prio: unknown key; expected weight, priority or devices" },
		{ "{io: {priority: rt/8}}",
		  "priority: expected rt/0 (first) to rt/7, be/0 to be/7, or idle" },
		{ "{io: {priority: rt0}}", "priority: expected rt/0" },
		{ "{io: {priority: high}}", "priority: expected rt/0" },
		{ "{io: {priority: [rt]}}", "priority: expected rt/0" },
		{ "{io: {devices: [/dev/sda]}}", "devices: expected lines of PATH: LIMITS, found a list" },
		{ "{io: {devices: {sda: {weight: 1}}}}", "sda: expected the path of a disk below /dev" },
		{ "{io: {devices: {\"/dev/a b\": {weight: 1}}}}", "expected the path of a disk below /dev" },
		{ "{io: {devices: {/dev/sda: 300}}}", "devices: /dev/sda: expected KEY: VALUE lines" },
		{ "{io: {devices: {/dev/sda: {wweight: 300}}}}",
		  "/dev/sda: wweight: unknown key; did you mean weight" },
		{ "{io: {devices: {/dev/sda: {weight: 20000}}}}", "weight: expected a whole number from 1" },
		{ "{io: {devices: {/dev/sda: {rbps: 0}}}}", "rbps: expected bytes a second such as 500M" },
		{ "{io: {devices: {/dev/sda: {rbps: 5%}}}}", "rbps: expected bytes a second" },
		{ "{io: {devices: {/dev/sda: {wbps: fast}}}}", "wbps: expected bytes a second" },
		{ "{io: {devices: {/dev/sda: {riops: 1GiB}}}}",
		  "riops: expected operations a second such as" },
		{ "{io: {devices: {/dev/sda: {wiops: -1}}}}", "wiops: expected operations a second" },
		{ "{memory: 4G}", "memory: expected KEY: VALUE lines" },
		{ "{memory: {mi: 4G}}", "memory: mi: unknown key; did you mean min?" },
		{ "{memory: {min: 4Gig}}",
		  "min: expected a size such as 16G or 512MiB, a share of the RAM such as" },
		{ "{memory: {low: 101%}}", "low: expected a size" },
		{ "{memory: {high: -1}}", "high: expected a size" },
		{ "{memory: {max: [1]}}", "max: expected a size" },
		{ "{memory: {swap: }}", "swap: expected a size" },
		{ "{memory: {min: 4G, max: 2G}}",
		  "memory: min: expected at most max, which is 2 GiB, found 4 GiB" },
		{ "{memory: {min: 4G, high: 2G}}", "memory: min: expected at most high, which is 2 GiB" },
		{ "{memory: {low: 40%, max: 30%}}",
		  "memory: low: expected at most max, which is 30%, found 40%" },
		{ "{memory: {high: 4G, max: 2G}}", "memory: high: expected at most max, which is 2 GiB" },
		{ "{devices: }", "devices: expected a list of aliases or selectors" },
		{ "{devices: {a: b}}", "devices: expected a list of aliases or selectors" },
		{ "{devices: [{a: b}]}", "devices: expected a list of aliases or selectors" },
		{ "{devices: [gpu1]}", "devices: expected an alias from aliases:, or a selector such as" },
		{ "{devices: [01:00.0, 01:00.0]}", "devices: 01:00.0: named already in line 3" },
		{ "{require: }", "require: expected a list of keys of the guest" },
		{ "{require: {a: b}}", "require: expected a list of keys of the guest" },
		{ "{require: [io.wweight]}",
		  "io.wweight: expected a key of the guest such as io.weight, cpu, L3 or" },
		{ "{require: [io.wweight]}", "did you mean io.weight?" },
		{ "{require: [io.weight]}",
		  "require: expected what the guest sets, found io.weight, which it does" },
		{ "{require: [memory]}",
		  "require: expected what the guest sets, found memory, which it does not" },
		{ "{require: [L2], class: gold}",
		  "require: expected what the guest sets, found L2, which it does" },
		{ "{takeover: [disk]}", "takeover: disk: expected cpu, pin, numa, io, memory or class" },
		{ "{takeover: [cpus]}", "did you mean cpu?" },
		{ "{takeover: {}}", "takeover: expected a list of cpu, pin, numa, io, memory and class" },
	};

	(void)state;
	BAD("version: 1\nclasses: {gold: {L3: 1MiB}}\nguests: {g: ", v, "}\n");
}

static void each_key_of_a_class_and_of_the_host_is_refused_in_each_wrong_way(void **state)
{
	static const struct bad classes[] = {
		{ "x", "f.yaml:2: classes: expected lines of NAME: CLASS, found x" },
		{ "{c: }", "classes: c: expected at least one of L3, L2 and MB" },
		{ "{c: 3}", "classes: c: expected KEY: VALUE lines, found 3" },
		{ "{\"a b\": {}}", "classes: a b: expected a name of letters" },
		{ "{-a: {}}", "expected a name of letters" },
		{ "{\"\": {}}", "expected a name of letters" },
		{ "{a/b: {}}", "expected a name of letters" },
		{ "{c: {L3: 1MiB}, c: {L3: 1MiB}}", "classes: c: set already in f.yaml:2" },
		{ "{c: {partition: exclusive}}", "partition: exclusive: expected L3 or L2 with it" },
		{ "{c: {partition: exclusive, MB: 10%}}", "partition: exclusive: expected L3 or L2 with it" },
		{ "{c: {partition: own, L3: 1MiB}}", "partition: expected exclusive or shared, found own" },
		{ "{c: {l3: 1MiB}}", "l3: unknown key; did you mean L3?" },
		{ "{c: {L4: 1MiB}}", "L4: unknown key; did you mean L3?" },
		{ "{c: {L3: }}", "L3: expected a size such as 12MiB, a share such as 30%" },
		{ "{c: {L3: 12}}", "L3: expected a size such as 12MiB" },
		{ "{c: {L3: 0}}", "L3: expected a size such as 12MiB" },
		{ "{c: {L3: 0x0}}", "L3: expected a size such as 12MiB" },
		{ "{c: {L3: 0%}}", "L3: expected a size such as 12MiB" },
		{ "{c: {L3: 101%}}", "L3: expected a size such as 12MiB" },
		{ "{c: {L3: max}}", "L3: expected a size such as 12MiB" },
		{ "{c: {L3: [1MiB]}}",
		  "L3: expected an amount, or lines of all: AMOUNT and ID: AMOUNT, found a list" },
		{ "{c: {L3: {}}}", "L3: expected an amount, or lines of all: AMOUNT" },
		{ "{c: {L3: {al: 1MiB}}}", "L3: al: expected all, or the id of a cache" },
		{ "{c: {L3: {-1: 1MiB}}}", "L3: -1: expected all, or the id of a cache" },
		{ "{c: {L3: {4294967296: 1MiB}}}", "expected all, or the id of a cache" },
		{ "{c: {L3: {0: 5}}}", "L3: 0: expected a size such as 12MiB" },
		{ "{c: {L3: {0: 1MiB, 0: 1MiB}}}", "L3: 0: set already" },
		{ "{c: {MB: 0x3}}", "MB: expected a share such as 50%, a rate such as 4GB/s, or max" },
		{ "{c: {MB: 50}}", "MB: expected a share such as 50%" },
		{ "{c: {MB: 2 ways}}", "MB: expected a share such as 50%" },
		{ "{c: {MB: {x: 50%}}}", "MB: x: expected all, or the id of a memory controller" },
	};
	static const struct bad host[] = {
		{ "3", "host: expected KEY: VALUE lines, found 3" },
		{ "{cpu: 0-1}", "host: cpu: unknown key; did you mean cpus?" },
		{ "{cpus: many}", "host: cpus: expected numbers from 0 to 8191" },
		{ "{memory: much}", "host: memory: expected a size" },
		{ "{ways: 65}", "host: ways: expected a number of cache ways up to 64, or {L3: N, L2: N}" },
		{ "{ways: -1}", "host: ways: expected a number of cache ways" },
		{ "{ways: {L1: 2}}", "host: ways: L1: unknown key" },
		{ "{ways: {L3: x}}", "host: ways: L3: expected a whole number from 0 to 64" },
		{ "{ways: [2]}", "host: ways: expected KEY: VALUE lines" },
	};

	(void)state;
	BAD("version: 1\nclasses: ", classes, "\n");
	BAD("version: 1\nhost: ", host, "\n");
}

static void a_guest_class_or_host_in_two_files_is_an_error(void **state)
{
	static const struct bad v[] = {
		{ "guests: {a: {class: c}}", "b.yaml:2: guests: a: set already in f.yaml:3" },
		{ "classes: {c: {L3: 1MiB}}", "b.yaml:2: classes: c: set already in f.yaml:2" },
		{ "host: {cpus: 0}", "b.yaml:2: host: set already in f.yaml:4" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(v) / sizeof(v[0]); i++) {
		static const char first[] = "version: 1\nclasses: {c: {L3: 1MiB}}\nguests: {a: {class: c}}\n"
					    "host: {ways: 1}\n";
		struct config *cfg = calloc(1, sizeof(*cfg));
		char *err = NULL, *text = text_fmt("version: 1\n%s\n", v[i].text);

		assert_int_equal(config_parse(cfg, "f.yaml", first, strlen(first), &err), 0);
		assert_int_equal(config_parse(cfg, "b.yaml", text, strlen(text), &err), -EINVAL);
		assert_string_equal(err, v[i].says);
		config_free(cfg);
		free(err);
		free(text);
	}
}

static void a_class_may_be_in_another_file_than_its_guest(void **state)
{
	struct config *cfg;
	struct tree t;
	char *err, path[128];

	(void)state;
	tree_new(&t);
	snprintf(path, sizeof(path), "%s/c.yaml", t.root);
	tree_file(&t, "c.yaml", "version: 1\nguests: {a: {class: c, require: L3, devices: nic}}\n");
	tree_file(&t, "conf.d/x.yaml", "version: 1\nclasses: {c: {L3: 1MiB}}\naliases: {nic: 01:00.0}\n");
	assert_int_equal(config_load(path, &cfg, &err), 0);
	assert_int_equal(cfg->qos.n_guests, 1);
	config_free(cfg);
	tree_file(&t, "conf.d/x.yaml", "version: 1\n");
	assert_int_equal(config_load(path, &cfg, &err), -EINVAL);
	assert_non_null(strstr(err, "c.yaml:2: guests: a: class: expected a name from classes:, found c"));
	free(err);
	tree_free(&t);
}

/* A text made of a beginning, a piece many times, and an end. */
static char *repeat(const char *head, const char *piece, size_t n, const char *tail)
{
	size_t h = strlen(head), p = strlen(piece);
	char *s = malloc(h + n * p + strlen(tail) + 1), *at = s;

	assert_non_null(s);
	memcpy(at, head, h);
	at += h;
	for (size_t i = 0; i < n; i++, at += p)
		memcpy(at, piece, p);
	strcpy(at, tail);
	return s;
}

static void files_that_no_person_wrote_are_refused(void **state)
{
	const struct {
		char *text;
		const char *says;
	} v[] = {
		{ repeat("version: 1\nx: ", "[", 20000, "\n"), "expected at most 16 levels" },
		{ repeat("version: 1\nx: [", "&a b, ", 5000, "c]\n"), "expected at most 100 anchors" },
		{ repeat("version: 1\nx: [", "a,", 200000, "c]\n"),
		  "expected at most 100000 words and brackets" },
		{ repeat("version: 1\nguests: {g: {cpu: {cpus: [", "1,", 5000, "2]}}}\n"),
		  "at most 4096 entries" },
		{ repeat("version: 1\nguests: {g: {require: [", "L3,", 5000, "L2]}}\n"),
		  "at most 4096 entries" },
		/* 4000 numbers, meant 40 times */
		{ repeat("version: 1\nguests:\n  g: {cpu: {cpus: &n [", "1,", 4000,
			 "2]}, pin: {vcpus: {"
			 "0: *n, 1: *n, 2: *n, 3: *n, 4: *n, 5: *n, 6: *n, 7: *n, 8: *n, 9: *n, 10: *n, 11: "
			 "*n, "
			 "12: *n, 13: *n, 14: *n, 15: *n, 16: *n, 17: *n, 18: *n, 19: *n, 20: *n, 21: *n, "
			 "22: *n, 23: *n, 24: *n, 25: *n, 26: *n, 27: *n, 28: *n, 29: *n, 30: *n, 31: "
			 "*n}}}\n"),
		  "expected at most 100000 values in a file" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(v) / sizeof(v[0]); i++) {
		char *err;
		struct config *cfg = parse(v[i].text, &err);

		if (cfg || !strstr(err, v[i].says))
			fail_msg("%zu: got %s", i, cfg ? "no error" : err);
		free(err);
		free(v[i].text);
	}
}

static void ten_megabytes_are_refused_unread(void **state)
{
	char *text = repeat("version: 1\n", "# a comment\n", 900000, ""), *err;
	struct config *cfg;
	struct tree t;
	char path[128];

	(void)state;
	tree_new(&t);
	snprintf(path, sizeof(path), "%s/c.yaml", t.root);
	tree_file(&t, "c.yaml", text);
	assert_int_equal(config_load(path, &cfg, &err), -EFBIG);
	assert_non_null(strstr(err, "c.yaml: larger than 1 MiB"));
	free(err);
	free(text);
	tree_free(&t);
}

static void what_is_quoted_is_short_and_harmless(void **state)
{
	char *err;

	(void)state;
	assert_null(parse("version: 1\nhost: {memory: \"a\\e[31mb\\nc"
			  "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\"}\n",
			  &err));
	assert_non_null(strstr(err, "found a?[31mb?cxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx..."));
	free(err);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_key_of_the_file_arrives),
		cmocka_unit_test(other_spellings_mean_the_same),
		cmocka_unit_test(each_key_of_a_guest_is_refused_in_each_wrong_way),
		cmocka_unit_test(each_key_of_a_class_and_of_the_host_is_refused_in_each_wrong_way),
		cmocka_unit_test(a_guest_class_or_host_in_two_files_is_an_error),
		cmocka_unit_test(a_class_may_be_in_another_file_than_its_guest),
		cmocka_unit_test(files_that_no_person_wrote_are_refused),
		cmocka_unit_test(ten_megabytes_are_refused_unread),
		cmocka_unit_test(what_is_quoted_is_short_and_harmless),
	};

	return cmocka_run_group_tests_name("config-qos", tests, NULL, NULL);
}
