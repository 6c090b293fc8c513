/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * usage_block.h - what usage_block.c and usage_content.c share
 */
#ifndef HVCLAIM_USAGE_BLOCK_H
#define HVCLAIM_USAGE_BLOCK_H

#include "usage/usage_priv.h"

/* More block devices behind one function than this are not looked at */
#define REACH_MAX 512

/** struct reached - a block device whose data is behind the function */
struct reached {
	int index;  /* of usage.bdevs */
	int via;    /* index of reach.v: what it is stacked on, -1 for the function's own */
	bool held;  /* something is stacked on it */
	bool used;  /* a finding told about it */
	char *also; /* "; another path to it remains, …", or NULL */
};

struct reach {
	struct reached v[REACH_MAX];
	size_t n;
};

/** struct block - one question about one function */
struct block {
	struct usage *u;
	const struct dev *dev;
	struct reach reach;
};

/** usage_reach() - the block devices whose data is behind a function; 0 or -ENOMEM. To be cleared in any case */
int usage_reach(struct usage *u, const char *sysdir, struct reach *r);
void usage_reach_clear(struct reach *r);

/** usage_mnt_is_on() - whether a file system is on a block device: the one in its source, or one of several */
bool usage_mnt_is_on(const struct usage *u, const struct mnt *m, int index);

/** usage_in_btrfs() - the file system's name that a block device is a member of, to be freed; or NULL */
char *usage_in_btrfs(const struct usage *u, int index);

/** usage_swap_on() - whether the host swaps to a block device, or to a file on it */
bool usage_swap_on(const struct usage *u, int index);

/** usage_zfs_pool() - the pool that a block device is a part of, to be freed, or NULL; 0 or a negative errno */
int usage_zfs_pool(const struct usage *u, int index, char **pool);

/** usage_bdev_words() - /dev/NAME as people write it; to be freed, or NULL when memory is out */
char *usage_bdev_words(const struct bdev *b);

/** usage_block_content() - mounts, swap and processes on a block device; 0 or -ENOMEM */
int usage_block_content(struct block *ctx, const struct reached *r, struct findings *out);

/** usage_block_signature() - what a block device holds that nobody has active; 0 or a negative errno */
int usage_block_signature(struct block *ctx, const struct reached *r, struct findings *out);

#endif
