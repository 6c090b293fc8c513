// SPDX-License-Identifier: GPL-2.0-only
/*
 * dom0.c - what claim and release do besides in a Xen dom0
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/append.h"
#include "dom0.h"

/* The aliases among the selectors that mean one function each */
static size_t aliases_of(struct target *t, const struct words_list *selectors, struct xen_alias *out)
{
	const struct select_env env = target_env(t);
	size_t found = 0;

	for (size_t i = 0; i < selectors->n; i++) {
		_cleanup_(freep) char *err = NULL;
		const struct dev **devs = NULL;
		struct selector *s = NULL;
		size_t n = 0;

		if (!config_alias(t->cfg, selectors->v[i]) || selector_parse(selectors->v[i], &env, &s, &err))
			continue;
		if (!selector_match(s, &t->devs, &env, &devs, &n, &err) && n == 1)
			out[found++] = (struct xen_alias){ devs[0]->addr, selectors->v[i] };
		selector_free(s);
		free(devs);
	}
	return found;
}

int dom0_claimed(struct target *t, const struct words_list *selectors, const struct claim *c)
{
	_cleanup_(xen_close) struct xen x = { 0 };
	_cleanup_(freep) char *err = NULL;
	struct xen_alias *aliases;
	size_t n;
	int rc;

	xen_open(&x, t->nl);
	aliases = calloc(selectors->n + 1, sizeof(*aliases));
	if (!aliases) {
		error_say("%s", strerror(ENOMEM));
		return EXIT_ERROR;
	}
	n = aliases_of(t, selectors, aliases);
	rc = xen_tell(&x, c, aliases, n, &err);
	free(aliases);
	if (rc > 0)
		error_say("warning: claim %u is held, but %s; the same claim once more tells it", c->id, err);
	else if (rc)
		error_say("claim %u stays held, but xl does not know of it: %s", c->id,
			  err ? err : strerror(-rc));
	return rc < 0 ? EXIT_ERROR : EXIT_DONE;
}

static bool present(const struct claim_fn *fn)
{
	return fn->state != HVCLAIM_FN_STATE_RESTORED && fn->state != HVCLAIM_FN_STATE_GONE;
}

/* The domains that have functions of the release, as findings; 0 or a negative errno */
static int find_users(struct dom0_release *r, struct findings *out)
{
	int rc = 0;

	for (size_t i = 0; i < r->fns.n && !rc && r->xen.store.handle; i++) {
		struct finding f = {
			.reason = HVCLAIM_REASON_IN_USE,
			.severity = HVCLAIM_SEVERITY_FATAL,
			.has_function = true,
			.function = r->fns.fns[i],
		};

		rc = xen_domain_of(&r->xen.store, r->fns.fns[i], &f.detail);
		if (!rc && f.detail)
			rc = findings_add(out, &f);
		free(f.detail);
	}
	return rc;
}

static int refuse_users(struct dom0_release *r, struct target *t, unsigned int idle_wait)
{
	for (;;) {
		_cleanup_(findings_free) struct findings users = { 0 };
		int rc = find_users(r, &users);

		if (rc) {
			error_say("xenstore: %s", strerror(-rc));
			return EXIT_ERROR;
		}
		if (!users.n)
			return EXIT_DONE;
		if (!idle_wait--) {
			target_refused(t, "release", &users);
			return EXIT_BUSY;
		}
		sleep(1);
	}
}

static int pick(struct dom0_release *r, const struct target *t, const struct claims *ledger,
		bool (*meant)(const struct target *t, const struct claim *c, const struct claim_fn *fn))
{
	for (size_t i = 0; i < ledger->n; i++) {
		const struct claim *c = &ledger->v[i];

		for (size_t k = 0; k < c->n_fns && !strcmp(c->backend, "pciback"); k++) {
			struct addr *one;

			if (!present(&c->fns[k]) || !meant(t, c, &c->fns[k]))
				continue;
			one = append(r->fns.fns, r->fns.n);
			if (!one)
				return -ENOMEM;
			*one = c->fns[k].addr;
		}
	}
	return 0;
}

int dom0_release_begin(struct dom0_release *r, struct target *t, const struct claims *ledger,
		       bool (*meant)(const struct target *t, const struct claim *c,
				     const struct claim_fn *fn),
		       unsigned int idle_wait)
{
	_cleanup_(freep) char *err = NULL;
	int rc;

	xen_open(&r->xen, t->nl);
	if (!r->xen.dom0)
		return EXIT_DONE;
	if (pick(r, t, ledger, meant)) {
		error_say("%s", strerror(ENOMEM));
		return EXIT_ERROR;
	}
	rc = refuse_users(r, t, idle_wait);
	if (!rc && xen_release_begin(&r->xen, &r->fns, &err)) {
		error_say("nothing is released: %s", err ? err : strerror(ENOMEM));
		rc = EXIT_ERROR;
	}
	if (rc)
		r->fns.n = 0;
	return rc;
}

/* Back with pciback: somebody had given it to xl before it was claimed */
static bool is_xls(struct addr a)
{
	_cleanup_(freep) char *dir = hostfs_dev(&hostfs_default, a);
	_cleanup_(freep) char *driver = dir ? hostfs_link("%s/driver", dir) : NULL;

	return driver && !strcmp(driver, "pciback");
}

void dom0_release_end(struct dom0_release *r, struct target *t)
{
	_cleanup_(claims_free) struct claims now = { 0 };

	if (r->fns.n && nl_claims(t->nl, NULL, &now))
		r->fns.n = 0;
	for (size_t i = 0; i < r->fns.n; i++) {
		bool held = false;

		for (size_t c = 0; c < now.n; c++)
			for (size_t k = 0; k < now.v[c].n_fns; k++)
				held |= present(&now.v[c].fns[k]) &&
					!addr_cmp(now.v[c].fns[k].addr, r->fns.fns[i]);
		if (held || is_xls(r->fns.fns[i]))
			xen_release_undo(&r->xen, &(struct xen_release){ &r->fns.fns[i], 1 });
		else
			xen_release_end(&r->xen, r->fns.fns[i]);
	}
	free(r->fns.fns);
	xen_close(&r->xen);
	*r = (struct dom0_release){ 0 };
}
