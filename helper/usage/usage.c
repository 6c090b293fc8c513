// SPDX-License-Identifier: GPL-2.0-only
/*
 * usage.c - who on the host uses a function: asks each kind of use in turn
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <string.h>

#include "usage/usage_priv.h"

int usage_say(struct findings *out, const struct dev *dev, enum hvclaim_severity severity, const char *fmt,
	      ...)
{
	struct finding f = {
		.reason = HVCLAIM_REASON_HOST_USE,
		.severity = severity,
		.has_function = true,
		.function = dev->addr,
	};
	_cleanup_(freep) char *words = TEXT_ARGS(fmt);

	if (!words)
		return -ENOMEM;
	/* names of processes and mounts are anybody's, and the terminal is root's */
	for (char *c = words; *c; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			*c = '?';
	f.detail = words;
	return findings_add(out, &f);
}

/*
 * The kernel marks what is behind an external port as removable, with all below it. Finds the topmost one, where a person
 * can pull the plug.
 */
static int find_external(struct place *p)
{
	_cleanup_(freep) char *dir = strdup(p->dir);

	p->removable = false;
	if (!dir)
		return -ENOMEM;
	for (char *slash; (slash = strrchr(dir, '/')); *slash = '\0') {
		_cleanup_(freep) char *removable = NULL;
		struct addr a;

		if (!addr_parse(slash + 1, &a))
			break;
		removable = hostfs_value(NULL, "%s/removable", dir);
		if (!removable || strcmp(removable, "removable"))
			break;
		p->removable = true;
		p->topmost = a;
	}
	return 0;
}

/*
 * Where a function is: the kernel puts virtual functions beside their physical one, behind the same ports. So there is
 * nothing to be asked for them, which follow it in the list of functions and may be hundreds.
 */
static int find_place(struct usage *u, const struct dev *dev)
{
	struct place *p = &u->place;
	struct addr a = dev->sriov_role == HVCLAIM_SRIOV_ROLE_VF ? dev->pf : dev->addr;

	if (p->dir && !addr_cmp(p->addr, a))
		return 0;
	free(p->dir);
	p->addr = a;
	p->dir = hostfs_dev(&u->fs, a);
	if (!p->dir)
		return errno == ENOMEM ? -ENOMEM : 0;
	return find_external(p);
}

static char *sysdir_of(const struct place *p, const struct dev *dev)
{
	char name[ADDR_STR_LEN];

	return text_fmt("%.*s%s", (int)(path_base(p->dir) - p->dir), p->dir, addr_str(dev->addr, name));
}

static int check_external(const struct place *p, const struct dev *dev, struct findings *out)
{
	struct finding f = {
		.reason = HVCLAIM_REASON_EXTERNAL,
		.severity = HVCLAIM_SEVERITY_NOTE,
		.has_function = true,
		.function = dev->addr,
		.has_other = addr_cmp(p->topmost, p->addr) != 0,
		.other = p->topmost,
	};

	return p->removable ? findings_add(out, &f) : 0;
}

/*
 * The framebuffer that the firmware set up: vga_default_device(), which the kernel judges by, is only for
 * VGA class functions, a 3D controller may have it all the same. /proc/iomem shows it inside a BAR.
 */
static int check_framebuffer(const struct usage *u, const struct dev *dev, struct findings *out)
{
	static const char *const names[] = { "BOOTFB", "efifb",	    "simplefb",
					     "vesafb", "simpledrm", "simple-framebuffer" };
	struct finding f = {
		.reason = HVCLAIM_REASON_BOOT_VGA,
		.severity = HVCLAIM_SEVERITY_ASK,
		.has_function = true,
		.function = dev->addr,
	};
	_cleanup_(freep) char *iomem = NULL;
	char name[ADDR_STR_LEN], *save = NULL;
	size_t bar = SIZE_MAX;

	if (dev->class >> 16 != 0x03)
		return 0;
	for (size_t i = 0; i < out->n; i++)
		if (out->v[i].reason == HVCLAIM_REASON_BOOT_VGA && out->v[i].has_function &&
		    !addr_cmp(out->v[i].function, dev->addr))
			return 0;
	iomem = hostfs_read(NULL, "%s/iomem", u->fs.proc);
	if (!iomem)
		return 0;
	addr_str(dev->addr, name);
	for (char *line = strtok_r(iomem, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		size_t indent = strspn(line, " ");
		const char *what = strstr(line, " : ");

		if (!what)
			continue;
		what += 3;
		if (indent <= bar)
			bar = strcmp(what, name) ? SIZE_MAX : indent;
		if (bar == SIZE_MAX || indent <= bar)
			continue;
		for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
			if (strncmp(what, names[i], strlen(names[i])))
				continue;
			f.detail = (char *)(uintptr_t) "the firmware's framebuffer is in its memory";
			return findings_add(out, &f);
		}
	}
	return 0;
}

struct usage *usage_new(const struct hostfs *fs)
{
	struct usage *u = calloc(1, sizeof(*u));

	if (u)
		u->fs = *fs;
	return u;
}

int usage_dev(struct usage *u, const struct dev *dev, const struct devs *all, struct findings *out)
{
	_cleanup_(freep) char *sysdir = NULL;
	int rc = find_place(u, dev);

	(void)all;
	if (rc || !u->place.dir)
		return rc; /* gone: the kernel's finding says so */
	sysdir = sysdir_of(&u->place, dev);
	if (!sysdir)
		return -ENOMEM;
	rc = usage_block(u, dev, sysdir, out);
	if (!rc)
		rc = usage_net(u, dev, sysdir, out);
	if (!rc)
		rc = usage_node(u, dev, sysdir, out);
	if (!rc)
		rc = usage_libvirt(u, dev, out);
	if (!rc)
		rc = check_framebuffer(u, dev, out);
	if (!rc)
		rc = check_external(&u->place, dev, out);
	return rc;
}

int usage_check(const struct dev *dev, const struct devs *all, struct findings *out)
{
	struct usage *u = usage_new(&hostfs_default);
	int rc;

	if (!u)
		return -ENOMEM;
	rc = usage_dev(u, dev, all, out);
	usage_free(u);
	return rc;
}

void bdev_clear(struct bdev *b)
{
	free(b->name);
	free(b->path);
	free(b->dm_name);
	free(b->dm_uuid);
}

void mnt_clear(struct mnt *m)
{
	free(m->source);
	free(m->target);
	free(m->fstype);
	free(m->where);
}

void opener_clear(struct opener *o)
{
	free(o->node);
}

void node_clear(struct node *n)
{
	free(n->node);
	free(n->path);
}

void netif_clear(struct netif *n)
{
	free(n->name);
	free(n->path);
}

void hostdev_clear(struct hostdev *h)
{
	free(h->guest);
}

#define list_free(list, clear)                         \
	do {                                           \
		for (size_t i = 0; i < (list)->n; i++) \
			clear(&(list)->v[i]);          \
		free((list)->v);                       \
	} while (0)

void usage_free(struct usage *u)
{
	if (!u)
		return;
	list_free(&u->bdevs, bdev_clear);
	list_free(&u->mnts, mnt_clear);
	list_free(&u->openers, opener_clear);
	list_free(&u->nodes, node_clear);
	list_free(&u->netifs, netif_clear);
	list_free(&u->hostdevs, hostdev_clear);
	free(u->place.dir);
	free(u);
}
