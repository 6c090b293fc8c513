// SPDX-License-Identifier: GPL-2.0-only
/*
 * config_parse.c - one file of the configuration: its outermost keys, aliases and the host; pure
 */
#define _GNU_SOURCE 1
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "config/config_priv.h"
#include "lib/hostfs.h"
#include "lib/units.h"

static int read_version(struct source *s, const struct at *at, yaml_node_t *value, const struct key *key,
			void *dst)
{
	const char *v = config_text(value);

	(void)key;
	(void)dst;
	return v && !strcmp(v, "1") ? 0 : config_expected(s, at, value, "1");
}

/* A word that selectors cannot be taken for: they have dots, colons, stars or slashes. */
static bool alias_name_ok(const char *name)
{
	return config_name_ok(name) && isalpha((unsigned char)*name) && !strchr(name, '.') &&
	       strncmp(name, "pci_", 4);
}

static const struct config_name *find_alias(const struct config *cfg, const char *name)
{
	for (size_t i = 0; i < cfg->n_aliases; i++)
		if (!strcmp(cfg->aliases[i].name, name))
			return &cfg->aliases[i];
	return NULL;
}

static int read_alias(struct source *s, const struct at *at, yaml_node_t *value, void *dst)
{
	const char *selector = config_text(value);
	const struct config_name *old;
	struct config *cfg = dst;
	struct config_name *a;

	if (!alias_name_ok(at->key))
		return config_wrong(s, at, at->line,
				    "expected a name of letters, digits, - and _ that starts with a letter, "
				    "not with pci_, and has at most %d of them",
				    QOS_NAME_MAX);
	if (!selector || !*selector)
		return config_expected(s, at, value, "a selector in quotes, such as \"0000:00:1c.4/00.0\"");
	old = find_alias(cfg, at->key);
	if (old)
		return config_wrong(s, at, at->line, "set already in %s:%zu", old->file, old->line);
	if (cfg->n_aliases == CONFIG_ENTRIES_MAX)
		return config_wrong(s, at, at->line, "expected at most %d aliases", CONFIG_ENTRIES_MAX);
	a = append(cfg->aliases, cfg->n_aliases);
	if (!a)
		return -ENOMEM;
	a->name = strdup(at->key);
	a->selector = strdup(selector);
	a->file = strdup(s->file);
	a->line = at->line;
	return a->name && a->selector && a->file ? 0 : -ENOMEM;
}

static int read_aliases(struct source *s, const struct at *at, yaml_node_t *value, const struct key *key,
			void *dst)
{
	(void)key;
	return config_each(s, at, value, "lines of NAME: SELECTOR", read_alias, dst);
}

/* A number, for the outermost cache of the host, or one for each level. */
static int read_ways(struct source *s, const struct at *at, yaml_node_t *value, const struct key *key,
		     void *dst)
{
	static const struct key levels[] = {
		{ "L3", config_read_number, offsetof(struct qos_host, ways_l3), 0, 64 },
		{ "L2", config_read_number, offsetof(struct qos_host, ways_l2), 0, 64 },
	};
	struct qos_host *host = dst;
	const char *text = config_text(value);

	(void)key;
	if (!text)
		return config_map(s, at, value, levels, sizeof(levels) / sizeof(levels[0]), host, NULL);
	if (units_ways(text, &host->ways) || units_number(text, 0, 64, &host->ways))
		return 0;
	return config_expected(s, at, value, "a number of cache ways up to 64, or {L3: N, L2: N}");
}

int config_read_host(struct source *s, const struct at *at, yaml_node_t *value, const struct key *key,
		     void *dst)
{
	static const struct key keys[] = {
		{ "cpus", config_read_list, offsetof(struct qos_host, cpus), 0, IDSET_MAX - 1 },
		{ "memory", config_read_memory, offsetof(struct qos_host, memory), 0, 0 },
		{ "ways", read_ways, 0, 0, 0 },
	};
	struct config *cfg = dst;
	struct qos_host *host = &cfg->qos.host;

	(void)key;
	if (host->line)
		return config_wrong(s, at, at->line, "set already in %s:%zu", host->file, host->line);
	host->file = s->file;
	host->line = at->line;
	return config_map(s, at, value, keys, sizeof(keys) / sizeof(keys[0]), host, NULL);
}

/* In the order in which the design names them. */
static const struct key top_keys[] = {
	{ "version", read_version, 0, 0, 0 },	     { "aliases", read_aliases, 0, 0, 0 },
	{ "classes", config_read_classes, 0, 0, 0 }, { "guests", config_read_guests, 0, 0, 0 },
	{ "host", config_read_host, 0, 0, 0 },
};

#define N_TOP_KEYS (sizeof(top_keys) / sizeof(top_keys[0]))

static int parse_document(struct source *s)
{
	yaml_node_t *root = yaml_document_get_root_node(s->doc);
	size_t seen[N_TOP_KEYS] = { 0 };
	int rc;

	if (!root || config_empty(root))
		return 0;
	rc = config_map(s, NULL, root, top_keys, N_TOP_KEYS, s->cfg, seen);
	if (!rc && !seen[0])
		rc = config_wrong(s, NULL, config_line(root), "version: missing; expected version: 1");
	return rc;
}

static int not_yaml(const struct source *s, const yaml_parser_t *parser)
{
	if (parser->error == YAML_MEMORY_ERROR)
		return -ENOMEM;
	return config_wrong(s, NULL, parser->problem_mark.line + 1, "not YAML: %s",
			    parser->problem ? parser->problem : "?");
}

/** struct shape - how a file is built, as far as seen */
struct shape {
	size_t events, documents, depth, anchors;
	bool ended;
};

static int judge_event(const struct source *s, struct shape *is, const yaml_event_t *e)
{
	size_t line = e->start_mark.line + 1;
	const yaml_char_t *anchor = NULL;

	switch (e->type) {
	case YAML_STREAM_END_EVENT:
		is->ended = true;
		break;
	case YAML_DOCUMENT_START_EVENT:
		is->documents++;
		return 0;
	case YAML_MAPPING_START_EVENT:
		anchor = e->data.mapping_start.anchor;
		is->depth++;
		break;
	case YAML_SEQUENCE_START_EVENT:
		anchor = e->data.sequence_start.anchor;
		is->depth++;
		break;
	case YAML_SCALAR_EVENT:
		anchor = e->data.scalar.anchor;
		break;
	case YAML_MAPPING_END_EVENT:
	case YAML_SEQUENCE_END_EVENT:
		is->depth--;
		break;
	default:
		break;
	}
	is->anchors += anchor ? 1 : 0;
	if (is->documents > 1 && !is->ended)
		return config_wrong(s, NULL, line, "a second document; expected one a file");
	if (is->depth > CONFIG_DEPTH_MAX)
		return config_wrong(s, NULL, line, "expected at most %d levels", CONFIG_DEPTH_MAX);
	if (is->anchors > CONFIG_ANCHORS_MAX)
		return config_wrong(s, NULL, line, "expected at most %d anchors (&NAME)", CONFIG_ANCHORS_MAX);
	if (++is->events > CONFIG_EVENTS_MAX)
		return config_wrong(s, NULL, line, "expected at most %d words and brackets in a file",
				    CONFIG_EVENTS_MAX);
	return 0;
}

/*
 * Before libyaml makes a document of it: that takes memory for every word and time for every anchor, and a
 * hostile file has very many of them.
 */
static int judge_shape(const struct source *s, const char *text, size_t len)
{
	struct shape shape = { 0 };
	yaml_parser_t parser;
	int rc = 0;

	if (!yaml_parser_initialize(&parser))
		return -ENOMEM;
	yaml_parser_set_input_string(&parser, (const unsigned char *)text, len);
	while (!rc && !shape.ended) {
		yaml_event_t event;

		if (!yaml_parser_parse(&parser, &event)) {
			rc = not_yaml(s, &parser);
			break;
		}
		rc = judge_event(s, &shape, &event);
		yaml_event_delete(&event);
	}
	yaml_parser_delete(&parser);
	return rc;
}

int config_parse(struct config *cfg, const char *file, const char *text, size_t len, char **err)
{
	struct source s = { .cfg = cfg, .err = err };
	yaml_document_t doc;
	yaml_parser_t parser;
	char **name = append(cfg->files, cfg->n_files);
	int rc;

	if (!name)
		return -ENOMEM;
	*name = strdup(file);
	s.file = *name;
	if (!s.file)
		return -ENOMEM;
	rc = judge_shape(&s, text, len);
	if (rc)
		return rc;
	if (!yaml_parser_initialize(&parser))
		return -ENOMEM;
	yaml_parser_set_input_string(&parser, (const unsigned char *)text, len);
	if (yaml_parser_load(&parser, &doc)) {
		s.doc = &doc;
		rc = parse_document(&s);
		yaml_document_delete(&doc);
	} else {
		rc = not_yaml(&s, &parser);
	}
	yaml_parser_delete(&parser);
	return rc;
}

const char *config_alias(const struct config *cfg, const char *name)
{
	const struct config_name *a = cfg ? find_alias(cfg, name) : NULL;

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
	qos_free(&cfg->qos);
	for (size_t i = 0; i < cfg->n_files; i++)
		free(cfg->files[i]);
	free(cfg->files);
	free(cfg);
}
