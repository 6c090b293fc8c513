// SPDX-License-Identifier: GPL-2.0-only
/*
 * protect.c - the functions that the host stands on
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "usage/protect.h"
#include "usage/usage_block.h"

/* what the host does not come up without, and what it is called here */
static const struct {
	const char *target, *name;
} places[] = {
	{ "/", "root" },
	{ "/usr", "/usr" },
	{ "/var", "/var" },
	{ "/boot", "/boot" },
	{ "/boot/efi", "/boot/efi" },
	{ "/efi", "/efi" },
	{ "/boot/firmware", "/boot/firmware" },
};

#define N_PLACES (sizeof(places) / sizeof(places[0]))

/** struct essential - what is mounted in those places */
struct essential {
	char *pool[N_PLACES];  /* of ZFS */
	char *btrfs[N_PLACES]; /* its id in sysfs */
};

/* bits behind those of the places */
#define BIT_SWAP  (1u << N_PLACES)
#define BIT_ROUTE (2u << N_PLACES)

/* ZFS has no block device in the list of mounts, but "pool/dataset". */
static int find_pools(const struct hostfs *fs, struct essential *e)
{
	_cleanup_(freep) char *mounts = hostfs_read(NULL, "%s/self/mountinfo", fs->proc);
	char *save = NULL, *line = mounts ? strtok_r(mounts, "\n", &save) : NULL;

	for (; line; line = strtok_r(NULL, "\n", &save)) {
		char target[64], source[256], *rest = strstr(line, " - zfs ");

		if (!rest || sscanf(line, "%*s %*s %*s %*s %63s", target) != 1 ||
		    sscanf(rest, " - zfs %255s", source) != 1)
			continue;
		source[strcspn(source, "/")] = '\0';
		for (size_t i = 0; i < N_PLACES; i++) {
			if (strcmp(places[i].target, target))
				continue;
			free(e->pool[i]);
			e->pool[i] = strdup(source);
			if (!e->pool[i])
				return -ENOMEM;
		}
	}
	return 0;
}

/* The file systems of several devices that are mounted there: one of them is the source. */
static void find_btrfs(const struct usage *u, struct essential *e)
{
	for (size_t i = 0; i < N_PLACES; i++)
		for (size_t m = 0; m < u->mnts.n; m++) {
			const struct mnt *mnt = &u->mnts.v[m];

			if (mnt->where || strcmp(mnt->target, places[i].target))
				continue;
			free(e->btrfs[i]);
			e->btrfs[i] = NULL;
			for (size_t b = 0; !e->btrfs[i] && b < u->bdevs.n; b++)
				if (usage_mnt_is_on(u, mnt, (int)b))
					e->btrfs[i] = usage_in_btrfs(u, (int)b);
		}
}

static void essential_clear(struct essential *e)
{
	for (size_t i = 0; i < N_PLACES; i++) {
		free(e->pool[i]);
		free(e->btrfs[i]);
	}
}

static bool mounted(const struct usage *u, int index, const char *target)
{
	for (size_t m = 0; m < u->mnts.n; m++) {
		const struct mnt *mnt = &u->mnts.v[m];

		if (!mnt->where && !strcmp(mnt->target, target) && usage_mnt_is_on(u, mnt, index))
			return true;
	}
	return false;
}

static bool same(const char *a, const char *b)
{
	return a && b && !strcmp(a, b);
}

static int look_at_disk(const struct usage *u, const struct essential *e, int index, unsigned int *bits)
{
	_cleanup_(freep) char *btrfs = usage_in_btrfs(u, index);
	_cleanup_(freep) char *pool = NULL;
	bool zfs = false;
	int rc = 0;

	for (size_t i = 0; i < N_PLACES; i++)
		zfs |= e->pool[i] != NULL;
	if (zfs)
		rc = usage_zfs_pool(u, index, &pool);
	for (size_t i = 0; i < N_PLACES; i++)
		if (mounted(u, index, places[i].target) || same(btrfs, e->btrfs[i]) || same(pool, e->pool[i]))
			*bits |= 1u << i;
	if (usage_swap_on(u, index))
		*bits |= BIT_SWAP;
	return rc;
}

static int look_at(struct usage *u, const struct essential *e, const struct dev *dev, unsigned int *bits)
{
	_cleanup_(freep) char *sysdir = hostfs_dev(&u->fs, dev->addr);
	struct reach reach = { .n = 0 };
	int rc;

	*bits = 0;
	if (!sysdir)
		return errno == ENOMEM ? -ENOMEM : 0;
	rc = usage_reach(u, sysdir, &reach);
	for (size_t i = 0; !rc && i < reach.n; i++)
		rc = look_at_disk(u, e, reach.v[i].index, bits);
	usage_reach_clear(&reach);
	if (!rc)
		rc = usage_net_default(u, sysdir);
	if (rc > 0)
		*bits |= BIT_ROUTE;
	return rc < 0 ? rc : 0;
}

static char *words(unsigned int bits)
{
	char *s = NULL;
	int rc = 0;

	for (size_t i = 0; !rc && i < N_PLACES + 2; i++)
		if (bits >> i & 1)
			rc = text_add(&s, "%s%s", s ? ", " : "",
				      i < N_PLACES    ? places[i].name
				      : i == N_PLACES ? "swap"
						      : "the default route");
	if (!rc)
		return s;
	free(s);
	return NULL;
}

static int add(struct protects *out, const struct dev *dev, unsigned int bits)
{
	struct protect p = { dev, words(bits) }, *v = reallocarray(out->v, out->n + 1, sizeof(*v));

	if (v)
		out->v = v;
	if (!v || !p.why) {
		free(p.why);
		return -ENOMEM;
	}
	v[out->n++] = p;
	return 0;
}

int protect_find(const struct hostfs *fs, const struct devs *all, struct protects *out)
{
	struct usage *u = usage_new(fs);
	struct essential e = { 0 };
	int rc = u ? usage_load_bdevs(u) : -ENOMEM;

	*out = (struct protects){ 0 };
	if (!rc)
		rc = usage_load_mnts(u);
	if (!rc)
		rc = find_pools(fs, &e);
	if (!rc)
		find_btrfs(u, &e);
	for (size_t i = 0; !rc && i < all->n; i++) {
		unsigned int bits;

		/* of a bridge, all that is below it would be found */
		if (dev_is_bridge(&all->v[i]))
			continue;
		rc = look_at(u, &e, &all->v[i], &bits);
		if (!rc && bits)
			rc = add(out, &all->v[i], bits);
	}
	essential_clear(&e);
	usage_free(u);
	if (rc)
		protects_free(out);
	return rc;
}

char *protect_words(const struct protects *all)
{
	char *s = strdup(""), buf[ADDR_STR_LEN];

	for (size_t i = 0; s && i < all->n; i++) {
		const struct dev *d = all->v[i].dev;

		if (text_add(&s, "%s%s", i ? "," : "", *d->path ? d->path : addr_str(d->addr, buf))) {
			free(s);
			s = NULL;
		}
	}
	return s;
}

void protects_free(struct protects *all)
{
	for (size_t i = 0; i < all->n; i++)
		free(all->v[i].why);
	free(all->v);
	*all = (struct protects){ 0 };
}
