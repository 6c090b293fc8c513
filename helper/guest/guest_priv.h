/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * guest_priv.h - how guest*.c find guests together
 */
#ifndef HVCLAIM_GUEST_PRIV_H
#define HVCLAIM_GUEST_PRIV_H

#include "guest/guest.h"

/** struct qemu_args - what QEMU's command line tells; strings are NULL when it does not */
struct qemu_args {
	char *name, *uuid, *pidfile;
	uint64_t memory;    /* bytes, 0 when not given */
	bool passthrough;   /* a vfio-pci device */
	bool no_guest;	    /* -machine none: started to be asked what it can do */
	uint32_t xen_domid; /* it serves this domain of Xen; else 0 */
	char **iothreads;   /* ids in their order */
	size_t n_iothreads;
};

/** qemu_is() - whether a program is QEMU by its path or name */
bool qemu_is(const char *program);

/**
 * qemu_args_parse() - read a command line as /proc/PID/cmdline has it
 * @cmdline: words, each with a NUL at its end
 * @len: all bytes
 *
 * Return: 0 or -ENOMEM. Pure.
 */
int qemu_args_parse(const char *cmdline, size_t len, struct qemu_args *out);
void qemu_args_clear(struct qemu_args *a);

/**
 * qemu_thread_role() - what a thread does by the name that QEMU (debug-threads=on) and the kernel give it
 * @comm: its name, at most 15 characters
 * @args: names of I/O threads
 * @index: set to the number of a vCPU or I/O thread, else to 0
 */
enum thread_role qemu_thread_role(const char *comm, const struct qemu_args *args, uint32_t *index);

/** vhost_owner() - the thread for which the kernel made a vhost worker, from its name; 0 when it is none */
pid_t vhost_owner(const char *comm);

/** struct libvirt_domain - a running domain as libvirt records it */
struct libvirt_domain {
	char *name, *uuid;
	pid_t pid;
	pid_t *vcpus; /* thread ids by number; 0 for one that is not there */
	size_t n_vcpus;
	struct guest_foreign *foreign;
	size_t n_foreign;
};

/** struct libvirt_domains - all of them */
struct libvirt_domains {
	struct libvirt_domain *v;
	size_t n;
};

/** libvirt_domains_read() - /run/libvirt/qemu; -ENOMEM or 0, what cannot be read is left out */
int libvirt_domains_read(const struct hostfs *fs, struct libvirt_domains *out);
void libvirt_domains_free(struct libvirt_domains *all);

/** guest_foreign_add() - one more thing that a guest's own manager has set; -ENOMEM or 0 */
int guest_foreign_add(struct guest_foreign **v, size_t *n, enum qos_area area, const char *what);

/** struct proxmox_guest - a running guest of Proxmox */
struct proxmox_guest {
	char *vmid;
	pid_t pid;
};

/** struct proxmox_guests - all of them */
struct proxmox_guests {
	struct proxmox_guest *v;
	size_t n;
};

/** proxmox_guests_read() - /run/qemu-server */
int proxmox_guests_read(const struct hostfs *fs, struct proxmox_guests *out);
void proxmox_guests_free(struct proxmox_guests *all);
/** proxmox_foreign() - what a guest's configuration sets */
int proxmox_foreign(const struct hostfs *fs, struct guest *g);

/**
 * guest_threads_read() - all threads of a guest's process, and its vhost workers among all
 *
 * As much of each as the guest's knobs need: without pins and I/O priority just that it is there. When this is done
 * again, in place of those that it had.
 *
 * Return: 0, -ESRCH when the process has gone, or -ENOMEM.
 */
int guest_threads_read(const struct hostfs *fs, const struct guests *all, struct guest *g);

/**
 * guests_rdt_read() - which groups of resctrl the threads of all guests are in
 *
 * After the threads were listed: one that was started before that, and is in none of the groups, is in the root.
 *
 * Return: 0, or a negative errno with @err set to a string to be freed.
 */
int guests_rdt_read(const struct hostfs *fs, struct guests *all, char **err);

/** guest_kernel_thread() - add a thread of the kernel that serves a guest; 0, also when it has gone, or -ENOMEM */
int guest_kernel_thread(const struct hostfs *fs, pid_t tid, enum thread_role role, uint32_t index,
			struct guest *g);

/**
 * guest_user_read() - who runs a guest's process, and whether its own words count: sets user, uid and stranger
 *
 * Return: 0 or -ENOMEM.
 */
int guest_user_read(const struct hostfs *fs, struct guest *g);

/** process_of_kernel() - whether it is a thread of the kernel; a program may have its name, and no command line */
bool process_of_kernel(const struct hostfs *fs, pid_t pid);

/** guest_cgroup_path() - the cgroup of a process or thread, from the root; a string to be freed, or NULL */
char *guest_cgroup_path(const struct hostfs *fs, pid_t pid);

/** guest_own_cgroup() - name the cgroup, or with systemd the unit, that applying makes for a guest; 0 or -ENOMEM */
int guest_own_cgroup(const struct guests *all, struct guest *g, bool systemd);

/**
 * guest_look_at() - the command line of a program
 * @all: gets the process as seen; and threads of the kernel, which have no command line, when they are vhost workers
 * @cmdline: set to a string to be freed, or NULL
 *
 * Return: 0 or -ENOMEM.
 */
int guest_look_at(const struct hostfs *fs, pid_t pid, struct guests *all, char **cmdline, size_t *len);

/** guests_sort_seen() - in the order of their numbers, when all were looked at */
void guests_sort_seen(struct guests *all);

/**
 * guests_read() - what there is to know of guests that were found
 *
 * Arguments and return as with guests_find(). Guests that have ended are left out.
 */
int guests_read(const struct hostfs *fs, const struct caps *caps, const struct qos *q, uint32_t also,
		struct guests *all, char **err);

/** guests_sort() - in the order of the names */
void guests_sort(struct guests *all);

/**
 * xen_backend_of() - which domain a thread of the dom0's kernel serves, by its name; pure
 * @role: set to ROLE_IOTHREAD for disks, ROLE_VHOST for network interfaces
 * @index: set to the number of the queue of a disk
 *
 * Return: its number, or 0 when it serves none.
 */
uint32_t xen_backend_of(const char *comm, enum thread_role *role, uint32_t *index);

/**
 * guest_place() - which cgroup and unit is a guest's own
 * @path: of the process, as /proc/PID/cgroup tells
 *
 * Sets cgroup and unit, as far as they follow from the path alone. Pure.
 */
int guest_place(struct guest *g, const char *path);

/** guests_own_cgroups() - guests that share a cgroup with others, or have none, get the name of one to be made */
int guests_own_cgroups(struct guests *all, bool systemd);

/**
 * guest_values_read() - the files of a guest's cgroup that its knobs need, and what its memory is on
 * @no_bfq: false at first; set when a cgroup with weights has no file of bfq's, as then none has, and others are not asked
 *
 * Return: 0 or -ENOMEM.
 */
int guest_values_read(const struct hostfs *fs, struct guest *g, bool *no_bfq);

/** guest_cpus_again() - the file that tells which CPUs its threads can have, as it is now; 0 or -ENOMEM */
int guest_cpus_again(const struct hostfs *fs, struct guest *g);

/** units_values_read() - the properties of units over D-Bus, where a guest's knobs need them, and it has none; @err as with guests_find() */
int units_values_read(struct guests *all, char **err);

/** guest_value_set() - add a value to a list; -ENOMEM or 0; takes over @value, also on failure */
int guest_value_set(struct guest_value **v, size_t *n, const char *key, char *value);

#endif
