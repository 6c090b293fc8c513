/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * select.h - selectors: which functions somebody means
 *
 *	0000:01:00.0  01:00.0  01:00.*  pci_0000_01_00_0      an address; .* for every function of the slot
 *	0000:00:1c.4/00.0                                     a bridge path, as lspci -P prints it
 *	pci:10de:1eb8[:10de:12a2]                             ids; * for any
 *	vfs:ADDRESS-OR-PATH[/3-7]                             virtual functions of a PF
 *	serial:00-11-22-ff-fe-33-44-55                        the device serial number
 *	class:0302  class:010802  group:14  net:eth0          class, IOMMU group, network interface
 *	NAME                                                  an alias of the configuration
 *	SELECTOR,ids=10de:1eb8,serial=…                       a pinned identity
 */
#ifndef HVCLAIM_SELECT_H
#define HVCLAIM_SELECT_H

#include "device/model.h"

struct selector;

/** struct select_env - where names come from; either may be NULL, then such selectors are refused */
struct select_env {
	const char *(*alias)(void *data, const char *name);		/* an alias' selector, or NULL */
	int (*netdev)(void *data, const char *name, struct addr *addr); /* 0, or -errno */
	void *data;
};

/**
 * selector_parse() - text to selector
 * @text: one selector
 * @env: for aliases (an alias may not name another alias)
 * @out: to be freed with selector_free()
 * @err: on failure a malloc'd sentence with the text, the column (from 1) and what was expected
 *
 * Return: 0 or -EINVAL. Pure but for @env.
 */
int selector_parse(const char *text, const struct select_env *env, struct selector **out, char **err);
void selector_free(struct selector *s);

/**
 * selector_match() - the functions that a selector means
 * @s: the selector
 * @all: all functions
 * @env: for net:
 * @out: pointers into @all are appended, each function once also over several calls; realloc'd
 * @n: how many
 * @err: on failure a malloc'd sentence
 *
 * Return: 0; -ENODEV when nothing matches; -EACCES when an identity is pinned and does not match (the function
 * that differs is in @out); -ENOMEM.
 */
int selector_match(const struct selector *s, const struct devs *all, const struct select_env *env,
		   const struct dev ***out, size_t *n, char **err);

#endif
