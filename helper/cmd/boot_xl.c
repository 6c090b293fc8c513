// SPDX-License-Identifier: GPL-2.0-only
/*
 * boot_xl.c - hvclaim boot xl: what the module took before Xen's tools ran, they are told now
 */
#define _GNU_SOURCE 1
#include <stdlib.h>
#include <string.h>

#include "lib/words.h"
#include "xen/xen.h"
#include "boot.h"

static bool is_xls(const struct claim *c)
{
	return c->state == HVCLAIM_CLAIM_STATE_HELD && !strcmp(c->backend, "pciback");
}

static void tell(struct xen *x, const struct claim *c, struct json_object *list, int *exit_code)
{
	_cleanup_(freep) char *err = NULL;
	int rc = boot_opts.dry_run ? 0 : xen_tell(x, c, NULL, 0, &err);
	struct json_object *o;

	if (rc) {
		error_say("claim %u for %s: %s", c->id, c->owner, err ? err : strerror(-rc));
		*exit_code = EXIT_ERROR;
	} else if (!globals.json) {
		printf("claim %u for %s: %s\n", c->id, c->owner,
		       boot_opts.dry_run ? "xl would be told" : "xl knows it");
	}
	o = json_object_new_object();
	json_add_int(o, "id", c->id);
	json_add_str(o, "owner", c->owner);
	json_add_bool(o, "told", !rc && !boot_opts.dry_run);
	json_object_array_add(list, o);
}

int boot_run_xl(void)
{
	_cleanup_(nl_closep) struct nl *nl = NULL;
	_cleanup_(claims_free) struct claims ledger = { 0 };
	_cleanup_(xen_close) struct xen x = { 0 };
	struct json_object *o, *list;
	int rc = module_open(&nl);

	if (rc)
		return rc;
	if (nl_claims(nl, NULL, &ledger))
		return nl_failed(nl, "reading the ledger");
	xen_open(&x, nl);
	if (!x.dom0) {
		error_say("this is no Xen dom0: there is no xl to be told");
		return EXIT_ERROR;
	}
	list = json_object_new_array();
	for (size_t i = 0; i < ledger.n; i++)
		if (is_xls(&ledger.v[i]))
			tell(&x, &ledger.v[i], list, &rc);
	o = json_object_new_object();
	json_object_object_add(o, "claims", list);
	json_finish(o);
	return rc;
}
