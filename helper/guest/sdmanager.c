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
	int rc = sd_bus_new(bus);

	if (rc >= 0)
		rc = sd_bus_set_address(*bus, PRIVATE_SOCKET);
	if (rc >= 0)
		rc = sd_bus_start(*bus);
	if (rc < 0)
		*bus = sd_bus_unref(*bus);
	return rc;
}

int sdmanager_open(sd_bus **bus, char **err)
{
	int rc;

	*bus = NULL;
	rc = open_private(bus);
	if (rc < 0)
		rc = sd_bus_open_system(bus);
	if (rc >= 0)
		return 0;
	*err = text_fmt("cannot talk to systemd: %s", strerror(-rc));
	return rc;
}

char *sdmanager_unit_path(const char *unit)
{
	char *path;

	return sd_bus_path_encode(SD_PATH "/unit", unit, &path) < 0 ? NULL : path;
}
