/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * pci.h - names of vendors, devices and classes from pci.ids; pci.c is the only file that touches libpci
 */
#ifndef HVCLAIM_PCI_H
#define HVCLAIM_PCI_H

#include "model.h"

#define PCI_NAME_LEN 256

struct pci_names;

/** pci_names_new() - the names are read from the file when the first is asked for; NULL when memory is out */
struct pci_names *pci_names_new(void);
void pci_names_free(struct pci_names **names);

/** pci_name() - "Vendor Device", or its ids in brackets where the file has no name. Return: @buf. */
const char *pci_name(struct pci_names *names, const struct dev *d, char buf[PCI_NAME_LEN]);

/** pci_class_name() - "Ethernet controller". Return: @buf. */
const char *pci_class_name(struct pci_names *names, const struct dev *d, char buf[PCI_NAME_LEN]);

#endif
