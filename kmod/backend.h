/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * backend.h - the drivers that hold functions for guests
 */
#ifndef HVC_BACKEND_H
#define HVC_BACKEND_H

#include <linux/types.h>

struct device_driver;
struct pci_dev;

/**
 * struct hvc_backend_ops - a way to hold functions for guests
 * @name: as on the wire
 * @driver: name of the PCI driver, unless a claim names a variant
 * @module: name of that driver's module where it is another one, or NULL
 * @remembers: its driver takes, without an override, whatever it had before
 * @trusted: needs no IOMMU, because no guest gets the function (tests)
 * @available: whether it could bind on this host now; may sleep
 * @accepts: whether a driver is one of the backend's variants; the driver is kept alive by the caller
 */
struct hvc_backend_ops {
	const char *name;
	const char *driver;
	const char *module;
	bool remembers;
	bool trusted;
	bool (*available)(void);
	bool (*accepts)(const struct device_driver *drv);
};

extern const struct hvc_backend_ops hvc_backend_pciback;
extern const struct hvc_backend_ops hvc_backend_vfio;
extern const struct hvc_backend_ops hvc_backend_mock;

/**
 * hvc_backend_find() - a backend by name
 * @name: its name, or "" for this host's default
 *
 * Return: the backend, or NULL when there is none of that name.
 */
const struct hvc_backend_ops *hvc_backend_find(const char *name);

/**
 * hvc_backend_at() - the backends in the order in which info shows them
 * @i: from 0
 *
 * Return: the backend, or NULL behind the last one.
 */
const struct hvc_backend_ops *hvc_backend_at(unsigned int i);

/**
 * hvc_driver_get() - find a PCI driver and keep it
 * @name: the driver's name
 *
 * driver_find() gives no reference: the driver is looked up in an iteration that holds it, and its
 * module is pinned before the iteration lets go.
 *
 * Context: may sleep.
 * Return: the driver, to be given back with module_put(drv->owner), or NULL.
 */
struct device_driver *hvc_driver_get(const char *name);

/** hvc_driver_load() - as hvc_driver_get(), after loading the driver's module where it is not there yet */
struct device_driver *hvc_driver_load(const char *name);

/**
 * hvc_driver_match() - find a PCI driver that a probe of a function would ask
 * @pdev: the function
 * @but: the name of a driver that is not meant
 * @nth: from 0, in the order in which a probe asks
 *
 * By the ids that drivers are built with. Ids that somebody wrote to new_id are not exported.
 *
 * Context: may sleep.
 * Return: as hvc_driver_get().
 */
struct device_driver *hvc_driver_match(const struct pci_dev *pdev, const char *but, unsigned int nth);

/**
 * hvc_driver_passes() - whether a PCI driver leaves DMA to guests, or does none itself
 * @drv: the driver; kept alive by the caller
 *
 * What the kernel calls driver_managed_dma, and pciback, which has no need to tell it: in a dom0 there are
 * no IOMMU groups.
 */
bool hvc_driver_passes(const struct device_driver *drv);

#endif
