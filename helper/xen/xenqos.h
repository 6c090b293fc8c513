/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * xenqos.h - domains' shares of the machine, as libxl reads and sets them
 *
 * Like xenlib.h, of which this is a part: where the helper was built without libxl all calls fail. xenstored must run.
 */
#ifndef HVCLAIM_XENQOS_H
#define HVCLAIM_XENQOS_H

#include "host/caps.h"
#include "guest/guests.h"
#include "xen/xenlib.h"

/**
 * xenqos_host() - what the machine has, and what Xen can divide
 * @lib: the libraries
 * @fs: where the dom0 tells the size of caches
 * @c: its @xen and @rdt are filled; nothing of them is there yet
 * @err: set to a string to be freed on failure
 *
 * Return: 0 or a negative errno.
 */
int xenqos_host(struct xenlib *lib, const struct hostfs *fs, struct caps *c, char **err);

/**
 * xenqos_domains() - the domains that run, but for the dom0 and those that are being taken down
 * @lib: the libraries
 * @c: of xenqos_host()
 * @out: they are added
 * @err: set to a string to be freed on failure
 *
 * Return: 0 or a negative errno. A domain that ends meanwhile is left out.
 */
int xenqos_domains(struct xenlib *lib, const struct caps *c, struct guests *out, char **err);

/** xenqos_alive() - whether a domain is there still */
bool xenqos_alive(struct xenlib *lib, uint32_t domid);

/*
 * Setting one thing each. Return: 0, -ESRCH when the domain has ended, or another negative errno; @err is set to a
 * string to be freed.
 */

/** xenqos_weight() - weight of its scheduler, credit or credit2 */
int xenqos_weight(struct xenlib *lib, uint32_t domid, uint32_t weight, char **err);

/** xenqos_cap() - percent of one CPU, 0 for none */
int xenqos_cap(struct xenlib *lib, uint32_t domid, uint32_t cap, char **err);

/** xenqos_affinity() - CPUs of a vCPU; @hard or @soft may be NULL: it stays; full sets mean all CPUs */
int xenqos_affinity(struct xenlib *lib, uint32_t domid, uint32_t vcpu, const struct idset *hard,
		    const struct idset *soft, char **err);

/** xenqos_move() - move a domain into a cpupool */
int xenqos_move(struct xenlib *lib, uint32_t domid, const char *pool, char **err);

/**
 * xenqos_pool() - make, change or remove a cpupool
 * @name: as it is, or shall be called
 * @cpus: that it shall have, from the first pool; those that it loses go there. None: it is removed, when no domain
 *	is in it
 */
int xenqos_pool(struct xenlib *lib, const char *name, const struct idset *cpus, char **err);

/**
 * xenqos_value() - a mask, or percent of bandwidth
 * @socket: which one
 *
 * MBA's throttling is a delay: 100 less what is to be had.
 */
int xenqos_value(struct xenlib *lib, uint32_t domid, enum rdt_res res, uint32_t socket, uint64_t value,
		 char **err);

/** xenqos_monitor() - have Xen count a domain's use of caches, or no longer */
int xenqos_monitor(struct xenlib *lib, uint32_t domid, bool on, char **err);

/** struct xenqos_sample - what a monitored domain used of one socket; negative: there is no such counter */
struct xenqos_sample {
	int64_t occupancy, total, local; /* bytes */
};

/** xenqos_read() - the counters of a monitored domain */
struct xenqos_sample xenqos_read(struct xenlib *lib, uint32_t domid, uint32_t socket);

#endif
