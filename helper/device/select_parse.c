// SPDX-License-Identifier: GPL-2.0-only
/*
 * select_parse.c - selectors: text to struct
 */
#define _GNU_SOURCE 1
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "lib/hostfs.h"
#include "device/select_priv.h"

bool cursor_wrong(struct cursor *c, const char *at, const char *what)
{
	if (c->err)
		return false;
	c->column = (size_t)(at - c->text) + 1;
	c->err = text_fmt("%s \"%s\", column %zu: %s", c->noun, c->text, c->column, what);
	return false;
}

bool cursor_take(struct cursor *c, const char *prefix)
{
	size_t n = strlen(prefix);

	if (strncmp(c->s, prefix, n))
		return false;
	c->s += n;
	return true;
}

static bool need(struct cursor *c, char what, const char *complaint)
{
	if (*c->s != what)
		return cursor_wrong(c, c->s, complaint);
	c->s++;
	return true;
}

/* A hexadecimal number of @min to @max digits that is not above @limit. */
static bool hex(struct cursor *c, unsigned int min, unsigned int max, uint32_t limit, uint32_t *out,
		const char *complaint)
{
	const char *start = c->s;
	uint32_t v = 0;

	while (isxdigit((unsigned char)*c->s) && c->s < start + max) {
		char d = (char)tolower((unsigned char)*c->s++);

		v = v << 4 | (uint32_t)(isdigit((unsigned char)d) ? d - '0' : d - 'a' + 10);
	}
	if (c->s < start + min || v > limit || isxdigit((unsigned char)*c->s))
		return cursor_wrong(c, c->s < start + min ? c->s : start, complaint);
	*out = v;
	return true;
}

static bool decimal(struct cursor *c, uint32_t *out, const char *complaint)
{
	const char *start = c->s;
	uint64_t v = 0;

	while (isdigit((unsigned char)*c->s) && v <= INT_MAX)
		v = v * 10 + (uint64_t)(*c->s++ - '0');
	if (c->s == start || v > INT_MAX)
		return cursor_wrong(c, start, complaint);
	*out = (uint32_t)v;
	return true;
}

/* SS.F or SS.*, where @any is not NULL */
static bool slot(struct cursor *c, uint8_t *devfn, bool *any)
{
	uint32_t dev = 0, fn = 0;

	if (!hex(c, 1, 2, 0x1f, &dev, "expected a device number, 00 to 1f") ||
	    !need(c, '.', "expected .FUNCTION"))
		return false;
	if (any && cursor_take(c, "*"))
		*any = true;
	else if (!hex(c, 1, 1, 7, &fn,
		      any ? "expected a function number, 0 to 7, or *"
			  : "expected a function number, 0 to 7"))
		return false;
	*devfn = (uint8_t)(dev << 3 | fn);
	return true;
}

/* [DDDD:]BB:SS.F */
static bool address(struct cursor *c, struct addr *a, bool *any)
{
	const char *first = strchr(c->s, ':'), *second = first ? strpbrk(first + 1, ":/,") : NULL;
	uint32_t bus = 0;

	*a = (struct addr){ 0 };
	if (second && *second == ':' && !hex(c, 1, 8, UINT32_MAX, &a->domain, "expected a PCI domain"))
		return false;
	if (second && *second == ':' && !need(c, ':', "expected :BUS"))
		return false;
	if (!hex(c, 1, 2, 0xff, &bus, "expected a bus number, 00 to ff") ||
	    !need(c, ':', "expected :DEVICE.FUNCTION"))
		return false;
	a->bus = (uint8_t)bus;
	return slot(c, &a->devfn, any);
}

static bool more_path(const struct cursor *c)
{
	return *c->s == '/' && c->s[1 + strspn(c->s + 1, "0123456789abcdefABCDEF")] == '.';
}

/* An address, or a bridge path from a root port; @sel->path is set for the latter. */
static bool place(struct cursor *c, struct selector *sel, bool *any)
{
	size_t len;
	char buf[ADDR_STR_LEN];

	if (!address(c, &sel->addr, any))
		return false;
	len = (size_t)snprintf(sel->path, sizeof(sel->path), "%s", addr_str(sel->addr, buf));
	if (!more_path(c)) {
		sel->path[0] = '\0';
		return true;
	}
	while (more_path(c)) {
		const char *at = c->s++;
		uint8_t devfn;

		if (any && *any)
			return cursor_wrong(c, at - 1, "only the last function of a path may be *");
		if (!slot(c, &devfn, any))
			return false;
		if (len + 5 >= sizeof(sel->path))
			return cursor_wrong(c, at, "the path is too long");
		len += (size_t)snprintf(sel->path + len, sizeof(sel->path) - len, "/%02x.%x", devfn >> 3,
					devfn & 7u);
	}
	if (any && *any)
		sel->path[len - 1] = '\0';
	return true;
}

/* VVVV:DDDD[:SSSS:SSSS], * for any */
static bool ids(struct cursor *c, int out[IDS])
{
	for (int i = 0; i < IDS; i++) {
		uint32_t v = 0;

		out[i] = ANY;
		if (i == 2 && *c->s != ':') {
			out[3] = ANY;
			return true;
		}
		if (i && !need(c, ':', "expected another id after :"))
			return false;
		if (cursor_take(c, "*"))
			continue;
		if (!hex(c, 1, 4, 0xffff, &v, "expected an id of up to four hexadecimal digits, or *"))
			return false;
		out[i] = (int)v;
	}
	return true;
}

/* eight bytes, - between them */
static bool serial(struct cursor *c, uint64_t *out)
{
	*out = 0;
	for (int i = 0; i < 8; i++) {
		uint32_t v = 0;

		if (i && !need(c, '-', "expected -, and eight bytes in all: 00-11-22-ff-fe-33-44-55"))
			return false;
		if (!hex(c, 2, 2, 0xff, &v, "expected two hexadecimal digits"))
			return false;
		*out = *out << 8 | v;
	}
	return true;
}

static bool class(struct cursor *c, struct selector *sel)
{
	size_t n = strspn(c->s, "0123456789abcdefABCDEF");

	if (n != 4 && n != 6)
		return cursor_wrong(c, c->s, "expected a class of four or six hexadecimal digits");
	if (!hex(c, 4, 6, 0xffffff, &sel->class, "expected a class"))
		return false;
	sel->class_mask = n == 4 ? 0xffff00 : 0xffffff;
	if (n == 4)
		sel->class <<= 8;
	return true;
}

static bool vfs(struct cursor *c, struct selector *sel)
{
	const char *at;

	sel->last = UINT_MAX;
	if (!place(c, sel, NULL))
		return false;
	at = c->s;
	if (!cursor_take(c, "/"))
		return true;
	if (!decimal(c, &sel->first, "expected the number of a virtual function, from 0"))
		return false;
	sel->last = sel->first;
	if (cursor_take(c, "-") &&
	    !decimal(c, &sel->last, "expected the number of the last virtual function"))
		return false;
	return sel->first <= sel->last || cursor_wrong(c, at, "the range is empty");
}

static bool netdev(struct cursor *c, struct selector *sel)
{
	size_t n = strcspn(c->s, ",");

	if (!n || n >= sizeof(sel->name) || memchr(c->s, '/', n))
		return cursor_wrong(c, c->s, "expected the name of a network interface");
	memcpy(sel->name, c->s, n);
	c->s += n;
	return true;
}

/* libvirt's pci_0000_01_00_0: the same as an address in other clothes, and of the same length */
static bool libvirt(struct cursor *c, struct selector *sel)
{
	struct addr *a = &sel->addr;
	uint32_t bus = 0, dev = 0, fn = 0;
	bool ok = hex(c, 1, 8, UINT32_MAX, &a->domain, "expected a PCI domain") &&
		  need(c, '_', "expected _BUS") &&
		  hex(c, 1, 2, 0xff, &bus, "expected a bus number, 00 to ff") &&
		  need(c, '_', "expected _DEVICE") &&
		  hex(c, 1, 2, 0x1f, &dev, "expected a device number, 00 to 1f") &&
		  need(c, '_', "expected _FUNCTION") &&
		  hex(c, 1, 1, 7, &fn, "expected a function number, 0 to 7");

	if (!ok)
		return false;
	a->bus = (uint8_t)bus;
	a->devfn = (uint8_t)(dev << 3 | fn);
	return true;
}

static bool head(struct cursor *c, struct selector *sel)
{
	bool any = false;

	if (cursor_take(c, "pci:")) {
		sel->kind = BY_IDS;
		return ids(c, sel->ids);
	}
	if (cursor_take(c, "pci_")) {
		sel->kind = BY_ADDR;
		return libvirt(c, sel);
	}
	if (cursor_take(c, "vfs:")) {
		sel->kind = BY_VFS;
		return vfs(c, sel);
	}
	if (cursor_take(c, "serial:")) {
		sel->kind = BY_SERIAL;
		return serial(c, &sel->serial);
	}
	if (cursor_take(c, "class:")) {
		sel->kind = BY_CLASS;
		return class(c, sel);
	}
	if (cursor_take(c, "group:")) {
		uint32_t group;

		sel->kind = BY_GROUP;
		if (!decimal(c, &group, "expected the number of an IOMMU group"))
			return false;
		sel->group = (int)group;
		return true;
	}
	if (cursor_take(c, "net:")) {
		sel->kind = BY_NETDEV;
		return netdev(c, sel);
	}
	if (!place(c, sel, &any))
		return false;
	sel->path_any = any;
	sel->kind = *sel->path ? BY_PATH : any ? BY_SLOT : BY_ADDR;
	return true;
}

/* Words that a rule may have after a selector, and the option that they are here. */
static void rule_word(struct cursor *c)
{
	static const char *const words[] = { "owner=", "backend=", "driver=", "group=", "allow=" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (!strncmp(c->s, words[i], strlen(words[i])))
			cursor_wrong(c, c->s, "this is for rules; here it is an option of the command");
}

bool selector_pin(struct cursor *c, struct selector *sel, bool *known)
{
	const char *at = c->s;

	*known = true;
	if (cursor_take(c, "ids=")) {
		if (sel->pin_ids)
			return cursor_wrong(c, at, "ids= is given twice");
		sel->pin_ids = true;
		return ids(c, sel->pinned_ids);
	}
	if (cursor_take(c, "serial=")) {
		if (sel->pin_serial)
			return cursor_wrong(c, at, "serial= is given twice");
		sel->pin_serial = true;
		return serial(c, &sel->pinned_serial);
	}
	*known = false;
	return true;
}

static bool pins(struct cursor *c, struct selector *sel)
{
	while (cursor_take(c, ",")) {
		bool known;

		if (!selector_pin(c, sel, &known))
			return false;
		if (!known) {
			rule_word(c);
			return cursor_wrong(c, c->s, "expected ids= or serial=");
		}
	}
	return !*c->s || cursor_wrong(c, c->s, "unexpected text");
}

/* A name that could be an alias: none of the other forms is without a colon or begins with pci_. */
static bool is_name(const char *s, size_t n)
{
	return n && strncmp(s, "pci_", 4) && !memchr(s, ':', n) && !memchr(s, '/', n) && !memchr(s, '=', n);
}

/* The alias' own selector; pins that follow the name are the caller's. */
static bool alias(struct cursor *c, const struct select_env *env, struct selector *sel)
{
	size_t n = strcspn(c->s, ",");
	char name[HVCLAIM_PATH_MAX + 1];
	struct cursor in = { .noun = "selector" };

	if (n >= sizeof(name))
		return cursor_wrong(c, c->s, "the name is too long");
	memcpy(name, c->s, n);
	name[n] = '\0';
	in.text = env && env->alias ? env->alias(env->data, name) : NULL;
	in.s = in.text;
	if (!in.text)
		return cursor_wrong(c, c->s,
				    "neither an address nor a selector nor an alias in the configuration");
	c->s += n;
	if (is_name(in.text, strcspn(in.text, ",")))
		cursor_wrong(&in, in.text, "an alias must name a function, not another alias");
	else if (head(&in, sel) && pins(&in, sel))
		return true;
	if (in.err)
		c->err = text_fmt("alias \"%s\": %s", name, in.err);
	free(in.err);
	return false;
}

bool selector_read(struct cursor *c, const struct select_env *env, struct selector *sel)
{
	return is_name(c->s, strcspn(c->s, ",")) ? alias(c, env, sel) : head(c, sel);
}

int selector_parse(const char *text, const struct select_env *env, struct selector **out, char **err)
{
	struct selector *sel = calloc(1, sizeof(*sel));
	struct cursor c = { .noun = "selector", .text = text, .s = text };
	bool ok = false;

	*out = NULL;
	*err = NULL;
	if (sel)
		sel->text = strdup(text);
	if (sel && sel->text)
		ok = selector_read(&c, env, sel) && pins(&c, sel);
	if (!ok) {
		*err = c.err;
		selector_free(sel);
		return -EINVAL;
	}
	*out = sel;
	return 0;
}
