/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * rule_text.h - standing rules as text
 *
 *	SELECTOR[,ids=V:D[:SV:SD]][,serial=…][,owner=…][,backend=…][,driver=…][,group=whole][,allow=A+B]
 *
 * The module reads the same (kmod/select.c); of the selectors it knows addresses, paths, pci:, vfs: and serial:.
 * What else the helper understands (aliases, net:, class:, group:) is resolved here before the module sees it.
 */
#ifndef HVCLAIM_RULE_TEXT_H
#define HVCLAIM_RULE_TEXT_H

#include <stdio.h>

#include "device/select.h"

/* the module's owner of a rule that names none */
#define RULE_OWNER_DEFAULT "guests"

/** struct rule_words - what a rule says besides its selector; "" and 0 where it says nothing */
struct rule_words {
	char owner[HVCLAIM_NAME_MAX + 1];
	char backend[HVCLAIM_NAME_MAX + 1];
	char driver[HVCLAIM_NAME_MAX + 1];
	bool whole_group;
	uint64_t allow; /* 1 << reason */
};

/** struct rule_text - a rule that was read */
struct rule_text {
	struct selector *selector; /* with its pins */
	struct rule_words words;
};

/** struct rule_list - rules as text; grows as needed */
struct rule_list {
	char **v;
	size_t n;
};

/**
 * rule_parse() - text to rule
 * @text: one rule
 * @env: for aliases and interfaces; NULL where only the module's own selectors may stand
 * @out: to be freed with rule_text_free()
 * @column: on failure where the mistake is, from 1
 * @err: on failure a malloc'd sentence with the text, the column and what was expected
 *
 * Return: 0 or -EINVAL. Pure but for @env.
 */
int rule_parse(const char *text, const struct select_env *env, struct rule_text **out, size_t *column,
	       char **err);
/** rule_text_free() - NULL is fine */
void rule_text_free(struct rule_text *r);

/**
 * rule_format() - a rule in the one spelling that this program writes
 *
 * Two rules are the same when this is.
 *
 * Return: to be freed, or NULL when memory is out.
 */
char *rule_format(const struct rule_text *r);

/** rule_canonical() - rule_format() of a text, or a copy of it when it is no rule; NULL when memory is out */
char *rule_canonical(const char *text);

/** rule_is_kernels() - whether the module knows such a selector */
bool rule_is_kernels(const struct rule_text *r);

/**
 * rule_meant() - whether somebody who says @want can mean @have
 *
 * They must have the same selector; pins and words count where @want has them.
 */
bool rule_meant(const struct rule_text *want, const struct rule_text *have);

/**
 * rule_resolve() - a rule as the module shall see it
 * @r: the rule
 * @pin: make an address a bridge path with ids, and a serial number where there is one, because numbers change
 * @all: all functions
 * @env: for net:
 * @out: the rules are appended as text, one a function where the selector is none of the module's
 * @err: on failure a malloc'd sentence
 *
 * With @pin a virtual function is named by its PF and its number. What matches nothing stays as it is, when the
 * module knows such selectors.
 *
 * Return: 0; -ENODEV when nothing matches and it must; -EACCES when a pinned identity does not match; -EINVAL when
 * the result is too long; -ENOMEM.
 */
int rule_resolve(const struct rule_text *r, bool pin, const struct devs *all, const struct select_env *env,
		 struct rule_list *out, char **err);

/** rule_list_add() - append a copy unless it is there; 0 or -ENOMEM */
int rule_list_add(struct rule_list *list, const char *text);
bool rule_list_has(const struct rule_list *list, const char *text);
void rule_list_free(struct rule_list *list);

/** rule_caret() - the text, and a caret below its column */
void rule_caret(FILE *out, int indent, const char *text, size_t column);

#endif
