// SPDX-License-Identifier: GPL-2.0-only
/*
 * report.c - tables and findings for people
 */
#define _GNU_SOURCE 1
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <libsmartcols/libsmartcols.h>

#include "cmd/cmd.h"
#include "device/report.h"
#include "lib/late.h"
#include "lib/words.h"

#define FUNCTIONS(X)                 \
	X(scols_cell_set_color)      \
	X(scols_line_get_cell)       \
	X(scols_line_set_data)       \
	X(scols_new_table)           \
	X(scols_print_table)         \
	X(scols_table_enable_colors) \
	X(scols_table_get_ncols)     \
	X(scols_table_new_column)    \
	X(scols_table_new_line)      \
	X(scols_unref_table)

LATE_DECLARE(libsmartcols, FUNCTIONS);
LATE_DEFINE(libsmartcols, FUNCTIONS);

struct libscols_table *table_new(const char *const *heads)
{
	struct libscols_table *t;

	late_must(&libsmartcols_late);
	t = libsmartcols.scols_new_table();
	if (!t)
		return NULL;
	for (size_t i = 0; heads[i]; i++)
		if (!libsmartcols.scols_table_new_column(t, heads[i], 0, heads[i + 1] ? 0 : SCOLS_FL_TRUNC)) {
			libsmartcols.scols_unref_table(t);
			return NULL;
		}
	libsmartcols.scols_table_enable_colors(t, isatty(STDOUT_FILENO));
	return t;
}

int table_row(struct libscols_table *t, const char *const *cells, size_t nth, const char *colour)
{
	struct libscols_line *line = libsmartcols.scols_table_new_line(t, NULL);
	int rc = line ? 0 : -1;

	for (size_t i = 0; i < libsmartcols.scols_table_get_ncols(t) && !rc; i++)
		rc = libsmartcols.scols_line_set_data(line, i, cells[i]);
	if (!rc && colour)
		rc = libsmartcols.scols_cell_set_color(libsmartcols.scols_line_get_cell(line, nth), colour);
	return rc;
}

void table_print(struct libscols_table *t)
{
	libsmartcols.scols_print_table(t);
	libsmartcols.scols_unref_table(t);
}

const char *severity_colour(enum hvclaim_severity s, bool to_stderr)
{
	static int coloured[2] = { -1, -1 }; /* asked for each line of a table */

	if (coloured[to_stderr] < 0)
		coloured[to_stderr] = isatty(to_stderr ? STDERR_FILENO : STDOUT_FILENO);
	if (!coloured[to_stderr])
		return NULL;
	return s == HVCLAIM_SEVERITY_FATAL ? "red" : s == HVCLAIM_SEVERITY_ASK ? "yellow" : "green";
}

static const char *colour_start(const char *name)
{
	return !name			 ? ""
	       : !strcmp(name, "red")	 ? "\033[31m"
	       : !strcmp(name, "yellow") ? "\033[33m"
					 : "\033[32m";
}

enum hvclaim_severity findings_worst(const struct findings *list)
{
	enum hvclaim_severity worst = HVCLAIM_SEVERITY_NOTE;

	for (size_t i = 0; i < list->n; i++)
		if (!list->v[i].allowed && list->v[i].severity > worst)
			worst = list->v[i].severity;
	return worst;
}

static void finding_print(FILE *out, const struct finding *f, struct explain_ctx *ctx)
{
	enum hvclaim_severity s = f->allowed ? HVCLAIM_SEVERITY_NOTE : f->severity;
	const char *colour = severity_colour(s, out == stderr);
	char *what = NULL, *advice = NULL, addr[ADDR_STR_LEN] = "";
	size_t n;

	explain_finding(ctx, f, &what, &advice);
	if (f->has_function)
		addr_str(f->function, addr);
	n = strlen(addr);
	fprintf(out, "%s%s%s  ", colour_start(colour), reason_word(f->reason), colour ? "\033[0m" : "");
	if (n && !(what && !strncmp(what, addr, n) && what[n] == ':'))
		fprintf(out, "%s: ", addr);
	fprintf(out, "%s%s\n", what ? what : "?",
		f->allowed			       ? " (allowed)"
		: f->severity == HVCLAIM_SEVERITY_NOTE ? " (note)"
						       : "");
	if (advice)
		fprintf(out, "    %s\n", advice);
	free(what);
	free(advice);
}

void findings_print(FILE *out, const struct findings *list, struct explain_ctx *ctx, bool notes)
{
	/* what stops the request comes first */
	for (int s = HVCLAIM_SEVERITY_FATAL; s >= (notes ? 0 : 1); s--)
		for (size_t i = 0; i < list->n; i++)
			if ((int)(list->v[i].allowed ? HVCLAIM_SEVERITY_NOTE : list->v[i].severity) == s)
				finding_print(out, &list->v[i], ctx);
}

size_t vfio_nodes(struct addr a, char *nodes[2])
{
	_cleanup_(freep) char *dir = hostfs_dev(&hostfs_default, a);
	_cleanup_(freep) char *group = dir ? hostfs_link("%s/iommu_group", dir) : NULL;
	_cleanup_(closedirp) DIR *d = dir ? hostfs_dir("%s/vfio-dev", dir) : NULL;
	struct dirent *e = d ? dir_next(d) : NULL;
	size_t n = 0;

	if (group)
		nodes[n] = text_fmt("/dev/vfio/%s", group);
	if (group && nodes[n] && !access(nodes[n], F_OK))
		n++;
	else if (group)
		free(nodes[n]);
	if (!e)
		return n;
	nodes[n] = text_fmt("/dev/vfio/devices/%s", e->d_name);
	if (nodes[n] && !access(nodes[n], F_OK))
		return n + 1;
	free(nodes[n]);
	return n;
}

const char *report_time(uint64_t ns, char *buf, size_t size)
{
	time_t s = (time_t)(ns / 1000000000);
	struct tm tm;

	if (!localtime_r(&s, &tm) || !strftime(buf, size, "%Y-%m-%dT%H:%M:%S%z", &tm))
		*buf = '\0';
	return buf;
}
