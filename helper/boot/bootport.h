/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * bootport.h - boot rules as a file that is carried to another installation
 *
 *	version: 1
 *	rules:
 *	  - "0000:00:1c.4/00.0,ids=10de:1eb8,owner=db1"
 *
 * or one rule a line, or lines of modprobe.d.
 */
#ifndef HVCLAIM_BOOTPORT_H
#define HVCLAIM_BOOTPORT_H

#include "boot/rule_text.h"

/** bootport_write() - rules as YAML, to be freed; NULL when memory is out */
char *bootport_write(const struct rule_list *rules);

/**
 * bootport_read() - rules of a file in any of the forms
 * @text: what it holds
 * @name: of the file, for errors
 * @out: rules are appended, in the one spelling
 * @err: on failure a malloc'd sentence with file and line
 *
 * Return: 0, -EINVAL when one of them is wrong, or -ENOMEM.
 */
int bootport_read(const char *text, const char *name, struct rule_list *out, char **err);

#endif
