// SPDX-License-Identifier: GPL-2.0-only
/*
 * vfio-hold GROUP ADDRESS…: what a guest's QEMU does with a group and its devices, without the guest. Opens them, says
 * "held" and keeps them open until it is killed or its standard input ends. Exit status 1: could not, and why.
 */

#include <errno.h>
#include <fcntl.h>
#include <linux/vfio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static int must(int result, const char *what)
{
	if (result < 0) {
		printf("vfio-hold: %s: %s\n", what, strerror(errno));
		exit(1);
	}
	return result;
}

int main(int argc, char **argv)
{
	struct vfio_group_status status = { .argsz = sizeof(status) };
	int container, group, i;
	char node[64], byte;

	if (argc < 3) {
		fprintf(stderr, "usage: vfio-hold GROUP ADDRESS...\n");
		return 2;
	}
	container = must(open("/dev/vfio/vfio", O_RDWR), "/dev/vfio/vfio");
	snprintf(node, sizeof(node), "/dev/vfio/%s", argv[1]);
	group = must(open(node, O_RDWR), node);
	must(ioctl(group, VFIO_GROUP_GET_STATUS, &status), "group status");
	if (!(status.flags & VFIO_GROUP_FLAGS_VIABLE)) {
		printf("vfio-hold: group %s is not viable\n", argv[1]);
		return 1;
	}
	must(ioctl(group, VFIO_GROUP_SET_CONTAINER, &container), "set container");
	must(ioctl(container, VFIO_SET_IOMMU, VFIO_TYPE1v2_IOMMU), "set IOMMU");
	for (i = 2; i < argc; i++)
		must(ioctl(group, VFIO_GROUP_GET_DEVICE_FD, argv[i]), argv[i]);

	printf("held\n");
	fflush(stdout);
	while (read(STDIN_FILENO, &byte, 1) > 0)
		;
	return 0;
}
