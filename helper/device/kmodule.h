/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * kmodule.h - loading drivers for guests. kmodule.c is the only file that touches libkmod
 */
#ifndef HVCLAIM_KMODULE_H
#define HVCLAIM_KMODULE_H

#include "device/model.h"

/**
 * kmodule_load() - have a PCI driver there
 * @driver: its name; nothing is done when it is registered already
 * @err: on failure a malloc'd sentence
 *
 * Return: 0 or a negative errno.
 */
int kmodule_load(const char *driver, char **err);

/**
 * kmodule_variant() - the vfio driver that the kernel has for just this device
 * @dev: the function
 * @driver: filled with its name, or "" when plain vfio-pci is the one
 * @err: on failure a malloc'd sentence
 *
 * By the vfio_pci: aliases in modules.alias, as libvirt does it.
 *
 * Return: 0 or a negative errno.
 */
int kmodule_variant(const struct dev *dev, char driver[HVCLAIM_NAME_MAX + 1], char **err);

#endif
