// SPDX-License-Identifier: GPL-2.0-only
/*
 * config.c - YAML to structs
 *
 * Uses libyaml's documents, not libcyaml on top of it: a libcyaml schema (1.3, as in Debian 12) lists every
 * key of a mapping by name, and aliases:, classes: and guests: have keys of the user's choice. Nodes of a
 * document know their line, which is what an error needs.
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <yaml.h>

#include "config.h"
#include "hostfs.h"

#define NAME_LENGTH 63

/* one file being read */
struct source {
	struct config *cfg;
	const char *file;
	yaml_document_t *doc;
	char **err;
};

static int wrong(const struct source *s, size_t line, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

static int wrong(const struct source *s, size_t line, const char *fmt, ...)
{
	_cleanup_(freep) char *what = NULL;
	va_list args;
	int n;

	va_start(args, fmt);
	n = vasprintf(&what, fmt, args);
	va_end(args);
	if (n < 0) {
		what = NULL;
		return -ENOMEM;
	}
	*s->err = text_fmt("%s:%zu: %s", s->file, line, what);
	return *s->err ? -EINVAL : -ENOMEM;
}

static size_t line_of(const yaml_node_t *n)
{
	return n->start_mark.line + 1;
}

/* The text of a scalar without a NUL inside; NULL for anything else. */
static const char *text_of(const yaml_node_t *n)
{
	const char *s;

	if (!n || n->type != YAML_SCALAR_NODE)
		return NULL;
	s = (const char *)n->data.scalar.value;
	return strlen(s) == n->data.scalar.length ? s : NULL;
}

static int parse_version(const struct source *s, yaml_node_t *value)
{
	const char *v = text_of(value);

	if (!v || strcmp(v, "1"))
		return wrong(s, line_of(value), "version: expected 1, found %s",
			     v ? v : "something else than a number");
	return 0;
}

/* A word that selectors cannot be taken for: they have dots, colons, stars or slashes. */
static bool alias_name_ok(const char *name)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
	size_t n = strlen(name);

	return n && n <= NAME_LENGTH && strchr(letters, name[0]) &&
	       strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") == n &&
	       strncmp(name, "pci_", 4);
}

static const struct config_name *find(const struct config *cfg, const char *name)
{
	for (size_t i = 0; i < cfg->n_aliases; i++)
		if (!strcmp(cfg->aliases[i].name, name))
			return &cfg->aliases[i];
	return NULL;
}

static int add_alias(struct config *cfg, const char *name, const char *selector, const char *file,
		     size_t line)
{
	struct config_name *v = realloc(cfg->aliases, (cfg->n_aliases + 1) * sizeof(*v));
	struct config_name *a;

	if (!v)
		return -ENOMEM;
	cfg->aliases = v;
	a = &v[cfg->n_aliases++];
	a->name = strdup(name);
	a->selector = strdup(selector);
	a->file = strdup(file);
	a->line = line;
	return a->name && a->selector && a->file ? 0 : -ENOMEM;
}

static int parse_aliases(const struct source *s, yaml_node_t *map)
{
	if (map->type == YAML_SCALAR_NODE && !map->data.scalar.length)
		return 0; /* "aliases:" with everything below it commented out */
	if (map->type != YAML_MAPPING_NODE)
		return wrong(s, line_of(map), "aliases: expected lines of NAME: SELECTOR");
	for (yaml_node_pair_t *p = map->data.mapping.pairs.start; p < map->data.mapping.pairs.top; p++) {
		yaml_node_t *k = yaml_document_get_node(s->doc, p->key);
		yaml_node_t *v = yaml_document_get_node(s->doc, p->value);
		const char *name = text_of(k), *selector = text_of(v);
		const struct config_name *old;
		int rc;

		if (!name || !alias_name_ok(name))
			return wrong(s, line_of(k),
				     "aliases: %s: expected a name of letters, digits, - and _ that starts "
				     "with a letter, "
				     "not with pci_, and has at most %d of them",
				     name ? name : "?", NAME_LENGTH);
		if (!selector || !*selector)
			return wrong(
				s, line_of(v),
				"aliases: %s: expected a selector in quotes, such as \"0000:00:1c.4/00.0\"",
				name);
		old = find(s->cfg, name);
		if (old)
			return wrong(s, line_of(k), "aliases: %s: set already in %s:%zu", name, old->file,
				     old->line);
		rc = add_alias(s->cfg, name, selector, s->file, line_of(k));
		if (rc)
			return rc;
	}
	return 0;
}

/* In the order in which the design names them; the later ones come with guests' quality of service. */
static const struct {
	const char *key;
	int (*parse)(const struct source *s, yaml_node_t *value);
} keys[] = {
	{ "version", parse_version },
	{ "aliases", parse_aliases },
	{ "classes", NULL },
	{ "guests", NULL },
	{ "host", NULL },
};

#define N_KEYS (sizeof(keys) / sizeof(keys[0]))

static int parse_top(const struct source *s, yaml_node_t *root)
{
	size_t lines[N_KEYS] = { 0 };

	if (root->type == YAML_SCALAR_NODE && !root->data.scalar.length)
		return 0;
	if (root->type != YAML_MAPPING_NODE)
		return wrong(s, line_of(root), "expected KEY: VALUE lines, such as version: 1");
	for (yaml_node_pair_t *p = root->data.mapping.pairs.start; p < root->data.mapping.pairs.top; p++) {
		yaml_node_t *k = yaml_document_get_node(s->doc, p->key);
		const char *key = text_of(k);
		size_t i;
		int rc;

		for (i = 0; i < N_KEYS && key && strcmp(keys[i].key, key); i++)
			;
		if (!key || i == N_KEYS)
			return wrong(s, line_of(k), "%s: unknown key; expected version or aliases",
				     key ? key : "something else than a word");
		if (!keys[i].parse)
			return wrong(s, line_of(k), "%s: not supported by this version", key);
		if (lines[i])
			return wrong(s, line_of(k), "%s: set already in line %zu", key, lines[i]);
		lines[i] = line_of(k);
		rc = keys[i].parse(s, yaml_document_get_node(s->doc, p->value));
		if (rc)
			return rc;
	}
	if (!lines[0])
		return wrong(s, line_of(root), "version: missing; expected version: 1");
	return 0;
}

static int parse_file(struct config *cfg, const char *file, const char *text, size_t len, char **err)
{
	struct source s = { .cfg = cfg, .file = file, .err = err };
	yaml_document_t doc, more;
	yaml_parser_t parser;
	yaml_node_t *root;
	int rc = 0;

	if (!yaml_parser_initialize(&parser))
		return -ENOMEM;
	yaml_parser_set_input_string(&parser, (const unsigned char *)text, len);
	if (!yaml_parser_load(&parser, &doc)) {
		rc = wrong(&s, parser.problem_mark.line + 1, "not YAML: %s",
			   parser.problem ? parser.problem : "?");
		yaml_parser_delete(&parser);
		return rc;
	}
	s.doc = &doc;
	root = yaml_document_get_root_node(&doc);
	if (root)
		rc = parse_top(&s, root);
	if (!rc && root) {
		if (!yaml_parser_load(&parser, &more)) {
			rc = wrong(&s, parser.problem_mark.line + 1, "not YAML: %s",
				   parser.problem ? parser.problem : "?");
		} else {
			root = yaml_document_get_root_node(&more);
			if (root)
				rc = wrong(&s, line_of(root), "a second document; expected one a file");
			yaml_document_delete(&more);
		}
	}
	yaml_document_delete(&doc);
	yaml_parser_delete(&parser);
	return rc;
}

static int read_file(struct config *cfg, const char *file, char **err)
{
	_cleanup_(freep) char *text = NULL;
	size_t len;
	int rc;

	text = hostfs_read(&len, "%s", file);
	if (!text) {
		rc = -errno;
		*err = text_fmt("%s: %s", file, strerror(-rc));
		return rc;
	}
	return parse_file(cfg, file, text, len, err);
}

static int is_yaml(const struct dirent *e)
{
	size_t n = strlen(e->d_name);

	return e->d_name[0] != '.' && n > 5 && !strcmp(e->d_name + n - 5, ".yaml");
}

static int read_more(struct config *cfg, const char *file, char **err)
{
	const char *slash = strrchr(file, '/');
	_cleanup_(freep) char *dir = slash ? text_fmt("%.*s/conf.d", (int)(slash - file), file)
					   : text_fmt("conf.d");
	struct dirent **found;
	int n, rc = 0;

	if (!dir)
		return -ENOMEM;
	n = scandir(dir, &found, is_yaml, alphasort);
	if (n < 0 && (errno == ENOENT || errno == ENOTDIR))
		return 0;
	if (n < 0) {
		rc = -errno;
		*err = text_fmt("%s: %s", dir, strerror(-rc));
		return rc;
	}
	for (int i = 0; i < n; i++) {
		_cleanup_(freep) char *path = rc ? NULL : text_fmt("%s/%s", dir, found[i]->d_name);

		if (!rc)
			rc = path ? read_file(cfg, path, err) : -ENOMEM;
		free(found[i]);
	}
	free(found);
	return rc;
}

int config_load(const char *file, struct config **out, char **err)
{
	struct config *cfg = calloc(1, sizeof(*cfg));
	int rc;

	*out = NULL;
	*err = NULL;
	if (!cfg)
		return -ENOMEM;
	rc = read_file(cfg, file ? file : CONFIG_FILE, err);
	if (rc == -ENOENT && !file) {
		free(*err);
		*err = NULL;
		rc = 0;
	}
	if (!rc)
		rc = read_more(cfg, file ? file : CONFIG_FILE, err);
	if (rc) {
		config_free(cfg);
		return rc;
	}
	*out = cfg;
	return 0;
}

const char *config_alias(const struct config *cfg, const char *name)
{
	const struct config_name *a = cfg ? find(cfg, name) : NULL;

	return a ? a->selector : NULL;
}

void config_free(struct config *cfg)
{
	if (!cfg)
		return;
	for (size_t i = 0; i < cfg->n_aliases; i++) {
		free(cfg->aliases[i].name);
		free(cfg->aliases[i].selector);
		free(cfg->aliases[i].file);
	}
	free(cfg->aliases);
	free(cfg);
}
