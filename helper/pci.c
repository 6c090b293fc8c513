// SPDX-License-Identifier: GPL-2.0-only
/*
 * pci.c - names of vendors, devices and classes from pci.ids
 */
#define _GNU_SOURCE 1
#include <pci/pci.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "pci.h"

struct pci_names {
	struct pci_access *access;
};

/* libpci ends the process on errors and prints warnings; names are not worth either. */
static void quiet(char *msg, ...)
{
	(void)msg;
}

struct pci_names *pci_names_new(void)
{
	struct pci_names *names = calloc(1, sizeof(*names));

	if (!names)
		return NULL;
	names->access = pci_alloc(); /* without pci_init(): nothing is scanned */
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

const char *pci_name(struct pci_names *names, const struct dev *d, char buf[PCI_NAME_LEN])
{
	char *s = NULL;

	if (names)
		s = pci_lookup_name(names->access, buf, PCI_NAME_LEN, PCI_LOOKUP_VENDOR | PCI_LOOKUP_DEVICE,
				    d->vendor, d->device);
	if (!s)
		snprintf(buf, PCI_NAME_LEN, "[%04x:%04x]", d->vendor, d->device);
	return buf;
}

const char *pci_class_name(struct pci_names *names, const struct dev *d, char buf[PCI_NAME_LEN])
{
	char *s = NULL;

	if (names)
		s = pci_lookup_name(names->access, buf, PCI_NAME_LEN, PCI_LOOKUP_CLASS, d->class >> 8);
	if (!s)
		snprintf(buf, PCI_NAME_LEN, "Class [%04x]", d->class >> 8);
	return buf;
}
