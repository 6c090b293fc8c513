// SPDX-License-Identifier: GPL-2.0-only
/*
 * device.c - the cached identity of each PCI function
 *
 * Filled when a function appears, kept up to date by the bus notifier. Everything that a dump shows of
 * a function is here, so that no dump waits for a driver or wakes a sleeping device.
 */
#include <linux/completion.h>
#include <linux/device.h>
#include <linux/iommu.h>
#include <linux/pci.h>
#include <linux/slab.h>
#include <linux/srcu.h>
#include <linux/string.h>
#include <linux/xarray.h>

#include "acs.h"
#include "backend.h"
#include "device.h"

/* indexed by hvc_addr_key(); its lock is the one spinlock over identities */
static DEFINE_XARRAY(hvc_devs);
static atomic_t hvc_dev_number = ATOMIC_INIT(0);
static atomic_t hvc_gen = ATOMIC_INIT(1);
static const struct hvc_dev_ops *hvc_ops;

u32 hvc_generation(void)
{
	/* 0 would read as "no generation" in a dump (see nl_dump_check_consistent()) */
	return (u32)atomic_read(&hvc_gen) ?: 1;
}

void hvc_generation_move(void)
{
	atomic_inc(&hvc_gen);
}

static void hvc_dev_free(struct kref *ref)
{
	struct hvc_dev *dev = container_of(ref, struct hvc_dev, ref);

	pci_dev_put(dev->pf);
	pci_dev_put(dev->pdev);
	kfree(dev->pf_path);
	kfree(dev->path);
	kfree(dev);
}

void hvc_dev_put(struct hvc_dev *dev)
{
	if (dev)
		kref_put(&dev->ref, hvc_dev_free);
}

struct hvc_dev *hvc_dev_find(struct hvc_addr addr)
{
	struct hvc_dev *dev;

	xa_lock(&hvc_devs);
	dev = xa_load(&hvc_devs, hvc_addr_key(addr));
	if (dev)
		kref_get(&dev->ref);
	xa_unlock(&hvc_devs);
	return dev;
}

struct hvc_dev *hvc_dev_next(unsigned long *key)
{
	struct hvc_dev *dev;

	xa_lock(&hvc_devs);
	dev = xa_find(&hvc_devs, key, ULONG_MAX, XA_PRESENT);
	if (dev)
		kref_get(&dev->ref);
	xa_unlock(&hvc_devs);
	return dev;
}

bool hvc_dev_driver(struct hvc_dev *dev, char *name)
{
	bool managed;

	xa_lock(&hvc_devs);
	if (name)
		strscpy(name, dev->driver, HVCLAIM_NAME_MAX + 1);
	managed = dev->managed;
	xa_unlock(&hvc_devs);
	return managed;
}

/* DEL_DEVICE waits for it: behind that the PCI core and the IOMMU driver free what they have of it */
DEFINE_STATIC_SRCU(hvc_bus_users);

int hvc_bus_enter(void)
{
	int idx = srcu_read_lock(&hvc_bus_users);

	/* for sparse, which counts within a function */
	__release(&hvc_bus_users);
	return idx;
}

void hvc_bus_leave(int idx)
{
	__acquire(&hvc_bus_users);
	srcu_read_unlock(&hvc_bus_users, idx);
}

int hvc_dev_group(struct hvc_dev *dev)
{
	struct iommu_group *group = NULL;
	int id, idx = hvc_bus_enter();

	if (!hvc_dev_gone(dev))
		group = iommu_group_get(&dev->pdev->dev);
	id = group ? iommu_group_id(group) : -1;
	iommu_group_put(group);
	hvc_bus_leave(idx);
	return id;
}

bool hvc_dev_gone(struct hvc_dev *dev)
{
	return READ_ONCE(dev->gone);
}

bool hvc_dev_going(struct hvc_dev *dev)
{
	/* hot-plug and sysfs hold the one lock meanwhile, SR-IOV the other */
	pci_lock_rescan_remove();
	pci_unlock_rescan_remove();
	if (dev->pf) {
		device_lock(&dev->pf->dev);
		device_unlock(&dev->pf->dev);
	}
	return hvc_dev_gone(dev);
}

unsigned int hvc_dev_count(void)
{
	return atomic_read(&hvc_dev_number);
}

struct hvc_acs hvc_acs_read(struct hvc_dev *dev)
{
	u32 first = 0, second = 0;

	if (!dev->acs_pos || hvc_dev_gone(dev))
		return (struct hvc_acs){};
	pci_read_config_dword(dev->pdev, dev->acs_pos + 4, &first);
	pci_read_config_dword(dev->pdev, dev->acs_pos + 8, &second);
	if (PCI_POSSIBLE_ERROR(first))
		return (struct hvc_acs){};
	return hvc_acs_decode(first, second, hvc_acs_is_spt(dev->vendor, dev->device));
}

/*
 * The bridge path as "lspci -P" prints it, or "". A virtual function whose bus is not its PF's has no bridge
 * of its own above it: two of them could have the same path, so none gets one.
 */
static char *hvc_path_alloc(struct pci_dev *pdev)
{
	char path[HVCLAIM_PATH_MAX + 1] = "";
	struct pci_dev *hops[32], *p = pdev;
	int n = 0, len;

	for (; p; p = p->bus->self) {
		if (n == ARRAY_SIZE(hops) || (!p->bus->self && !pci_is_root_bus(p->bus)))
			return kstrdup(path, GFP_KERNEL);
		hops[n++] = p;
	}
	p = hops[--n];
	len = scnprintf(path, sizeof(path), HVC_ADDR_FMT, pci_domain_nr(p->bus), p->bus->number,
			PCI_SLOT(p->devfn), PCI_FUNC(p->devfn));
	while (n--)
		len += scnprintf(path + len, sizeof(path) - len, "/%02x.%x", PCI_SLOT(hops[n]->devfn),
				 PCI_FUNC(hops[n]->devfn));
	return kstrdup(path, GFP_KERNEL);
}

static int hvc_pf_fill(struct hvc_dev *dev)
{
	int vf = pci_iov_vf_id(dev->pdev);

	if (vf < 0)
		return 0;
	dev->vf = vf;
	dev->pf = pci_dev_get(pci_physfn(dev->pdev));
	dev->pf_serial = pci_get_dsn(dev->pf);
	dev->pf_path = hvc_path_alloc(dev->pf);
	return dev->pf_path ? 0 : -ENOMEM;
}

struct hvc_identity hvc_dev_identity(const struct hvc_dev *dev)
{
	u64 serial = dev->pf ? dev->pf_serial : dev->serial;

	return (struct hvc_identity){
		.addr = dev->addr,
		.path = dev->pf ? dev->pf_path : dev->path,
		.ids = { dev->vendor, dev->device, dev->subsystem_vendor, dev->subsystem_device },
		.has_serial = serial != 0,
		.serial = serial,
		.is_vf = dev->pf,
		.vf = dev->vf,
		.pf = dev->pf ? hvc_addr_of(dev->pf) : dev->addr,
	};
}

bool hvc_dev_same(const struct hvc_dev *a, const struct hvc_dev *b)
{
	struct hvc_identity x = hvc_dev_identity(a), y = hvc_dev_identity(b);

	return x.is_vf == y.is_vf && x.vf == y.vf && x.serial == y.serial &&
	       !memcmp(&x.ids, &y.ids, sizeof(x.ids)) && !strcmp(x.path, y.path) &&
	       (*x.path || hvc_addr_eq(a->addr, b->addr));
}

static struct hvc_dev *hvc_dev_alloc(struct pci_dev *pdev)
{
	struct hvc_dev *dev = kzalloc(sizeof(*dev), GFP_KERNEL);

	if (!dev)
		return NULL;
	kref_init(&dev->ref);
	dev->pdev = pci_dev_get(pdev);
	dev->addr = hvc_addr_of(pdev);
	dev->vendor = pdev->vendor;
	dev->device = pdev->device;
	dev->subsystem_vendor = pdev->subsystem_vendor;
	dev->subsystem_device = pdev->subsystem_device;
	dev->class = pdev->class;
	dev->revision = pdev->revision;
	dev->hdr_type = pdev->hdr_type;
	dev->pcie_type = pci_is_pcie(pdev) ? pci_pcie_type(pdev) : HVC_PCIE_NONE;
	dev->acs_pos = pci_find_ext_capability(pdev, PCI_EXT_CAP_ID_ACS);
	dev->acs = hvc_acs_read(dev);
	dev->serial = pci_get_dsn(pdev);
	dev->has_serial = dev->serial != 0;
	dev->path = hvc_path_alloc(pdev);
	if (!dev->path || hvc_pf_fill(dev)) {
		hvc_dev_put(dev);
		return NULL;
	}
	return dev;
}

static void hvc_dev_add(struct pci_dev *pdev)
{
	unsigned long key = hvc_addr_key(hvc_addr_of(pdev));
	struct hvc_dev *dev, *old;

	dev = hvc_dev_alloc(pdev);
	if (!dev)
		goto err;

	hvc_dev_get(dev);
	/* the cache's own insertion, so that a function that the notifier has added already stays */
	old = xa_cmpxchg(&hvc_devs, key, NULL, dev, GFP_KERNEL);
	if (!old) {
		atomic_inc(&hvc_dev_number);
		hvc_generation_move();
		hvc_ops->added(dev);
		hvc_dev_put(dev);
		return;
	}
	hvc_dev_put(dev);
	hvc_dev_put(dev);
	if (!xa_is_err(old))
		return;
err:
	/* without an entry it is no function that can be claimed: safe, and said */
	pci_warn(pdev, "hvclaim: out of memory, not available for claims\n");
}

static void hvc_dev_remove(struct pci_dev *pdev)
{
	struct hvc_dev *dev = xa_erase(&hvc_devs, hvc_addr_key(hvc_addr_of(pdev)));

	if (!dev)
		return;
	atomic_dec(&hvc_dev_number);
	hvc_generation_move();
	hvc_dev_put(dev);
}

/* @drv is kept alive by the caller; NULL for none */
static void hvc_driver_set(struct pci_dev *pdev, struct device_driver *drv)
{
	struct hvc_dev *dev;

	xa_lock(&hvc_devs);
	dev = xa_load(&hvc_devs, hvc_addr_key(hvc_addr_of(pdev)));
	/* dev.driver is cleared before UNBOUND is told: an unbind that came in between is not undone */
	if (dev && (!drv || READ_ONCE(pdev->dev.driver) == drv)) {
		strscpy(dev->driver, drv ? drv->name : "", sizeof(dev->driver));
		dev->managed = drv && hvc_driver_passes(drv);
	}
	xa_unlock(&hvc_devs);
	hvc_generation_move();
}

static int hvc_bus_notify(struct notifier_block *nb, unsigned long event, void *data)
{
	struct pci_dev *pdev = to_pci_dev(data);
	struct hvc_dev *dev;

	switch (event) {
	case BUS_NOTIFY_ADD_DEVICE:
		hvc_dev_add(pdev);
		break;
	case BUS_NOTIFY_BOUND_DRIVER:
		/* device_lock is held: the driver cannot go */
		hvc_driver_set(pdev, pdev->dev.driver);
		break;
	case BUS_NOTIFY_UNBOUND_DRIVER:
	case BUS_NOTIFY_DRIVER_NOT_BOUND:
		hvc_driver_set(pdev, NULL);
		break;
	case BUS_NOTIFY_DEL_DEVICE:
		dev = hvc_dev_find(hvc_addr_of(pdev));
		if (dev) {
			WRITE_ONCE(dev->gone, true);
			hvc_ops->gone(dev);
		}
		synchronize_srcu_expedited(&hvc_bus_users);
		hvc_dev_put(dev);
		break;
	case BUS_NOTIFY_REMOVED_DEVICE:
		hvc_dev_remove(pdev);
		break;
	default:
		return NOTIFY_DONE;
	}
	hvc_ops->changed();
	return NOTIFY_DONE;
}

static DECLARE_COMPLETION(hvc_devs_known);

void hvc_devices_wait(void)
{
	wait_for_completion(&hvc_devs_known);
}

static struct notifier_block hvc_bus_nb = { .notifier_call = hvc_bus_notify };

/*
 * Fill in the drivers of functions that were bound before us. dev->driver may change under us, and
 * device_lock may be held by a stuck remove(): so the pointer is only compared, with the one driver that
 * the iteration keeps alive. Whatever changes meanwhile, the notifier tells.
 */
static int hvc_driver_note(struct device_driver *drv, void *data)
{
	struct pci_dev *pdev = NULL;

	for_each_pci_dev(pdev) {
		if (READ_ONCE(pdev->dev.driver) == drv)
			hvc_driver_set(pdev, drv);
	}
	return 0;
}

int hvc_devices_init(const struct hvc_dev_ops *ops)
{
	struct pci_dev *pdev = NULL;
	int err;

	hvc_ops = ops;
	err = bus_register_notifier(&pci_bus_type, &hvc_bus_nb);
	if (!err) {
		for_each_pci_dev(pdev)
			hvc_dev_add(pdev);
		/* cannot fail: neither the bus nor the callback does */
		bus_for_each_drv(&pci_bus_type, NULL, NULL, hvc_driver_note);
	}
	complete_all(&hvc_devs_known);
	return err;
}

void hvc_devices_exit(void)
{
	struct hvc_dev *dev;
	unsigned long key;

	bus_unregister_notifier(&pci_bus_type, &hvc_bus_nb);
	xa_for_each(&hvc_devs, key, dev) {
		xa_erase(&hvc_devs, key);
		hvc_dev_put(dev);
	}
	xa_destroy(&hvc_devs);
}
