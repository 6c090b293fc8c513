// SPDX-License-Identifier: GPL-2.0-only
/*
 * list.c - hvclaim list: functions, groups, or the ledger
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "device/report.h"
#include "device/target.h"
#include "lib/late.h"
#include "usage/usage.h"
#include "lib/privs.h"
#include "lib/words.h"
#include "xen/xen.h"

enum {
	KEY_BY_GROUP = 0x5000,
	KEY_FREE,
	KEY_CLAIMS
};

static struct {
	struct words_list selectors;
	bool all, by_group, free, claims;
} opts;

static const struct argp_option options[] = {
	{ "all", 'a', NULL, 0, "bridges, too", 0 },
	{ "by-group", KEY_BY_GROUP, NULL, 0, "IOMMU groups, and whether a guest could have them", 0 },
	{ "free", KEY_FREE, NULL, 0, "only what could be claimed", 0 },
	{ "claims", KEY_CLAIMS, NULL, 0, "the ledger", 0 },
	{ 0 },
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	(void)state;
	switch (key) {
	case ARGP_KEY_ARG:
		words_add(&opts.selectors, arg);
		return 0;
	case 'a':
		opts.all = true;
		return 0;
	case KEY_BY_GROUP:
		opts.by_group = true;
		return 0;
	case KEY_FREE:
		opts.free = true;
		return 0;
	case KEY_CLAIMS:
		opts.claims = true;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static bool picked(const struct target *t, struct addr a)
{
	for (size_t i = 0; i < t->n; i++)
		if (!addr_cmp(t->picked[i]->addr, a))
			return true;
	return !opts.selectors.n;
}

/* Free is what no claim and no other hypervisor has, and nothing forbids. */
static bool wanted(const struct target *t, const struct dev *d)
{
	if (!picked(t, d->addr))
		return false;
	if (dev_is_bridge(d) && !opts.all && !opts.selectors.n)
		return false;
	if (!opts.free)
		return true;
	return !dev_is_bridge(d) &&
	       (d->state == HVCLAIM_DEV_STATE_HOST || d->state == HVCLAIM_DEV_STATE_UNBOUND) &&
	       !(d->has_verdict && d->verdict == HVCLAIM_SEVERITY_FATAL);
}

/* What the host does with it counts, too: a mounted disk is not `ok`. */
static int judge(struct target *t)
{
	_cleanup_(xen_close) struct xen xen = { 0 };
	struct usage *u = usage_new(&hostfs_default);
	int rc = u ? 0 : -ENOMEM;

	if (am_root())
		xen_open(&xen, t->nl);
	for (size_t i = 0; i < t->devs.n && !rc; i++) {
		struct dev *d = &t->devs.v[i];

		if (!d->has_verdict)
			continue;
		if (!dev_is_bridge(d) && !d->claim && picked(t, d->addr))
			rc = usage_dev(u, d, &t->devs, &d->findings);
		if (!rc && !dev_is_bridge(d) && !d->claim && picked(t, d->addr))
			rc = xen_findings(&xen, d, &d->findings);
		target_harden(t, &d->findings);
		d->verdict = findings_worst(&d->findings);
	}
	usage_free(u);
	if (rc)
		error_say("%s", late_strerror(-rc));
	return rc ? EXIT_ERROR : EXIT_DONE;
}

/* "ok", "ask: a,b" or "no: a,b" */
static char *verdict(const struct dev *d)
{
	char *s = NULL;
	uint64_t said = 0;

	/* of what a claim has, there is nothing left to judge */
	if (!d->has_verdict || d->claim)
		return strdup("-");
	if (d->verdict == HVCLAIM_SEVERITY_NOTE)
		return strdup("ok");
	for (size_t i = 0; i < d->findings.n; i++) {
		const struct finding *f = &d->findings.v[i];

		if (f->severity != d->verdict || f->allowed || said & 1ull << f->reason)
			continue;
		if (text_add(&s, "%s%s",
			     !said ? (d->verdict == HVCLAIM_SEVERITY_FATAL ? "no: " : "ask: ") : ",",
			     reason_word(f->reason)))
			break;
		said |= 1ull << f->reason;
	}
	return s;
}

/* Prints what was made: JSON, or a table. */
static void finish(const char *what, struct json_object *list, struct libscols_table *table, bool whole)
{
	struct json_object *o;

	if (table)
		table_print(table);
	if (!list)
		return;
	o = json_object_new_object();
	json_object_object_add(o, what, list);
	if (whole)
		json_print(o);
	else
		json_object_put(o);
}

static int list_devs(struct target *t, struct pci_names *names)
{
	static const char *const heads[] = { "ADDRESS", "GROUP",   "STATE", "DRIVER",
					     "OWNER",	"VERDICT", "NAME",  NULL };
	struct json_object *list = globals.json ? json_object_new_array() : NULL;
	struct libscols_table *table = globals.json ? NULL : table_new(heads);
	int rc = judge(t);

	xen_note_holders(&t->devs);
	for (size_t i = 0; i < t->devs.n && !rc; i++) {
		struct dev *d = &t->devs.v[i];
		char addr[ADDR_STR_LEN], group[16] = "-", name[PCI_NAME_LEN];
		_cleanup_(freep) char *v = NULL;

		if (!wanted(t, d))
			continue;
		if (list) {
			json_object_array_add(list, json_dev(d, names, t->explain));
			continue;
		}
		v = verdict(d);
		if (d->group >= 0)
			snprintf(group, sizeof(group), "%d", d->group);
		if (!v || !table ||
		    table_row(table,
			      (const char *const[]){ addr_str(d->addr, addr), group, dev_state_word(d->state),
						     *d->driver ? d->driver : "-", *d->owner ? d->owner : "-",
						     v, pci_name(names, d, name) },
			      5, d->has_verdict ? severity_colour(d->verdict, false) : NULL)) {
			error_say("%s", strerror(ENOMEM));
			rc = EXIT_ERROR;
		}
	}
	finish("devices", list, table, !rc);
	return rc;
}

static int list_groups(struct target *t, struct pci_names *names)
{
	static const char *const heads[] = { "GROUP", "TYPE",	"VIABLE", "ADDRESS",
					     "STATE", "DRIVER", "NAME",	  NULL };
	_cleanup_(groups_free) struct groups all = { 0 };
	struct libscols_table *table;
	struct json_object *list;

	if (nl_groups(t->nl, &all))
		return nl_failed(t->nl, "reading the list of groups");
	table = globals.json ? NULL : table_new(heads);
	list = globals.json ? json_object_new_array() : NULL;
	for (size_t i = 0; i < all.n; i++) {
		const struct group *g = &all.v[i];
		bool first = true;

		for (size_t k = 0; k < g->n_members; k++) {
			const struct dev *d = devs_find(&t->devs, g->members[k].addr);
			char id[16], addr[ADDR_STR_LEN], name[PCI_NAME_LEN] = "";

			if (!picked(t, g->members[k].addr) || (opts.free && !g->viable))
				continue;
			if (first && list)
				json_object_array_add(list, json_group(g, t->explain));
			snprintf(id, sizeof(id), "%u", g->id);
			if (d)
				pci_name(names, d, name);
			if (table)
				table_row(table,
					  (const char *const[]){
						  first ? id : "", first ? g->domain_type : "",
						  first ? (g->viable ? "yes" : "no") : "",
						  addr_str(g->members[k].addr, addr),
						  dev_state_word(g->members[k].state),
						  *g->members[k].driver ? g->members[k].driver : "-", name },
					  2,
					  severity_colour(g->viable ? HVCLAIM_SEVERITY_NOTE
								    : HVCLAIM_SEVERITY_ASK,
							  false));
			first = false;
		}
	}
	finish("groups", list, table, true);
	return EXIT_DONE;
}

static bool claim_wanted(const struct target *t, const struct claim *c)
{
	for (size_t i = 0; i < c->n_fns; i++)
		if (picked(t, c->fns[i].addr))
			return true;
	return false;
}

static int list_claims(struct target *t)
{
	static const char *const heads[] = {
		"CLAIM", "OWNER", "STATE", "BACKEND", "SINCE", "FUNCTIONS", NULL
	};
	_cleanup_(claims_free) struct claims ledger = { 0 };
	struct libscols_table *table;
	struct json_object *list;

	if (nl_claims(t->nl, NULL, &ledger))
		return nl_failed(t->nl, "reading the ledger");
	table = globals.json ? NULL : table_new(heads);
	list = globals.json ? json_object_new_array() : NULL;
	for (size_t i = 0; i < ledger.n; i++) {
		const struct claim *c = &ledger.v[i];
		_cleanup_(freep) char *fns = NULL;
		char id[16], since[64], addr[ADDR_STR_LEN];

		if (!claim_wanted(t, c))
			continue;
		if (list)
			json_object_array_add(list, json_claim(c, t->explain));
		for (size_t k = 0; k < c->n_fns; k++) {
			/* what was given back already stays in the claim's record */
			if (c->fns[k].state == HVCLAIM_FN_STATE_RESTORED)
				continue;
			if (text_add(&fns, "%s%s%s", fns ? " " : "", addr_str(c->fns[k].addr, addr),
				     c->fns[k].state == HVCLAIM_FN_STATE_GONE ? ":gone" : ""))
				break;
		}
		snprintf(id, sizeof(id), "%u", c->id);
		if (table)
			table_row(table,
				  (const char *const[]){ id, c->owner, claim_state_word(c->state), c->backend,
							 report_time(c->since, since, sizeof(since)),
							 fns ? fns : "-" },
				  0, NULL);
	}
	finish("claims", list, table, true);
	return EXIT_DONE;
}

static int by_address(const void *a, const void *b)
{
	return addr_cmp(((const struct dev *)a)->addr, ((const struct dev *)b)->addr);
}

/* What a claim has and the bus has not any more comes back to it: it belongs into the list. */
static int add_gone(struct target *t)
{
	_cleanup_(claims_free) struct claims ledger = { 0 };

	if (nl_claims(t->nl, NULL, &ledger))
		return nl_failed(t->nl, "reading the ledger");
	for (size_t i = 0; i < ledger.n; i++)
		for (size_t k = 0; k < ledger.v[i].n_fns; k++) {
			const struct claim *c = &ledger.v[i];
			const struct claim_fn *fn = &c->fns[k];
			const struct dev *there = devs_find(&t->devs, fn->addr);
			struct dev d = {
				.addr = fn->addr,
				.vendor = fn->vendor,
				.device = fn->device,
				.group = -1,
				.numa_node = -1,
				.state = HVCLAIM_DEV_STATE_GONE,
				.claim = c->id,
			};
			struct dev *v;

			if (fn->state != HVCLAIM_FN_STATE_GONE || (there && there->claim == c->id))
				continue;
			memcpy(d.path, fn->path, sizeof(d.path));
			memcpy(d.owner, c->owner, sizeof(d.owner));
			v = reallocarray(t->devs.v, t->devs.n + 1, sizeof(*v));
			if (!v) {
				error_say("%s", strerror(ENOMEM));
				return EXIT_ERROR;
			}
			t->devs.v = v;
			v[t->devs.n++] = d;
		}
	if (t->devs.n)
		qsort(t->devs.v, t->devs.n, sizeof(*t->devs.v), by_address);
	return EXIT_DONE;
}

static void hint_drifted(const struct target *t)
{
	char buf[ADDR_STR_LEN];

	for (size_t i = 0; i < t->devs.n; i++) {
		const struct dev *d = &t->devs.v[i];

		if (d->state != HVCLAIM_DEV_STATE_DRIFTED || !picked(t, d->addr))
			continue;
		addr_str(d->addr, buf);
		if (*d->driver)
			error_say("%s: somebody has bound it to %s; `hvclaim claim %s -o %s` takes it back",
				  buf, d->driver, buf, d->owner);
		else
			error_say("%s: somebody has unbound it; `hvclaim claim %s -o %s` takes it back", buf,
				  buf, d->owner);
	}
}

static int run(void)
{
	_cleanup_(pci_names_free) struct pci_names *names = NULL;
	_cleanup_(target_close) struct target t = { 0 };
	int rc;

	if (opts.claims && (opts.by_group || opts.free || opts.all))
		usage_error("--claims goes with selectors only");
	rc = opts.claims ? need_root("list --claims") : EXIT_DONE;
	if (!rc)
		rc = target_open(&t, am_root() && !opts.claims && !opts.by_group);
	if (!rc && am_root())
		rc = add_gone(&t);
	if (!rc)
		rc = target_pick(&t, &opts.selectors);
	if (rc)
		return rc;
	if (opts.claims) {
		rc = list_claims(&t);
	} else {
		names = pci_names_new();
		rc = opts.by_group ? list_groups(&t, names) : list_devs(&t, names);
	}
	if (!opts.claims && !globals.json)
		hint_drifted(&t);
	if (nl_stale(t.nl))
		error_say("things changed each time that they were read: some of this may be old");
	return rc;
}

const struct hvc_cmd cmd_list = {
	.name = "list",
	.args = "[SELECTOR…] [OPTION…]",
	.doc = "list functions: who has them, and what would speak against a claim",
	.options = options,
	.parse = parse,
	.privs = PRIVS_ASK | PRIVS_LOOK,
	.run = run,
};
