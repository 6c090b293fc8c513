// SPDX-License-Identifier: GPL-2.0-only
/*
 * guest_user.c - who runs a process, and whether it may be believed what it says of itself
 *
 * Everybody may start a program called qemu-system-x86_64 with -name guest=gold. So the words of a process are
 * root's only when root has started it, on the host itself: not from a user's words through a set-uid program
 * (sudo waits for a password as root, with arguments of the user's), nor as the root of a container.
 */
#define _GNU_SOURCE 1
#include <elf.h>
#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "guest/guest_priv.h"

/* kthreadd: the parent of every thread of the kernel, and of nothing else (kernel/kthread.c) */
#define KTHREADD 2

/* What follows "\nKEY:" in /proc/PID/status; the kernel escapes newlines of the name in the first line. */
static const char *field(const char *status, const char *key)
{
	const char *line = status ? strstr(status, key) : NULL;

	return line ? line + strlen(key) : NULL;
}

bool process_of_kernel(const struct hostfs *fs, pid_t pid)
{
	_cleanup_(freep) char *status = hostfs_value(NULL, "%s/%d/status", fs->proc, pid);
	const char *parent = field(status, "\nPPid:");

	return parent && atoi(parent) == KTHREADD;
}

/* "NSpid:", and a number for each pid namespace that it is in, the host's first (fs/proc/array.c) */
static bool in_container(const char *status)
{
	const char *pids = field(status, "\nNSpid:");
	int outer, inner;

	return pids && sscanf(pids, "%d%*[ \t]%d", &outer, &inner) == 2;
}

/* AT_SECURE: a set-uid program, whoever it runs as by now (fs/binfmt_elf.c). Only who may trace it can tell. */
static bool was_setuid(const struct hostfs *fs, pid_t pid)
{
	size_t len = 0;
	_cleanup_(freep) char *auxv = hostfs_value(&len, "%s/%d/auxv", fs->proc, pid);

	for (size_t at = 0; auxv && at + 2 * sizeof(long) <= len; at += 2 * sizeof(long)) {
		unsigned long word[2];

		memcpy(word, auxv + at, sizeof(word));
		if (word[0] == AT_SECURE)
			return word[1];
	}
	return !geteuid();
}

int guest_user_read(const struct hostfs *fs, struct guest *g)
{
	_cleanup_(freep) char *status = hostfs_value(NULL, "%s/%d/status", fs->proc, g->pid);
	/* real, effective, saved and the file system's; owners of files in /proc would not do: prctl() changes them */
	const char *uids = field(status, "\nUid:");
	unsigned int u[4];
	const struct passwd *pw;

	g->stranger = true;
	if (!uids || sscanf(uids, "%u %u %u %u", &u[0], &u[1], &u[2], &u[3]) != 4 || u[0] != u[1] ||
	    u[0] != u[2] || u[0] != u[3] || in_container(status) || was_setuid(fs, g->pid))
		return 0;
	g->stranger = u[0];
	g->uid = u[0];
	pw = u[0] ? getpwuid(u[0]) : NULL;
	g->user = u[0] ? pw ? strdup(pw->pw_name) : text_fmt("%u", u[0]) : strdup("root");
	return g->user ? 0 : -ENOMEM;
}
