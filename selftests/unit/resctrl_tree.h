/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * resctrl_tree.h - resctrl file systems that were recorded on real kernels (resctrl/NAME.tree), as trees
 *
 * A recording has lines "@PATH", each followed by the file's lines with a blank in front.
 */
#ifndef HVCLAIM_TEST_RESCTRL_TREE_H
#define HVCLAIM_TEST_RESCTRL_TREE_H

#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "lib/hostfs.h"
#include "tree.h"

static struct tree t;
static struct hostfs fs;
static const char *recordings; /* the directory */

static inline void recording(const char *name)
{
	char path[256], file[512] = "", text[4096] = "", *line = NULL;
	size_t room = 0, len = 0;
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s.tree", recordings, name);
	f = fopen(path, "r");
	if (!f)
		tree_die(path);
	while (getline(&line, &room, f) > 0) {
		if (*line == '@') {
			if (*file)
				tree_file(&t, file, text);
			snprintf(file, sizeof(file), "%.*s", (int)strcspn(line + 1, "\n"), line + 1);
			len = 0;
			*text = '\0';
		} else if (*line == ' ') {
			len += (size_t)snprintf(text + len, sizeof(text) - len, "%s", line + 1);
		}
	}
	tree_file(&t, file, text);
	free(line);
	fclose(f);
}

static inline int resctrl_setup(void **state)
{
	(void)state;
	tree_new(&t);
	fs = (struct hostfs){ .sysfs = t.sysfs,
			      .proc = t.proc,
			      .dev = t.dev,
			      .libvirt = t.libvirt,
			      .run = t.run,
			      .pve = t.pve };
	return 0;
}

static inline int resctrl_teardown(void **state)
{
	(void)state;
	tree_free(&t);
	return 0;
}

#endif
