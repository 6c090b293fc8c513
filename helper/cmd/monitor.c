// SPDX-License-Identifier: GPL-2.0-only
/*
 * monitor.c - hvclaim monitor: what happens to claims, as it happens
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <string.h>
#include <time.h>

#include "device/report.h"
#include "device/target.h"
#include "device/wait.h"
#include "lib/privs.h"
#include "lib/words.h"

static const char *const kinds[] = {
	[NL_EVENT_STATE] = "state", [NL_EVENT_REFUSED] = "refused", [NL_EVENT_DRIFT] = "drift",
	[NL_EVENT_GONE] = "gone",   [NL_EVENT_LOST] = "lost",
};

static void time_str(char *buf, size_t size)
{
	struct timespec ts;
	struct tm tm;
	size_t n;

	clock_gettime(CLOCK_REALTIME, &ts);
	if (!localtime_r(&ts.tv_sec, &tm))
		memset(&tm, 0, sizeof(tm));
	n = strftime(buf, size, "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(buf + n, size - n, ".%03ld", ts.tv_nsec / 1000000);
	n = strlen(buf);
	strftime(buf + n, size - n, "%z", &tm);
}

static void say_json(const char *kind, struct json_object *o)
{
	char when[64];

	time_str(when, sizeof(when));
	if (!o)
		o = json_object_new_object();
	json_add_str(o, "event", kind);
	json_add_str(o, "time", when);
	json_line(o);
}

static void say_claim(const char *kind, const struct claim *c)
{
	char when[64], buf[ADDR_STR_LEN];

	if (globals.json) {
		say_json(kind, json_claim(c, NULL));
		return;
	}
	time_str(when, sizeof(when));
	printf("%s %s", when, kind);
	if (c->id)
		printf(" claim %u", c->id);
	printf(" %s:", c->owner);
	if (c->id)
		printf(" %s", claim_state_word(c->state));
	for (size_t i = 0; i < c->findings.n; i++)
		if (!c->id && !c->findings.v[i].allowed && c->findings.v[i].severity != HVCLAIM_SEVERITY_NOTE)
			printf(" %s", reason_word(c->findings.v[i].reason));
	if (c->error_msg && *c->error_msg)
		printf(" (%s)", c->error_msg);
	for (size_t i = 0; i < c->n_fns && i < 4; i++)
		printf(" %s", addr_str(c->fns[i].addr, buf));
	if (c->n_fns > 4)
		printf(" and %zu more", c->n_fns - 4);
	printf("\n");
	fflush(stdout);
}

static void say_dev(const char *kind, const struct dev *d)
{
	char when[64], buf[ADDR_STR_LEN];

	if (globals.json) {
		say_json(kind, json_dev(d, NULL, NULL));
		return;
	}
	time_str(when, sizeof(when));
	printf("%s %s %s: %s", when, kind, addr_str(d->addr, buf),
	       *d->driver ? d->driver : dev_state_word(d->state));
	if (d->claim)
		printf(" (claim %u of %s)", d->claim, d->owner);
	printf("\n");
	fflush(stdout);
}

/* Events were lost: what the ledger holds now is what they would have led to. */
static int resync(struct nl *ask)
{
	_cleanup_(claims_free) struct claims ledger = { 0 };
	char when[64];

	if (globals.json) {
		say_json("lost", NULL);
	} else {
		time_str(when, sizeof(when));
		printf("%s lost: events were lost; the ledger now is:\n", when);
		fflush(stdout);
	}
	if (nl_claims(ask, NULL, &ledger))
		return nl_failed(ask, "reading the ledger");
	for (size_t i = 0; i < ledger.n; i++)
		say_claim("ledger", &ledger.v[i]);
	return EXIT_DONE;
}

static int run(void)
{
	_cleanup_(nl_closep) struct nl *ask = NULL;
	_cleanup_(nl_closep) struct nl *events = NULL;
	int rc = need_root("monitor");

	if (!rc)
		rc = module_open(&ask);
	if (rc)
		return rc;
	rc = wait_open(&events);
	if (rc) {
		error_say("cannot listen to the module's events: %s", strerror(-rc));
		return EXIT_ERROR;
	}
	while (!ferror(stdout)) {
		struct nl_event e = { 0 };

		rc = nl_event_next(events, -1, &e);
		if (rc == -EINTR)
			continue;
		if (rc < 0) {
			error_say("listening to the module's events: %s", strerror(-rc));
			return EXIT_ERROR;
		}
		if (rc == 0)
			continue;
		rc = EXIT_DONE;
		if (e.kind == NL_EVENT_LOST)
			rc = resync(ask);
		else if (e.kind == NL_EVENT_STATE || e.kind == NL_EVENT_REFUSED)
			say_claim(kinds[e.kind], &e.claim);
		else
			say_dev(kinds[e.kind], &e.dev);
		nl_event_free(&e);
		if (rc)
			return rc;
	}
	return EXIT_ERROR;
}

const struct hvc_cmd cmd_monitor = {
	.name = "monitor",
	.args = "",
	.doc = "print what happens to claims, until interrupted",
	.privs = PRIVS_FOLLOW,
	.run = run,
};
