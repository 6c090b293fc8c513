// SPDX-License-Identifier: GPL-2.0-only
/*
 * guest_thread.c - the threads of a guest: what they are for, and what is set for them now
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

/*
 * "res:/" is the root, "res:gold" a group and "res:" means that resctrl is not mounted; "mon:" is no monitor
 * group then, and "mon:db1" one.
 */
static int read_rdt(const char *dir, struct guest_thread *t)
{
	_cleanup_(freep) char *text = hostfs_read(NULL, "%s/cpu_resctrl_groups", dir);
	_cleanup_(freep) char *group = text ? field(text, "res") : NULL;

	if (!group || !*group)
		return 0;
	t->rdt_mon = field(text, "mon");
	if (!t->rdt_mon)
		return -ENOMEM;
	t->rdt_mon[strcspn(t->rdt_mon, "/")] = '\0';
	t->rdt_group = strdup(*group == '/' ? group + 1 : group);
	if (!t->rdt_group)
		return -ENOMEM;
	t->rdt_group[strcspn(t->rdt_group, "/")] = '\0';
	return 0;
}

/* -ESRCH: has ended */
static int read_thread(const struct hostfs *fs, const char *dir, pid_t tid, struct guest_thread *t,
		       char **comm)
{
	_cleanup_(freep) char *status = hostfs_read(NULL, "%s/status", dir);
	_cleanup_(freep) char *cpus = NULL;

	*t = (struct guest_thread){ .tid = tid, .ioprio = -1 };
	*comm = status ? field(status, "Name") : NULL;
	if (!*comm)
		return -ESRCH;
	cpus = field(status, "Cpus_allowed_list");
	if (cpus)
		units_list(cpus, &t->cpus);
	/* a thread of a recorded tree is not one of this machine */
	if (!strcmp(fs->proc, "/proc"))
		t->ioprio = (int)syscall(SYS_ioprio_get, IOPRIO_WHO_PROCESS, tid);
	return read_rdt(dir, t);
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
static void ask_libvirt(const struct libvirt_domain *dom, struct guest_thread *t)
{
	for (size_t i = 0; dom && i < dom->n_vcpus; i++)
		if (dom->vcpus[i] == t->tid) {
			t->role = ROLE_VCPU;
			t->index = (uint32_t)i;
		}
}

static int read_one(const struct hostfs *fs, const struct libvirt_domain *dom, const struct qemu_args *args,
		    pid_t tid, bool kernel, struct guest *g)
{
	_cleanup_(freep) char *dir = kernel ? text_fmt("%s/%d", fs->proc, tid)
					    : text_fmt("%s/%d/task/%d", fs->proc, g->pid, tid);
	_cleanup_(freep) char *comm = NULL;
	struct guest_thread t = { 0 };
	int rc = dir ? read_thread(fs, dir, tid, &t, &comm) : -ENOMEM;

	if (rc == -ESRCH)
		return 0; /* threads come and go */
	if (!rc) {
		t.role = qemu_thread_role(comm, args, &t.index);
		t.kernel = kernel;
		if (t.role == ROLE_EMULATOR)
			ask_libvirt(dom, &t);
		rc = add_thread(g, &t);
	}
	if (rc) {
		free(t.rdt_group);
		free(t.rdt_mon);
	}
	return rc;
}

int guest_kernel_thread(const struct hostfs *fs, pid_t tid, enum thread_role role, uint32_t index,
			struct guest *g)
{
	_cleanup_(freep) char *dir = text_fmt("%s/%d", fs->proc, tid);
	_cleanup_(freep) char *comm = NULL;
	struct guest_thread t;
	int rc = dir ? read_thread(fs, dir, tid, &t, &comm) : -ENOMEM;

	if (!dir || rc == -ESRCH)
		return dir ? 0 : rc;
	if (!rc) {
		t.role = role;
		t.index = index;
		t.kernel = true;
		rc = add_thread(g, &t);
	}
	if (rc) {
		free(t.rdt_group);
		free(t.rdt_mon);
	}
	return rc;
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

int guest_threads_read(const struct hostfs *fs, const struct libvirt_domain *dom,
		       const struct qemu_args *args, const struct guest_vhosts *vhosts, struct guest *g)
{
	_cleanup_(closedirp) DIR *d = hostfs_dir("%s/%d/task", fs->proc, g->pid);
	struct dirent *e;
	int rc = d ? 0 : -ESRCH;

	while (!rc && (e = dir_next(d)))
		if (isdigit((unsigned char)e->d_name[0]))
			rc = read_one(fs, dom, args, (pid_t)atoi(e->d_name), false, g);
	if (!rc && !g->n_threads)
		rc = -ESRCH;
	for (size_t i = 0; !rc && i < vhosts->n; i++)
		if (has_thread(g, vhosts->v[i].owner))
			rc = read_one(fs, dom, args, vhosts->v[i].tid, true, g);
	if (!rc)
		qsort(g->threads, g->n_threads, sizeof(*g->threads), compare);
	return rc;
}
