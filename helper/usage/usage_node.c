// SPDX-License-Identifier: GPL-2.0-only
/*
 * usage_node.c - nodes in /dev that a function's drivers made, and the processes that have them open
 */
#define _GNU_SOURCE 1
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "usage/usage_priv.h"

#define PCI_VENDOR_ID_NVIDIA 0x10de

#define OPENERS_MAX 3 /* processes named in one finding */

/*
 * Subsystems whose open nodes mean that somebody is at work. Not input and not sound's control nodes:
 * login managers and sound servers hold those of every device all the time.
 */
static const char *const subsystems[] = {
	"drm", "sound",	   "accel", "graphics",	    "video4linux",  "dvb",
	"tty", "watchdog", "nvme",  "nvme-generic", "scsi_generic", "infiniband_verbs",
};

static bool subsystem_counts(const char *name, const char *node)
{
	if (!strcmp(name, "sound"))
		return !strncmp(path_base(node), "pcmC", 4);
	for (size_t i = 0; i < sizeof(subsystems) / sizeof(subsystems[0]); i++)
		if (!strcmp(name, subsystems[i]))
			return true;
	return false;
}

/*
 * Memory, consoles and their screens are never a function's, and most of what a small host has. Their numbers are fixed
 * (Documentation/admin-guide/devices.txt).
 */
static bool no_device(unsigned int maj, unsigned int min)
{
	return maj == 1 || maj == 7 || (maj == 4 && min < 64);
}

/* DEVNAME of a device's uevent: its node below /dev; NULL when it has none. */
static char *devname(const char *path)
{
	_cleanup_(freep) char *uevent = hostfs_value(NULL, "%s/uevent", path);
	char *save = NULL, *line = uevent ? strtok_r(uevent, "\n", &save) : NULL;

	for (; line; line = strtok_r(NULL, "\n", &save))
		if (!strncmp(line, "DEVNAME=", 8))
			return strdup(line + 8);
	return NULL;
}

static int load_nodes(struct usage *u)
{
	_cleanup_(closedirp) DIR *d = NULL;
	struct dirent *e;

	if (u->nodes.loaded)
		return 0;
	u->nodes.loaded = true;
	d = hostfs_dir("%s/dev/char", u->fs.sysfs);
	while (d && (e = dir_next(d))) {
		_cleanup_(node_clear) struct node n = { 0 };
		_cleanup_(freep) char *subsystem = NULL;
		_cleanup_(freep) char *path = NULL;
		unsigned int maj, min;

		if (sscanf(e->d_name, "%u:%u", &maj, &min) != 2 || no_device(maj, min))
			continue;
		path = hostfs_device("%s/dev/char/%s", u->fs.sysfs, e->d_name);
		if (!path || !strstr(path, "/pci"))
			continue; /* not below a root bus */
		n.node = devname(path);
		subsystem = hostfs_link("%s/subsystem", path);
		if (!n.node || !subsystem || !subsystem_counts(subsystem, n.node))
			continue;
		n.devno = makedev(maj, min);
		n.path = path;
		path = NULL;
		if (list_push(&u->nodes, &n))
			return -ENOMEM;
	}
	return 0;
}

/* Whether a descriptor of a process was opened for writing. */
static bool opened_for_writing(const struct usage *u, const struct opener *o)
{
	_cleanup_(freep) char *info = hostfs_value(NULL, "%s/%d/fdinfo/%d", u->fs.proc, (int)o->pid, o->fd);
	const char *flags = info ? strstr(info, "flags:") : NULL;
	unsigned int mode;

	return flags && sscanf(flags, "flags: %o", &mode) == 1 && (mode & O_ACCMODE) != O_RDONLY;
}

/* Threads of the kernel have no program, and no descriptors: on an idle host they are most of what is in /proc. */
static bool has_program(const struct usage *u, const char *pid)
{
	char path[PATH_MAX], to[1];

	snprintf(path, sizeof(path), "%s/%s/exe", u->fs.proc, pid);
	return readlink(path, to, sizeof(to)) >= 0 || errno != ENOENT;
}

static int load_openers_of(struct usage *u, const char *pid)
{
	_cleanup_(closedirp) DIR *d = hostfs_dir("%s/%s/fd", u->fs.proc, pid);
	struct dirent *e;

	while (d && (e = dir_next(d))) {
		_cleanup_(opener_clear) struct opener o = { 0 };
		char path[PATH_MAX], to[PATH_MAX];
		struct stat st;
		ssize_t n;

		snprintf(path, sizeof(path), "%s/%s/fd/%s", u->fs.proc, pid, e->d_name);
		n = readlink(path, to, sizeof(to) - 1);
		if (n <= 5 || strncmp(to, "/dev/", 5))
			continue; /* and no stat() of other files: it may wait for a dead NFS server */
		to[n] = '\0';
		if (!strcmp(to, "/dev/null") || !strncmp(to, "/dev/pts/", 9) || !strncmp(to, "/dev/shm/", 9))
			continue;
		/* the number: containers may have the node under another name */
		if (!stat(path, &st) && (S_ISCHR(st.st_mode) || S_ISBLK(st.st_mode)))
			o.devno = st.st_rdev;
		o.node = strdup(to + 5);
		if (!o.node)
			return -ENOMEM;
		o.pid = (pid_t)strtol(pid, NULL, 10);
		o.fd = (int)strtol(e->d_name, NULL, 10);
		if (list_push(&u->openers, &o))
			return -ENOMEM;
	}
	return 0;
}

static int load_openers(struct usage *u)
{
	_cleanup_(closedirp) DIR *d = NULL;
	const pid_t self = getpid();
	struct dirent *e;
	int rc = 0;

	if (u->openers.loaded)
		return 0;
	u->openers.loaded = true;
	d = hostfs_dir("%s", u->fs.proc);
	while (!rc && d && (e = dir_next(d)))
		if (isdigit((unsigned char)e->d_name[0]) && strtol(e->d_name, NULL, 10) != self &&
		    has_program(u, e->d_name))
			rc = load_openers_of(u, e->d_name);
	return rc;
}

static int add_process(const struct usage *u, pid_t pid, char **words)
{
	_cleanup_(freep) char *comm = hostfs_value(NULL, "%s/%d/comm", u->fs.proc, (int)pid);

	return text_add(words, "%s%s (%d)", *words ? ", " : "", comm ? comm : "?", (int)pid);
}

int usage_openers(struct usage *u, const char *node, dev_t devno, bool writers, char **words)
{
	pid_t last = 0;
	size_t n = 0;
	int rc = load_openers(u);

	*words = NULL;
	for (size_t i = 0; !rc && i < u->openers.n; i++) {
		const struct opener *o = &u->openers.v[i];
		bool same = o->devno && devno ? o->devno == devno : !strcmp(o->node, node);

		if (!same || o->pid == last || (writers && !opened_for_writing(u, o)))
			continue;
		last = o->pid; /* a process's descriptors are together in the list */
		if (n++ < OPENERS_MAX)
			rc = add_process(u, o->pid, words);
	}
	if (!rc && n > OPENERS_MAX)
		rc = text_add(words, " and %zu more", n - OPENERS_MAX);
	return rc;
}

static int say_open(struct usage *u, const struct dev *dev, const char *node, dev_t devno,
		    struct findings *out)
{
	_cleanup_(freep) char *who = NULL;
	int rc = usage_openers(u, node, devno, false, &who);

	if (rc || !who)
		return rc;
	return usage_say(out, dev, HVCLAIM_SEVERITY_ASK, "/dev/%s is open by %s", node, who);
}

/* NVIDIA's own driver has no devices in sysfs; it tells the node's number in /proc. */
static int check_nvidia(struct usage *u, const struct dev *dev, struct findings *out)
{
	char addr[ADDR_STR_LEN], node[32];
	_cleanup_(freep) char *info = NULL;
	const char *minor;
	unsigned int n;

	if (dev->vendor != PCI_VENDOR_ID_NVIDIA)
		return 0;
	info = hostfs_read(NULL, "%s/driver/nvidia/gpus/%s/information", u->fs.proc,
			   addr_str(dev->addr, addr));
	minor = info ? strstr(info, "Device Minor:") : NULL;
	if (!minor || sscanf(minor, "Device Minor: %u", &n) != 1)
		return 0;
	snprintf(node, sizeof(node), "nvidia%u", n);
	return say_open(u, dev, node, 0, out);
}

int usage_node(struct usage *u, const struct dev *dev, const char *sysdir, struct findings *out)
{
	int rc = load_nodes(u);

	for (size_t i = 0; !rc && i < u->nodes.n; i++)
		if (path_below(u->nodes.v[i].path, sysdir))
			rc = say_open(u, dev, u->nodes.v[i].node, u->nodes.v[i].devno, out);
	return rc ? rc : check_nvidia(u, dev, out);
}
