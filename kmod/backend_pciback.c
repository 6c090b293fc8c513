// SPDX-License-Identifier: GPL-2.0-only
/*
 * backend_pciback.c - xen-pciback, in a Xen dom0
 *
 * Its module is xen-pciback and its driver pciback. Its probe takes a function whose override names it, or
 * whose slot it lists; the former get on the list, and stay there until somebody writes to remove_slot.
 */
#include <linux/device.h>
#include <xen/xen.h>

#include "backend.h"

static bool hvc_pciback_available(void)
{
	return IS_ENABLED(CONFIG_XEN_PCIDEV_BACKEND) && xen_initial_domain();
}

/* There are no variants */
static bool hvc_pciback_accepts(const struct device_driver *drv)
{
	return !strcmp(drv->name, hvc_backend_pciback.driver);
}

const struct hvc_backend_ops hvc_backend_pciback = {
	.name = "pciback",
	.driver = "pciback",
	.module = "xen-pciback",
	.remembers = true,
	.available = hvc_pciback_available,
	.accepts = hvc_pciback_accepts,
};
