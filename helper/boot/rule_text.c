// SPDX-License-Identifier: GPL-2.0-only
/*
 * rule_text.c - standing rules: text to struct and back
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <limits.h>
#include <string.h>

#include "lib/hostfs.h"
#include "boot/rule_text.h"
#include "device/select_priv.h"
#include "lib/words.h"

/* SR-IOV counts virtual functions in 16 bits */
#define VF_MAX 0xffff

enum {
	SEEN_OWNER = 1,
	SEEN_BACKEND = 2,
	SEEN_DRIVER = 4,
	SEEN_GROUP = 8,
	SEEN_ALLOW = 16
};

/* A name up to the next comma. Quotes and backslashes would change what the words around it mean. */
static bool name(struct cursor *c, char out[HVCLAIM_NAME_MAX + 1])
{
	const char *start = c->s;

	while (*c->s > ' ' && *c->s < 0x7f && !strchr(",\"'\\", *c->s))
		c->s++;
	if (c->s == start)
		return cursor_wrong(c, c->s, "expected a name of printable ASCII characters without quotes");
	if (c->s - start > HVCLAIM_NAME_MAX)
		return cursor_wrong(c, start, "expected a name of at most 63 characters");
	memcpy(out, start, (size_t)(c->s - start));
	out[c->s - start] = '\0';
	return true;
}

static bool allow(struct cursor *c, uint64_t *mask)
{
	do {
		size_t len = strcspn(c->s, "+,");
		int reason = reason_of_word(c->s, len);

		if (reason < 0)
			return cursor_wrong(c, c->s, "no such reason; hvclaim(8) has the list");
		if (!reason_can_ask(reason))
			return cursor_wrong(c, c->s, "nothing gets past this reason");
		*mask |= UINT64_C(1) << reason;
		c->s += len;
	} while (cursor_take(c, "+"));
	return true;
}

/* What stands behind a comma; @seen collects which of them were there. */
static bool word(struct cursor *c, struct rule_text *r, unsigned int *seen)
{
	const char *at = c->s;
	unsigned int which;
	bool known, ok;

	if (!selector_pin(c, r->selector, &known))
		return false;
	if (known)
		return true;
	if (cursor_take(c, "owner=")) {
		which = SEEN_OWNER;
		ok = name(c, r->words.owner);
	} else if (cursor_take(c, "backend=")) {
		which = SEEN_BACKEND;
		ok = name(c, r->words.backend);
	} else if (cursor_take(c, "driver=")) {
		which = SEEN_DRIVER;
		ok = name(c, r->words.driver);
	} else if (cursor_take(c, "group=")) {
		which = SEEN_GROUP;
		r->words.whole_group = true;
		ok = cursor_take(c, "whole") || cursor_wrong(c, c->s, "expected group=whole");
	} else if (cursor_take(c, "allow=")) {
		which = SEEN_ALLOW;
		ok = allow(c, &r->words.allow);
	} else {
		return cursor_wrong(
			c, at, "expected ids=, serial=, owner=, backend=, driver=, group=whole or allow=");
	}
	if (ok && *seen & which)
		return cursor_wrong(c, at, "is given twice");
	*seen |= which;
	return ok;
}

static bool read_rule(struct cursor *c, const struct select_env *env, struct rule_text *r)
{
	unsigned int seen = 0;

	if (strlen(c->text) > HVCLAIM_RULE_TEXT_MAX)
		return cursor_wrong(c, c->text + HVCLAIM_RULE_TEXT_MAX, "a rule has at most 511 characters");
	if (!selector_read(c, env, r->selector))
		return false;
	if (r->selector->last != UINT_MAX && r->selector->last > VF_MAX)
		return cursor_wrong(c, c->text, "no PF has so many virtual functions");
	while (cursor_take(c, ","))
		if (!word(c, r, &seen))
			return false;
	return !*c->s || cursor_wrong(c, c->s, "expected a comma or the end of the rule");
}

int rule_parse(const char *text, const struct select_env *env, struct rule_text **out, size_t *column,
	       char **err)
{
	struct rule_text *r = calloc(1, sizeof(*r));
	struct cursor c = { .noun = "rule", .text = text, .s = text };
	bool ok = false;

	*out = NULL;
	*err = NULL;
	*column = 0;
	if (r)
		r->selector = calloc(1, sizeof(*r->selector));
	if (r && r->selector)
		r->selector->text = strdup(text);
	if (r && r->selector && r->selector->text)
		ok = read_rule(&c, env, r);
	if (ok && !env && !rule_is_kernels(r))
		ok = cursor_wrong(&c, text, "the module knows addresses, paths, pci:, vfs: and serial: only");
	if (!ok) {
		*err = c.err;
		*column = c.column;
		rule_text_free(r);
		return -EINVAL;
	}
	*out = r;
	return 0;
}

void rule_text_free(struct rule_text *r)
{
	if (r)
		selector_free(r->selector);
	free(r);
}

bool rule_is_kernels(const struct rule_text *r)
{
	switch (r->selector->kind) {
	case BY_ADDR:
	case BY_SLOT:
	case BY_IDS:
	case BY_VFS:
	case BY_SERIAL:
	case BY_PATH:
		return true;
	default:
		return false;
	}
}

static int add_id(char **s, int id)
{
	return id == ANY ? text_add(s, "*") : text_add(s, "%04x", (unsigned int)id);
}

static int add_ids(char **s, const int ids[IDS])
{
	int n = ids[2] == ANY && ids[3] == ANY ? 2 : IDS, rc = 0;

	for (int i = 0; !rc && i < n; i++) {
		rc = i ? text_add(s, ":") : 0;
		if (!rc)
			rc = add_id(s, ids[i]);
	}
	return rc;
}

static int add_serial(char **s, uint64_t serial)
{
	int rc = 0;

	for (int i = 7; !rc && i >= 0; i--)
		rc = text_add(s, "%02x%s", (unsigned int)(serial >> 8 * i & 0xff), i ? "-" : "");
	return rc;
}

static int add_vfs(char **s, const struct selector *sel)
{
	char buf[ADDR_STR_LEN];
	int rc = text_add(s, "vfs:%s", *sel->path ? sel->path : addr_str(sel->addr, buf));

	if (rc || (!sel->first && sel->last == UINT_MAX))
		return rc;
	rc = text_add(s, "/%u", sel->first);
	/* a range without an end cannot be written; nor can it be read */
	return rc || sel->last == sel->first ? rc : text_add(s, "-%u", sel->last);
}

static int add_selector(char **s, const struct selector *sel)
{
	char buf[ADDR_STR_LEN];
	int rc;

	switch (sel->kind) {
	case BY_ADDR:
		return text_add(s, "%s", addr_str(sel->addr, buf));
	case BY_SLOT:
		addr_str(sel->addr, buf);
		return text_add(s, "%.*s*", (int)strlen(buf) - 1, buf);
	case BY_PATH:
		return text_add(s, "%s%s", sel->path, sel->path_any ? "*" : "");
	case BY_IDS:
		rc = text_add(s, "pci:");
		return rc ? rc : add_ids(s, sel->ids);
	case BY_VFS:
		return add_vfs(s, sel);
	case BY_SERIAL:
		rc = text_add(s, "serial:");
		return rc ? rc : add_serial(s, sel->serial);
	case BY_CLASS:
		return sel->class_mask == 0xffffff ? text_add(s, "class:%06x", sel->class)
						   : text_add(s, "class:%04x", sel->class >> 8);
	case BY_GROUP:
		return text_add(s, "group:%d", sel->group);
	case BY_NETDEV:
		return text_add(s, "net:%s", sel->name);
	}
	return 0;
}

static int add_words(char **s, const struct rule_words *w)
{
	_cleanup_(freep) char *reasons = w->allow ? allow_text(w->allow) : NULL;
	int rc = 0;

	if (w->allow && !reasons)
		return -ENOMEM;
	for (char *c = reasons; c && (c = strchr(c, ',')); c++)
		*c = '+';
	if (*w->owner)
		rc = text_add(s, ",owner=%s", w->owner);
	if (!rc && *w->backend)
		rc = text_add(s, ",backend=%s", w->backend);
	if (!rc && *w->driver)
		rc = text_add(s, ",driver=%s", w->driver);
	if (!rc && w->whole_group)
		rc = text_add(s, ",group=whole");
	if (!rc && reasons)
		rc = text_add(s, ",allow=%s", reasons);
	return rc;
}

char *rule_format(const struct rule_text *r)
{
	const struct selector *sel = r->selector;
	char *s = NULL;
	int rc = add_selector(&s, sel);

	if (!rc && sel->pin_ids) {
		rc = text_add(&s, ",ids=");
		if (!rc)
			rc = add_ids(&s, sel->pinned_ids);
	}
	if (!rc && sel->pin_serial) {
		rc = text_add(&s, ",serial=");
		if (!rc)
			rc = add_serial(&s, sel->pinned_serial);
	}
	if (!rc)
		rc = add_words(&s, &r->words);
	if (!rc)
		return s;
	free(s);
	return NULL;
}

char *rule_canonical(const char *text)
{
	_cleanup_(freep) char *err = NULL;
	struct rule_text *r;
	size_t column;
	char *s;

	if (rule_parse(text, NULL, &r, &column, &err))
		return strdup(text);
	s = rule_format(r);
	rule_text_free(r);
	return s;
}

static bool same_selector(const struct selector *a, const struct selector *b)
{
	char *ta = NULL, *tb = NULL;
	bool same = !add_selector(&ta, a) && !add_selector(&tb, b) && ta && tb && !strcmp(ta, tb);

	free(ta);
	free(tb);
	return same;
}

static bool pins_agree(const struct selector *want, const struct selector *have)
{
	return (!want->pin_ids ||
		(have->pin_ids && !memcmp(want->pinned_ids, have->pinned_ids, sizeof(want->pinned_ids)))) &&
	       (!want->pin_serial || (have->pin_serial && want->pinned_serial == have->pinned_serial));
}

/* A rule without an owner is the default one's. */
static bool owner_agrees(const char *want, const char *have)
{
	return !*want || !strcmp(want, *have ? have : RULE_OWNER_DEFAULT);
}

bool rule_meant(const struct rule_text *want, const struct rule_text *have)
{
	const struct rule_words *w = &want->words, *h = &have->words;

	return same_selector(want->selector, have->selector) && pins_agree(want->selector, have->selector) &&
	       owner_agrees(w->owner, h->owner) && (!*w->backend || !strcmp(w->backend, h->backend)) &&
	       (!*w->driver || !strcmp(w->driver, h->driver)) && (!w->whole_group || h->whole_group) &&
	       (!w->allow || w->allow == h->allow);
}

bool rule_list_has(const struct rule_list *list, const char *text)
{
	for (size_t i = 0; i < list->n; i++)
		if (!strcmp(list->v[i], text))
			return true;
	return false;
}

int rule_list_add(struct rule_list *list, const char *text)
{
	char **v;

	if (rule_list_has(list, text))
		return 0;
	v = reallocarray(list->v, list->n + 1, sizeof(*v));
	if (!v)
		return -ENOMEM;
	list->v = v;
	v[list->n] = strdup(text);
	if (!v[list->n])
		return -ENOMEM;
	list->n++;
	return 0;
}

void rule_list_free(struct rule_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		free(list->v[i]);
	free(list->v);
	*list = (struct rule_list){ 0 };
}

void rule_caret(FILE *out, int indent, const char *text, size_t column)
{
	fprintf(out, "%*s%s\n", indent, "", text);
	if (column)
		fprintf(out, "%*s^\n", indent + (int)column - 1, "");
}
