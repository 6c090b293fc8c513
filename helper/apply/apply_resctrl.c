// SPDX-License-Identifier: GPL-2.0-only
/*
 * apply_resctrl.c - carries out the STEP_RDT_* of a plan, but for those that move threads (apply_rdt_tasks.c)
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "apply/apply_rdt_priv.h"
#include "host/resctrl.h"

/*
 * The RMID of a group that was removed stays taken while its lines are in the cache; the kernel looks once a
 * second whether they are gone. So EBUSY may pass.
 */
#define BUSY_TRIES   12
#define BUSY_WAIT_NS 500000000L

char *rdt_dir(const struct hostfs *fs, const char *group, const char *mon)
{
	return text_fmt("%s/fs/resctrl%s%s%s%s", fs->sysfs, *group ? "/" : "", group,
			mon ? "/mon_groups/" : "", mon ? mon : "");
}

int rdt_write(const char *dir, const char *file, const char *text)
{
	_cleanup_(freep) char *path = text_fmt("%s/%s", dir, file), *line = text_fmt("%s\n", text);
	size_t len = line ? strlen(line) : 0;
	ssize_t n;
	int fd, rc;

	if (!path || !line)
		return -ENOMEM;
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	/* in one call: the kernel takes all of it or nothing */
	n = write(fd, line, len);
	rc = n == (ssize_t)len ? 0 : n < 0 ? -errno : -EIO;
	if (close(fd) && !rc)
		rc = -errno;
	return rc;
}

int rdt_refused(const struct hostfs *fs, int rc, char *what, char **err)
{
	_cleanup_(freep) char *status = rc == -ENOMEM ? NULL : resctrl_status(fs);

	if (what)
		*err = text_fmt("resctrl: %s: %s%s%s%s", what, strerror(-rc), status ? " (" : "",
				status ? status : "", status ? ")" : "");
	free(what);
	return rc;
}

static char *where(const struct step *s)
{
	if (s->key && s->kind >= STEP_RDT_MON_MKDIR && s->kind <= STEP_RDT_MON_RMDIR)
		return text_fmt("monitor group %s%s%s", s->target, *s->target ? "/" : "", s->key);
	return *s->target ? text_fmt("group %s", s->target) : text_fmt("the root group");
}

static int refused(const struct hostfs *fs, const struct step *s, int rc, const char *text, char **err)
{
	_cleanup_(freep) char *group = where(s), *one_line = text ? strdup(text) : NULL;

	for (char *c = one_line; c && *c; c++)
		if (*c == '\n')
			*c = ' ';
	return rdt_refused(fs, rc,
			   group ? text_fmt("%s%s%s", group, one_line ? ": " : "", one_line ? one_line : "")
				 : NULL,
			   err);
}

static int make_group(const struct hostfs *fs, const struct step *s, char **err)
{
	_cleanup_(freep) char *dir = rdt_dir(fs, s->target, s->key);
	int rc = dir ? 0 : -ENOMEM;

	for (int i = 0; dir && i < BUSY_TRIES; i++) {
		rc = mkdir(dir, 0755) && errno != EEXIST ? -errno : 0;
		if (rc != -EBUSY)
			break;
		(void)nanosleep(&(struct timespec){ .tv_nsec = BUSY_WAIT_NS }, NULL);
	}
	return rc ? refused(fs, s, rc, "cannot be made", err) : 0;
}

static int remove_group(const struct hostfs *fs, const struct step *s, char **err)
{
	_cleanup_(freep) char *dir = rdt_dir(fs, s->target, s->key);

	if (!dir)
		return -ENOMEM;
	if (rmdir(dir) && errno != ENOENT)
		return refused(fs, s, -errno, "cannot be removed", err);
	return 0;
}

static int write_group(const struct hostfs *fs, const struct step *s, const char *file, const char *text,
		       char **err)
{
	_cleanup_(freep) char *dir = rdt_dir(fs, s->target, NULL);
	int rc = dir ? rdt_write(dir, file, text) : -ENOMEM;

	return rc ? refused(fs, s, rc, text, err) : 0;
}

static char *record_path(const struct hostfs *fs)
{
	return text_fmt("%s/" RESCTRL_ROOT_BEFORE, fs->run);
}

/* Kept before the root is made smaller for the first time: without it, nobody would know what to give back. */
static int keep_record(const struct hostfs *fs, const char *schemata, char **err)
{
	_cleanup_(freep) char *path = record_path(fs), *dir = NULL, *part = NULL;
	int fd, rc = 0;

	dir = path ? strndup(path, (size_t)(strrchr(path, '/') - path)) : NULL;
	part = path ? text_fmt("%s.new", path) : NULL;
	if (!dir || !part)
		return -ENOMEM;
	if (!access(path, F_OK))
		return 0;
	(void)mkdir(dir, 0755);
	fd = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (fd < 0 || dprintf(fd, "%s\n", schemata) < 0)
		rc = -errno;
	if (fd >= 0 && close(fd) && !rc)
		rc = -errno;
	if (!rc && rename(part, path))
		rc = -errno;
	if (rc)
		*err = text_fmt("%s: %s", path, strerror(-rc));
	return rc;
}

static void forget_record(const struct hostfs *fs)
{
	_cleanup_(freep) char *path = record_path(fs);

	if (path)
		(void)unlink(path);
}

static int change_root(const struct hostfs *fs, const struct step *s, char **err)
{
	int rc;

	if (strcmp(s->key, "restore")) {
		rc = s->have ? keep_record(fs, s->have, err) : -EINVAL;
		return rc ? rc : write_group(fs, s, "schemata", s->want, err);
	}
	rc = write_group(fs, s, "schemata", s->want, err);
	if (!rc)
		forget_record(fs);
	return rc;
}

static int change_root_back(const struct hostfs *fs, const struct step *s, char **err)
{
	_cleanup_(freep) char *kept = hostfs_read(NULL, "%s/" RESCTRL_ROOT_BEFORE, fs->run);
	int rc;

	if (!s->have)
		return 0;
	/* the record says what was there before the very first step: what is wanted when that is given back */
	rc = strcmp(s->key, "restore") ? 0 : keep_record(fs, s->want, err);
	if (!rc)
		rc = write_group(fs, s, "schemata", s->have, err);
	if (!rc && strcmp(s->key, "restore") && kept && !strcmp(kept, s->have))
		forget_record(fs);
	return rc;
}

/* Plans name no groups of others; this is the last place where one could be touched. */
static bool may_touch(const struct step *s)
{
	bool ours = rdt_owner_of(s->target) == RDT_OURS && !strchr(s->target, '/');

	switch (s->kind) {
	case STEP_RDT_ROOT:
		return !*s->target;
	case STEP_RDT_MON_MKDIR:
	case STEP_RDT_MON_TASKS:
	case STEP_RDT_MON_RMDIR:
		return (ours || !*s->target) && s->key && rdt_owner_of(s->key) == RDT_OURS &&
		       !strchr(s->key, '/');
	case STEP_RDT_SCHEMATA:
	case STEP_RDT_TASKS:
		return ours || !*s->target;
	default:
		return ours;
	}
}

static int do_step(const struct hostfs *fs, const struct guests *all, const struct step *s, char **err)
{
	switch (s->kind) {
	case STEP_RDT_MKDIR:
	case STEP_RDT_MON_MKDIR:
		return make_group(fs, s, err);
	case STEP_RDT_RMDIR:
	case STEP_RDT_MON_RMDIR:
		return remove_group(fs, s, err);
	case STEP_RDT_SCHEMATA:
		return write_group(fs, s, "schemata", s->want, err);
	case STEP_RDT_MODE:
		return write_group(fs, s, "mode", s->want, err);
	case STEP_RDT_ROOT:
		return change_root(fs, s, err);
	case STEP_RDT_TASKS:
	case STEP_RDT_MON_TASKS:
		return rdt_tasks_move(fs, all, s, err);
	default:
		return -EINVAL;
	}
}

static int undo_step(const struct hostfs *fs, const struct guests *all, const struct step *s, char **err)
{
	int rc;

	switch (s->kind) {
	case STEP_RDT_MKDIR:
	case STEP_RDT_MON_MKDIR:
		return remove_group(fs, s, err);
	case STEP_RDT_RMDIR:
		rc = make_group(fs, s, err);
		return rc || !s->have ? rc : write_group(fs, s, "schemata", s->have, err);
	case STEP_RDT_MON_RMDIR:
		return make_group(fs, s, err);
	case STEP_RDT_SCHEMATA:
		return s->have ? write_group(fs, s, "schemata", s->have, err) : 0;
	case STEP_RDT_MODE:
		return s->have ? write_group(fs, s, "mode", s->have, err) : 0;
	case STEP_RDT_ROOT:
		return change_root_back(fs, s, err);
	case STEP_RDT_TASKS:
	case STEP_RDT_MON_TASKS:
		return rdt_tasks_back(fs, all, s, err);
	default:
		return -EINVAL;
	}
}

static int locked(const struct hostfs *fs, const struct guests *all, const struct step *s, char **err,
		  int (*what)(const struct hostfs *, const struct guests *, const struct step *, char **))
{
	int rc;

	if (!may_touch(s)) {
		*err = text_fmt("resctrl: %s is not ours", s->target);
		return -EPERM;
	}
	rc = resctrl_lock(fs, true, err);
	if (rc)
		return rc;
	rc = what(fs, all, s, err);
	resctrl_unlock();
	return rc;
}

int apply_resctrl(const struct hostfs *fs, const struct guests *all, const struct step *s, char **err)
{
	return locked(fs, all, s, err, do_step);
}

int apply_resctrl_undo(const struct hostfs *fs, const struct guests *all, const struct step *s, char **err)
{
	return locked(fs, all, s, err, undo_step);
}
