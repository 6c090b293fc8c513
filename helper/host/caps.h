/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * caps.h - what the host can do, and what is there already, as plain values
 *
 * resctrl*.c fills the part of struct caps_rdt, caps.c the rest. Lists are owned by the struct they are in.
 */
#ifndef HVCLAIM_CAPS_H
#define HVCLAIM_CAPS_H

#include <sys/types.h>

#include "lib/hostfs.h"
#include "lib/idset.h"
#include "config/qos.h"

/* Names of our resctrl groups and monitor groups start with it. No others are ever touched. */
#define RDT_PREFIX "hvclaim-"

/** struct rdt_dom - one cache or memory controller */
struct rdt_dom {
	uint32_t id;   /* there may be gaps between ids */
	uint64_t size; /* of a cache, bytes; 0 when not known */
	struct idset cpus;
};

/** enum rdt_mb_unit - what a number in an MB: line of schemata means */
enum rdt_mb_unit {
	MB_PERCENT, /* Intel */
	MB_EIGHTH,  /* AMD: 1/8 GB/s */
	MB_MIBPS,   /* mounted with mba_MBps: MiB/s */
};

/** struct rdt_resource - info/NAME of resctrl */
struct rdt_resource {
	bool present;
	uint32_t num_closids;
	/* caches */
	uint64_t cbm_mask;
	uint32_t min_cbm_bits;
	uint64_t shareable_bits; /* other parts of the machine (I/O) use these, too */
	bool sparse_masks;	 /* masks need not be contiguous */
	/* bandwidth */
	enum rdt_mb_unit unit;
	uint32_t min_bandwidth, bandwidth_gran;
	uint32_t max_bandwidth; /* what a fresh group has: 100, 2048, 4294967295 */
	bool delay_linear;
	bool throttle_per_thread; /* thread_throttle_mode is per-thread */
	struct rdt_dom *doms;	  /* in the order of the ids */
	size_t n_doms;
};

/** struct rdt_value - a mask or bandwidth of one domain */
struct rdt_value {
	uint32_t id;
	uint64_t value;
};

/** struct rdt_values - one line of schemata */
struct rdt_values {
	struct rdt_value *v;
	size_t n;
};

/** enum rdt_owner - whose group it is */
enum rdt_owner {
	RDT_ROOT,
	RDT_OURS,
	RDT_LIBVIRT,
	RDT_PQOS,
	RDT_OTHER
};

/** enum rdt_mode - mode of a group */
enum rdt_mode {
	RDT_SHAREABLE,
	RDT_EXCLUSIVE,
	RDT_PSEUDO_LOCKED
};

/** struct rdt_group - a control group of resctrl that exists */
struct rdt_group {
	char *name; /* "" the root */
	enum rdt_owner owner;
	enum rdt_mode mode;
	struct rdt_values schemata[RDT_RESOURCES];
	size_t n_tasks;
	bool has_cpus; /* cpus_list is not empty */
	char **mons;   /* names in its mon_groups */
	size_t n_mons;
};

/** struct caps_rdt - resctrl, or in a dom0 Xen's PSR */
struct caps_rdt {
	bool supported; /* the kernel knows the file system, and the hardware has something for it */
	bool mounted;
	/* It is Xen's: each domain has masks of its own, and there are no groups. Xen finds the class ids. */
	bool psr;
	/*
	 * Resources as the schemata name them: with CDP on, L3CODE and L3DATA are there and L3 is not. Each has
	 * its own struct with the same domains.
	 */
	struct rdt_resource res[RDT_RESOURCES];
	bool cdp_l3_possible, cdp_l2_possible;
	/* monitoring: info/L3_MON */
	bool mon, mon_occupancy, mon_total, mon_local;
	uint32_t num_rmids;
	struct rdt_group *groups; /* the root first */
	size_t n_groups;
	/*
	 * What the root's masks were before we made them smaller (kept in /run by apply_resctrl.c), so that they
	 * can be given back; empty when we did not.
	 */
	struct rdt_values root_before[RDT_RESOURCES];
};

/** enum cgroup_mode - which cgroup hierarchies are mounted */
enum cgroup_mode {
	HOST_CGROUP_NONE,
	HOST_CGROUP_V1,
	HOST_CGROUP_HYBRID,
	HOST_CGROUP_V2
};

/** struct caps_node - a NUMA node */
struct caps_node {
	uint32_t id;
	struct idset cpus;
	uint64_t memory; /* bytes */
};

/** struct caps_block - a whole disk */
struct caps_block {
	char *name; /* "sda" */
	uint32_t major, minor;
	char *scheduler; /* "none", "bfq", "mq-deadline", … */
	bool iocost;	 /* enabled in io.cost.qos */
	size_t *below;	 /* indices of the disks that a dm or md device is stacked on, lowest ones only */
	size_t n_below;	 /* 0: a disk of its own */
};

/** struct caps_path - what a path in io: devices: leads to */
struct caps_path {
	char *path;
	int block; /* index in blocks of the disk, also when the path is a partition; -1: no block device there */
};

/** enum xen_sched - Xen's schedulers, as far as they differ in what can be set */
enum xen_sched {
	XEN_SCHED_OTHER,
	XEN_SCHED_CREDIT,
	XEN_SCHED_CREDIT2,
	XEN_SCHED_RTDS,
	XEN_SCHED_NULL,
	XEN_SCHEDS
};

/** xen_sched_name - "credit" and so on, by enum xen_sched */
extern const char *const xen_sched_name[XEN_SCHEDS];

/** struct xen_pool - a cpupool */
struct xen_pool {
	uint32_t id;
	char *name;
	enum xen_sched sched;
	struct idset cpus;
	uint32_t n_domains;
};

/** struct caps_xen - what Xen tells of the machine: the dom0's kernel sees its own virtual CPUs only */
struct caps_xen {
	bool dom0; /* the rest is known */
	struct idset cpus;
	struct caps_node *nodes;
	size_t n_nodes;
	uint64_t memory; /* bytes */
	uint32_t weight; /* of the dom0; 0 when its scheduler has none */
	struct xen_pool *pools;
	size_t n_pools;
	struct rdt_values values[RDT_RESOURCES]; /* of the dom0, of what Xen divides */
};

/** struct caps - the host */
struct caps {
	struct caps_rdt rdt;
	struct caps_xen xen;
	struct idset online; /* CPUs */
	struct caps_node *nodes;
	size_t n_nodes;
	enum cgroup_mode cgroup;
	bool systemd; /* is the manager of the cgroups */
	/* controllers that the guests' level of the tree can have */
	bool has_cpu, has_cpuset, has_io, has_memory;
	uint64_t memory, swap; /* bytes */
	uint64_t hugepages;    /* bytes of the RAM that are in pools */
	struct caps_block *blocks;
	size_t n_blocks;
	struct caps_path *paths;
	size_t n_paths;
};

/**
 * caps_read() - look at the host, but for its disks
 * @fs: where its file systems are
 * @out: filled; to be freed with caps_free()
 * @err: set to a string to be freed when something could not be read
 *
 * Return: 0 or a negative errno.
 */
int caps_read(const struct hostfs *fs, struct caps *out, char **err);

/**
 * caps_disks() - look at the host's disks, of which there may be many
 * @q: whose io: devices: are looked up; NULL: none
 * @c: its members blocks and paths are filled
 *
 * Return: 0 or -ENOMEM.
 */
int caps_disks(const struct hostfs *fs, const struct qos *q, struct caps *c);

/** caps_free() - free what it owns, and make it empty */
void caps_free(struct caps *c);

/** caps_pool() - the cpupool of that number, or NULL */
const struct xen_pool *caps_pool(const struct caps *c, uint32_t id);

/** caps_pool_named() - the cpupool of that name, or NULL */
const struct xen_pool *caps_pool_named(const struct caps *c, const char *name);

/**
 * caps_machine() - have the CPUs, nodes and memory of the machine in place of the dom0's own
 *
 * For sums over all guests; without a dom0 nothing changes.
 */
void caps_machine(struct caps *c);

/** caps_rdt_free() - the same for the part about resctrl */
void caps_rdt_free(struct caps_rdt *r);

#endif
