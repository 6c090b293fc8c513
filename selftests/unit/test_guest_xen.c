// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_guest_xen.c - domains of Xen are found together with what serves them in the dom0
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/append.h"
#include "guest/guest_priv.h"
#include "tree.h"
#include "xen/xenqos.h"

static struct tree t;
static struct hostfs fs;
static struct guests found;
static struct caps caps;

/* what Xen tells */
static const struct {
	uint32_t domid;
	const char *name;
} domains[] = { { 5, "db1" }, { 6, "hvm" }, { 7, "web" } };

static size_t n_domains;

int xenqos_domains(struct xenlib *lib, const struct caps *c, struct guests *out, char **err)
{
	(void)lib;
	(void)c;
	for (size_t i = 0; i < n_domains; i++) {
		struct guest *g = append(out->v, out->n);

		g->kind = GUEST_XEN;
		g->domid = domains[i].domid;
		g->name = strdup(domains[i].name);
		g->xen = calloc(1, sizeof(*g->xen));
	}
	if (n_domains)
		return 0;
	*err = strdup("libxl: no");
	return -EIO;
}

static int set_up(void **state)
{
	(void)state;
	tree_new(&t);
	fs = tree_hostfs(&t);
	tree_dir(&t, "proc");
	caps = (struct caps){ .xen.dom0 = true };
	n_domains = 3;
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	guests_free(&found);
	tree_free(&t);
	return 0;
}

static void status(const char *path, const char *name, int ppid)
{
	char text[128];

	snprintf(text, sizeof(text), "Name:\t%s\nPPid:\t%d\nUid:\t0\t0\t0\t0\nCpus_allowed_list:\t0-1\n",
		 name, ppid);
	tree_file(&t, path, text);
}

static void process(int pid, const char *comm, const char *cgroup, const char *words)
{
	const unsigned long auxv[] = { 23, 0, 0, 0 }; /* not set-uid */
	char path[64], text[512];
	size_t n = strlen(words);

	snprintf(path, sizeof(path), "proc/%d/comm", pid);
	snprintf(text, sizeof(text), "%s\n", comm);
	tree_file(&t, path, text);
	snprintf(path, sizeof(path), "proc/%d/cgroup", pid);
	snprintf(text, sizeof(text), "0::%s\n", cgroup);
	tree_file(&t, path, text);
	snprintf(path, sizeof(path), "proc/%d/status", pid);
	status(path, comm, *words ? 1 : 2);
	snprintf(path, sizeof(path), "proc/%d/task/%d/status", pid, pid);
	status(path, comm, *words ? 1 : 2);
	memcpy(text, words, n + 1);
	for (char *c = text; *c; c++)
		if (*c == ' ')
			*c = '\0';
	snprintf(path, sizeof(path), "proc/%d/cmdline", pid);
	tree_bytes(&t, path, text, n ? n + 1 : 0);
	snprintf(path, sizeof(path), "proc/%d/auxv", pid);
	tree_bytes(&t, path, auxv, sizeof(auxv));
}

static void look(size_t want)
{
	char *err = NULL;

	guests_free(&found);
	assert_int_equal(guests_find(&fs, &caps, NULL, GUEST_EVERYTHING, &found, &err), 0);
	assert_int_equal(guests_find_xen(&fs, &caps, NULL, &found, &err), 0);
	assert_null(err);
	assert_int_equal(found.n, want);
}

static void threads_of_the_kernel_are_told_by_their_names(void **state)
{
	static const struct {
		const char *comm;
		uint32_t domid;
		enum thread_role role;
		uint32_t index;
	} names[] = {
		{ "5.xvda-0", 5, ROLE_IOTHREAD, 0 },
		{ "12.xvdb1-3", 12, ROLE_IOTHREAD, 3 },
		{ "blkback.7.hda", 7, ROLE_IOTHREAD, 0 },
		{ "vif5.0-q1-guest", 5, ROLE_VHOST, 0 },
		{ "vif31.2-dealloc", 31, ROLE_VHOST, 0 },
		{ "vif5.0", 0, 0, 0 },
		{ "vhost-100", 0, 0, 0 },
		{ "5.16", 0, 0, 0 },
		{ "kworker/5.xvda", 0, 0, 0 },
		{ "5.xvda:x", 0, 0, 0 },
		{ "5", 0, 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		enum thread_role role = ROLES;
		uint32_t index, domid = xen_backend_of(names[i].comm, &role, &index);

		if (domid != names[i].domid)
			fail_msg("%s: domain %u", names[i].comm, domid);
		if (!domid)
			continue;
		assert_int_equal(role, names[i].role);
		assert_int_equal(index, names[i].index);
	}
}

static void a_domain_has_the_threads_that_serve_it_and_no_process(void **state)
{
	const struct guest *g;

	(void)state;
	process(50, "5.xvda-0", "/", "");
	process(51, "vif5.0-q0-guest", "/", "");
	process(52, "5.xvdb-0", "/", "a program");
	look(3);
	g = &found.v[0];
	assert_string_equal(g->name, "db1");
	assert_int_equal(g->pid, 0);
	assert_int_equal(g->n_threads, 2);
	assert_true(g->threads[0].kernel && g->threads[1].kernel);
	assert_true(g->homeless);
	assert_string_equal(g->cgroup, "/hvclaim/db1");
	assert_null(g->unit);
	assert_string_equal(found.v[2].name, "web");
	assert_null(found.v[2].cgroup);
	assert_false(found.v[2].homeless);
}

static void threads_that_are_in_its_cgroup_already_have_its_values(void **state)
{
	(void)state;
	process(50, "5.xvda-0", "/hvclaim/db1", "");
	tree_file(&t, "sys/fs/cgroup/hvclaim/db1/io.weight", "default 300\n");
	look(3);
	assert_false(found.v[0].homeless);
	assert_string_equal(guest_file(&found.v[0], "io.weight"), "default 300");
}

static void what_was_set_for_a_domain_is_known(void **state)
{
	(void)state;
	tree_file(&t, "run/hvclaim/qos/applied",
		  "4711 5 cpu.quota\nxen 5 cpu.weight pin.vcpus:1\nxen 55 cpu.pool");
	look(3);
	assert_string_equal(found.v[0].name, "db1");
	assert_int_equal(found.v[0].n_past, 2);
	assert_string_equal(found.v[0].past[1], "pin.vcpus:1");
	assert_int_equal(found.v[1].n_past, 0);
}

static void a_device_model_is_its_domains_and_no_guest(void **state)
{
	const struct guest *g;

	(void)state;
	process(60, "qemu-system-i38", "/vm/hvm.service",
		"/usr/bin/qemu-system-i386 -xen-domid 6 -name hvm -m 256");
	process(61, "qemu-system-x86", "/vm/plain.service", "/usr/bin/qemu-system-x86_64 -name plain");
	process(62, "qemu-system-i38", "/vm/x.service", "/usr/bin/qemu-system-i386 -xen-domid 99 -name x");
	look(4);
	g = &found.v[1];
	assert_string_equal(g->name, "hvm");
	assert_int_equal(g->kind, GUEST_XEN);
	assert_int_equal(g->pid, 60);
	assert_string_equal(g->cgroup, "/vm/hvm.service");
	assert_int_equal(g->n_threads, 1);
	assert_string_equal(found.v[2].name, "plain");
	assert_int_equal(found.v[2].kind, GUEST_QEMU);
}

static void outside_of_a_dom0_nothing_changes(void **state)
{
	(void)state;
	caps.xen.dom0 = false;
	process(61, "qemu-system-x86", "/vm/plain.service", "/usr/bin/qemu-system-x86_64 -name plain");
	look(1);
}

static void domains_that_cannot_be_read_are_an_error(void **state)
{
	char *err = NULL;

	(void)state;
	n_domains = 0;
	assert_int_equal(guests_find_xen(&fs, &caps, NULL, &found, &err), -EIO);
	assert_string_equal(err, "libxl: no");
	free(err);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(threads_of_the_kernel_are_told_by_their_names),
		TEST(a_domain_has_the_threads_that_serve_it_and_no_process),
		TEST(threads_that_are_in_its_cgroup_already_have_its_values),
		TEST(what_was_set_for_a_domain_is_known),
		TEST(a_device_model_is_its_domains_and_no_guest),
		TEST(outside_of_a_dom0_nothing_changes),
		TEST(domains_that_cannot_be_read_are_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
