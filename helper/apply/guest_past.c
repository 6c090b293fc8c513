// SPDX-License-Identifier: GPL-2.0-only
/*
 * guest_past.c - what earlier runs of ours set for the guests that run
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/append.h"
#include "apply/guest_past.h"

/* in a directory of its own: the watcher looks at what happens in the one above */
#define DIRECTORY "hvclaim/qos"

int guest_past_add(struct guest *g, const char *word)
{
	char *copy, **slot;

	for (size_t i = 0; i < g->n_past; i++)
		if (!strcmp(g->past[i], word))
			return 0;
	copy = strdup(word);
	slot = copy ? append(g->past, g->n_past) : NULL;
	if (!slot) {
		free(copy);
		return -ENOMEM;
	}
	*slot = copy;
	return 0;
}

void guest_past_forget(struct guest *g)
{
	for (size_t i = 0; i < g->n_past; i++)
		free(g->past[i]);
	free(g->past);
	g->past = NULL;
	g->n_past = 0;
}

/* When a process started, in ticks since boot: with its number that means no other process ever. */
static uint64_t started(const struct hostfs *fs, pid_t pid)
{
	_cleanup_(freep) char *stat = hostfs_value(NULL, "%s/%d/stat", fs->proc, pid);
	/* the name may have anything in it, but nothing behind it has a bracket */
	const char *c = stat ? strrchr(stat, ')') : NULL;

	/* the 22nd field; the name is the second */
	for (int field = 2; c && field < 22; field++)
		c = strchr(c + 1, ' ');
	return c ? strtoull(c + 1, NULL, 10) : 0;
}

/*
 * Whose line it is, by what no other guest has until the host is booted anew: "PID STARTED ", or "xen DOMID ". Moves @line
 * behind that.
 */
static struct guest *whose(const struct guests *all, char **line)
{
	bool xen = !strncmp(*line, "xen ", 4);
	uint64_t id = strtoull(xen ? *line + 4 : *line, line, 10);
	uint64_t start = !xen && **line == ' ' ? strtoull(*line + 1, line, 10) : 0;

	for (size_t i = 0; i < all->n && **line == ' '; i++) {
		struct guest *g = &all->v[i];

		if (xen ? g->xen && g->domid == id
			: !g->xen && g->pid && (uint64_t)g->pid == id && g->started == start)
			return g;
	}
	return NULL;
}

/* "PID STARTED WORD WORD …", or "xen DOMID WORD …" */
static int read_line(const struct guests *all, char *line)
{
	struct guest *g = whose(all, &line);
	char *word;
	int rc = 0;

	while (g && !rc && (word = strsep(&line, " ")))
		if (*word)
			rc = guest_past_add(g, word);
	return rc;
}

int guest_past_read(const struct hostfs *fs, struct guests *all)
{
	_cleanup_(freep) char *text = hostfs_read(NULL, "%s/" DIRECTORY "/applied", fs->run);
	char *rest = text, *line;
	int rc = 0;

	for (size_t i = 0; i < all->n; i++)
		all->v[i].started = all->v[i].pid ? started(fs, all->v[i].pid) : 0;
	while (!rc && rest && (line = strsep(&rest, "\n")))
		rc = read_line(all, line);
	return rc;
}

/* What the file is to say, without the last newline; an empty text when nobody has a past. */
static int text_of(const struct guests *all, char **text)
{
	size_t len = 0;
	FILE *f = open_memstream(text, &len);
	bool first = true, wrong;

	for (size_t i = 0; i < all->n && f; i++) {
		const struct guest *g = &all->v[i];

		if (!g->n_past || (!g->pid && !g->xen))
			continue;
		fputs(first ? "" : "\n", f);
		first = false;
		if (g->xen)
			fprintf(f, "xen %" PRIu32, g->domid);
		else
			fprintf(f, "%d %" PRIu64, g->pid, g->started);
		for (size_t k = 0; k < g->n_past; k++) {
			fputc(' ', f);
			fputs(g->past[k], f);
		}
	}
	wrong = !f || ferror(f);
	return (f && fclose(f)) || wrong ? -ENOMEM : 0;
}

static int replace(const struct hostfs *fs, const char *path, const char *text)
{
	_cleanup_(freep) char *part = text_fmt("%s.new", path), *up = text_fmt("%s/hvclaim", fs->run);
	_cleanup_(freep) char *dir = text_fmt("%s/" DIRECTORY, fs->run);
	int fd, rc = 0;

	if (!part || !up || !dir)
		return -ENOMEM;
	(void)mkdir(up, 0755);
	(void)mkdir(dir, 0755);
	fd = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (fd < 0 || dprintf(fd, "%s\n", text) < 0)
		rc = -errno;
	if (fd >= 0 && close(fd) && !rc)
		rc = -errno;
	return !rc && rename(part, path) ? -errno : rc;
}

int guest_past_write(const struct hostfs *fs, const struct guests *all, char **err)
{
	_cleanup_(freep) char *path = text_fmt("%s/" DIRECTORY "/applied", fs->run), *text = NULL,
			      *now = NULL;
	int rc = path ? text_of(all, &text) : -ENOMEM;

	if (rc)
		return rc;
	now = hostfs_read(NULL, "%s", path);
	if (!strcmp(text, now ? now : ""))
		return 0;
	if (*text)
		rc = replace(fs, path, text);
	else if (unlink(path))
		rc = -errno;
	if (rc)
		*err = text_fmt("%s: %s", path, strerror(-rc));
	return rc;
}
