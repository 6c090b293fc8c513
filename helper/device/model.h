/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * model.h - what the helper knows of functions, groups and claims
 *
 * Filled by nl.c from the module's answers, read by everybody else. Plain data: strings are owned by
 * the struct they are in, and NULL or "" where the wire had none; lists are arrays with their length.
 */
#ifndef HVCLAIM_MODEL_H
#define HVCLAIM_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <linux/hvclaim.h>

/* DDDD:BB:SS.F and its NUL; domains may have up to eight digits */
#define ADDR_STR_LEN 17

/** struct addr - where a PCI function is */
struct addr {
	uint32_t domain;
	uint8_t bus;
	uint8_t devfn; /* device << 3 | function */
};

/** struct finding - one reason for or against a claim, from the kernel or from the helper's own checks */
struct finding {
	enum hvclaim_reason reason;
	enum hvclaim_severity severity;
	bool allowed; /* covered by the request's --allow */
	bool has_function, has_other, has_group, has_range, has_claim, has_netdev_use;
	struct addr function; /* of the request */
	struct addr other;    /* bridge, member, PF, sibling */
	char driver[HVCLAIM_NAME_MAX + 1];
	uint32_t group;
	uint64_t start, end; /* reserved region, end inclusive */
	uint32_t acs_missing, acs_capable;
	char netdev[HVCLAIM_NAME_MAX + 1];
	enum hvclaim_netdev_use netdev_use;
	char upper[HVCLAIM_NAME_MAX + 1];
	bool netns_other;
	uint32_t claim;
	char owner[HVCLAIM_NAME_MAX + 1];
	char *detail; /* the helper's own words (host-use: "/dev/nvme0n1p1 mounted on /srv"), or NULL */
};

struct findings {
	struct finding *v;
	size_t n;
};

/** struct dev - one function as dev-get tells it */
struct dev {
	struct addr addr;
	char path[HVCLAIM_PATH_MAX + 1];
	uint16_t vendor, device, subsystem_vendor, subsystem_device;
	uint32_t class; /* 24 bits */
	uint8_t revision;
	char driver[HVCLAIM_NAME_MAX + 1]; /* "" without one */
	int group;			   /* -1 without one */
	int numa_node;			   /* -1 when not told */
	enum hvclaim_sriov_role sriov_role;
	struct addr pf; /* of a VF */
	uint32_t num_vfs;
	enum hvclaim_dev_state state;
	bool has_serial;
	uint64_t serial;
	uint32_t claim; /* 0 without one */
	char owner[HVCLAIM_NAME_MAX + 1];
	struct findings findings;
	bool has_verdict;
	enum hvclaim_severity verdict;
};

struct devs {
	struct dev *v;
	size_t n;
};

struct member {
	struct addr addr;
	char driver[HVCLAIM_NAME_MAX + 1];
	uint32_t class;
	enum hvclaim_dev_state state;
};

/** struct group - one IOMMU group as group-get tells it */
struct group {
	uint32_t id;
	char domain_type[HVCLAIM_NAME_MAX + 1];
	struct member *members;
	size_t n_members;
	bool viable;
	struct findings findings;
};

struct groups {
	struct group *v;
	size_t n;
};

/** struct claim_fn - one function of a claim */
struct claim_fn {
	struct addr addr;
	char path[HVCLAIM_PATH_MAX + 1];
	enum hvclaim_fn_state state;
	char host_driver[HVCLAIM_NAME_MAX + 1];
	char host_override[HVCLAIM_NAME_MAX + 1];
	char driver[HVCLAIM_NAME_MAX + 1];
	int error; /* negative errno, or 0 */
	uint16_t vendor, device;
};

/** struct claim - an entry of the ledger as claim-get tells it */
struct claim {
	uint32_t id;
	struct claim_fn *fns;
	size_t n_fns;
	char owner[HVCLAIM_NAME_MAX + 1];
	char backend[HVCLAIM_NAME_MAX + 1];
	char driver[HVCLAIM_NAME_MAX + 1];
	enum hvclaim_lifetime lifetime;
	uint64_t allow;
	uint32_t deadline; /* ms */
	char command[HVCLAIM_NAME_MAX + 1];
	enum hvclaim_claim_state state;
	uint64_t since; /* ns since 1970 UTC */
	int error;
	char *error_msg;
	struct findings findings;
	uint32_t uid, pid;
	bool has_login_uid;
	uint32_t login_uid;
	bool when_idle;
	uint32_t rule; /* the standing rule that made it, or 0 */
};

struct claims {
	struct claim *v;
	size_t n;
};

/** struct rule_match - a function that a standing rule matches */
struct rule_match {
	struct addr addr;
	char path[HVCLAIM_PATH_MAX + 1];
	uint32_t claim; /* that has it, or 0 */
	int error;	/* negative errno of why it could not be taken, or 0 */
	bool has_reason;
	enum hvclaim_reason reason; /* that refused it */
	char *error_msg;
};

/** struct rule - a standing rule as rule-get tells it */
struct rule {
	uint32_t id;
	char text[HVCLAIM_RULE_TEXT_MAX + 1];
	enum hvclaim_rule_source source;
	enum hvclaim_rule_state state;
	char owner[HVCLAIM_NAME_MAX + 1];
	char backend[HVCLAIM_NAME_MAX + 1];
	char driver[HVCLAIM_NAME_MAX + 1];
	uint64_t allow;
	bool whole_group;
	uint32_t column; /* where an invalid rule is wrong, from 1; else 0 */
	char *error_msg; /* what is wrong there */
	struct rule_match *matches;
	size_t n_matches;
	char command[HVCLAIM_NAME_MAX + 1];
	bool has_uid, has_login_uid, has_pid; /* of a rule that somebody asked for */
	uint32_t uid, login_uid, pid;
};

struct rules {
	struct rule *v;
	size_t n;
};

struct info {
	uint32_t api_version;
	char module_version[HVCLAIM_NAME_MAX + 1];
	enum hvclaim_hypervisor hypervisor;
	enum hvclaim_iommu iommu;
	bool intremap;
	char (*backends)[HVCLAIM_NAME_MAX + 1];
	size_t n_backends;
	uint32_t claims, devices, generation, deadline;
	bool disabled;
};

/**
 * findings_add() - append a copy of a finding to a list
 * @list: the list
 * @f: the finding; its detail string is duplicated
 *
 * Return: 0, or -ENOMEM with the list unchanged.
 */
int findings_add(struct findings *list, const struct finding *f);

/** findings_free() - free what a list owns, and make it empty */
void findings_free(struct findings *list);

/**
 * addr_str() - write an address as DDDD:BB:SS.F
 * @a: the address
 * @buf: at least ADDR_STR_LEN bytes
 *
 * Return: @buf.
 */
char *addr_str(struct addr a, char buf[ADDR_STR_LEN]);

/** addr_cmp() - order of two addresses: negative, 0 or positive */
int addr_cmp(struct addr a, struct addr b);

/** devs_find() - the function at an address, or NULL */
struct dev *devs_find(const struct devs *all, struct addr a);

/** dev_is_bridge() - whether a function is a bridge by its class: nothing that a guest could be given */
static inline bool dev_is_bridge(const struct dev *d)
{
	return d->class >> 16 == 0x06;
}

/* Free what a struct owns, and make it empty. Shaped for __attribute__((cleanup)). */
void devs_free(struct devs *all);
void groups_free(struct groups *all);
void claim_free(struct claim *claim);
void claims_free(struct claims *all);
void rule_free(struct rule *rule);
void rules_free(struct rules *all);
void info_free(struct info *info);

#define _cleanup_(fn) __attribute__((cleanup(fn)))

#endif
