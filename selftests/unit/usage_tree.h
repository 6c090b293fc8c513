/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * usage_tree.h - a host in a directory tree, and questions about its functions
 */
#ifndef HVCLAIM_TEST_USAGE_TREE_H
#define HVCLAIM_TEST_USAGE_TREE_H

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tree.h"
#include "usage/usage.h"

static struct tree t;
static struct hostfs fs;

static inline int set_up(void **state)
{
	(void)state;
	tree_new(&t);
	fs = tree_hostfs(&t);
	tree_file(&t, "proc/self/mountinfo", "22 1 0:21 / /proc rw - proc proc rw\n");
	tree_link(&t, "proc/self/ns/mnt", "mnt:[1]");
	return 0;
}

static inline int tear_down(void **state)
{
	(void)state;
	tree_free(&t);
	return 0;
}

static inline void pci(const char *addr)
{
	char path[128], to[128];

	snprintf(path, sizeof(path), "sys/devices/pci0000:00/%s", addr);
	tree_dir(&t, path);
	snprintf(to, sizeof(to), "/sys/devices/pci0000:00/%s", addr);
	snprintf(path, sizeof(path), "sys/bus/pci/devices/%s", addr);
	tree_link(&t, path, to);
}

/* Asks about one function, and checks the words of all findings, in order; the list ends with NULL. */
static inline void expect(const char *addr, ...)
{
	struct findings got = { 0 };
	struct dev dev = { .class = 0x010802 };
	struct devs all = { &dev, 1 };
	struct usage *u = usage_new(&fs);
	const char *want;
	size_t i = 0;
	va_list args;

	assert_true(addr_parse(addr, &dev.addr));
	assert_int_equal(usage_dev(u, &dev, &all, &got), 0);
	va_start(args, addr);
	for (; (want = va_arg(args, const char *)); i++) {
		bool note = !strncmp(want, "note: ", 6);

		if (i >= got.n)
			fail_msg("nobody says: %s", want);
		assert_string_equal(got.v[i].detail, want + (note ? 6 : 0));
		assert_int_equal(got.v[i].severity, note ? HVCLAIM_SEVERITY_NOTE : HVCLAIM_SEVERITY_ASK);
		assert_int_equal(got.v[i].reason, HVCLAIM_REASON_HOST_USE);
		assert_true(got.v[i].has_function && !addr_cmp(got.v[i].function, dev.addr));
	}
	va_end(args);
	if (i < got.n)
		fail_msg("not expected: %s", got.v[i].detail ? got.v[i].detail : "(no words)");
	findings_free(&got);
	usage_free(u);
}

static inline void open_fd(const char *pid, const char *comm, const char *fd, const char *to)
{
	char path[256];

	snprintf(path, sizeof(path), "proc/%s/comm", pid);
	tree_file(&t, path, comm);
	snprintf(path, sizeof(path), "%s/proc/%s/exe", t.root, pid);
	assert_true(!symlink("/usr/bin/it", path) || errno == EEXIST);
	snprintf(path, sizeof(path), "proc/%s/fd", pid);
	tree_dir(&t, path);
	snprintf(path, sizeof(path), "%s/proc/%s/fd/%s", t.root, pid, fd);
	assert_int_equal(symlink(to, path), 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

#endif
