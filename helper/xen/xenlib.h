/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * xenlib.h - what only Xen's own libraries can do: libxl, and libxenctrl where libxl cannot
 *
 * Their interfaces change with every version of Xen. They are used when the helper was built with the
 * headers of the version that runs (libxen-dev), and loaded when needed.
 */
#ifndef HVCLAIM_XENLIB_H
#define HVCLAIM_XENLIB_H

#include <stdbool.h>

#include "device/model.h"

struct xenlib;

/**
 * xenlib_open() - load the libraries of the Xen that runs
 * @lib: set on success; to be closed with xenlib_close()
 * @err: on failure a malloc'd sentence
 *
 * Return: 0; -EOPNOTSUPP when this helper was built without them or for another Xen; -ENXIO when Xen's tools
 * were never started; or another negative errno.
 */
int xenlib_open(struct xenlib **lib, char **err);

/** xenlib_close() - NULL is fine */
void xenlib_close(struct xenlib *lib);

/** xenlib_has_iommu() - whether Xen uses an IOMMU; true when it cannot be known. xenstored must run */
bool xenlib_has_iommu(struct xenlib *lib);

/**
 * xenlib_quarantine() - make a function assignable for xl, as `xl pci-assignable-add` does
 * @lib: the libraries
 * @a: the function; with pciback already
 * @name: name for it, or NULL
 * @err: on failure a malloc'd sentence
 *
 * The function's DMA goes nowhere from here on. Doing it again changes nothing but the name. xenstored must run:
 * libxl waits for it.
 *
 * Return: 0 or a negative errno.
 */
int xenlib_quarantine(struct xenlib *lib, struct addr a, const char *name, char **err);

/**
 * xenlib_unquarantine() - let a function's DMA reach the dom0 again
 *
 * libxl can do this only together with the unbinding, which is the module's. A function that was not
 * quarantined stays as it is.
 *
 * Return: 0 or a negative errno with @err set.
 */
int xenlib_unquarantine(struct xenlib *lib, struct addr a, char **err);

#endif
