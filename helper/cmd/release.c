// SPDX-License-Identifier: GPL-2.0-only
/*
 * release.c - hvclaim release: give functions back to the host
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/journal.h"
#include "lib/privs.h"
#include "device/report.h"
#include "device/target.h"
#include "device/wait.h"
#include "lib/words.h"
#include "dom0.h"

enum {
	KEY_CLAIM = 0x4000,
	KEY_ALL,
	KEY_WHEN_IDLE,
	KEY_ALLOW,
	KEY_WAIT,
	KEY_DEADLINE,
	KEY_DRY_RUN
};

#define WAIT_MAX 86400

static struct {
	struct words_list selectors;
	const char *owner;
	uint32_t id, wait, deadline;
	uint64_t allow;
	bool all, when_idle, dry_run;
} opts = { .wait = 60 };

static const struct argp_option options[] = {
	{ "owner", 'o', "OWNER", 0, "all of an owner's; with selectors: refuse others'", 0 },
	{ "claim", KEY_CLAIM, "ID", 0, "a claim", 0 },
	{ "all", KEY_ALL, NULL, 0, "everything", 0 },
	{ "when-idle", KEY_WHEN_IDLE, NULL, 0, "when no guest has it open any more", 0 },
	{ "allow", KEY_ALLOW, "REASON,…", 0, "accept these reasons although they ask", 0 },
	{ "wait", KEY_WAIT, "S", 0, "seconds to wait until it is done (60); 0: do not", 0 },
	{ "deadline", KEY_DEADLINE, "S", 0, "seconds until a driver counts as stuck", 0 },
	{ "dry-run", KEY_DRY_RUN, NULL, 0, "only tell what would be released", 0 },
	{ 0 },
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	(void)state;
	switch (key) {
	case ARGP_KEY_ARG:
		words_add(&opts.selectors, arg);
		return 0;
	case 'o':
		opts.owner = option_name("-o", arg);
		return 0;
	case KEY_CLAIM:
		opts.id = option_number("--claim", arg, 1, UINT32_MAX);
		return 0;
	case KEY_ALL:
		opts.all = true;
		return 0;
	case KEY_WHEN_IDLE:
		opts.when_idle = true;
		return 0;
	case KEY_ALLOW:
		opts.allow |= option_allow(arg);
		return 0;
	case KEY_WAIT:
		opts.wait = option_number("--wait", arg, 0, WAIT_MAX);
		return 0;
	case KEY_DEADLINE:
		opts.deadline = option_ms("--deadline", arg, HVCLAIM_DEADLINE_MIN, HVCLAIM_DEADLINE_MAX);
		return 0;
	case KEY_DRY_RUN:
		opts.dry_run = true;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static void check_usage(void)
{
	int ways = !!opts.selectors.n + !!opts.id + opts.all;

	if (!ways && !opts.owner)
		usage_error("release needs a selector, -o OWNER, --claim ID or --all");
	if (ways > 1)
		usage_error("release takes one of: selectors, --claim ID, --all");
	if (opts.all && opts.owner)
		usage_error("--all and -o %s exclude each other", opts.owner);
}

/* whether a function of the ledger is meant */
static bool meant(const struct target *t, const struct claim *c, const struct claim_fn *fn)
{
	if (opts.id)
		return c->id == opts.id;
	if (!opts.selectors.n)
		return opts.all || !strcmp(c->owner, opts.owner);
	for (size_t i = 0; i < t->n; i++)
		if (!addr_cmp(t->fns[i].addr, fn->addr))
			return true;
	return false;
}

static bool present(const struct claim_fn *fn)
{
	return fn->state != HVCLAIM_FN_STATE_RESTORED && fn->state != HVCLAIM_FN_STATE_GONE;
}

/* What an earlier release gave back stays in the claim's record: that is no result of this one. */
static bool was_here(const struct claims *before, const struct claim *c, const struct claim_fn *fn)
{
	for (size_t i = 0; i < before->n; i++)
		for (size_t k = 0; before->v[i].id == c->id && k < before->v[i].n_fns; k++)
			if (!addr_cmp(before->v[i].fns[k].addr, fn->addr))
				return present(&before->v[i].fns[k]);
	return true;
}

static int dry_run(const struct target *t, const struct claims *ledger)
{
	struct json_object *list = json_object_new_array(), *o;
	char buf[ADDR_STR_LEN];

	for (size_t i = 0; i < ledger->n; i++)
		for (size_t k = 0; k < ledger->v[i].n_fns; k++) {
			const struct claim *c = &ledger->v[i];
			const struct claim_fn *fn = &c->fns[k];

			if (!present(fn) || !meant(t, c, fn))
				continue;
			addr_str(fn->addr, buf);
			json_object_array_add(list, json_object_new_string(buf));
			if (!globals.json)
				printf("%s: would go back to %s (claim %u of %s)\n", buf,
				       *fn->host_driver ? fn->host_driver : "no driver", c->id, c->owner);
		}
	o = json_object_new_object();
	json_object_object_add(o, "functions", list);
	json_add_bool(o, "changed", false);
	json_finish(o);
	return EXIT_DONE;
}

/* The kernel's message is "ADDRESS: REASON[, claim N of OWNER]": as a finding it has an explanation. */
static bool finding_of(const char *msg, struct finding *f)
{
	char addr[32], reason[64], owner[HVCLAIM_NAME_MAX + 1] = "";
	int n = sscanf(msg, "%31s %63[a-z-], claim %u of %63s", addr, reason, &f->claim, owner);

	if (n < 2 || !strchr(addr, ':'))
		return false;
	addr[strlen(addr) - 1] = '\0';
	if (!addr_parse(addr, &f->function))
		return false;
	f->has_function = true;
	f->has_claim = n > 2;
	memcpy(f->owner, owner, strlen(owner) + 1);
	for (int r = 0; r <= HVCLAIM_REASON_NUMA_FAR; r++)
		if (!strcmp(reason_word(r), reason)) {
			f->reason = r;
			f->severity = r == HVCLAIM_REASON_IN_USE ? HVCLAIM_SEVERITY_FATAL
								 : HVCLAIM_SEVERITY_ASK;
			return true;
		}
	return false;
}

static int refused(struct target *t, int err)
{
	const struct nl_error *e = nl_last_error(t->nl);
	struct finding f = { 0 };
	struct addr *addrs = target_addrs(t);

	if (addrs)
		journal_record("release", opts.owner, addrs, t->n, "refused", opts.id);
	free(addrs);
	if (finding_of(e->msg, &f) && !findings_add(&t->findings, &f))
		target_refused(t, "release", &t->findings);
	else
		error_say("release refused: %s", e->msg);
	return err == -EBUSY ? EXIT_BUSY : EXIT_REFUSED;
}

/* Prints one claim's functions that were meant; the worst of their results */
static int print_claim(const struct target *t, const struct claims *before, const struct claim *c)
{
	char buf[ADDR_STR_LEN];
	int rc = EXIT_DONE;

	for (size_t i = 0; i < c->n_fns; i++) {
		const struct claim_fn *fn = &c->fns[i];
		const char *driver = *fn->driver ? fn->driver : fn->host_driver;

		if (!meant(t, c, fn) || !was_here(before, c, fn))
			continue;
		addr_str(fn->addr, buf);
		switch (fn->state) {
		case HVCLAIM_FN_STATE_RESTORED:
			if (!globals.json)
				printf("%s: back with %s\n", buf, *driver ? driver : "no driver");
			break;
		case HVCLAIM_FN_STATE_GONE:
			if (!globals.json)
				printf("%s: no longer there\n", buf);
			break;
		case HVCLAIM_FN_STATE_FAILED:
			error_say("%s: could not be put back, and is parked: %s", buf,
				  fn->error ? strerror(-fn->error) : "unknown error");
			rc = EXIT_ERROR;
			break;
		default:
			if (c->when_idle)
				error_say("%s: pending: released when the guest ends (claim %u)", buf, c->id);
			else
				error_say("%s: pending (%s, claim %u is %s)", buf, fn_state_word(fn->state),
					  c->id, claim_state_word(c->state));
			if (!rc)
				rc = EXIT_PENDING;
		}
	}
	return rc;
}

static int report(struct target *t, const struct claims *before, struct wait_item *items, size_t n,
		  bool changed)
{
	struct json_object *list = json_object_new_array(), *o;
	int rc = EXIT_DONE;

	for (size_t i = 0; i < n; i++) {
		struct claim *c = &items[i].last;
		struct addr *addrs = calloc(c->n_fns + 1, sizeof(*addrs));
		int one = print_claim(t, before, c);
		size_t k = 0;

		if (one == EXIT_ERROR || !rc)
			rc = one;
		for (size_t f = 0; addrs && f < c->n_fns; f++)
			if (meant(t, c, &c->fns[f]) && was_here(before, c, &c->fns[f]))
				addrs[k++] = c->fns[f].addr;
		if (addrs && changed)
			journal_record("release", c->owner, addrs, k,
				       one == EXIT_DONE	     ? "released"
				       : one == EXIT_PENDING ? "pending"
							     : "error",
				       c->id);
		free(addrs);
		json_object_array_add(list, json_claim(c, t->explain));
	}
	o = json_object_new_object();
	json_object_object_add(o, "claims", list);
	json_add_bool(o, "changed", changed);
	json_finish(o);
	if (!n && !globals.json)
		printf("nothing to release\n");
	return rc;
}

static int follow(struct target *t, const struct claims *before, struct nl *events, const struct nl_ref *refs,
		  size_t n, bool changed)
{
	struct wait_item *items = calloc(n + 1, sizeof(*items));
	struct addr *addrs = opts.selectors.n ? target_addrs(t) : NULL;
	int rc = items ? 0 : -ENOMEM;

	for (size_t i = 0; i < n && !rc; i++)
		items[i] = (struct wait_item){ .id = refs[i].id, .fns = addrs, .n_fns = t->n };
	if (changed)
		journal_prepare();
	if (!rc && opts.wait)
		rc = wait_for(events, t->nl, items, n, WAIT_RELEASED, opts.wait);
	for (size_t i = 0; i < n && rc >= 0; i++) {
		/* the event may be older than the ledger, or not have come */
		struct claim now = { 0 };

		if (nl_claim_get(t->nl, refs[i].id, &now))
			continue;
		claim_free(&items[i].last);
		items[i].last = now;
	}
	if (rc < 0)
		error_say("waiting for the release: %s", strerror(-rc));
	rc = rc < 0 ? EXIT_ERROR : report(t, before, items, n, changed);
	if (items)
		wait_free(items, n);
	free(items);
	free(addrs);
	return rc;
}

static int release(struct target *t, const struct claims *ledger)
{
	_cleanup_(nl_closep) struct nl *events = NULL;
	struct nl_ref *refs = NULL;
	bool changed = false;
	size_t n = 0;
	const struct nl_request req = {
		.fns = t->fns,
		.n_fns = t->n,
		.owner = opts.owner,
		.id = opts.id,
		.all = opts.all,
		.when_idle = opts.when_idle,
		.allow = opts.allow,
		.deadline = opts.deadline,
		.command = "hvclaim release",
	};
	int rc = wait_open(&events);

	if (rc) {
		error_say("cannot listen to the module's events: %s", strerror(-rc));
		return EXIT_ERROR;
	}
	rc = nl_release(t->nl, &req, &refs, &n, &changed);
	if (rc == -EACCES || rc == -EBUSY)
		return refused(t, rc);
	if (rc)
		return nl_failed(t->nl, "release");
	rc = follow(t, ledger, events, refs, n, changed);
	free(refs);
	return rc;
}

static int run(void)
{
	_cleanup_(target_close) struct target t = { 0 };
	_cleanup_(claims_free) struct claims ledger = { 0 };
	struct dom0_release dom0 = { 0 };
	int rc;

	check_usage();
	rc = need_root("release");
	if (!rc)
		rc = target_open(&t, false);
	if (!rc && opts.selectors.n)
		rc = target_pick(&t, &opts.selectors);
	if (rc)
		return rc;
	if (nl_claims(t.nl, NULL, &ledger))
		return nl_failed(t.nl, "reading the ledger");
	if (opts.dry_run)
		return dry_run(&t, &ledger);
	rc = dom0_release_begin(&dom0, &t, &ledger, meant, opts.when_idle ? opts.wait : 0);
	if (!rc)
		rc = release(&t, &ledger);
	dom0_release_end(&dom0, &t);
	return rc;
}

const struct hvc_cmd cmd_release = {
	.name = "release",
	.args = "SELECTOR…|-o OWNER|--claim ID|--all [OPTION…]",
	.doc = "give functions back to the host",
	.options = options,
	.parse = parse,
	.privs = PRIVS_FOLLOW,
	.run = run,
};
