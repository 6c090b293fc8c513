/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * backend.h - the drivers that hold functions for guests
 */
#ifndef HVC_BACKEND_H
#define HVC_BACKEND_H

#include <linux/types.h>

struct device_driver;

/**
 * struct hvc_backend_ops - a way to hold functions for guests
 * @name: as on the wire
 * @driver: name of the PCI driver, and of its module, unless a claim names a variant
 * @trusted: needs no IOMMU, because no guest gets the function (tests)
 * @available: whether it could bind on this host now; may sleep
 * @accepts: whether a driver is one of the backend's variants; the driver is kept alive by the caller
 */
struct hvc_backend_ops {
	const char *name;
	const char *driver;
	bool trusted;
	bool (*available)(void);
	bool (*accepts)(const struct device_driver *drv);
};

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

#endif
