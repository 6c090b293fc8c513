// SPDX-License-Identifier: GPL-2.0-only
/*
 * nvme-online CONTROLLER VF-NUMBER: give a virtual function of an NVMe controller queues and interrupts and turn it
 * on, without which no driver takes it. VF-NUMBER counts from 1; CONTROLLER is /dev/nvmeN.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>

#include <linux/nvme_ioctl.h>

#define VIRT_MGMT 0x1c
#define OFFLINE	  7
#define ASSIGN	  8
#define ONLINE	  9

static int virt_mgmt(int fd, unsigned int controller, unsigned int action, unsigned int kind, unsigned int number)
{
	struct nvme_admin_cmd cmd = {
		.opcode = VIRT_MGMT,
		.cdw10 = controller << 16 | kind << 8 | action,
		.cdw11 = number,
	};
	int status = ioctl(fd, NVME_IOCTL_ADMIN_CMD, &cmd);

	if (status)
		printf("nvme-online: controller %u, action %u: status %#x\n", controller, action, status);
	return status;
}

int main(int argc, char **argv)
{
	int fd = argc == 3 ? open(argv[1], O_RDWR) : -1;
	unsigned int vf = argc == 3 ? atoi(argv[2]) : 0;

	if (fd < 0) {
		perror("nvme-online");
		return 2;
	}
	return virt_mgmt(fd, vf, OFFLINE, 0, 0) || virt_mgmt(fd, vf, ASSIGN, 0, 2) ||
	       virt_mgmt(fd, vf, ASSIGN, 1, 1) || virt_mgmt(fd, vf, ONLINE, 0, 0);
}
