// SPDX-License-Identifier: GPL-2.0-only
/*
 * sub.c - commands of two words
 */
#define _GNU_SOURCE 1
#include <string.h>

#include "lib/hostfs.h"
#include "lib/privs.h"
#include "sub.h"

static char *names(const struct hvc_sub *subs)
{
	char *s = NULL;

	for (; subs->name; subs++)
		if (text_add(&s, "%s%s", s ? ", " : "", subs->name))
			break;
	return s;
}

bool sub_choose(struct sub_args *a, const char *cmd, const struct hvc_sub *subs, const char *arg)
{
	_cleanup_(freep) char *all = NULL;

	if (a->chosen)
		return false;
	for (const struct hvc_sub *s = subs; s->name; s++)
		if (!strcmp(s->name, arg))
			a->chosen = s;
	if (a->chosen)
		return true;
	all = names(subs);
	usage_error("%s %s: expected one of: %s", cmd, arg, all ? all : "?");
}

error_t sub_option(struct sub_args *a, unsigned int takes, const char *name)
{
	if (a->n_used < SUB_OPTIONS_MAX) {
		a->used[a->n_used].takes = takes;
		a->used[a->n_used++].name = name;
	}
	return 0;
}

error_t sub_request(struct sub_args *a, unsigned int takes, struct request_options *o, int key, char *arg)
{
	error_t rc = request_option(o, key, arg);

	if (rc)
		return rc;
	return sub_option(a, takes,
			  key == 'o'	       ? "-o"
			  : key == KEY_GROUP   ? "--group"
			  : key == KEY_ALLOW   ? "--allow"
			  : key == KEY_BACKEND ? "--backend"
					       : "--driver");
}

const struct hvc_sub *sub_check(const struct sub_args *a, const char *cmd, const struct hvc_sub *subs,
				size_t n_words)
{
	const struct hvc_sub *s = a->chosen;

	if (!s) {
		_cleanup_(freep) char *all = names(subs);

		usage_error("%s needs one of: %s", cmd, all ? all : "?");
	}
	for (size_t i = 0; i < a->n_used; i++)
		if (!(s->takes & a->used[i].takes))
			usage_error("%s %s does not take %s", cmd, s->name, a->used[i].name);
	if (n_words > s->max)
		usage_error("%s %s takes %s", cmd, s->name, *s->args ? s->args : "no argument");
	if (n_words < s->min && !(s->enough && s->enough()))
		usage_error("%s %s needs %s", cmd, s->name, s->args);
	privs_keep(s->privs);
	return s;
}
