// SPDX-License-Identifier: GPL-2.0-only
/*
 * config_tree.c - a file's text as a tree of its values, from what libyaml tells of it word by word; pure
 *
 * Not libyaml's documents: they take memory for every word and time for every anchor before anybody can say that it is too
 * much. And not libcyaml: its schemas (1.3, as in Debian 12) list every key of a mapping by name, and aliases:, classes: and
 * guests: have keys of the user's choice.
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <yaml.h>

#include "config/config_priv.h"

/* what nodes and texts are taken from: hundreds of guests have thousands of words */
#define BLOCK 16384

/** struct builder - a tree, as far as it was told */
struct builder {
	const struct source *s;
	struct config_tree *tree;
	size_t events, documents, depth, n_anchors;
	bool ended;
	const char *fault; /* NULL: none */
	size_t fault_line;
	struct node *open[CONFIG_DEPTH_MAX]; /* the mappings and lists that we are in, the innermost last */
	struct {
		const char *name;
		struct node *node;
	} anchors[CONFIG_ANCHORS_MAX];
};

static void *take(struct config_tree *t, size_t size)
{
	size = (size + _Alignof(max_align_t) - 1) / _Alignof(max_align_t) * _Alignof(max_align_t);
	if (size > t->room - t->used) {
		size_t room = size > BLOCK ? size : BLOCK;
		char **block = append(t->blocks, t->n_blocks);

		if (block)
			*block = malloc(room);
		if (!block || !*block)
			return NULL;
		t->room = room;
		t->used = 0;
	}
	t->used += size;
	return t->blocks[t->n_blocks - 1] + t->used - size;
}

void config_tree_free(struct config_tree *t)
{
	for (size_t i = 0; i < t->n_blocks; i++)
		free(t->blocks[i]);
	free(t->blocks);
	*t = (struct config_tree){ 0 };
}

static const char *copy(struct config_tree *t, const unsigned char *text, size_t len)
{
	char *s = take(t, len + 1);

	if (!s)
		return NULL;
	memcpy(s, text, len);
	s[len] = '\0';
	return s;
}

/* What is told next belongs to the key before it, or is a key itself, or one more of a list. */
static int put(struct builder *b, struct node *value)
{
	struct node *up = b->depth ? b->open[b->depth - 1] : NULL;
	struct item *item;

	if (!up) {
		b->tree->root = value;
		return 0;
	}
	if (up->type == NODE_MAP && up->last && !up->last->value) {
		up->last->value = value;
		return 0;
	}
	item = take(b->tree, sizeof(*item));
	if (!item)
		return -ENOMEM;
	*item = (struct item){ .key = up->type == NODE_MAP ? value : NULL,
			       .value = up->type == NODE_MAP ? NULL : value };
	if (up->last)
		up->last->next = item;
	else
		up->items = item;
	up->last = item;
	up->n++;
	return 0;
}

static struct node *anchored(const struct builder *b, const unsigned char *name)
{
	for (size_t i = 0; i < b->n_anchors; i++)
		if (!strcmp(b->anchors[i].name, (const char *)name))
			return b->anchors[i].node;
	return NULL;
}

/* Told when all of the file was looked at, as that it is too much comes first. */
static void fault(struct builder *b, size_t line, const char *what)
{
	if (!b->fault)
		b->fault_line = line;
	b->fault = b->fault ? b->fault : what;
}

/* Before what is in the node is known: it may have itself in it, which whoever reads it notices. */
static int keep_anchor(struct builder *b, const unsigned char *name, struct node *node)
{
	if (b->n_anchors == CONFIG_ANCHORS_MAX)
		return config_wrong(b->s, NULL, node->line, "expected at most %d anchors (&NAME)",
				    CONFIG_ANCHORS_MAX);
	if (anchored(b, name))
		fault(b, node->line, "second occurrence");
	b->anchors[b->n_anchors].name = copy(b->tree, name, strlen((const char *)name));
	b->anchors[b->n_anchors].node = node;
	return b->anchors[b->n_anchors++].name ? 0 : -ENOMEM;
}

static int add(struct builder *b, const yaml_event_t *e, struct node node, const unsigned char *anchor)
{
	struct node *n = take(b->tree, sizeof(*n));
	int rc;

	if (!n)
		return -ENOMEM;
	node.line = e->start_mark.line + 1;
	*n = node;
	rc = anchor ? keep_anchor(b, anchor, n) : 0;
	if (!rc)
		rc = put(b, n);
	if (rc || n->type == NODE_TEXT)
		return rc;
	if (b->depth == CONFIG_DEPTH_MAX)
		return config_wrong(b->s, NULL, n->line, "expected at most %d levels", CONFIG_DEPTH_MAX);
	b->open[b->depth++] = n;
	return 0;
}

static int add_text(struct builder *b, const yaml_event_t *e)
{
	struct node node = {
		.type = NODE_TEXT,
		.text = copy(b->tree, e->data.scalar.value, e->data.scalar.length),
		.len = e->data.scalar.length,
		.plain = e->data.scalar.style == YAML_PLAIN_SCALAR_STYLE,
	};

	return node.text ? add(b, e, node, e->data.scalar.anchor) : -ENOMEM;
}

static int repeat(struct builder *b, const yaml_event_t *e)
{
	struct node *n = anchored(b, e->data.alias.anchor);

	if (n)
		return put(b, n);
	fault(b, e->start_mark.line + 1, "found undefined alias");
	return 0;
}

static int hear(struct builder *b, const yaml_event_t *e)
{
	size_t line = e->start_mark.line + 1;

	b->ended = e->type == YAML_STREAM_END_EVENT;
	if (e->type == YAML_DOCUMENT_START_EVENT) {
		b->documents++;
		return 0;
	}
	if (b->documents > 1 && !b->ended)
		return config_wrong(b->s, NULL, line, "a second document; expected one a file");
	if (++b->events > CONFIG_EVENTS_MAX)
		return config_wrong(b->s, NULL, line, "expected at most %d words and brackets in a file",
				    CONFIG_EVENTS_MAX);
	switch (e->type) {
	case YAML_SCALAR_EVENT:
		return add_text(b, e);
	case YAML_ALIAS_EVENT:
		return repeat(b, e);
	case YAML_MAPPING_START_EVENT:
		return add(b, e, (struct node){ .type = NODE_MAP }, e->data.mapping_start.anchor);
	case YAML_SEQUENCE_START_EVENT:
		return add(b, e, (struct node){ .type = NODE_LIST }, e->data.sequence_start.anchor);
	case YAML_MAPPING_END_EVENT:
	case YAML_SEQUENCE_END_EVENT:
		b->depth--;
		return 0;
	default:
		return 0;
	}
}

static int not_yaml(const struct source *s, size_t line, const char *what)
{
	return config_wrong(s, NULL, line, "not YAML: %s", what ? what : "?");
}

int config_tree(const struct source *s, const char *text, size_t len, struct config_tree *out)
{
	struct builder b = { .s = s, .tree = out };
	yaml_parser_t parser;
	int rc = 0;

	*out = (struct config_tree){ 0 };
	if (!yaml_parser_initialize(&parser))
		return -ENOMEM;
	yaml_parser_set_input_string(&parser, (const unsigned char *)text, len);
	while (!rc && !b.ended) {
		yaml_event_t event;

		if (!yaml_parser_parse(&parser, &event)) {
			rc = parser.error == YAML_MEMORY_ERROR
				     ? -ENOMEM
				     : not_yaml(s, parser.problem_mark.line + 1, parser.problem);
			break;
		}
		rc = hear(&b, &event);
		yaml_event_delete(&event);
	}
	yaml_parser_delete(&parser);
	return !rc && b.fault ? not_yaml(s, b.fault_line, b.fault) : rc;
}
