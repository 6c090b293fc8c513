/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * resctrl.h - the kernel's file system for cache and bandwidth classes: mounting, locking, reading
 *
 * Whoever changes something there holds its lock exclusively, as libvirt and pqos do; whoever reads holds it
 * shared, so that a group is never seen half made.
 */
#ifndef HVCLAIM_RESCTRL_H
#define HVCLAIM_RESCTRL_H

#include "host/caps.h"
#include "lib/hostfs.h"
#include "config/qos.h"

/* below fs->run: the root's schemata before we made them smaller */
#define RESCTRL_ROOT_BEFORE "hvclaim/resctrl-root"

/**
 * resctrl_mount() - mount it, unless it is mounted
 * @fs: where the host's file systems are
 * @q: classes with code or data of a cache have it mounted with CDP, if the CPU has that; NULL: without
 * @err: set to a string to be freed on failure
 *
 * Return: 0, -ENODEV when the kernel or the CPU has nothing for it, or another negative errno.
 */
int resctrl_mount(const struct hostfs *fs, const struct qos *q, char **err);

/**
 * resctrl_lock() - wait for the lock that everybody takes, on the file system's root
 * @exclusive: to change something; else to read
 * @err: set to a string to be freed on failure
 *
 * Calls nest; an exclusive lock inside of a shared one makes that exclusive. Not for threads.
 *
 * Return: 0 or a negative errno; -EINTR after a signal.
 */
int resctrl_lock(const struct hostfs *fs, bool exclusive, char **err);

/** resctrl_unlock() - end what the last resctrl_lock() that returned 0 began */
void resctrl_unlock(void);

/**
 * resctrl_status() - why the kernel refused the last change, in its own words
 *
 * For people; the words change from kernel to kernel. Only meaningful under the exclusive lock.
 *
 * Return: a string to be freed, or NULL when it says nothing.
 */
char *resctrl_status(const struct hostfs *fs);

/**
 * resctrl_read() - what the hardware can do, and the groups that exist
 * @fs: where the host's file systems are
 * @out: filled; to be freed with caps_rdt_free(). When it is not mounted, only @supported and what CDP could do
 * @err: set to a string to be freed on failure
 *
 * Takes the lock shared.
 *
 * Return: 0 or a negative errno.
 */
int resctrl_read(const struct hostfs *fs, struct caps_rdt *out, char **err);

/** enum rdt_reading_state - what became of reading a counter */
enum rdt_reading_state {
	RDT_READ_NONE, /* the hardware has no such counter */
	RDT_READ_OK,
	RDT_READ_UNAVAILABLE, /* not now: the hardware has no value yet */
	RDT_READ_UNASSIGNED,  /* no counter is left for this group */
	RDT_READ_ERROR,
};

/** struct rdt_reading - one counter */
struct rdt_reading {
	enum rdt_reading_state state;
	uint64_t value; /* bytes */
};

/** struct rdt_mon - the counters of one L3 cache; with sub-NUMA clusters the sums over its nodes */
struct rdt_mon {
	uint32_t id;
	struct rdt_reading occupancy, total, local;
};

/**
 * resctrl_monitor() - read the counters of a group or monitor group
 * @fs: where the host's file systems are
 * @group: "" for the root
 * @mon: monitor group in it, or NULL
 * @out: set to an array to be freed, in the order of the ids
 * @n: its length
 *
 * Return: 0 or a negative errno; -ENOENT when there is no such group, or no monitoring.
 */
int resctrl_monitor(const struct hostfs *fs, const char *group, const char *mon, struct rdt_mon **out,
		    size_t *n);

/**
 * schemata_parse() - read the text of a schemata file; pure
 * @text: lines such as "    L3:0=7ff;1=7ff" and "MB:0= 50"; lines of resources that are not known are left out
 * @out: added to; what is there for a resource already is replaced
 *
 * Return: 0, -EINVAL or -ENOMEM.
 */
int schemata_parse(const char *text, struct rdt_values out[RDT_RESOURCES]);

/** schemata_free() - free the values, and make them empty */
void schemata_free(struct rdt_values v[RDT_RESOURCES]);

/** rdt_value_find() - the value for an id; false when there is none */
bool rdt_value_find(const struct rdt_values *v, uint32_t id, uint64_t *value);

/** rdt_owner_of() - whose group it is, by its name; pure */
enum rdt_owner rdt_owner_of(const char *name);

/** rdt_reading_parse() - read the text of a file in mon_data; pure */
struct rdt_reading rdt_reading_parse(const char *text);

#endif
