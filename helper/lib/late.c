// SPDX-License-Identifier: GPL-2.0-only
/*
 * late.c - libraries that are loaded when they are first needed
 */
#define _GNU_SOURCE 1
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/late.h"

static char missing[256];

int late_load(struct late *lib)
{
	void *handle;

	if (lib->loaded)
		return 0;
	/* never closed: some leave handlers behind that point into themselves */
	handle = dlopen(lib->soname, RTLD_LAZY | RTLD_LOCAL);
	for (size_t i = 0; handle && lib->names[i]; i++) {
		lib->to[i] = dlsym(handle, lib->names[i]);
		if (!lib->to[i])
			handle = NULL;
	}
	if (!handle) {
		snprintf(missing, sizeof(missing), "%s", dlerror());
		return -ELIBACC;
	}
	lib->loaded = true;
	return 0;
}

void late_must(struct late *lib)
{
	if (!late_load(lib))
		return;
	fprintf(stderr, "hvclaim: %s\n", missing);
	exit(1);
}

const char *late_strerror(int err)
{
	return err == ELIBACC && *missing ? missing : strerror(err);
}
