// SPDX-License-Identifier: GPL-2.0-only
/*
 * config_knobs.c - CPU, placement, I/O and memory of a guest; pure
 *
 * What is impossible whatever the host can do is an error here: the kernel would say only EINVAL.
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "config/config_priv.h"
#include "lib/hostfs.h"
#include "lib/units.h"

#define WEIGHT_MAX     10000
#define IO_DEVICES_MAX 256
#define PINS_MAX       IDSET_MAX
#define NODES_MAX      1024

/* the kernel's limits of cpu.max, in microseconds */
#define PERIOD_MIN     1000
#define PERIOD_MAX     1000000
#define PERIOD_DEFAULT 100000
#define QUOTA_MIN      1000

#define KEYS(k) k, sizeof(k) / sizeof((k)[0])

static int read_cpu_percent(struct source *s, const struct at *at, const struct node *value,
			    const struct key *key, void *dst)
{
	const char *text = config_text(value);
	uint64_t v;

	if (text && units_percent(text, (uint64_t)IDSET_MAX * UNITS_ALL, &v) && v >= key->min) {
		*(uint64_t *)dst = v;
		return 0;
	}
	return config_expected(s, at, value,
			       key->min ? "percent of one CPU such as 50% or 400%, or max"
					: "percent of one CPU such as 50% or 400%");
}

static int read_quota(struct source *s, const struct at *at, const struct node *value, const struct key *key,
		      void *dst)
{
	const char *text = config_text(value);

	if (!text || strcmp(text, "max"))
		return read_cpu_percent(s, at, value, key, dst);
	*(uint64_t *)dst = QOS_MAX;
	return 0;
}

static int read_burst(struct source *s, const struct at *at, const struct node *value, const struct key *key,
		      void *dst)
{
	struct qos_cpu *cpu = dst;

	cpu->has_burst = true;
	return read_cpu_percent(s, at, value, key, &cpu->burst);
}

static int read_period(struct source *s, const struct at *at, const struct node *value, const struct key *key,
		       void *dst)
{
	const char *text = config_text(value);
	uint64_t us;

	(void)key;
	if (!text || !units_time(text, &us) || us < PERIOD_MIN || us > PERIOD_MAX)
		return config_expected(s, at, value, "a time from 1ms to 1s");
	*(uint64_t *)dst = us;
	return 0;
}

static int read_partition(struct source *s, const struct at *at, const struct node *value,
			  const struct key *key, void *dst)
{
	static const char *const names[] = { "member", "root", "isolated" };
	const char *text = config_text(value);

	(void)key;
	for (size_t i = 0; text && i < sizeof(names) / sizeof(names[0]); i++)
		if (!strcmp(text, names[i])) {
			*(enum qos_cpuset_partition *)dst = (enum qos_cpuset_partition)(CPUSET_MEMBER + i);
			return 0;
		}
	return config_expected(s, at, value, "member, root or isolated");
}

static int judge_cpu(const struct source *s, const struct at *at, const struct qos_cpu *cpu)
{
	uint64_t period = cpu->period ? cpu->period : PERIOD_DEFAULT, us;
	_cleanup_(freep) char *quota = NULL, *burst = NULL;

	if (cpu->period && (!cpu->quota || cpu->quota == QOS_MAX))
		return config_wrong(s, at, at->line,
				    "period: expected a quota with it, such as quota: 400%%");
	if (cpu->burst && (!cpu->quota || cpu->quota == QOS_MAX))
		return config_wrong(s, at, at->line, "burst: expected a quota with it, such as quota: 400%%");
	if (cpu->partition > CPUSET_MEMBER && !cpu->cpus)
		return config_wrong(s, at, at->line,
				    "partition: expected cpus with it: the CPUs that it takes");
	if (cpu->partition > CPUSET_MEMBER && cpu->pool)
		return config_wrong(
			s, at, at->line,
			"expected partition (a cpupool of its own, on Xen) or pool (one that is there), "
			"found both");
	if (!cpu->quota || cpu->quota == QOS_MAX)
		return 0;
	us = cpu->quota * period / UNITS_ALL;
	if (us >= QUOTA_MIN && cpu->burst <= cpu->quota)
		return 0;
	quota = units_percent_str(cpu->quota);
	burst = units_percent_str(cpu->burst);
	if (!quota || !burst)
		return -ENOMEM;
	if (us < QUOTA_MIN)
		return config_wrong(s, at, at->line,
				    "quota: %s of a period of %" PRIu64 " us is %" PRIu64
				    " us; expected at least %d us",
				    quota, period, us, QUOTA_MIN);
	return config_wrong(s, at, at->line, "burst: expected at most the quota of %s, found %s", quota,
			    burst);
}

int config_read_cpu(struct source *s, const struct at *at, const struct node *value, const struct key *key,
		    void *dst)
{
	static const struct key keys[] = {
		{ "weight", config_read_number, offsetof(struct qos_cpu, weight), 1, WEIGHT_MAX },
		{ "quota", read_quota, offsetof(struct qos_cpu, quota), 1, 0 },
		{ "period", read_period, offsetof(struct qos_cpu, period), 0, 0 },
		{ "burst", read_burst, 0, 0, 0 },
		{ "cpus", config_read_list, offsetof(struct qos_cpu, cpus), 0, IDSET_MAX - 1 },
		{ "partition", read_partition, offsetof(struct qos_cpu, partition), 0, 0 },
		{ "pool", config_read_word, offsetof(struct qos_cpu, pool), 0, 0 },
	};
	struct qos_guest *g = dst;
	int rc;

	(void)key;
	g->cpu.line = at->line;
	rc = config_map(s, at, value, KEYS(keys), &g->cpu, NULL);
	return rc ? rc : judge_cpu(s, at, &g->cpu);
}

static const struct key cpus_key = { "cpus", config_read_list, 0, 0, IDSET_MAX - 1 };

static int read_pin_one(struct source *s, const struct at *at, const struct node *value, void *dst)
{
	struct qos_pin *pin = dst;
	struct qos_pin_one *one;
	uint64_t id;

	if (!strcmp(at->key, "all"))
		return config_read_list(s, at, value, &cpus_key, &pin->all);
	if (!units_number(at->key, 0, PINS_MAX - 1, &id))
		return config_wrong(s, at, at->line, "expected all, or the number of a thread");
	one = append(pin->v, pin->n);
	if (!one)
		return -ENOMEM;
	one->id = (uint32_t)id;
	one->line = at->line;
	return config_read_list(s, at, value, &cpus_key, &one->cpus);
}

/* @key->min: whether its threads have numbers */
static int read_pin_role(struct source *s, const struct at *at, const struct node *value,
			 const struct key *key, void *dst)
{
	struct qos_pin *pin = dst;

	pin->line = at->line;
	if (!key->min || value->type != NODE_MAP)
		return config_read_list(s, at, value, &cpus_key, &pin->all);
	return config_each(s, at, value, "CPUs, or lines of all: CPUS and NUMBER: CPUS", read_pin_one, pin);
}

int config_read_pin(struct source *s, const struct at *at, const struct node *value, const struct key *key,
		    void *dst)
{
	static const struct key keys[] = {
		{ "vcpus", read_pin_role, offsetof(struct qos_guest, pin[ROLE_VCPU]), 1, 0 },
		{ "emulator", read_pin_role, offsetof(struct qos_guest, pin[ROLE_EMULATOR]), 0, 0 },
		{ "iothreads", read_pin_role, offsetof(struct qos_guest, pin[ROLE_IOTHREAD]), 1, 0 },
		{ "vhost", read_pin_role, offsetof(struct qos_guest, pin[ROLE_VHOST]), 0, 0 },
	};

	(void)key;
	return config_map(s, at, value, KEYS(keys), dst, NULL);
}

int config_read_numa(struct source *s, const struct at *at, const struct node *value, const struct key *key,
		     void *dst)
{
	static const struct key keys[] = {
		{ "mems", config_read_list, offsetof(struct qos_numa, mems), 0, NODES_MAX - 1 },
		{ "prefer", config_read_list, offsetof(struct qos_numa, prefer), 0, NODES_MAX - 1 },
	};
	struct qos_guest *g = dst;
	int rc;

	(void)key;
	g->numa.line = at->line;
	rc = config_map(s, at, value, KEYS(keys), &g->numa, NULL);
	if (!rc && g->numa.mems && g->numa.prefer)
		rc = config_wrong(s, at, at->line, "expected mems (hard) or prefer (soft), found both");
	return rc;
}

static int read_ioprio(struct source *s, const struct at *at, const struct node *value, const struct key *key,
		       void *dst)
{
	const char *text = config_text(value);
	struct qos_io *io = dst;
	uint64_t level = 4; /* the kernel's middle */

	(void)key;
	if (!text)
		text = "";
	io->prio = !strncmp(text, "rt", 2) ? IOPRIO_RT : !strncmp(text, "be", 2) ? IOPRIO_BE : IOPRIO_UNSET;
	if (!strcmp(text, "idle")) {
		io->prio = IOPRIO_IDLE;
		return 0;
	}
	if (io->prio == IOPRIO_UNSET ||
	    (text[2] && (text[2] != '/' || !units_number(text + 3, 0, 7, &level))))
		return config_expected(s, at, value, "rt/0 (first) to rt/7, be/0 to be/7, or idle");
	io->prio_level = (unsigned int)level;
	return 0;
}

/* @key->min: 1 for bytes, 0 for operations */
static int read_limit(struct source *s, const struct at *at, const struct node *value, const struct key *key,
		      void *dst)
{
	const char *text = config_text(value);
	uint64_t v;

	if (text && (key->min ? units_rate(text, &v) : units_count(text, &v)) && v) {
		*(uint64_t *)dst = v;
		return 0;
	}
	return config_expected(s, at, value,
			       key->min ? "bytes a second such as 500M or 1GiB/s, not 0, or max"
					: "operations a second such as 2000 or 20k, not 0, or max");
}

static int read_io_device(struct source *s, const struct at *at, const struct node *value, void *dst)
{
	static const struct key keys[] = {
		{ "weight", config_read_number, offsetof(struct qos_io_device, weight), 1, WEIGHT_MAX },
		{ "rbps", read_limit, offsetof(struct qos_io_device, rbps), 1, 0 },
		{ "wbps", read_limit, offsetof(struct qos_io_device, wbps), 1, 0 },
		{ "riops", read_limit, offsetof(struct qos_io_device, riops), 0, 0 },
		{ "wiops", read_limit, offsetof(struct qos_io_device, wiops), 0, 0 },
	};
	struct qos_io_device *d;
	struct qos_io *io = dst;

	if (strncmp(at->key, "/dev/", 5) || strpbrk(at->key, " \t\n"))
		return config_wrong(s, at, at->line,
				    "expected the path of a disk below /dev, such as /dev/disk/by-id/X");
	if (io->n_devices == IO_DEVICES_MAX)
		return config_wrong(s, at, at->line, "expected at most %d devices", IO_DEVICES_MAX);
	d = append(io->devices, io->n_devices);
	if (!d)
		return -ENOMEM;
	d->line = at->line;
	d->path = strdup(at->key);
	if (!d->path)
		return -ENOMEM;
	return config_map(s, at, value, KEYS(keys), d, NULL);
}

static int read_io_devices(struct source *s, const struct at *at, const struct node *value,
			   const struct key *key, void *dst)
{
	(void)key;
	return config_each(s, at, value, "lines of PATH: LIMITS", read_io_device, dst);
}

int config_read_io(struct source *s, const struct at *at, const struct node *value, const struct key *key,
		   void *dst)
{
	static const struct key keys[] = {
		{ "weight", config_read_number, offsetof(struct qos_io, weight), 1, WEIGHT_MAX },
		{ "priority", read_ioprio, 0, 0, 0 },
		{ "devices", read_io_devices, 0, 0, 0 },
	};
	struct qos_guest *g = dst;

	(void)key;
	g->io.line = at->line;
	return config_map(s, at, value, KEYS(keys), &g->io, NULL);
}

/* Whether one amount is more than another, where that can be told without the host. */
static bool more(struct amount a, struct amount b)
{
	return a.kind == b.kind && a.kind != AMOUNT_NONE && a.value > b.value;
}

static int judge_memory(const struct source *s, const struct at *at, const struct qos_memory *m)
{
	const struct {
		const char *less, *name;
		struct amount a, b;
	} orders[] = {
		{ "min", "max", m->min, m->max },
		{ "low", "max", m->low, m->max },
		{ "min", "high", m->min, m->high },
		{ "low", "high", m->low, m->high },
		{ "high", "max", m->high.value == QOS_MAX ? m->max : m->high, m->max },
	};

	for (size_t i = 0; i < sizeof(orders) / sizeof(orders[0]); i++) {
		_cleanup_(freep) char *a = NULL, *b = NULL;

		if (!more(orders[i].a, orders[i].b))
			continue;
		a = units_amount_str(orders[i].a);
		b = units_amount_str(orders[i].b);
		if (!a || !b)
			return -ENOMEM;
		return config_wrong(s, at, at->line, "%s: expected at most %s, which is %s, found %s",
				    orders[i].less, orders[i].name, b, a);
	}
	return 0;
}

int config_read_memory_map(struct source *s, const struct at *at, const struct node *value,
			   const struct key *key, void *dst)
{
	static const struct key keys[] = {
		{ "min", config_read_memory, offsetof(struct qos_memory, min), 0, 0 },
		{ "low", config_read_memory, offsetof(struct qos_memory, low), 0, 0 },
		{ "high", config_read_memory, offsetof(struct qos_memory, high), 0, 0 },
		{ "max", config_read_memory, offsetof(struct qos_memory, max), 0, 0 },
		{ "swap", config_read_memory, offsetof(struct qos_memory, swap), 0, 0 },
	};
	struct qos_guest *g = dst;
	int rc;

	(void)key;
	g->memory.line = at->line;
	rc = config_map(s, at, value, KEYS(keys), &g->memory, NULL);
	return rc ? rc : judge_memory(s, at, &g->memory);
}
