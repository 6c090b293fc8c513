// SPDX-License-Identifier: GPL-2.0-only
/*
 * config_yaml.c - values of a file, and errors that say where they are; pure
 */
#define _GNU_SOURCE 1
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/config_priv.h"
#include "lib/hostfs.h"
#include "lib/units.h"

/* how much of a wrong value an error quotes */
#define QUOTE_MAX 40

const char *config_text(const struct node *value)
{
	return value->type == NODE_TEXT && strlen(value->text) == value->len ? value->text : NULL;
}

bool config_empty(const struct node *value)
{
	return value->type == NODE_TEXT && !value->len && value->plain;
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

int config_expected(const struct source *s, const struct at *at, const struct node *value, const char *what)
{
	_cleanup_(freep) char *found = NULL;
	const char *text = config_text(value);

	if (config_empty(value))
		found = strdup("nothing");
	else if (text)
		found = *text ? quote(text) : strdup("an empty text");
	else
		found = strdup(value->type == NODE_MAP	  ? "a mapping"
			       : value->type == NODE_TEXT ? "text with a NUL in it"
							  : "a list");
	if (!found)
		return -ENOMEM;
	return config_wrong(s, at, value->line, "expected %s, found %s", what, found);
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
static int visit(struct source *s, const struct at *at, const struct node *value)
{
	if (++s->visits <= CONFIG_VISITS_MAX)
		return 0;
	return config_wrong(s, at, value->line,
			    "expected at most %d values in a file, counting what is "
			    "repeated by *",
			    CONFIG_VISITS_MAX);
}

static int unknown_key(const struct source *s, const struct at *at, const struct node *value,
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

static int map_key(struct source *s, const struct at *at, const struct item *item, struct at *below)
{
	const char *key = config_text(item->key);

	*below = (struct at){ .up = at, .key = key ? key : "", .line = item->key->line };
	if (!key)
		return config_wrong(s, at, below->line, "expected a word for a key");
	return visit(s, at, item->value);
}

int config_map(struct source *s, const struct at *at, const struct node *map, const struct key *keys,
	       size_t n, void *dst, size_t *seen)
{
	size_t lines[32] = { 0 };
	int rc;

	if (!seen)
		seen = lines;
	if (config_empty(map))
		return 0;
	if (map->type != NODE_MAP)
		return config_expected(s, at, map, "KEY: VALUE lines");
	for (const struct item *item = map->items; item; item = item->next) {
		struct at below;
		size_t i = 0;

		rc = map_key(s, at, item, &below);
		if (rc)
			return rc;
		while (i < n && strcmp(keys[i].name, below.key))
			i++;
		if (i == n)
			return unknown_key(s, &below, item->value, keys, n);
		if (seen[i])
			return config_wrong(s, &below, below.line, "set already in line %zu", seen[i]);
		seen[i] = below.line;
		rc = keys[i].read(s, &below, item->value, &keys[i], (char *)dst + keys[i].offset);
		if (rc)
			return rc;
	}
	return 0;
}

/** struct seen - keys that were there before, each at its hash or behind it, with NULL where there is room */
struct seen {
	const struct node **slots;
	size_t mask;
};

/* The earlier one with the same text, or NULL: then @key is kept. */
static const struct node *seen_before(struct seen *seen, const struct node *key)
{
	uint32_t hash = 2166136261U; /* FNV-1a */
	const struct node *old;

	for (const char *c = key->text; *c; c++)
		hash = (hash ^ (unsigned char)*c) * 16777619U;
	for (; (old = seen->slots[hash & seen->mask]); hash++)
		if (!strcmp(old->text, key->text))
			return old;
	seen->slots[hash & seen->mask] = key;
	return NULL;
}

static int read_each(struct source *s, const struct at *at, const struct node *map, struct seen *seen,
		     int (*read)(struct source *s, const struct at *at, const struct node *value, void *dst),
		     void *dst)
{
	int rc = 0;

	for (const struct item *item = map->items; item && !rc; item = item->next) {
		const struct node *old;
		struct at below;

		rc = map_key(s, at, item, &below);
		old = rc ? NULL : seen_before(seen, item->key);
		if (old)
			rc = config_wrong(s, &below, below.line, "set already in %s:%zu", s->file, old->line);
		if (!rc)
			rc = read(s, &below, item->value, dst);
	}
	return rc;
}

int config_each(struct source *s, const struct at *at, const struct node *map, const char *what,
		int (*read)(struct source *s, const struct at *at, const struct node *value, void *dst),
		void *dst)
{
	struct seen seen = { .mask = 1 };
	int rc;

	if (config_empty(map))
		return 0;
	if (map->type != NODE_MAP)
		return config_expected(s, at, map, what);
	if (map->n > CONFIG_ENTRIES_MAX)
		return config_wrong(s, at, map->line, "expected at most %d entries", CONFIG_ENTRIES_MAX);
	while (seen.mask < 2 * map->n)
		seen.mask = 2 * seen.mask + 1;
	seen.slots = calloc(seen.mask + 1, sizeof(const struct node *));
	if (!seen.slots)
		return -ENOMEM;
	rc = read_each(s, at, map, &seen, read, dst);
	free(seen.slots);
	return rc;
}

int config_items(struct source *s, const struct at *at, const struct node *value, const char *what,
		 int (*read)(struct source *s, const struct at *at, const struct node *value,
			     const char *text, void *dst),
		 void *dst)
{
	const char *text = config_text(value);
	int rc;

	if (text && *text)
		return read(s, at, value, text, dst);
	if (value->type != NODE_LIST)
		return config_expected(s, at, value, what);
	if (value->n > CONFIG_ENTRIES_MAX)
		return config_wrong(s, at, value->line, "expected at most %d entries", CONFIG_ENTRIES_MAX);
	for (const struct item *i = value->items; i; i = i->next) {
		const struct node *item = i->value;

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

int config_read_number(struct source *s, const struct at *at, const struct node *value, const struct key *key,
		       void *dst)
{
	const char *text = config_text(value);
	char what[80];

	if (text && units_number(text, key->min, key->max, dst))
		return 0;
	snprintf(what, sizeof(what), "a whole number from %" PRIu64 " to %" PRIu64, key->min, key->max);
	return config_expected(s, at, value, what);
}

int config_read_bool(struct source *s, const struct at *at, const struct node *value, const struct key *key,
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

static int read_ids(struct source *s, const struct at *at, const struct node *value, const char *text,
		    void *dst)
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

int config_read_list(struct source *s, const struct at *at, const struct node *value, const struct key *key,
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

int config_read_memory(struct source *s, const struct at *at, const struct node *value, const struct key *key,
		       void *dst)
{
	const char *text = config_text(value);

	(void)key;
	if (text && units_memory(text, dst))
		return 0;
	return config_expected(s, at, value,
			       "a size such as 16G or 512MiB, a share of the RAM such as 30%, or max");
}

int config_read_word(struct source *s, const struct at *at, const struct node *value, const struct key *key,
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
