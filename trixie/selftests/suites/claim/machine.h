/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * machine.h - what the tests of the state machine share: real functions between two test drivers
 *
 * hvc_test_host has them by driver_override as a host driver would, hvc_test_mock is the mock backend's.
 * Both hang or fail as they are told. Included once by each test.
 */
#ifndef HVC_TEST_MACHINE_H
#define HVC_TEST_MACHINE_H

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <linux/hvclaim.h>

#include "kselftest_harness.h"
#include "../nl.h"

#define C(x)  HVCLAIM_A_CLAIM_##x
#define ST(x) HVCLAIM_CLAIM_STATE_##x
#define N     3

/* two NICs behind root ports of their own, a disk's controller, and a virtio device: topology basic */
static const int buses[N + 1] = { 1, 2, 3, 4 };
#define VIRTIO N

static void name_of(int i, char *buf)
{
	sprintf(buf, "0000:%02x:00.0", buses[i]);
}

static int write_to(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY), err = 0;

	if (fd < 0)
		return -errno;
	if (write(fd, text, strlen(text)) < 0)
		err = -errno;
	close(fd);
	return err;
}

static int set_param(const char *module, const char *param, const char *value)
{
	char path[128];

	snprintf(path, sizeof(path), "/sys/module/%s/parameters/%s", module, param);
	return write_to(path, value);
}

static int set_dev(int i, const char *file, const char *value)
{
	char path[128], name[16];

	name_of(i, name);
	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/%s", name, file);
	return write_to(path, value);
}

static const char *driver_of(int i)
{
	static char to[256];
	char path[128], name[16];
	ssize_t n;

	name_of(i, name);
	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/driver", name);
	n = readlink(path, to, sizeof(to) - 1);
	if (n < 0)
		return "none";
	to[n] = '\0';
	return strrchr(to, '/') + 1;
}

static inline const char *override_of(int i)
{
	static char text[128];
	char path[128], name[16];
	ssize_t n;
	int fd;

	name_of(i, name);
	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/driver_override", name);
	fd = open(path, O_RDONLY);
	n = read(fd, text, sizeof(text) - 1);
	close(fd);
	text[n > 0 ? n - 1 : 0] = '\0';
	return text;
}

static void nap(void)
{
	nanosleep(&(struct timespec){ .tv_nsec = 20000000 }, NULL);
}

static void put_fns(struct nl *nl, int from, int to)
{
	for (int i = from; i < to; i++)
		nl_put_fn(nl, 0, buses[i], 0);
}

static void begin_claim(struct nl *nl, const char *owner, int from, int to)
{
	nl_begin(nl, HVCLAIM_CMD_CLAIM, 0);
	nl_put_str(nl, C(OWNER), owner);
	nl_put_str(nl, C(BACKEND), "mock");
	put_fns(nl, from, to);
}

/* 0 with the id, or the negative errno */
static int claim(struct nl *nl, const char *owner, int from, int to, uint32_t *id)
{
	begin_claim(nl, owner, from, to);
	nl_put_u32(nl, C(DEADLINE), 300);
	if (!nl_talk(nl))
		*id = nl_attr_u32(nl, C(ID));
	return nl->err;
}

static inline int release_id(struct nl *nl, uint32_t id, uint64_t allow)
{
	nl_begin(nl, HVCLAIM_CMD_RELEASE, 0);
	nl_put_u32(nl, C(ID), id);
	if (allow)
		nl_put_u64(nl, C(ALLOW), allow);
	return nl_talk(nl);
}

static uint32_t state_of(struct nl *nl, uint32_t id)
{
	nl_begin(nl, HVCLAIM_CMD_CLAIM_GET, 0);
	nl_put_u32(nl, C(ID), id);
	return nl_talk(nl) ? UINT32_MAX : nl_attr_u32(nl, C(STATE));
}

/* The state, when the claim comes to it; otherwise the one in which it was after half a minute */
static uint32_t comes_to(struct nl *nl, uint32_t id, uint32_t state)
{
	uint32_t now = state_of(nl, id);

	for (int i = 0; i < 1500 && now != state; i++, now = state_of(nl, id))
		nap();
	return now;
}

static uint32_t n_claims(struct nl *nl)
{
	nl_begin(nl, HVCLAIM_CMD_INFO_GET, 0);
	nl_talk(nl);
	return nl_attr_u32(nl, HVCLAIM_A_INFO_CLAIMS);
}

static void let_go(void)
{
	static const char *const modules[] = { "hvc_test_host", "hvc_test_mock" };

	for (int m = 0; m < 2; m++) {
		set_param(modules[m], "hold_remove", "0");
		set_param(modules[m], "hold_probe", "0");
		set_param(modules[m], "fail", "-");
		set_param(modules[m], "reg", "-1");
		set_param(modules[m], "poke", "0");
	}
}

static void to_host_driver(int i)
{
	char name[16];

	name_of(i, name);
	if (strcmp(driver_of(i), "none"))
		set_dev(i, "driver/unbind", name);
	set_dev(i, "driver_override", "hvc_test_host");
	write_to("/sys/bus/pci/drivers/hvc_test_host/bind", name);
}

static int load(const char *module, bool in)
{
	char path[64], *argv[] = { "modprobe", in ? (char *)module : "-r", in ? NULL : (char *)module, NULL };
	pid_t pid = fork();
	int status;

	snprintf(path, sizeof(path), "/sys/module/%s", module);
	if (!pid) {
		execvp(argv[0], argv);
		_exit(127);
	}
	waitpid(pid, &status, 0);
	return access(path, F_OK) ? 0 : 1;
}

#define AS_BEFORE(i)                                                   \
	do {                                                           \
		EXPECT_STREQ("hvc_test_host", driver_of(i));           \
		EXPECT_STREQ("hvc_test_host", override_of(i));         \
	} while (0)

#endif
