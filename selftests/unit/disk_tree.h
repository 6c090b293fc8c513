/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * disk_tree.h - disks and what is stacked on them, for a host in a directory tree
 */
#ifndef HVCLAIM_TEST_DISK_TREE_H
#define HVCLAIM_TEST_DISK_TREE_H

#include "usage_tree.h"

/* A block device at a path below sys/devices; its name is the last component. */
static inline void block(const char *where, const char *devno, bool partition)
{
	const char *name = strrchr(where, '/') + 1;
	char path[512], to[512];

	snprintf(path, sizeof(path), "sys/devices/%s/holders", where);
	tree_dir(&t, path);
	if (devno) {
		snprintf(path, sizeof(path), "sys/devices/%s/dev", where);
		tree_file(&t, path, devno);
	}
	if (partition) {
		snprintf(path, sizeof(path), "sys/devices/%s/partition", where);
		tree_file(&t, path, "1\n");
	}
	snprintf(path, sizeof(path), "sys/class/block/%s", name);
	snprintf(to, sizeof(to), "/sys/devices/%s", where);
	tree_link(&t, path, to);
}

static inline void holder(const char *of, const char *name)
{
	char path[512], to[256];

	snprintf(path, sizeof(path), "sys/class/block/%s/holders/%s", of, name);
	snprintf(to, sizeof(to), "/sys/class/block/%s", name);
	tree_link(&t, path, to);
	snprintf(path, sizeof(path), "sys/class/block/%s/slaves/%s", name, of);
	snprintf(to, sizeof(to), "/sys/class/block/%s", of);
	tree_link(&t, path, to);
}

static inline void dm(const char *name, const char *devno, const char *dm_name, const char *uuid)
{
	char path[512];

	snprintf(path, sizeof(path), "virtual/block/%s", name);
	block(path, devno, false);
	snprintf(path, sizeof(path), "sys/devices/virtual/block/%s/dm/name", name);
	tree_file(&t, path, dm_name);
	snprintf(path, sizeof(path), "sys/devices/virtual/block/%s/dm/uuid", name);
	tree_file(&t, path, uuid);
}

static inline void be64(unsigned char *to, uint64_t value)
{
	for (int i = 0; i < 8; i++)
		to[i] = (unsigned char)(value >> (56 - 8 * i));
}

/* The least that libblkid takes for a member of a pool called tank: a list of names, and uberblocks */
static inline void zfs_member(const char *path)
{
	static unsigned char label[256 * 1024];
	unsigned char *p = label + 16 * 1024;
	char full[256];
	FILE *f;

	memcpy(p, "\1\1\0\0\0\0\0\0\0\0\0\1", 12);
	memcpy(p + 12, "\0\0\0\40\0\0\0\40\0\0\0\4name\0\0\0\11\0\0\0\1\0\0\0\4tank", 32);
	memcpy(p + 44, "\0\0\0\40\0\0\0\40\0\0\0\4guid\0\0\0\10\0\0\0\1\0\0\0\0\0\0\22\64", 32);
	for (size_t i = 0; i < 16; i++) {
		be64(label + 128 * 1024 + i * 1024, 0x00bab10c);
		be64(label + 128 * 1024 + i * 1024 + 8, 5000);
	}
	tree_file(&t, path, "");
	snprintf(full, sizeof(full), "%s/%s", t.root, path);
	f = fopen(full, "r+");
	assert_non_null(f);
	assert_int_equal(ftruncate(fileno(f), 65 * 1024 * 1024), 0); /* libblkid looks at nothing smaller */
	assert_int_equal(fwrite(label, 1, sizeof(label), f), sizeof(label));
	assert_int_equal(fclose(f), 0);
}

#endif
