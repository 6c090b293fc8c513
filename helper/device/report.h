/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * report.h - tables, JSON and findings on standard output
 *
 * report*.c are the only files that touch libsmartcols. JSON keys are the words of uapi/hvclaim.yaml with
 * underscores for dashes, values of enums the words as they are.
 */
#ifndef HVCLAIM_REPORT_H
#define HVCLAIM_REPORT_H

#include <stdio.h>

#include <json-c/json.h>

#include "device/explain.h"
#include "device/model.h"
#include "device/pci.h"

struct libscols_table;

/** table_new() - a table with these headings, up to a NULL; the last column is cut at a terminal's edge */
struct libscols_table *table_new(const char *const *heads);
/** table_row() - one cell for each heading; @colour of the cell @nth, or NULL */
int table_row(struct libscols_table *t, const char *const *cells, size_t nth, const char *colour);
/** table_print() - print and free */
void table_print(struct libscols_table *t);

/** severity_colour() - a colour's name, or NULL when standard output is not a terminal */
const char *severity_colour(enum hvclaim_severity s, bool to_stderr);

/** json_print() - one object, as -p says, and free it */
void json_print(struct json_object *o);
/** json_finish() - json_print() where JSON was asked for; free it in any case */
void json_finish(struct json_object *o);
/** json_line() - one object on one line, flushed; freed */
void json_line(struct json_object *o);
void json_add_str(struct json_object *o, const char *key, const char *value);
/** json_opt_str() - only when there is a value */
void json_opt_str(struct json_object *o, const char *key, const char *value);
void json_add_int(struct json_object *o, const char *key, int64_t value);
void json_add_bool(struct json_object *o, const char *key, bool value);
void json_add_addr(struct json_object *o, const char *key, struct addr a);

/* Objects of JSON; @ctx may be NULL, then findings are without words. */
struct json_object *json_findings(const struct findings *list, struct explain_ctx *ctx);
struct json_object *json_dev(const struct dev *d, struct pci_names *names, struct explain_ctx *ctx);
struct json_object *json_claim(const struct claim *c, struct explain_ctx *ctx);
struct json_object *json_rule(const struct rule *r);
struct json_object *json_group(const struct group *g, struct explain_ctx *ctx);

/** findings_print() - "REASON  ADDR: what" and what to do; notes only when @notes */
void findings_print(FILE *out, const struct findings *list, struct explain_ctx *ctx, bool notes);

/** findings_worst() - the worst severity of what is not allowed; note when there is nothing */
enum hvclaim_severity findings_worst(const struct findings *list);

/**
 * rule_functions() - what became of the functions that a rule matches, a blank between them
 *
 * "0000:01:00.0", with ":REASON" where it could not be taken, and with a count behind the first few.
 *
 * Return: to be freed; NULL when memory is out.
 */
char *rule_functions(const struct rule *r);

/** rule_details() - why functions could not be taken, and what is wrong with a rule that does not parse */
void rule_details(FILE *out, const struct rule *r);

/** vfio_nodes() - the nodes through which a held function is used: strings to be freed, and the list */
size_t vfio_nodes(struct addr a, char *nodes[2]);

/** report_time() - nanoseconds since 1970 as local time; returns @buf */
const char *report_time(uint64_t ns, char *buf, size_t size);

#endif
