/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * guests.h - guests as they were found running
 *
 * Filled by guest*.c, read by plan*.c, apply*.c and effect.c. Plain data: strings and lists are owned by the
 * struct they are in.
 */
#ifndef HVCLAIM_GUESTS_H
#define HVCLAIM_GUESTS_H

#include <sys/types.h>

#include "host/caps.h"
#include "lib/idset.h"
#include "config/qos.h"

/** enum guest_kind - who runs it */
enum guest_kind {
	GUEST_LIBVIRT,
	GUEST_QEMU,
	GUEST_PROXMOX,
	GUEST_XEN,
	GUEST_KINDS
};

/** guest_kind_name - "libvirt", "qemu", "proxmox", "xen" */
extern const char *const guest_kind_name[GUEST_KINDS];

/** struct guest_thread - one thread of a guest */
struct guest_thread {
	pid_t tid;
	enum thread_role role;
	uint32_t index;	   /* of a vCPU or iothread; 0 for others */
	bool kernel;	   /* a kernel thread (old vhost workers): not in the guest's process */
	struct idset cpus; /* present affinity */
	int ioprio;	   /* as ioprio_get(2) tells: class << 13 | level; -1 when not read */
	char *rdt_group;   /* resctrl group: "" the root, NULL when not known or without resctrl */
	char *rdt_mon;	   /* monitor group inside of it: "" none, NULL when not known */
};

/** struct guest_value - what is set now: a cgroup file's text or a unit's property */
struct guest_value {
	char *key;
	/*
	 * Files: as read, without the newline at the end. Properties: numbers in decimal, UINT64_MAX as
	 * "infinity", CPU and node lists as "0-3,8" ("" when not set), a(st) as lines of "PATH NUMBER".
	 */
	char *value;
};

/** struct guest_foreign - what the guest's own manager has set: it stands, unless takeover: says otherwise */
struct guest_foreign {
	enum qos_area area;
	char *what; /* in its words: "libvirt's cputune: vcpupin" */
};

/** struct xen_vcpu - where a domain's vCPU may run, and had better run */
struct xen_vcpu {
	uint32_t id;
	bool online;
	struct idset hard, soft; /* of the CPUs that the machine has */
};

/** struct guest_xen - what Xen has for a domain */
struct guest_xen {
	uint32_t pool; /* number of its cpupool */
	/* of the schedulers credit and credit2; weight is 0 with others */
	uint32_t weight;
	uint32_t cap; /* percent of one CPU; 0: none */
	struct xen_vcpu *vcpus;
	size_t n_vcpus;
	struct idset nodes;			 /* where new memory of it comes from */
	struct rdt_values values[RDT_RESOURCES]; /* of caches and bandwidth, as in struct caps_rdt */
	bool monitored;				 /* Xen counts its use of caches */
	uint64_t cpu_ns;			 /* CPU time that it used */
};

/** struct guest - one running guest */
struct guest {
	char *name;
	enum guest_kind kind;
	char *uuid;    /* lower case with dashes, or NULL */
	char *vmid;    /* number of a Proxmox guest, or NULL */
	char *pidfile; /* absolute path from its command line, or NULL */
	/*
	 * Of a plain QEMU. A stranger is not root's: name, UUID and pidfile are then anybody's words, and the user is
	 * NULL when that is not one user of the host.
	 */
	bool stranger;
	char *user;
	uid_t uid;  /* with @user */
	char *unit; /* systemd unit that owns the cgroup, or NULL */
	char *cgroup; /* of the whole guest, from the root of the cgroup2 file system: "/machine.slice/x.scope" */
	/*
	 * It has no cgroup of its own, but is in the root, in a user's session or together with other guests:
	 * @cgroup and @unit name those that applying makes for it.
	 */
	bool homeless;
	/*
	 * Of its main process. Of a domain of Xen the device model, which has the cgroup, or 0: then it has none but
	 * threads of the kernel that serve its devices.
	 */
	pid_t pid;
	uint64_t started;      /* when that started, in ticks since boot; 0: not read */
	uint32_t domid;	       /* of a domain of Xen, or of what a QEMU serves; else 0 */
	struct guest_xen *xen; /* NULL: no domain of Xen */
	struct guest_thread *threads;
	size_t n_threads;
	struct guest_value *files; /* of @cgroup: "cpu.weight", "memory.current", …; those that exist */
	size_t n_files;
	struct guest_value *props; /* of @unit: "CPUWeight", …; none without systemd */
	size_t n_props;
	struct guest_foreign *foreign;
	size_t n_foreign;
	char **past; /* what earlier runs of ours set for it, as guest_past.h tells */
	size_t n_past;
	uint32_t knobs; /* bits: for these the present values were read */
	/*
	 * It had no cgroup, or that not all files, when they were read: the first step makes what was missing, and
	 * only then there is to see what it has. And: they were read again since then.
	 */
	bool partial, read_again;
	char **iothreads; /* ids of its command line, in their order */
	size_t n_iothreads;
	pid_t *vcpus; /* threads that libvirt records as vCPUs, by number; 0 for one that is not there */
	size_t n_vcpus;
	uint64_t memory;      /* bytes that it was given; 0 when not known */
	bool passthrough;     /* has a device through vfio: all its memory is pinned */
	uint64_t *node_bytes; /* memory on node i, for numa: prefer; NULL when not read */
	size_t n_nodes;
};

/** struct guest_vhost - a vhost worker that is a kernel thread */
struct guest_vhost {
	pid_t tid, owner;
};

/** struct guests - all that run */
struct guests {
	struct guest *v;
	size_t n;
	/* of the host: workers of all guests, and the processes that were looked at, in the order of their numbers */
	struct guest_vhost *vhosts;
	size_t n_vhosts;
	pid_t *seen;
	size_t n_seen;
};

/* Knobs of single threads: where they run, their class, and all of them. Then all knobs that there are. */
#define GUEST_PINS \
	(1U << KNOB_PIN_VCPUS | 1U << KNOB_PIN_EMULATOR | 1U << KNOB_PIN_IOTHREADS | 1U << KNOB_PIN_VHOST)
#define GUEST_CLASS	 (1U << KNOB_L3 | 1U << KNOB_L2 | 1U << KNOB_MB | 1U << KNOB_MONITOR)
#define GUEST_THREADS	 (GUEST_PINS | GUEST_CLASS | 1U << KNOB_IO_PRIORITY)
#define GUEST_EVERYTHING ((1U << KNOBS) - 1)

/** guest_clear() - free what a guest owns, and make it empty */
void guest_clear(struct guest *g);

/** guest_key() - a number that tells guests apart while they run: a process, or a domain below 0 */
static inline pid_t guest_key(const struct guest *g)
{
	return g->kind == GUEST_XEN ? -(pid_t)g->domid : g->pid;
}

/** guest_forget_values() - what was read of its cgroup and unit */
void guest_forget_values(struct guest *g);

/** guests_free() - free what a list owns, and make it empty */
void guests_free(struct guests *all);

/** guest_file() - text of a cgroup file, or NULL when it does not exist or was not read */
const char *guest_file(const struct guest *g, const char *key);

/** guest_has_weights() - whether it has a file of weights for I/O: then the controller is on for it */
bool guest_has_weights(const struct guest *g);

/** guest_prop() - text of a unit's property, or NULL */
const char *guest_prop(const struct guest *g, const char *key);

/**
 * guest_matches() - whether a running guest is the one that an entry of guests: means
 *
 * Without match: the names are the same. A stranger fits only where the entry names its user, or the unit or cgroup
 * that somebody else has put it into. Pure.
 */
bool guest_matches(const struct guest *g, const struct qos_guest *want);

/** guest_pretends() - whether it would fit if a stranger were believed, and does not. Pure. */
bool guest_pretends(const struct guest *g, const struct qos_guest *want);

/* In place of an entry's index: no entry means the guest; or two do, which is an error. */
#define GUEST_NO_ENTRY	  (-1)
#define GUEST_TWO_ENTRIES (-2)

/**
 * guests_match() - which entry of the file means which running guest
 * @entry: filled for each of @all: an index in the guests of @q, or one of the two above
 *
 * As guest_matches() for each with each, but hosts have hundreds of guests and files as many entries. Pure.
 *
 * Return: 0 or -ENOMEM.
 */
int guests_match(const struct qos *q, const struct guests *all, int *entry);

/**
 * guest_needs() - bits of the knobs on whose present values a plan for a guest depends
 * @entry: of the guest, from guests_match(): what it asks for counts, beside what was set for the guest before
 *
 * All of them where something is required: that is judged by everything there is to see. Pure.
 */
uint32_t guest_needs(const struct qos *q, const struct guest *g, int entry);

#endif
