// SPDX-License-Identifier: GPL-2.0-only
/*
 * check.c - findings: pure decisions from facts
 *
 * One judge_*() per row of the table in design.md, called in its order. What is true of a whole IOMMU
 * group is told once, for the first function of the request that is in it.
 */
#include <linux/bits.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/pci_ids.h>
#include <linux/pci_regs.h>
#include <linux/slab.h>
#include <linux/string.h>
#include "acs.h"
#include "check.h"

/* Reasons that a backend without need of an IOMMU may ignore */
#define HARDWARE_REASONS                                                                 \
	(BIT_ULL(HVCLAIM_REASON_NO_IOMMU) | BIT_ULL(HVCLAIM_REASON_NO_COHERENCY) |       \
	 BIT_ULL(HVCLAIM_REASON_NO_INTREMAP) | BIT_ULL(HVCLAIM_REASON_RMRR) |            \
	 BIT_ULL(HVCLAIM_REASON_RMRR_RELAXABLE) | BIT_ULL(HVCLAIM_REASON_RMRR_RELAXED) | \
	 BIT_ULL(HVCLAIM_REASON_GROUP_SHARED) | BIT_ULL(HVCLAIM_REASON_ACS_MISSING))

/**
 * struct judge - one judgement under way
 * @facts: what is known
 * @p: what is asked
 * @out: the findings so far
 * @fn: the function that is judged now
 * @group: its group, or NULL
 * @group_told: an earlier function was in the same group
 * @err: -ENOMEM when @out could not grow
 * @lost: stands in for the finding that had no room
 */
struct judge {
	const struct hvc_facts *facts;
	const struct hvc_check_params *p;
	struct hvc_findings *out;
	const struct hvc_fact_fn *fn;
	const struct hvc_fact_group *group;
	bool group_told;
	int err;
	struct hvc_finding lost;
};

static int grow(struct hvc_findings *f)
{
	unsigned int size = f->size ? f->size * 2 : 16;
	struct hvc_finding *v = kvmalloc_array(size, sizeof(*v), GFP_KERNEL);

	if (!v)
		return -ENOMEM;
	if (f->n)
		memcpy(v, f->v, f->n * sizeof(*v));
	kvfree(f->v);
	f->v = v;
	f->size = size;
	return 0;
}

/* Append a finding for the caller to complete; never NULL, running out of memory is told at the end */
static struct hvc_finding *found(struct judge *j, enum hvclaim_reason reason, enum hvclaim_severity severity)
{
	struct hvc_finding *f = &j->lost;

	if (j->p->trusted_backend && (HARDWARE_REASONS & BIT_ULL(reason)))
		severity = HVCLAIM_SEVERITY_NOTE;
	if (j->out->n == j->out->size && grow(j->out))
		j->err = -ENOMEM;
	else
		f = &j->out->v[j->out->n++];
	*f = (struct hvc_finding){
		.reason = reason,
		.severity = severity,
		.allowed = severity == HVCLAIM_SEVERITY_ASK && (j->p->allow & BIT_ULL(reason)),
		.function = j->fn->self.addr,
		.group = j->group ? (int)j->group->id : -1,
	};
	return f;
}

static void set_claim(struct hvc_finding *f, const struct hvc_fact_other *o)
{
	f->claim = o->claim;
	strscpy(f->owner, o->owner, sizeof(f->owner));
}

static void set_other(struct hvc_finding *f, const struct hvc_fact_other *o)
{
	f->has_other = true;
	f->other = o->addr;
	strscpy(f->driver, o->driver, sizeof(f->driver));
	set_claim(f, o);
}

static bool other_owner(const struct judge *j, const struct hvc_fact_other *o)
{
	return o->claim && (!j->p->owner || !j->p->owner[0] || strcmp(o->owner, j->p->owner));
}

/* A driver that neither leaves DMA to user space nor does none */
static bool host_driven(const struct hvc_fact_other *o)
{
	return o->driver[0] && !o->managed;
}

/* A guest has it, or another function of its group */
static bool in_use(const struct judge *j)
{
	/* host drivers raise owned, too: in use means that nobody but passthrough drivers could have */
	return j->fn->in_domain || (j->group && j->group->owned && hvc_check_viable(j->group));
}

static void judge_iommu(struct judge *j)
{
	if (j->facts->xen ? j->facts->xen_no_iommu : !j->group)
		found(j, HVCLAIM_REASON_NO_IOMMU, HVCLAIM_SEVERITY_FATAL);
	if (j->group && !j->facts->xen && !j->fn->coherent)
		found(j, HVCLAIM_REASON_NO_COHERENCY, HVCLAIM_SEVERITY_FATAL);
	if ((j->group || j->facts->xen) && !j->fn->intremap)
		found(j, HVCLAIM_REASON_NO_INTREMAP,
		      j->facts->xen ? HVCLAIM_SEVERITY_NOTE : HVCLAIM_SEVERITY_ASK);
}

/*
 * The functions for which Intel's driver calls a region relaxable: device_rmrr_is_relaxable(), and the
 * floppy workaround for ISA bridges
 */
bool hvc_class_relaxable(u32 class)
{
	return class >> 8 == PCI_CLASS_SERIAL_USB || class >> 16 == PCI_BASE_CLASS_DISPLAY ||
	       class >> 8 == PCI_CLASS_BRIDGE_ISA;
}

static bool has_relaxable_member(const struct hvc_fact_group *group)
{
	unsigned int i;

	for (i = 0; i < group->n_members; i++)
		if (hvc_class_relaxable(group->members[i].class))
			return true;
	return false;
}

static void region(struct judge *j, enum hvclaim_reason reason, enum hvclaim_severity severity,
		   const struct hvc_fact_resv *r)
{
	struct hvc_finding *f = found(j, reason, severity);

	f->start = r->start;
	f->end = r->end;
}

static void regions_of_type(struct judge *j, enum hvclaim_reason reason, enum hvclaim_severity severity,
			    enum hvc_resv type)
{
	unsigned int i;

	for (i = 0; i < j->group->n_resv; i++)
		if (j->group->resv[i].type == type)
			region(j, reason, severity, &j->group->resv[i]);
}

static void judge_rmrr(struct judge *j)
{
	if (!j->group || j->group_told)
		return;
	regions_of_type(j, HVCLAIM_REASON_RMRR, HVCLAIM_SEVERITY_FATAL, HVC_RESV_DIRECT);
	if (has_relaxable_member(j->group))
		regions_of_type(j, HVCLAIM_REASON_RMRR_RELAXABLE, HVCLAIM_SEVERITY_NOTE,
				HVC_RESV_DIRECT_RELAXABLE);
	else
		regions_of_type(j, HVCLAIM_REASON_RMRR_RELAXED, HVCLAIM_SEVERITY_ASK,
				HVC_RESV_DIRECT_RELAXABLE);
}

/* Xen maps a region for the one device that has it, and refuses those that several share */
static void judge_rmrr_xen(struct judge *j)
{
	const struct hvc_fact_fn *fn = j->fn;
	unsigned int i;

	for (i = 0; i < fn->n_resv; i++)
		if (fn->resv[i].type == HVC_RESV_DIRECT)
			region(j, HVCLAIM_REASON_RMRR,
			       fn->resv[i].shared ? HVCLAIM_SEVERITY_ASK : HVCLAIM_SEVERITY_NOTE,
			       &fn->resv[i]);
	for (i = 0; i < fn->n_resv; i++)
		if (fn->resv[i].type == HVC_RESV_DIRECT_RELAXABLE)
			region(j, HVCLAIM_REASON_RMRR_RELAXABLE, HVCLAIM_SEVERITY_NOTE, &fn->resv[i]);
	/* one without a range: it cannot be known whether there is one */
	if (j->facts->xen_unknown)
		found(j, HVCLAIM_REASON_RMRR, HVCLAIM_SEVERITY_NOTE);
}

static void judge_group(struct judge *j)
{
	const struct hvc_fact_other *m;
	unsigned int i;

	if (!j->group || j->group_told)
		return;
	for (i = 0; i < j->group->n_members; i++) {
		m = &j->group->members[i];
		if (!m->requested && host_driven(m))
			set_other(found(j, HVCLAIM_REASON_GROUP_SHARED, HVCLAIM_SEVERITY_ASK), m);
	}
	for (i = 0; i < j->group->n_members; i++) {
		m = &j->group->members[i];
		if (!m->requested && other_owner(j, m))
			set_other(found(j, HVCLAIM_REASON_GROUP_SPLIT, HVCLAIM_SEVERITY_FATAL), m);
	}
}

/*
 * What a failing hop means. The group is the verdict, the bits explain: a hop whose group takes in all
 * that it can reach only explains the group's size. A group that is smaller is right when the kernel
 * knows better than the bits (a quirk), and wrong when somebody overrode them, or when it holds a switch
 * port but not the other ports of that switch (xio3130: the kernel follows the path up, not sideways).
 */
static enum hvclaim_severity hop_severity(const struct judge *j, const struct hvc_fact_hop *hop)
{
	if (hvc_acs_by_quirk(hop))
		return HVCLAIM_SEVERITY_NOTE;
	/* without groups (Xen): what its slot has beside it goes to the same guest */
	if (!j->group && hop == j->fn->hops && !j->fn->n_siblings)
		return HVCLAIM_SEVERITY_NOTE;
	if (!j->group || !hop->in_group || hop->peers_outside)
		return HVCLAIM_SEVERITY_ASK;
	return HVCLAIM_SEVERITY_NOTE;
}

static void judge_acs(struct judge *j)
{
	const struct hvc_fact_hop *hop;
	struct hvc_finding *f;
	unsigned int i;
	u8 missing;

	/* without an IOMMU there is nothing that bits could isolate */
	if (!j->group && !j->facts->xen)
		return;
	for (i = 0; i < j->fn->n_hops; i++) {
		hop = &j->fn->hops[i];
		missing = hvc_acs_missing(hop);
		/* the function itself, alone in its slot, is on no path but its own */
		if (!missing || (i == 0 && !hop->multifunction))
			continue;
		f = found(j, HVCLAIM_REASON_ACS_MISSING, hop_severity(j, hop));
		f->has_other = true;
		f->other = hop->addr;
		f->acs_missing = missing;
		f->acs_capable = hop->acs.cap;
	}
}

static void judge_endpoint(struct judge *j)
{
	const struct hvc_fact_other *self = &j->fn->self;
	u32 class = self->class >> 8;

	if (self->hdr_type != PCI_HEADER_TYPE_NORMAL || class == PCI_CLASS_BRIDGE_HOST ||
	    class == PCI_CLASS_BRIDGE_ISA || class == PCI_CLASS_BRIDGE_PCI)
		found(j, HVCLAIM_REASON_NOT_ENDPOINT, HVCLAIM_SEVERITY_FATAL);
}

static void judge_sriov(struct judge *j)
{
	const struct hvc_fact_other *pf = &j->fn->pf;
	enum hvclaim_severity severity = HVCLAIM_SEVERITY_FATAL;

	if (j->fn->num_vfs)
		found(j, HVCLAIM_REASON_SRIOV_VFS, HVCLAIM_SEVERITY_FATAL);
	if (!j->fn->is_vf)
		return;
	if (pf->requested || (pf->claim && !other_owner(j, pf)))
		severity = HVCLAIM_SEVERITY_NOTE;
	else if (!pf->claim && !(pf->driver[0] && pf->managed))
		return;
	set_other(found(j, HVCLAIM_REASON_PF_USER, severity), pf);
}

static void judge_host_use(struct judge *j)
{
	const struct hvc_fact_netdev *nd;
	struct hvc_finding *f;
	unsigned int i, use;

	if (j->fn->boot_vga)
		found(j, HVCLAIM_REASON_BOOT_VGA, HVCLAIM_SEVERITY_ASK);
	for (i = 0; i < j->fn->n_netdevs; i++) {
		nd = &j->fn->netdevs[i];
		for (use = HVCLAIM_NETDEV_USE_UP; use <= HVCLAIM_NETDEV_USE_UPPER; use++) {
			if (use == HVCLAIM_NETDEV_USE_UP ? !nd->up : !nd->upper[0])
				continue;
			f = found(j, HVCLAIM_REASON_NETDEV_BUSY, HVCLAIM_SEVERITY_ASK);
			strscpy(f->driver, j->fn->self.driver, sizeof(f->driver));
			strscpy(f->netdev, nd->name, sizeof(f->netdev));
			f->netdev_use = use;
			if (use == HVCLAIM_NETDEV_USE_UPPER)
				strscpy(f->upper, nd->upper, sizeof(f->upper));
			f->netns_other = nd->netns_other;
		}
	}
}

static void judge_ledger(struct judge *j)
{
	const struct hvc_fact_fn *fn = j->fn;

	if ((fn->pin_vendor && fn->pin_vendor != fn->vendor) ||
	    (fn->pin_device && fn->pin_device != fn->device))
		found(j, HVCLAIM_REASON_IDENTITY, HVCLAIM_SEVERITY_FATAL);
	if (fn->protected)
		found(j, HVCLAIM_REASON_PROTECTED, HVCLAIM_SEVERITY_FATAL);
	if (fn->self.claim && fn->self.claim != j->p->same)
		set_claim(found(j, HVCLAIM_REASON_HELD, HVCLAIM_SEVERITY_FATAL), &fn->self);
	/* given to a guest without us: it would have two owners, and the ledger one */
	if (!fn->self.claim && fn->self.driver[0] && fn->self.managed && in_use(j))
		found(j, HVCLAIM_REASON_IN_USE, HVCLAIM_SEVERITY_FATAL);
}

static void judge_notes(struct judge *j)
{
	const struct hvc_fact_fn *fn = j->fn;
	unsigned int i;

	if (!fn->has_reset)
		found(j, HVCLAIM_REASON_NO_RESET, HVCLAIM_SEVERITY_NOTE);
	for (i = 0; i < fn->n_siblings; i++)
		set_other(found(j, HVCLAIM_REASON_SIBLINGS, HVCLAIM_SEVERITY_NOTE), &fn->siblings[i]);
	if (fn->intx_shared)
		set_other(found(j, HVCLAIM_REASON_INTX_SHARED, HVCLAIM_SEVERITY_NOTE), &fn->intx_other);
}

/* Turn to the next function of the request */
static void judge_turn(struct judge *j, unsigned int i)
{
	const struct hvc_fact_fn *fns = j->facts->fns;
	unsigned int k;

	j->fn = &fns[i];
	j->group = fns[i].group < 0 ? NULL : &j->facts->groups[fns[i].group];
	j->group_told = false;
	for (k = 0; j->group && k < i && !j->group_told; k++)
		j->group_told = fns[k].group == fns[i].group;
}

int hvc_check_claim(const struct hvc_facts *facts, const struct hvc_check_params *p, struct hvc_findings *out)
{
	struct judge j = { .facts = facts, .p = p, .out = out };
	unsigned int i;

	for (i = 0; i < facts->n_fns; i++) {
		judge_turn(&j, i);
		judge_iommu(&j);
		if (facts->xen)
			judge_rmrr_xen(&j);
		else
			judge_rmrr(&j);
		judge_group(&j);
		judge_acs(&j);
		judge_endpoint(&j);
		judge_sriov(&j);
		judge_host_use(&j);
		judge_ledger(&j);
		judge_notes(&j);
	}
	return j.err;
}

int hvc_check_release(const struct hvc_facts *facts, const struct hvc_check_params *p,
		      struct hvc_findings *out)
{
	struct judge j = { .facts = facts, .p = p, .out = out };
	unsigned int i;

	for (i = 0; i < facts->n_fns; i++) {
		judge_turn(&j, i);
		if (p->owner && p->owner[0] && other_owner(&j, &j.fn->self))
			set_claim(found(&j, HVCLAIM_REASON_FOREIGN_OWNER, HVCLAIM_SEVERITY_ASK), &j.fn->self);
		if (!j.group_told && in_use(&j))
			found(&j, HVCLAIM_REASON_IN_USE, HVCLAIM_SEVERITY_FATAL);
		/* a host driver would meet it as the guest left it */
		if (!j.fn->has_reset)
			found(&j, HVCLAIM_REASON_NO_RESET, HVCLAIM_SEVERITY_ASK);
	}
	return j.err;
}

const struct hvc_finding *hvc_check_blame(const struct hvc_findings *f)
{
	const struct hvc_finding *worst = NULL;
	unsigned int i;

	/* of the worst ones, that somebody else has it says most */
	for (i = 0; i < f->n; i++)
		if (!f->v[i].allowed &&
		    (!worst || f->v[i].severity > worst->severity ||
		     (f->v[i].severity == worst->severity && f->v[i].reason == HVCLAIM_REASON_HELD &&
		      worst->reason != HVCLAIM_REASON_HELD)))
			worst = &f->v[i];
	return worst;
}

enum hvclaim_severity hvc_check_verdict(const struct hvc_findings *f)
{
	const struct hvc_finding *worst = hvc_check_blame(f);

	return worst ? worst->severity : HVCLAIM_SEVERITY_NOTE;
}

bool hvc_check_viable(const struct hvc_fact_group *group)
{
	unsigned int i;

	for (i = 0; i < group->n_members; i++)
		if (host_driven(&group->members[i]))
			return false;
	return true;
}

const char *hvc_reason_name(enum hvclaim_reason reason)
{
	static const char *const names[] = {
		[HVCLAIM_REASON_NO_IOMMU] = "no-iommu",
		[HVCLAIM_REASON_NO_COHERENCY] = "no-coherency",
		[HVCLAIM_REASON_NO_INTREMAP] = "no-intremap",
		[HVCLAIM_REASON_RMRR] = "rmrr",
		[HVCLAIM_REASON_RMRR_RELAXABLE] = "rmrr-relaxable",
		[HVCLAIM_REASON_RMRR_RELAXED] = "rmrr-relaxed",
		[HVCLAIM_REASON_GROUP_SHARED] = "group-shared",
		[HVCLAIM_REASON_GROUP_SPLIT] = "group-split",
		[HVCLAIM_REASON_ACS_MISSING] = "acs-missing",
		[HVCLAIM_REASON_NOT_ENDPOINT] = "not-endpoint",
		[HVCLAIM_REASON_SRIOV_VFS] = "sriov-vfs",
		[HVCLAIM_REASON_PF_USER] = "pf-user",
		[HVCLAIM_REASON_BOOT_VGA] = "boot-vga",
		[HVCLAIM_REASON_NETDEV_BUSY] = "netdev-busy",
		[HVCLAIM_REASON_IDENTITY] = "identity",
		[HVCLAIM_REASON_PROTECTED] = "protected",
		[HVCLAIM_REASON_HELD] = "held",
		[HVCLAIM_REASON_FOREIGN_OWNER] = "foreign-owner",
		[HVCLAIM_REASON_IN_USE] = "in-use",
		[HVCLAIM_REASON_HOST_USE] = "host-use",
		[HVCLAIM_REASON_NO_RESET] = "no-reset",
		[HVCLAIM_REASON_SIBLINGS] = "siblings",
		[HVCLAIM_REASON_EXTERNAL] = "external",
		[HVCLAIM_REASON_INTX_SHARED] = "intx-shared",
		[HVCLAIM_REASON_NUMA_FAR] = "numa-far",
	};

	return (unsigned int)reason < ARRAY_SIZE(names) ? names[reason] : "?";
}

void hvc_findings_free(struct hvc_findings *f)
{
	kvfree(f->v);
	*f = (struct hvc_findings){};
}
