// SPDX-License-Identifier: GPL-2.0-only
/*
 * guest_thread.c - the threads of a guest: what they are for, and where they may run
 */
#define _GNU_SOURCE 1
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "guest/guest_priv.h"
#include "lib/units.h"

#define IOPRIO_WHO_PROCESS 1

/* The rest of a line "KEY:\tVALUE" of a file, in a copy; NULL when it is not there. */
static char *field(const char *text, const char *key)
{
	size_t n = strlen(key);

	for (const char *line = text; line; line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL)
		if (!strncmp(line, key, n) && line[n] == ':') {
			line += n + 1;
			line += strspn(line, "\t ");
			return strndup(line, strcspn(line, "\n"));
		}
	return NULL;
}

/* -ESRCH: has ended */
static int read_thread(const struct hostfs *fs, const char *dir, uint32_t knobs, struct guest_thread *t,
		       char **comm)
{
	_cleanup_(freep) char *status = NULL, *cpus = NULL;

	/* a thread of a recorded tree is not one of this machine */
	if (knobs & 1U << KNOB_IO_PRIORITY && !strcmp(fs->proc, "/proc"))
		t->ioprio = (int)syscall(SYS_ioprio_get, IOPRIO_WHO_PROCESS, t->tid);
	status = hostfs_value(NULL, "%s/status", dir);
	*comm = status ? field(status, "Name") : NULL;
	if (!*comm)
		return -ESRCH;
	cpus = field(status, "Cpus_allowed_list");
	if (cpus)
		units_list(cpus, &t->cpus);
	return 0;
}

static int add_thread(struct guest *g, const struct guest_thread *t)
{
	struct guest_thread *v = realloc(g->threads, (g->n_threads + 1) * sizeof(*v));

	if (!v)
		return -ENOMEM;
	g->threads = v;
	v[g->n_threads++] = *t;
	return 0;
}

/* Without debug-threads=on no thread has a name, but libvirt knows its vCPUs. */
static void ask_libvirt(const struct guest *g, struct guest_thread *t)
{
	for (size_t i = 0; i < g->n_vcpus; i++)
		if (g->vcpus[i] == t->tid) {
			t->role = ROLE_VCPU;
			t->index = (uint32_t)i;
		}
}

/* What it is for, by its name. */
static void role_of(const struct guest *g, const char *comm, struct guest_thread *t)
{
	const struct qemu_args args = { .iothreads = g->iothreads, .n_iothreads = g->n_iothreads };

	t->role = qemu_thread_role(comm, &args, &t->index);
	if (t->role == ROLE_EMULATOR)
		ask_libvirt(g, t);
}

static int read_one(const struct hostfs *fs, pid_t tid, bool kernel, struct guest *g)
{
	struct guest_thread t = { .tid = tid, .role = ROLE_EMULATOR, .kernel = kernel, .ioprio = -1 };
	_cleanup_(freep) char *dir = NULL, *comm = NULL;
	int rc;

	if (!(g->knobs & (GUEST_PINS | 1U << KNOB_IO_PRIORITY)))
		return add_thread(g, &t);
	dir = kernel ? text_fmt("%s/%d", fs->proc, tid) : text_fmt("%s/%d/task/%d", fs->proc, g->pid, tid);
	rc = dir ? read_thread(fs, dir, g->knobs, &t, &comm) : -ENOMEM;
	if (rc)
		return rc == -ESRCH ? 0 : rc; /* threads come and go */
	role_of(g, comm, &t);
	return add_thread(g, &t);
}

int guest_kernel_thread(const struct hostfs *fs, pid_t tid, enum thread_role role, uint32_t index,
			struct guest *g)
{
	_cleanup_(freep) char *dir = text_fmt("%s/%d", fs->proc, tid);
	_cleanup_(freep) char *comm = NULL;
	struct guest_thread t = { .tid = tid, .role = role, .index = index, .kernel = true, .ioprio = -1 };
	int rc = dir ? read_thread(fs, dir, GUEST_EVERYTHING, &t, &comm) : -ENOMEM;

	if (rc)
		return rc == -ESRCH ? 0 : rc;
	return add_thread(g, &t);
}

static int compare(const void *a, const void *b)
{
	const struct guest_thread *x = a, *y = b;

	if (x->role != y->role)
		return (int)x->role - (int)y->role;
	if (x->index != y->index)
		return x->index < y->index ? -1 : 1;
	return x->tid < y->tid ? -1 : x->tid > y->tid;
}

static bool has_thread(const struct guest *g, pid_t tid)
{
	for (size_t i = 0; i < g->n_threads; i++)
		if (g->threads[i].tid == tid)
			return true;
	return false;
}

static void forget(struct guest *g)
{
	for (size_t i = 0; i < g->n_threads; i++) {
		free(g->threads[i].rdt_group);
		free(g->threads[i].rdt_mon);
	}
	g->n_threads = 0;
}

int guest_threads_read(const struct hostfs *fs, const struct guests *all, struct guest *g)
{
	_cleanup_(closedirp) DIR *d = hostfs_dir("%s/%d/task", fs->proc, g->pid);
	struct dirent *e;
	int rc = d ? 0 : -ESRCH;

	forget(g);
	while (!rc && (e = dir_next(d)))
		if (isdigit((unsigned char)e->d_name[0]))
			rc = read_one(fs, (pid_t)atoi(e->d_name), false, g);
	if (!rc && !g->n_threads)
		rc = -ESRCH;
	for (size_t i = 0; !rc && i < all->n_vhosts; i++)
		if (has_thread(g, all->vhosts[i].owner))
			rc = read_one(fs, all->vhosts[i].tid, true, g);
	if (!rc)
		qsort(g->threads, g->n_threads, sizeof(*g->threads), compare);
	return rc;
}
