// SPDX-License-Identifier: GPL-2.0-only
/*
 * config_finish.c - what can only be judged when all files and keys are read; pure
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <string.h>

#include "config/config_priv.h"
#include "lib/hostfs.h"
#include "lib/units.h"

/* An error about a guest, in the form of config_wrong(). */
static int guest_wrong(const struct qos_guest *g, size_t line, char **err, const char *key, const char *words)
{
	*err = text_fmt("%s:%zu: guests: %s: %s: %s", g->file, line, g->name, key, words);
	return *err ? -EINVAL : -ENOMEM;
}

static int judge_class(const struct qos *q, const struct qos_guest *g, char **err)
{
	_cleanup_(freep) char *words = NULL;
	const char **names, *near;

	if (!g->class || qos_class_find(q, g->class))
		return 0;
	names = reallocarray(NULL, q->n_classes + 1, sizeof(*names));
	if (!names)
		return -ENOMEM;
	for (size_t i = 0; i < q->n_classes; i++)
		names[i] = q->classes[i].name;
	near = config_nearest(g->class, names, q->n_classes);
	words = near ? text_fmt("expected a name from classes:, found %.40s; did you mean %s?", g->class,
				near)
		     : text_fmt("expected a name from classes:, found %.40s", g->class);
	free(names);
	return words ? guest_wrong(g, g->class_line, err, "class", words) : -ENOMEM;
}

/* A word that could be an alias has to be one: selectors have other characters, or start with pci_. */
static int judge_devices(const struct config *cfg, const struct qos_guest *g, char **err)
{
	for (size_t i = 0; i < g->n_devices; i++) {
		const struct qos_device *d = &g->devices[i];
		_cleanup_(freep) char *words = NULL;

		if (strpbrk(d->selector, ":./,*") || !strncmp(d->selector, "pci_", 4) ||
		    config_alias(cfg, d->selector))
			continue;
		words = text_fmt(
			"expected an alias from aliases:, or a selector such as \"0000:00:1c.4/00.0\", "
			"found %.40s",
			d->selector);
		return words ? guest_wrong(g, d->line, err, "devices", words) : -ENOMEM;
	}
	return 0;
}

static int judge_pin(const struct qos_guest *g, enum thread_role role, size_t line, const struct idset *cpus,
		     char **err)
{
	_cleanup_(freep) char *words = NULL, *key = NULL, *out = NULL, *in = NULL;
	struct idset outside;

	if (!cpus || !g->cpu.cpus)
		return 0;
	outside = idset_minus(cpus, g->cpu.cpus);
	if (idset_empty(&outside))
		return 0;
	out = units_list_str(&outside);
	in = units_list_str(g->cpu.cpus);
	key = text_fmt("pin: %s", strchr(qos_knob_name[KNOB_PIN_VCPUS + role], '.') + 1);
	words = text_fmt("expected CPUs of cpu: cpus, which are %s, found %s", in ? in : "", out ? out : "");
	return in && out && key && words ? guest_wrong(g, line, err, key, words) : -ENOMEM;
}

static int judge_pins(const struct qos_guest *g, char **err)
{
	int rc = 0;

	for (enum thread_role r = 0; r < ROLES && !rc; r++) {
		const struct qos_pin *pin = &g->pin[r];

		rc = judge_pin(g, r, pin->line, pin->all, err);
		for (size_t i = 0; i < pin->n && !rc; i++)
			rc = judge_pin(g, r, pin->v[i].line, pin->v[i].cpus, err);
	}
	return rc;
}

/* What is required has to be asked for; an area is all that is set of it. */
static int judge_require(const struct qos *q, struct qos_guest *g, char **err)
{
	uint32_t set = qos_guest_knobs(q, g), areas = 0, missing;
	_cleanup_(freep) char *words = NULL;
	const char *name = NULL;

	for (enum qos_knob k = 0; k < KNOBS; k++)
		if (set >> k & 1 && qos_knob_area(k) < AREAS) {
			areas |= 1U << qos_knob_area(k);
			if (g->require_areas >> qos_knob_area(k) & 1)
				g->require |= 1U << k;
		}
	missing = g->require & ~set;
	for (enum qos_knob k = 0; k < KNOBS && !name; k++)
		if (missing >> k & 1)
			name = qos_knob_name[k];
	missing = g->require_areas & ~areas;
	for (enum qos_area a = 0; a < AREAS && !name; a++)
		if (missing >> a & 1)
			name = qos_area_name[a];
	if (!name)
		return 0;
	words = text_fmt("expected what the guest sets, found %s, which it does not", name);
	return words ? guest_wrong(g, g->require_line, err, "require", words) : -ENOMEM;
}

int config_finish(struct config *cfg, char **err)
{
	int rc = 0;

	for (size_t i = 0; i < cfg->qos.n_guests && !rc; i++) {
		struct qos_guest *g = &cfg->qos.guests[i];

		rc = judge_class(&cfg->qos, g, err);
		if (!rc)
			rc = judge_devices(cfg, g, err);
		if (!rc)
			rc = judge_pins(g, err);
		if (!rc)
			rc = judge_require(&cfg->qos, g, err);
	}
	return rc;
}
