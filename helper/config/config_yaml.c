// SPDX-License-Identifier: GPL-2.0-only
/*
 * config_yaml.c - values of a YAML document, and errors that say where they are; pure
 *
 * libyaml's documents, not libcyaml on top of it: a libcyaml schema (1.3, as in Debian 12) lists every key of
 * a mapping by name, and aliases:, classes: and guests: have keys of the user's choice. Nodes of a document
 * know their line, which is what an error needs.
 */
#define _GNU_SOURCE 1
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "config/config_priv.h"
#include "lib/hostfs.h"
#include "lib/units.h"

/* how much of a wrong value an error quotes */
#define QUOTE_MAX 40

size_t config_line(const yaml_node_t *value)
{
	return value->start_mark.line + 1;
}

const char *config_text(const yaml_node_t *value)
{
	const char *s;

	if (!value || value->type != YAML_SCALAR_NODE)
		return NULL;
	s = (const char *)value->data.scalar.value;
	return strlen(s) == value->data.scalar.length ? s : NULL;
}

bool config_empty(const yaml_node_t *value)
{
	return value->type == YAML_SCALAR_NODE && !value->data.scalar.length &&
	       value->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
}

/* The beginning of a text that fits into a line, without what would upset a terminal. */
static char *quote(const char *text)
{
	size_t n = strlen(text), cut = n > QUOTE_MAX ? QUOTE_MAX : n;
	char *s;

	while (cut && cut < n && (text[cut] & 0xc0) == 0x80)
		cut--; /* not in the middle of a letter of UTF-8 */
	s = text_fmt("%.*s%s", (int)cut, text, cut < n ? "..." : "");
	for (char *c = s; c && *c; c++)
		if (iscntrl((unsigned char)*c))
			*c = '?';
	return s;
}

static int path_to(const struct at *at, char **path)
{
	_cleanup_(freep) char *key = NULL;
	int rc;

	if (!at || !at->key)
		return 0;
	rc = path_to(at->up, path);
	if (rc)
		return rc;
	key = quote(at->key);
	return key ? text_add(path, "%s: ", key) : -ENOMEM;
}

int config_wrong(const struct source *s, const struct at *at, size_t line, const char *fmt, ...)
{
	_cleanup_(freep) char *what = TEXT_ARGS(fmt), *path = NULL;

	if (!what || path_to(at, &path))
		return -ENOMEM;
	*s->err = text_fmt("%s:%zu: %s%s", s->file, line, path ? path : "", what);
	return *s->err ? -EINVAL : -ENOMEM;
}

int config_expected(const struct source *s, const struct at *at, const yaml_node_t *value, const char *what)
{
	_cleanup_(freep) char *found = NULL;
	const char *text = config_text(value);

	if (config_empty(value))
		found = strdup("nothing");
	else if (text)
		found = *text ? quote(text) : strdup("an empty text");
	else
		found = strdup(value->type == YAML_MAPPING_NODE	 ? "a mapping"
			       : value->type == YAML_SCALAR_NODE ? "text with a NUL in it"
								 : "a list");
	if (!found)
		return -ENOMEM;
	return config_wrong(s, at, config_line(value), "expected %s, found %s", what, found);
}

/* How many letters differ, or are too many or too few; words longer than the table are not compared. */
static size_t distance(const char *a, const char *b)
{
	enum {
		LONGEST = 24
	};
	size_t row[LONGEST + 1], n = strlen(a), m = strlen(b);

	if (n > LONGEST || m > LONGEST)
		return SIZE_MAX;
	for (size_t j = 0; j <= m; j++)
		row[j] = j;
	for (size_t i = 1; i <= n; i++) {
		size_t corner = row[0];

		row[0] = i;
		for (size_t j = 1; j <= m; j++) {
			size_t best = corner +
				      (tolower((unsigned char)a[i - 1]) != tolower((unsigned char)b[j - 1]));

			corner = row[j];
			if (row[j] + 1 < best)
				best = row[j] + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			row[j] = best;
		}
	}
	return row[m];
}

const char *config_nearest(const char *word, const char *const *words, size_t n)
{
	size_t best = 1 + strlen(word) / 3 + 1;
	const char *nearest = NULL;

	for (size_t i = 0; i < n; i++) {
		size_t d = distance(word, words[i]);

		if (d < best && d < strlen(words[i])) {
			best = d;
			nearest = words[i];
		}
	}
	return nearest;
}

bool config_name_ok(const char *name)
{
	size_t n = strlen(name);

	return n && n <= QOS_NAME_MAX && isalnum((unsigned char)name[0]) &&
	       strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.") == n;
}

/* Anchors can make a small file say very much. */
static int visit(struct source *s, const struct at *at, const yaml_node_t *value)
{
	if (++s->visits <= CONFIG_VISITS_MAX)
		return 0;
	return config_wrong(s, at, config_line(value),
			    "expected at most %d values in a file, counting what is "
			    "repeated by *",
			    CONFIG_VISITS_MAX);
}

static int unknown_key(const struct source *s, const struct at *at, const yaml_node_t *value,
		       const struct key *keys, size_t n)
{
	_cleanup_(freep) char *list = NULL;
	const char *names[32], *near;

	if (config_empty(value) && !at->key[strspn(at->key, "0123456789-")])
		return config_wrong(s, at, at->line,
				    "unknown key; a list with commas needs quotes here, as in \"0-3,8\"");
	for (size_t i = 0; i < n; i++) {
		names[i] = keys[i].name;
		if (text_add(&list, "%s%s", !i ? "" : i + 1 < n ? ", " : " or ", keys[i].name))
			return -ENOMEM;
	}
	near = config_nearest(at->key, names, n);
	if (near)
		return config_wrong(s, at, at->line, "unknown key; did you mean %s? Expected %s", near, list);
	return config_wrong(s, at, at->line, "unknown key; expected %s", list);
}

static int map_key(struct source *s, const struct at *at, yaml_node_pair_t *pair, const char **key,
		   yaml_node_t **value)
{
	yaml_node_t *k = yaml_document_get_node(s->doc, pair->key);

	*value = yaml_document_get_node(s->doc, pair->value);
	*key = config_text(k);
	if (!*key)
		return config_wrong(s, at, config_line(k), "expected a word for a key");
	return visit(s, at, *value);
}

int config_map(struct source *s, const struct at *at, yaml_node_t *map, const struct key *keys, size_t n,
	       void *dst, size_t *seen)
{
	size_t lines[32] = { 0 };
	int rc;

	if (!seen)
		seen = lines;
	if (config_empty(map))
		return 0;
	if (map->type != YAML_MAPPING_NODE)
		return config_expected(s, at, map, "KEY: VALUE lines");
	for (yaml_node_pair_t *p = map->data.mapping.pairs.start; p < map->data.mapping.pairs.top; p++) {
		struct at below = { .up = at };
		yaml_node_t *value;
		size_t i = 0;

		rc = map_key(s, at, p, &below.key, &value);
		if (rc)
			return rc;
		below.line = config_line(yaml_document_get_node(s->doc, p->key));
		while (i < n && strcmp(keys[i].name, below.key))
			i++;
		if (i == n)
			return unknown_key(s, &below, value, keys, n);
		if (seen[i])
			return config_wrong(s, &below, below.line, "set already in line %zu", seen[i]);
		seen[i] = below.line;
		rc = keys[i].read(s, &below, value, &keys[i], (char *)dst + keys[i].offset);
		if (rc)
			return rc;
	}
	return 0;
}

/* The line of an earlier pair with the same key, or 0. */
static size_t earlier(struct source *s, const yaml_node_t *map, const yaml_node_pair_t *before,
		      const char *key)
{
	for (yaml_node_pair_t *p = map->data.mapping.pairs.start; p < before; p++) {
		yaml_node_t *k = yaml_document_get_node(s->doc, p->key);
		const char *text = config_text(k);

		if (text && !strcmp(text, key))
			return config_line(k);
	}
	return 0;
}

int config_each(struct source *s, const struct at *at, yaml_node_t *map, const char *what,
		int (*read)(struct source *s, const struct at *at, yaml_node_t *value, void *dst), void *dst)
{
	int rc;

	if (config_empty(map))
		return 0;
	if (map->type != YAML_MAPPING_NODE)
		return config_expected(s, at, map, what);
	if (map->data.mapping.pairs.top - map->data.mapping.pairs.start > CONFIG_ENTRIES_MAX)
		return config_wrong(s, at, config_line(map), "expected at most %d entries",
				    CONFIG_ENTRIES_MAX);
	for (yaml_node_pair_t *p = map->data.mapping.pairs.start; p < map->data.mapping.pairs.top; p++) {
		struct at below = { .up = at };
		yaml_node_t *value;
		size_t line;

		rc = map_key(s, at, p, &below.key, &value);
		if (rc)
			return rc;
		below.line = config_line(yaml_document_get_node(s->doc, p->key));
		line = earlier(s, map, p, below.key);
		if (line)
			return config_wrong(s, &below, below.line, "set already in %s:%zu", s->file, line);
		rc = read(s, &below, value, dst);
		if (rc)
			return rc;
	}
	return 0;
}

int config_items(struct source *s, const struct at *at, yaml_node_t *value, const char *what,
		 int (*read)(struct source *s, const struct at *at, yaml_node_t *value, const char *text,
			     void *dst),
		 void *dst)
{
	const char *text = config_text(value);
	int rc;

	if (text && *text)
		return read(s, at, value, text, dst);
	if (value->type != YAML_SEQUENCE_NODE)
		return config_expected(s, at, value, what);
	if (value->data.sequence.items.top - value->data.sequence.items.start > CONFIG_ENTRIES_MAX)
		return config_wrong(s, at, config_line(value), "expected at most %d entries",
				    CONFIG_ENTRIES_MAX);
	for (yaml_node_item_t *i = value->data.sequence.items.start; i < value->data.sequence.items.top;
	     i++) {
		yaml_node_t *item = yaml_document_get_node(s->doc, *i);

		rc = visit(s, at, item);
		if (rc)
			return rc;
		text = config_text(item);
		if (!text || !*text)
			return config_expected(s, at, item, what);
		rc = read(s, at, item, text, dst);
		if (rc)
			return rc;
	}
	return 0;
}

int config_read_number(struct source *s, const struct at *at, yaml_node_t *value, const struct key *key,
		       void *dst)
{
	const char *text = config_text(value);
	char what[80];

	if (text && units_number(text, key->min, key->max, dst))
		return 0;
	snprintf(what, sizeof(what), "a whole number from %" PRIu64 " to %" PRIu64, key->min, key->max);
	return config_expected(s, at, value, what);
}

int config_read_bool(struct source *s, const struct at *at, yaml_node_t *value, const struct key *key,
		     void *dst)
{
	const char *text = config_text(value);
	bool yes = text && (!strcmp(text, "true") || !strcmp(text, "yes") || !strcmp(text, "on"));

	(void)key;
	if (!yes && (!text || (strcmp(text, "false") && strcmp(text, "no") && strcmp(text, "off"))))
		return config_expected(s, at, value, "true or false");
	*(bool *)dst = yes;
	return 0;
}

/** struct list_of - a list of numbers being read */
struct list_of {
	struct idset *set;
	uint64_t max;
	const char *what;
};

static int read_ids(struct source *s, const struct at *at, yaml_node_t *value, const char *text, void *dst)
{
	struct list_of *l = dst;
	struct idset more;

	if (!units_list(text, &more))
		return config_expected(s, at, value, l->what);
	for (uint64_t i = l->max + 1; i < IDSET_MAX; i++)
		if (idset_has(&more, (uint32_t)i))
			return config_expected(s, at, value, l->what);
	idset_join(l->set, &more);
	return 0;
}

int config_read_list(struct source *s, const struct at *at, yaml_node_t *value, const struct key *key,
		     void *dst)
{
	char what[80];
	struct list_of l = { .max = key->max, .what = what };
	int rc;

	snprintf(what, sizeof(what), "numbers from 0 to %" PRIu64 ", as in \"0-3,8\"", key->max);
	l.set = calloc(1, sizeof(*l.set));
	if (!l.set)
		return -ENOMEM;
	rc = config_items(s, at, value, what, read_ids, &l);
	if (!rc && idset_empty(l.set))
		rc = config_expected(s, at, value, what);
	if (rc) {
		free(l.set);
		return rc;
	}
	free(*(struct idset **)dst);
	*(struct idset **)dst = l.set;
	return 0;
}

int config_read_memory(struct source *s, const struct at *at, yaml_node_t *value, const struct key *key,
		       void *dst)
{
	const char *text = config_text(value);

	(void)key;
	if (text && units_memory(text, dst))
		return 0;
	return config_expected(s, at, value,
			       "a size such as 16G or 512MiB, a share of the RAM such as 30%, or max");
}

int config_read_word(struct source *s, const struct at *at, yaml_node_t *value, const struct key *key,
		     void *dst)
{
	const char *text = config_text(value);
	char *copy;

	(void)key;
	if (!text || !*text)
		return config_expected(s, at, value, "a word");
	copy = strdup(text);
	if (!copy)
		return -ENOMEM;
	free(*(char **)dst);
	*(char **)dst = copy;
	return 0;
}
