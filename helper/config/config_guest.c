// SPDX-License-Identifier: GPL-2.0-only
/*
 * config_guest.c - guests: who is meant, class, devices, and what must have an effect; pure
 */
#define _GNU_SOURCE 1
#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "config/config_priv.h"
#include "lib/hostfs.h"

#define DEVICES_MAX 256

static int read_uuid(struct source *s, const struct at *at, const struct node *value, const struct key *key,
		     void *dst)
{
	static const char form[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
	const char *text = config_text(value);
	char **uuid = dst;
	size_t i = 0;
	int rc;

	if (text && strlen(text) == strlen(form))
		while (form[i] && (form[i] == '-' ? text[i] == '-' : isxdigit((unsigned char)text[i])))
			i++;
	if (form[i])
		return config_expected(s, at, value,
				       "a UUID in the form of 01234567-89ab-cdef-0123-456789abcdef");
	rc = config_read_word(s, at, value, key, dst);
	for (char *c = rc ? NULL : *uuid; c && *c; c++)
		*c = (char)tolower((unsigned char)*c);
	return rc;
}

static int read_path(struct source *s, const struct at *at, const struct node *value, const struct key *key,
		     void *dst)
{
	const char *text = config_text(value);

	if (!text || *text != '/')
		return config_expected(s, at, value, "a path that starts with /");
	return config_read_word(s, at, value, key, dst);
}

int config_read_match(struct source *s, const struct at *at, const struct node *value, const struct key *key,
		      void *dst)
{
	static const struct key keys[] = {
		{ "libvirt", config_read_word, offsetof(struct qos_match, libvirt), 0, 0 },
		{ "qemu", config_read_word, offsetof(struct qos_match, qemu), 0, 0 },
		{ "proxmox", config_read_word, offsetof(struct qos_match, proxmox), 0, 0 },
		{ "xen", config_read_word, offsetof(struct qos_match, xen), 0, 0 },
		{ "uuid", read_uuid, offsetof(struct qos_match, uuid), 0, 0 },
		{ "unit", config_read_word, offsetof(struct qos_match, unit), 0, 0 },
		{ "pidfile", read_path, offsetof(struct qos_match, pidfile), 0, 0 },
		{ "cgroup", read_path, offsetof(struct qos_match, cgroup), 0, 0 },
		{ "user", config_read_word, offsetof(struct qos_match, user), 0, 0 },
	};
	struct qos_guest *g = dst;

	(void)key;
	if (config_empty(value) || (value->type == NODE_MAP && !value->n))
		return config_wrong(
			s, at, at->line,
			"expected one of libvirt, qemu, proxmox, xen, uuid, unit, pidfile, cgroup and user");
	return config_map(s, at, value, keys, sizeof(keys) / sizeof(keys[0]), &g->match, NULL);
}

static int read_class(struct source *s, const struct at *at, const struct node *value, const struct key *key,
		      void *dst)
{
	struct qos_guest *g = dst;

	g->class_line = value->line;
	return config_read_word(s, at, value, key, &g->class);
}

static int add_device(struct source *s, const struct at *at, const struct node *value, const char *text,
		      void *dst)
{
	struct qos_guest *g = dst;
	struct qos_device *d;

	for (size_t i = 0; i < g->n_devices; i++)
		if (!strcmp(g->devices[i].selector, text))
			return config_wrong(s, at, value->line, "%s: named already in line %zu", text,
					    g->devices[i].line);
	if (g->n_devices == DEVICES_MAX)
		return config_wrong(s, at, value->line, "expected at most %d devices", DEVICES_MAX);
	d = append(g->devices, g->n_devices);
	if (!d)
		return -ENOMEM;
	d->line = value->line;
	d->selector = strdup(text);
	return d->selector ? 0 : -ENOMEM;
}

static int read_devices(struct source *s, const struct at *at, const struct node *value,
			const struct key *key, void *dst)
{
	(void)key;
	return config_items(s, at, value,
			    "a list of aliases or selectors, as in [gpu0, \"0000:00:1c.4/00.0\"]", add_device,
			    dst);
}

static int word_index(const char *const *words, size_t n, const char *word)
{
	for (size_t i = 0; i < n; i++)
		if (!strcmp(words[i], word))
			return (int)i;
	return -1;
}

/* An error about a word that is not among those of a list. */
static int not_among(const struct source *s, const struct at *at, const struct node *value, const char *text,
		     const char *const *words, size_t n, const char *what)
{
	const char *near = config_nearest(text, words, n);
	_cleanup_(freep) char *help = near ? text_fmt("%s; did you mean %s?", what, near) : strdup(what);
	_cleanup_(freep) char *shown = text_fmt("%.40s", text);

	if (!help || !shown)
		return -ENOMEM;
	return config_wrong(s, at, value->line, "%s: expected %s", shown, help);
}

static int add_require(struct source *s, const struct at *at, const struct node *value, const char *text,
		       void *dst)
{
	/* with code and data apart it is still the same knob */
	static const char *const parts[] = { "L3CODE", "L3DATA", "L2CODE", "L2DATA", "SMBA" };
	static const enum qos_knob knob_of[] = { KNOB_L3, KNOB_L3, KNOB_L2, KNOB_L2, KNOB_MB };
	struct qos_guest *g = dst;
	int i = word_index(qos_knob_name, KNOBS, text);

	if (i >= 0) {
		g->require |= 1U << i;
		return 0;
	}
	i = word_index(parts, sizeof(parts) / sizeof(parts[0]), text);
	if (i >= 0) {
		g->require |= 1U << knob_of[i];
		return 0;
	}
	i = word_index(qos_area_name, AREAS, text);
	if (i < 0)
		return not_among(s, at, value, text, qos_knob_name, KNOBS,
				 "a key of the guest such as io.weight, cpu, L3 or monitor");
	g->require_areas |= 1U << i;
	return 0;
}

static int read_require(struct source *s, const struct at *at, const struct node *value,
			const struct key *key, void *dst)
{
	struct qos_guest *g = dst;

	(void)key;
	g->require_line = at->line;
	return config_items(s, at, value, "a list of keys of the guest, as in [L3, io.weight]", add_require,
			    dst);
}

static int add_takeover(struct source *s, const struct at *at, const struct node *value, const char *text,
			void *dst)
{
	struct qos_guest *g = dst;
	int i = word_index(qos_area_name, AREAS, text);

	if (i < 0)
		return not_among(s, at, value, text, qos_area_name, AREAS,
				 "cpu, pin, numa, io, memory or class");
	g->takeover |= 1U << i;
	return 0;
}

static int read_takeover(struct source *s, const struct at *at, const struct node *value,
			 const struct key *key, void *dst)
{
	(void)key;
	return config_items(s, at, value, "a list of cpu, pin, numa, io, memory and class", add_takeover,
			    dst);
}

static int read_guest(struct source *s, const struct at *at, const struct node *value, void *dst)
{
	static const struct key keys[] = {
		{ "match", config_read_match, 0, 0, 0 },
		{ "class", read_class, 0, 0, 0 },
		{ "monitor", config_read_bool, offsetof(struct qos_guest, monitor), 0, 0 },
		{ "cpu", config_read_cpu, 0, 0, 0 },
		{ "pin", config_read_pin, 0, 0, 0 },
		{ "numa", config_read_numa, 0, 0, 0 },
		{ "io", config_read_io, 0, 0, 0 },
		{ "memory", config_read_memory_map, 0, 0, 0 },
		{ "devices", read_devices, 0, 0, 0 },
		{ "require", read_require, 0, 0, 0 },
		{ "takeover", read_takeover, 0, 0, 0 },
	};
	struct config *cfg = dst;
	struct qos_guest *g;

	if (!config_name_ok(at->key))
		return config_wrong(s, at, at->line,
				    "expected a name of letters, digits, - _ and . that starts with a letter "
				    "or digit and has at most %d of them; match: finds guests by other names",
				    QOS_NAME_MAX);
	/* of other files: config_each() has looked at those of this one */
	for (size_t i = 0; i < cfg->qos.n_guests && cfg->qos.guests[i].file != s->file; i++) {
		const struct qos_guest *old = &cfg->qos.guests[i];

		if (!strcmp(old->name, at->key))
			return config_wrong(s, at, at->line, "set already in %s:%zu", old->file, old->line);
	}
	if (cfg->qos.n_guests == CONFIG_GUESTS_MAX)
		return config_wrong(s, at, at->line, "expected at most %d guests", CONFIG_GUESTS_MAX);
	g = append(cfg->qos.guests, cfg->qos.n_guests);
	if (!g)
		return -ENOMEM;
	g->file = s->file;
	g->line = at->line;
	g->name = strdup(at->key);
	if (!g->name)
		return -ENOMEM;
	return config_map(s, at, value, keys, sizeof(keys) / sizeof(keys[0]), g, NULL);
}

int config_read_guests(struct source *s, const struct at *at, const struct node *value, const struct key *key,
		       void *dst)
{
	(void)key;
	return config_each(s, at, value, "lines of NAME: GUEST", read_guest, dst);
}
