/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * guest.h - finding the guests that run on this host
 */
#ifndef HVCLAIM_GUEST_H
#define HVCLAIM_GUEST_H

#include "guests.h"
#include "hostfs.h"

/**
 * guests_find() - all guests, with their threads, and what is set for them now
 * @fs: where the host's file systems are
 * @systemd: whether it is the manager of the cgroups: then properties of units are asked for, too
 * @out: filled, in the order of the names; to be freed with guests_free()
 * @err: set to a string to be freed when systemd could not be asked
 *
 * Found by process: libvirt's domains and Proxmox's guests by their managers' records in /run, any other QEMU by
 * its name. A guest that ends meanwhile is left out.
 *
 * Return: 0, -ENOMEM, or another negative errno with @err set.
 */
int guests_find(const struct hostfs *fs, bool systemd, struct guests *out, char **err);

#endif
