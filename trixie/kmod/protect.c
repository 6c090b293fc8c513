// SPDX-License-Identifier: GPL-2.0-only
/*
 * protect.c - functions that no request gets, named when the module is loaded
 */
#include <linux/kernel.h>
#include <linux/moduleparam.h>
#include <linux/pci.h>

#include "device.h"
#include "protect.h"

#define HVC_PROTECT_MAX 64

static char *protect[HVC_PROTECT_MAX];
static unsigned int hvc_n_protected;
module_param_array(protect, charp, &hvc_n_protected, 0444);
MODULE_PARM_DESC(protect, "addresses that are never claimed, for instance 0000:00:17.0,0000:03:00.0");

static struct hvc_addr hvc_protected_addrs[HVC_PROTECT_MAX];

bool hvc_protected(struct hvc_addr addr)
{
	unsigned int i;

	for (i = 0; i < hvc_n_protected; i++)
		if (hvc_addr_eq(hvc_protected_addrs[i], addr))
			return true;
	return false;
}

/* [DDDD:]BB:SS.F */
static int hvc_addr_parse(const char *text, struct hvc_addr *addr)
{
	unsigned int domain = 0, bus, slot, fn;
	int end = 0;

	if (sscanf(text, "%x:%x:%x.%x%n", &domain, &bus, &slot, &fn, &end) != 4 || text[end]) {
		domain = 0;
		if (sscanf(text, "%x:%x.%x%n", &bus, &slot, &fn, &end) != 3 || text[end])
			return -EINVAL;
	}
	if (bus > 0xff || slot > 0x1f || fn > 7)
		return -EINVAL;
	*addr = (struct hvc_addr){ .domain = domain, .bus = bus, .devfn = PCI_DEVFN(slot, fn) };
	return 0;
}

int hvc_protect_init(void)
{
	unsigned int i;

	for (i = 0; i < hvc_n_protected; i++) {
		if (!hvc_addr_parse(protect[i], &hvc_protected_addrs[i]))
			continue;
		pr_err("hvclaim: protect=: \"%s\" is no address (DDDD:BB:SS.F)\n", protect[i]);
		return -EINVAL;
	}
	return 0;
}
