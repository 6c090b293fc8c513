/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * select_priv.h - what a selector is made of, and how it is read; for select*.c and rule_*.c
 */
#ifndef HVCLAIM_SELECT_PRIV_H
#define HVCLAIM_SELECT_PRIV_H

#include "device/select.h"

enum kind {
	BY_ADDR,
	BY_SLOT,
	BY_PATH,
	BY_IDS,
	BY_VFS,
	BY_SERIAL,
	BY_CLASS,
	BY_GROUP,
	BY_NETDEV
};

#define ANY -1
#define IDS 4 /* vendor, device, subsystem vendor, subsystem device */

struct selector {
	enum kind kind;
	char *text;
	struct addr addr;		 /* BY_ADDR, BY_SLOT; BY_VFS without a path */
	char path[HVCLAIM_PATH_MAX + 1]; /* BY_PATH, BY_VFS; cut before the function when it is any */
	bool path_any;
	int ids[IDS];
	unsigned int first, last; /* BY_VFS */
	uint64_t serial;
	uint32_t class, class_mask;
	int group;
	char name[HVCLAIM_NAME_MAX + 1]; /* BY_NETDEV */
	bool pin_ids, pin_serial;
	int pinned_ids[IDS];
	uint64_t pinned_serial;
};

/** struct cursor - where parsing is; the first thing that is wrong is kept */
struct cursor {
	const char *noun; /* what the text is, for errors */
	const char *text, *s;
	size_t column; /* of what is wrong, from 1 */
	char *err;     /* malloc'd */
};

/** cursor_wrong() - remember what is wrong at @at; returns false */
bool cursor_wrong(struct cursor *c, const char *at, const char *what);
/** cursor_take() - step over @prefix if it is there */
bool cursor_take(struct cursor *c, const char *prefix);

/** selector_read() - a selector or an alias, without what may follow a comma; false with c->err */
bool selector_read(struct cursor *c, const struct select_env *env, struct selector *sel);
/** selector_pin() - ids= or serial=; @known says whether it was one of these. False with c->err */
bool selector_pin(struct cursor *c, struct selector *sel, bool *known);

#endif
