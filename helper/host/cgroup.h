/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * cgroup.h - which cgroups the host has, and writing to those that systemd does not own
 *
 * cgroup.c is the only file that touches libcgroup.
 */
#ifndef HVCLAIM_CGROUP_H
#define HVCLAIM_CGROUP_H

#include "host/caps.h"

/**
 * caps_cgroup() - fill in which hierarchies are mounted, who manages them, and the controllers
 * @fs: where the host's file systems are
 * @c: its members cgroup, systemd and has_… are set
 *
 * From /proc/self/mountinfo: libcgroup's cgroup_setup_mode() looks at no other place than /sys/fs/cgroup, and
 * version 2 of the library (Debian 12) has no such function.
 *
 * Return: 0 or -ENOMEM.
 */
int caps_cgroup(const struct hostfs *fs, struct caps *c);

/**
 * cgroup_refusal() - why guests cannot be given their share on this host
 *
 * Return: words, or NULL when they can.
 */
const char *cgroup_refusal(enum cgroup_mode mode);

/**
 * cgroup_write() - write one value
 * @path: from the root of cgroup2, with its slash
 * @file: "cpu.weight"
 * @err: set to a string to be freed on failure: "/vm1/cpu.max: …"
 *
 * The controller is turned on in the groups above when it is not there yet.
 *
 * Return: 0 or a negative errno.
 */
int cgroup_write(const char *path, const char *file, const char *value, char **err);

/** cgroup_make() - make a cgroup, and those above it; one that exists is fine. Return and @err as cgroup_write() */
int cgroup_make(const char *path, char **err);

/** cgroup_move() - move a process or kernel thread into a cgroup; as cgroup_write() */
int cgroup_move(const char *path, pid_t pid, char **err);

/** cgroup_reap() - remove a cgroup that nobody is in; one that is not there, or is used, is fine */
void cgroup_reap(const char *path);

#endif
