// SPDX-License-Identifier: GPL-2.0-only
/*
 * backend.c - the list of backends, and how drivers are found
 */
#include <linux/device.h>
#include <linux/kmod.h>
#include <linux/module.h>
#include <linux/pci.h>
#include <linux/string.h>

#include "backend.h"

/* the host's default first */
static const struct hvc_backend_ops *const hvc_backends[] = {
	&hvc_backend_pciback,
	&hvc_backend_vfio,
	&hvc_backend_mock,
};

const struct hvc_backend_ops *hvc_backend_at(unsigned int i)
{
	return i < ARRAY_SIZE(hvc_backends) ? hvc_backends[i] : NULL;
}

const struct hvc_backend_ops *hvc_backend_find(const char *name)
{
	const struct hvc_backend_ops *ops;
	unsigned int i;

	for (i = 0; (ops = hvc_backend_at(i)); i++)
		if (ops->available() && (!*name || !strcmp(ops->name, name)))
			return ops;
	return NULL;
}

struct hvc_driver_search {
	const char *name;
	const struct pci_dev *pdev;
	unsigned int skip;
	struct device_driver *found;
};

static int hvc_driver_named(struct device_driver *drv, void *data)
{
	struct hvc_driver_search *s = data;

	if (strcmp(drv->name, s->name) || !try_module_get(drv->owner))
		return 0;
	s->found = drv;
	return 1;
}

struct device_driver *hvc_driver_get(const char *name)
{
	struct hvc_driver_search s = { .name = name };

	bus_for_each_drv(&pci_bus_type, NULL, &s, hvc_driver_named);
	return s.found;
}

struct device_driver *hvc_driver_load(const char *name)
{
	struct device_driver *drv = hvc_driver_get(name);
	const struct hvc_backend_ops *ops;
	const char *module = name;
	unsigned int i;

	if (drv)
		return drv;
	for (i = 0; (ops = hvc_backend_at(i)); i++)
		if (ops->module && !strcmp(ops->driver, name))
			module = ops->module;
	return request_module("%s", module) ? NULL : hvc_driver_get(name);
}

static int hvc_driver_matches(struct device_driver *drv, void *data)
{
	const struct pci_device_id *id = to_pci_driver(drv)->id_table;
	struct hvc_driver_search *s = data;

	if (!strcmp(drv->name, s->name) || !id)
		return 0;
	id = pci_match_id(id, (struct pci_dev *)s->pdev);
	if (!id || id->override_only || s->skip-- || !try_module_get(drv->owner))
		return 0;
	s->found = drv;
	return 1;
}

struct device_driver *hvc_driver_match(const struct pci_dev *pdev, const char *but, unsigned int nth)
{
	struct hvc_driver_search s = { .name = but, .pdev = pdev, .skip = nth };

	bus_for_each_drv(&pci_bus_type, NULL, &s, hvc_driver_matches);
	return s.found;
}

bool hvc_driver_passes(const struct device_driver *drv)
{
	return container_of(drv, struct pci_driver, driver)->driver_managed_dma ||
	       !strcmp(drv->name, hvc_backend_pciback.driver);
}
