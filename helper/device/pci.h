/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * pci.h - names of devices. pci.c is the only file that touches libpci
 */
#ifndef HVCLAIM_PCI_H
#define HVCLAIM_PCI_H

#include "device/model.h"

#define PCI_NAME_LEN 256

struct pci_names;

/** pci_names_new() - NULL when libpci is not there, which is told, or memory is out; then names are numbers */
struct pci_names *pci_names_new(void);
void pci_names_free(struct pci_names **names);

/** pci_name() - class, vendor and device in words; returns @buf */
const char *pci_name(struct pci_names *names, const struct dev *dev, char buf[PCI_NAME_LEN]);

#endif
