/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * guest.h - finding the guests that run on this host
 */
#ifndef HVCLAIM_GUEST_H
#define HVCLAIM_GUEST_H

#include "guest/guests.h"
#include "lib/hostfs.h"

struct xenlib;

/**
 * guests_find() - all guests, with their threads, and what is set for them now
 * @fs: where the host's file systems are
 * @caps: of the host. Where systemd is the manager of the cgroups, properties of units are asked for, too
 * @q: what its keys need of each guest is read (guest_needs()); NULL: nothing for them
 * @also: bits of knobs for which it is read of all guests
 * @out: filled, in the order of the names; to be freed with guests_free()
 * @err: set to a string to be freed when systemd could not be asked
 *
 * Found by process: libvirt's domains and Proxmox's guests by their managers' records in /run, any other QEMU by
 * its name. A guest that ends meanwhile is left out.
 *
 * Return: 0, -ENOMEM, or another negative errno with @err set.
 */
int guests_find(const struct hostfs *fs, const struct caps *caps, const struct qos *q, uint32_t also,
		struct guests *out, char **err);

/**
 * guests_follow() - the threads of guests as they are now, where their knobs are about threads
 * @caps: as for guests_find()
 * @all: of guests_find()
 * @err: set to a string to be freed on failure
 *
 * What a guest was given a cgroup or a controller for is read once more; everything else stays as it was read. A guest
 * that has ended has no threads.
 *
 * Return: 0, -ENOMEM, or another negative errno with @err set.
 */
int guests_follow(const struct hostfs *fs, const struct caps *caps, struct guests *all, char **err);

/**
 * guests_find_xen() - the domains of Xen among the guests
 * @fs: where the host's file systems are
 * @caps: of the host; without a dom0 nothing is done
 * @lib: Xen's libraries
 * @all: of guests_find(). Device models in it become a part of the domains that they serve
 * @err: set to a string to be freed on failure
 *
 * Threads of the dom0's kernel that serve a domain's disks and network interfaces are found, too.
 *
 * Return: 0 or a negative errno.
 */
int guests_find_xen(const struct hostfs *fs, const struct caps *caps, struct xenlib *lib, struct guests *all,
		    char **err);

#endif
