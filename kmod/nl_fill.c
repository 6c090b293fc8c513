// SPDX-License-Identifier: GPL-2.0-only
/*
 * nl_fill.c - objects to attributes: one function per object, for get, dump and notify
 */
#include <linux/pci.h>

#include "host.h"
#include "nl.h"
#include "request.h"
#include "rule.h"
#include "version.h"

/* room for one function or finding in a claim, headers and numbers included, names not */
#define HVC_FN_SIZE	 240
#define HVC_FINDING_SIZE 512

/* functions of a rule in a dump */
#define HVC_DUMP_MATCHES 64

static int hvc_put_addr(struct sk_buff *skb, int type, struct hvc_addr addr)
{
	struct nlattr *nest = nla_nest_start(skb, type);

	if (!nest || nla_put_u32(skb, HVCLAIM_A_ADDR_DOMAIN, addr.domain) ||
	    nla_put_u32(skb, HVCLAIM_A_ADDR_BUS, addr.bus) ||
	    nla_put_u32(skb, HVCLAIM_A_ADDR_DEVFN, addr.devfn))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

/* "" is told by absence */
static int hvc_put_name(struct sk_buff *skb, int type, const char *name)
{
	return *name ? nla_put_string(skb, type, name) : 0;
}

static void *hvc_begin(struct sk_buff *skb, const struct hvc_fill *f)
{
	void *hdr = genlmsg_put(skb, f->portid, f->seq, &hvc_genl_family, f->flags, f->cmd);

	if (hdr && f->cb)
		genl_dump_check_consistent(f->cb, hdr);
	return hdr;
}

int hvc_fill_info(struct sk_buff *skb, const struct hvc_host *host, const struct hvc_fill *f)
{
	void *hdr = hvc_begin(skb, f);
	const struct hvc_backend_ops *ops;
	unsigned int i;

	if (!hdr)
		return -EMSGSIZE;
	if (nla_put_u32(skb, HVCLAIM_A_INFO_API_VERSION, 1) ||
	    nla_put_string(skb, HVCLAIM_A_INFO_MODULE_VERSION, HVC_VERSION) ||
	    nla_put_u32(skb, HVCLAIM_A_INFO_HYPERVISOR, host->hypervisor) ||
	    nla_put_u32(skb, HVCLAIM_A_INFO_IOMMU, host->iommu) ||
	    nla_put_u32(skb, HVCLAIM_A_INFO_INTREMAP, host->intremap) ||
	    nla_put_u32(skb, HVCLAIM_A_INFO_CLAIMS, hvc_claim_count()) ||
	    nla_put_u32(skb, HVCLAIM_A_INFO_DEVICES, hvc_dev_count()) ||
	    nla_put_u32(skb, HVCLAIM_A_INFO_GENERATION, hvc_generation()) ||
	    nla_put_u32(skb, HVCLAIM_A_INFO_DEADLINE, hvc_deadline_default()) ||
	    nla_put_u32(skb, HVCLAIM_A_INFO_DISABLED, hvc_rules_disabled()))
		goto err;
	for (i = 0; (ops = hvc_backend_at(i)); i++)
		if (ops->available() && nla_put_string(skb, HVCLAIM_A_INFO_BACKEND, ops->name))
			goto err;
	genlmsg_end(skb, hdr);
	return 0;
err:
	genlmsg_cancel(skb, hdr);
	return -EMSGSIZE;
}

static int hvc_put_finding(struct sk_buff *skb, const struct hvc_finding *x)
{
	if (nla_put_u32(skb, HVCLAIM_A_FINDING_REASON, x->reason) ||
	    nla_put_u32(skb, HVCLAIM_A_FINDING_SEVERITY, x->severity) ||
	    nla_put_u32(skb, HVCLAIM_A_FINDING_ALLOWED, x->allowed) ||
	    hvc_put_addr(skb, HVCLAIM_A_FINDING_FUNCTION, x->function) ||
	    (x->has_other && hvc_put_addr(skb, HVCLAIM_A_FINDING_OTHER, x->other)) ||
	    hvc_put_name(skb, HVCLAIM_A_FINDING_DRIVER, x->driver) ||
	    (x->group >= 0 && nla_put_u32(skb, HVCLAIM_A_FINDING_GROUP, x->group)))
		return -EMSGSIZE;
	if (x->end && (nla_put_u64_64bit(skb, HVCLAIM_A_FINDING_START, x->start, HVCLAIM_A_FINDING_PAD) ||
		       nla_put_u64_64bit(skb, HVCLAIM_A_FINDING_END, x->end, HVCLAIM_A_FINDING_PAD)))
		return -EMSGSIZE;
	if (x->reason == HVCLAIM_REASON_ACS_MISSING &&
	    (nla_put_u32(skb, HVCLAIM_A_FINDING_ACS_MISSING, x->acs_missing) ||
	     nla_put_u32(skb, HVCLAIM_A_FINDING_ACS_CAPABLE, x->acs_capable)))
		return -EMSGSIZE;
	if (*x->netdev && (nla_put_string(skb, HVCLAIM_A_FINDING_NETDEV, x->netdev) ||
			   nla_put_u32(skb, HVCLAIM_A_FINDING_NETDEV_USE, x->netdev_use) ||
			   hvc_put_name(skb, HVCLAIM_A_FINDING_UPPER, x->upper) ||
			   nla_put_u32(skb, HVCLAIM_A_FINDING_NETNS_OTHER, x->netns_other)))
		return -EMSGSIZE;
	if (x->claim && (nla_put_u32(skb, HVCLAIM_A_FINDING_CLAIM, x->claim) ||
			 hvc_put_name(skb, HVCLAIM_A_FINDING_OWNER, x->owner)))
		return -EMSGSIZE;
	return 0;
}

int hvc_fill_findings(struct sk_buff *skb, int type, const struct hvc_findings *findings)
{
	struct nlattr *nest;
	unsigned int i;

	for (i = 0; findings && i < findings->n; i++) {
		nest = nla_nest_start(skb, type);
		if (!nest || hvc_put_finding(skb, &findings->v[i]))
			return -EMSGSIZE;
		nla_nest_end(skb, nest);
	}
	return 0;
}

/* What everybody may see in sysfs anyway */
static int hvc_put_dev(struct sk_buff *skb, struct hvc_dev *dev)
{
	struct pci_dev *pdev = dev->pdev;
	int group = hvc_dev_group(dev), num_vfs = pci_num_vf(pdev), node = dev_to_node(&pdev->dev);
	char driver[HVCLAIM_NAME_MAX + 1];

	hvc_dev_driver(dev, driver);
	if (hvc_put_addr(skb, HVCLAIM_A_DEV_ADDR, dev->addr) ||
	    hvc_put_name(skb, HVCLAIM_A_DEV_PATH, dev->path) ||
	    nla_put_u32(skb, HVCLAIM_A_DEV_VENDOR, dev->vendor) ||
	    nla_put_u32(skb, HVCLAIM_A_DEV_DEVICE, dev->device) ||
	    nla_put_u32(skb, HVCLAIM_A_DEV_SUBSYSTEM_VENDOR, dev->subsystem_vendor) ||
	    nla_put_u32(skb, HVCLAIM_A_DEV_SUBSYSTEM_DEVICE, dev->subsystem_device) ||
	    nla_put_u32(skb, HVCLAIM_A_DEV_CLASS, dev->class) ||
	    nla_put_u32(skb, HVCLAIM_A_DEV_REVISION, dev->revision) ||
	    hvc_put_name(skb, HVCLAIM_A_DEV_DRIVER, driver) ||
	    (group >= 0 && nla_put_u32(skb, HVCLAIM_A_DEV_GROUP, group)) ||
	    (node != NUMA_NO_NODE && nla_put_s32(skb, HVCLAIM_A_DEV_NUMA_NODE, node)) ||
	    nla_put_u32(skb, HVCLAIM_A_DEV_STATE, hvc_dev_state(dev)))
		return -EMSGSIZE;
	if (pdev->is_virtfn)
		return nla_put_u32(skb, HVCLAIM_A_DEV_SRIOV_ROLE, HVCLAIM_SRIOV_ROLE_VF) ||
		       hvc_put_addr(skb, HVCLAIM_A_DEV_PF, hvc_addr_of(pci_physfn(pdev)));
	if (pdev->is_physfn)
		return nla_put_u32(skb, HVCLAIM_A_DEV_SRIOV_ROLE, HVCLAIM_SRIOV_ROLE_PF) ||
		       nla_put_u32(skb, HVCLAIM_A_DEV_NUM_VFS, num_vfs);
	return nla_put_u32(skb, HVCLAIM_A_DEV_SRIOV_ROLE, HVCLAIM_SRIOV_ROLE_NONE);
}

int hvc_fill_dev(struct sk_buff *skb, struct hvc_dev *dev, const struct hvc_findings *findings,
		 const struct hvc_fill *f)
{
	struct hvc_claim_fn *fn = hvc_claim_on(dev->addr);
	void *hdr = hvc_begin(skb, f);

	if (!hdr)
		return -EMSGSIZE;
	if (hvc_put_dev(skb, dev))
		goto err;
	if (f->admin) {
		if (dev->has_serial &&
		    nla_put_u64_64bit(skb, HVCLAIM_A_DEV_SERIAL, dev->serial, HVCLAIM_A_DEV_PAD))
			goto err;
		if (fn && (nla_put_u32(skb, HVCLAIM_A_DEV_CLAIM, fn->claim->id) ||
			   nla_put_string(skb, HVCLAIM_A_DEV_OWNER, fn->claim->owner)))
			goto err;
		if (findings && (hvc_fill_findings(skb, HVCLAIM_A_DEV_FINDING, findings) ||
				 nla_put_u32(skb, HVCLAIM_A_DEV_VERDICT, hvc_check_verdict(findings))))
			goto err;
	}
	genlmsg_end(skb, hdr);
	return 0;
err:
	genlmsg_cancel(skb, hdr);
	return -EMSGSIZE;
}

static int hvc_put_member(struct sk_buff *skb, const struct hvc_fact_other *m)
{
	struct hvc_dev *dev = hvc_dev_find(m->addr);
	enum hvclaim_dev_state state = dev ? hvc_dev_state(dev) : HVCLAIM_DEV_STATE_GONE;
	struct nlattr *nest;

	hvc_dev_put(dev);
	nest = nla_nest_start(skb, HVCLAIM_A_GROUP_MEMBER);
	if (!nest || hvc_put_addr(skb, HVCLAIM_A_MEMBER_ADDR, m->addr) ||
	    hvc_put_name(skb, HVCLAIM_A_MEMBER_DRIVER, m->driver) ||
	    nla_put_u32(skb, HVCLAIM_A_MEMBER_CLASS, m->class) ||
	    nla_put_u32(skb, HVCLAIM_A_MEMBER_STATE, state))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

int hvc_fill_group(struct sk_buff *skb, const struct hvc_fact_group *group,
		   const struct hvc_findings *findings, const struct hvc_fill *f)
{
	void *hdr = hvc_begin(skb, f);
	unsigned int i;

	if (!hdr)
		return -EMSGSIZE;
	if (nla_put_u32(skb, HVCLAIM_A_GROUP_ID, group->id) ||
	    hvc_put_name(skb, HVCLAIM_A_GROUP_DOMAIN_TYPE, group->domain) ||
	    nla_put_u32(skb, HVCLAIM_A_GROUP_VIABLE, hvc_check_viable(group)))
		goto err;
	for (i = 0; i < group->n_members; i++)
		if (hvc_put_member(skb, &group->members[i]))
			goto err;
	if (f->admin && hvc_fill_findings(skb, HVCLAIM_A_GROUP_FINDING, findings))
		goto err;
	genlmsg_end(skb, hdr);
	return 0;
err:
	genlmsg_cancel(skb, hdr);
	return -EMSGSIZE;
}

int hvc_fill_fn(struct sk_buff *skb, int type, struct hvc_addr addr)
{
	struct nlattr *nest = nla_nest_start(skb, type);

	if (!nest || hvc_put_addr(skb, HVCLAIM_A_CLAIM_FN_ADDR, addr))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int hvc_put_claim_fn(struct sk_buff *skb, const struct hvc_claim_fn *fn)
{
	struct nlattr *nest = nla_nest_start(skb, HVCLAIM_A_CLAIM_FUNCTION);
	char driver[HVCLAIM_NAME_MAX + 1];

	hvc_dev_driver(fn->dev, driver);
	if (!nest || hvc_put_addr(skb, HVCLAIM_A_CLAIM_FN_ADDR, fn->dev->addr) ||
	    hvc_put_name(skb, HVCLAIM_A_CLAIM_FN_PATH, fn->dev->path) ||
	    nla_put_u32(skb, HVCLAIM_A_CLAIM_FN_STATE, fn->state) ||
	    hvc_put_name(skb, HVCLAIM_A_CLAIM_FN_HOST_DRIVER, fn->host_driver) ||
	    hvc_put_name(skb, HVCLAIM_A_CLAIM_FN_HOST_OVERRIDE, fn->host_override) ||
	    hvc_put_name(skb, HVCLAIM_A_CLAIM_FN_DRIVER, driver) ||
	    (fn->error && nla_put_s32(skb, HVCLAIM_A_CLAIM_FN_ERROR, fn->error)) ||
	    nla_put_u32(skb, HVCLAIM_A_CLAIM_FN_VENDOR, fn->dev->vendor) ||
	    nla_put_u32(skb, HVCLAIM_A_CLAIM_FN_DEVICE, fn->dev->device))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

size_t hvc_claim_size(const struct hvc_claim *claim)
{
	size_t size = NLMSG_GOODSIZE + claim->findings.n * HVC_FINDING_SIZE;
	unsigned int i;

	for (i = 0; i < claim->n; i++) {
		const struct hvc_claim_fn *fn = &claim->fns[i];

		size += HVC_FN_SIZE + strlen(fn->dev->path) + strlen(fn->host_driver) +
			strlen(fn->host_override) + HVCLAIM_NAME_MAX;
	}
	return size;
}

static int hvc_put_claim(struct sk_buff *skb, const struct hvc_claim *claim)
{
	if ((claim->id && nla_put_u32(skb, HVCLAIM_A_CLAIM_ID, claim->id)) ||
	    nla_put_string(skb, HVCLAIM_A_CLAIM_OWNER, claim->owner) ||
	    nla_put_string(skb, HVCLAIM_A_CLAIM_BACKEND, claim->backend->name) ||
	    nla_put_string(skb, HVCLAIM_A_CLAIM_DRIVER, claim->driver) ||
	    nla_put_u32(skb, HVCLAIM_A_CLAIM_LIFETIME, claim->lifetime) ||
	    nla_put_u64_64bit(skb, HVCLAIM_A_CLAIM_ALLOW, claim->allow, HVCLAIM_A_CLAIM_PAD) ||
	    nla_put_u32(skb, HVCLAIM_A_CLAIM_DEADLINE, claim->deadline) ||
	    hvc_put_name(skb, HVCLAIM_A_CLAIM_COMMAND, claim->command) ||
	    nla_put_u32(skb, HVCLAIM_A_CLAIM_STATE, claim->state) ||
	    nla_put_u64_64bit(skb, HVCLAIM_A_CLAIM_SINCE, claim->since, HVCLAIM_A_CLAIM_PAD) ||
	    nla_put_u32(skb, HVCLAIM_A_CLAIM_UID, from_kuid_munged(&init_user_ns, claim->uid)) ||
	    nla_put_u32(skb, HVCLAIM_A_CLAIM_PID, claim->pid))
		return -EMSGSIZE;
	if (claim->error && nla_put_s32(skb, HVCLAIM_A_CLAIM_ERROR, claim->error))
		return -EMSGSIZE;
	if (uid_valid(claim->login_uid) &&
	    nla_put_u32(skb, HVCLAIM_A_CLAIM_LOGIN_UID, from_kuid_munged(&init_user_ns, claim->login_uid)))
		return -EMSGSIZE;
	if (claim->rule && nla_put_u32(skb, HVCLAIM_A_CLAIM_RULE, claim->rule))
		return -EMSGSIZE;
	if (claim->release_idle && nla_put_flag(skb, HVCLAIM_A_CLAIM_WHEN_IDLE))
		return -EMSGSIZE;
	return hvc_put_name(skb, HVCLAIM_A_CLAIM_ERROR_MSG, claim->error_msg);
}

int hvc_fill_claim(struct sk_buff *skb, const struct hvc_claim *claim, const struct hvc_fill *f)
{
	void *hdr = hvc_begin(skb, f);
	unsigned int i;

	if (!hdr)
		return -EMSGSIZE;
	if (hvc_put_claim(skb, claim) || hvc_fill_findings(skb, HVCLAIM_A_CLAIM_FINDING, &claim->findings))
		goto err;
	for (i = 0; i < claim->n; i++)
		if (hvc_put_claim_fn(skb, &claim->fns[i]))
			goto err;
	genlmsg_end(skb, hdr);
	return 0;
err:
	genlmsg_cancel(skb, hdr);
	return -EMSGSIZE;
}

static int hvc_put_match(struct sk_buff *skb, const struct hvc_rule_match *m)
{
	struct nlattr *nest = nla_nest_start(skb, HVCLAIM_A_RULE_MATCH);

	if (!nest || hvc_put_addr(skb, HVCLAIM_A_RULE_MATCH_ADDR, m->dev->addr) ||
	    hvc_put_name(skb, HVCLAIM_A_RULE_MATCH_PATH, m->dev->path) ||
	    (m->claim && nla_put_u32(skb, HVCLAIM_A_RULE_MATCH_CLAIM, m->claim)) ||
	    (m->error && nla_put_s32(skb, HVCLAIM_A_RULE_MATCH_ERROR, m->error)) ||
	    (m->has_reason && nla_put_u32(skb, HVCLAIM_A_RULE_MATCH_REASON, m->reason)) ||
	    hvc_put_name(skb, HVCLAIM_A_RULE_MATCH_ERROR_MSG, m->msg))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

size_t hvc_rule_size(const struct hvc_rule *rule)
{
	size_t size = NLMSG_GOODSIZE + strlen(rule->text);
	const struct hvc_rule_match *m;

	list_for_each_entry(m, &rule->matches, node)
		size += HVC_FN_SIZE + strlen(m->dev->path);
	return size;
}

static int hvc_put_spec(struct sk_buff *skb, const struct hvc_rule *rule)
{
	if (rule->mistake.column)
		return nla_put_u32(skb, HVCLAIM_A_RULE_COLUMN, rule->mistake.column) ||
		       nla_put_string(skb, HVCLAIM_A_RULE_ERROR_MSG, rule->mistake.msg);
	return nla_put_string(skb, HVCLAIM_A_RULE_OWNER, rule->spec.owner) ||
	       hvc_put_name(skb, HVCLAIM_A_RULE_BACKEND, rule->spec.backend) ||
	       hvc_put_name(skb, HVCLAIM_A_RULE_DRIVER, rule->spec.driver) ||
	       nla_put_u64_64bit(skb, HVCLAIM_A_RULE_ALLOW, rule->spec.allow, HVCLAIM_A_RULE_PAD) ||
	       (rule->spec.whole_group && nla_put_flag(skb, HVCLAIM_A_RULE_WHOLE_GROUP));
}

static int hvc_put_rule(struct sk_buff *skb, const struct hvc_rule *rule)
{
	if (nla_put_u32(skb, HVCLAIM_A_RULE_ID, rule->id) ||
	    nla_put_string(skb, HVCLAIM_A_RULE_TEXT, rule->text) ||
	    nla_put_u32(skb, HVCLAIM_A_RULE_SOURCE, rule->source) ||
	    nla_put_u32(skb, HVCLAIM_A_RULE_STATE, hvc_rule_state(rule)) || hvc_put_spec(skb, rule) ||
	    hvc_put_name(skb, HVCLAIM_A_RULE_COMMAND, rule->command) ||
	    nla_put_u32(skb, HVCLAIM_A_RULE_UID, from_kuid_munged(&init_user_ns, rule->uid)))
		return -EMSGSIZE;
	if (uid_valid(rule->login_uid) &&
	    nla_put_u32(skb, HVCLAIM_A_RULE_LOGIN_UID, from_kuid_munged(&init_user_ns, rule->login_uid)))
		return -EMSGSIZE;
	return rule->pid && nla_put_u32(skb, HVCLAIM_A_RULE_PID, rule->pid);
}

/* Those that could not be taken, or the others; no more than @room */
static int hvc_put_matches(struct sk_buff *skb, const struct hvc_rule *rule, bool refused, unsigned int *room)
{
	const struct hvc_rule_match *m;

	list_for_each_entry(m, &rule->matches, node) {
		if (!m->error == refused)
			continue;
		if (!*room)
			return 0;
		(*room)--;
		if (hvc_put_match(skb, m))
			return -EMSGSIZE;
	}
	return 0;
}

int hvc_fill_rule(struct sk_buff *skb, const struct hvc_rule *rule, const struct hvc_fill *f)
{
	/* a part of a dump is limited, a message of its own is not */
	unsigned int room = f->cb ? HVC_DUMP_MATCHES : UINT_MAX;
	void *hdr = hvc_begin(skb, f);

	if (!hdr)
		return -EMSGSIZE;
	if (hvc_put_rule(skb, rule) || hvc_put_matches(skb, rule, true, &room) ||
	    hvc_put_matches(skb, rule, false, &room))
		goto err;
	genlmsg_end(skb, hdr);
	return 0;
err:
	genlmsg_cancel(skb, hdr);
	return -EMSGSIZE;
}
