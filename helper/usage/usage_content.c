// SPDX-License-Identifier: GPL-2.0-only
/*
 * usage_content.c - what is on a block device: mounts, swap, members of btrfs and ZFS, superblocks
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <blkid/blkid.h>

#include "lib/late.h"
#include "usage/usage_block.h"

#define FUNCTIONS(X)                      \
	X(blkid_do_safeprobe)             \
	X(blkid_free_probe)               \
	X(blkid_new_probe_from_filename)  \
	X(blkid_probe_enable_superblocks) \
	X(blkid_probe_lookup_value)       \
	X(blkid_probe_set_superblocks_flags)

LATE_DECLARE(libblkid, FUNCTIONS);
LATE_DEFINE(libblkid, FUNCTIONS);

#define TARGETS_MAX 3 /* mount points named in one finding */

/* ", on /dev/nvme0n1p2; another path …": where a stacked device comes from */
static char *whence(const struct block *ctx, const struct reached *r)
{
	const struct reached *base = r;
	_cleanup_(freep) char *below = NULL;

	while (base->via >= 0 && ctx->u->bdevs.v[base->index].disk != ctx->reach.v[base->via].index)
		base = &ctx->reach.v[base->via];
	if (base == r)
		return strdup(r->also ? r->also : "");
	below = usage_bdev_words(&ctx->u->bdevs.v[base->index]);
	return below ? text_fmt(", on %s%s", below, r->also ? r->also : "") : NULL;
}

/* btrfs and bcachefs name their devices in the source, and have no number of their own */
bool usage_mnt_is_on(const struct usage *u, const struct mnt *m, int index)
{
	_cleanup_(freep) char *source = NULL;
	char *save = NULL;

	if (major(m->devno))
		return u->bdevs.v[index].devno == m->devno;
	source = strdup(m->source);
	if (!source)
		return false;
	for (char *s = strtok_r(source, ":", &save); s; s = strtok_r(NULL, ":", &save))
		if (usage_bdev_at(u, s) == index)
			return true;
	return false;
}

/* One finding for all mounts of a device; those of other namespaces count when ours has none. */
static int say_mounts(struct block *ctx, const struct reached *r, bool *found, struct findings *out)
{
	const struct usage *u = ctx->u;
	_cleanup_(freep) char *name = usage_bdev_words(&u->bdevs.v[r->index]);
	_cleanup_(freep) char *from = whence(ctx, r);
	_cleanup_(freep) char *targets = NULL;
	const struct mnt *first = NULL;
	size_t n = 0;

	if (!name || !from)
		return -ENOMEM;
	for (size_t i = 0; i < u->mnts.n; i++) {
		const struct mnt *m = &u->mnts.v[i];

		if (!usage_mnt_is_on(u, m, r->index))
			continue;
		if (!first)
			first = m;
		if (m->where != first->where &&
		    (!m->where || !first->where || strcmp(m->where, first->where)))
			continue; /* ours come first in the list */
		if (n++ < TARGETS_MAX && text_add(&targets, "%s%s", targets ? ", " : "", m->target))
			return -ENOMEM;
	}
	if (!first)
		return 0;
	*found = true;
	if (n > TARGETS_MAX && text_add(&targets, " and %zu more", n - TARGETS_MAX))
		return -ENOMEM;
	return usage_say(out, ctx->dev, HVCLAIM_SEVERITY_ASK, "%s is mounted on %s (%s)%s%s%s", name, targets,
			 first->fstype, first->where ? " in the mount namespace of " : "",
			 first->where ? first->where : "", from);
}

/* A file system on several devices has one of them as its source; sysfs names the others. */
char *usage_in_btrfs(const struct usage *u, int index)
{
	_cleanup_(closedirp) DIR *d = hostfs_dir("%s/fs/btrfs", u->fs.sysfs);
	struct dirent *e;

	while (d && (e = dir_next(d))) {
		_cleanup_(freep) char *member = hostfs_real("%s/fs/btrfs/%s/devices/%s", u->fs.sysfs,
							    e->d_name, u->bdevs.v[index].name);

		if (member)
			return strdup(e->d_name);
	}
	return NULL;
}

static int say_btrfs(struct block *ctx, const struct reached *r, struct findings *out)
{
	_cleanup_(freep) char *name = usage_bdev_words(&ctx->u->bdevs.v[r->index]);
	_cleanup_(freep) char *from = whence(ctx, r);
	_cleanup_(freep) char *id = usage_in_btrfs(ctx->u, r->index);
	_cleanup_(freep) char *label = NULL;

	if (!name || !from)
		return -ENOMEM;
	if (!id)
		return 0;
	label = hostfs_read(NULL, "%s/fs/btrfs/%s/label", ctx->u->fs.sysfs, id);
	return usage_say(out, ctx->dev, HVCLAIM_SEVERITY_ASK, "%s is a member of the mounted btrfs %s%s",
			 name, label && *label ? label : id, from);
}

/* \040 and the like, as the kernel writes white space in paths */
static void unescape(char *s)
{
	unsigned int c;
	char *to = s;

	while (*s) {
		if (*s == '\\' && sscanf(s + 1, "%3o", &c) == 1 && strspn(s + 1, "01234567") >= 3) {
			*to++ = (char)c;
			s += 4;
		} else {
			*to++ = *s++;
		}
	}
	*to = '\0';
}

/* Whether a line of /proc/swaps, cut to its first word, is about a block device; @file when it is a file on it. */
static bool swap_line_is_on(const struct usage *u, const char *line, int index, bool *file)
{
	struct stat st;

	*file = false;
	if (usage_bdev_at(u, line) == index)
		return true;
	*file = !stat(line, &st) && S_ISREG(st.st_mode) && major(st.st_dev) &&
		st.st_dev == u->bdevs.v[index].devno;
	return *file;
}

bool usage_swap_on(const struct usage *u, int index)
{
	_cleanup_(freep) char *swaps = hostfs_read(NULL, "%s/swaps", u->fs.proc);
	char *save = NULL, *line = swaps ? strtok_r(swaps, "\n", &save) : NULL;
	bool file;

	while (line && (line = strtok_r(NULL, "\n", &save))) {
		line[strcspn(line, " \t")] = '\0';
		unescape(line);
		if (swap_line_is_on(u, line, index, &file))
			return true;
	}
	return false;
}

static int say_swap(struct block *ctx, const struct reached *r, struct findings *out)
{
	_cleanup_(freep) char *swaps = hostfs_read(NULL, "%s/swaps", ctx->u->fs.proc);
	_cleanup_(freep) char *name = usage_bdev_words(&ctx->u->bdevs.v[r->index]);
	_cleanup_(freep) char *from = whence(ctx, r);
	char *save = NULL, *line;
	int rc = 0;

	if (!name || !from)
		return -ENOMEM;
	line = swaps ? strtok_r(swaps, "\n", &save) : NULL;
	while (!rc && line && (line = strtok_r(NULL, "\n", &save))) {
		bool file;

		/* name, blanks, type */
		line[strcspn(line, " \t")] = '\0';
		unescape(line);
		if (!swap_line_is_on(ctx->u, line, r->index, &file))
			continue;
		rc = usage_say(out, ctx->dev, HVCLAIM_SEVERITY_ASK, "swap%s%s on %s%s", file ? " file " : "",
			       file ? line : "", name, from);
	}
	return rc;
}

/* A process that may write to the disk: another guest's QEMU, mostly. Readers are udev and the like. */
static int say_openers(struct block *ctx, const struct reached *r, struct findings *out)
{
	const struct bdev *b = &ctx->u->bdevs.v[r->index];
	_cleanup_(freep) char *name = usage_bdev_words(b);
	_cleanup_(freep) char *who = NULL;
	int rc;

	if (!name)
		return -ENOMEM;
	rc = usage_openers(ctx->u, b->name, b->devno, true, &who);
	if (rc || !who)
		return rc;
	return usage_say(out, ctx->dev, HVCLAIM_SEVERITY_ASK, "%s is open for writing by %s%s", name, who,
			 r->also ? r->also : "");
}

int usage_block_content(struct block *ctx, const struct reached *r, struct findings *out)
{
	bool mounted = false;
	int rc = say_mounts(ctx, r, &mounted, out);

	if (!rc && !mounted)
		rc = say_btrfs(ctx, r, out);
	if (!rc)
		rc = say_swap(ctx, r, out);
	if (!rc)
		rc = say_openers(ctx, r, out);
	return rc;
}

static const char *probed(blkid_probe pr, const char *key)
{
	const char *value;

	return libblkid.blkid_probe_lookup_value(pr, key, &value, NULL) ? NULL : value;
}

static int say_superblock(struct block *ctx, const char *name, const char *from, blkid_probe pr,
			  struct findings *out)
{
	const char *type = probed(pr, "TYPE"), *label = probed(pr, "LABEL"), *usage = probed(pr, "USAGE");
	_cleanup_(freep) char *pool = NULL;

	if (!type)
		return 0;
	if (!strcmp(type, "zfs_member")) {
		if (label && !strchr(label, '/'))
			pool = hostfs_real("%s/spl/kstat/zfs/%s", ctx->u->fs.proc, label);
		return usage_say(out, ctx->dev, pool ? HVCLAIM_SEVERITY_ASK : HVCLAIM_SEVERITY_NOTE,
				 pool ? "ZFS: %s is in the imported pool %s%s"
				      : "ZFS: %s is in pool %s, which is not imported%s",
				 name, label ? label : "?", from);
	}
	if (!strcmp(type, "LVM2_member"))
		return usage_say(out, ctx->dev, HVCLAIM_SEVERITY_NOTE,
				 "LVM: %s is a physical volume, with no volume active%s", name, from);
	return usage_say(out, ctx->dev, HVCLAIM_SEVERITY_NOTE, "%s holds %s%s%s%s, not in use%s", name,
			 usage && !strcmp(usage, "raid") ? "a member of " : "", type,
			 label ? " labelled " : "", label ? label : "", from);
}

static void probe_freep(blkid_probe *pr)
{
	if (*pr)
		libblkid.blkid_free_probe(*pr);
}

/* What blkid finds on a block device; @out stays NULL when it cannot be read, or holds nothing known. */
static int probe(const struct usage *u, int index, blkid_probe *out)
{
	_cleanup_(freep) char *node = text_fmt("%s/%s", u->fs.dev, u->bdevs.v[index].name);
	_cleanup_(probe_freep) blkid_probe pr = NULL;
	int rc = LATE_LOAD(libblkid);

	if (rc || !node)
		return rc ? rc : -ENOMEM;
	for (char *c = node; (c = strchr(c, '!')); c++)
		*c = '/';
	pr = access(node, R_OK) ? NULL : libblkid.blkid_new_probe_from_filename(node);
	if (!pr)
		return 0;
	libblkid.blkid_probe_enable_superblocks(pr, 1);
	libblkid.blkid_probe_set_superblocks_flags(pr, BLKID_SUBLKS_TYPE | BLKID_SUBLKS_LABEL |
							       BLKID_SUBLKS_USAGE);
	if (libblkid.blkid_do_safeprobe(pr) == 0) {
		*out = pr;
		pr = NULL;
	}
	return 0;
}

int usage_zfs_pool(const struct usage *u, int index, char **pool)
{
	_cleanup_(probe_freep) blkid_probe pr = NULL;
	int rc = probe(u, index, &pr);
	const char *type = pr ? probed(pr, "TYPE") : NULL, *label = pr ? probed(pr, "LABEL") : NULL;

	*pool = NULL;
	if (rc || !type || !label || strcmp(type, "zfs_member"))
		return rc;
	*pool = strdup(label);
	return *pool ? 0 : -ENOMEM;
}

int usage_block_signature(struct block *ctx, const struct reached *r, struct findings *out)
{
	_cleanup_(freep) char *name = usage_bdev_words(&ctx->u->bdevs.v[r->index]);
	_cleanup_(freep) char *from = whence(ctx, r);
	_cleanup_(probe_freep) blkid_probe pr = NULL;
	int rc;

	if (!name || !from)
		return -ENOMEM;
	if (r->used || r->held)
		return 0;
	rc = probe(ctx->u, r->index, &pr);
	return rc || !pr ? rc : say_superblock(ctx, name, from, pr, out);
}
