// SPDX-License-Identifier: GPL-2.0-only
/*
 * simplan.c - what tests expect of a plan
 */
#include <string.h>

#include "lib/hostfs.h"
#include "simplan.h"

const char gold_and_bulk[] = "classes:\n"
			     "  gold: {partition: exclusive, L3: {all: 12MiB}, MB: {all: 100%}}\n"
			     "  bulk: {partition: shared, L3: {all: 30%, 1: 0x0f}, MB: {all: 50%}}\n"
			     "guests:\n"
			     "  db1: {class: gold, monitor: true}\n"
			     "  web1: {class: bulk}\n"
			     "  web2: {class: bulk, monitor: true}\n";

const char gold_alone[] = "classes:\n"
			  "  gold: {partition: exclusive, L3: 12MiB}\n"
			  "guests:\n"
			  "  db1: {class: gold}\n";

const char *const three[] = { "db1", "web1", "web2", NULL };

void two_sockets(struct sim *s, const char *yaml)
{
	sim_new(s, yaml);
	sim_cache(s, RDT_L3, 20, 30 * MIB, 16, "0-1");
	sim_mb(s, 10, 10, 8, "0-1");
	sim_mon(s, 32);
}

void guests(struct sim *s, const char *const *names)
{
	for (; *names; names++)
		sim_guest(s, *names, 2);
}

static char *file_of(const char *keys)
{
	return text_fmt("guests: {g: {%s}}\n", keys);
}

struct guest *one_guest(struct sim *s, const char *keys)
{
	char *yaml = file_of(keys);

	sim_new(s, yaml);
	free(yaml);
	return sim_guest(s, "g", 2);
}

struct guest *plain_guest(struct sim *s, const char *keys)
{
	struct guest *g = one_guest(s, keys);

	s->caps.systemd = false;
	free(g->unit);
	g->unit = NULL;
	return g;
}

void rekey(struct sim *s, const char *keys)
{
	char *yaml = file_of(keys);

	sim_config(s, yaml);
	free(yaml);
}

/* Steps as lines: key and value; threads by their number. */
static char *steps_of(const struct plan *p)
{
	char *text = strdup("");

	for (size_t i = 0; i < p->n_steps; i++) {
		const struct step *s = &p->steps[i];

		if (!s->changes)
			continue;
		if (*text)
			text_add(&text, "\n");
		if (s->kind == STEP_AFFINITY)
			text_add(&text, "cpus %d %s", (int)s->tid, s->want);
		else if (s->kind == STEP_IOPRIO)
			text_add(&text, "ioprio %d %s", (int)s->tid, s->want);
		else if (s->kind == STEP_MIGRATE)
			text_add(&text, "migrate %d %s", (int)s->tid, s->want);
		else
			text_add(&text, "%s %s", s->key ? s->key : s->target, s->want ? s->want : "");
	}
	return text;
}

static void plan_without_error(const struct sim *s, bool clear, struct plan *p)
{
	sim_plan(s, clear, p);
	if (p->n_errors)
		fail_msg("%s", p->errors[0]);
}

void expect_steps(const struct sim *s, bool clear, const char *expected)
{
	struct plan p;
	char *text;

	plan_without_error(s, clear, &p);
	text = steps_of(&p);
	assert_string_equal(text, expected);
	free(text);
	plan_free(&p);
}

void settle(struct sim *s, bool clear)
{
	struct plan p;

	plan_without_error(s, clear, &p);
	if (!sim_apply(s, &p, SIZE_MAX))
		fail_msg("refused: %s", s->refused);
	plan_free(&p);
	if (sim_overlap(s))
		fail_msg("overlap: %s", sim_overlap(s));
	expect_steps(s, clear, "");
}

void expect_error(const struct sim *s, const char *words)
{
	struct plan p;

	sim_plan(s, false, &p);
	if (p.n_errors != 1 || !strstr(p.errors[0], words))
		fail_msg("%zu errors, the first: %s\nfor %s", p.n_errors, p.n_errors ? p.errors[0] : "",
			 words);
	assert_false(plan_changes(&p));
	plan_free(&p);
}

void assert_note(const struct plan *p, const char *words)
{
	for (size_t i = 0; i < p->n_notes; i++)
		if (strstr(p->notes[i].text, words))
			return;
	fail_msg("%zu notes, the first: %s\nfor %s", p->n_notes, p->n_notes ? p->notes[0].text : "", words);
}

void expect_note(const struct sim *s, const char *words)
{
	struct plan p;

	plan_without_error(s, false, &p);
	assert_note(&p, words);
	plan_free(&p);
}

void assert_groups(const struct sim *s, const char *expected)
{
	char *text = sim_groups(s);

	assert_string_equal(text, expected);
	free(text);
}
