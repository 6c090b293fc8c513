// SPDX-License-Identifier: GPL-2.0-only
/*
 * boot_list.c - hvclaim boot list: where each rule is written, whether the initramfs had it, and what became of it
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/words.h"
#include "boot.h"

/** struct view - everything that there is to know of boot rules */
struct view {
	struct boot_rules written;
	struct bootinfo boot;
	struct rules module; /* options only; empty when it is not loaded, or we are not root */
};

static const char *const sources[] = { "file", "trial", "other", "command line" };

static const struct rule *in_module(const struct view *v, const char *text)
{
	for (size_t i = 0; i < v->module.n; i++)
		if (!strcmp(v->module.v[i].text, text))
			return &v->module.v[i];
	return NULL;
}

static bool is_written(const struct view *v, const char *text)
{
	for (size_t i = 0; i < v->written.n; i++)
		if (!strcmp(v->written.v[i].text, text))
			return true;
	return false;
}

/* What becomes of it at boot, when the module does not tell. */
static const char *state(const struct view *v, const struct boot_rule *r, const struct rule *m)
{
	_cleanup_(freep) char *err = NULL;
	struct rule_text *parsed = NULL;
	size_t column;

	if (m)
		return rule_state_word(m->state);
	if (rule_parse(r->text, NULL, &parsed, &column, &err))
		return "invalid";
	rule_text_free(parsed);
	return v->written.disabled ? "disabled" : "-";
}

static struct json_object *json_one(const struct view *v, const struct boot_rule *r, const struct rule *m)
{
	struct json_object *o = json_object_new_object();
	_cleanup_(freep) char *err = NULL;
	struct rule_text *parsed = NULL;
	const char *s = state(v, r, m);
	size_t column;

	json_add_str(o, "text", r->text);
	json_add_str(o, "source", sources[r->source]);
	json_opt_str(o, "file", r->file);
	if (r->file)
		json_add_int(o, "line", (int64_t)r->line);
	if (v->boot.initramfs)
		json_add_bool(o, "in_initramfs", rule_list_has(&v->boot.rules, r->text));
	if (*s != '-')
		json_add_str(o, "state", s);
	if (rule_parse(r->text, NULL, &parsed, &column, &err)) {
		json_add_int(o, "column", (int64_t)column);
		json_opt_str(o, "error_msg", err);
	}
	rule_text_free(parsed);
	if (m)
		json_object_object_add(o, "module", json_rule(m));
	return o;
}

static void print_table(const struct view *v)
{
	static const char *const heads[] = { "TEXT", "FROM", "INITRAMFS", "STATE", "FUNCTIONS", NULL };
	struct libscols_table *table = table_new(heads);

	for (size_t i = 0; table && i < v->written.n; i++) {
		const struct boot_rule *r = &v->written.v[i];
		const struct rule *m = in_module(v, r->text);
		_cleanup_(freep) char *fns = m ? rule_functions(m) : NULL;

		table_row(table,
			  (const char *const[]){
				  r->text, r->source == BOOT_OTHER ? path_base(r->file) : sources[r->source],
				  !v->boot.initramfs			   ? "-"
				  : rule_list_has(&v->boot.rules, r->text) ? "yes"
									   : "no",
				  state(v, r, m), fns ? fns : "-" },
			  0, NULL);
	}
	if (table)
		table_print(table);
}

/* Rules that are wrong, and functions that could not be taken */
static void print_details(const struct view *v)
{
	for (size_t i = 0; i < v->written.n; i++) {
		const struct boot_rule *r = &v->written.v[i];
		const struct rule *m = in_module(v, r->text);
		_cleanup_(freep) char *err = NULL;
		struct rule_text *parsed = NULL;
		size_t column;

		if (rule_parse(r->text, NULL, &parsed, &column, &err)) {
			if (r->file)
				printf("%s:%zu: ", r->file, r->line);
			printf("%s\n", err ? err : "?");
			rule_caret(stdout, 4, r->text, column);
		} else if (m) {
			rule_details(stdout, m);
		}
		rule_text_free(parsed);
	}
	for (size_t i = 0; i < v->module.n; i++)
		if (!is_written(v, v->module.v[i].text))
			printf("the running module has a rule that is written nowhere any more: %s\n",
			       v->module.v[i].text);
}

static void print_boot(const struct view *v)
{
	if (v->boot.initramfs && !v->boot.module)
		printf("the initramfs of this boot had no hvclaim.ko for this kernel%s\n",
		       v->boot.parked.n ? ": what the rules name was kept from host drivers, no guest has it"
					: "");
	if (v->boot.late)
		printf("the initramfs of this boot did not have the rules: its drivers were there before "
		       "them\n");
	for (size_t i = 0; i < v->boot.parked.n; i++)
		printf("parked: %s\n", v->boot.parked.v[i]);
	for (size_t i = 0; i < v->boot.tried.n; i++)
		printf("this is the one boot of the trial %s; `hvclaim boot confirm` keeps it\n",
		       v->boot.tried.v[i]);
}

static void add_strings(struct json_object *o, const char *key, const struct rule_list *list)
{
	struct json_object *a = json_object_new_array();

	for (size_t i = 0; i < list->n; i++)
		json_object_array_add(a, json_object_new_string(list->v[i]));
	json_object_object_add(o, key, a);
}

static struct json_object *json_boot(const struct view *v)
{
	struct json_object *o = json_object_new_object();

	json_add_bool(o, "initramfs", v->boot.initramfs);
	json_add_bool(o, "late", v->boot.late);
	json_opt_str(o, "module", v->boot.module);
	add_strings(o, "parked", &v->boot.parked);
	add_strings(o, "tried", &v->boot.tried);
	return o;
}

static int print(const struct view *v)
{
	struct json_object *o = json_object_new_object(), *list = json_object_new_array();
	int rc;

	for (size_t i = 0; i < v->written.n; i++)
		json_object_array_add(list,
				      json_one(v, &v->written.v[i], in_module(v, v->written.v[i].text)));
	json_object_object_add(o, "rules", list);
	list = json_object_new_array();
	for (size_t i = 0; i < v->module.n; i++)
		if (!is_written(v, v->module.v[i].text))
			json_object_array_add(list, json_rule(&v->module.v[i]));
	json_object_object_add(o, "removed", list);
	json_add_bool(o, "disabled", v->written.disabled != NULL);
	json_object_object_add(o, "boot", json_boot(v));
	if (!globals.json) {
		print_table(v);
		fflush(stdout);
		print_details(v);
		print_boot(v);
	}
	rc = boot_finish(false, o);
	json_finish(o);
	return rc;
}

int boot_run_list(void)
{
	_cleanup_(freep) char *err = NULL;
	struct rules all = { 0 };
	struct view v = { 0 };
	size_t n = 0;
	int rc;

	if (boot_load(&hostfs_default, &v.written, &err) || bootinfo_load(&hostfs_default, &v.boot)) {
		error_say("%s", err ? err : strerror(ENOMEM));
		boot_rules_free(&v.written);
		return EXIT_ERROR;
	}
	boot_warn_disabled(&v.written);
	boot_module_rules(&all);
	for (size_t i = 0; i < all.n; i++) {
		if (all.v[i].source == HVCLAIM_RULE_SOURCE_OPTION)
			all.v[n++] = all.v[i];
		else
			rule_free(&all.v[i]);
	}
	all.n = n;
	v.module = all;
	rc = print(&v);
	rules_free(&v.module);
	bootinfo_free(&v.boot);
	boot_rules_free(&v.written);
	return rc;
}
