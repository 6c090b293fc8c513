/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * qos.h - what the configuration says about classes, guests and the host
 *
 * Filled by config*.c, read by everybody else. Plain data: strings and lists are owned by the struct they are
 * in. Pointers are NULL, and amounts AMOUNT_NONE, where the file says nothing.
 */
#ifndef HVCLAIM_QOS_H
#define HVCLAIM_QOS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/idset.h"

#define QOS_NAME_MAX 63
/* no limit, where a limit may be: "max" in the file */
#define QOS_MAX UINT64_MAX

/** enum amount_kind - in which unit an amount was given */
enum amount_kind {
	AMOUNT_NONE,	/* not set */
	AMOUNT_BYTES,	/* bytes; QOS_MAX for max */
	AMOUNT_PERCENT, /* hundredths of a percent, of whatever the key is about */
	AMOUNT_WAYS,	/* ways of a cache */
	AMOUNT_MASK,	/* a capacity bit mask */
	AMOUNT_RATE,	/* bytes a second; QOS_MAX for max */
};

/** struct amount - a size, share or mask as the user wrote it */
struct amount {
	enum amount_kind kind;
	uint64_t value;
};

/** enum rdt_res - resources of resctrl, by the names that its schemata have */
enum rdt_res {
	RDT_L3,
	RDT_L3CODE,
	RDT_L3DATA,
	RDT_L2,
	RDT_L2CODE,
	RDT_L2DATA,
	RDT_MB,
	RDT_SMBA,
	RDT_RESOURCES,
};

/** rdt_res_name - "L3" and so on, by enum rdt_res */
extern const char *const rdt_res_name[RDT_RESOURCES];

/** rdt_is_cache() - whether the values of a resource are capacity bit masks */
static inline bool rdt_is_cache(enum rdt_res r)
{
	return r < RDT_MB;
}

/** struct qos_id_amount - an amount for one cache or memory controller */
struct qos_id_amount {
	uint32_t id;
	struct amount amount;
	size_t line;
};

/** struct qos_share - what a class wants of one resource */
struct qos_share {
	size_t line; /* 0: not in the file */
	struct amount all;
	struct qos_id_amount *ids; /* what differs from @all */
	size_t n_ids;
};

/** enum qos_partition - whether others may use the same cache */
enum qos_partition {
	PARTITION_SHARED,
	PARTITION_EXCLUSIVE
};

/** struct qos_class - one entry of classes: */
struct qos_class {
	char *name;
	const char *file; /* where it is set; owned by struct config */
	size_t line;
	enum qos_partition partition;
	struct qos_share res[RDT_RESOURCES];
};

/** enum thread_role - what a thread of a guest is for; libvirt's words */
enum thread_role {
	ROLE_VCPU,
	ROLE_EMULATOR,
	ROLE_IOTHREAD,
	ROLE_VHOST,
	ROLES
};

/** thread_role_name - "vcpu", "emulator", "iothread", "vhost" */
extern const char *const thread_role_name[ROLES];

/** struct qos_pin_one - CPUs of one thread of a role: vCPU or iothread number @id */
struct qos_pin_one {
	uint32_t id;
	struct idset *cpus;
	size_t line;
};

/** struct qos_pin - CPUs of the threads of a role */
struct qos_pin {
	size_t line;
	struct idset *all; /* of those not in @v; NULL: they are left alone */
	struct qos_pin_one *v;
	size_t n;
};

/** struct qos_match - which running guest is meant; all that are set must match. Globs, but for @uuid and @user */
struct qos_match {
	char *libvirt; /* name of a libvirt domain */
	char *qemu;    /* name of a plain QEMU: -name guest= */
	char *proxmox; /* number of a Proxmox guest */
	char *xen;     /* name of a Xen domain */
	char *uuid;
	char *unit;    /* systemd unit */
	char *pidfile; /* path */
	char *cgroup;  /* path below the root of the cgroup file system, with its slash */
	char *user;    /* who runs a plain QEMU, name or number; without it only root's own words count */
};

/** enum qos_cpuset_partition - cpuset.cpus.partition */
enum qos_cpuset_partition {
	CPUSET_UNSET,
	CPUSET_MEMBER,
	CPUSET_ROOT,
	CPUSET_ISOLATED
};

/** struct qos_cpu - cpu: of a guest */
struct qos_cpu {
	uint64_t weight;    /* 1-10000; 0: not set */
	uint64_t quota;	    /* hundredths of a percent of one CPU; QOS_MAX; 0: not set */
	uint64_t period;    /* microseconds; 0: not set, the kernel's 100 ms */
	uint64_t burst;	    /* hundredths of a percent of one CPU over one period */
	bool has_burst;	    /* @burst may be 0 */
	struct idset *cpus; /* cpuset.cpus */
	enum qos_cpuset_partition partition;
	char *pool; /* cpupool of Xen, by its name */
	size_t line;
};

/** struct qos_numa - numa: of a guest; one of both or none */
struct qos_numa {
	struct idset *mems;   /* hard: memory from nowhere else */
	struct idset *prefer; /* soft: moved there once, new memory from near the vCPUs */
	size_t line;
};

/** struct qos_io_device - one entry of io: devices: */
struct qos_io_device {
	char *path; /* as in the file; caps.h has its numbers */
	size_t line;
	uint64_t weight; /* 1-10000; 0: not set */
	/* a second: bytes or operations; QOS_MAX for max; 0: not set */
	uint64_t rbps, wbps, riops, wiops;
};

/** enum qos_ioprio - I/O priority class, the kernel's numbers */
enum qos_ioprio {
	IOPRIO_UNSET,
	IOPRIO_RT,
	IOPRIO_BE,
	IOPRIO_IDLE
};

/** struct qos_io - io: of a guest */
struct qos_io {
	uint64_t weight; /* 1-10000; 0: not set */
	enum qos_ioprio prio;
	unsigned int prio_level; /* 0 (first) to 7; of rt and be */
	struct qos_io_device *devices;
	size_t n_devices;
	size_t line;
};

/** struct qos_memory - memory: of a guest; bytes, or a share of the host's RAM */
struct qos_memory {
	struct amount min, low, high, max, swap;
	size_t line;
};

/** enum qos_knob - everything that can be set for a guest; what require: names and explain shows */
enum qos_knob {
	KNOB_CPU_WEIGHT,
	KNOB_CPU_QUOTA,
	KNOB_CPU_BURST,
	KNOB_CPU_CPUS,
	KNOB_CPU_PARTITION,
	KNOB_CPU_POOL,
	KNOB_PIN_VCPUS,
	KNOB_PIN_EMULATOR,
	KNOB_PIN_IOTHREADS,
	KNOB_PIN_VHOST,
	KNOB_NUMA_MEMS,
	KNOB_NUMA_PREFER,
	KNOB_IO_WEIGHT,
	KNOB_IO_MAX,
	KNOB_IO_PRIORITY,
	KNOB_MEMORY_MIN,
	KNOB_MEMORY_LOW,
	KNOB_MEMORY_HIGH,
	KNOB_MEMORY_MAX,
	KNOB_MEMORY_SWAP,
	KNOB_L3, /* also its code and data */
	KNOB_L2,
	KNOB_MB,
	KNOB_MONITOR,
	KNOB_DEVICES,
	KNOBS,
};

/** qos_knob_name - "cpu.weight" and so on, by enum qos_knob */
extern const char *const qos_knob_name[KNOBS];

/** qos_knob_find() - the knob whose name the first @n characters are; KNOBS for none */
enum qos_knob qos_knob_find(const char *name, size_t n);

/** enum qos_area - what a guest's own manager may have set, and takeover: may claim */
enum qos_area {
	AREA_CPU,
	AREA_PIN,
	AREA_NUMA,
	AREA_IO,
	AREA_MEMORY,
	AREA_CLASS,
	AREAS
};

/** qos_area_name - "cpu", "pin", "numa", "io", "memory", "class" */
extern const char *const qos_area_name[AREAS];

/** qos_knob_area() - the area that a knob belongs to; AREAS for none */
enum qos_area qos_knob_area(enum qos_knob k);

/** struct qos_device - one entry of devices: an alias or a selector */
struct qos_device {
	char *selector;
	size_t line;
};

/** struct qos_guest - one entry of guests: */
struct qos_guest {
	char *name;
	const char *file; /* where it is set; owned by struct config */
	size_t line;
	struct qos_match match; /* empty: any guest with exactly this name */
	char *class;		/* NULL: none */
	size_t class_line;
	bool monitor;
	struct qos_cpu cpu;
	struct qos_pin pin[ROLES];
	struct qos_numa numa;
	struct qos_io io;
	struct qos_memory memory;
	struct qos_device *devices;
	size_t n_devices;
	uint32_t require; /* bits of enum qos_knob */
	uint32_t
		require_areas; /* bits of enum qos_area; config_finish() adds what is set of them to @require */
	size_t require_line;
	uint32_t takeover; /* bits of enum qos_area */
};

/** struct qos_host - host: what is kept back for the host itself */
struct qos_host {
	struct idset *cpus;	   /* NULL: none */
	struct amount memory;	   /* bytes, or a share of the RAM */
	uint64_t ways;		   /* of each L3, where there is none of each L2 */
	uint64_t ways_l3, ways_l2; /* when told for each */
	const char *file;
	size_t line; /* 0: not in the file */
};

/** struct qos - all that the files say about the quality of service */
struct qos {
	struct qos_class *classes;
	size_t n_classes;
	struct qos_guest *guests;
	size_t n_guests;
	struct qos_host host;
};

/** qos_class_find() - a class by its name, or NULL */
const struct qos_class *qos_class_find(const struct qos *q, const char *name);

/** qos_guest_find() - a guest by its name in the file, or NULL */
const struct qos_guest *qos_guest_find(const struct qos *q, const char *name);

/** qos_guest_knobs() - bits of enum qos_knob: what a guest of the file sets, its class included */
uint32_t qos_guest_knobs(const struct qos *q, const struct qos_guest *g);

/** qos_free() - free what it owns, and make it empty */
void qos_free(struct qos *q);

#endif
