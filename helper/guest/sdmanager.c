// SPDX-License-Identifier: GPL-2.0-only
/*
 * sdmanager.c - talking to systemd, the manager of units
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <string.h>

#include "lib/hostfs.h"
#include "guest/sdmanager.h"

/* what systemctl uses when root runs it: one hop less, and no message bus is needed */
#define PRIVATE_SOCKET "unix:path=/run/systemd/private"

static int open_private(sd_bus **bus)
{
	int rc = libsystemd.sd_bus_new(bus);

	if (rc >= 0)
		rc = libsystemd.sd_bus_set_address(*bus, PRIVATE_SOCKET);
	if (rc >= 0)
		rc = libsystemd.sd_bus_start(*bus);
	if (rc < 0)
		*bus = libsystemd.sd_bus_unref(*bus);
	return rc;
}

int sdmanager_open(sd_bus **bus, char **err)
{
	int rc = LATE_LOAD(libsystemd);

	*bus = NULL;
	if (!rc) {
		rc = open_private(bus);
		if (rc < 0)
			rc = libsystemd.sd_bus_open_system(bus);
	}
	if (rc >= 0)
		return 0;
	*err = text_fmt("cannot talk to systemd: %s", late_strerror(-rc));
	return rc;
}

char *sdmanager_unit_path(const char *unit)
{
	char *path;

	return libsystemd.sd_bus_path_encode(SD_PATH "/unit", unit, &path) < 0 ? NULL : path;
}
