/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * privs.h - what of root's capabilities a command keeps
 *
 * Files that root owns need none: the owner's bits are enough. What does, with the kernel's check:
 *
 * CAP_SYS_ADMIN	the module asks for it in each request but info-get and what dev-get and group-get show to all,
 *			and of who joins its multicast group (kmod/nl_family.c); configuration space beyond the first
 *			64 bytes (pci_read_config()); mount(2) of resctrl (may_mount())
 * CAP_NET_ADMIN	a receive buffer with room for a burst of events: SO_RCVBUFFORCE (sk_setsockopt())
 * CAP_SYS_PTRACE	links in /proc/PID/fd and /proc/PID/ns, fdinfo and auxv of other processes, and migrate_pages(2)
 *			(ptrace_may_access(); a process with more capabilities than ours asks for it also when it is root's)
 * CAP_DAC_READ_SEARCH	the directory /proc/PID/fd of other users (proc_fd_permission()), disks' nodes and
 *			configuration files that are not root's (generic_permission())
 * CAP_SYS_NICE		sched_setaffinity(2), ioprio_set(2) and migrate_pages(2) of others' threads
 *			(check_same_owner(), set_task_ioprio(), kernel_migrate_pages())
 * CAP_SYS_MODULE	finit_module(2): libkmod loads the backend's driver
 * CAP_CHOWN		giving a node of vfio away (chown_ok())
 * CAP_SYS_RESOURCE	prlimit(2), to read how much memory another user may lock (check_prlimit_permission())
 * CAP_DAC_OVERRIDE	all that, and mkdir(2) in the roots of cgroup2 and resctrl, which are nobody's to write
 *			(kernfs_create_root(): 0555); writing into directories that are not root's
 * CAP_FOWNER		mode of a file that keeps its owner (setattr_prepare()), replacing one in a sticky directory
 *
 * cgroup files and resctrl's tasks need euid 0 only (cgroup_procs_write_permission(), rdtgroup_task_write_permission());
 * so does systemd's SetUnitProperties, and libxl for the nodes in /dev/xen.
 */
#ifndef HVCLAIM_PRIVS_H
#define HVCLAIM_PRIVS_H

#include <stdbool.h>
#include <stdint.h>

#include <linux/capability.h>

#define PRIV(cap) (1ULL << (cap))

/** PRIVS_ALL - nothing is given up: somebody else's program is run, which may need anything */
#define PRIVS_ALL UINT64_MAX

/** PRIVS_FILES - read files that are not root's */
#define PRIVS_FILES PRIV(CAP_DAC_READ_SEARCH)

/** PRIVS_LOOK - find out who uses a device, and who runs a guest */
#define PRIVS_LOOK (PRIVS_FILES | PRIV(CAP_SYS_PTRACE))

/** PRIVS_ASK - ask the module for what is not for everybody, or tell it to do something */
#define PRIVS_ASK (PRIVS_FILES | PRIV(CAP_SYS_ADMIN))

/** PRIVS_FOLLOW - the same, and listen to its events */
#define PRIVS_FOLLOW (PRIVS_ASK | PRIV(CAP_NET_ADMIN))

/** PRIVS_TAKE - judge functions, load the backend's driver, take them and wait */
#define PRIVS_TAKE (PRIVS_FOLLOW | PRIVS_LOOK | PRIV(CAP_SYS_MODULE))

/** PRIVS_SHARE - give guests their share */
#define PRIVS_SHARE (PRIV(CAP_DAC_OVERRIDE) | PRIV(CAP_SYS_PTRACE) | PRIV(CAP_SYS_NICE) | PRIV(CAP_SYS_ADMIN))

/** PRIVS_WRITE - write files that are not root's, or not in root's directories */
#define PRIVS_WRITE (PRIV(CAP_DAC_OVERRIDE) | PRIV(CAP_FOWNER) | PRIV(CAP_CHOWN))

/**
 * privs_add() - an option needs more than its command does
 * @caps: bits of capabilities; PRIVS_ALL: privs_keep() does nothing
 */
void privs_add(uint64_t caps);

/**
 * privs_keep() - give up all capabilities but these, for good
 * @caps: bits of capabilities, beside those of privs_add()
 *
 * Effective, permitted and bounding set become what of @caps was there, the inheritable and ambient sets empty, and
 * no_new_privs is set. Once, after the options are known and before the command does anything. Whoever has no
 * capabilities loses nothing. What cannot be given up is kept, and -v tells: a container may forbid it.
 */
void privs_keep(uint64_t caps);

/** privs_had() - whether a capability was effective when the command began; it may be given up by now */
bool privs_had(int cap);

#endif
