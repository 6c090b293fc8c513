// SPDX-License-Identifier: GPL-2.0-only
/*
 * backend.c - the list of backends, and how drivers are found
 */
#include <linux/device.h>
#include <linux/module.h>
#include <linux/pci.h>
#include <linux/string.h>

#include "backend.h"

/* the host's default first */
static const struct hvc_backend_ops *const hvc_backends[] = {
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
	struct device_driver *found;
};

static int hvc_driver_match(struct device_driver *drv, void *data)
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

	bus_for_each_drv(&pci_bus_type, NULL, &s, hvc_driver_match);
	return s.found;
}
