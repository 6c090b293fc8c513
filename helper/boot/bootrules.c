// SPDX-License-Identifier: GPL-2.0-only
/*
 * bootrules.c - standing rules in the words of modprobe.d and of the kernel's command line
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "boot/bootrules.h"
#include "lib/hostfs.h"

/* white space as the kernel splits options at it */
#define BLANKS " \t\n\v\f\r"

/**
 * struct line - a line as modprobe sees it, and where its characters are in the file
 * @text: the characters; lines that end in a backslash are joined
 * @at: for each of them and for the end, its offset in the file
 * @n: how many characters
 * @number: of its first line, from 1
 * @start: offset of its first byte
 * @end: offset behind its last byte, newline included
 */
struct line {
	char *text;
	size_t *at;
	size_t n, number, start, end;
};

static void line_clear(struct line *l)
{
	free(l->text);
	free(l->at);
}

/*
 * The line that begins at @offset; @next is its number, and then that of the one behind it. A backslash takes the
 * newline behind it away, and only itself anywhere else.
 */
static int line_read(const char *file, size_t offset, size_t *next, struct line *l)
{
	size_t room = strlen(file + offset) + 1, i = offset;

	*l = (struct line){ .number = *next, .start = offset };
	l->text = malloc(room);
	l->at = calloc(room, sizeof(*l->at));
	if (!l->text || !l->at)
		return -ENOMEM;
	for (; file[i] && file[i] != '\n'; i++) {
		if (file[i] == '\\' && file[i + 1] == '\n')
			++*next;
		if (file[i] == '\\' && !file[++i])
			break;
		if (file[i] == '\n')
			continue;
		l->at[l->n] = i;
		l->text[l->n++] = file[i];
	}
	++*next;
	l->text[l->n] = '\0';
	l->at[l->n] = i;
	l->end = i + (file[i] == '\n');
	return 0;
}

/* A word as the kernel takes it from a list of options: quotes keep blanks. False at the end. */
static bool token(const char *s, size_t *from, size_t *to)
{
	bool quoted = false;

	*from = *to + strspn(s + *to, BLANKS);
	for (*to = *from; s[*to] && (quoted || !strchr(BLANKS, s[*to])); ++*to)
		if (s[*to] == '"')
			quoted = !quoted;
	return *to > *from;
}

/* The value of an option, without the quotes that the kernel takes away; NULL when it is another one. */
static char *value_of(const char *s, size_t from, size_t to, const char *name)
{
	size_t n = strlen(name);
	bool whole = s[from] == '"', inner;

	from += whole;
	if (whole && to > from && s[to - 1] == '"')
		to--;
	if (to - from < n || strncmp(s + from, name, n) || (to - from > n && s[from + n] != '='))
		return NULL;
	if (to - from == n)
		return strdup("1"); /* a switch without a value */
	from += n + 1;
	inner = from < to && s[from] == '"';
	from += inner;
	if (inner && to > from && s[to - 1] == '"')
		to--;
	return strndup(s + from, to - from);
}

static bool is_true(const char *value)
{
	return strchr("yYtT1", *value) ? *value != '\0' : !strncasecmp(value, "on", 2);
}

static int rule_push(struct boot_rules *out, char *text, enum boot_source source, const char *file,
		     size_t number)
{
	struct boot_rule *v = reallocarray(out->v, out->n + 1, sizeof(*v));

	if (!v)
		return -ENOMEM;
	out->v = v;
	v[out->n] = (struct boot_rule){ .source = source, .line = number };
	if (file) {
		v[out->n].file = strdup(file);
		if (!v[out->n].file)
			return -ENOMEM;
	}
	v[out->n++].text = text;
	return 0;
}

/* One option: a rule, the switch that turns all off, or none of our business. */
static int take_option(const char *s, size_t from, size_t to, const char *prefix, enum boot_source source,
		       const char *file, size_t number, struct boot_rules *out)
{
	char name[32], *value;
	int rc;

	snprintf(name, sizeof(name), "%sclaim", prefix);
	value = value_of(s, from, to, name);
	if (value) {
		rc = rule_push(out, value, source, file, number);
		if (rc)
			free(value);
		return rc;
	}
	snprintf(name, sizeof(name), "%sdisable", prefix);
	value = value_of(s, from, to, name);
	if (!value)
		return 0;
	free(out->disabled);
	out->disabled = !is_true(value) ? NULL
			: file		? text_fmt("%s:%zu", file, number)
					: strdup("the kernel's command line");
	rc = is_true(value) && !out->disabled ? -ENOMEM : 0;
	free(value);
	return rc;
}

/* Whether a line of modprobe.d has options for us; @to is behind the module's name then. */
static bool is_ours(const struct line *l, size_t *to)
{
	size_t from;

	*to = 0;
	if (*l->text == '#' || !token(l->text, &from, to) || *to - from != 7 ||
	    strncmp(l->text + from, "options", 7))
		return false;
	return token(l->text, &from, to) && *to - from == 7 && !strncmp(l->text + from, "hvclaim", 7);
}

int boot_parse(const char *text, const char *file, enum boot_source source, struct boot_rules *out)
{
	size_t offset = 0, number = 1;
	int rc = 0;

	while (!rc && text[offset]) {
		struct line l;
		size_t from, to;

		rc = line_read(text, offset, &number, &l);
		if (!rc && is_ours(&l, &to))
			while (!rc && token(l.text, &from, &to))
				rc = take_option(l.text, from, to, "", source, file, l.number, out);
		offset = l.end;
		line_clear(&l);
	}
	return rc;
}

int boot_parse_cmdline(const char *cmdline, struct boot_rules *out)
{
	size_t from, to = 0;
	int rc = 0;

	/* what is behind -- is init's */
	while (!rc && token(cmdline, &from, &to) && !(to - from == 2 && !strncmp(cmdline + from, "--", 2)))
		rc = take_option(cmdline, from, to, "hvclaim.", BOOT_CMDLINE, NULL, 0, out);
	return rc;
}

int boot_known(const char *text, struct rule_list *out)
{
	struct boot_rules have = { 0 };
	int rc = boot_parse(text, "", BOOT_FILE, &have);

	for (size_t i = 0; !rc && i < have.n; i++) {
		_cleanup_(freep) char *same = rule_canonical(have.v[i].text);

		rc = same ? rule_list_add(out, same) : -ENOMEM;
	}
	boot_rules_free(&have);
	return rc;
}

char *boot_add(const char *text, const struct rule_list *add, const char *head)
{
	size_t n = text ? strlen(text) : 0;
	struct rule_list have = { 0 };
	char *s = NULL;
	int rc = text_add(&s, "%s", n ? text : head);

	if (!rc && n)
		rc = boot_known(text, &have);
	if (!rc && n && text[n - 1] != '\n')
		rc = text_add(&s, "\n");
	/* a line to be continued would swallow the next one */
	if (!rc && n && (text[n - 1] == '\\' || (n > 1 && text[n - 1] == '\n' && text[n - 2] == '\\')))
		rc = text_add(&s, "\n");
	for (size_t i = 0; !rc && i < add->n; i++) {
		_cleanup_(freep) char *same = rule_canonical(add->v[i]);

		if (!same)
			rc = -ENOMEM;
		else if (!rule_list_has(&have, same))
			rc = text_add(&s, "options hvclaim claim=%s\n", add->v[i]);
		if (!rc)
			rc = rule_list_add(&have, same);
	}
	rule_list_free(&have);
	if (!rc)
		return s;
	free(s);
	return NULL;
}

static bool goes(const struct line *l, size_t from, size_t to, const struct rule_list *remove)
{
	_cleanup_(freep) char *rule = value_of(l->text, from, to, "claim");

	return rule && rule_list_has(remove, rule);
}

/* Append a line to @s without the options that go; nothing when none is left. */
static int copy_without(char **s, const char *file, const struct line *l, const struct rule_list *remove)
{
	size_t from, to, options, copied = l->start, kept = 0, gone = 0;
	int rc = 0;

	if (is_ours(l, &options)) {
		for (to = options; token(l->text, &from, &to);)
			*(goes(l, from, to, remove) ? &gone : &kept) += 1;
		if (gone && !kept)
			return 0;
		for (to = options; !rc && token(l->text, &from, &to);) {
			if (!goes(l, from, to, remove))
				continue;
			rc = text_add(s, "%.*s", (int)(l->at[from] - copied), file + copied);
			/* the blanks behind it go with it; the line's end does not */
			copied = l->at[to + strspn(l->text + to, " \t")];
		}
	}
	return rc ? rc : text_add(s, "%.*s", (int)(l->end - copied), file + copied);
}

char *boot_remove(const char *text, const struct rule_list *remove)
{
	size_t offset = 0, number = 1;
	char *s = strdup("");
	int rc = s ? 0 : -ENOMEM;

	while (!rc && text[offset]) {
		struct line l;

		rc = line_read(text, offset, &number, &l);
		if (!rc)
			rc = copy_without(&s, text, &l, remove);
		offset = l.end;
		line_clear(&l);
	}
	if (!rc)
		return s;
	free(s);
	return NULL;
}

bool boot_is_empty(const char *text)
{
	for (const char *s = text; *s; s += strcspn(s, "\n"), s += *s == '\n') {
		s += strspn(s, BLANKS);
		if (*s && *s != '#')
			return false;
		if (!*s)
			break;
	}
	return true;
}

void boot_rules_free(struct boot_rules *all)
{
	for (size_t i = 0; i < all->n; i++) {
		free(all->v[i].text);
		free(all->v[i].file);
	}
	free(all->v);
	free(all->disabled);
	*all = (struct boot_rules){ 0 };
}
