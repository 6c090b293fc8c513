/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * plan_xen.h - what the files plan_xen*.c share
 */
#ifndef HVCLAIM_PLAN_XEN_H
#define HVCLAIM_PLAN_XEN_H

#include "plan/plan_priv.h"

struct layout;

/** struct xen_home - the cpupool that a domain is in afterwards */
struct xen_home {
	const char *name;
	enum xen_sched sched;
	struct idset cpus;
	bool moves;	    /* it is in another one now */
	struct idset later; /* CPUs that the cpupool has again once the domain has left its own */
};

/** xen_own_pool() - whether a guest of the file wants CPUs that are nobody else's: a cpupool of its own */
static inline bool xen_own_pool(const struct qos_guest *q)
{
	return q->cpu.cpus && q->cpu.partition > CPUSET_MEMBER;
}

/** plan_xen() - all that Xen's schedulers have for a domain; 0 or -ENOMEM */
int plan_xen(struct subject *s);

/** plan_xen_pool() - its cpupool, made if need be; 0 or -ENOMEM */
int plan_xen_pool(struct subject *s, struct xen_home *home);

/** plan_xen_pools() - cpupools of ours that nobody is in any more; 0 or -ENOMEM */
int plan_xen_pools(struct planner *p);

/** plan_xen_psr() - masks, bandwidth and monitoring of all domains, once their classes are known; 0 or -ENOMEM */
int plan_xen_psr(struct planner *p, const struct layout *l);

#endif
