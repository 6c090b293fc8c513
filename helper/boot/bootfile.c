// SPDX-License-Identifier: GPL-2.0-only
/*
 * bootfile.c - the files that boot rules are in
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "boot/bootfile.h"

/* where modprobe looks; a file hides those of its name in later directories */
static const char *const dirs[] = { "/etc", "/run", "/usr/local/lib", "/usr/lib", "/lib" };

static int failed(char **err, const char *path, int rc)
{
	*err = text_fmt("%s: %s", path, strerror(-rc));
	return rc;
}

char *boot_file_name(const struct hostfs *fs, enum boot_source which)
{
	return text_fmt("%s%s/%s", fs->root, BOOT_DIR, which == BOOT_TRIAL ? BOOT_TRY_CONF : BOOT_CONF);
}

/* What a file holds, "" when it is not there; NULL with @rc and @err set otherwise. */
static char *read_text(const char *path, int *rc, char **err)
{
	size_t len = 0;
	char *text = hostfs_read(&len, "%s", path);

	*rc = 0;
	if (!text && errno == ENOENT)
		return strdup("");
	if (!text) {
		*rc = failed(err, path, errno ? -errno : -ENOMEM);
	} else if (len != strlen(text)) {
		*err = text_fmt("%s: not a text file: it has NUL bytes", path);
		*rc = -EINVAL;
		free(text);
		text = NULL;
	}
	return text;
}

static bool has_name(const struct rule_list *paths, const char *name)
{
	for (size_t i = 0; i < paths->n; i++)
		if (!strcmp(path_base(paths->v[i]), name))
			return true;
	return false;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(path_base(*(char *const *)a), path_base(*(char *const *)b));
}

/* The files that modprobe reads, in its order. */
static int find_files(const struct hostfs *fs, struct rule_list *paths)
{
	for (size_t i = 0; i < sizeof(dirs) / sizeof(dirs[0]); i++) {
		_cleanup_(freep) char *dir = text_fmt("%s%s/modprobe.d", fs->root, dirs[i]);
		_cleanup_(closedirp) DIR *d = dir ? opendir(dir) : NULL;
		struct dirent *e;

		if (!dir)
			return -ENOMEM;
		while (d && (e = dir_next(d))) {
			_cleanup_(freep) char *path = text_fmt("%s/%s", dir, e->d_name);
			size_t n = strlen(e->d_name);

			if (n <= 5 || strcmp(e->d_name + n - 5, ".conf") || has_name(paths, e->d_name))
				continue;
			if (!path || rule_list_add(paths, path))
				return -ENOMEM;
		}
	}
	if (paths->n)
		qsort(paths->v, paths->n, sizeof(*paths->v), by_name);
	return 0;
}

int boot_load(const struct hostfs *fs, struct boot_rules *out, char **err)
{
	_cleanup_(freep) char *conf = boot_file_name(fs, BOOT_FILE);
	_cleanup_(freep) char *try_conf = boot_file_name(fs, BOOT_TRIAL);
	_cleanup_(freep) char *cmdline = hostfs_read(NULL, "%s/cmdline", fs->proc);
	_cleanup_(rule_list_free) struct rule_list paths = { 0 };
	int rc = conf && try_conf ? find_files(fs, &paths) : -ENOMEM;

	*out = (struct boot_rules){ 0 };
	*err = NULL;
	for (size_t i = 0; !rc && i < paths.n; i++) {
		const char *path = paths.v[i];
		enum boot_source source = !strcmp(path, conf)	    ? BOOT_FILE
					  : !strcmp(path, try_conf) ? BOOT_TRIAL
								    : BOOT_OTHER;
		_cleanup_(freep) char *text = read_text(path, &rc, err);

		if (!rc)
			rc = text ? boot_parse(text, path, source, out) : -ENOMEM;
	}
	if (!rc && cmdline)
		rc = boot_parse_cmdline(cmdline, out);
	if (rc)
		boot_rules_free(out);
	return rc;
}

int boot_files_open(const struct hostfs *fs, struct boot_files *files, char **err)
{
	_cleanup_(freep) char *dir = text_fmt("%s" BOOT_DIR, fs->root);
	int rc = 0;

	*files = (struct boot_files){ .fs = fs, .lock = -1 };
	*err = NULL;
	if (!dir)
		return -ENOMEM;
	if (mkdir(dir, 0755) && errno != EEXIST)
		return failed(err, dir, -errno);
	files->lock = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (files->lock < 0 || flock(files->lock, LOCK_EX))
		return failed(err, dir, -errno);
	for (int i = BOOT_FILE; !rc && i <= BOOT_TRIAL; i++) {
		_cleanup_(freep) char *path = boot_file_name(fs, i);

		if (!path)
			return -ENOMEM;
		files->text[i] = read_text(path, &rc, err);
		if (!files->text[i] && !rc)
			rc = -ENOMEM;
		files->there[i] = !rc && !access(path, F_OK);
	}
	return rc;
}

static int write_all(int fd, const char *text)
{
	for (size_t n = strlen(text); n;) {
		ssize_t done = write(fd, text, n);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return -errno;
		text += done;
		n -= (size_t)done;
	}
	return 0;
}

/* A new name is on the disk when its directory is; some file systems know nothing of that. */
static void sync_dir_of(const char *path)
{
	const char *slash = strrchr(path, '/');
	_cleanup_(freep) char *dir = slash ? strndup(path, (size_t)(slash - path) + 1) : strdup(".");
	int fd = dir ? open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;

	if (fd < 0)
		return;
	fsync(fd);
	close(fd);
}

/* As the old file, if there is one. */
static int set_rights(int fd, const char *path)
{
	struct stat old;

	if (stat(path, &old))
		return fchmod(fd, 0644) ? -errno : 0;
	return fchown(fd, old.st_uid, old.st_gid) || fchmod(fd, old.st_mode & 07777) ? -errno : 0;
}

/* The new file is whole on the disk before it gets the name of the old one. */
int file_replace(const char *path, const char *text)
{
	/* the name must not end in .conf: modprobe would read it */
	_cleanup_(freep) char *temp = text_fmt("%s.XXXXXX", path);
	int fd = temp ? mkostemp(temp, O_CLOEXEC) : -1, rc;

	if (fd < 0)
		return temp ? -errno : -ENOMEM;
	rc = write_all(fd, text);
	if (!rc)
		rc = set_rights(fd, path);
	if (!rc && fsync(fd))
		rc = -errno;
	if (close(fd) && !rc)
		rc = -errno;
	if (!rc && rename(temp, path))
		rc = -errno;
	if (rc)
		unlink(temp);
	else
		sync_dir_of(path);
	return rc;
}

int boot_files_write(const struct boot_files *files, enum boot_source which, const char *text, char **err)
{
	_cleanup_(freep) char *path = boot_file_name(files->fs, which);
	_cleanup_(freep) char *real = path ? realpath(path, NULL) : NULL;
	int rc;

	*err = NULL;
	if (!path)
		return -ENOMEM;
	if (which == BOOT_TRIAL && boot_is_empty(text))
		rc = unlink(path) && errno != ENOENT ? -errno : 0;
	else
		rc = file_replace(real ? real : path, text);
	return rc ? failed(err, path, rc) : 0;
}

int boot_files_restore(const struct boot_files *files, enum boot_source which, char **err)
{
	_cleanup_(freep) char *path = NULL;

	*err = NULL;
	if (files->there[which])
		return boot_files_write(files, which, files->text[which], err);
	path = boot_file_name(files->fs, which);
	if (!path)
		return -ENOMEM;
	return unlink(path) && errno != ENOENT ? failed(err, path, -errno) : 0;
}

void boot_files_close(struct boot_files *files)
{
	if (files->lock >= 0)
		close(files->lock);
	for (int i = BOOT_FILE; i <= BOOT_TRIAL; i++)
		free(files->text[i]);
	*files = (struct boot_files){ .lock = -1 };
}
