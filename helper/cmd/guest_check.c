// SPDX-License-Identifier: GPL-2.0-only
/*
 * guest_check.c - hvclaim guest check: whether the host has what all guests of the file want together
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "plan/qos_check.h"
#include "device/report.h"
#include "apply/report_plan.h"
#include "guest.h"

static void print_sums(const struct qos_check *c)
{
	static const char *const heads[] = { "WHAT", "WANTED", "KEPT", "TOTAL", "FITS", NULL };
	struct libscols_table *table = table_new(heads);

	for (size_t i = 0; i < c->n_sums && table; i++) {
		const struct qos_sum *s = &c->sums[i];

		table_row(table,
			  (const char *const[]){ s->what, s->wanted, s->kept ? s->kept : "-",
						 s->total ? s->total : "-", s->fits ? "yes" : "no" },
			  4, s->fits ? NULL : severity_colour(HVCLAIM_SEVERITY_FATAL, false));
	}
	if (table)
		table_print(table);
}

static void print_json(const struct qos_check *c, const struct guests *guests)
{
	struct json_object *o = json_object_new_object(), *list = json_object_new_array();

	for (size_t i = 0; i < c->n_sums; i++) {
		struct json_object *sum = json_object_new_object();

		json_add_str(sum, "what", c->sums[i].what);
		json_add_str(sum, "wanted", c->sums[i].wanted);
		json_opt_str(sum, "kept", c->sums[i].kept);
		json_opt_str(sum, "total", c->sums[i].total);
		json_add_bool(sum, "fits", c->sums[i].fits);
		json_object_array_add(list, sum);
	}
	json_object_object_add(o, "sums", list);
	list = json_object_new_array();
	for (size_t i = 0; i < c->words.n_errors; i++)
		json_object_array_add(list, json_object_new_string(c->words.errors[i]));
	json_object_object_add(o, "errors", list);
	json_object_object_add(o, "notes", json_notes(&c->words, guests));
	json_print(o);
}

int guest_run_check(const struct guest_opts *o)
{
	_cleanup_(guest_host_free) struct guest_host h = GUEST_HOST_INIT;
	struct qos_check c;
	int rc = guest_host_config(&h);

	(void)o;
	if (!rc)
		rc = guest_host_read(&h, false, GUEST_EVERYTHING);
	if (rc)
		return rc;
	caps_machine(&h.caps);
	if (qos_check_make(&h.cfg->qos, &h.guests, &h.caps, &c)) {
		error_say("%s", strerror(ENOMEM));
		return EXIT_ERROR;
	}
	if (globals.json) {
		print_json(&c, &h.guests);
	} else {
		if (c.n_sums)
			print_sums(&c);
		plan_print_notes(stdout, &c.words, &h.guests);
		for (size_t i = 0; i < c.words.n_errors; i++)
			error_say("%s", c.words.errors[i]);
	}
	rc = c.words.n_errors ? EXIT_REFUSED : EXIT_DONE;
	qos_check_free(&c);
	return rc;
}
