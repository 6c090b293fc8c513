// SPDX-License-Identifier: GPL-2.0-only
/*
 * hostfs.c - reading what the host tells in files
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/hostfs.h"

#define READ_MAX (1UL << 20)
/* what is read at once */
#define PIECE 4096UL

const struct hostfs hostfs_default = {
	.sysfs = "/sys",
	.proc = "/proc",
	.dev = "/dev",
	.libvirt = "/etc/libvirt/qemu",
	.run = "/run",
	.pve = "/etc/pve",
	.root = "",
};

static void closep(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

/* Formats the path argument that most functions of this file take; false when it is too long. */
#define FORMAT_PATH(path, fmt)                                  \
	({                                                      \
		va_list args_;                                  \
		int n_;                                         \
		va_start(args_, fmt);                           \
		n_ = vsnprintf(path, sizeof(path), fmt, args_); \
		va_end(args_);                                  \
		if (n_ >= (int)sizeof(path))                    \
			errno = ENAMETOOLONG;                   \
		n_ >= 0 && n_ < (int)sizeof(path);              \
	})

char *text_vfmt(const char *fmt, va_list args)
{
	char *s;

	return vasprintf(&s, fmt, args) < 0 ? NULL : s;
}

char *text_fmt(const char *fmt, ...)
{
	return TEXT_ARGS(fmt);
}

int text_add(char **s, const char *fmt, ...)
{
	_cleanup_(freep) char *more = TEXT_ARGS(fmt);
	size_t have = *s ? strlen(*s) : 0, n;
	char *grown;

	if (!more)
		return -ENOMEM;
	n = strlen(more) + 1;
	grown = realloc(*s, have + n);
	if (!grown)
		return -ENOMEM;
	memcpy(grown + have, more, n);
	*s = grown;
	return 0;
}

/* Reads on behind what @buf has, until there is no more; @room is what it has room for. */
static char *read_all(int fd, char *buf, size_t have, size_t room, size_t *len)
{
	for (;;) {
		ssize_t n;

		if (have + 1 >= room) {
			char *s = room * 2 > READ_MAX ? NULL : realloc(buf, room * 2);

			if (!s) {
				if (room * 2 > READ_MAX)
					errno = EFBIG;
				break;
			}
			buf = s;
			room *= 2;
		}
		n = read(fd, buf + have, room - have - 1);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			break;
		if (!n) {
			*len = have;
			return buf;
		}
		have += (size_t)n;
	}
	free(buf);
	return NULL;
}

/* Takes over @buf, which has room for one more; @want is where to tell the length, or NULL. */
static char *ended(char *buf, size_t len, size_t *want)
{
	if (!buf)
		return NULL;
	buf[len] = '\0';
	if (want)
		*want = len;
	else if (len && buf[len - 1] == '\n')
		buf[len - 1] = '\0';
	return buf;
}

char *hostfs_read(size_t *len, const char *fmt, ...)
{
	_cleanup_(closep) int fd = -1;
	char path[PATH_MAX], *buf;
	size_t n = 0;

	if (!FORMAT_PATH(path, fmt))
		return NULL;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	buf = fd < 0 ? NULL : malloc(PIECE);
	if (buf)
		buf = read_all(fd, buf, 0, PIECE, &n);
	return ended(buf, n, len);
}

char *hostfs_value(size_t *len, const char *fmt, ...)
{
	_cleanup_(closep) int fd = -1;
	char path[PATH_MAX], piece[PIECE], *buf;
	ssize_t n = -1;
	size_t all;

	if (!FORMAT_PATH(path, fmt))
		return NULL;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd >= 0)
		n = read(fd, piece, sizeof(piece));
	if (n < 0)
		return NULL;
	all = (size_t)n;
	/* many are kept, and most are short */
	buf = malloc(all == sizeof(piece) ? 2 * all : all + 1);
	if (!buf)
		return NULL;
	memcpy(buf, piece, all);
	if (all == sizeof(piece))
		buf = read_all(fd, buf, all, 2 * all, &all);
	return ended(buf, all, len);
}

char *hostfs_real(const char *fmt, ...)
{
	char path[PATH_MAX];

	if (!FORMAT_PATH(path, fmt))
		return NULL;
	return realpath(path, NULL);
}

char *hostfs_device(const char *fmt, ...)
{
	char path[PATH_MAX], to[PATH_MAX], *rest = to, *slash;
	ssize_t n;

	if (!FORMAT_PATH(path, fmt))
		return NULL;
	n = readlink(path, to, sizeof(to) - 1);
	if (n < 0 && errno != EINVAL)
		return NULL;
	to[n < 0 ? 0 : n] = '\0';
	if (strncmp(to, "../", 3))
		return realpath(path, NULL);
	slash = strrchr(path, '/');
	while (slash && !strncmp(rest, "../", 3)) {
		*slash = '\0';
		rest += 3;
		slash = strrchr(path, '/');
	}
	return slash ? text_fmt("%.*s/%s", (int)(slash - path), path, rest) : NULL;
}

char *hostfs_link(const char *fmt, ...)
{
	char path[PATH_MAX], to[PATH_MAX];
	ssize_t n;

	if (!FORMAT_PATH(path, fmt))
		return NULL;
	n = readlink(path, to, sizeof(to) - 1);
	if (n < 0)
		return NULL;
	to[n] = '\0';
	return strdup(path_base(to));
}

DIR *hostfs_dir(const char *fmt, ...)
{
	char path[PATH_MAX];

	if (!FORMAT_PATH(path, fmt))
		return NULL;
	return opendir(path);
}

struct dirent *dir_next(DIR *d)
{
	struct dirent *e;

	do {
		e = readdir(d);
	} while (e && (!strcmp(e->d_name, ".") || !strcmp(e->d_name, "..")));
	return e;
}

char *hostfs_dev(const struct hostfs *fs, struct addr a)
{
	char name[ADDR_STR_LEN];

	return hostfs_device("%s/bus/pci/devices/%s", fs->sysfs, addr_str(a, name));
}

bool path_below(const char *path, const char *dir)
{
	size_t n = strlen(dir);

	return !strncmp(path, dir, n) && (path[n] == '/' || !path[n]);
}

const char *path_base(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

bool addr_parse(const char *s, struct addr *a)
{
	unsigned int domain, bus, slot, fn;
	int end = 0;

	if (strspn(s, "0123456789abcdefABCDEF:.") != strlen(s) ||
	    sscanf(s, "%8x:%2x:%2x.%1x%n", &domain, &bus, &slot, &fn, &end) != 4 || s[end] || slot > 31 ||
	    fn > 7)
		return false;
	*a = (struct addr){ .domain = domain, .bus = (uint8_t)bus, .devfn = (uint8_t)(slot << 3 | fn) };
	return true;
}
