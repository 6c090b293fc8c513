// SPDX-License-Identifier: GPL-2.0-only
/*
 * target.c - from the words on the command line to functions, and what speaks against taking them
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "device/report.h"
#include "device/sysdevs.h"
#include "device/target.h"
#include "lib/late.h"
#include "usage/usage.h"
#include "lib/privs.h"
#include "lib/words.h"
#include "xen/xen.h"

void words_add(struct words_list *list, const char *word)
{
	list->v = reallocarray(list->v, list->n + 1, sizeof(*list->v));
	if (!list->v) {
		error_say("%s", strerror(ENOMEM));
		exit(EXIT_ERROR);
	}
	list->v[list->n++] = word;
}

bool am_root(void)
{
	return privs_had(CAP_SYS_ADMIN);
}

int need_cap(const char *what, int cap, const char *name)
{
	if (privs_had(cap))
		return EXIT_DONE;
	error_say("%s needs root (%s)", what, name);
	return EXIT_ERROR;
}

int need_root(const char *what)
{
	return need_cap(what, CAP_SYS_ADMIN, "CAP_SYS_ADMIN");
}

int module_open(struct nl **nl)
{
	int rc = nl_open(nl);

	if (!rc)
		return EXIT_DONE;
	*nl = NULL;
	if (rc == -ENOENT)
		error_say("the kernel module is not loaded: modprobe hvclaim");
	else
		error_say("cannot talk to the kernel module: %s", strerror(-rc));
	return EXIT_ERROR;
}

int nl_failed(const struct nl *nl, const char *doing)
{
	const struct nl_error *e = nl_last_error(nl);

	if (*e->attr)
		error_say("%s: %s (%s%s)", doing, e->msg, e->attr, e->attr_missing ? " is missing" : "");
	else
		error_say("%s: %s", doing, e->msg);
	return EXIT_ERROR;
}

void nl_closep(struct nl **nl)
{
	if (*nl)
		nl_disconnect(*nl);
	*nl = NULL;
}

static int load_config(struct target *t)
{
	_cleanup_(freep) char *err = NULL;

	if (!config_load(globals.config, &t->cfg, &err))
		return EXIT_DONE;
	error_say("%s", err ? err : strerror(ENOMEM));
	return EXIT_ERROR;
}

static int load_devs(struct target *t, bool findings)
{
	if (t->nl) {
		if (nl_devs(t->nl, findings, &t->devs))
			return nl_failed(t->nl, "reading the list of functions");
	} else if (sysdevs_load(&hostfs_default, am_root(), &t->devs)) {
		error_say("cannot read the list of functions from %s", hostfs_default.sysfs);
		return EXIT_ERROR;
	}
	t->explain = explain_ctx_new(&t->devs);
	if (!t->explain) {
		error_say("%s", strerror(ENOMEM));
		return EXIT_ERROR;
	}
	return EXIT_DONE;
}

int target_open(struct target *t, bool findings)
{
	int rc = load_config(t);

	if (!rc)
		rc = module_open(&t->nl);
	return rc ? rc : load_devs(t, findings);
}

bool module_loaded(void)
{
	_cleanup_(freep) char *there = hostfs_real("%s/module/hvclaim", hostfs_default.sysfs);

	return there;
}

int target_open_host(struct target *t)
{
	int rc = load_config(t), err;

	if (rc)
		return rc;
	err = module_loaded() ? nl_open(&t->nl) : -ENOENT;
	if (err && err != -ENOENT) {
		error_say("cannot talk to the kernel module: %s", strerror(-err));
		return EXIT_ERROR;
	}
	return load_devs(t, false);
}

void target_unpick(struct target *t)
{
	findings_free(&t->findings);
	free(t->fns);
	free(t->picked);
	t->fns = NULL;
	t->picked = NULL;
	t->n = 0;
}

void target_close(struct target *t)
{
	explain_ctx_free(t->explain);
	target_unpick(t);
	devs_free(&t->devs);
	nl_closep(&t->nl);
	config_free(t->cfg);
	*t = (struct target){ 0 };
}

static const char *find_alias(void *data, const char *name)
{
	const struct target *t = data;

	return config_alias(t->cfg, name);
}

/* The innermost PCI function that an interface hangs on: virtio's are not on the PCI bus themselves. */
static int find_netdev(void *data, const char *name, struct addr *addr)
{
	_cleanup_(freep) char *dir =
		strchr(name, '/') ? NULL : hostfs_real("%s/class/net/%s/device", hostfs_default.sysfs, name);
	(void)data;
	for (char *slash; dir && (slash = strrchr(dir, '/')); *slash = '\0')
		if (addr_parse(slash + 1, addr))
			return 0;
	return -ENODEV;
}

/* An identity that is not the pinned one is a refusal, with the reason that the kernel has for it. */
static int identity_refused(struct target *t, const char *err)
{
	struct finding f = {
		.reason = HVCLAIM_REASON_IDENTITY,
		.severity = HVCLAIM_SEVERITY_FATAL,
	};

	error_say("%s", err ? err : "the device is not the pinned one");
	if (!globals.json)
		return EXIT_REFUSED;
	if (t->n) {
		f.has_function = true;
		f.function = t->picked[t->n - 1]->addr;
	}
	if (!findings_add(&t->findings, &f)) {
		struct json_object *o = json_object_new_object();

		json_add_str(o, "verdict", severity_word(HVCLAIM_SEVERITY_FATAL));
		json_add_bool(o, "changed", false);
		json_object_object_add(o, "findings", json_findings(&t->findings, t->explain));
		json_print(o);
	}
	return EXIT_REFUSED;
}

struct select_env target_env(struct target *t)
{
	return (struct select_env){ .alias = find_alias, .netdev = find_netdev, .data = t };
}

/* What a request names, from what was picked; the ids are those that were seen. */
int target_fns(struct target *t)
{
	t->fns = calloc(t->n + 1, sizeof(*t->fns));
	if (!t->fns) {
		error_say("%s", strerror(ENOMEM));
		return EXIT_ERROR;
	}
	for (size_t i = 0; i < t->n; i++) {
		t->fns[i].addr = t->picked[i]->addr;
		t->fns[i].vendor = t->picked[i]->vendor;
		t->fns[i].device = t->picked[i]->device;
	}
	return EXIT_DONE;
}

int target_pick(struct target *t, const struct words_list *selectors)
{
	const struct select_env env = target_env(t);

	for (size_t i = 0; i < selectors->n; i++) {
		_cleanup_(freep) char *err = NULL;
		struct selector *s = NULL;
		int rc = selector_parse(selectors->v[i], &env, &s, &err);

		if (rc) {
			error_say("%s", err ? err : selectors->v[i]);
			return EXIT_USAGE;
		}
		rc = selector_match(s, &t->devs, &env, &t->picked, &t->n, &err);
		selector_free(s);
		if (rc == -EACCES)
			return identity_refused(t, err);
		if (rc) {
			error_say("%s", err ? err : strerror(-rc));
			return EXIT_ERROR;
		}
	}
	return target_fns(t);
}

static bool would_take(const struct target *t, const struct nl_request *req, const struct dev *d)
{
	for (size_t i = 0; i < t->n; i++) {
		if (t->picked[i] == d)
			return true;
		if (req->whole_group && d->group >= 0 && t->picked[i]->group == d->group && !dev_is_bridge(d))
			return true;
	}
	return false;
}

int target_usage(struct target *t, const struct nl_request *req)
{
	_cleanup_(xen_close) struct xen xen = { 0 };
	struct usage *u = usage_new(&hostfs_default);
	int rc = u ? 0 : -ENOMEM;

	xen_open(&xen, t->nl);
	for (size_t i = 0; i < t->devs.n && !rc; i++) {
		const struct dev *d = &t->devs.v[i];

		if (d->claim || !would_take(t, req, d))
			continue;
		rc = usage_dev(u, d, &t->devs, &t->findings);
		if (!rc)
			rc = xen_findings(&xen, d, &t->findings);
	}
	usage_free(u);
	if (rc) {
		error_say("%s", late_strerror(-rc));
		return EXIT_ERROR;
	}
	for (size_t i = 0; i < t->findings.n; i++) {
		struct finding *f = &t->findings.v[i];

		f->allowed = f->severity == HVCLAIM_SEVERITY_ASK && req->allow & 1ull << f->reason;
	}
	return EXIT_DONE;
}

void target_harden(struct target *t, struct findings *list)
{
	for (size_t i = 0; i < list->n; i++) {
		if (!explain_fatal_override(t->explain, &list->v[i]))
			continue;
		list->v[i].severity = HVCLAIM_SEVERITY_FATAL;
		list->v[i].allowed = false;
	}
}

/* The kernel and the helper both see the boot display; the helper knows more. */
static int merge(struct findings *into, const struct findings *from)
{
	for (size_t i = 0; i < from->n; i++) {
		const struct finding *f = &from->v[i];
		bool known = false;

		for (size_t k = 0; k < into->n && !known && f->reason != HVCLAIM_REASON_HOST_USE; k++)
			known = into->v[k].reason == f->reason && into->v[k].has_function &&
				f->has_function && !addr_cmp(into->v[k].function, f->function);
		if (!known && findings_add(into, f))
			return -ENOMEM;
	}
	return 0;
}

/* As claims of their own: what is in the same group is somebody else's, until it is claimed, too. */
static int check_each(struct target *t, const struct nl_request *req, struct nl_verdict *v)
{
	int rc = 0;

	*v = (struct nl_verdict){ 0 };
	for (size_t i = 0; !rc && i < req->n_fns; i++) {
		struct nl_request one = *req;
		struct nl_verdict w = { 0 };

		one.fns = &req->fns[i];
		one.n_fns = 1;
		rc = nl_check(t->nl, &one, &w);
		for (size_t k = 0; !rc && k < w.findings.n; k++)
			rc = findings_add(&v->findings, &w.findings.v[k]);
		nl_verdict_free(&w);
	}
	return rc;
}

static int judge(struct target *t, int checked, struct nl_verdict *v)
{
	if (checked)
		return nl_failed(t->nl, "check");
	if (merge(&v->findings, &t->findings)) {
		error_say("%s", strerror(ENOMEM));
		return EXIT_ERROR;
	}
	target_harden(t, &v->findings);
	v->verdict = findings_worst(&v->findings);
	return EXIT_DONE;
}

int target_judge(struct target *t, const struct nl_request *req, struct nl_verdict *v)
{
	return judge(t, nl_check(t->nl, req, v), v);
}

int target_judge_each(struct target *t, const struct nl_request *req, struct nl_verdict *v)
{
	return judge(t, req->whole_group ? nl_check(t->nl, req, v) : check_each(t, req, v), v);
}

int target_refused(struct target *t, const char *verb, const struct findings *list)
{
	error_say("%s refused", verb);
	if (globals.json) {
		struct json_object *o = json_object_new_object();

		json_add_str(o, "verdict", severity_word(findings_worst(list)));
		json_add_bool(o, "changed", false);
		json_object_object_add(o, "findings", json_findings(list, t->explain));
		json_print(o);
	} else {
		findings_print(stderr, list, t->explain, globals.verbose);
	}
	return EXIT_REFUSED;
}

struct addr *target_addrs(const struct target *t)
{
	struct addr *v = calloc(t->n + 1, sizeof(*v));

	for (size_t i = 0; v && i < t->n; i++)
		v[i] = t->fns[i].addr;
	return v;
}
