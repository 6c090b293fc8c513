// SPDX-License-Identifier: GPL-2.0-only
/*
 * apply.c - carrying out a plan: whole or not at all for each guest
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/append.h"
#include "apply/apply.h"
#include "apply/apply_affinity.h"
#include "apply/apply_cgroup.h"
#include "apply/apply_resctrl.h"
#include "apply/apply_unit.h"
#include "apply/apply_xen.h"
#include "xen/xenqos.h"

struct run {
	const struct apply_host *host;
	const struct plan *p;
	struct apply_result *out;
	struct unit_manager manager;
	bool *homed; /* for each guest: a cgroup was made for it */
};

static bool is_rdt(const struct step *s)
{
	return s->kind >= STEP_RDT_MKDIR;
}

static bool is_group(const struct step *s)
{
	return s->kind == STEP_UNIT_PROPERTY || s->kind == STEP_CGROUP_FILE;
}

static const struct guest *guest_of(const struct run *r, const struct step *s)
{
	return s->guest < 0 ? NULL : &r->host->guests->v[s->guest];
}

static bool ended(const struct run *r, int guest)
{
	_cleanup_(freep) char *path = NULL;

	if (guest < 0)
		return false;
	if (r->host->guests->v[guest].xen)
		return !xenqos_alive(r->host->xen, r->host->guests->v[guest].domid);
	path = text_fmt("%s/%d", r->host->fs->proc, r->host->guests->v[guest].pid);
	return path && access(path, F_OK);
}

static struct apply_fault *fault_of(const struct run *r, int guest)
{
	for (size_t i = 0; i < r->out->n_faults && guest >= 0; i++)
		if (r->out->faults[i].guest == guest)
			return &r->out->faults[i];
	return NULL;
}

/* Takes over @what. */
static int add_fault(struct run *r, const struct step *s, char *what, struct apply_fault **f)
{
	*f = append(r->out->faults, r->out->n_faults);
	if (!*f) {
		free(what);
		return -ENOMEM;
	}
	**f = (struct apply_fault){
		.guest = s->guest,
		.name = s->name,
		.target = s->target,
		.what = what,
		.gone = ended(r, s->guest),
	};
	return 0;
}

/*
 * systemd takes all properties of a unit in one call, all or none: those of a guest go out with its first one.
 * Returns the number of steps; @steps has room for all of the plan.
 */
static size_t batch(const struct run *r, size_t first, bool done, const struct step **steps)
{
	const struct step *f = &r->p->steps[first];
	size_t n = 0;

	for (size_t i = 0; i < r->p->n_steps; i++) {
		const struct step *s = &r->p->steps[i];

		if (s->changes && s->kind == STEP_UNIT_PROPERTY && s->guest == f->guest &&
		    r->out->done[i] == done && !strcmp(s->target, f->target))
			steps[n++] = s;
	}
	return n;
}

static int unit_step(struct run *r, size_t i, bool undo, char **err)
{
	const struct step **steps = calloc(r->p->n_steps, sizeof(const struct step *));
	size_t n;
	int rc;

	if (!steps)
		return -ENOMEM;
	n = batch(r, i, undo, steps);
	rc = apply_unit(&r->manager, guest_of(r, &r->p->steps[i]), steps, n, undo, err);
	for (size_t k = 0; !rc && k < n; k++)
		r->out->done[steps[k] - r->p->steps] = !undo;
	free(steps);
	return rc;
}

static int make_home(struct run *r, const struct step *s, char **err)
{
	const struct guest *g = guest_of(r, s);
	int rc;

	if (!g || !g->homeless || r->homed[s->guest])
		return 0;
	rc = g->unit ? unit_make_scope(&r->manager, r->host->fs, g, err) : cgroup_make_home(g, err);
	if (!rc && g->unit)
		rc = cgroup_take_along(g, err);
	r->homed[s->guest] = !rc;
	return rc;
}

static int do_step(struct run *r, size_t i, char **err)
{
	const struct step *s = &r->p->steps[i];
	int rc = is_group(s) ? make_home(r, s, err) : 0;

	if (rc)
		return rc;
	if (s->kind == STEP_UNIT_PROPERTY)
		return unit_step(r, i, false, err);
	if (s->kind == STEP_CGROUP_FILE)
		rc = apply_cgroup(s, false, err);
	else if (apply_xen_is(s))
		rc = apply_xen(r->host->xen, r->host->caps, guest_of(r, s), s, false, err);
	else if (is_rdt(s))
		rc = apply_resctrl(r->host->fs, r->host->guests, s, err);
	else
		rc = apply_affinity(guest_of(r, s), r->host->caps, s, err);
	r->out->done[i] = !rc;
	return rc;
}

static int undo_step(struct run *r, size_t i, char **err)
{
	const struct step *s = &r->p->steps[i];

	if (s->kind == STEP_UNIT_PROPERTY)
		return unit_step(r, i, true, err);
	r->out->done[i] = false;
	if (s->kind == STEP_CGROUP_FILE)
		return apply_cgroup(s, true, err);
	if (apply_xen_is(s))
		return apply_xen(r->host->xen, r->host->caps, guest_of(r, s), s, true, err);
	if (is_rdt(s))
		return apply_resctrl_undo(r->host->fs, r->host->guests, s, err);
	return apply_affinity_undo(guest_of(r, s), r->host->caps, s, err);
}

/* What could not be taken back is told, and the rest is taken back all the same. */
static int undo(struct run *r, int guest, const char *target, struct apply_fault *f)
{
	int rc = 0;

	for (size_t i = r->p->n_steps; i-- && rc != -ENOMEM;) {
		const struct step *s = &r->p->steps[i];
		_cleanup_(freep) char *err = NULL;

		if (!r->out->done[i] || s->guest != guest ||
		    (target && !(is_rdt(s) && !strcmp(s->target, target))))
			continue;
		rc = undo_step(r, i, &err);
		r->out->done[i] = false;
		if (rc && rc != -ENOMEM && !f->gone && text_add(&f->left, "%s%s", f->left ? "; " : "", err))
			rc = -ENOMEM;
	}
	return rc == -ENOMEM ? rc : 0;
}

/* A step that is done in part counts as done until it is undone. */
static int failed(struct run *r, size_t i, char *err)
{
	const struct step *s = &r->p->steps[i];
	struct apply_fault *f;
	int rc = add_fault(r, s, err, &f);

	if (rc)
		return rc;
	if (is_rdt(s))
		r->out->done[i] = true;
	return undo(r, s->guest, s->guest < 0 ? s->target : NULL, f);
}

/* Whether a class could not be made that this step needs; says so in @why. */
static bool class_failed(const struct run *r, const struct step *s, char **why)
{
	if (!is_rdt(s) || !*s->target)
		return false;
	for (size_t i = 0; i < r->out->n_faults; i++) {
		const struct apply_fault *f = &r->out->faults[i];

		if (f->guest >= 0 || !f->target || strcmp(f->target, s->target))
			continue;
		*why = text_fmt("its class: %s", f->what);
		return true;
	}
	return false;
}

static int one_step(struct run *r, size_t i)
{
	const struct step *s = &r->p->steps[i];
	char *err = NULL;
	int rc;

	if (!s->changes || r->out->done[i] || fault_of(r, s->guest))
		return 0;
	if (class_failed(r, s, &err)) {
		if (s->guest >= 0)
			return err ? failed(r, i, err) : -ENOMEM;
		free(err);
		return 0;
	}
	rc = do_step(r, i, &err);
	if (!rc)
		return 0;
	if (!err)
		err = strdup(strerror(-rc));
	return err ? failed(r, i, err) : -ENOMEM;
}

static void count(struct run *r)
{
	r->out->n_done = 0;
	for (size_t i = 0; i < r->p->n_steps; i++)
		r->out->n_done += r->out->done[i];
}

int apply_plan(const struct apply_host *host, const struct plan *p, struct apply_result *out)
{
	struct run r = { .host = host, .p = p, .out = out };
	int rc = 0;

	memset(out, 0, sizeof(*out));
	out->done = calloc(p->n_steps + 1, sizeof(*out->done));
	r.homed = calloc(host->guests->n + 1, sizeof(*r.homed));
	if (!out->done || !r.homed)
		rc = -ENOMEM;
	for (size_t i = 0; i < p->n_steps && !rc; i++)
		rc = one_step(&r, i);
	count(&r);
	unit_manager_close(&r.manager);
	free(r.homed);
	return rc;
}

int apply_blame_guest(const struct apply_host *host, const struct plan *p, int guest, const char *why,
		      bool undo_it, struct apply_result *out)
{
	struct run r = { .host = host, .p = p, .out = out };
	struct step first = { .guest = guest };
	struct apply_fault *f;
	char *what = strdup(why);
	int rc;

	if (!what)
		return -ENOMEM;
	for (size_t i = 0; i < p->n_steps && !first.name; i++)
		if (p->steps[i].guest == guest)
			first = p->steps[i];
	rc = add_fault(&r, &first, what, &f);
	if (rc)
		return rc;
	f->stands = !undo_it;
	if (undo_it)
		rc = undo(&r, guest, NULL, f);
	count(&r);
	unit_manager_close(&r.manager);
	return rc;
}

void apply_result_free(struct apply_result *r)
{
	for (size_t i = 0; i < r->n_faults; i++) {
		free(r->faults[i].what);
		free(r->faults[i].left);
	}
	free(r->faults);
	free(r->done);
	memset(r, 0, sizeof(*r));
}
