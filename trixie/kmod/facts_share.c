// SPDX-License-Identifier: GPL-2.0-only
/*
 * facts_share.c - what the host runs on a set of functions: network interfaces, shared line interrupts
 */
#include <linux/interrupt.h>
#include <linux/netdevice.h>
#include <linux/pci.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <net/net_namespace.h>

#include "device.h"
#include "facts_priv.h"

/**
 * struct found - interfaces of requested functions
 * @v: the interfaces
 * @fn: the index of each one's function
 * @n: how many there are
 * @size: how many @v and @fn have room for
 */
struct found {
	struct hvc_fact_netdev *v;
	unsigned int *fn;
	unsigned int n;
	unsigned int size;
};

/*
 * The requested function that an interface is on, or -1. Between may be other devices (virtio, USB). The
 * parents stay while the interface is on RCU's list: unregistering waits for readers between taking it
 * off and letting go of its parent.
 */
static int function_of(const struct hvc_collect *c, const struct net_device *nd)
{
	struct device *dev = nd->dev.parent;
	int i;

	while (dev && !dev_is_pci(dev))
		dev = dev->parent;
	if (!dev)
		return -1;
	i = hvc_fact_index(c, hvc_addr_of(to_pci_dev(dev)));
	return i >= 0 && &c->devs[i]->pdev->dev == dev ? i : -1;
}

static void note(struct found *f, struct net_device *nd, int fn)
{
	struct hvc_fact_netdev *o;
	struct net_device *upper;
	struct list_head *iter;

	if (f->n < f->size) {
		o = &f->v[f->n];
		*o = (struct hvc_fact_netdev){
			.up = nd->flags & IFF_UP,
			.netns_other = !net_eq(dev_net(nd), &init_net),
		};
		strscpy(o->name, nd->name, sizeof(o->name));
		netdev_for_each_upper_dev_rcu(nd, upper, iter) {
			strscpy(o->upper, upper->name, sizeof(o->upper));
			break;
		}
		f->fn[f->n] = fn;
	}
	f->n++;
}

/* All namespaces, under RCU: rtnl may be held by a stuck remove() */
static void pass(const struct hvc_collect *c, struct found *f)
{
	struct net_device *nd;
	struct net *net;
	int fn;

	f->n = 0;
	rcu_read_lock();
	for_each_net_rcu(net) {
		for_each_netdev_rcu(net, nd) {
			fn = function_of(c, nd);
			if (fn >= 0)
				note(f, nd, fn);
		}
	}
	rcu_read_unlock();
}

static int distribute(struct hvc_collect *c, const struct found *f)
{
	struct hvc_fact_fn *fn;
	unsigned int i;

	for (i = 0; i < f->n; i++)
		c->facts->fns[f->fn[i]].n_netdevs++;
	for (i = 0; i < f->n; i++) {
		fn = &c->facts->fns[f->fn[i]];
		if (fn->netdevs)
			continue;
		fn->netdevs = kcalloc(fn->n_netdevs, sizeof(*fn->netdevs), GFP_KERNEL);
		if (!fn->netdevs)
			return -ENOMEM;
		fn->n_netdevs = 0;
	}
	for (i = 0; i < f->n; i++) {
		fn = &c->facts->fns[f->fn[i]];
		fn->netdevs[fn->n_netdevs++] = f->v[i];
	}
	return 0;
}

int hvc_facts_netdevs(struct hvc_collect *c)
{
	struct found f = {};
	int err = 0;

	/* most functions have none: the first pass counts, and mostly it is the last one, too */
	for (;;) {
		pass(c, &f);
		if (f.n <= f.size)
			break;
		f.size = f.n + 4;
		kvfree(f.v);
		kvfree(f.fn);
		f.v = kvcalloc(f.size, sizeof(*f.v), GFP_KERNEL);
		f.fn = kvcalloc(f.size, sizeof(*f.fn), GFP_KERNEL);
		if (!f.v || !f.fn) {
			err = -ENOMEM;
			break;
		}
	}
	if (!err)
		err = distribute(c, &f);
	kvfree(f.v);
	kvfree(f.fn);
	return err;
}

/* The line that a function would raise; MSI-X leaves irq alone, MSI replaces it */
static unsigned int line_of(const struct pci_dev *pdev)
{
	return pdev->pin && !pdev->msix_enabled && pdev->irq != IRQ_NOTCONNECTED ? pdev->irq : 0;
}

static void note_intx(struct hvc_collect *c, struct hvc_dev *other)
{
	unsigned int i, irq = line_of(other->pdev);
	struct hvc_fact_other o = {};
	struct hvc_fact_fn *fn;

	if (!irq || hvc_dev_gone(other))
		return;
	hvc_fact_other_fill(c, &o, other);
	if (!o.driver[0] || o.managed || o.requested)
		return;
	for (i = 0; i < c->n; i++) {
		fn = &c->facts->fns[i];
		if (fn->intx_shared || !c->devs[i]->pdev->pin || c->devs[i]->pdev->irq != irq)
			continue;
		fn->intx_shared = true;
		fn->intx_other = o;
	}
}

void hvc_facts_intx(struct hvc_collect *c)
{
	struct hvc_dev *dev;
	unsigned long key;

	for (key = 0; (dev = hvc_dev_next(&key)); key++) {
		note_intx(c, dev);
		hvc_dev_put(dev);
	}
}
