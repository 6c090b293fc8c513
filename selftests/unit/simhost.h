/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * simhost.h - a host made of plain data, on which plans are carried out as the kernel would
 *
 * It refuses what the kernel refuses (masks with gaps, ways of exclusive groups, no class id left, a task that is
 * not in the group), so that a plan whose steps are in a wrong order is seen without a machine.
 */
#ifndef SIMHOST_H
#define SIMHOST_H

#include "config/config.h"
#include "plan/plan.h"

/** struct sim - a host, its guests, and the configuration */
struct sim {
	struct config *cfg;
	struct caps caps;
	struct guests guests;
	char refused[256]; /* why the last step was refused, or "" */
};

/** sim_new() - a host with 16 CPUs, one node, cgroup v2 and systemd, without resctrl; @yaml without version: */
void sim_new(struct sim *s, const char *yaml);
void sim_free(struct sim *s);

/** sim_config() - another configuration; ends the process when it has an error */
void sim_config(struct sim *s, const char *yaml);

/** sim_cache() - caches that can be divided; @ids: "0,2"; makes the root group */
void sim_cache(struct sim *s, enum rdt_res res, unsigned int ways, uint64_t size, uint32_t closids,
	       const char *ids);

/** sim_mb() - bandwidth that can be limited in percent */
void sim_mb(struct sim *s, uint32_t gran, uint32_t min, uint32_t closids, const char *ids);

/** sim_mon() - monitoring */
void sim_mon(struct sim *s, uint32_t rmids);

/** sim_group() - a group of resctrl; @schemata: what differs from all, "L3:0=f;1=f\nMB:0=10" */
struct rdt_group *sim_group(struct sim *s, const char *name, enum rdt_owner owner, enum rdt_mode mode,
			    const char *schemata);

/** sim_guest() - a running guest in its own scope, with vCPUs, two emulator threads and a vhost worker */
struct guest *sim_guest(struct sim *s, const char *name, unsigned int vcpus);

/** sim_file() - set a file of a guest's cgroup */
void sim_file(struct guest *g, const char *key, const char *value);

/** sim_block() - a disk, and /dev/NAME that leads to it */
void sim_block(struct sim *s, const char *name, const char *scheduler, bool iocost);

/** sim_below() - a disk is stacked on another one */
void sim_below(struct sim *s, const char *name, const char *disk);

/** sim_plan() - the plan for this host */
void sim_plan(const struct sim *s, bool clear, struct plan *p);

/**
 * sim_apply() - carry out steps that change something
 * @max: at most so many
 *
 * Return: whether nothing was refused.
 */
bool sim_apply(struct sim *s, const struct plan *p, size_t max);

/** sim_keep() - remember for each guest what was asked for, as `guest apply` does when all of a plan is done */
void sim_keep(struct sim *s, const struct plan *p);

/** sim_groups() - the groups as text: "gold exclusive L3:0=f MB:0=10 | …" in the order of names; to be freed */
char *sim_groups(const struct sim *s);

/** sim_state() - everything that a plan can change, as text; to be freed */
char *sim_state(const struct sim *s);

/** sim_overlap() - two groups that share ways although one of them is of an exclusive class; NULL, or words */
const char *sim_overlap(const struct sim *s);

#endif
