// SPDX-License-Identifier: GPL-2.0-only
/*
 * apply_rdt_tasks.c - moves a guest's threads between groups of resctrl
 *
 * A thread that is started while others are moved has its parent's group: the old one, if the parent was not moved
 * yet. So the threads are listed until there are no more that have to move.
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "lib/append.h"
#include "apply/apply_rdt_priv.h"
#include "host/resctrl.h"

/* the kernel takes less than a page in one write */
#define BATCH_MAX  4000
#define PASSES_MAX 100

struct tids {
	pid_t *v;
	size_t n;
};

static int tids_add(struct tids *t, pid_t tid)
{
	pid_t *one = append(t->v, t->n);

	if (!one)
		return -ENOMEM;
	*one = tid;
	return 0;
}

static bool tids_has(const pid_t *v, size_t n, pid_t tid)
{
	for (size_t i = 0; i < n; i++)
		if (v[i] == tid)
			return true;
	return false;
}

static int move_one(const struct hostfs *fs, const char *dir, pid_t tid, char **err)
{
	_cleanup_(freep) char *text = text_fmt("%d", tid);
	int rc = text ? rdt_write(dir, "tasks", text) : -ENOMEM;

	/* it has ended meanwhile */
	if (!rc || rc == -ESRCH)
		return 0;
	return rdt_refused(fs, rc, text_fmt("thread %d to %s", tid, path_base(dir)), err);
}

/* As many as fit, separated by commas */
static size_t batch(char text[BATCH_MAX], const pid_t *tids, size_t n)
{
	size_t len = 0, i = 0;

	for (; i < n && len + sizeof(",2147483647") < BATCH_MAX; i++)
		len += (size_t)snprintf(text + len, BATCH_MAX - len, "%s%d", i ? "," : "", tids[i]);
	return i;
}

/*
 * From 6.7 on the kernel takes several in one write. It stops at the first that it cannot move, with those before
 * it moved: what fails as a batch is done one by one, where it does no harm to move a thread a second time.
 */
static int move(const struct hostfs *fs, const char *dir, const pid_t *tids, size_t n, char **err)
{
	static bool one_by_one;
	size_t count;
	int rc = 0;

	for (size_t done = 0; !rc && done < n; done += count) {
		char text[BATCH_MAX];

		count = one_by_one ? 1 : batch(text, tids + done, n - done);
		if (count > 1) {
			rc = rdt_write(dir, "tasks", text);
			if (!rc)
				continue;
			one_by_one = rc == -EINVAL;
		}
		rc = 0;
		for (size_t i = 0; !rc && i < count; i++)
			rc = move_one(fs, dir, tids[done + i], err);
	}
	return rc;
}

static const struct guest *guest_of(const struct guests *all, const struct step *s)
{
	return s->guest >= 0 && (size_t)s->guest < all->n ? &all->v[s->guest] : NULL;
}

static const struct guest_thread *known(const struct guests *all, const struct step *s, pid_t tid)
{
	for (size_t i = 0; i < all->n; i++) {
		if (s->guest >= 0 && (size_t)s->guest != i)
			continue;
		for (size_t k = 0; k < all->v[i].n_threads; k++)
			if (all->v[i].threads[k].tid == tid)
				return &all->v[i].threads[k];
	}
	return NULL;
}

/* Where a thread is: "res:/GROUP" and "mon:MON/" lines, the root is "/". False when it has ended. */
static bool place_of(const struct hostfs *fs, pid_t pid, pid_t tid, char **group, char **mon)
{
	_cleanup_(freep) char *text =
		hostfs_read(NULL, "%s/%d/task/%d/cpu_resctrl_groups", fs->proc, pid, tid);
	char *res = text ? strstr(text, "res:") : NULL, *m = text ? strstr(text, "mon:") : NULL;

	if (!res || !m)
		return false;
	res += strlen("res:");
	res += *res == '/';
	m += strlen("mon:");
	*group = strndup(res, strcspn(res, "/\n"));
	*mon = strndup(m, strcspn(m, "/\n"));
	return *group && *mon;
}

/*
 * Threads that the plan did not know. One in another manager's group stays there: whoever put its parent there
 * wants it so.
 */
static bool has_to_move(const struct hostfs *fs, const struct guest *g, const struct step *s, pid_t tid)
{
	_cleanup_(freep) char *group = NULL, *mon = NULL;
	enum rdt_owner owner;

	if (!place_of(fs, g->pid, tid, &group, &mon))
		return false;
	if (s->kind == STEP_RDT_MON_TASKS)
		return !strcmp(group, s->target) && strcmp(mon, s->key);
	owner = rdt_owner_of(group);
	return strcmp(group, s->target) && (owner == RDT_ROOT || owner == RDT_OURS);
}

static int list_new(const struct hostfs *fs, const struct guests *all, const struct step *s,
		    const struct guest *g, struct tids *out)
{
	_cleanup_(closedirp) DIR *d = hostfs_dir("%s/%d/task", fs->proc, g->pid);
	struct dirent *e;
	int rc = 0;

	while (!rc && d && (e = dir_next(d))) {
		pid_t tid = atoi(e->d_name);

		if (!tids_has(s->tids, s->n_tids, tid) && !known(all, s, tid) && has_to_move(fs, g, s, tid))
			rc = tids_add(out, tid);
	}
	return rc;
}

int rdt_tasks_move(const struct hostfs *fs, const struct guests *all, const struct step *s, char **err)
{
	_cleanup_(freep) char *dir = rdt_dir(fs, s->target, s->kind == STEP_RDT_MON_TASKS ? s->key : NULL);
	const struct guest *g = guest_of(all, s);
	struct tids todo = {};
	int rc;

	if (!dir)
		return -ENOMEM;
	rc = move(fs, dir, s->tids, s->n_tids, err);
	for (int pass = 0; !rc && g && g->pid; pass++) {
		todo.n = 0;
		rc = list_new(fs, all, s, g, &todo);
		if (rc || !todo.n)
			break;
		if (pass == PASSES_MAX) {
			*err = text_fmt("%s keeps starting threads: not all are in %s", g->name,
					path_base(dir));
			rc = -EAGAIN;
			break;
		}
		rc = move(fs, dir, todo.v, todo.n, err);
	}
	free(todo.v);
	return rc;
}

static int put_back(const struct hostfs *fs, const struct guest_thread *place, pid_t tid, char **err)
{
	const char *group = place && place->rdt_group ? place->rdt_group : "";
	const char *mon = place && place->rdt_mon ? place->rdt_mon : "";
	_cleanup_(freep) char *dir = rdt_dir(fs, group, NULL), *mon_dir = NULL;
	int rc = dir ? move_one(fs, dir, tid, err) : -ENOMEM;

	if (rc || !*mon)
		return rc;
	mon_dir = rdt_dir(fs, group, mon);
	return mon_dir ? move_one(fs, mon_dir, tid, err) : -ENOMEM;
}

int rdt_tasks_back(const struct hostfs *fs, const struct guests *all, const struct step *s, char **err)
{
	const struct guest *g = guest_of(all, s);
	const struct guest_thread *main_thread = g ? known(all, s, g->pid) : NULL;
	_cleanup_(closedirp) DIR *d = g && g->pid ? hostfs_dir("%s/%d/task", fs->proc, g->pid) : NULL;
	struct dirent *e;
	int rc = 0;

	for (size_t i = 0; !rc && i < s->n_tids; i++)
		rc = put_back(fs, known(all, s, s->tids[i]), s->tids[i], err);
	/* those that came later are where their parents were */
	while (!rc && d && (e = dir_next(d))) {
		_cleanup_(freep) char *group = NULL, *mon = NULL;
		pid_t tid = atoi(e->d_name);

		if (!known(all, s, tid) && place_of(fs, g->pid, tid, &group, &mon) &&
		    !strcmp(group, s->target))
			rc = put_back(fs, main_thread, tid, err);
	}
	return rc;
}
