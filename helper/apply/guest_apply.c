// SPDX-License-Identifier: GPL-2.0-only
/*
 * guest_apply.c - making guests' shares so, to a fixpoint
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "apply/apply_cgroup.h"
#include "apply/apply_xen.h"
#include "cmd/cmd.h"
#include "apply/guest_apply.h"
#include "apply/guest_past.h"
#include "apply/guest_require.h"

/* a guest that starts threads faster than this is followed by the next run */
#define PASSES 8

/* On stderr, unless it was said in the round before. Takes over @line. */
static void complain(const struct apply_request *req, char *line)
{
	if (line && !said_before(req->said, line))
		error_say("%s", line);
	free(line);
}

static void keep_fault(const struct apply_fault *f, const char *who, struct apply_report *out)
{
	struct json_object *o = json_object_new_object();

	json_add_str(o, "guest", who);
	json_add_bool(o, "ended", f->gone);
	json_add_str(o, "what", f->what);
	json_opt_str(o, "left", f->left);
	json_add_bool(o, "stands", f->stands);
	json_object_array_add(out->faults, o);
}

static void print_faults(const struct apply_request *req, const struct apply_result *r,
			 const struct guests *guests, struct apply_report *out)
{
	for (size_t i = 0; i < r->n_faults; i++) {
		const struct apply_fault *f = &r->faults[i];
		const char *who = plan_who(f->name, f->guest, guests);

		if (globals.json)
			keep_fault(f, who, out);
		if (f->gone) {
			if (!globals.json)
				printf("%s: ended meanwhile\n", who);
			continue;
		}
		out->n_faults++;
		complain(req, f->stands ? text_fmt("%s: %s; its values stand", who, f->what)
			      : f->left
				      ? text_fmt("%s: %s; could not be taken back: %s", who, f->what, f->left)
				      : text_fmt("%s: %s; left as it was", who, f->what));
	}
}

static int print_errors(const struct apply_request *req, const struct plan *p, struct apply_report *out)
{
	if (globals.json) {
		json_object_put(out->errors);
		out->errors = json_strings(p->errors, p->n_errors);
	}
	for (size_t i = 0; i < p->n_errors; i++)
		complain(req, strdup(p->errors[i]));
	return EXIT_REFUSED;
}

static void print_notes(const struct apply_request *req, const struct plan *p, const struct guests *guests)
{
	for (size_t i = 0; i < p->n_notes; i++) {
		_cleanup_(freep) char *line = plan_note_text(&p->notes[i], guests);

		if (line && !said_before(req->said, line))
			printf("%s\n", line);
	}
}

/* guests that could not be given their share are not tried again */
static bool is_lost(const struct apply_report *out, pid_t key)
{
	for (size_t i = 0; i < out->n_lost; i++)
		if (out->lost[i] == key)
			return true;
	return false;
}

static int lose(struct apply_report *out, const pid_t *keys, size_t n)
{
	pid_t *v = n ? realloc(out->lost, (out->n_lost + n) * sizeof(*v)) : NULL;

	if (!v)
		return n ? -ENOMEM : 0;
	out->lost = v;
	memcpy(v + out->n_lost, keys, n * sizeof(*v));
	out->n_lost += n;
	return 0;
}

static int lose_faulty(struct apply_report *out, const struct apply_result *r, const struct guests *guests)
{
	int rc = 0;

	for (size_t i = 0; i < r->n_faults && !rc; i++)
		if (r->faults[i].guest >= 0 && !r->faults[i].stands) {
			pid_t key = guest_key(&guests->v[r->faults[i].guest]);

			rc = lose(out, &key, 1);
		}
	return rc;
}

/*
 * What there is to do for a thread that came while others were looked after, and for a guest that has got its
 * cgroup by the first pass, which is looked at once more. Domains are looked at as a whole.
 */
static bool follows(const struct step *s, const struct guest *g)
{
	if (s->kind == STEP_UNIT_PROPERTY || s->kind == STEP_CGROUP_FILE)
		return g->read_again;
	return s->kind == STEP_AFFINITY || s->kind == STEP_IOPRIO || s->kind == STEP_RDT_TASKS ||
	       s->kind == STEP_RDT_MON_TASKS || apply_xen_is(s);
}

/*
 * From the second pass on threads are followed: what was written once is not written again, as what the kernel
 * keeps otherwise than it was told stays so; a class that failed once fails again, and the host is set up.
 */
static void leave_out(struct plan *p, const struct guests *guests, const struct apply_report *out, bool again)
{
	for (size_t i = 0; i < p->n_steps; i++) {
		struct step *s = &p->steps[i];

		if (again && (s->guest < 0 || !follows(s, &guests->v[s->guest])))
			s->changes = false;
		if (s->guest >= 0 && is_lost(out, guest_key(&guests->v[s->guest])))
			s->changes = false;
	}
}

/*
 * Whose required knobs are looked at: in the first pass all that were meant, later those for which something is
 * to be done. One that lost its values has been told.
 */
static int require(struct guest_host *h, const struct apply_request *req, const struct plan *p,
		   const struct apply_report *out, bool again, struct apply_result *r)
{
	bool *which = calloc(h->guests.n + 1, sizeof(*which));
	int rc;

	if (!which)
		return -ENOMEM;
	for (size_t i = 0; i < h->guests.n; i++)
		which[i] = !again && !req->only && !req->clear;
	for (size_t i = 0; i < p->n_steps; i++)
		if (p->steps[i].guest >= 0 && !req->clear)
			which[p->steps[i].guest] |= !again || p->steps[i].changes;
	for (size_t i = 0; i < h->guests.n; i++)
		which[i] = which[i] && !is_lost(out, guest_key(&h->guests.v[i]));
	rc = guest_require(h, p, which, r);
	free(which);
	return rc;
}

static void keep(struct json_object *to, struct json_object *from)
{
	for (size_t i = 0; i < json_object_array_length(from); i++)
		json_object_array_add(to, json_object_get(json_object_array_get_idx(from, i)));
	json_object_put(from);
}

static int carry_out(struct guest_host *h, const struct apply_request *req, const struct plan *p, bool again,
		     struct apply_report *out)
{
	_cleanup_(apply_result_free) struct apply_result r = { 0 };
	const struct apply_host host = guest_host_apply(h);
	int rc = apply_plan(&host, p, &r);

	if (!rc)
		rc = require(h, req, p, out, again, &r);
	if (!rc)
		rc = lose_faulty(out, &r, &h->guests);
	if (rc) {
		error_say("%s", strerror(-rc));
		return EXIT_ERROR;
	}
	out->changed |= r.n_done > 0;
	print_faults(req, &r, &h->guests, out);
	if (globals.json)
		keep(out->steps, json_steps(p, &h->guests, r.done));
	else
		plan_print_done(stdout, p, &h->guests, r.done);
	return EXIT_DONE;
}

/* Nothing is to be done; what a guest requires may have lost its effect all the same. */
static int look_again(struct guest_host *h, const struct apply_request *req, const struct plan *p,
		      struct apply_report *out)
{
	_cleanup_(apply_result_free) struct apply_result r = { 0 };
	int rc = 0;

	r.done = calloc(p->n_steps + 1, sizeof(*r.done));
	if (!r.done)
		rc = -ENOMEM;
	if (!rc)
		rc = require(h, req, p, out, false, &r);
	if (rc) {
		error_say("%s", strerror(-rc));
		return EXIT_ERROR;
	}
	print_faults(req, &r, &h->guests, out);
	return EXIT_DONE;
}

/*
 * What is set is kept before the first of it is: an apply that is killed has set some of it, and the next one
 * must know. What is taken back is forgotten when a pass finds nothing more to do.
 */
static int keep_past(struct guest_host *h, const struct plan *p, const struct apply_report *out, bool settled)
{
	char *err = NULL;
	int rc = 0;

	for (size_t i = 0; i < h->guests.n && !rc; i++) {
		const struct plan_asked *asked = &p->asked[i];
		struct guest *g = &h->guests.v[i];

		if (!asked->known)
			continue;
		if (settled && !is_lost(out, guest_key(g)))
			guest_past_forget(g);
		for (size_t k = 0; k < asked->n && !rc; k++)
			rc = guest_past_add(g, asked->v[k]);
	}
	if (!rc)
		rc = guest_past_write(h->fs, &h->guests, &err);
	if (rc)
		error_say("%s", err ? err : strerror(-rc));
	free(err);
	return rc ? EXIT_ERROR : EXIT_DONE;
}

static int one_pass(struct guest_host *h, const struct apply_request *req, size_t pass,
		    struct apply_report *out, bool *again)
{
	const struct plan_args args = {
		.qos = &h->cfg->qos,
		.guests = &h->guests,
		.caps = &h->caps,
		.only = req->only,
		.n_only = req->n_only,
		.clear = req->clear,
	};
	_cleanup_(plan_free) struct plan p = { 0 };
	int rc = pass ? guest_host_follow(h) : guest_host_read(h, true, 0);

	*again = false;
	if (rc)
		return rc;
	if (plan_make(&args, &p)) {
		error_say("%s", strerror(ENOMEM));
		return EXIT_ERROR;
	}
	if (p.n_errors)
		return print_errors(req, &p, out);
	leave_out(&p, &h->guests, out, pass > 0);
	if (!pass) {
		if (globals.json)
			keep(out->notes, json_notes(&p, &h->guests));
		else
			print_notes(req, &p, &h->guests);
	}
	if (req->dry_run) {
		if (globals.json)
			keep(out->steps, json_steps(&p, &h->guests, NULL));
		else
			plan_print_steps(stdout, &p, &h->guests, globals.verbose);
		return EXIT_DONE;
	}
	*again = plan_changes(&p);
	rc = keep_past(h, &p, out, !*again);
	if (rc)
		return rc;
	if (!*again)
		return pass ? EXIT_DONE : look_again(h, req, &p, out);
	return carry_out(h, req, &p, pass > 0, out);
}

int guest_apply(struct guest_host *h, const struct apply_request *req, struct apply_report *out)
{
	bool again = true;
	int rc = EXIT_DONE;

	*out = (struct apply_report){ 0 };
	if (globals.json) {
		out->steps = json_object_new_array();
		out->notes = json_object_new_array();
		out->faults = json_object_new_array();
		out->errors = json_object_new_array();
	}
	if (lose(out, req->avoid, req->n_avoid)) {
		error_say("%s", strerror(ENOMEM));
		rc = EXIT_ERROR;
	}
	if (!rc && !req->dry_run)
		rc = guest_host_lock(h);
	for (size_t pass = 0; pass < PASSES && again && !rc; pass++)
		rc = one_pass(h, req, pass, out, &again);
	if (!req->dry_run && !rc && (!h->caps.systemd || h->xen))
		cgroup_reap_homes(h->fs);
	guest_host_unlock(h);
	return rc ? rc : out->n_faults ? EXIT_ERROR : EXIT_DONE;
}

void apply_report_free(struct apply_report *r)
{
	if (r->steps) { /* without them json-c was not even loaded */
		json_object_put(r->steps);
		json_object_put(r->notes);
		json_object_put(r->faults);
		json_object_put(r->errors);
	}
	free(r->lost);
	memset(r, 0, sizeof(*r));
}
