/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * report_plan.h - plans and what became of them, for people and as JSON
 */
#ifndef HVCLAIM_REPORT_PLAN_H
#define HVCLAIM_REPORT_PLAN_H

#include <stdio.h>

#include "apply/apply.h"
#include "device/report.h"

/** plan_print_steps() - one line for each step that changes something; with @all also those that do not */
void plan_print_steps(FILE *out, const struct plan *p, const struct guests *guests, bool all);

/** plan_print_done() - those that were carried out */
void plan_print_done(FILE *out, const struct plan *p, const struct guests *guests, const bool *done);

/** plan_print_notes() - what the plan cannot do, or does otherwise than the file may make believe */
void plan_print_notes(FILE *out, const struct plan *p, const struct guests *guests);

/** plan_note_text() - one of these; a string to be freed */
char *plan_note_text(const struct plan_note *n, const struct guests *guests);

/** json_steps() - all steps; @done as in struct apply_result, NULL when nothing was carried out */
struct json_object *json_steps(const struct plan *p, const struct guests *guests, const bool *done);

struct json_object *json_notes(const struct plan *p, const struct guests *guests);

/** json_strings() - an array of strings */
struct json_object *json_strings(char *const *v, size_t n);

/** plan_who() - for whom a step, note or fault is: by the name in the file, else the guest's own, else "host" */
const char *plan_who(const char *name, int guest, const struct guests *guests);

#endif
