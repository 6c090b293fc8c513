// SPDX-License-Identifier: GPL-2.0-only
/*
 * pci.c - names of devices from pci.ids
 */
#define _GNU_SOURCE 1
#include <stdio.h>
#include <stdlib.h>

#include <pci/pci.h>

#include "device/pci.h"

struct pci_names {
	struct pci_access *access;
};

static void quiet(char *fmt, ...)
{
	(void)fmt;
}

static _Noreturn void fail(char *fmt, ...)
{
	fprintf(stderr, "hvclaim: libpci: %s\n", fmt);
	exit(1);
}

/* No pci_init(): it would look for a way to the devices, and only names are wanted. */
struct pci_names *pci_names_new(void)
{
	struct pci_names *names = calloc(1, sizeof(*names));

	if (!names)
		return NULL;
	names->access = pci_alloc();
	names->access->error = fail;
	names->access->warning = quiet;
	names->access->debug = quiet;
	return names;
}

void pci_names_free(struct pci_names **names)
{
	if (!*names)
		return;
	pci_free_name_list((*names)->access);
	pci_cleanup((*names)->access);
	free(*names);
	*names = NULL;
}

const char *pci_name(struct pci_names *names, const struct dev *dev, char buf[PCI_NAME_LEN])
{
	char class[128], device[128];

	if (!names) {
		snprintf(buf, PCI_NAME_LEN, "%06x %04x:%04x", dev->class, dev->vendor, dev->device);
		return buf;
	}
	/* of what has vanished the ledger knows the ids, not the class */
	if (dev->state == HVCLAIM_DEV_STATE_GONE && !dev->class) {
		pci_lookup_name(names->access, buf, PCI_NAME_LEN, PCI_LOOKUP_VENDOR | PCI_LOOKUP_DEVICE,
				(int)dev->vendor, (int)dev->device);
		return buf;
	}
	snprintf(buf, PCI_NAME_LEN, "%s: %s",
		 pci_lookup_name(names->access, class, sizeof(class), PCI_LOOKUP_CLASS,
				 (int)(dev->class >> 8)),
		 pci_lookup_name(names->access, device, sizeof(device), PCI_LOOKUP_VENDOR | PCI_LOOKUP_DEVICE,
				 (int)dev->vendor, (int)dev->device));
	return buf;
}
