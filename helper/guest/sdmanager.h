/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * sdmanager.h - talking to systemd, the manager of units
 */
#ifndef HVCLAIM_SDMANAGER_H
#define HVCLAIM_SDMANAGER_H

#include "lib/libsystemd.h"

#define SD_DESTINATION "org.freedesktop.systemd1"
#define SD_PATH	       "/org/freedesktop/systemd1"
#define SD_MANAGER     "org.freedesktop.systemd1.Manager"

/**
 * sdmanager_open() - a connection to the manager
 * @bus: to be closed with sd_bus_flush_close_unref()
 * @err: set to a string to be freed on failure
 *
 * Over its own socket, which works without a message bus, or else over the system bus.
 *
 * Return: 0 or a negative errno.
 */
int sdmanager_open(sd_bus **bus, char **err);

/** sdmanager_unit_path() - the object of a unit, a string to be freed; NULL when memory is out */
char *sdmanager_unit_path(const char *unit);

#endif
