// SPDX-License-Identifier: GPL-2.0-only
/*
 * claim.c - hvclaim claim: take functions from the host
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>

#include "device/grant.h"
#include "lib/journal.h"
#include "lib/privs.h"
#include "device/report.h"
#include "device/request.h"
#include "device/wait.h"
#include "lib/words.h"
#include "claim_boot.h"
#include "dom0.h"

enum {
	KEY_DRY_RUN = 0x3000,
	KEY_WAIT,
	KEY_DEADLINE,
	KEY_LIFETIME,
	KEY_GRANT,
	KEY_BOOT
};

#define WAIT_MAX 86400

static struct request_options opts;
static struct {
	bool dry_run, socket, boot;
	uint32_t wait, deadline;
	const char *grant;
} more = { .wait = 60 };

static const struct argp_option options[] = {
	REQUEST_OPTIONS,
	{ "dry-run", KEY_DRY_RUN, NULL, 0, "only tell what would come of it", 1 },
	{ "wait", KEY_WAIT, "S", 0, "seconds to wait until it is held (60); 0: do not", 1 },
	{ "deadline", KEY_DEADLINE, "S", 0, "seconds until a driver counts as stuck", 1 },
	{ "lifetime", KEY_LIFETIME, "host|socket", 0, "socket: only as long as this command runs", 1 },
	{ "boot", KEY_BOOT, NULL, 0, "from every boot on, too: write the boot rule", 1 },
	{ "grant", KEY_GRANT, "USER", 0, "let USER open the nodes in /dev/vfio", 1 },
	{ 0 },
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	(void)state;
	switch (key) {
	case KEY_DRY_RUN:
		more.dry_run = true;
		return 0;
	case KEY_WAIT:
		more.wait = option_number("--wait", arg, 0, WAIT_MAX);
		return 0;
	case KEY_DEADLINE:
		more.deadline = option_ms("--deadline", arg, HVCLAIM_DEADLINE_MIN, HVCLAIM_DEADLINE_MAX);
		return 0;
	case KEY_LIFETIME:
		if (strcmp(arg, "host") && strcmp(arg, "socket"))
			usage_error("--lifetime %s: expected host or socket", arg);
		more.socket = !strcmp(arg, "socket");
		return 0;
	case KEY_BOOT:
		more.boot = true;
		privs_add(PRIVS_WRITE);
		return 0;
	case KEY_GRANT:
		if (!getpwnam(arg) && (!*arg || strspn(arg, "0123456789") != strlen(arg)))
			usage_error("--grant %s: no such user", arg);
		more.grant = arg;
		privs_add(PRIV(CAP_CHOWN) | PRIV(CAP_SYS_RESOURCE));
		return 0;
	default:
		return request_option(&opts, key, arg);
	}
}

static void record(const struct target *t, const char *result, uint32_t id)
{
	struct addr *addrs = target_addrs(t);

	if (addrs)
		journal_record("claim", opts.owner, addrs, t->n, result, id);
	free(addrs);
}

/* The kernel named one reason; tell all. */
static int explain_refusal(struct target *t, const struct nl_request *req, int err)
{
	struct nl_verdict v = { 0 };
	struct nl_error first = *nl_last_error(t->nl);
	int rc;

	record(t, "refused", 0);
	if (nl_check(t->nl, req, &v) || findings_worst(&v.findings) == HVCLAIM_SEVERITY_NOTE) {
		/* it was only so for a moment */
		error_say("claim refused: %s", first.msg);
		rc = err == -EBUSY || err == -EACCES ? EXIT_REFUSED : EXIT_ERROR;
	} else {
		nl_verdict_free(&v);
		v = (struct nl_verdict){ 0 };
		rc = target_judge(t, req, &v);
		if (!rc)
			rc = target_refused(t, "claim", &v.findings);
	}
	nl_verdict_free(&v);
	return rc;
}

/* What the helper alone knows is judged before the kernel is asked. */
static int judge_here(struct target *t, const struct nl_request *req)
{
	struct nl_verdict v = { 0 };
	int rc;

	if (findings_worst(&t->findings) == HVCLAIM_SEVERITY_NOTE &&
	    !(req->allow & 1ull << HVCLAIM_REASON_ACS_MISSING))
		return EXIT_DONE;
	rc = target_judge(t, req, &v);
	if (!rc && v.verdict != HVCLAIM_SEVERITY_NOTE) {
		record(t, "refused", 0);
		rc = target_refused(t, "claim", &v.findings);
	}
	nl_verdict_free(&v);
	return rc;
}

static int grant(const struct target *t, const struct claim *c)
{
	_cleanup_(freep) char *warning = NULL;

	if (!more.grant)
		return EXIT_DONE;
	for (size_t i = 0; i < c->n_fns; i++) {
		const struct dev *d = devs_find(&t->devs, c->fns[i].addr);
		_cleanup_(freep) char *err = NULL;

		if (d && grant_node(d, more.grant, &err)) {
			error_say("--grant %s: %s; claim %u stays held", more.grant,
				  err ? err : strerror(ENOMEM), c->id);
			return EXIT_ERROR;
		}
	}
	warning = memlock_warning(more.grant);
	if (warning)
		error_say("warning: %s", warning);
	return EXIT_DONE;
}

static void print_held(const struct claim *c, bool changed)
{
	char buf[ADDR_STR_LEN];

	for (size_t i = 0; i < c->n_fns; i++) {
		const struct claim_fn *fn = &c->fns[i];
		char *nodes[2];
		size_t n;

		if (fn->state != HVCLAIM_FN_STATE_HELD)
			continue;
		n = vfio_nodes(fn->addr, nodes);
		printf("%s: %s for %s (claim %u), was with %s, now with %s", addr_str(fn->addr, buf),
		       changed ? "held" : "held already", c->owner, c->id,
		       *fn->host_driver ? fn->host_driver : "no driver",
		       *fn->driver ? fn->driver : c->backend);
		for (size_t k = 0; k < n; k++) {
			printf("%s%s", k ? " " : ": ", nodes[k]);
			free(nodes[k]);
		}
		printf("\n");
	}
}

static struct claim_boot boot = { .change.files.lock = -1 };

static int print_result(struct target *t, struct claim *c, bool changed, bool in_time)
{
	int rc = EXIT_DONE;

	target_harden(t, &c->findings);
	if (c->state != HVCLAIM_CLAIM_STATE_HELD) {
		rc = !in_time ? EXIT_PENDING
		     : c->state == HVCLAIM_CLAIM_STATE_REFUSED &&
				     findings_worst(&c->findings) != HVCLAIM_SEVERITY_NOTE
			     ? EXIT_REFUSED
			     : EXIT_ERROR;
		error_say("claim %u for %s is %s%s%s", c->id, c->owner, claim_state_word(c->state),
			  c->error_msg && *c->error_msg ? ": " : (c->error ? ": " : ""),
			  c->error_msg && *c->error_msg ? c->error_msg
			  : c->error			? strerror(-c->error)
							: "");
	}
	if (globals.json) {
		struct json_object *o = json_claim(c, t->explain);

		json_add_bool(o, "changed", changed || (more.boot && boot_changed(&boot.change)));
		if (more.boot && (!rc || rc == EXIT_PENDING))
			claim_boot_report(&boot, false, o);
		json_print(o);
		return rc;
	}
	print_held(c, changed);
	if (more.boot && (!rc || rc == EXIT_PENDING))
		claim_boot_report(&boot, false, NULL);
	if (rc == EXIT_REFUSED)
		findings_print(stderr, &c->findings, t->explain, globals.verbose);
	else if (globals.verbose)
		findings_print(stdout, &c->findings, t->explain, true);
	return rc;
}

/* A socket claim is as old as our connection gets. */
static int stay(struct nl *events, struct nl *ask, uint32_t id)
{
	struct wait_item item = { .id = id };
	int rc;

	fflush(stdout);
	do
		rc = wait_for(events, ask, &item, 1, WAIT_RELEASED, WAIT_MAX);
	while (rc == 1);
	wait_free(&item, 1);
	error_say("claim %u has ended", id);
	return rc ? EXIT_ERROR : EXIT_DONE;
}

static bool at_rest(uint32_t state)
{
	return state == HVCLAIM_CLAIM_STATE_HELD || state == HVCLAIM_CLAIM_STATE_DEGRADED ||
	       state == HVCLAIM_CLAIM_STATE_ORPHANED;
}

static int follow(struct target *t, struct nl *events, const struct nl_ref *ref, bool changed)
{
	struct wait_item item = { .id = ref->id };
	/* ours already, but what somebody has rebound is taken again */
	bool again = changed && at_rest(ref->state);
	int rc = EXIT_DONE, late = again || !at_rest(ref->state);

	if (changed)
		journal_prepare();
	if (late && more.wait)
		late = wait_for(events, t->nl, &item, 1, WAIT_HELD, more.wait);
	if (late < 0) {
		error_say("waiting for claim %u: %s", ref->id, strerror(-late));
		rc = EXIT_ERROR;
	} else if (!item.last.n_fns) {
		/* not waited, or held before */
		claim_free(&item.last);
		if (nl_claim_get(t->nl, ref->id, &item.last))
			rc = nl_failed(t->nl, "claim");
		else if (item.last.state == HVCLAIM_CLAIM_STATE_HELD && !again)
			late = 0;
	}
	if (!rc && !late && item.last.state == HVCLAIM_CLAIM_STATE_HELD)
		rc = grant(t, &item.last);
	if (!rc) {
		if (changed)
			record(t, claim_state_word(item.last.state), ref->id);
		rc = print_result(t, &item.last, changed, !late);
		if (!rc)
			rc = dom0_claimed(t, &opts.selectors, &item.last);
	}
	wait_free(&item, 1);
	return rc;
}

static int dry_run(struct target *t, const struct nl_request *req)
{
	struct nl_verdict v = { 0 };
	int rc = target_judge(t, req, &v);

	if (!rc)
		rc = request_verdict(t, &v);
	/* JSON is one object, and that is the verdict */
	if (!rc && more.boot && !globals.json)
		claim_boot_report(&boot, true, NULL);
	nl_verdict_free(&v);
	return rc;
}

static int claim(struct target *t, struct nl_request *req)
{
	_cleanup_(nl_closep) struct nl *events = NULL;
	struct nl_ref ref = { 0 };
	bool changed = false;
	int rc = wait_open(&events);

	if (rc) {
		error_say("cannot listen to the module's events: %s", strerror(-rc));
		return EXIT_ERROR;
	}
	rc = nl_claim(t->nl, req, &ref, &changed);
	if (rc == -EACCES || rc == -EBUSY)
		return explain_refusal(t, req, rc);
	if (rc)
		return nl_failed(t->nl, "claim");
	rc = follow(t, events, &ref, changed);
	if (more.socket && (!rc || rc == EXIT_PENDING))
		return stay(events, t->nl, ref.id);
	return rc;
}

/* Both or neither: what cannot be written is not claimed, and what is not held is not written. */
static int claim_and_write(struct target *t, struct nl_request *req)
{
	int rc = claim_boot_write(&boot);

	if (rc)
		return rc;
	rc = claim(t, req);
	if (rc && rc != EXIT_PENDING)
		claim_boot_undo(&boot);
	return rc;
}

static int run(void)
{
	_cleanup_(target_close) struct target t = { 0 };
	struct nl_request req = { 0 };
	int rc;

	if (!opts.owner)
		usage_error("claim needs an owner: -o OWNER");
	if (more.boot && more.socket)
		usage_error("--boot and --lifetime socket exclude each other");
	rc = request_prepare(&opts, "claim", &t, &req);
	/* it would be the kernel's to end it, which cannot take a function out of Xen's quarantine */
	if (!rc && more.socket && xen_is_dom0(t.nl))
		usage_error("--lifetime socket: not in a Xen dom0");
	if (!rc && more.boot)
		rc = claim_boot_prepare(&t, &opts, &boot);
	if (!rc && more.dry_run) {
		rc = dry_run(&t, &req);
	} else if (!rc) {
		rc = judge_here(&t, &req);
		if (!rc)
			rc = request_load_driver(t.nl, opts.backend, opts.driver);
		req.lifetime = more.socket ? HVCLAIM_LIFETIME_SOCKET : HVCLAIM_LIFETIME_HOST;
		req.deadline = more.deadline;
		req.command = "hvclaim claim";
		if (!rc)
			rc = more.boot ? claim_and_write(&t, &req) : claim(&t, &req);
	}
	if (more.boot)
		claim_boot_close(&boot);
	return rc;
}

const struct hvc_cmd cmd_claim = {
	.name = "claim",
	.args = "SELECTOR… -o OWNER [OPTION…]",
	.doc = "take functions from the host for a guest, all or none",
	.options = options,
	.parse = parse,
	.privs = PRIVS_TAKE,
	.run = run,
};
