// SPDX-License-Identifier: GPL-2.0-only
/*
 * bootport.c - boot rules as a file that is carried to another installation
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <string.h>

#include <yaml.h>

#include "boot/bootport.h"
#include "boot/bootrules.h"
#include "lib/hostfs.h"

#define BLANKS " \t\r"

char *bootport_write(const struct rule_list *rules)
{
	char *s = strdup("# rules of hvclaim boot; hvclaim boot import reads them\nversion: 1\nrules:");
	int rc = s ? text_add(&s, rules->n ? "\n" : " []\n") : -ENOMEM;

	/* a rule has no quotes and no backslashes */
	for (size_t i = 0; !rc && i < rules->n; i++)
		rc = text_add(&s, "  - \"%s\"\n", rules->v[i]);
	if (!rc)
		return s;
	free(s);
	return NULL;
}

static int wrong(char **err, const char *name, size_t line, const char *what)
{
	*err = text_fmt("%s:%zu: %s", name, line, what);
	return *err ? -EINVAL : -ENOMEM;
}

static int add(const char *text, const char *name, size_t line, struct rule_list *out, char **err)
{
	_cleanup_(freep) char *why = NULL;
	_cleanup_(freep) char *spelling = NULL;
	struct rule_text *r;
	size_t column;

	if (rule_parse(text, NULL, &r, &column, &why))
		return why ? wrong(err, name, line, why) : -ENOMEM;
	spelling = rule_format(r);
	rule_text_free(r);
	return spelling ? rule_list_add(out, spelling) : -ENOMEM;
}

/* The text of a scalar without a NUL inside; NULL for anything else. */
static const char *text_of(const yaml_node_t *n)
{
	const char *s = n && n->type == YAML_SCALAR_NODE ? (const char *)n->data.scalar.value : NULL;

	return s && strlen(s) == n->data.scalar.length ? s : NULL;
}

static int read_rules(yaml_document_t *doc, const yaml_node_t *list, const char *name, struct rule_list *out,
		      char **err)
{
	const char *empty = text_of(list);

	if (empty && !*empty)
		return 0; /* everything below it is commented out */
	if (list->type != YAML_SEQUENCE_NODE)
		return wrong(err, name, list->start_mark.line + 1, "rules: expected lines of - \"RULE\"");
	for (yaml_node_item_t *i = list->data.sequence.items.start; i < list->data.sequence.items.top; i++) {
		const yaml_node_t *n = yaml_document_get_node(doc, *i);
		const char *text = text_of(n);
		size_t line = n ? n->start_mark.line + 1 : 0;
		int rc = text ? add(text, name, line, out, err)
			      : wrong(err, name, line, "rules: expected a rule in quotes");

		if (rc)
			return rc;
	}
	return 0;
}

static int read_top(yaml_document_t *doc, const char *name, struct rule_list *out, char **err)
{
	const yaml_node_t *root = yaml_document_get_root_node(doc);
	bool version = false;

	if (!root || root->type != YAML_MAPPING_NODE)
		return wrong(err, name, 1, "expected version: 1 and rules:");
	for (yaml_node_pair_t *p = root->data.mapping.pairs.start; p < root->data.mapping.pairs.top; p++) {
		const yaml_node_t *key = yaml_document_get_node(doc, p->key);
		const yaml_node_t *value = yaml_document_get_node(doc, p->value);
		const char *k = text_of(key), *v = text_of(value);
		int rc;

		if (!k || (strcmp(k, "version") && strcmp(k, "rules")))
			return wrong(err, name, key->start_mark.line + 1,
				     "unknown key; expected version: 1 and rules:");
		if (!strcmp(k, "version")) {
			if (!v || strcmp(v, "1"))
				return wrong(err, name, value->start_mark.line + 1, "expected version: 1");
			version = true;
			continue;
		}
		rc = read_rules(doc, value, name, out, err);
		if (rc)
			return rc;
	}
	return version ? 0 : wrong(err, name, 1, "version: missing; expected version: 1");
}

static int read_yaml(const char *text, const char *name, struct rule_list *out, char **err)
{
	yaml_document_t doc;
	yaml_parser_t parser;
	int rc;

	if (!yaml_parser_initialize(&parser))
		return -ENOMEM;
	yaml_parser_set_input_string(&parser, (const unsigned char *)text, strlen(text));
	if (yaml_parser_load(&parser, &doc)) {
		rc = read_top(&doc, name, out, err);
		yaml_document_delete(&doc);
	} else {
		_cleanup_(freep) char *what = text_fmt("not YAML: %s", parser.problem ? parser.problem : "?");

		rc = what ? wrong(err, name, parser.problem_mark.line + 1, what) : -ENOMEM;
	}
	yaml_parser_delete(&parser);
	return rc;
}

/* A line of modprobe.d with options for us; others of these files are not ours to carry. */
static int read_options(const char *line, const char *name, size_t number, struct rule_list *out, char **err)
{
	struct boot_rules found = { 0 };
	int rc = boot_parse(line, name, BOOT_OTHER, &found);

	for (size_t i = 0; !rc && i < found.n; i++)
		rc = add(found.v[i].text, name, number, out, err);
	boot_rules_free(&found);
	return rc;
}

static int read_lines(const char *text, const char *name, struct rule_list *out, char **err)
{
	size_t number = 0;
	int rc = 0;

	while (!rc && *text) {
		size_t n = strcspn(text, "\n"), blanks = strspn(text, BLANKS);
		_cleanup_(freep) char *line = strndup(text + blanks, n > blanks ? n - blanks : 0);
		size_t len = line ? strlen(line) : 0;

		if (!line)
			return -ENOMEM;
		number++;
		while (len && strchr(BLANKS, line[len - 1]))
			line[--len] = '\0';
		if (!strncmp(line, "options", 7) && line[7] && strchr(BLANKS, line[7]))
			rc = read_options(line, name, number, out, err);
		else if (len && *line != '#')
			rc = add(line, name, number, out, err);
		text += n + (text[n] == '\n');
	}
	return rc;
}

/* YAML begins with a key or with the line that begins a document; no rule does. */
static bool is_yaml(const char *text)
{
	static const char *const starts[] = { "version:", "rules:", "---", "{", "%YAML" };

	while (*text) {
		size_t blanks = strspn(text, BLANKS "\n");

		text += blanks;
		if (*text != '#')
			break;
		text += strcspn(text, "\n");
	}
	for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++)
		if (!strncmp(text, starts[i], strlen(starts[i])))
			return true;
	return false;
}

int bootport_read(const char *text, const char *name, struct rule_list *out, char **err)
{
	*err = NULL;
	return is_yaml(text) ? read_yaml(text, name, out, err) : read_lines(text, name, out, err);
}
