// SPDX-License-Identifier: GPL-2.0-only
/*
 * wait.c - following claims by the module's events, and by asking where events were lost
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cmd/cmd.h"
#include "device/wait.h"

#define POLL_MS		 1000
#define POLL_TERMINAL_MS 200

static int64_t now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

int wait_open(struct nl **events)
{
	int rc = nl_open(events);

	if (rc) {
		*events = NULL;
		return rc;
	}
	return nl_subscribe(*events);
}

static bool item_wants(const struct wait_item *item, struct addr a)
{
	for (size_t i = 0; i < item->n_fns; i++)
		if (!addr_cmp(item->fns[i], a))
			return true;
	return !item->fns;
}

static bool fn_over(const struct claim_fn *fn, enum wait_kind kind)
{
	if (kind == WAIT_HELD)
		return fn->state == HVCLAIM_FN_STATE_HELD;
	return fn->state == HVCLAIM_FN_STATE_RESTORED || fn->state == HVCLAIM_FN_STATE_FAILED ||
	       fn->state == HVCLAIM_FN_STATE_GONE;
}

/* A claim that is asked for again, or given back, has its old state until the worker has begun: wait for that. */
static bool item_done(const struct wait_item *item, enum wait_kind kind)
{
	const struct claim *c = &item->last;

	switch (c->state) {
	case HVCLAIM_CLAIM_STATE_GONE:
	case HVCLAIM_CLAIM_STATE_REFUSED:
		return true;
	case HVCLAIM_CLAIM_STATE_DEGRADED:
		return item->moved;
	case HVCLAIM_CLAIM_STATE_ORPHANED:
		return kind == WAIT_HELD && item->moved;
	case HVCLAIM_CLAIM_STATE_HELD:
		if (kind == WAIT_HELD)
			return item->moved;
		for (size_t i = 0; i < c->n_fns; i++)
			if (item_wants(item, c->fns[i].addr) && !fn_over(&c->fns[i], kind))
				return false;
		return true;
	default:
		return false;
	}
}

static void item_set(struct wait_item *item, struct claim *claim, enum wait_kind kind)
{
	claim_free(&item->last);
	item->last = *claim;
	*claim = (struct claim){ 0 };
	item->done = item_done(item, kind);
}

static int ask_all(struct nl *ask, struct wait_item *items, size_t n, enum wait_kind kind)
{
	for (size_t i = 0; i < n; i++) {
		struct claim claim = { 0 };
		int rc;

		if (items[i].done)
			continue;
		rc = nl_claim_get(ask, items[i].id, &claim);
		if (rc == -ENOENT) {
			/* ended so long ago that it is forgotten */
			items[i].last.id = items[i].id;
			items[i].last.state = HVCLAIM_CLAIM_STATE_GONE;
			items[i].done = true;
		} else if (rc) {
			return rc;
		} else {
			item_set(&items[i], &claim, kind);
		}
	}
	return 0;
}

static void take_event(struct nl_event *e, struct wait_item *items, size_t n, enum wait_kind kind)
{
	for (size_t i = 0; i < n; i++)
		if (e->kind == NL_EVENT_STATE && items[i].id == e->claim.id && !items[i].done) {
			items[i].moved = true;
			item_set(&items[i], &e->claim, kind);
			return;
		}
}

static bool all_done(const struct wait_item *items, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!items[i].done)
			return false;
	return true;
}

/* "claiming 17/64", on a terminal and for more than one function */
static void progress(const struct wait_item *items, size_t n, enum wait_kind kind, bool over)
{
	size_t done = 0, total = 0;

	if (globals.json || !isatty(STDERR_FILENO))
		return;
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < items[i].last.n_fns; k++) {
			const struct claim_fn *fn = &items[i].last.fns[k];

			if (!item_wants(&items[i], fn->addr))
				continue;
			total++;
			done += fn_over(fn, kind);
		}
	if (over)
		fputs("\r\033[K", stderr);
	else if (total > 1)
		fprintf(stderr, "\r%s %zu/%zu\033[K", kind == WAIT_HELD ? "claiming" : "releasing", done,
			total);
	fflush(stderr);
}

static int follow(struct nl *events, struct nl *ask, struct wait_item *items, size_t n, enum wait_kind kind,
		  unsigned int seconds)
{
	int every = isatty(STDERR_FILENO) ? POLL_TERMINAL_MS : POLL_MS;
	int64_t start = now_ms(), end = start + (int64_t)seconds * 1000, ask_at = start + every;

	while (!all_done(items, n)) {
		int64_t now = now_ms(), until = ask_at < end ? ask_at : end;
		struct nl_event e = { 0 };
		int rc = nl_event_next(events, until > now ? (int)(until - now) : 0, &e);

		if (rc < 0 && rc != -EINTR)
			return rc;
		if (rc == 1) {
			take_event(&e, items, n, kind);
			if (e.kind == NL_EVENT_LOST)
				ask_at = 0;
			nl_event_free(&e);
			if (all_done(items, n))
				break;
		}
		now = now_ms();
		if (now >= ask_at || now >= end) {
			/* slow enough that an old state cannot be meant any more */
			for (size_t i = 0; i < n && now >= start + 2L * POLL_MS; i++)
				items[i].moved = true;
			rc = ask_all(ask, items, n, kind);
			if (rc)
				return rc;
			ask_at = now + every;
		}
		progress(items, n, kind, false);
		if (now >= end)
			return all_done(items, n) ? 0 : 1;
	}
	return 0;
}

int wait_for(struct nl *events, struct nl *ask, struct wait_item *items, size_t n, enum wait_kind kind,
	     unsigned int seconds)
{
	int rc = follow(events, ask, items, n, kind, seconds);

	progress(items, n, kind, true);
	return rc;
}

void wait_free(struct wait_item *items, size_t n)
{
	for (size_t i = 0; i < n; i++)
		claim_free(&items[i].last);
}
