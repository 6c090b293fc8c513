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

static int read_version(struct source *s, const struct at *at, const struct node *value,
			const struct key *key, void *dst)
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

static int read_alias(struct source *s, const struct at *at, const struct node *value, void *dst)
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

static int read_aliases(struct source *s, const struct at *at, const struct node *value,
			const struct key *key, void *dst)
{
	(void)key;
	return config_each(s, at, value, "lines of NAME: SELECTOR", read_alias, dst);
}

/* A number, for the outermost cache of the host, or one for each level. */
static int read_ways(struct source *s, const struct at *at, const struct node *value, const struct key *key,
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

int config_read_host(struct source *s, const struct at *at, const struct node *value, const struct key *key,
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

static int parse_tree(struct source *s, const struct node *root)
{
	size_t seen[N_TOP_KEYS] = { 0 };
	int rc;

	if (!root || config_empty(root))
		return 0;
	rc = config_map(s, NULL, root, top_keys, N_TOP_KEYS, s->cfg, seen);
	if (!rc && !seen[0])
		rc = config_wrong(s, NULL, root->line, "version: missing; expected version: 1");
	return rc;
}

int config_parse(struct config *cfg, const char *file, const char *text, size_t len, char **err)
{
	struct source s = { .cfg = cfg, .err = err };
	char **name = append(cfg->files, cfg->n_files);
	struct config_tree tree;
	int rc;

	if (!name)
		return -ENOMEM;
	*name = strdup(file);
	s.file = *name;
	if (!s.file)
		return -ENOMEM;
	rc = config_tree(&s, text, len, &tree);
	if (!rc)
		rc = parse_tree(&s, tree.root);
	config_tree_free(&tree);
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
