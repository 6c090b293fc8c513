// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_guest_needs.c - of a guest only that is read which what it gets depends on; every file that is opened is seen
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>

#include <cmocka.h>

#include "apply/guest_past.h"
#include "guest/guest_priv.h"
#include "tree.h"
#include "lib/units.h"

int open(const char *path, int flags, ...);

static struct tree t;
static struct hostfs fs;
static struct guests found;
static struct caps caps;
static struct idset cpus = { .w = { 1 } };
static char opened[64 * 1024]; /* a path a line */

/* in place of the C library's */
int open(const char *path, int flags, ...)
{
	size_t n = strlen(opened);
	va_list args;
	int mode;

	va_start(args, flags);
	mode = flags & O_CREAT ? va_arg(args, int) : 0;
	va_end(args);
	snprintf(opened + n, sizeof(opened) - n, "%s\n", path);
	return (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}

static bool was_opened(const char *part)
{
	return strstr(opened, part);
}

static void thread(int tid, const char *comm, const char *list)
{
	char path[64], text[128];

	snprintf(path, sizeof(path), "proc/10/task/%d/status", tid);
	snprintf(text, sizeof(text), "Name:\t%s\nCpus_allowed_list:\t%s\n", comm, list);
	tree_file(&t, path, text);
}

static int set_up(void **state)
{
	static const char *const files[] = { "cpu.weight", "cpu.max",	     "cpu.max.burst",
					     "io.weight",  "io.max",	     "memory.low",
					     "memory.max", "memory.current", "cpuset.cpus" };
	static const char cmdline[] = "kvm\0-name\0a";
	char path[64];

	(void)state;
	tree_new(&t);
	fs = (struct hostfs){ t.sysfs, t.proc, t.dev, t.libvirt, t.run, t.pve, t.root };
	tree_bytes(&t, "proc/10/cmdline", cmdline, sizeof(cmdline));
	tree_file(&t, "proc/10/status", "Name:\tkvm\nPPid:\t1\nUid:\t0\t0\t0\t0\n");
	tree_bytes(&t, "proc/10/auxv", (const long[]){ 23, 0 }, 2 * sizeof(long));
	tree_file(&t, "proc/10/stat", "10 (kvm) S 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 77 0 0\n");
	tree_file(&t, "proc/10/cgroup", "0::/vm\n");
	tree_file(&t, "sys/fs/cgroup/vm/cpuset.cpus.effective", "0-3\n");
	tree_link(&t, "proc/10/fd/7", "anon_inode:[vfio-device]");
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		snprintf(path, sizeof(path), "sys/fs/cgroup/vm/%s", files[i]);
		tree_file(&t, path, "1\n");
	}
	thread(10, "kvm", "0-3");
	thread(11, "CPU 0/KVM", "1");
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	guests_free(&found);
	caps_free(&caps);
	tree_free(&t);
	return 0;
}

static const struct guest *find(struct qos_guest *want)
{
	const struct qos q = { .guests = want, .n_guests = want ? 1 : 0 };
	char *err = NULL;

	guests_free(&found);
	*opened = '\0';
	assert_int_equal(guests_find(&fs, &caps, &q, 0, &found, &err), 0);
	assert_null(err);
	assert_int_equal(found.n, 1);
	return &found.v[0];
}

static char name[] = "a";

static void with_a_weight_of_cpu_time_nothing_else_is_read(void **state)
{
	struct qos_guest want = { .name = name, .cpu.weight = 300 };
	const struct guest *g = find(&want);

	(void)state;
	assert_int_equal(g->n_files, 1);
	assert_string_equal(guest_file(g, "cpu.weight"), "1");
	assert_true(was_opened("/vm/cpu.weight"));
	assert_false(was_opened("/vm/cpu.max"));
	assert_false(was_opened("/vm/io."));
	assert_false(was_opened("/vm/memory."));
	assert_false(was_opened("/vm/cpuset."));
	assert_false(was_opened("/task/"));
	assert_int_equal(g->n_threads, 0);
	assert_false(g->passthrough);
}

static void of_a_guest_that_is_not_in_the_file_nothing_is_read(void **state)
{
	const struct guest *g = find(NULL);

	(void)state;
	assert_int_equal(g->n_files, 0);
	assert_int_equal(g->knobs, 0);
	assert_false(was_opened("/fs/cgroup/vm/cpu"));
	assert_false(was_opened("/task/"));
}

static void with_a_quota_burst_and_with_a_limit_the_present_use_counts(void **state)
{
	struct qos_guest want = { .name = name, .cpu.quota = 100, .memory.max = { AMOUNT_BYTES, 1 } };
	const struct guest *g = find(&want);

	(void)state;
	assert_string_equal(guest_file(g, "cpu.max.burst"), "1");
	assert_string_equal(guest_file(g, "memory.current"), "1");
	assert_null(guest_file(g, "cpu.weight"));
	assert_null(guest_file(g, "memory.low"));
}

static void a_file_of_weights_tells_that_the_controller_is_on(void **state)
{
	struct qos_guest want = { .name = name, .io.weight = 200 };
	const struct guest *g = find(&want);
	char path[1024];

	(void)state;
	assert_string_equal(guest_file(g, "io.weight"), "1");
	assert_false(was_opened("/vm/io.max"));
	assert_false(g->partial);
	/* a kernel that has neither */
	snprintf(path, sizeof(path), "%s/fs/cgroup/vm/io.weight", t.sysfs);
	assert_int_equal(unlink(path), 0);
	g = find(&want);
	assert_string_equal(guest_file(g, "io.max"), "1");
	assert_false(g->partial);
	/* and one with bfq only */
	tree_file(&t, "sys/fs/cgroup/vm/io.bfq.weight", "100\n");
	g = find(&want);
	assert_string_equal(guest_file(g, "io.bfq.weight"), "100");
	assert_null(guest_file(g, "io.max"));
	assert_false(g->partial);
	/* the controller is off */
	snprintf(path, sizeof(path), "%s/fs/cgroup/vm/io.bfq.weight", t.sysfs);
	assert_int_equal(unlink(path), 0);
	snprintf(path, sizeof(path), "%s/fs/cgroup/vm/io.max", t.sysfs);
	assert_int_equal(unlink(path), 0);
	assert_true(find(&want)->partial);
	/* limits are read whatever else there is */
	tree_file(&t, "sys/fs/cgroup/vm/io.weight", "1\n");
	tree_file(&t, "sys/fs/cgroup/vm/io.max", "2\n");
	want.io.devices = &(struct qos_io_device){ .path = name, .rbps = 1 };
	want.io.n_devices = 1;
	assert_string_equal(guest_file(find(&want), "io.max"), "2");
}

/* Side by side below one group */
static void more_guests(int threaded)
{
	for (int pid = 101; pid <= 104; pid++) {
		char path[128], text[64];

		snprintf(path, sizeof(path), "proc/%d/cmdline", pid);
		snprintf(text, sizeof(text), "kvm%c-name%cg%d", 0, 0, pid);
		tree_bytes(&t, path, text, sizeof("kvm\0-name\0g101"));
		snprintf(path, sizeof(path), "proc/%d/status", pid);
		tree_file(&t, path, "Name:\tkvm\nPPid:\t1\nUid:\t0\t0\t0\t0\n");
		snprintf(path, sizeof(path), "proc/%d/task/%d/status", pid, pid);
		tree_file(&t, path, "Name:\tkvm\nCpus_allowed_list:\t0\n");
		snprintf(path, sizeof(path), "proc/%d/auxv", pid);
		tree_bytes(&t, path, (const long[]){ 23, 0 }, 2 * sizeof(long));
		snprintf(path, sizeof(path), "proc/%d/cgroup", pid);
		snprintf(text, sizeof(text), "0::/vms/g%d\n", pid);
		tree_file(&t, path, text);
		snprintf(path, sizeof(path), "sys/fs/cgroup/vms/g%d/io.weight", pid);
		tree_file(&t, path, "default 100\n");
		snprintf(path, sizeof(path), "sys/fs/cgroup/vms/g%d/cgroup.type", pid);
		tree_file(&t, path, pid == threaded ? "threaded\n" : "domain\n");
	}
}

static size_t times_opened(const char *part)
{
	size_t n = 0;

	for (const char *c = opened; (c = strstr(c, part)); c++)
		n++;
	return n;
}

static void look_at_all(void)
{
	struct qos_guest v[] = { { .name = (char *)"g101", .io.weight = 200 },
				 { .name = (char *)"g102", .io.weight = 200 },
				 { .name = (char *)"g103", .io.weight = 200 },
				 { .name = (char *)"g104", .io.weight = 200 } };
	const struct qos q = { .guests = v, .n_guests = 4 };
	char *err = NULL;

	guests_free(&found);
	*opened = '\0';
	assert_int_equal(guests_find(&fs, &caps, &q, 0, &found, &err), 0);
	assert_null(err);
	assert_int_equal(found.n, 5);
}

static void what_is_the_same_for_all_guests_is_asked_once(void **state)
{
	(void)state;
	more_guests(0);
	tree_file(&t, "sys/fs/cgroup/vms/cgroup.type", "domain\n");
	look_at_all();
	assert_int_equal(times_opened("/io.weight"), 4);
	assert_int_equal(times_opened("/io.bfq.weight"), 1);
	/* of the first, and of the group above when the second one was met */
	assert_int_equal(times_opened("/vms/cgroup.type"), 1);
	assert_true(times_opened("/cgroup.type") <= 3);
}

static void a_threaded_group_is_left_wherever_its_guest_is_among_others(void **state)
{
	(void)state;
	tree_file(&t, "sys/fs/cgroup/vms/cgroup.type", "domain threaded\n");
	for (int threaded = 101; threaded <= 104; threaded++) {
		more_guests(threaded);
		look_at_all();
		/* in /vms, above others */
		for (int i = 1; i <= 4; i++)
			assert_int_equal(found.v[i].homeless, 100 + i == threaded);
		assert_int_equal(times_opened("/vms/cgroup.type"), 1);
	}
}

static void what_was_set_before_is_read_to_be_taken_back(void **state)
{
	const struct guest *g;

	(void)state;
	tree_file(&t, "run/hvclaim/qos/applied", "10 77 io.max:sda:rbps pin.vcpus:*\n");
	g = find(NULL);
	assert_string_equal(guest_file(g, "io.max"), "1");
	assert_null(guest_file(g, "io.weight"));
	assert_int_equal(g->n_threads, 2);
	assert_true(idset_has(&g->threads[0].cpus, 1));
}

static void what_is_required_is_judged_by_everything(void **state)
{
	struct qos_guest want = { .name = name, .cpu.weight = 300, .require = 1U << KNOB_CPU_WEIGHT };
	const struct guest *g = find(&want);

	(void)state;
	assert_string_equal(guest_file(g, "memory.low"), "1");
	assert_int_equal(g->n_threads, 2);
	assert_true(g->passthrough);
}

static void for_a_class_threads_are_listed_but_not_read(void **state)
{
	struct qos_guest want = { .name = name, .monitor = true };
	const struct guest *g;

	(void)state;
	tree_file(&t, "sys/fs/resctrl/tasks", "");
	tree_file(&t, "sys/fs/resctrl/hvclaim-gold/tasks", "11\n");
	g = find(&want);
	assert_int_equal(g->n_threads, 2);
	assert_string_equal(g->threads[0].rdt_group, "");
	assert_string_equal(g->threads[1].rdt_group, "hvclaim-gold");
	assert_false(was_opened("/task/"));
	assert_false(was_opened("/vm/c"));
}

static void threads_that_came_are_found_and_nothing_else_is_read_again(void **state)
{
	struct qos_guest want = { .name = name,
				  .cpu.weight = 300,
				  .pin[ROLE_VCPU] = { .line = 1, .all = &cpus } };
	char *err = NULL;

	(void)state;
	find(&want);
	assert_int_equal(found.v[0].n_threads, 2);
	thread(12, "CPU 1/KVM", "2");
	tree_file(&t, "proc/20/cmdline", "");
	tree_file(&t, "proc/20/comm", "vhost-12\n");
	tree_file(&t, "proc/20/status", "Name:\tvhost-12\nPPid:\t2\nCpus_allowed_list:\t3\n");
	tree_file(&t, "sys/fs/cgroup/vm/cpuset.cpus.effective", "0-1\n");
	*opened = '\0';
	assert_int_equal(guests_follow(&fs, &caps, &found, &err), 0);
	assert_null(err);
	assert_int_equal(found.v[0].n_threads, 4);
	assert_int_equal(found.v[0].threads[1].tid, 12);
	assert_int_equal(found.v[0].threads[1].role, ROLE_VCPU);
	assert_int_equal(found.v[0].threads[1].index, 1);
	assert_int_equal(found.v[0].threads[3].tid, 20);
	assert_string_equal(guest_file(&found.v[0], "cpuset.cpus.effective"), "0-1");
	assert_string_equal(guest_file(&found.v[0], "cpu.weight"), "1");
	assert_false(was_opened("cpu.weight"));
	assert_false(was_opened("/10/cmdline"));
	assert_false(was_opened("/10/cgroup"));
	/* and once more: the worker is the same one */
	assert_int_equal(guests_follow(&fs, &caps, &found, &err), 0);
	assert_int_equal(found.v[0].n_threads, 4);
}

static void what_a_controller_brings_is_read_once_it_is_there(void **state)
{
	struct qos_guest want = { .name = name, .cpu.weight = 300, .numa.mems = &cpus };
	const struct guest *g = find(&want);
	char *err = NULL;

	(void)state;
	assert_true(g->partial);
	assert_null(guest_file(g, "cpuset.mems"));
	tree_file(&t, "sys/fs/cgroup/vm/cpuset.mems", "0\n");
	assert_int_equal(guests_follow(&fs, &caps, &found, &err), 0);
	assert_true(g->read_again);
	assert_string_equal(guest_file(g, "cpuset.mems"), "0");
	assert_string_equal(guest_file(g, "cpu.weight"), "1");
	*opened = '\0';
	assert_int_equal(guests_follow(&fs, &caps, &found, &err), 0);
	assert_false(g->read_again);
	assert_string_equal(opened, "");
}

static void a_guest_that_got_its_cgroup_is_read_as_a_whole(void **state)
{
	struct qos_guest want = { .name = name, .cpu.weight = 300, .io.weight = 200 };
	const struct guest *g;
	char *err = NULL;

	(void)state;
	tree_file(&t, "proc/10/cgroup", "0::/\n");
	g = find(&want);
	assert_true(g->homeless && g->partial);
	assert_int_equal(g->n_files, 0);
	tree_file(&t, "proc/10/cgroup", "0::/hvclaim/a\n");
	tree_file(&t, "sys/fs/cgroup/hvclaim/a/io.weight", "default 100\n");
	assert_int_equal(guests_follow(&fs, &caps, &found, &err), 0);
	assert_false(g->homeless);
	assert_string_equal(guest_file(g, "io.weight"), "default 100");
}

static void without_keys_for_threads_they_are_not_followed(void **state)
{
	struct qos_guest want = { .name = name, .cpu.weight = 300 };
	char *err = NULL;

	(void)state;
	find(&want);
	*opened = '\0';
	assert_int_equal(guests_follow(&fs, &caps, &found, &err), 0);
	assert_string_equal(opened, "");
}

static void a_guest_that_ends_meanwhile_has_no_threads(void **state)
{
	struct qos_guest want = { .name = name, .monitor = true };
	char *err = NULL, from[1024], to[1024];

	(void)state;
	find(&want);
	snprintf(from, sizeof(from), "%s/10", t.proc);
	snprintf(to, sizeof(to), "%s/gone", t.proc);
	assert_int_equal(rename(from, to), 0);
	assert_int_equal(guests_follow(&fs, &caps, &found, &err), 0);
	assert_int_equal(found.v[0].n_threads, 0);
}

/* Longer than what is read at once, just as long, and shorter */
static void values_of_any_length_are_read_whole(void **state)
{
	static char text[9000];

	(void)state;
	for (size_t n = 0; n <= sizeof(text); n += n == 4094 || n == 4095 || n == 4096 ? 1
						   : n == 4097			       ? 4903
										       : 4094) {
		char *got;
		size_t len = 0;

		memset(text, 'x', n);
		tree_bytes(&t, "sys/value", text, n);
		got = hostfs_value(&len, "%s/value", t.sysfs);
		assert_non_null(got);
		assert_int_equal(len, n);
		assert_memory_equal(got, text, n);
		assert_int_equal(got[n], '\0');
		free(got);
	}
	tree_file(&t, "sys/value", "1\n");
	free(hostfs_value(NULL, "%s/none", t.sysfs));
	assert_int_equal(errno, ENOENT);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(with_a_weight_of_cpu_time_nothing_else_is_read),
		TEST(of_a_guest_that_is_not_in_the_file_nothing_is_read),
		TEST(with_a_quota_burst_and_with_a_limit_the_present_use_counts),
		TEST(a_file_of_weights_tells_that_the_controller_is_on),
		TEST(what_is_the_same_for_all_guests_is_asked_once),
		TEST(a_threaded_group_is_left_wherever_its_guest_is_among_others),
		TEST(what_was_set_before_is_read_to_be_taken_back),
		TEST(what_is_required_is_judged_by_everything),
		TEST(for_a_class_threads_are_listed_but_not_read),
		TEST(threads_that_came_are_found_and_nothing_else_is_read_again),
		TEST(what_a_controller_brings_is_read_once_it_is_there),
		TEST(a_guest_that_got_its_cgroup_is_read_as_a_whole),
		TEST(without_keys_for_threads_they_are_not_followed),
		TEST(a_guest_that_ends_meanwhile_has_no_threads),
		TEST(values_of_any_length_are_read_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
