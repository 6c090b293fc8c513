/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * guest_host.h - what every `hvclaim guest` starts from: the file, the host, the guests
 *
 * Calls return an exit code: EXIT_DONE to go on, any other after having said why.
 */
#ifndef HVCLAIM_GUEST_HOST_H
#define HVCLAIM_GUEST_HOST_H

#include "apply/apply.h"
#include "host/caps.h"
#include "config/config.h"
#include "guest/guests.h"

/** struct guest_host - all that a plan is made from */
struct guest_host {
	const struct hostfs *fs;
	struct config *cfg;
	struct caps caps;
	struct guests guests;
	struct xenlib *xen; /* of a dom0; NULL before it was read, and elsewhere */
	int lock;	    /* on qos.lock; -1 without */
	bool rdt_lock;	    /* on resctrl */
	struct said *said;  /* of the watcher: an error is told once; NULL: each time */
};

#define GUEST_HOST_INIT                           \
	{                                         \
		.fs = &hostfs_default, .lock = -1 \
	}

/** guest_host_config() - read the file that -c names, or the default one */
int guest_host_config(struct guest_host *h);

/**
 * guest_host_lock() - wait until nobody else changes guests, and keep it so
 *
 * There is one lock for hvclaim itself, and with classes in the file resctrl's, which libvirt takes as well.
 * Needs the configuration. resctrl is mounted, if a class needs it.
 */
int guest_host_lock(struct guest_host *h);
void guest_host_unlock(struct guest_host *h);

/**
 * guest_host_read() - look at the host and its guests; again if need be
 * @change: refuse a host whose cgroups are not of version 2
 * @knobs: bits of those whose present values are read, of all guests; 0: of each guest those that the file has for it
 */
int guest_host_read(struct guest_host *h, bool change, uint32_t knobs);

/** guest_host_follow() - the same again, with what may have come by itself: threads of guests, and in a dom0 all */
int guest_host_follow(struct guest_host *h);

/**
 * guest_host_look() - what guest_host_read() reads, into other structs
 * @h: connected to Xen when that is there
 * @knobs: as there
 * @caps: filled; to be freed with caps_free()
 * @guests: filled; to be freed with guests_free()
 * @err: set to a string to be freed on failure
 *
 * Return: 0 or a negative errno.
 */
int guest_host_look(struct guest_host *h, uint32_t knobs, struct caps *caps, struct guests *guests,
		    char **err);

/** guest_host_free() - all of it, locks included */
void guest_host_free(struct guest_host *h);

/** guest_host_apply() - where plans for it are carried out */
static inline struct apply_host guest_host_apply(const struct guest_host *h)
{
	return (struct apply_host){ .fs = h->fs, .caps = &h->caps, .guests = &h->guests, .xen = h->xen };
}

/** guest_host_entry() - the entry of the file that means a running guest, or NULL */
const struct qos_guest *guest_host_entry(const struct guest_host *h, const struct guest *g);

#endif
