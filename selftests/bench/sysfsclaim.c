// SPDX-License-Identifier: GPL-2.0-only
/*
 * sysfsclaim.c - what a claim and a release cost at least: the writes to sysfs, one function after the other
 *
 *	sysfsclaim take|back|back-reset ADDRESS…
 *
 * take: to vfio-pci, by driver_override. back: to whom the kernel gives it. back-reset: with a reset between, as hvclaim
 * does it, so that the host's driver does not meet the hardware as a guest left it. $DRIVER is another driver than vfio-pci.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int put(const char *address, const char *file, const char *text)
{
	char path[256];
	int fd, err = 0;

	if (address)
		snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/%s", address, file);
	else
		snprintf(path, sizeof(path), "/sys/bus/pci/%s", file);
	fd = open(path, O_WRONLY);
	if (fd < 0)
		return errno;
	if (write(fd, text, strlen(text)) < 0)
		err = errno;
	close(fd);
	return err;
}

static void must(int err, const char *address, const char *what)
{
	if (err)
		errx(1, "%s: %s: %s", address, what, strerror(err));
}

int main(int argc, char **argv)
{
	const char *driver = getenv("DRIVER");
	int take, reset;

	if (argc < 3)
		errx(2, "usage: sysfsclaim take|back|back-reset ADDRESS...");
	take = !strcmp(argv[1], "take");
	reset = !strcmp(argv[1], "back-reset");
	for (int i = 2; i < argc; i++) {
		const char *a = argv[i];
		int rc;

		if (take)
			must(put(a, "driver_override", driver ? driver : "vfio-pci"), a, "driver_override");
		rc = put(a, "driver/unbind", a);
		if (rc != ENOENT)
			must(rc, a, "unbind");
		if (reset)
			must(put(a, "reset", "1"), a, "reset");
		if (!take)
			must(put(a, "driver_override", "\n"), a, "driver_override");
		must(put(NULL, "drivers_probe", a), a, "drivers_probe");
	}
	return 0;
}
