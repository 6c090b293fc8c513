// SPDX-License-Identifier: GPL-2.0-only
/*
 * plan_cgroup.c - CPU time, CPUs, nodes and memory of a guest's cgroup; pure
 *
 * Where systemd owns the cgroup, through properties of its unit: what is written past it is lost at the next
 * daemon-reload. What it has no property for (cpu.max.burst, cpuset.cpus.partition) it leaves alone, so that is
 * written past it.
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "lib/hostfs.h"
#include "plan/plan_priv.h"
#include "lib/units.h"

#define PERIOD_DEFAULT 100000 /* us; the kernel's and systemd's */
#define WEIGHT_DEFAULT 100
#define PAGE	       4096 /* the kernel rounds down to it */

bool plan_has_unit(const struct subject *s)
{
	return s->p->a->caps->systemd && s->g->unit;
}

static char *number_text(uint64_t value, const char *none)
{
	return value == QOS_MAX ? strdup(none) : text_fmt("%" PRIu64, value);
}

/* A property with a text. It changes also when only the file is otherwise: somebody wrote past systemd. */
static struct step *property(struct subject *s, enum qos_knob knob, const char *prop, const char *want,
			     bool drifted)
{
	const char *have = guest_prop(s->g, prop);

	return plan_step_text(s->p, STEP_UNIT_PROPERTY, knob, s, s->g->unit, prop, want, have,
			      !have || strcmp(have, want) || drifted);
}

static struct step *file(struct subject *s, enum qos_knob knob, const char *key, const char *want)
{
	const char *have = guest_file(s->g, key);

	return plan_step_text(s->p, STEP_CGROUP_FILE, knob, s, s->g->cgroup, key, want, have,
			      !have || strcmp(have, want));
}

static int because(struct step *step, const char *why)
{
	if (!step)
		return -ENOMEM;
	if (!why)
		return 0;
	step->why = strdup(why);
	return step->why ? 0 : -ENOMEM;
}

int plan_number(struct subject *s, enum qos_knob knob, const char *prop, const char *key, uint64_t value,
		const char *why)
{
	bool unit = prop && plan_has_unit(s);
	_cleanup_(freep) char *in_file = number_text(value, "max"), *in_prop = number_text(value, "infinity");
	const char *have = guest_file(s->g, key);
	struct step *step;

	if (!in_file || !in_prop)
		return -ENOMEM;
	step = unit ? property(s, knob, prop, in_prop, have && strcmp(have, in_file))
		    : file(s, knob, key, in_file);
	if (step)
		step->number = value;
	return because(step, why);
}

static int weight(struct subject *s)
{
	const struct qos_cpu *cpu = &s->q->cpu;
	bool yields;
	int rc;

	if (!cpu->weight)
		return 0;
	rc = plan_yields(s, KNOB_CPU_WEIGHT, &yields);
	if (rc || yields)
		return rc;
	if (s->clear && plan_has_unit(s)) /* not set, which is 100 */
		return because(property(s, KNOB_CPU_WEIGHT, "CPUWeight", "infinity", false), NULL);
	return plan_number(s, KNOB_CPU_WEIGHT, "CPUWeight", "cpu.weight",
			   s->clear ? WEIGHT_DEFAULT : cpu->weight, NULL);
}

/** struct bandwidth - cpu.max and cpu.max.burst, in microseconds */
struct bandwidth {
	uint64_t quota, period, burst;
};

static struct bandwidth bandwidth_now(const struct guest *g)
{
	struct bandwidth b = { QOS_MAX, PERIOD_DEFAULT, 0 };
	const char *max = guest_file(g, "cpu.max"), *burst = guest_file(g, "cpu.max.burst");
	_cleanup_(freep) char *quota = max ? strndup(max, strcspn(max, " ")) : NULL;

	if (quota && !units_number(quota, 0, QOS_MAX - 1, &b.quota))
		b.quota = QOS_MAX;
	if (max && strchr(max, ' ') && !units_number(strchr(max, ' ') + 1, 1, QOS_MAX - 1, &b.period))
		b.period = PERIOD_DEFAULT;
	if (burst && !units_number(burst, 0, QOS_MAX - 1, &b.burst))
		b.burst = 0;
	return b;
}

static int quota_property(struct subject *s, struct bandwidth want, uint64_t percent)
{
	struct bandwidth now = bandwidth_now(s->g);
	bool drifted = guest_file(s->g, "cpu.max") && (now.quota != want.quota || now.period != want.period);
	_cleanup_(freep) char *period =
		number_text(want.period == PERIOD_DEFAULT ? QOS_MAX : want.period, "infinity");
	/* of a second, and percents are in hundredths */
	uint64_t a_second = percent == QOS_MAX ? QOS_MAX : percent * 100;
	_cleanup_(freep) char *quota = number_text(a_second, "infinity"), *why = NULL, *share = NULL;
	const char *have = guest_prop(s->g, "CPUQuotaPeriodUSec");
	struct step *step;

	if (!period || !quota)
		return -ENOMEM;
	/* 100 ms is what systemd takes when nothing is set: that is so already on most hosts */
	if (want.period != PERIOD_DEFAULT || (have && strcmp(have, "infinity") && strcmp(have, "100000"))) {
		step = property(s, KNOB_CPU_QUOTA, "CPUQuotaPeriodUSec", period, false);
		if (!step)
			return -ENOMEM;
		step->number = want.period == PERIOD_DEFAULT ? QOS_MAX : want.period;
	}
	step = property(s, KNOB_CPU_QUOTA, "CPUQuotaPerSecUSec", quota, drifted);
	if (!step)
		return -ENOMEM;
	step->number = a_second;
	if (percent == QOS_MAX)
		return 0;
	share = units_percent_str(percent);
	why = share ? text_fmt("%s of a CPU: %" PRIu64 " us of each %" PRIu64 " us", share, want.quota,
			       want.period)
		    : NULL;
	return why ? because(step, why) : -ENOMEM;
}

static int quota_file(struct subject *s, struct bandwidth want)
{
	_cleanup_(freep) char *text = want.quota == QOS_MAX
					      ? text_fmt("max %" PRIu64, want.period)
					      : text_fmt("%" PRIu64 " %" PRIu64, want.quota, want.period);

	return text ? because(file(s, KNOB_CPU_QUOTA, "cpu.max", text), NULL) : -ENOMEM;
}

static int burst(struct subject *s, uint64_t us)
{
	_cleanup_(freep) char *text = number_text(us, "0");
	struct step *step = text ? file(s, KNOB_CPU_BURST, "cpu.max.burst", text) : NULL;

	if (step)
		step->number = us;
	return step ? 0 : -ENOMEM;
}

static int quota(struct subject *s)
{
	const struct qos_cpu *cpu = &s->q->cpu;
	struct bandwidth want = { QOS_MAX, cpu->period ? cpu->period : PERIOD_DEFAULT, 0 };
	uint64_t percent = s->clear ? QOS_MAX : cpu->quota;
	/* without cpu.max the controller is not on yet: that tells nothing of the kernel */
	bool off = s->g->homeless || (!guest_file(s->g, "cpu.max") && !s->clear);
	bool yields, has_burst = cpu->has_burst && (guest_file(s->g, "cpu.max.burst") || off);
	int rc;

	if (!cpu->quota && !cpu->has_burst)
		return 0;
	rc = plan_yields(s, KNOB_CPU_QUOTA, &yields);
	if (rc || yields)
		return rc;
	if (cpu->has_burst && !has_burst)
		rc = plan_cannot(s, KNOB_CPU_BURST, "this kernel has no cpu.max.burst");
	if (s->clear)
		want.period = PERIOD_DEFAULT;
	if (percent && percent != QOS_MAX)
		want.quota = percent * want.period / UNITS_ALL;
	if (has_burst && !s->clear)
		want.burst = cpu->burst * want.period / UNITS_ALL;
	if (!rc && cpu->quota)
		rc = plan_has_unit(s) ? quota_property(s, want, percent) : quota_file(s, want);
	return !rc && has_burst ? burst(s, want.burst) : rc;
}

static struct idset all_nodes(const struct caps *c)
{
	struct idset all = { 0 };

	for (size_t i = 0; i < c->n_nodes; i++)
		idset_add(&all, c->nodes[i].id);
	return all;
}

/* No list, for a unit. The kernel lets no list go while somebody is in the cgroup: all are in it then. */
static char *no_list(const struct subject *s, enum qos_knob knob, const char *have)
{
	struct idset all = knob == KNOB_NUMA_MEMS ? all_nodes(s->p->a->caps) : s->p->a->caps->online;

	return plan_has_unit(s) || !have || !*have ? strdup("") : units_list_str(&all);
}

/* A list of CPUs or nodes. */
static int set(struct subject *s, enum qos_knob knob, const char *prop, const char *key,
	       const struct idset *ids)
{
	const char *have = guest_file(s->g, key);
	_cleanup_(freep) char *want = s->clear ? no_list(s, knob, have) : units_list_str(ids);
	bool yields;
	int rc;

	if (!want)
		return -ENOMEM;
	rc = plan_yields(s, knob, &yields);
	if (rc || yields)
		return rc;
	if (!s->p->a->caps->has_cpuset)
		return plan_cannot(s, knob, "the cpuset controller is not there for guests");
	return because(plan_has_unit(s) ? property(s, knob, prop, want, have && strcmp(have, want))
					: file(s, knob, key, want),
		       NULL);
}

static int cpus(struct subject *s)
{
	const struct idset *want = s->q->cpu.cpus, *online = &s->p->a->caps->online;
	struct idset there, missing;
	_cleanup_(freep) char *out = NULL, *all = NULL;

	if (!want)
		return 0;
	there = idset_and(want, online);
	missing = idset_minus(want, online);
	out = units_list_str(&missing);
	all = units_list_str(online);
	if (!out || !all)
		return -ENOMEM;
	if (idset_empty(&there))
		return plan_wrong(s, s->q->cpu.line, "cpu: cpus: none of %s is online; online are %s", out,
				  all);
	if (*out && plan_note(s->p->plan, s->index, s->q->name, KNOB_CPU_CPUS, "CPUs %s are not online", out))
		return -ENOMEM;
	return set(s, KNOB_CPU_CPUS, "AllowedCPUs", "cpuset.cpus", want);
}

static int partition(struct subject *s)
{
	static const char *const names[] = {
		[CPUSET_MEMBER] = "member", [CPUSET_ROOT] = "root", [CPUSET_ISOLATED] = "isolated"
	};
	enum qos_cpuset_partition want = s->clear ? CPUSET_MEMBER : s->q->cpu.partition;
	const char *have = guest_file(s->g, "cpuset.cpus.partition");
	bool yields;
	int rc;

	if (s->q->cpu.partition == CPUSET_UNSET)
		return 0;
	rc = plan_yields(s, KNOB_CPU_PARTITION, &yields);
	if (rc || yields)
		return rc;
	if (!s->p->a->caps->has_cpuset)
		return plan_cannot(s, KNOB_CPU_PARTITION, "the cpuset controller is not there for guests");
	/* "isolated invalid (reason)": it was set, but has no effect; that is for explain to tell, or it never ends */
	return plan_step_text(s->p, STEP_CGROUP_FILE, KNOB_CPU_PARTITION, s, s->g->cgroup,
			      "cpuset.cpus.partition", names[want], have,
			      !have || strncmp(have, names[want], strlen(names[want])))
		       ? 0
		       : -ENOMEM;
}

static bool node_exists(const struct caps *c, uint32_t id)
{
	for (size_t i = 0; i < c->n_nodes; i++)
		if (c->nodes[i].id == id)
			return true;
	return false;
}

static int mems(struct subject *s)
{
	struct idset missing = { 0 };
	_cleanup_(freep) char *out = NULL;

	if (!s->q->numa.mems)
		return 0;
	for (uint32_t i = idset_next(s->q->numa.mems, 0); i < IDSET_MAX;
	     i = idset_next(s->q->numa.mems, i + 1))
		if (!node_exists(s->p->a->caps, i))
			idset_add(&missing, i);
	out = units_list_str(&missing);
	if (!out)
		return -ENOMEM;
	if (*out && !s->clear)
		return plan_wrong(s, s->q->numa.line, "numa: mems: this host has no node %s, of %zu", out,
				  s->p->a->caps->n_nodes);
	return set(s, KNOB_NUMA_MEMS, "AllowedMemoryNodes", "cpuset.mems", s->q->numa.mems);
}

/* Bytes of an amount, to whole pages; the kernel would round down. */
static uint64_t bytes_of(struct amount a, uint64_t ram)
{
	__extension__ typedef unsigned __int128 wide;
	uint64_t v = a.kind == AMOUNT_PERCENT ? (uint64_t)((wide)ram * a.value / UNITS_ALL) : a.value;

	if (v > QOS_MAX - PAGE)
		return QOS_MAX;
	return (v + PAGE - 1) / PAGE * PAGE;
}

static int too_little(struct subject *s, uint64_t want, uint64_t used)
{
	_cleanup_(freep) char *size = units_size_str(want), *now = units_size_str(used);

	return size && now ? plan_wrong(s, s->q->memory.line,
					"memory: max: %s is less than the %s that it uses: the kernel would "
					"kill it",
					size, now)
			   : -ENOMEM;
}

static char *share_text(struct amount amount, uint64_t ram, uint64_t want)
{
	_cleanup_(freep) char *share = units_amount_str(amount), *all = units_size_str(ram),
			      *size = units_size_str(want);

	return share && all && size ? text_fmt("%s of %s are %s", share, all, size) : NULL;
}

static int memory_one(struct subject *s, enum qos_knob knob, struct amount amount)
{
	static const struct {
		const char *prop, *file;
		uint64_t none;
	} names[] = {
		[KNOB_MEMORY_MIN] = { "MemoryMin", "memory.min", 0 },
		[KNOB_MEMORY_LOW] = { "MemoryLow", "memory.low", 0 },
		[KNOB_MEMORY_HIGH] = { "MemoryHigh", "memory.high", QOS_MAX },
		[KNOB_MEMORY_MAX] = { "MemoryMax", "memory.max", QOS_MAX },
		[KNOB_MEMORY_SWAP] = { "MemorySwapMax", "memory.swap.max", QOS_MAX },
	};
	const struct caps *c = s->p->a->caps;
	uint64_t want = s->clear ? names[knob].none : bytes_of(amount, c->memory), used;
	_cleanup_(freep) char *why = NULL;
	const char *current = guest_file(s->g, "memory.current");
	bool yields;
	int rc;

	if (amount.kind == AMOUNT_NONE)
		return 0;
	rc = plan_yields(s, knob, &yields);
	if (rc || yields)
		return rc;
	if (!c->has_memory)
		return plan_cannot(s, knob, "the memory controller is not there for guests");
	if (knob == KNOB_MEMORY_MAX && current && units_number(current, 0, QOS_MAX - 1, &used) && used > want)
		return too_little(s, want, used);
	if (amount.kind == AMOUNT_PERCENT && !s->clear) {
		why = share_text(amount, c->memory, want);
		if (!why)
			return -ENOMEM;
	}
	return plan_number(s, knob, names[knob].prop, names[knob].file, want, why);
}

static int memory(struct subject *s)
{
	const struct qos_memory *m = &s->q->memory;
	int rc = memory_one(s, KNOB_MEMORY_MIN, m->min);

	if (!rc)
		rc = memory_one(s, KNOB_MEMORY_LOW, m->low);
	if (!rc)
		rc = memory_one(s, KNOB_MEMORY_HIGH, m->high);
	if (!rc)
		rc = memory_one(s, KNOB_MEMORY_MAX, m->max);
	return rc ? rc : memory_one(s, KNOB_MEMORY_SWAP, m->swap);
}

/*
 * What has to go before anything else: properties of a unit are all set at once, with its first. The kernel
 * wants burst <= quota at every moment, and a partition keeps its CPUs.
 */
static int make_way(struct subject *s)
{
	const struct qos_cpu *cpu = &s->q->cpu;
	uint64_t period = cpu->period ? cpu->period : PERIOD_DEFAULT;
	struct bandwidth now = bandwidth_now(s->g);
	bool yields;
	int rc = 0;

	if (s->clear && s->p->a->caps->has_cpuset)
		rc = partition(s);
	if (rc || s->clear || !cpu->quota || cpu->quota == QOS_MAX ||
	    now.burst <= cpu->quota * period / UNITS_ALL)
		return rc;
	rc = plan_yields(s, KNOB_CPU_QUOTA, &yields);
	return rc || yields ? rc : burst(s, 0);
}

int plan_cgroup(struct subject *s)
{
	int rc = make_way(s);

	if (!rc && s->p->a->caps->has_cpu)
		rc = weight(s);
	else if (!rc && s->q->cpu.weight)
		rc = plan_cannot(s, KNOB_CPU_WEIGHT, "the cpu controller is not there for guests");
	if (!rc && s->p->a->caps->has_cpu)
		rc = quota(s);
	else if (!rc && s->q->cpu.quota)
		rc = plan_cannot(s, KNOB_CPU_QUOTA, "the cpu controller is not there for guests");
	if (!rc)
		rc = cpus(s);
	if (!rc && !s->clear)
		rc = partition(s);
	if (!rc)
		rc = mems(s);
	return rc ? rc : memory(s);
}
