// SPDX-License-Identifier: GPL-2.0-only
/*
 * guest_apply.c - hvclaim guest apply and clear
 */
#define _GNU_SOURCE 1
#include <stdlib.h>
#include <string.h>

#include "apply/guest_apply.h"
#include "apply/watch.h"
#include "lib/privs.h"
#include "guest.h"

static bool runs(const struct guest_host *h, const struct qos_guest *entry)
{
	for (size_t i = 0; i < h->guests.n; i++)
		if (guest_matches(&h->guests.v[i], entry))
			return true;
	return false;
}

/* A guest may be called by its entry in the file only: the same words mean the same, running or not. */
static void check_names(const struct guest_host *h, const struct words_list *words)
{
	for (size_t i = 0; i < words->n; i++)
		if (!qos_guest_find(&h->cfg->qos, words->v[i]))
			usage_error("no guest %s in the file", words->v[i]);
}

static void tell_absent(const struct guest_host *h, const struct words_list *words)
{
	for (size_t i = 0; i < words->n && !globals.json; i++)
		if (!runs(h, qos_guest_find(&h->cfg->qos, words->v[i])))
			printf("%s: does not run\n", words->v[i]);
}

static void print_json(const struct apply_report *r)
{
	struct json_object *o = json_object_new_object();

	json_object_object_add(o, "steps", json_object_get(r->steps));
	json_object_object_add(o, "notes", json_object_get(r->notes));
	json_object_object_add(o, "faults", json_object_get(r->faults));
	json_object_object_add(o, "errors", json_object_get(r->errors));
	json_add_bool(o, "changed", r->changed);
	json_print(o);
}

static int change(const struct guest_opts *opts, bool clear)
{
	_cleanup_(guest_host_free) struct guest_host h = GUEST_HOST_INIT;
	_cleanup_(apply_report_free) struct apply_report report = { 0 };
	const struct apply_request req = {
		.only = opts->words.n ? opts->words.v : NULL,
		.n_only = opts->words.n,
		.clear = clear,
		.dry_run = opts->dry_run,
	};
	/* its service has no CAP_SYS_ADMIN: only mounting resctrl takes that */
	int rc = need_cap(clear ? "guest clear" : "guest apply", CAP_SYS_NICE, "CAP_SYS_NICE");

	if (!rc)
		rc = guest_host_config(&h);
	if (rc)
		return rc;
	check_names(&h, &opts->words);
	if (opts->watch)
		return guest_watch(&h, req.only, req.n_only);
	rc = guest_apply(&h, &req, &report);
	if (globals.json)
		print_json(&report);
	if (rc)
		return rc;
	tell_absent(&h, &opts->words);
	if (!report.changed && !opts->dry_run && !globals.json)
		printf("nothing to change\n");
	return EXIT_DONE;
}

int guest_run_apply(const struct guest_opts *opts)
{
	if (opts->watch && (opts->dry_run || globals.json))
		usage_error("--watch goes with neither --dry-run nor --json");
	return change(opts, false);
}

int guest_run_clear(const struct guest_opts *opts)
{
	if (opts->all && opts->words.n)
		usage_error("guest clear takes guests or --all, not both");
	return change(opts, true);
}
