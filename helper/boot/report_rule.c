// SPDX-License-Identifier: GPL-2.0-only
/*
 * report_rule.c - what became of standing rules, for people and as JSON
 */
#define _GNU_SOURCE 1
#include <stdlib.h>
#include <string.h>

#include "device/report.h"
#include "boot/rule_text.h"
#include "lib/words.h"

#define FUNCTIONS_SHOWN 4

static const char *why(const struct rule_match *m)
{
	return m->has_reason ? reason_word(m->reason) : strerror(-m->error);
}

char *rule_functions(const struct rule *r)
{
	size_t shown = r->n_matches > FUNCTIONS_SHOWN + 1 ? FUNCTIONS_SHOWN : r->n_matches;
	char *s = NULL, buf[ADDR_STR_LEN];
	int rc = r->n_matches ? 0 : text_add(&s, "-");

	/* those that could not be taken come first: they are what somebody looks for */
	for (int pass = 0; pass < 2; pass++)
		for (size_t i = 0; !rc && shown && i < r->n_matches; i++) {
			const struct rule_match *m = &r->matches[i];

			if (!m->error == !pass)
				continue;
			rc = text_add(&s, "%s%s%s%s", s ? " " : "", addr_str(m->addr, buf),
				      m->error ? ":" : "", m->error ? why(m) : "");
			shown--;
		}
	if (!rc && r->n_matches > FUNCTIONS_SHOWN + 1)
		rc = text_add(&s, " and %zu more", r->n_matches - FUNCTIONS_SHOWN);
	if (!rc)
		return s;
	free(s);
	return NULL;
}

void rule_details(FILE *out, const struct rule *r)
{
	char buf[ADDR_STR_LEN];

	if (r->state == HVCLAIM_RULE_STATE_INVALID) {
		fprintf(out, "rule %u, column %u: %s\n", r->id, r->column,
			r->error_msg ? r->error_msg : "does not parse");
		rule_caret(out, 4, r->text, r->column);
		return;
	}
	for (size_t i = 0; i < r->n_matches; i++) {
		const struct rule_match *m = &r->matches[i];
		const char *msg = m->error_msg && *m->error_msg ? m->error_msg : why(m);
		size_t n;

		if (!m->error)
			continue;
		addr_str(m->addr, buf);
		n = strlen(buf);
		/* the module's words may begin with the address already */
		if (!strncmp(msg, buf, n) && msg[n] == ':')
			msg += n + 1 + strspn(msg + n + 1, " ");
		fprintf(out, "rule %u: %s is not claimed: %s\n", r->id, buf, msg);
	}
}

static struct json_object *json_match(const struct rule_match *m)
{
	struct json_object *o = json_object_new_object();

	json_add_addr(o, "address", m->addr);
	json_opt_str(o, "path", m->path);
	if (m->claim)
		json_add_int(o, "claim", m->claim);
	if (m->error)
		json_add_int(o, "error", m->error);
	if (m->has_reason)
		json_add_str(o, "reason", reason_word(m->reason));
	json_opt_str(o, "error_msg", m->error_msg);
	return o;
}

struct json_object *json_rule(const struct rule *r)
{
	struct json_object *o = json_object_new_object(), *list = json_object_new_array();

	json_add_int(o, "id", r->id);
	json_add_str(o, "text", r->text);
	json_add_str(o, "source", rule_source_word(r->source));
	json_add_str(o, "state", rule_state_word(r->state));
	json_opt_str(o, "owner", r->owner);
	json_opt_str(o, "backend", r->backend);
	json_opt_str(o, "driver", r->driver);
	for (unsigned int i = 0; i < 64; i++)
		if (r->allow & 1ull << i)
			json_object_array_add(list, json_object_new_string(reason_word(i)));
	json_object_object_add(o, "allow", list);
	json_add_bool(o, "whole_group", r->whole_group);
	if (r->column)
		json_add_int(o, "column", r->column);
	json_opt_str(o, "error_msg", r->error_msg);
	list = json_object_new_array();
	for (size_t i = 0; i < r->n_matches; i++)
		json_object_array_add(list, json_match(&r->matches[i]));
	json_object_object_add(o, "matches", list);
	json_opt_str(o, "command", r->command);
	if (r->has_uid)
		json_add_int(o, "uid", r->uid);
	if (r->has_login_uid)
		json_add_int(o, "login_uid", r->login_uid);
	if (r->has_pid)
		json_add_int(o, "pid", r->pid);
	return o;
}
