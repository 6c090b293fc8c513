/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * device.h - the cached identity of each PCI function
 *
 * Handlers and dumps answer from here and never take device_lock: a driver's stuck remove() holds it.
 */
#ifndef HVC_DEVICE_H
#define HVC_DEVICE_H

#include <linux/kref.h>
#include <linux/pci.h>
#include "select.h"

/**
 * struct hvc_dev - what is known of one function
 * @ref: references; the cache holds one while the function is on the bus
 * @pdev: the function; referenced as long as this lives, also after it has vanished
 * @addr: where it is
 * @path: bridge path from a root port, as lspci -P prints it; or ""
 * @pf: of a virtual function, its physical one; referenced as @pdev is
 * @pf_path: of a virtual function, the bridge path of @pf
 * @pf_serial: of a virtual function, the serial number of @pf, or 0
 * @vf: of a virtual function, its number, from 0
 * @vendor: vendor id
 * @device: device id
 * @subsystem_vendor: subsystem vendor id
 * @subsystem_device: subsystem id
 * @class: 24 bits
 * @revision: revision id
 * @hdr_type: PCI_HEADER_TYPE_*, without the multifunction bit
 * @pcie_type: PCI_EXP_TYPE_*, or HVC_PCIE_NONE
 * @acs_pos: offset of the ACS capability, or 0
 * @acs: its ACS bits as they were when it was added, or refreshed since
 * @has_serial: @serial is valid
 * @serial: PCIe device serial number
 * @driver: name of its driver, or ""; under the cache's lock
 * @managed: that driver leaves DMA to guests, or does none; under the cache's lock
 * @gone: it has left the bus; under the cache's lock
 * @parked: rule.c keeps host drivers from it, and it is in no claim yet; cleared under the ledger's lock
 */
struct hvc_dev {
	struct kref ref;
	struct pci_dev *pdev;
	struct hvc_addr addr;
	char *path;
	struct pci_dev *pf;
	char *pf_path;
	u64 pf_serial;
	u32 vf;
	u16 vendor;
	u16 device;
	u16 subsystem_vendor;
	u16 subsystem_device;
	u32 class;
	u8 revision;
	u8 hdr_type;
	u8 pcie_type;
	u16 acs_pos;
	struct hvc_acs acs;
	bool has_serial;
	u64 serial;
	char driver[HVCLAIM_NAME_MAX + 1];
	bool managed;
	bool gone;
	bool parked;
};

/** hvc_addr_of() - the address of a function */
static inline struct hvc_addr hvc_addr_of(struct pci_dev *pdev)
{
	return (struct hvc_addr){
		.domain = pci_domain_nr(pdev->bus),
		.bus = pdev->bus->number,
		.devfn = pdev->devfn,
	};
}

/** hvc_addr_key() - an address as one number, in the order in which addresses are listed */
static inline unsigned long hvc_addr_key(struct hvc_addr a)
{
	return (unsigned long)a.domain << 16 | a.bus << 8 | a.devfn;
}

/** hvc_addr_eq() - the same function */
static inline bool hvc_addr_eq(struct hvc_addr a, struct hvc_addr b)
{
	return hvc_addr_key(a) == hvc_addr_key(b);
}

/** hvc_is_endpoint() - something that can be given to a guest, and no bridge */
static inline bool hvc_is_endpoint(const struct hvc_dev *dev)
{
	return dev->hdr_type == PCI_HEADER_TYPE_NORMAL && dev->class >> 16 != PCI_BASE_CLASS_BRIDGE;
}

/* For printf: "%04x:%02x:%02x.%x" */
#define HVC_ADDR_FMT	 "%04x:%02x:%02x.%x"
#define HVC_ADDR_ARGS(a) (a).domain, (a).bus, PCI_SLOT((a).devfn), PCI_FUNC((a).devfn)

/**
 * hvc_dev_find() - the function at an address
 * @addr: where
 *
 * Context: any; takes the cache's spinlock.
 * Return: with a reference, or NULL when there is none.
 */
struct hvc_dev *hvc_dev_find(struct hvc_addr addr);

/**
 * hvc_dev_next() - the first function at or behind a key
 * @key: in: hvc_addr_key() to start from; out: the found one's
 *
 * Context: any; takes the cache's spinlock.
 * Return: with a reference, or NULL at the end.
 */
struct hvc_dev *hvc_dev_next(unsigned long *key);

/** hvc_dev_get() - take another reference */
static inline struct hvc_dev *hvc_dev_get(struct hvc_dev *dev)
{
	kref_get(&dev->ref);
	return dev;
}

/** hvc_dev_put() - drop a reference; may sleep; accepts NULL */
void hvc_dev_put(struct hvc_dev *dev);

/**
 * hvc_dev_driver() - who drives a function now
 * @dev: the function
 * @name: filled with the driver's name or "", HVCLAIM_NAME_MAX + 1 bytes; may be NULL
 *
 * Return: whether that driver is driver_managed_dma.
 */
bool hvc_dev_driver(struct hvc_dev *dev, char *name);

/**
 * hvc_bus_enter() - what the PCI core and the IOMMU driver hang on functions stays, until hvc_bus_leave()
 *
 * For IOMMU group and data, PF and bridges of functions of which hvc_dev_gone() is false behind it: such
 * a function does not leave the bus meanwhile. Nests, and waits for nobody.
 *
 * Return: for hvc_bus_leave().
 */
int hvc_bus_enter(void);

/** hvc_bus_leave() - the end of hvc_bus_enter(); no driver may be waited for in between */
void hvc_bus_leave(int idx);

/** hvc_dev_group() - number of a function's IOMMU group, or -1; takes no lock */
int hvc_dev_group(struct hvc_dev *dev);

/** hvc_dev_gone() - whether a function has left the bus */
bool hvc_dev_gone(struct hvc_dev *dev);

/**
 * hvc_dev_going() - the same, when the driver core has refused a driver with -ENODEV
 * @dev: the function
 *
 * It does so from device_del() on, a moment before the notifier tells us: this waits for whoever removes it.
 *
 * Context: may sleep, as long as a removal takes; no lock of a device held.
 */
bool hvc_dev_going(struct hvc_dev *dev);

/** hvc_dev_count() - how many functions are on the bus */
unsigned int hvc_dev_count(void);

/** hvc_dev_identity() - what selectors know a function by; valid as long as @dev is */
struct hvc_identity hvc_dev_identity(const struct hvc_dev *dev);

/** hvc_dev_same() - two functions are one device in one place, before and after it was away */
bool hvc_dev_same(const struct hvc_dev *a, const struct hvc_dev *b);

/**
 * hvc_acs_read() - read the ACS bits of a function from its configuration space
 * @dev: the function
 *
 * Context: may sleep; a configuration read can wake the function's link.
 * Return: the bits; not present where the function does not answer.
 */
struct hvc_acs hvc_acs_read(struct hvc_dev *dev);

/** hvc_generation() - moves with every add, remove, bind and ledger change */
u32 hvc_generation(void);

/** hvc_generation_move() - something that a dump shows has changed */
void hvc_generation_move(void);

/**
 * struct hvc_dev_ops - who is told of functions
 * @added: a function has appeared, or was there when the cache was filled; before any driver is asked for
 *	one that appears
 * @gone: a function leaves the bus, and no other with its address was added yet
 * @changed: after each add, remove, bind and unbind
 *
 * All may be called under device_lock, so they must not take one, nor wait for somebody who does.
 */
struct hvc_dev_ops {
	void (*added)(struct hvc_dev *dev);
	void (*gone)(struct hvc_dev *dev);
	void (*changed)(void);
};

/**
 * hvc_devices_init() - fill the cache and follow the bus
 * @ops: whom to tell
 *
 * Context: may sleep. Undone by hvc_devices_exit().
 * Return: 0 or a negative errno; hvc_devices_exit() only after success.
 */
int hvc_devices_init(const struct hvc_dev_ops *ops);

/**
 * hvc_devices_wait() - wait until the cache has been filled
 *
 * Requests and rules come while it is. Before it is full a group has fewer members than there are, and
 * those have no drivers.
 *
 * Context: may sleep; without locks.
 */
void hvc_devices_wait(void);

/** hvc_devices_exit() - stop following the bus and empty the cache */
void hvc_devices_exit(void);

#endif
