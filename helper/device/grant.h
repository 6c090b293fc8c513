/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * grant.h - letting a user who is not root run the guest
 */
#ifndef HVCLAIM_GRANT_H
#define HVCLAIM_GRANT_H

#include "lib/hostfs.h"
#include "device/model.h"

/**
 * grant_node() - give a user the nodes through which a held function is used
 * @dev: the function; bound to vfio-pci already
 * @user: name or number
 * @err: set to a string to be freed when something failed
 *
 * Changes the owner of /dev/vfio/GROUP, and of /dev/vfio/devices/vfioX where the kernel has it. Nothing undoes
 * it: the nodes go with the release. A group's node gives all of the group's functions.
 *
 * Return: 0, -EINVAL (no such user), -ENODEV (no node: not with vfio), or another negative errno.
 */
int grant_node(const struct dev *dev, const char *user, char **err);

/** grant_node_at() - as grant_node(), below other roots */
int grant_node_at(const struct hostfs *fs, const struct dev *dev, const char *user, char **err);

/**
 * memlock_warning() - whether a user may lock too little memory for a guest with a device
 * @user: name or number
 *
 * The limit is ours when the user is us, otherwise the largest among the user's processes: where it comes from
 * (PAM, systemd, the tool that starts QEMU) cannot be known. Nothing to say about root, who needs none, and
 * about users without a process.
 *
 * Return: a sentence to be freed, or NULL.
 */
char *memlock_warning(const char *user);

#endif
