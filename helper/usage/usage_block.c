// SPDX-License-Identifier: GPL-2.0-only
/*
 * usage_block.c - the disks behind a function, and what the host has on them
 *
 * Starts from the block devices below the function in sysfs (NVMe, SCSI, ATA, virtio, MMC alike), and
 * follows partitions and holders up: device-mapper, md, bcache. An NVMe namespace with multipath hangs
 * below its subsystem; the function has only a hidden path to it.
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "usage/usage_block.h"
#include "usage/usage_priv.h"

/* "; another path …" when a block device is a live path to a namespace, and not ours. */
static int say_path(const struct usage *u, const char *sysdir, const struct bdev *p, unsigned int subsys,
		    unsigned int ns, char **also)
{
	_cleanup_(freep) char *state = NULL;
	_cleanup_(freep) char *at = NULL;
	unsigned int c, s, h;
	char rest;

	if (sscanf(p->name, "nvme%uc%un%u%c", &s, &c, &h, &rest) != 3 || s != subsys || h != ns ||
	    path_below(p->path, sysdir))
		return 0;
	state = hostfs_read(NULL, "%s/class/nvme/nvme%u/state", u->fs.sysfs, c);
	if (state && strcmp(state, "live"))
		return 0;
	at = hostfs_link("%s/class/nvme/nvme%u/device", u->fs.sysfs, c);
	if (at)
		return text_add(also, "; another path to it remains, through %s", at);
	return text_add(also, "; another path to it remains, through nvme%u", c);
}

static int add(struct reach *r, int index, int via, const char *also)
{
	char *copy = NULL;

	for (size_t i = 0; i < r->n; i++)
		if (r->v[i].index == index)
			return 0;
	if (r->n == REACH_MAX)
		return 0;
	if (also) {
		copy = strdup(also);
		if (!copy)
			return -ENOMEM;
	}
	r->v[r->n++] = (struct reached){ .index = index, .via = via, .also = copy };
	return 0;
}

static int reach_namespace(const struct usage *u, const char *sysdir, unsigned int subsys, unsigned int ns,
			   struct reach *r)
{
	_cleanup_(freep) char *also = NULL;
	char name[32];
	int index, rc = 0;

	snprintf(name, sizeof(name), "nvme%un%u", subsys, ns);
	index = usage_bdev_named(u, name);
	if (index < 0)
		return 0;
	for (size_t i = 0; !rc && !also && i < u->bdevs.n; i++)
		rc = say_path(u, sysdir, &u->bdevs.v[i], subsys, ns, &also);
	return rc ? rc : add(r, index, -1, also);
}

/* The block devices that are the function's own; for a hidden path, the namespace that it leads to. */
static int reach_own(const struct usage *u, const char *sysdir, struct reach *r)
{
	int rc = 0;

	for (size_t i = 0; !rc && i < u->bdevs.n; i++) {
		const struct bdev *b = &u->bdevs.v[i];
		unsigned int subsys, ctrl, ns;
		char rest;

		if (!path_below(b->path, sysdir))
			continue;
		if (sscanf(b->name, "nvme%uc%un%u%c", &subsys, &ctrl, &ns, &rest) == 3)
			rc = reach_namespace(u, sysdir, subsys, ns, r);
		else
			rc = add(r, (int)i, -1, NULL);
	}
	return rc;
}

/* A multipath map stays usable while one of its slaves is not ours. */
static int find_other_slave(const struct usage *u, const struct reach *r, int index, char **also)
{
	const struct bdev *b = &u->bdevs.v[index];
	_cleanup_(closedirp) DIR *d = NULL;
	struct dirent *e;

	if (!b->dm_uuid || strncmp(b->dm_uuid, "mpath-", 6))
		return 0;
	d = hostfs_dir("%s/slaves", b->path);
	while (d && (e = dir_next(d))) {
		int slave = usage_bdev_named(u, e->d_name);
		bool ours = false;

		for (size_t i = 0; i < r->n; i++)
			ours |= r->v[i].index == slave;
		if (!ours)
			return text_add(also, "; another path to it remains, through %s", e->d_name);
	}
	return 0;
}

/* What is stacked on what was reached so far, and so on. */
static int reach_up(const struct usage *u, struct reach *r)
{
	for (size_t i = 0; i < r->n; i++) {
		int index = r->v[i].index;
		_cleanup_(closedirp) DIR *d = NULL;
		struct dirent *e;
		int rc;

		for (size_t p = 0; p < u->bdevs.n; p++) {
			if (u->bdevs.v[p].disk != index)
				continue;
			rc = add(r, (int)p, (int)i, r->v[i].also);
			if (rc)
				return rc;
		}
		d = hostfs_dir("%s/holders", u->bdevs.v[index].path);
		while (d && (e = dir_next(d))) {
			_cleanup_(freep) char *also = NULL;
			int holder = usage_bdev_named(u, e->d_name);

			if (holder < 0)
				continue;
			r->v[i].held = true;
			rc = find_other_slave(u, r, holder, &also);
			if (!rc)
				rc = add(r, holder, (int)i, also ? also : r->v[i].also);
			if (rc)
				return rc;
		}
	}
	return 0;
}

void usage_reach_clear(struct reach *r)
{
	for (size_t i = 0; i < r->n; i++)
		free(r->v[i].also);
}

int usage_reach(struct usage *u, const char *sysdir, struct reach *r)
{
	int rc = usage_load_bdevs(u);

	if (!rc)
		rc = reach_own(u, sysdir, r);
	return rc ? rc : reach_up(u, r);
}

char *usage_bdev_words(const struct bdev *b)
{
	char *words, *c;

	if (b->dm_name)
		return text_fmt("/dev/mapper/%s", b->dm_name);
	words = text_fmt("/dev/%s", b->name);
	for (c = words; c && (c = strchr(c, '!')); c++)
		*c = '/'; /* the kernel's way to have a slash in a name of sysfs */
	return words;
}

/* How a device-mapper or md device holds what is below it. */
static int say_holder(struct block *ctx, const struct reached *on, const struct bdev *holder,
		      struct findings *out)
{
	_cleanup_(freep) char *below = usage_bdev_words(&ctx->u->bdevs.v[on->index]);
	_cleanup_(freep) char *level = hostfs_read(NULL, "%s/md/level", holder->path);
	const char *also = on->also ? on->also : "", *uuid = holder->dm_uuid ? holder->dm_uuid : "";

	if (!below)
		return -ENOMEM;
	if (!strncmp(uuid, "LVM-", 4)) {
		/* vg-lv, where a dash of either name is doubled */
		const char *dash = holder->dm_name;
		_cleanup_(freep) char *vg = NULL;

		while (dash && (dash = strchr(dash, '-')) && dash[1] == '-')
			dash += 2;
		vg = dash ? strndup(holder->dm_name, (size_t)(dash - holder->dm_name)) : strdup("?");
		if (!vg)
			return -ENOMEM;
		for (char *c = vg; (c = strstr(c, "--")); c++)
			memmove(c, c + 1, strlen(c));
		return usage_say(out, ctx->dev, HVCLAIM_SEVERITY_ASK,
				 "LVM: %s is a physical volume of volume group %s, held by %s (%s)%s", below,
				 vg, holder->name, holder->dm_name ? holder->dm_name : "?", also);
	}
	if (!strncmp(uuid, "mpath-", 6)) {
		_cleanup_(freep) char *other = NULL;

		for (size_t i = 0; i < ctx->reach.n; i++)
			if (&ctx->u->bdevs.v[ctx->reach.v[i].index] == holder)
				also = ctx->reach.v[i].also ? ctx->reach.v[i].also
							    : "; no other path to it remains";
		return usage_say(out, ctx->dev, HVCLAIM_SEVERITY_ASK, "multipath: %s is a path of %s (%s)%s",
				 below, holder->name, holder->dm_name ? holder->dm_name : "?", also);
	}
	if (!strncmp(uuid, "CRYPT-", 6))
		return usage_say(out, ctx->dev, HVCLAIM_SEVERITY_ASK, "dm-crypt: %s is open as %s (%s)%s",
				 below, holder->name, holder->dm_name ? holder->dm_name : "?", also);
	if (holder->dm_name)
		return usage_say(out, ctx->dev, HVCLAIM_SEVERITY_ASK,
				 "device-mapper: %s is held by %s (%s)%s", below, holder->name,
				 holder->dm_name, also);
	if (level)
		return usage_say(out, ctx->dev, HVCLAIM_SEVERITY_ASK, "%s (%s) is built on %s%s",
				 holder->name, level, below, also);
	return usage_say(out, ctx->dev, HVCLAIM_SEVERITY_ASK, "%s is built on %s%s", holder->name, below,
			 also);
}

static int say_holders(struct block *ctx, const struct reached *on, struct findings *out)
{
	_cleanup_(closedirp) DIR *d = hostfs_dir("%s/holders", ctx->u->bdevs.v[on->index].path);
	struct dirent *e;

	while (d && (e = dir_next(d))) {
		int holder = usage_bdev_named(ctx->u, e->d_name);
		int rc = holder < 0 ? 0 : say_holder(ctx, on, &ctx->u->bdevs.v[holder], out);

		if (rc)
			return rc;
	}
	return 0;
}

/* The catch-all: somebody has the disk to itself, and nothing above told who. */
static int say_exclusive(struct block *ctx, const struct bdev *b, struct findings *out)
{
	_cleanup_(freep) char *path = text_fmt("%s/%s", ctx->u->fs.dev, b->name);
	struct stat st;
	int fd;

	if (!path)
		return -ENOMEM;
	for (char *c = path; (c = strchr(c, '!')); c++)
		*c = '/';
	if (stat(path, &st) || !S_ISBLK(st.st_mode))
		return 0;
	fd = open(path, O_RDONLY | O_EXCL | O_NONBLOCK | O_CLOEXEC);
	if (fd >= 0) {
		close(fd);
		return 0;
	}
	if (errno != EBUSY)
		return 0;
	return usage_say(out, ctx->dev, HVCLAIM_SEVERITY_ASK,
			 "/dev/%s is open exclusively, by the kernel or a process", b->name);
}

static size_t asks(const struct findings *list)
{
	size_t n = 0;

	for (size_t i = 0; i < list->n; i++)
		n += list->v[i].severity == HVCLAIM_SEVERITY_ASK;
	return n;
}

int usage_block(struct usage *u, const struct dev *dev, const char *sysdir, struct findings *out)
{
	size_t before = asks(out);
	struct block ctx; /* not zeroed: it is large, and most functions have no disk */
	int rc;

	ctx.u = u;
	ctx.dev = dev;
	ctx.reach.n = 0;
	rc = usage_reach(u, sysdir, &ctx.reach);
	if (!rc && ctx.reach.n)
		rc = usage_load_mnts(u);
	for (size_t i = 0; !rc && i < ctx.reach.n; i++) {
		struct reached *r = &ctx.reach.v[i];
		size_t had = asks(out);

		rc = say_holders(&ctx, r, out);
		if (!rc)
			rc = usage_block_content(&ctx, r, out);
		r->used = asks(out) != had;
	}
	for (size_t i = 0; !rc && i < ctx.reach.n; i++)
		rc = usage_block_signature(&ctx, &ctx.reach.v[i], out);
	for (size_t i = 0; !rc && asks(out) == before && i < ctx.reach.n; i++)
		rc = say_exclusive(&ctx, &u->bdevs.v[ctx.reach.v[i].index], out);
	usage_reach_clear(&ctx.reach);
	return rc;
}
