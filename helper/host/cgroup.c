// SPDX-License-Identifier: GPL-2.0-only
/*
 * cgroup.c - cgroups that systemd does not own
 *
 * libcgroup makes groups and moves processes. Names go to it without the first slash.
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <libcgroup.h>

#include "host/cgroup.h"
#include "lib/late.h"

#define FUNCTIONS(X)                     \
	X(cgroup_add_controller)         \
	X(cgroup_attach_task_pid)        \
	X(cgroup_create_cgroup)          \
	X(cgroup_free)                   \
	X(cgroup_get_last_errno)         \
	X(cgroup_get_subsys_mount_point) \
	X(cgroup_init)                   \
	X(cgroup_new_cgroup)             \
	X(cgroup_set_default_logger)     \
	X(cgroup_strerror)

LATE_DECLARE(libcgroup, FUNCTIONS);
LATE_DEFINE(libcgroup, FUNCTIONS);

#define MOUNT "/sys/fs/cgroup"

/* libcgroup's own numbers, or what errno was then */
static int result(int rc, const char **words)
{
	int err = rc == ECGOTHER ? libcgroup.cgroup_get_last_errno() : 0;

	if (!rc)
		return 0;
	*words = rc == ECGOTHER ? strerror(err) : libcgroup.cgroup_strerror(rc);
	return err > 0 ? -err : rc == ECGROUPNOTEXIST ? -ENOENT : -EIO;
}

static int fail(int rc, const char *words, char **err, const char *path, const char *what)
{
	if (rc)
		*err = text_fmt("%s%s%s: %s", path, *what ? "/" : "", what, words);
	return rc;
}

static int init(const char **words)
{
	static bool done;
	int rc;

	if (done)
		return 0;
	rc = LATE_LOAD(libcgroup);
	if (rc) {
		*words = late_strerror(-rc);
		return rc;
	}
	/* it tells its own story on stderr otherwise */
	libcgroup.cgroup_set_default_logger(-1);
	done = true;
	return result(libcgroup.cgroup_init(), words);
}

static void group_freep(struct cgroup **g)
{
	if (*g)
		libcgroup.cgroup_free(g);
}

/*
 * Straight to the file: libcgroup would look for its mount, its controller and its group again for each value, and
 * tells less of what went wrong.
 */
static int put(const char *path, const char *file, const char *value)
{
	char full[PATH_MAX];
	int fd, rc = 0;

	if (snprintf(full, sizeof(full), MOUNT "%s/%s", path, file) >= (int)sizeof(full))
		return -ENAMETOOLONG;
	fd = open(full, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (write(fd, value, strlen(value)) < 0)
		rc = -errno;
	close(fd);
	return rc;
}

/*
 * A controller's files exist when the group above passes it on, which the one above that must have done before.
 * libcgroup does it for groups that it makes, not for those that are there.
 */
static int enable(const char *path, const char *file)
{
	char above[PATH_MAX], name[40];
	int rc = 0;

	snprintf(name, sizeof(name), "+%.*s", (int)strcspn(file, "."), file);
	snprintf(above, sizeof(above), "%s", path);
	for (char *c = above; c && !rc; c = strchr(c + 1, '/')) {
		char had = *c;

		*c = '\0';
		rc = put(above, "cgroup.subtree_control", name);
		*c = had;
	}
	return rc;
}

static bool exists(const char *path)
{
	char full[PATH_MAX];

	return snprintf(full, sizeof(full), MOUNT "%s", path) < (int)sizeof(full) && !access(full, F_OK);
}

int cgroup_write(const char *path, const char *file, const char *value, char **err)
{
	int rc = put(path, file, value);

	if (rc == -ENOENT && exists(path)) {
		rc = enable(path, file);
		if (!rc)
			rc = put(path, file, value);
	}
	return fail(rc, strerror(-rc), err, path, file);
}

/* What libcgroup makes a group with, it turns on in the groups above; what it moves, it moves where these are. */
static int add_controllers(struct cgroup *g)
{
	static const char *const names[] = { "cpu", "cpuset", "io", "memory" };
	size_t n = 0;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		char *mount = NULL;

		if (!libcgroup.cgroup_get_subsys_mount_point(names[i], &mount) &&
		    libcgroup.cgroup_add_controller(g, names[i]))
			n++;
		free(mount);
	}
	return n ? 0 : ECGROUPNOTMOUNTED;
}

/* libcgroup turns controllers on in the groups above before it makes them: one level at a time, then. */
static int make_one(const char *path, const char **words)
{
	_cleanup_(group_freep) struct cgroup *g = NULL;
	int rc;

	if (exists(path))
		return 0;
	g = libcgroup.cgroup_new_cgroup(path + 1);
	if (!g)
		return *words = strerror(ENOMEM), -ENOMEM;
	rc = add_controllers(g);
	return result(rc ? rc : libcgroup.cgroup_create_cgroup(g, 1), words);
}

int cgroup_make(const char *path, char **err)
{
	_cleanup_(freep) char *up = strdup(path);
	const char *words = strerror(ENOMEM);
	int rc = up ? init(&words) : -ENOMEM;

	for (char *c = up; !rc && c;) {
		c = strchr(c + 1, '/');
		if (c)
			*c = '\0';
		rc = make_one(up, &words);
		if (c)
			*c = '/';
	}
	return fail(rc, words, err, path, "");
}

int cgroup_move(const char *path, pid_t pid, char **err)
{
	_cleanup_(group_freep) struct cgroup *g = NULL;
	const char *words = "";
	int rc = init(&words);

	g = rc ? NULL : libcgroup.cgroup_new_cgroup(path + 1);
	if (!rc && !g)
		rc = -ENOMEM;
	if (!rc)
		rc = result(add_controllers(g), &words);
	if (!rc)
		rc = result(libcgroup.cgroup_attach_task_pid(g, pid), &words);
	return fail(rc, words, err, path, "cgroup.procs");
}

void cgroup_reap(const char *path)
{
	char full[PATH_MAX];

	/* the kernel refuses it while anybody is in there, or below */
	if (snprintf(full, sizeof(full), MOUNT "%s", path) < (int)sizeof(full))
		rmdir(full);
}
