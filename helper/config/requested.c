// SPDX-License-Identifier: GPL-2.0-only
/*
 * requested.c - what the file asks for, in its own words
 */
#define _GNU_SOURCE 1
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "lib/hostfs.h"
#include "config/requested.h"
#include "lib/units.h"

static char *percent(uint64_t hundredths)
{
	return hundredths == QOS_MAX ? strdup("max") : units_percent_str(hundredths);
}

static char *amount(struct amount a)
{
	return a.value == QOS_MAX && a.kind != AMOUNT_MASK ? strdup("max") : units_amount_str(a);
}

/* Adds "WHAT VALUE" behind a comma; takes over @value. */
static void add(char **text, const char *what, char *value)
{
	text_add(text, "%s%s%s", *text ? ", " : "", what, value ? value : "?");
	free(value);
}

static char *pins(const struct qos_pin *pin)
{
	char *text = NULL;

	if (pin->all)
		add(&text, "", units_list_str(pin->all));
	for (size_t i = 0; i < pin->n; i++) {
		_cleanup_(freep) char *id = text_fmt("%u: ", pin->v[i].id);

		add(&text, id ? id : "", units_list_str(pin->v[i].cpus));
	}
	return text;
}

static char *io_weights(const struct qos_io *io)
{
	char *text = io->weight ? text_fmt("%" PRIu64, io->weight) : NULL;

	for (size_t i = 0; i < io->n_devices; i++)
		if (io->devices[i].weight)
			add(&text, "",
			    text_fmt("%" PRIu64 " on %s", io->devices[i].weight, io->devices[i].path));
	return text;
}

static void add_limit(char **text, const char *key, uint64_t value)
{
	if (value)
		add(text, key, value == QOS_MAX ? strdup("max") : text_fmt("%" PRIu64, value));
}

static char *io_limits(const struct qos_io *io)
{
	char *text = NULL;

	for (size_t i = 0; i < io->n_devices; i++) {
		const struct qos_io_device *d = &io->devices[i];
		char *one = NULL;

		add_limit(&one, "rbps=", d->rbps);
		add_limit(&one, "wbps=", d->wbps);
		add_limit(&one, "riops=", d->riops);
		add_limit(&one, "wiops=", d->wiops);
		if (!one)
			continue;
		text_add(&text, "%s%s on %s", text ? "; " : "", one, d->path);
		free(one);
	}
	return text;
}

static char *io_priority(const struct qos_io *io)
{
	static const char *const words[] = { "none", "rt", "be", "idle" };

	return io->prio == IOPRIO_IDLE ? strdup("idle") : text_fmt("%s/%u", words[io->prio], io->prio_level);
}

static bool is_of(enum rdt_res r, enum qos_knob knob)
{
	if (knob == KNOB_MB)
		return r == RDT_MB || r == RDT_SMBA;
	return knob == KNOB_L2 ? r >= RDT_L2 && r <= RDT_L2DATA : r <= RDT_L3DATA;
}

static char *class_text(const struct qos *q, const struct qos_guest *g, enum qos_knob knob)
{
	const struct qos_class *c = g->class ? qos_class_find(q, g->class) : NULL;
	char *text = c ? text_fmt("%s:", c->name) : NULL;

	for (int r = 0; c && r < RDT_RESOURCES; r++) {
		const struct qos_share *s = &c->res[r];

		if (!s->line || !is_of((enum rdt_res)r, knob))
			continue;
		if (s->all.kind) {
			_cleanup_(freep) char *value = amount(s->all);

			text_add(&text, " %s=%s", rdt_res_name[r], value ? value : "?");
		}
		for (size_t i = 0; i < s->n_ids; i++) {
			_cleanup_(freep) char *value = amount(s->ids[i].amount);

			text_add(&text, " %s:%u=%s", rdt_res_name[r], s->ids[i].id, value ? value : "?");
		}
	}
	return text;
}

static char *devices(const struct qos_guest *g)
{
	char *text = NULL;

	for (size_t i = 0; i < g->n_devices; i++)
		add(&text, "", strdup(g->devices[i].selector));
	return text;
}

static char *cpu_text(const struct qos_cpu *c, enum qos_knob knob)
{
	static const char *const partitions[] = { "", "member", "root", "isolated" };

	switch (knob) {
	case KNOB_CPU_WEIGHT:
		return text_fmt("%" PRIu64, c->weight);
	case KNOB_CPU_QUOTA:
		return percent(c->quota);
	case KNOB_CPU_BURST:
		return percent(c->burst);
	case KNOB_CPU_CPUS:
		return c->cpus ? units_list_str(c->cpus) : strdup("");
	case KNOB_CPU_POOL:
		return strdup(c->pool);
	default:
		return strdup(partitions[c->partition]);
	}
}

static char *memory_text(const struct qos_memory *m, enum qos_knob knob)
{
	return amount(knob == KNOB_MEMORY_MIN	 ? m->min
		      : knob == KNOB_MEMORY_LOW	 ? m->low
		      : knob == KNOB_MEMORY_HIGH ? m->high
		      : knob == KNOB_MEMORY_MAX	 ? m->max
						 : m->swap);
}

static char *text_of(const struct qos *q, const struct qos_guest *g, enum qos_knob knob)
{
	switch (knob) {
	case KNOB_PIN_VCPUS:
	case KNOB_PIN_EMULATOR:
	case KNOB_PIN_IOTHREADS:
	case KNOB_PIN_VHOST:
		return pins(&g->pin[knob - KNOB_PIN_VCPUS]);
	case KNOB_NUMA_MEMS:
		return g->numa.mems ? units_list_str(g->numa.mems) : NULL;
	case KNOB_NUMA_PREFER:
		return g->numa.prefer ? units_list_str(g->numa.prefer) : NULL;
	case KNOB_IO_WEIGHT:
		return io_weights(&g->io);
	case KNOB_IO_MAX:
		return io_limits(&g->io);
	case KNOB_IO_PRIORITY:
		return io_priority(&g->io);
	case KNOB_L3:
	case KNOB_L2:
	case KNOB_MB:
		return class_text(q, g, knob);
	case KNOB_MONITOR:
		return strdup(g->monitor ? "yes" : "no");
	case KNOB_DEVICES:
		return devices(g);
	case KNOB_CPU_WEIGHT:
	case KNOB_CPU_QUOTA:
	case KNOB_CPU_BURST:
	case KNOB_CPU_CPUS:
	case KNOB_CPU_PARTITION:
	case KNOB_CPU_POOL:
		return cpu_text(&g->cpu, knob);
	default:
		return memory_text(&g->memory, knob);
	}
}

char *requested_text(const struct qos *q, const struct qos_guest *g, enum qos_knob knob)
{
	char *text = text_of(q, g, knob);

	return text ? text : strdup("-");
}
