// SPDX-License-Identifier: GPL-2.0-only
/*
 * xenstore.c - libxenstore, loaded at run time. The only file that knows its names
 */
#define _GNU_SOURCE 1
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/hostfs.h"
#include "xen/xenstore.h"

/* its interface has not changed since Xen 4.10 */
#define LIBRARY	    "libxenstore.so.4"
#define SOCKET_ONLY (1ul << 1) /* XS_OPEN_SOCKETONLY */

int xenstore_open(struct xenstore *xs, char **err)
{
	void *(*open)(unsigned long flags);

	*xs = (struct xenstore){ .library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL) };
	if (!xs->library) {
		*err = text_fmt("Xen's libraries are not there: %s", dlerror());
		return -ENOENT;
	}
	*(void **)&open = dlsym(xs->library, "xs_open");
	*(void **)&xs->close = dlsym(xs->library, "xs_close");
	*(void **)&xs->directory = dlsym(xs->library, "xs_directory");
	*(void **)&xs->read = dlsym(xs->library, "xs_read");
	*(void **)&xs->write = dlsym(xs->library, "xs_write");
	*(void **)&xs->rm = dlsym(xs->library, "xs_rm");
	*(void **)&xs->watch = dlsym(xs->library, "xs_watch");
	*(void **)&xs->check_watch = dlsym(xs->library, "xs_check_watch");
	*(void **)&xs->fileno = dlsym(xs->library, "xs_fileno");
	if (!open || !xs->close || !xs->directory || !xs->read || !xs->write || !xs->rm || !xs->watch ||
	    !xs->check_watch || !xs->fileno) {
		*err = text_fmt("%s lacks functions", LIBRARY);
		xenstore_close(xs);
		return -ENOENT;
	}
	xs->handle = open(SOCKET_ONLY);
	if (xs->handle)
		return 0;
	*err = text_fmt("xenstored does not run: %s", strerror(errno));
	xenstore_close(xs);
	return -ENOTCONN;
}

void xenstore_close(struct xenstore *xs)
{
	if (xs->handle && xs->close)
		xs->close(xs->handle);
	if (xs->library)
		dlclose(xs->library);
	*xs = (struct xenstore){ 0 };
}

char *xenstore_read(const struct xenstore *xs, const char *fmt, ...)
{
	_cleanup_(freep) char *path = TEXT_ARGS(fmt);
	unsigned int len;

	/* the library ends what it returns with a NUL */
	return path ? xs->read(xs->handle, 0, path, &len) : NULL;
}

char **xenstore_list(const struct xenstore *xs, unsigned int *n, const char *fmt, ...)
{
	_cleanup_(freep) char *path = TEXT_ARGS(fmt);

	*n = 0;
	return path ? xs->directory(xs->handle, 0, path, n) : NULL;
}

int xenstore_set(const struct xenstore *xs, const char *value, const char *fmt, ...)
{
	_cleanup_(freep) char *path = TEXT_ARGS(fmt);
	bool done;

	if (!path)
		return -ENOMEM;
	if (value)
		done = xs->write(xs->handle, 0, path, value, (unsigned int)strlen(value));
	else
		done = xs->rm(xs->handle, 0, path) || errno == ENOENT;
	return done ? 0 : -errno;
}

int xenstore_watch_domains(const struct xenstore *xs)
{
	if (!xs->watch(xs->handle, "@introduceDomain", "start") ||
	    !xs->watch(xs->handle, "@releaseDomain", "end"))
		return -errno;
	return xs->fileno(xs->handle);
}

bool xenstore_came(const struct xenstore *xs)
{
	bool came = false;
	char **event;

	while ((event = xs->check_watch(xs->handle))) {
		came = true;
		free(event);
	}
	return came;
}
