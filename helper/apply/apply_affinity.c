// SPDX-License-Identifier: GPL-2.0-only
/*
 * apply_affinity.c - CPUs and I/O priority of single threads, and moving memory between nodes
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "apply/apply_affinity.h"
#include "lib/units.h"

#define IOPRIO_WHO_PROCESS 1
#define IOPRIO_CLASS_SHIFT 13

/* as many nodes as migrate_pages(2) is told of */
#define NODES	      1024
#define BITS_PER_WORD (8 * sizeof(unsigned long))

/*
 * Thread ids are used again: one that is no longer a thread of the guest may be anybody's. What remains open
 * between the look and the call, no call of the kernel can close.
 */
static bool is_guests(const struct guest *g, pid_t tid)
{
	_cleanup_(freep) char *path = NULL;

	for (size_t i = 0; i < g->n_threads; i++)
		if (g->threads[i].tid == tid && g->threads[i].kernel)
			return true;
	path = text_fmt("/proc/%d/task/%d", g->pid, tid);
	return path && !access(path, F_OK);
}

static int fail(int err, char **words, const struct step *s, const char *what)
{
	*words = text_fmt("thread %d: cannot %s %s: %s", s->tid, what, s->want, strerror(err));
	return -err;
}

static int set_cpus(const struct step *s, const char *list, char **err)
{
	struct idset *set = calloc(1, sizeof(*set));
	int rc = 0;

	if (!set)
		return -ENOMEM;
	if (!units_list(list, set))
		rc = fail(EINVAL, err, s, "pin to CPUs");
	/* a set of bits as the kernel has it; longer than its own it may be */
	else if (syscall(SYS_sched_setaffinity, s->tid, sizeof(set->w), set->w))
		rc = fail(errno, err, s, "pin to CPUs");
	free(set);
	return rc;
}

/* "rt/0", "be/4", "idle", "none" */
static int ioprio_of(const char *text)
{
	static const char *const classes[] = { "none", "rt", "be", "idle" };
	size_t n = strcspn(text, "/");

	for (int i = 0; i < 4; i++)
		if (strlen(classes[i]) == n && !strncmp(classes[i], text, n))
			return i << IOPRIO_CLASS_SHIFT | (text[n] ? atoi(text + n + 1) & 7 : 0);
	return -1;
}

static int set_ioprio(const struct step *s, const char *text, char **err)
{
	int prio = ioprio_of(text);

	if (prio < 0)
		return fail(EINVAL, err, s, "set the I/O priority");
	if (syscall(SYS_ioprio_set, IOPRIO_WHO_PROCESS, s->tid, prio))
		return fail(errno, err, s, "set the I/O priority");
	return 0;
}

static int migrate(const struct step *s, const struct caps *caps, char **err)
{
	unsigned long from[NODES / BITS_PER_WORD] = { 0 }, to[NODES / BITS_PER_WORD] = { 0 };
	struct idset *nodes = calloc(1, sizeof(*nodes));
	int rc = 0;

	if (!nodes)
		return -ENOMEM;
	if (!units_list(s->want, nodes))
		rc = fail(EINVAL, err, s, "move memory to nodes");
	for (size_t i = 0; i < caps->n_nodes && !rc; i++) {
		uint32_t id = caps->nodes[i].id;
		unsigned long bit = 1UL << id % BITS_PER_WORD;

		if (id < NODES)
			(idset_has(nodes, id) ? to : from)[id / BITS_PER_WORD] |= bit;
	}
	/* a positive result is the number of pages that could not be moved: pinned ones, for instance */
	if (!rc && syscall(SYS_migrate_pages, s->tid, (unsigned long)NODES, from, to) < 0)
		rc = fail(errno, err, s, "move memory to nodes");
	free(nodes);
	return rc;
}

int apply_affinity(const struct guest *g, const struct caps *caps, const struct step *s, char **err)
{
	if (!is_guests(g, s->tid))
		return fail(ESRCH, err, s, "set");
	switch (s->kind) {
	case STEP_AFFINITY:
		return set_cpus(s, s->want, err);
	case STEP_IOPRIO:
		return set_ioprio(s, s->want, err);
	default:
		return migrate(s, caps, err);
	}
}

int apply_affinity_undo(const struct guest *g, const struct caps *caps, const struct step *s, char **err)
{
	char *all;
	int rc;

	if (s->kind == STEP_MIGRATE || !is_guests(g, s->tid))
		return 0;
	if (s->kind == STEP_IOPRIO)
		return set_ioprio(s, s->have ? s->have : "none", err);
	if (s->have && *s->have)
		return set_cpus(s, s->have, err);
	all = units_list_str(&caps->online);
	rc = all ? set_cpus(s, all, err) : -ENOMEM;
	free(all);
	return rc;
}
