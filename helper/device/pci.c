// SPDX-License-Identifier: GPL-2.0-only
/*
 * pci.c - names of devices, as udev's hardware database or pci.ids has them
 *
 * The database is an index made of pci.ids: a name costs a look, where libpci reads all of pci.ids for the first one, which is
 * most of the time that a list takes. What the database does not know, or a host has none, pci.ids tells.
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include <pci/pci.h>

#include "device/pci.h"
#include "lib/late.h"

#define FUNCTIONS(X) \
	X(pci_alloc) X(pci_cleanup) X(pci_free_name_list) X(pci_lookup_name) X(pci_set_name_list_path)

LATE_DECLARE(libpci, FUNCTIONS);
LATE_DEFINE(libpci, FUNCTIONS);

struct pci_names {
	struct pci_access *indexed; /* asks the database only */
	struct pci_access *all;	    /* reads pci.ids; NULL until the database did not know a name */
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
static struct pci_access *access_new(void)
{
	struct pci_access *access = libpci.pci_alloc();

	access->error = fail;
	access->warning = quiet;
	access->debug = quiet;
	return access;
}

static void access_free(struct pci_access *access)
{
	libpci.pci_free_name_list(access);
	libpci.pci_cleanup(access);
}

struct pci_names *pci_names_new(void)
{
	static char empty[] = "/dev/null";
	struct pci_names *names;

	if (LATE_LOAD(libpci)) {
		fprintf(stderr, "hvclaim: names are numbers: %s\n", late_strerror(ELIBACC));
		return NULL;
	}
	names = calloc(1, sizeof(*names));
	if (!names)
		return NULL;
	names->indexed = access_new();
	libpci.pci_set_name_list_path(names->indexed, empty, 0);
	/* not what lspci -q learnt of the network either, which is in the user's home: that is asked for with all of pci.ids */
	names->indexed->id_lookup_mode = 0;
	return names;
}

void pci_names_free(struct pci_names **names)
{
	if (!*names)
		return;
	access_free((*names)->indexed);
	if ((*names)->all)
		access_free((*names)->all);
	free(*names);
	*names = NULL;
}

static const char *lookup(struct pci_names *names, char *buf, int size, int what, int id1, int id2)
{
	const char *name = NULL;

	if (!names->all)
		name = libpci.pci_lookup_name(names->indexed, buf, size, what | PCI_LOOKUP_NO_NUMBERS, id1,
					      id2);
	if (name)
		return name;
	if (!names->all)
		names->all = access_new();
	return libpci.pci_lookup_name(names->all, buf, size, what, id1, id2);
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
		lookup(names, buf, PCI_NAME_LEN, PCI_LOOKUP_VENDOR | PCI_LOOKUP_DEVICE, (int)dev->vendor,
		       (int)dev->device);
		return buf;
	}
	snprintf(buf, PCI_NAME_LEN, "%s: %s",
		 lookup(names, class, sizeof(class), PCI_LOOKUP_CLASS, (int)(dev->class >> 8), 0),
		 lookup(names, device, sizeof(device), PCI_LOOKUP_VENDOR | PCI_LOOKUP_DEVICE,
			(int)dev->vendor, (int)dev->device));
	return buf;
}
