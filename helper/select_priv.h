/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * select_priv.h - what a selector is made of; for select_parse.c and select.c
 */
#ifndef HVCLAIM_SELECT_PRIV_H
#define HVCLAIM_SELECT_PRIV_H

#include "select.h"

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

#endif
