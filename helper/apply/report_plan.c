// SPDX-License-Identifier: GPL-2.0-only
/*
 * report_plan.c - plans for people and as JSON
 */
#define _GNU_SOURCE 1
#include <stdlib.h>
#include <string.h>

#include "apply/report_plan.h"

static const char *const kinds[] = {
	[STEP_UNIT_PROPERTY] = "unit-property",
	[STEP_CGROUP_FILE] = "cgroup-file",
	[STEP_AFFINITY] = "affinity",
	[STEP_IOPRIO] = "ioprio",
	[STEP_MIGRATE] = "migrate",
	[STEP_XEN_SCHED] = "xen-sched",
	[STEP_XEN_AFFINITY] = "xen-affinity",
	[STEP_XEN_POOL] = "xen-pool",
	[STEP_XEN_MOVE] = "xen-move",
	[STEP_XEN_PSR] = "xen-psr",
	[STEP_XEN_MONITOR] = "xen-monitor",
	[STEP_RDT_MKDIR] = "rdt-mkdir",
	[STEP_RDT_SCHEMATA] = "rdt-schemata",
	[STEP_RDT_MODE] = "rdt-mode",
	[STEP_RDT_TASKS] = "rdt-tasks",
	[STEP_RDT_ROOT] = "rdt-root",
	[STEP_RDT_MON_MKDIR] = "rdt-mon-mkdir",
	[STEP_RDT_MON_TASKS] = "rdt-mon-tasks",
	[STEP_RDT_MON_RMDIR] = "rdt-mon-rmdir",
	[STEP_RDT_RMDIR] = "rdt-rmdir",
};

const char *plan_who(const char *name, int guest, const struct guests *guests)
{
	return name ? name : guest >= 0 ? guests->v[guest].name : "host";
}

static const struct guest_thread *thread_of(const struct step *s, const struct guests *guests)
{
	const struct guest *g = s->guest < 0 ? NULL : &guests->v[s->guest];

	for (size_t i = 0; g && i < g->n_threads; i++)
		if (g->threads[i].tid == s->tid)
			return &g->threads[i];
	return NULL;
}

/* "vcpu 3" */
static char *role_text(const struct step *s, const struct guests *guests)
{
	const struct guest_thread *t = thread_of(s, guests);

	if (!t)
		return text_fmt("process");
	if (t->role == ROLE_VCPU || t->role == ROLE_IOTHREAD)
		return text_fmt("%s %u", thread_role_name[t->role], t->index);
	return text_fmt("%s", thread_role_name[t->role]);
}

/* lines in one */
static char *flat(const char *text)
{
	char *s = text ? strdup(text) : NULL;

	for (char *c = s; c && *c; c++)
		if (*c == '\n')
			*c = c[1] ? ';' : '\0';
	return s;
}

static char *group_name(const struct step *s)
{
	return *s->target ? text_fmt("resctrl %s", s->target) : strdup("resctrl root");
}

static char *step_what(const struct step *s, const struct guests *guests)
{
	_cleanup_(freep) char *role = NULL, *group = NULL;

	if (s->kind >= STEP_RDT_MKDIR)
		group = group_name(s);
	switch (s->kind) {
	case STEP_UNIT_PROPERTY:
	case STEP_CGROUP_FILE:
		return text_fmt("%s %s", s->target, s->key);
	case STEP_AFFINITY:
		role = role_text(s, guests);
		return role ? text_fmt("%s (thread %d) CPUs", role, s->tid) : NULL;
	case STEP_IOPRIO:
		role = role_text(s, guests);
		return role ? text_fmt("%s (thread %d) I/O priority", role, s->tid) : NULL;
	case STEP_MIGRATE:
		return text_fmt("memory of process %d to nodes", s->tid);
	case STEP_XEN_SCHED:
		return text_fmt("domain %s %s", s->target, s->key);
	case STEP_XEN_AFFINITY:
		return text_fmt("vcpu %s %s affinity", s->target, s->key);
	case STEP_XEN_POOL:
		return text_fmt("cpupool %s CPUs", s->target);
	case STEP_XEN_MOVE:
		return text_fmt("domain %s cpupool", s->target);
	case STEP_XEN_PSR:
		return text_fmt("domain %s %s of socket %d", s->target, s->key, s->tid);
	case STEP_XEN_MONITOR:
		return text_fmt("domain %s monitoring", s->target);
	case STEP_RDT_MKDIR:
		return text_fmt("%s: make", group);
	case STEP_RDT_RMDIR:
		return text_fmt("%s: remove", group);
	case STEP_RDT_MODE:
		return text_fmt("%s: mode", group);
	case STEP_RDT_TASKS:
		return text_fmt("%s: %zu threads", group, s->n_tids);
	case STEP_RDT_MON_MKDIR:
		return text_fmt("%s: make monitor group %s", group, s->key);
	case STEP_RDT_MON_RMDIR:
		return text_fmt("%s: remove monitor group %s", group, s->key);
	case STEP_RDT_MON_TASKS:
		return text_fmt("%s: %zu threads to monitor group %s", group, s->n_tids, s->key);
	case STEP_RDT_SCHEMATA:
	case STEP_RDT_ROOT:
		break;
	}
	return text_fmt("%s:", group);
}

static void print_step(FILE *out, const struct step *s, const struct guests *guests)
{
	_cleanup_(freep) char *what = step_what(s, guests), *want = flat(s->want), *have = flat(s->have);

	fprintf(out, "%s: %s%s%s", plan_who(s->name, s->guest, guests), what ? what : "?", want ? " " : "",
		!want	? ""
		: *want ? want
			: "(nothing)");
	if (!s->changes)
		fputs(" (is so)", out);
	else if (have)
		fprintf(out, " (was %s)", *have ? have : "not set");
	fprintf(out, "%s%s\n", s->why ? ": " : "", s->why ? s->why : "");
}

void plan_print_steps(FILE *out, const struct plan *p, const struct guests *guests, bool all)
{
	for (size_t i = 0; i < p->n_steps; i++)
		if (p->steps[i].changes || all)
			print_step(out, &p->steps[i], guests);
}

void plan_print_done(FILE *out, const struct plan *p, const struct guests *guests, const bool *done)
{
	for (size_t i = 0; i < p->n_steps; i++)
		if (done[i])
			print_step(out, &p->steps[i], guests);
}

char *plan_note_text(const struct plan_note *n, const struct guests *guests)
{
	return text_fmt("%s: %s: %s", plan_who(n->name, n->guest, guests), qos_knob_name[n->knob], n->text);
}

void plan_print_notes(FILE *out, const struct plan *p, const struct guests *guests)
{
	for (size_t i = 0; i < p->n_notes; i++) {
		_cleanup_(freep) char *line = plan_note_text(&p->notes[i], guests);

		if (line)
			fprintf(out, "%s\n", line);
	}
}

struct json_object *json_strings(char *const *v, size_t n)
{
	struct json_object *list = json_object_new_array();

	for (size_t i = 0; i < n; i++)
		json_object_array_add(list, json_object_new_string(v[i]));
	return list;
}

static struct json_object *json_step(const struct step *s, const struct guests *guests, bool done)
{
	struct json_object *o = json_object_new_object(), *list;

	json_add_str(o, "guest", plan_who(s->name, s->guest, guests));
	json_add_str(o, "kind", kinds[s->kind]);
	json_add_str(o, "knob", qos_knob_name[s->knob]);
	json_opt_str(o, "target", s->target);
	json_opt_str(o, "key", s->key);
	json_opt_str(o, "want", s->want);
	json_opt_str(o, "have", s->have);
	if (s->kind == STEP_XEN_PSR)
		json_add_int(o, "socket", s->tid);
	else if (s->tid)
		json_add_int(o, "tid", s->tid);
	if (s->n_tids) {
		list = json_object_new_array();
		for (size_t i = 0; i < s->n_tids; i++)
			json_object_array_add(list, json_object_new_int(s->tids[i]));
		json_object_object_add(o, "tids", list);
	}
	json_opt_str(o, "why", s->why);
	json_add_bool(o, "changes", s->changes);
	json_add_bool(o, "done", done);
	return o;
}

struct json_object *json_steps(const struct plan *p, const struct guests *guests, const bool *done)
{
	struct json_object *list = json_object_new_array();

	for (size_t i = 0; i < p->n_steps; i++)
		json_object_array_add(list, json_step(&p->steps[i], guests, done && done[i]));
	return list;
}

struct json_object *json_notes(const struct plan *p, const struct guests *guests)
{
	struct json_object *list = json_object_new_array();

	for (size_t i = 0; i < p->n_notes; i++) {
		struct json_object *o = json_object_new_object();

		json_add_str(o, "guest", plan_who(p->notes[i].name, p->notes[i].guest, guests));
		json_add_str(o, "knob", qos_knob_name[p->notes[i].knob]);
		json_add_str(o, "text", p->notes[i].text);
		json_object_array_add(list, o);
	}
	return list;
}
