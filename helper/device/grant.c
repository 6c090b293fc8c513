// SPDX-License-Identifier: GPL-2.0-only
/*
 * grant.c - vfio's nodes for a user, and the memory that the user may lock
 */
#define _GNU_SOURCE 1
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "device/grant.h"

/* A guest smaller than this is rare; every guest with a device has all of its memory locked */
#define MEMLOCK_ENOUGH (1024ull * 1024 * 1024)

static int user_id(const char *user, uid_t *uid)
{
	const struct passwd *pw = getpwnam(user);
	unsigned long n;
	char *end;

	if (pw) {
		*uid = pw->pw_uid;
		return 0;
	}
	errno = 0;
	n = strtoul(user, &end, 10);
	if (!isdigit((unsigned char)*user) || *end || errno || n >= UINT_MAX)
		return -EINVAL;
	*uid = (uid_t)n;
	return 0;
}

/* Only a character device, and no link: the path is made of what the kernel told, but /dev is udev's. */
static int give(const char *path, uid_t uid, char **err)
{
	int fd = open(path, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	struct stat st;
	int rc = 0;

	if (fd < 0)
		rc = -errno;
	else if (fstat(fd, &st))
		rc = -errno;
	else if (!S_ISCHR(st.st_mode))
		rc = -ENODEV;
	else if (fchownat(fd, "", uid, (gid_t)-1, AT_EMPTY_PATH))
		rc = -errno;
	if (fd >= 0)
		close(fd);
	if (rc)
		*err = text_fmt("%s: %s", path, rc == -ENODEV ? "not a character device" : strerror(-rc));
	return rc;
}

int grant_node_at(const struct hostfs *fs, const struct dev *dev, const char *user, char **err)
{
	_cleanup_(freep) char *sysdir = hostfs_dev(fs, dev->addr);
	_cleanup_(freep) char *group = NULL;
	_cleanup_(closedirp) DIR *d = NULL;
	char path[PATH_MAX], name[ADDR_STR_LEN];
	bool given = false;
	struct dirent *e;
	uid_t uid;
	int rc;

	if (user_id(user, &uid)) {
		*err = text_fmt("no such user: %s", user);
		return -EINVAL;
	}
	/* the kernel's own word: the group may have changed since dev was filled */
	group = sysdir ? hostfs_link("%s/iommu_group", sysdir) : NULL;
	if (group) {
		snprintf(path, sizeof(path), "%s/vfio/%s", fs->dev, group);
		if (!access(path, F_OK)) {
			rc = give(path, uid, err);
			if (rc)
				return rc;
			given = true;
		}
	}
	d = sysdir ? hostfs_dir("%s/vfio-dev", sysdir) : NULL;
	while (d && (e = dir_next(d))) {
		snprintf(path, sizeof(path), "%s/vfio/devices/%s", fs->dev, e->d_name);
		if (access(path, F_OK))
			continue; /* a kernel without CONFIG_VFIO_DEVICE_CDEV has the name and no node */
		rc = give(path, uid, err);
		if (rc)
			return rc;
		given = true;
	}
	if (given)
		return 0;
	*err = text_fmt("%s has no vfio node: not with vfio-pci", addr_str(dev->addr, name));
	return -ENODEV;
}

int grant_node(const struct dev *dev, const char *user, char **err)
{
	return grant_node_at(&hostfs_default, dev, user, err);
}

/* The largest limit that any process of a user has; false without a process. */
static bool limit_of(uid_t uid, rlim_t *limit)
{
	_cleanup_(closedirp) DIR *d = hostfs_dir("/proc");
	bool found = false;
	struct dirent *e;

	while (d && (e = dir_next(d))) {
		struct rlimit lim;
		struct stat st;

		if (!isdigit((unsigned char)e->d_name[0]) || fstatat(dirfd(d), e->d_name, &st, 0) ||
		    st.st_uid != uid ||
		    prlimit((pid_t)strtol(e->d_name, NULL, 10), RLIMIT_MEMLOCK, NULL, &lim))
			continue;
		if (!found || lim.rlim_cur > *limit)
			*limit = lim.rlim_cur; /* RLIM_INFINITY is the largest number */
		found = true;
	}
	return found;
}

char *memlock_warning(const char *user)
{
	struct rlimit lim;
	uid_t uid;

	if (user_id(user, &uid) || !uid)
		return NULL;
	if (uid == getuid()) {
		if (getrlimit(RLIMIT_MEMLOCK, &lim))
			return NULL;
	} else if (!limit_of(uid, &lim.rlim_cur)) {
		return NULL;
	}
	if (lim.rlim_cur == RLIM_INFINITY || lim.rlim_cur >= MEMLOCK_ENOUGH)
		return NULL;
	return text_fmt(
		"%s may lock %llu KiB of memory; a guest with a device has all of its memory locked: raise "
		"memlock (LimitMEMLOCK= of the service, or limits.conf), unless what starts the guest does",
		user, (unsigned long long)lim.rlim_cur / 1024);
}
