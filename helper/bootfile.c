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

#include "bootfile.h"

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

/* What a file holds; "" when it is not there. */
static int read_text(const char *path, char **text, char **err)
{
	size_t len = 0;

	*text = hostfs_read(&len, "%s", path);
	if (!*text && errno == ENOENT)
		*text = strdup("");
	if (!*text)
		return failed(err, path, errno ? -errno : -ENOMEM);
	if (len != strlen(*text)) {
		*err = text_fmt("%s: not a text file: it has NUL bytes", path);
		return -EINVAL;
	}
	return 0;
}

/* struct conf - a file of modprobe.d, by its name and whole path */
struct conf {
	char *name, *path;
};

struct confs {
	struct conf *v;
	size_t n;
};

static void confs_free(struct confs *all)
{
	for (size_t i = 0; i < all->n; i++) {
		free(all->v[i].name);
		free(all->v[i].path);
	}
	free(all->v);
}

static int confs_add(struct confs *all, const char *name, const char *dir)
{
	struct conf c = { strdup(name), text_fmt("%s/%s", dir, name) };
	struct conf *v = reallocarray(all->v, all->n + 1, sizeof(*v));

	if (v)
		all->v = v;
	if (!v || !c.name || !c.path) {
		free(c.name);
		free(c.path);
		return -ENOMEM;
	}
	v[all->n++] = c;
	return 0;
}

static bool confs_has(const struct confs *all, const char *name)
{
	for (size_t i = 0; i < all->n; i++)
		if (!strcmp(all->v[i].name, name))
			return true;
	return false;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct conf *)a)->name, ((const struct conf *)b)->name);
}

static int confs_find(const struct hostfs *fs, struct confs *all)
{
	for (size_t i = 0; i < sizeof(dirs) / sizeof(dirs[0]); i++) {
		_cleanup_(freep) char *dir = text_fmt("%s%s/modprobe.d", fs->root, dirs[i]);
		_cleanup_(closedirp) DIR *d = dir ? opendir(dir) : NULL;
		struct dirent *e;

		if (!dir)
			return -ENOMEM;
		while (d && (e = dir_next(d))) {
			size_t n = strlen(e->d_name);

			if (n > 5 && !strcmp(e->d_name + n - 5, ".conf") && !confs_has(all, e->d_name) &&
			    confs_add(all, e->d_name, dir))
				return -ENOMEM;
		}
	}
	if (all->n)
		qsort(all->v, all->n, sizeof(*all->v), by_name);
	return 0;
}

int boot_load(const struct hostfs *fs, struct boot_rules *out, char **err)
{
	_cleanup_(freep) char *conf = boot_file_name(fs, BOOT_FILE);
	_cleanup_(freep) char *try_conf = boot_file_name(fs, BOOT_TRIAL);
	_cleanup_(freep) char *cmdline = hostfs_read(NULL, "%s/cmdline", fs->proc);
	struct confs all = { 0 };
	int rc = conf && try_conf ? confs_find(fs, &all) : -ENOMEM;

	*out = (struct boot_rules){ 0 };
	*err = NULL;
	for (size_t i = 0; !rc && i < all.n; i++) {
		const char *path = all.v[i].path;
		enum boot_source source = !strcmp(path, conf)	    ? BOOT_FILE
					  : !strcmp(path, try_conf) ? BOOT_TRIAL
								    : BOOT_OTHER;
		_cleanup_(freep) char *text = NULL;

		rc = read_text(path, &text, err);
		if (!rc)
			rc = boot_parse(text, path, source, out);
	}
	if (!rc && cmdline)
		rc = boot_parse_cmdline(cmdline, out);
	confs_free(&all);
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

		rc = path ? read_text(path, &files->text[i], err) : -ENOMEM;
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

/* The new file is whole on the disk before it gets the name of the old one. */
int file_replace(const char *path, const char *text)
{
	/* the name must not end in .conf: modprobe would read it */
	_cleanup_(freep) char *temp = text_fmt("%s.XXXXXX", path);
	_cleanup_(freep) char *dir = strdup(path);
	struct stat old;
	int fd, rc;

	if (!temp || !dir)
		return -ENOMEM;
	*strrchr(dir, '/') = '\0';
	fd = mkostemp(temp, O_CLOEXEC);
	if (fd < 0)
		return -errno;
	rc = write_all(fd, text);
	if (!rc && stat(path, &old)) {
		old.st_mode = 0644;
		old.st_uid = geteuid();
		old.st_gid = getegid();
	}
	if (!rc && (fchown(fd, old.st_uid, old.st_gid) || fchmod(fd, old.st_mode & 07777) || fsync(fd)))
		rc = -errno;
	if (close(fd) && !rc)
		rc = -errno;
	if (!rc && rename(temp, path))
		rc = -errno;
	if (rc) {
		unlink(temp);
		return rc;
	}
	fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0) {
		fsync(fd); /* the file system may not know it for directories */
		close(fd);
	}
	return 0;
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
