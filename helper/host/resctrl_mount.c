// SPDX-License-Identifier: GPL-2.0-only
/*
 * resctrl_mount.c - mounting resctrl, and the lock that its users share
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <unistd.h>

#include "host/resctrl_priv.h"

/* One lock a process: flock() would make two of its file descriptors wait for each other. */
static struct {
	int fd;
	unsigned int depth;
	bool exclusive;
} held = { .fd = -1 };

bool resctrl_mount_options(const struct hostfs *fs, char **options)
{
	_cleanup_(freep) char *mounts = hostfs_read(NULL, "%s/self/mounts", fs->proc), *where = NULL;
	char *line, *rest;

	*options = NULL;
	where = text_fmt("%s/fs/resctrl", fs->sysfs);
	if (!mounts || !where)
		return false;
	for (line = mounts; line; line = rest) {
		char dir[256], type[64], opts[256];

		rest = strchr(line, '\n');
		if (rest)
			*rest++ = '\0';
		/* a sysfs that stands for the host's in a test has a mount point of its own name */
		if (sscanf(line, "%*s %255s %63s %255s", dir, type, opts) == 3 && !strcmp(type, "resctrl") &&
		    (!strcmp(dir, where) || !strcmp(dir, "/sys/fs/resctrl"))) {
			*options = strdup(opts);
			return *options;
		}
	}
	return false;
}

static bool wants_cdp(const struct qos *q, enum rdt_res code, enum rdt_res data)
{
	for (size_t i = 0; q && i < q->n_classes; i++)
		if (q->classes[i].res[code].line || q->classes[i].res[data].line)
			return true;
	return false;
}

/* A CPU without CDP refuses the option. What is there works without; what is not is told by effect_resctrl(). */
static int mount_with(const char *where, bool l3, bool l2)
{
	const char *const tries[] = { l3 && l2 ? "cdp,cdpl2" : NULL, l3 ? "cdp" : NULL, l2 ? "cdpl2" : NULL,
				      "" };
	int rc = -EINVAL;

	for (size_t i = 0; rc == -EINVAL && i < sizeof(tries) / sizeof(tries[0]); i++)
		if (tries[i])
			rc = mount("resctrl", where, "resctrl",
				   MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_RELATIME, tries[i])
				     ? -errno
				     : 0;
	return rc;
}

int resctrl_mount(const struct hostfs *fs, const struct qos *q, char **err)
{
	_cleanup_(freep) char *options = NULL, *where = NULL;
	int rc;

	if (resctrl_mount_options(fs, &options))
		return 0;
	if (!resctrl_supported(fs)) {
		*err = text_fmt("resctrl: neither this kernel nor this CPU has it");
		return -ENODEV;
	}
	where = text_fmt("%s/fs/resctrl", fs->sysfs);
	if (!where)
		return -ENOMEM;
	rc = mount_with(where, wants_cdp(q, RDT_L3CODE, RDT_L3DATA), wants_cdp(q, RDT_L2CODE, RDT_L2DATA));
	if (rc)
		*err = text_fmt(
			"resctrl: cannot mount it at %s: %s%s", where, strerror(-rc),
			rc == -EBUSY ? " (it is mounted elsewhere)"
			: rc == -EPERM
				? " (the watcher's service may not: systemctl reload hvclaim-guest-watch)"
				: "");
	return rc;
}

int resctrl_lock(const struct hostfs *fs, bool exclusive, char **err)
{
	_cleanup_(freep) char *where = NULL;
	int fd = held.fd, rc;

	if (held.depth && (held.exclusive || !exclusive)) {
		held.depth++;
		return 0;
	}
	where = text_fmt("%s/fs/resctrl", fs->sysfs);
	if (!where)
		return -ENOMEM;
	if (fd < 0)
		fd = open(where, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || flock(fd, exclusive ? LOCK_EX : LOCK_SH)) {
		rc = -errno;
		*err = text_fmt("resctrl: cannot lock %s: %s", where, strerror(-rc));
		if (fd >= 0 && !held.depth)
			close(fd);
		return rc;
	}
	held.fd = fd;
	held.exclusive = exclusive;
	held.depth++;
	return 0;
}

void resctrl_unlock(void)
{
	if (!held.depth || --held.depth)
		return;
	close(held.fd);
	held.fd = -1;
}

char *resctrl_status(const struct hostfs *fs)
{
	char *text = hostfs_read(NULL, "%s/fs/resctrl/info/last_cmd_status", fs->sysfs);

	if (text && (!*text || !strcmp(text, "ok"))) {
		free(text);
		return NULL;
	}
	return text;
}
