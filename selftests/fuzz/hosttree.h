/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hosttree.h - an input as the files of a host, for what reads the kernel's files
 *
 * The form is that of the recordings of the unit tests: "@PATH", then the file's lines with a blank in front. Paths
 * lead nowhere but below the tree, and a file that cannot be made is left out.
 */
#ifndef HVCLAIM_FUZZ_HOSTTREE_H
#define HVCLAIM_FUZZ_HOSTTREE_H

#include <ctype.h>
#include <stdint.h>

#include "lib/hostfs.h"
#include "tree.h"

#define TREE_FILES 200
#define TREE_BYTES 65536

static struct tree fuzz_tree;
static struct hostfs fuzz_fs;

static inline void fuzz_tree_end(void)
{
	tree_free(&fuzz_tree);
}

/* One tree for all inputs, in memory where that can be; its directories stay, which spares most of the time. */
static inline void fuzz_tree_begin(void)
{
	struct tree *t = &fuzz_tree;

	if (*t->root)
		return;
	tree_new_in(t, access("/dev/shm", W_OK) ? "/tmp" : "/dev/shm");
	fuzz_fs = tree_hostfs(t);
	atexit(fuzz_tree_end);
}

static inline bool fuzz_path_is_safe(const char *path)
{
	if (strncmp(path, "sys/", 4) && strncmp(path, "proc/", 5) && strncmp(path, "run/", 4))
		return false;
	if (strlen(path) > 200 || strstr(path, "..") || strstr(path, "//"))
		return false;
	for (const char *c = path; *c; c++)
		if (!isgraph((unsigned char)*c))
			return false;
	return true;
}

static inline void fuzz_file(const char *path, const char *text, size_t n)
{
	char full[1024];
	FILE *f;

	if (!fuzz_path_is_safe(path))
		return;
	tree_dirs(&fuzz_tree, path, full);
	f = fopen(full, "w");
	if (!f)
		return;
	(void)!fwrite(text, 1, n, f);
	fclose(f);
}

static inline int fuzz_remove(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)ftw;
	return type == FTW_F && unlink(path) ? -1 : 0;
}

/* The tree has the files of this input, and no others. */
static inline void fuzz_tree_fill(const uint8_t *data, size_t len)
{
	char *path = NULL, *text = malloc(len + 1);
	size_t n = 0, files = 0;

	fuzz_tree_begin();
	nftw(fuzz_tree.root, fuzz_remove, 16, FTW_PHYS);
	for (const uint8_t *at = data, *end = data + (len > TREE_BYTES ? TREE_BYTES : len);
	     text && at < end;) {
		const uint8_t *nl = memchr(at, '\n', (size_t)(end - at));
		size_t line = (size_t)((nl ? nl : end) - at);

		if (*at == '@') {
			if (path && files++ < TREE_FILES)
				fuzz_file(path, text, n);
			free(path);
			path = strndup((const char *)at + 1, line - 1);
			n = 0;
		} else if (*at == ' ') {
			memcpy(text + n, at + 1, line - 1);
			n += line - 1;
			text[n++] = '\n';
		}
		at = nl ? nl + 1 : end;
	}
	if (path)
		fuzz_file(path, text, n);
	free(path);
	free(text);
}

#endif
