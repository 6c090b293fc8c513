// SPDX-License-Identifier: GPL-2.0-only
/*
 * facts.c - collects what is known of a set of functions
 *
 * Takes no device_lock and no rtnl: a driver's stuck remove() may hold either. What the PCI core frees when
 * a function leaves the bus is kept, see hvc_bus_enter().
 */
#include <linux/bsearch.h>
#include <linux/iommu.h>
#include <linux/pci.h>
#include <linux/slab.h>
#include <linux/sort.h>
#include <linux/vgaarb.h>
#include <linux/xarray.h>
#include <xen/pci.h>
#include <xen/xen.h>

#include "acs.h"
#include "compat/domain.h"
#include "compat/msi.h"
#include "device.h"
#include "facts_priv.h"

static int cmp_key(const void *a, const void *b)
{
	unsigned long x = ((const struct hvc_fact_key *)a)->key, y = ((const struct hvc_fact_key *)b)->key;

	return x < y ? -1 : x > y;
}

int hvc_fact_index(const struct hvc_collect *c, struct hvc_addr addr)
{
	struct hvc_fact_key want = { .key = hvc_addr_key(addr) };
	struct hvc_fact_key *k = bsearch(&want, c->keys, c->n, sizeof(want), cmp_key);

	return k ? (int)k->index : -1;
}

void hvc_fact_other_fill(const struct hvc_collect *c, struct hvc_fact_other *o, struct hvc_dev *dev)
{
	o->addr = dev->addr;
	o->hdr_type = dev->hdr_type;
	o->class = dev->class;
	o->managed = hvc_dev_driver(dev, o->driver);
	o->requested = hvc_fact_index(c, dev->addr) >= 0;
}

/* The bridge above a function, NULL at the root; of a VF, the one above its PF, also on a bus of its own */
static struct pci_dev *upstream(struct pci_dev *pdev)
{
	struct device *parent = pdev->dev.parent;

	return parent && dev_is_pci(parent) ? to_pci_dev(parent) : NULL;
}

/* The next function in the cache, up to a last address */
static struct hvc_dev *next_upto(unsigned long *key, unsigned long last)
{
	struct hvc_dev *dev = hvc_dev_next(key);

	if (!dev || *key <= last)
		return dev;
	hvc_dev_put(dev);
	return NULL;
}

static int add_resv(struct hvc_fact_group *g, struct iommu_group *group)
{
	struct iommu_resv_region *r, *next;
	LIST_HEAD(regions);
	unsigned int n = 0;
	int err;

	err = iommu_get_group_resv_regions(group, &regions);
	list_for_each_entry(r, &regions, list)
		n += r->type == IOMMU_RESV_DIRECT || r->type == IOMMU_RESV_DIRECT_RELAXABLE;
	if (!err && n) {
		g->resv = kcalloc(n, sizeof(*g->resv), GFP_KERNEL);
		if (!g->resv)
			err = -ENOMEM;
	}
	list_for_each_entry_safe(r, next, &regions, list) {
		if (g->resv && (r->type == IOMMU_RESV_DIRECT || r->type == IOMMU_RESV_DIRECT_RELAXABLE))
			g->resv[g->n_resv++] = (struct hvc_fact_resv){
				.start = r->start,
				.end = r->start + r->length - 1,
				.type = r->type == IOMMU_RESV_DIRECT ? HVC_RESV_DIRECT
								     : HVC_RESV_DIRECT_RELAXABLE,
			};
		/* the group's list holds plain copies, without the device list's free() */
		kfree(r);
	}
	return err;
}

struct members {
	struct pci_dev **v;
	const char *domain;
	unsigned int n;
	unsigned int size;
};

/* In sysfs' words. Under group->mutex: without it the domain may be freed behind us when a guest ends */
static const char *domain_type(struct device *dev)
{
	struct iommu_domain *domain = hvc_group_domain(dev);

	if (!domain)
		return "";
	switch (domain->type) {
	case IOMMU_DOMAIN_BLOCKED:
		return "blocked";
	case IOMMU_DOMAIN_IDENTITY:
		return "identity";
	case IOMMU_DOMAIN_UNMANAGED:
		return "unmanaged";
	case IOMMU_DOMAIN_DMA:
		return "DMA";
	case IOMMU_DOMAIN_DMA_FQ:
		return "DMA-FQ";
	default:
		return "other";
	}
}

/* Under group->mutex, which nests inside device_lock in probe: nothing but looking and taking references */
static int note_member(struct device *dev, void *data)
{
	struct members *m = data;

	if (!dev_is_pci(dev))
		return 0;
	m->domain = domain_type(dev);
	if (m->n < m->size)
		m->v[m->n] = pci_dev_get(to_pci_dev(dev));
	m->n++;
	return 0;
}

static void put_members(struct members *m)
{
	unsigned int i;

	for (i = 0; i < min(m->n, m->size); i++)
		pci_dev_put(m->v[i]);
	kvfree(m->v);
	*m = (struct members){};
}

static int get_members(struct members *m, struct iommu_group *group)
{
	unsigned int size = 16;

	for (;;) {
		m->v = kvcalloc(size, sizeof(*m->v), GFP_KERNEL);
		if (!m->v)
			return -ENOMEM;
		m->size = size;
		iommu_group_for_each_dev(group, m, note_member);
		if (m->n <= size)
			return 0;
		/* functions may be added meanwhile: leave room */
		size = m->n + 16;
		put_members(m);
	}
}

static int add_members(const struct hvc_collect *c, struct hvc_fact_group *g, struct iommu_group *group)
{
	struct members m = {};
	struct hvc_fact_other *o;
	struct hvc_dev *dev;
	unsigned int i;
	int err;

	err = get_members(&m, group);
	if (err)
		return err;
	g->domain = m.domain;
	g->members = kvcalloc(max(m.n, 1U), sizeof(*g->members), GFP_KERNEL);
	if (!g->members)
		err = -ENOMEM;
	for (i = 0; !err && i < m.n; i++) {
		o = &g->members[g->n_members++];
		dev = hvc_dev_find(hvc_addr_of(m.v[i]));
		if (dev) {
			hvc_fact_other_fill(c, o, dev);
		} else {
			/* just being added or removed, nobody's yet or no longer; or memory was out */
			o->addr = hvc_addr_of(m.v[i]);
			o->hdr_type = m.v[i]->hdr_type;
			o->class = m.v[i]->class;
			if (READ_ONCE(m.v[i]->dev.driver))
				strscpy(o->driver, "unknown", sizeof(o->driver));
		}
		hvc_dev_put(dev);
	}
	put_members(&m);
	return err;
}

/* Fill in the group of a function, which @known has when an earlier function was in it */
static int add_group(const struct hvc_collect *c, struct hvc_fact_fn *fn, struct iommu_group *group,
		     struct xarray *known)
{
	struct hvc_facts *facts = c->facts;
	unsigned long id = iommu_group_id(group);
	void *index = xa_load(known, id);
	struct hvc_fact_group *g;
	int err;

	if (index) {
		fn->group = xa_to_value(index);
		return 0;
	}
	err = xa_err(xa_store(known, id, xa_mk_value(facts->n_groups), GFP_KERNEL));
	if (err)
		return err;
	fn->group = facts->n_groups++;
	g = &facts->groups[fn->group];
	g->id = id;
	g->owned = iommu_group_dma_owner_claimed(group);
	err = add_resv(g, group);
	if (err)
		return err;
	return add_members(c, g, group);
}

static bool in_group(struct pci_dev *pdev, struct iommu_group *group)
{
	struct iommu_group *g = iommu_group_get(&pdev->dev);

	iommu_group_put(g);
	return g && g == group;
}

/*
 * What a function reaches without going upstream: the other ports of its switch, or the other functions of
 * its slot (VFs count as single functions, as in pci_acs_enabled()). True when any is in another group.
 */
static bool peers_outside(const struct hvc_fact_hop *hop, struct iommu_group *group)
{
	bool port = hop->pcie_type == PCI_EXP_TYPE_DOWNSTREAM, outside = false;
	unsigned long self = hvc_addr_key(hop->addr), mask = port ? 0xff : 0x07;
	unsigned long key = self & ~mask;
	struct hvc_dev *dev;

	if (!port && !hop->multifunction)
		return false;
	for (; !outside && (dev = next_upto(&key, self | mask)); key++) {
		outside = key != self && !dev->pdev->is_virtfn && !hvc_dev_gone(dev) &&
			  !in_group(dev->pdev, group);
		hvc_dev_put(dev);
	}
	return outside;
}

/* Neighbours share the way up: what was read for the function before need not be read again */
static const struct hvc_acs *known_acs(const struct hvc_collect *c, unsigned int i, struct hvc_addr addr)
{
	const struct hvc_fact_fn *prev;
	unsigned int k;

	if (!i)
		return NULL;
	prev = &c->facts->fns[i - 1];
	for (k = 1; k < prev->n_hops; k++)
		if (hvc_addr_eq(prev->hops[k].addr, addr))
			return &prev->hops[k].acs;
	return NULL;
}

static int add_hops(const struct hvc_collect *c, unsigned int i, struct iommu_group *group)
{
	struct hvc_fact_fn *fn = &c->facts->fns[i];
	const struct hvc_acs *known;
	struct hvc_fact_hop *hop;
	struct hvc_dev *dev;
	struct pci_dev *p;
	unsigned int n = 0;

	for (p = c->devs[i]->pdev; p; p = upstream(p))
		n++;
	fn->hops = kcalloc(n, sizeof(*fn->hops), GFP_KERNEL);
	if (!fn->hops)
		return -ENOMEM;
	for (p = c->devs[i]->pdev; p && fn->n_hops < n; p = upstream(p)) {
		dev = hvc_dev_find(hvc_addr_of(p));
		/* not in the cache for want of memory: then its path cannot be judged, but its group can */
		if (!dev)
			continue;
		hop = &fn->hops[fn->n_hops++];
		known = known_acs(c, i, dev->addr);
		*hop = (struct hvc_fact_hop){
			.addr = dev->addr,
			.vendor = dev->vendor,
			.device = dev->device,
			.pcie_type = dev->pcie_type,
			/* a VF is none, whatever a rescan of the bus makes of it */
			.multifunction = p->multifunction && !p->is_virtfn,
			.in_group = group && in_group(p, group),
			.quirk_on = !!(p->dev_flags & PCI_DEV_FLAGS_ACS_ENABLED_QUIRK),
			.acs = known	 ? *known
			       : c->deep ? hvc_acs_read(dev)
					 : dev->acs,
		};
		if (group && hvc_acs_missing(hop))
			hop->peers_outside = peers_outside(hop, group);
		hvc_dev_put(dev);
	}
	return 0;
}

static int add_siblings(const struct hvc_collect *c, struct hvc_fact_fn *fn)
{
	unsigned long self = hvc_addr_key(fn->self.addr), key = self & ~7UL;
	struct hvc_dev *dev;

	for (; (dev = next_upto(&key, self | 7)); key++) {
		if (!dev->pdev->is_virtfn && hvc_fact_index(c, dev->addr) < 0) {
			/* the slot has seven others */
			if (!fn->siblings)
				fn->siblings = kcalloc(7, sizeof(*fn->siblings), GFP_KERNEL);
			if (!fn->siblings) {
				hvc_dev_put(dev);
				return -ENOMEM;
			}
			hvc_fact_other_fill(c, &fn->siblings[fn->n_siblings++], dev);
		}
		hvc_dev_put(dev);
	}
	return 0;
}

static void add_pf(const struct hvc_collect *c, struct hvc_fact_fn *fn, struct pci_dev *pdev)
{
	struct hvc_dev *pf = hvc_dev_find(hvc_addr_of(pci_physfn(pdev)));

	fn->is_vf = true;
	if (pf)
		hvc_fact_other_fill(c, &fn->pf, pf);
	hvc_dev_put(pf);
}

static int add_fn(const struct hvc_collect *c, unsigned int i, struct xarray *known)
{
	struct hvc_fact_fn *fn = &c->facts->fns[i];
	struct hvc_dev *dev = c->devs[i];
	struct pci_dev *pdev = dev->pdev;
	struct iommu_group *group;
	int err = 0;

	hvc_fact_other_fill(c, &fn->self, dev);
	fn->vendor = dev->vendor;
	fn->device = dev->device;
	fn->group = -1;
	/* Xen remaps interrupts, or not, without telling its dom0 */
	fn->intremap = c->facts->xen;
	if (hvc_dev_gone(dev))
		return 0;

	fn->in_domain = c->facts->xen && xen_find_device_domain_owner(pdev) >= 0;
	fn->num_vfs = pci_num_vf(pdev);
	fn->boot_vga = pdev == vga_default_device();
	fn->has_reset = pdev->reset_methods[0];
	if (pdev->is_virtfn)
		add_pf(c, fn, pdev);
	else
		err = add_siblings(c, fn);
	if (err)
		return err;

	group = iommu_group_get(&pdev->dev);
	if (group) {
		fn->coherent = device_iommu_capable(&pdev->dev, IOMMU_CAP_CACHE_COHERENCY);
		fn->intremap = hvc_isolated_msi(group, &pdev->dev);
		err = add_group(c, fn, group, known);
	}
	if (!err)
		err = add_hops(c, i, group);
	iommu_group_put(group);
	return err;
}

static int collect(struct hvc_collect *c)
{
	struct xarray known;
	unsigned int i;
	int err = 0;

	/* not DEFINE_XARRAY(): lockdep gives up over a lock on the stack that no call has initialised */
	xa_init(&known);
	for (i = 0; i < c->n; i++)
		c->keys[i] = (struct hvc_fact_key){ .key = hvc_addr_key(c->devs[i]->addr), .index = i };
	sort(c->keys, c->n, sizeof(*c->keys), cmp_key, NULL);
	for (i = 0; i < c->n && !err; i++)
		err = add_fn(c, i, &known);
	xa_destroy(&known);
	if (!err)
		err = hvc_facts_netdevs(c);
	if (!err && c->facts->xen)
		err = hvc_facts_xen(c->facts);
	if (!err && c->deep)
		hvc_facts_intx(c);
	return err;
}

int hvc_facts_collect(struct hvc_facts *facts, struct hvc_dev **devs, unsigned int n, bool deep)
{
	struct hvc_collect c = { .facts = facts, .devs = devs, .n = n, .deep = deep };
	int idx, err = -ENOMEM;

	hvc_devices_wait();
	facts->xen = xen_initial_domain();
	facts->fns = kvcalloc(n, sizeof(*facts->fns), GFP_KERNEL);
	/* no more groups than functions */
	facts->groups = kvcalloc(n, sizeof(*facts->groups), GFP_KERNEL);
	c.keys = kvmalloc_array(n, sizeof(*c.keys), GFP_KERNEL);
	if (facts->fns && facts->groups && c.keys) {
		facts->n_fns = n;
		idx = hvc_bus_enter();
		err = collect(&c);
		hvc_bus_leave(idx);
	}
	kvfree(c.keys);
	return err;
}

void hvc_facts_free(struct hvc_facts *facts)
{
	unsigned int i;

	for (i = 0; i < facts->n_fns; i++) {
		kfree(facts->fns[i].hops);
		kfree(facts->fns[i].netdevs);
		kfree(facts->fns[i].siblings);
		kfree(facts->fns[i].resv);
	}
	for (i = 0; i < facts->n_groups; i++) {
		kfree(facts->groups[i].resv);
		kvfree(facts->groups[i].members);
	}
	kvfree(facts->fns);
	kvfree(facts->groups);
	*facts = (struct hvc_facts){};
}
