// SPDX-License-Identifier: GPL-2.0-only
/*
 * guest_explain.c - hvclaim guest explain: requested, programmed, effective, and why they differ
 */
#define _GNU_SOURCE 1
#include <stdlib.h>
#include <string.h>

#include "apply/guest_require.h"
#include "apply/report_plan.h"
#include "config/requested.h"
#include "guest.h"

struct view {
	const struct guest_host *h;
	const struct guest *g;
	const struct qos_guest *want;
	int guest;
	struct plan plan;
	struct effects effects;
};

static void view_free(struct view *v)
{
	plan_free(&v->plan);
	effects_free(&v->effects);
}

/* The group of resctrl that the guest's threads are to be in, or NULL. */
static const char *rdt_target(const struct view *v)
{
	for (size_t i = 0; i < v->plan.n_steps; i++)
		if (v->plan.steps[i].kind == STEP_RDT_TASKS && v->plan.steps[i].guest == v->guest)
			return v->plan.steps[i].target;
	return NULL;
}

/* The lines of a class's schemata that belong to a knob: "L3:0=f;1=f". */
static char *schemata_part(const struct step *s, enum qos_knob knob)
{
	const char *want = knob == KNOB_MB ? "MB" : knob == KNOB_L2 ? "L2" : "L3", *text;
	char *part = NULL;

	for (text = s->changes ? s->have : s->want; text && *text;
	     text += strcspn(text, "\n"), text += *text == '\n')
		if (!strncmp(text, want, 2))
			text_add(&part, "%s%.*s", part ? " " : "", (int)strcspn(text, "\n"), text);
	return part;
}

/* "cap=50", "vcpu 0 hard=2-3", "L3:0=7"; of cpupools the name, and of those of ours the CPUs */
static void add_xen(char **text, const struct step *s, const char *now)
{
	text_add(text, "%s", *text ? ", " : "");
	if (s->kind == STEP_XEN_AFFINITY)
		text_add(text, "vcpu %s ", s->target);
	if (s->kind == STEP_XEN_PSR)
		text_add(text, "%s:%d=", s->key, s->tid);
	else if (s->kind != STEP_XEN_MONITOR)
		text_add(text, "%s=",
			 s->kind == STEP_XEN_MOVE   ? "cpupool"
			 : s->kind == STEP_XEN_POOL ? s->target
						    : s->key);
	text_add(text, "%s", now && *now ? now : "(not set)");
}

/* Threads count; what is set for a group is shown as it is. */
static char *programmed_text(const struct view *v, enum qos_knob knob)
{
	const char *target = rdt_target(v);
	size_t threads = 0, so = 0;
	char *text = NULL;

	for (size_t i = 0; i < v->plan.n_steps; i++) {
		const struct step *s = &v->plan.steps[i];
		const char *now = s->changes ? s->have : s->want;

		if (s->kind == STEP_RDT_SCHEMATA && target && !strcmp(s->target, target) &&
		    (knob == KNOB_L3 || knob == KNOB_L2 || knob == KNOB_MB))
			return schemata_part(s, knob);
		if (s->guest != v->guest || s->knob != knob)
			continue;
		if (s->kind == STEP_AFFINITY || s->kind == STEP_IOPRIO) {
			threads++;
			so += !s->changes;
		} else if (s->kind >= STEP_XEN_SCHED && s->kind <= STEP_XEN_MONITOR) {
			add_xen(&text, s, now);
		} else if (s->kind == STEP_UNIT_PROPERTY || s->kind == STEP_CGROUP_FILE) {
			text_add(&text, "%s%s=%s", text ? ", " : "", s->key, now && *now ? now : "(not set)");
		}
	}
	for (char *c = text; c && *c; c++)
		if (*c == '\n')
			*c = ';';
	return threads ? text_fmt("%zu of %zu threads", so, threads) : text;
}

static char *effective_text(const struct view *v, enum qos_knob knob)
{
	char *text = NULL;

	for (size_t i = 0; i < v->effects.n; i++) {
		const struct effect *e = &v->effects.v[i];

		if (e->knob == knob && e->effective)
			text_add(&text, "%s%s", text ? "; " : "", e->effective);
	}
	return text;
}

static struct json_object *json_whys(const struct view *v, enum qos_knob knob)
{
	struct json_object *list = json_object_new_array();

	for (size_t i = 0; i < v->effects.n; i++)
		if (v->effects.v[i].knob == knob && v->effects.v[i].why)
			json_object_array_add(list, json_object_new_string(v->effects.v[i].why));
	for (size_t i = 0; i < v->plan.n_notes; i++)
		if (v->plan.notes[i].guest == v->guest && v->plan.notes[i].knob == knob)
			json_object_array_add(list, json_object_new_string(v->plan.notes[i].text));
	return list;
}

/* What a plan would still change makes a knob not applied, whatever the kernel would do with it. */
static const char *state_of(const struct view *v, enum qos_knob knob)
{
	if (!v->g)
		return "does not run";
	for (size_t i = 0; i < v->plan.n_steps; i++)
		if (v->plan.steps[i].guest == v->guest && v->plan.steps[i].knob == knob &&
		    v->plan.steps[i].changes)
			return "not applied";
	return effect_kind_name[effects_worst(&v->effects, knob)];
}

static void explain_knob(const struct view *v, enum qos_knob knob, struct libscols_table *table,
			 struct json_object *list)
{
	bool asked = qos_guest_knobs(&v->h->cfg->qos, v->want) >> knob & 1;
	_cleanup_(freep) char *requested = asked ? requested_text(&v->h->cfg->qos, v->want, knob)
						 : strdup("-");
	_cleanup_(freep) char *programmed = NULL, *effective = NULL;
	struct json_object *o = json_object_new_object();
	const char *state = state_of(v, knob);

	if (v->g) {
		programmed = programmed_text(v, knob);
		effective = effective_text(v, knob);
	}
	json_add_str(o, "knob", qos_knob_name[knob]);
	json_opt_str(o, "requested", requested);
	json_opt_str(o, "programmed", programmed);
	json_opt_str(o, "effective", effective);
	json_add_str(o, "effect", state);
	json_add_bool(o, "required", v->want->require >> knob & 1);
	json_object_object_add(o, "why", json_whys(v, knob));
	json_object_array_add(list, o);
	if (table)
		table_row(table,
			  (const char *const[]){ qos_knob_name[knob], requested ? requested : "?",
						 programmed ? programmed : "-", state,
						 effective ? effective : "-" },
			  3, !strcmp(state, "none") || !strcmp(state, "partly") ? "yellow" : NULL);
}

static void print_whys(const struct view *v)
{
	for (int knob = 0; knob < KNOBS; knob++) {
		struct json_object *list = json_whys(v, (enum qos_knob)knob);

		for (size_t i = 0; i < json_object_array_length(list); i++)
			printf("%s: %s\n", qos_knob_name[knob],
			       json_object_get_string(json_object_array_get_idx(list, i)));
		json_object_put(list);
	}
}

static void print_missing(const struct view *v)
{
	for (int past = 0; past < 2; past++) {
		_cleanup_(freep) char *words = effects_missing(&v->effects, v->want->require, past, 0);

		if (words)
			error_say("%s", words);
	}
}

static int fill(struct view *v)
{
	const struct plan_args args = { .qos = &v->h->cfg->qos,
					.guests = &v->h->guests,
					.caps = &v->h->caps };
	const struct effect_args a = {
		.fs = v->h->fs,
		.cfg = v->h->cfg,
		.qos = &v->h->cfg->qos,
		.caps = &v->h->caps,
		.guests = &v->h->guests,
		.guest = v->guest,
		.want = v->want,
		.plan = &v->plan,
	};
	int rc = plan_make(&args, &v->plan);

	return rc || !v->g ? rc : guest_effects(&a, &v->effects);
}

/* What was asked for once, and is still so. */
static uint32_t left_over(const struct view *v)
{
	uint32_t knobs = 0;

	for (size_t i = 0; i < v->plan.n_steps; i++)
		if (v->plan.steps[i].guest == v->guest && v->g && v->plan.steps[i].changes)
			knobs |= 1U << v->plan.steps[i].knob;
	return knobs;
}

static int explain(struct view *v, struct json_object *all)
{
	static const char *const heads[] = { "KNOB", "REQUESTED", "PROGRAMMED", "EFFECT", "EFFECTIVE", NULL };
	struct json_object *o = json_object_new_object(), *list = json_object_new_array();
	struct libscols_table *table = globals.json ? NULL : table_new(heads);
	uint32_t knobs = qos_guest_knobs(&v->h->cfg->qos, v->want);

	if (fill(v)) {
		error_say("out of memory");
		return EXIT_ERROR;
	}
	knobs |= left_over(v);
	for (int knob = 0; knob < KNOBS; knob++)
		if (knobs >> knob & 1)
			explain_knob(v, (enum qos_knob)knob, table, list);
	json_add_str(o, "entry", v->want->name);
	json_opt_str(o, "guest", v->g ? v->g->name : NULL);
	json_object_object_add(o, "knobs", list);
	json_object_object_add(o, "errors", json_strings(v->plan.errors, v->plan.n_errors));
	json_object_array_add(all, o);
	if (globals.json)
		return EXIT_DONE;
	printf("%s%s%s\n", v->want->name, v->g ? ": " : ": does not run", v->g ? v->g->name : "");
	if (table)
		table_print(table);
	print_whys(v);
	print_missing(v);
	for (size_t i = 0; i < v->plan.n_errors; i++)
		error_say("%s", v->plan.errors[i]);
	return EXIT_DONE;
}

/* Every running guest that a word means, by its own name or by its entry's; the entry alone when none runs. */
static int explain_word(const struct guest_host *h, const char *word, struct json_object *all)
{
	const struct qos_guest *entry = qos_guest_find(&h->cfg->qos, word);
	bool found = false;
	int rc = EXIT_DONE;

	for (size_t i = 0; i < h->guests.n && !rc; i++) {
		const struct guest *g = &h->guests.v[i];
		const struct qos_guest *want = guest_host_entry(h, g), nothing = { .name = g->name };
		_cleanup_(view_free) struct view v = { .h = h, .g = g, .guest = (int)i };

		/* one that is not in the file any more still has what was set for it */
		if ((want || g->n_past) && !strcmp(g->name, word))
			v.want = want ? want : &nothing;
		else if (want && want == entry)
			v.want = want;
		else
			continue;
		found = true;
		rc = explain(&v, all);
	}
	if (!rc && !found && entry) {
		_cleanup_(view_free) struct view v = { .h = h, .want = entry, .guest = -1 };

		return explain(&v, all);
	}
	if (!rc && !found) {
		error_say("no guest %s in the file", word);
		return EXIT_ERROR;
	}
	return rc;
}

int guest_run_explain(const struct guest_opts *opts)
{
	_cleanup_(guest_host_free) struct guest_host h = GUEST_HOST_INIT;
	struct json_object *all = json_object_new_array(), *o;
	int rc = guest_host_config(&h);

	if (!rc)
		rc = guest_host_read(&h, true, GUEST_EVERYTHING);
	for (size_t i = 0; i < opts->words.n && !rc; i++)
		rc = explain_word(&h, opts->words.v[i], all);
	if (rc || !globals.json) {
		json_object_put(all);
		return rc;
	}
	o = json_object_new_object();
	json_object_object_add(o, "guests", all);
	json_print(o);
	return rc;
}
