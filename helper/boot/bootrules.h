/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * bootrules.h - standing rules in the words of modprobe.d and of the kernel's command line
 *
 *	options hvclaim claim=RULE [claim=RULE…]	a line of modprobe.d
 *	hvclaim.claim=RULE				a word of the command line
 *
 * Text in, text out; lines that are not ours stay as they are.
 */
#ifndef HVCLAIM_BOOTRULES_H
#define HVCLAIM_BOOTRULES_H

#include "boot/rule_text.h"

/** enum boot_source - where a boot rule is written */
enum boot_source {
	BOOT_FILE,    /* our own file in modprobe.d */
	BOOT_TRIAL,   /* our file of rules that hold for one boot */
	BOOT_OTHER,   /* another file of modprobe.d */
	BOOT_CMDLINE, /* the kernel's command line */
};

/** struct boot_rule - one claim= option */
struct boot_rule {
	char *text;
	enum boot_source source;
	char *file; /* NULL for the command line */
	size_t line;
};

/** struct boot_rules - what files and command line say */
struct boot_rules {
	struct boot_rule *v;
	size_t n;
	char *disabled; /* where disable=1 stands, or NULL */
};

/**
 * boot_parse() - the rules in a file of modprobe.d
 * @text: what it holds
 * @file: its name, for boot_rule.file
 * @source: for boot_rule.source
 * @out: rules are appended, and disabled is set
 *
 * Read as modprobe and the kernel read it: a backslash at the end joins lines, # begins a comment at the start of a
 * line, quotes keep white space together.
 *
 * Return: 0 or -ENOMEM.
 */
int boot_parse(const char *text, const char *file, enum boot_source source, struct boot_rules *out);

/** boot_parse_cmdline() - the rules on the kernel's command line; 0 or -ENOMEM */
int boot_parse_cmdline(const char *cmdline, struct boot_rules *out);

/**
 * boot_add() - put rules into a file of modprobe.d
 * @text: what it holds; "" or NULL for a new one
 * @add: the rules; those that are there already are not added
 * @head: a comment for a new file, complete lines
 *
 * Return: what it shall hold, to be freed, or NULL when memory is out.
 */
char *boot_add(const char *text, const struct rule_list *add, const char *head);

/** boot_known() - the rules of a file in the one spelling, each once; 0 or -ENOMEM */
int boot_known(const char *text, struct rule_list *out);

/**
 * boot_remove() - take rules out of a file of modprobe.d
 * @text: what it holds
 * @remove: the rules as they are written there; every occurrence goes
 *
 * A line with nothing left on it goes, too.
 *
 * Return: what it shall hold, to be freed, or NULL when memory is out.
 */
char *boot_remove(const char *text, const struct rule_list *remove);

/** boot_is_empty() - whether a file of modprobe.d says nothing: comments and empty lines at most */
bool boot_is_empty(const char *text);

void boot_rules_free(struct boot_rules *all);

#endif
