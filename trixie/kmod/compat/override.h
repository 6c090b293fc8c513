/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * override.h - a device's driver_override on all kernels
 *
 * Moved from struct pci_dev to struct device, with a lock of its own instead of device_lock, by "driver
 * core: generalize driver_override in struct device" (7.1, and backported to 6.12.y): hence a probe.
 */
#ifndef HVC_COMPAT_OVERRIDE_H
#define HVC_COMPAT_OVERRIDE_H

#include <linux/device.h>
#include <linux/pci.h>
#include <linux/slab.h>

/**
 * hvc_override_set() - set or, with "", clear the driver override
 * @pdev: the function
 * @name: a driver's name
 *
 * Context: may sleep; takes device_lock on kernels where the override is in struct pci_dev.
 * Return: 0, -EINVAL or -ENOMEM.
 */
static inline int hvc_override_set(struct pci_dev *pdev, const char *name)
{
#ifdef HVC_HAVE_DEVICE_OVERRIDE
	return device_set_driver_override(&pdev->dev, name);
#else
	return driver_set_override(&pdev->dev, &pdev->driver_override, name, strlen(name));
#endif
}

/**
 * hvc_override_get() - copy the driver override
 * @pdev: the function
 * @buf: filled with the name, or with ""
 * @size: of @buf, with room for the NUL
 *
 * Context: as hvc_override_set().
 * Return: 0, or -E2BIG when the name does not fit.
 */
static inline int hvc_override_get(struct pci_dev *pdev, char *buf, size_t size)
{
	const char *name;
	ssize_t len;

#ifdef HVC_HAVE_DEVICE_OVERRIDE
	spin_lock(&pdev->dev.driver_override.lock);
	name = pdev->dev.driver_override.name;
	len = strscpy(buf, name ?: "", size);
	spin_unlock(&pdev->dev.driver_override.lock);
#else
	device_lock(&pdev->dev);
	name = pdev->driver_override;
	len = strscpy(buf, name ?: "", size);
	device_unlock(&pdev->dev);
#endif
	return len < 0 ? len : 0;
}

#endif
