// SPDX-License-Identifier: GPL-2.0-only
/*
 * shares.c - what a guest's share costs at least: the writes to cgroup and resctrl files
 *
 *	shares set|other|reset CGROUP…
 *
 * set: gives the processes of each cgroup the values of the bench, and their threads the class hvclaim would give them, when
 * resctrl is mounted; other: other values, and no class; reset: the kernel's defaults, all threads in the root class. CGROUP
 * is a path below /sys/fs/cgroup.
 */
#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define CGROUP	"/sys/fs/cgroup"
#define RESCTRL "/sys/fs/resctrl"
/* each has a part of the cache and of the bandwidth; guests take turns */
#define CLASSES 4

static const struct {
	const char *file, *set, *other, *reset;
} values[] = {
	{ "cpu.weight", "300", "200", "100" },
	{ "cpu.max", "50000 100000", "40000 100000", "max 100000" },
	{ "cpu.max.burst", "10000", "5000", "0" },
	{ "io.weight", "200", "300", "default 100" },
	{ "memory.low", "16777216", "8388608", "0" },
	{ "memory.high", "536870912", "268435456", "max" },
};

static void put(const char *dir, const char *name, const char *text)
{
	char path[512];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	fd = open(path, O_WRONLY);
	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		err(1, "%s", path);
	close(fd);
}

/* All threads of a cgroup, as resctrl takes them: with commas between */
static void threads_of(const char *dir, char *out, size_t size)
{
	char path[512];
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "%s/cgroup.threads", dir);
	fd = open(path, O_RDONLY);
	n = fd < 0 ? -1 : read(fd, out, size - 1);
	if (n < 0)
		err(1, "%s", path);
	close(fd);
	while (n && out[n - 1] == '\n')
		n--;
	out[n] = '\0';
	for (char *c = out; *c; c++)
		if (*c == '\n')
			*c = ',';
}

static void class_dir(char *out, size_t size, int class)
{
	snprintf(out, size, RESCTRL "/bench-%d", class);
}

static void make_classes(int n)
{
	char dir[64], text[64];

	for (int i = 0; i < n; i++) {
		class_dir(dir, sizeof(dir), i);
		if (mkdir(dir, 0755) && errno != EEXIST)
			err(1, "%s", dir);
		snprintf(text, sizeof(text), "L3:0=%x\nMB:0=%d\n", 3 << 2 * i, 50 + 10 * i);
		put(dir, "schemata", text);
	}
}

int main(int argc, char **argv)
{
	char dir[256], group[64], tids[4096];
	bool resctrl, set, reset;

	if (argc < 3)
		errx(2, "usage: shares set|other|reset CGROUP...");
	set = !strcmp(argv[1], "set");
	reset = !strcmp(argv[1], "reset");
	resctrl = !access(RESCTRL "/schemata", F_OK);
	if (resctrl && set)
		make_classes(argc - 2 < CLASSES ? argc - 2 : CLASSES);
	for (int i = 2; i < argc; i++) {
		snprintf(dir, sizeof(dir), CGROUP "/%s", argv[i]);
		for (size_t k = 0; k < sizeof(values) / sizeof(*values); k++)
			put(dir, values[k].file,
			    set	    ? values[k].set
			    : reset ? values[k].reset
				    : values[k].other);
		if (!resctrl || !(set || reset))
			continue;
		threads_of(dir, tids, sizeof(tids));
		class_dir(group, sizeof(group), (i - 2) % CLASSES);
		put(set ? group : RESCTRL, "tasks", tids);
	}
	return 0;
}
