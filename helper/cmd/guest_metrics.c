// SPDX-License-Identifier: GPL-2.0-only
/*
 * guest_metrics.c - hvclaim guest metrics
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "device/kmodule.h"
#include "effect/metrics.h"
#include "guest.h"

static bool unknown(const struct guest_host *h, const struct guest *g)
{
	return g->stranger && !guest_host_entry(h, g);
}

/*
 * A series must not come twice: of guests with one name all but the first get their process's number, too. So do
 * those whose name anybody could have given them, also when they are the first.
 */
static char *label(const struct guest_host *h, size_t i)
{
	const struct guest *all = h->guests.v;
	bool taken = unknown(h, &all[i]);

	for (size_t k = 0; k < i && !taken; k++)
		taken = !strcmp(all[k].name, all[i].name) && !unknown(h, &all[k]);
	return taken ? text_fmt("%s@%d", all[i].name, abs(guest_key(&all[i]))) : strdup(all[i].name);
}

/* Without the module, or without the right to see its ledger, there is nothing to tell of devices. */
static int add_claims(struct metrics *m)
{
	_cleanup_(claims_free) struct claims ledger = { 0 };
	_cleanup_(nl_closep) struct nl *nl = NULL;

	if (!module_loaded() || nl_open(&nl) || nl_claims(nl, NULL, &ledger))
		return 0;
	return metrics_claims(m, &ledger);
}

static int gather(const struct guest_host *h, struct metrics *m)
{
	int rc = 0;

	for (size_t i = 0; i < h->guests.n && !rc; i++) {
		const struct guest *g = &h->guests.v[i];
		const struct qos_guest *entry = guest_host_entry(h, g);
		_cleanup_(freep) char *name = label(h, i);

		rc = name ? metrics_guest(m, h->fs, g, name, entry ? entry->class : NULL) : -ENOMEM;
		if (!rc && g->xen)
			rc = metrics_domain(m, h->xen, &h->caps, g, name);
	}
	return rc ? rc : add_claims(m);
}

int guest_run_metrics(const struct guest_opts *opts)
{
	_cleanup_(guest_host_free) struct guest_host h = GUEST_HOST_INIT;
	_cleanup_(metrics_free) struct metrics m = { 0 };
	int rc = guest_host_config(&h);

	if (!rc)
		rc = guest_host_read(&h, false, GUEST_PINS | GUEST_CLASS);
	if (rc)
		return rc;
	rc = gather(&h, &m);
	if (!rc && opts->output)
		rc = metrics_write(&m, opts->output);
	else if (!rc)
		metrics_print(&m, stdout);
	if (!rc)
		return EXIT_DONE;
	error_say("%s: %s", opts->output ? opts->output : "metrics", strerror(-rc));
	return EXIT_ERROR;
}
