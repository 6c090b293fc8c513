// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_guest.c - guests are found on trees that stand for hosts
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

#include "apply/guest_past.h"
#include "guest/guest_priv.h"
#include "tree.h"
#include "lib/units.h"

static struct tree t;
static struct hostfs fs;
static struct guests found;
static struct caps caps; /* nothing that matters here */

static int set_up(void **state)
{
	(void)state;
	tree_new(&t);
	fs = tree_hostfs(&t);
	tree_dir(&t, "proc");
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	guests_free(&found);
	tree_free(&t);
	return 0;
}

static void thread(int pid, int tid, const char *comm, const char *cpus)
{
	char path[128], text[256];

	if (pid)
		snprintf(path, sizeof(path), "proc/%d/task/%d/status", pid, tid);
	else
		snprintf(path, sizeof(path), "proc/%d/status", tid);
	snprintf(text, sizeof(text), "Name:\t%s\nPPid:\t2\nCpus_allowed_list:\t%s\n", comm, cpus);
	tree_file(&t, path, text);
}

/* what is told of who runs a process; @more: further lines of its status */
static void runs_as(int pid, int ppid, unsigned int uid, unsigned int euid, const char *more, bool setuid)
{
	const unsigned long auxv[] = { 6, 4096, 23, setuid, 0, 0 };
	char path[128], text[256];

	snprintf(path, sizeof(path), "proc/%d/status", pid);
	snprintf(text, sizeof(text), "Name:\tqemu-system-x86\nPPid:\t%d\nUid:\t%u\t%u\t%u\t%u\n%s", ppid, uid,
		 euid, euid, euid, more);
	tree_file(&t, path, text);
	snprintf(path, sizeof(path), "proc/%d/auxv", pid);
	tree_bytes(&t, path, auxv, sizeof(auxv));
}

/* @words: the command line with spaces where NULs are */
static void process(int pid, int ppid, const char *cgroup, const char *words)
{
	char path[128], text[1024];
	size_t n = strlen(words) + 1;

	snprintf(path, sizeof(path), "proc/%d/cmdline", pid);
	memcpy(text, words, n);
	for (char *c = text; *c; c++)
		if (*c == ' ')
			*c = '\0';
	tree_bytes(&t, path, text, n);
	snprintf(path, sizeof(path), "proc/%d/cgroup", pid);
	snprintf(text, sizeof(text), "0::%s\n", cgroup);
	tree_file(&t, path, text);
	runs_as(pid, ppid, 0, 0, "NSpid:\t10\n", false);
	thread(pid, pid, "qemu-system-x86", "0-3");
}

static void kernel_thread(int pid, const char *comm)
{
	char path[64], line[64];

	snprintf(path, sizeof(path), "proc/%d/cmdline", pid);
	tree_file(&t, path, "");
	snprintf(path, sizeof(path), "proc/%d/comm", pid);
	snprintf(line, sizeof(line), "%s\n", comm);
	tree_file(&t, path, line);
	thread(0, pid, comm, "0-3");
}

static const struct guest *find(size_t want, size_t which)
{
	char *err = NULL;

	guests_free(&found);
	assert_int_equal(guests_find(&fs, &caps, NULL, GUEST_EVERYTHING, &found, &err), 0);
	assert_null(err);
	assert_int_equal(found.n, want);
	return which < want ? &found.v[which] : NULL;
}

static void expect_thread(const struct guest *g, size_t i, pid_t tid, enum thread_role role, uint32_t index)
{
	assert_true(i < g->n_threads);
	assert_int_equal(g->threads[i].tid, tid);
	assert_int_equal(g->threads[i].role, role);
	assert_int_equal(g->threads[i].index, index);
}

static void a_plain_qemu_is_found_with_its_threads_by_role(void **state)
{
	const struct guest *g;
	char *cpus;

	(void)state;
	process(1, 0, "/init.scope", "/sbin/init");
	process(100, 1, "/vm.slice/db1.service",
		"/usr/bin/qemu-system-x86_64 -name guest=db1,debug-threads=on -m 2G -uuid "
		"6A1C2B0E-0000-4000-8000-000000000001 -pidfile /run/db1.pid -object iothread,id=fast "
		"-object iothread,id=iothread7");
	thread(100, 101, "CPU 0/KVM", "4");
	thread(100, 103, "CPU 10/KVM", "5");
	thread(100, 102, "CPU 2/KVM", "6");
	thread(100, 104, "IO fast", "7");
	thread(100, 105, "IO iothread7", "7");
	thread(100, 106, "IO mon_iothread", "0-3");
	thread(100, 107, "vhost-100", "0-3");
	thread(100, 108, "worker", "0-3");
	g = find(1, 0);
	assert_string_equal(g->name, "db1");
	assert_int_equal(g->kind, GUEST_QEMU);
	assert_int_equal(g->pid, 100);
	assert_string_equal(g->uuid, "6a1c2b0e-0000-4000-8000-000000000001");
	assert_string_equal(g->pidfile, "/run/db1.pid");
	assert_string_equal(g->unit, "db1.service");
	assert_string_equal(g->cgroup, "/vm.slice/db1.service");
	assert_false(g->homeless);
	assert_true(g->memory == 2ULL << 30);
	assert_false(g->passthrough);
	assert_int_equal(g->n_threads, 9);
	expect_thread(g, 0, 101, ROLE_VCPU, 0);
	expect_thread(g, 1, 102, ROLE_VCPU, 2);
	expect_thread(g, 2, 103, ROLE_VCPU, 10);
	expect_thread(g, 3, 100, ROLE_EMULATOR, 0);
	expect_thread(g, 4, 106, ROLE_EMULATOR, 0);
	expect_thread(g, 5, 108, ROLE_EMULATOR, 0);
	expect_thread(g, 6, 104, ROLE_IOTHREAD, 1);
	expect_thread(g, 7, 105, ROLE_IOTHREAD, 7);
	expect_thread(g, 8, 107, ROLE_VHOST, 0);
	cpus = units_list_str(&g->threads[1].cpus);
	assert_string_equal(cpus, "6");
	free(cpus);
}

static void vhost_workers_that_are_kernel_threads_go_to_the_guest_that_they_serve(void **state)
{
	const struct guest *g;

	(void)state;
	process(100, 1, "/a", "qemu-kvm -name a");
	process(200, 1, "/b", "qemu-kvm -name b");
	thread(200, 205, "CPU 0/KVM", "0");
	kernel_thread(300, "vhost-200");
	kernel_thread(301, "vhost-205"); /* made by another thread of the guest */
	kernel_thread(302, "vhost-999");
	kernel_thread(303, "kworker/0:1");
	/* a program without a command line, by that name */
	kernel_thread(304, "vhost-200");
	runs_as(304, 1, 1000, 1000, "", false);
	g = find(2, 1);
	assert_int_equal(found.v[0].n_threads, 1);
	assert_int_equal(g->n_threads, 4);
	expect_thread(g, 2, 300, ROLE_VHOST, 0);
	expect_thread(g, 3, 301, ROLE_VHOST, 0);
	assert_true(g->threads[2].kernel && g->threads[3].kernel);
	assert_false(g->threads[0].kernel);
}

static void whose_words_count(void **state)
{
	static const struct {
		const char *name, *more, *user;
		unsigned int uid, euid;
		bool setuid, stranger;
	} v[] = {
		{ "a", "NSpid:\t10\n", "root", 0, 0, false, false },
		{ "b", "NSpid:\t11\n", "4000000", 4000000, 4000000, false, true },
		{ "c", "NSpid:\t12\n", NULL, 4000000, 0, true, true },
		/* as sudo while it waits for a password */
		{ "d", "NSpid:\t13\n", NULL, 0, 0, true, true },
		{ "e", "NSpid:\t14\t1\n", NULL, 0, 0, false, true },
	};
	const size_t n = sizeof(v) / sizeof(v[0]);
	char words[64], cgroup[32];

	(void)state;
	for (size_t i = 0; i < n; i++) {
		snprintf(words, sizeof(words), "qemu-system-x86_64 -name %s", v[i].name);
		snprintf(cgroup, sizeof(cgroup), "/%s", v[i].name);
		process(10 + (int)i, 1, cgroup, words);
		runs_as(10 + (int)i, 1, v[i].uid, v[i].euid, v[i].more, v[i].setuid);
	}
	find(n, 0);
	for (size_t i = 0; i < n; i++) {
		assert_string_equal(found.v[i].name, v[i].name);
		assert_int_equal(found.v[i].stranger, v[i].stranger);
		if (v[i].user)
			assert_string_equal(found.v[i].user, v[i].user);
		else
			assert_null(found.v[i].user);
	}
}

static void a_stranger_takes_no_cgroup_from_a_guest_of_its_name(void **state)
{
	(void)state;
	process(10, 1, "/", "qemu-system-x86_64 -name gold");
	process(11, 1, "/user.slice/user-1000.slice/session-3.scope", "qemu-system-x86_64 -name gold");
	runs_as(11, 1, 1000, 1000, "", false);
	find(2, 0);
	assert_string_equal(found.v[0].cgroup, "/hvclaim/gold");
	assert_string_equal(found.v[1].cgroup, "/hvclaim/gold-11");
	/* nor a unit's name, below a cgroup that is its own to divide */
	process(12, 1, "/system.slice/mine.service/db1.service", "qemu-system-x86_64 -name x");
	find(3, 2);
	assert_string_equal(found.v[2].unit, "mine.service");
	assert_string_equal(found.v[2].cgroup, "/system.slice/mine.service");
}

static void names_are_read_as_qemu_reads_them(void **state)
{
	(void)state;
	process(10, 1, "/1", "qemu-system-x86_64 -name plain");
	process(11, 1, "/2", "qemu-system-x86_64 --name debug-threads=on,guest=with,,comma");
	process(12, 1, "/3", "qemu-system-x86_64 -name debug-threads=on");
	process(13, 1, "/4", "qemu-system-x86_64 -name first -name guest=second");
	process(14, 1, "/5", "qemu-system-x86_64 -machine none,accel=kvm:tcg -name probe");
	process(15, 1, "/6", "/usr/bin/vim -name qemu-system-x86_64");
	find(4, 0);
	assert_string_equal(found.v[0].name, "plain");
	assert_string_equal(found.v[1].name, "qemu-12");
	assert_string_equal(found.v[2].name, "second");
	assert_string_equal(found.v[3].name, "with,comma");
}

static void the_parent_of_a_guest_that_becomes_a_daemon_is_no_guest(void **state)
{
	(void)state;
	process(10, 1, "/a", "qemu-system-x86_64 -name a -daemonize");
	process(11, 10, "/a", "qemu-system-x86_64 -name a -daemonize");
	assert_int_equal(find(1, 0)->pid, 11);
	/* but a guest that starts another one is */
	process(12, 11, "/b", "qemu-system-x86_64 -name b");
	find(2, 0);
}

#define STATUS                                                                                             \
	"<domstatus state='running' reason='booted' pid='500'>\n<vcpus><vcpu id='0' pid='501'/>"           \
	"<vcpu id='1' pid='502'/></vcpus>\n<domain type='kvm' id='1'><name>db-one</name>"                  \
	"<uuid>00000000-0000-4000-8000-00000000000a</uuid><memory unit='KiB'>1048576</memory>"             \
	"<vcpu placement='static' cpuset='0-3'>2</vcpu><cputune><shares>2048</shares>"                     \
	"<vcpupin vcpu='0' cpuset='1'/><cachetune vcpus='0'><cache id='0' level='3' type='both' size='3' " \
	"unit='MiB'/></cachetune></cputune><numatune><memory mode='strict' nodeset='0'/></numatune>"       \
	"</domain></domstatus>\n"

static void libvirts_domain_is_known_by_its_record(void **state)
{
	const struct guest *g;

	(void)state;
	tree_file(&t, "run/libvirt/qemu/db-one.xml", STATUS);
	tree_file(&t, "run/libvirt/qemu/db-one.pid", "500\n");
	tree_file(&t, "run/libvirt/qemu/broken.xml", "<domstatus");
	process(500, 1, "/machine.slice/machine-qemu\\x2d1\\x2ddb\\x2done.scope/libvirt/emulator",
		"/opt/emulator -name guest=other");
	/* no names of threads: libvirt knows the vCPUs */
	thread(500, 501, "emulator", "0-3");
	thread(500, 502, "emulator", "0-3");
	g = find(1, 0);
	assert_string_equal(g->name, "db-one");
	assert_int_equal(g->kind, GUEST_LIBVIRT);
	assert_string_equal(g->uuid, "00000000-0000-4000-8000-00000000000a");
	assert_string_equal(g->unit, "machine-qemu\\x2d1\\x2ddb\\x2done.scope");
	assert_string_equal(g->cgroup, "/machine.slice/machine-qemu\\x2d1\\x2ddb\\x2done.scope");
	expect_thread(g, 0, 501, ROLE_VCPU, 0);
	expect_thread(g, 1, 502, ROLE_VCPU, 1);
	expect_thread(g, 2, 500, ROLE_EMULATOR, 0);
	assert_int_equal(g->n_foreign, 4);
	assert_int_equal(g->foreign[0].area, AREA_CPU);
	assert_string_equal(g->foreign[0].what, "libvirt's cputune: shares");
	assert_int_equal(g->foreign[1].area, AREA_PIN);
	assert_string_equal(g->foreign[1].what, "libvirt's cputune: vcpupin, vcpu cpuset");
	assert_int_equal(g->foreign[2].area, AREA_NUMA);
	assert_int_equal(g->foreign[3].area, AREA_CLASS);
	assert_string_equal(g->foreign[3].what, "libvirt's cputune: cachetune");
}

static void libvirt_without_systemd_has_cgroups_of_its_own(void **state)
{
	const struct guest *g;

	(void)state;
	process(500, 1, "/machine/qemu-1-a.libvirt-qemu/libvirt/emulator",
		"qemu-system-x86_64 -name guest=a");
	g = find(1, 0);
	assert_string_equal(g->cgroup, "/machine/qemu-1-a.libvirt-qemu");
	assert_null(g->unit);
	assert_false(g->homeless);
}

static void proxmox_guests_have_numbers_and_settings_of_their_own(void **state)
{
	const struct guest *g;

	(void)state;
	tree_file(&t, "run/qemu-server/101.pid", "700\n");
	tree_file(&t, "run/qemu-server/102.pid", "701\n"); /* ended */
	tree_file(&t, "run/qemu-server/vnc.pid", "1\n");
	tree_file(
		&t, "pve/qemu-server/101.conf",
		"cores: 2\ncpulimit: 1.5\naffinity: 0-3\nnuma0: cpus=0-1,hostnodes=1,memory=512,policy=bind\n"
		"[before-upgrade]\ncpuunits: 50\n");
	process(700, 1, "/qemu.slice/101.scope", "/usr/bin/kvm -id 101 -name web,debug-threads=on -m 4096");
	g = find(1, 0);
	assert_string_equal(g->name, "web");
	assert_int_equal(g->kind, GUEST_PROXMOX);
	assert_string_equal(g->vmid, "101");
	assert_string_equal(g->unit, "101.scope");
	assert_true(g->memory == 4ULL << 30);
	assert_int_equal(g->n_foreign, 3);
	assert_string_equal(g->foreign[0].what, "Proxmox's cpulimit: 1.5");
	assert_int_equal(g->foreign[1].area, AREA_PIN);
	assert_int_equal(g->foreign[2].area, AREA_NUMA);
}

static void a_guest_that_shares_its_cgroup_or_has_none_is_to_get_one(void **state)
{
	char *err = NULL;

	(void)state;
	process(10, 1, "/", "qemu-system-x86_64 -name root");
	process(11, 1, "/user.slice/user-0.slice/session-3.scope", "qemu-system-x86_64 -name user/a");
	process(12, 1, "/system.slice/cloud.service/x", "qemu-system-x86_64 -name c1");
	process(13, 1, "/system.slice/cloud.service/y", "qemu-system-x86_64 -name c2");
	process(14, 1, "/user.slice/user@1.service/app.slice/vm.scope", "qemu-system-x86_64 -name u2");
	process(15, 1, "/own", "qemu-system-x86_64 -name z");
	process(16, 1, "/own/below", "qemu-system-x86_64 -name c1");
	/* names that begin alike are not below one another */
	process(17, 1, "/own-er", "qemu-system-x86_64 -name zz");
	process(18, 1, "/own!/a", "qemu-system-x86_64 -name zz1");
	find(9, 0);
	assert_string_equal(found.v[0].name, "c1");
	assert_string_equal(found.v[0].cgroup, "/hvclaim/c1-12");
	assert_string_equal(found.v[1].cgroup, "/own/below");
	assert_false(found.v[1].homeless);
	assert_string_equal(found.v[2].cgroup, "/hvclaim/c2");
	assert_string_equal(found.v[3].cgroup, "/hvclaim/root");
	assert_string_equal(found.v[4].cgroup, "/hvclaim/u2");
	assert_string_equal(found.v[5].cgroup, "/hvclaim/user\\x2fa");
	assert_string_equal(found.v[6].cgroup, "/hvclaim/z");
	for (size_t i = 0; i < 7; i++)
		assert_true(found.v[i].homeless || i == 1);
	assert_string_equal(found.v[7].cgroup, "/own-er");
	assert_string_equal(found.v[8].cgroup, "/own!/a");
	assert_int_equal(guests_own_cgroups(&found, true), 0);
	assert_string_equal(found.v[5].unit, "hvclaim-user\\x2fa.scope");
	assert_string_equal(found.v[5].cgroup, "/machine.slice/hvclaim-user\\x2fa.scope");
	assert_null(err);
}

static void values_of_the_cgroup_are_read(void **state)
{
	const struct guest *g;

	(void)state;
	process(10, 1, "/vm/vcpus", "qemu-system-x86_64 -name a");
	tree_file(&t, "sys/fs/cgroup/vm/vcpus/cgroup.type", "threaded\n");
	tree_file(&t, "sys/fs/cgroup/vm/cgroup.type", "domain threaded\n");
	tree_file(&t, "sys/fs/cgroup/vm/cpu.weight", "100\n");
	tree_file(&t, "sys/fs/cgroup/vm/io.max", "");
	tree_file(&t, "sys/fs/cgroup/vm/memory.numa_stat",
		  "anon N0=4096 N1=8192\nfile N0=1 N1=1\nshmem N0=100 N1=0\n");
	tree_file(&t, "sys/fs/resctrl/tasks", "1\n");
	tree_file(&t, "sys/fs/resctrl/hvclaim-gold/tasks", "9\n10\n11\n");
	tree_file(&t, "sys/fs/resctrl/hvclaim-gold/mon_groups/hvclaim-a/tasks", "10\n");
	tree_link(&t, "proc/10/fd/7", "anon_inode:[vfio-device]");
	g = find(1, 0);
	assert_string_equal(g->cgroup, "/vm");
	assert_string_equal(guest_file(g, "cpu.weight"), "100");
	assert_string_equal(guest_file(g, "io.max"), "");
	assert_null(guest_file(g, "cpu.max"));
	assert_int_equal(g->n_nodes, 2);
	assert_int_equal(g->node_bytes[0], 4196);
	assert_int_equal(g->node_bytes[1], 8192);
	assert_string_equal(g->threads[0].rdt_group, "hvclaim-gold");
	assert_string_equal(g->threads[0].rdt_mon, "hvclaim-a");
	assert_true(g->passthrough);
}

static void a_thread_that_no_group_lists_is_in_the_root(void **state)
{
	const struct guest *g;

	(void)state;
	process(10, 1, "/a", "qemu-system-x86_64 -name a -device vfio-pci,host=01:00.0");
	thread(10, 11, "CPU 0/KVM", "0");
	thread(10, 12, "CPU 1/KVM", "0");
	/* not mounted: the directory is there all the same */
	tree_dir(&t, "sys/fs/resctrl/pqos");
	g = find(1, 0);
	assert_null(g->threads[0].rdt_group);
	assert_null(g->threads[0].rdt_mon);
	tree_file(&t, "sys/fs/resctrl/tasks", "");
	tree_file(&t, "sys/fs/resctrl/info/tasks", "10\n");
	tree_file(&t, "sys/fs/resctrl/mon_groups/m/tasks", "12\n");
	tree_file(&t, "sys/fs/resctrl/pqos/tasks", "110\n11\n1");
	g = find(1, 0);
	assert_string_equal(g->threads[0].rdt_group, "pqos");
	assert_string_equal(g->threads[0].rdt_mon, "");
	assert_string_equal(g->threads[1].rdt_group, "");
	assert_string_equal(g->threads[1].rdt_mon, "m");
	assert_string_equal(g->threads[2].rdt_group, "");
	assert_true(g->passthrough);
}

static void a_group_that_cannot_be_read_is_not_taken_for_empty(void **state)
{
	char *err = NULL;

	(void)state;
	process(10, 1, "/a", "qemu-system-x86_64 -name a");
	tree_file(&t, "sys/fs/resctrl/tasks", "");
	tree_dir(&t, "sys/fs/resctrl/pqos/tasks");
	guests_free(&found);
	assert_int_equal(guests_find(&fs, &caps, NULL, GUEST_EVERYTHING, &found, &err), -EISDIR);
	assert_non_null(strstr(err, "pqos/tasks: Is a directory"));
	free(err);
}

static void started_at(int pid, int ticks)
{
	char path[64], text[128];

	snprintf(path, sizeof(path), "proc/%d/stat", pid);
	/* a name may have brackets and spaces */
	snprintf(text, sizeof(text), "%d (a) b) S 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 %d 0 0\n", pid,
		 ticks);
	tree_file(&t, path, text);
}

static void what_was_set_is_known_until_the_process_ends(void **state)
{
	struct guest *g;
	struct stat before, after;
	char *err = NULL, *text;

	(void)state;
	tree_dir(&t, "run");
	process(100, 1, "/vm.slice/db1.service", "/usr/bin/qemu-system-x86_64 -name db1");
	process(200, 1, "/vm.slice/db2.service", "/usr/bin/qemu-system-x86_64 -name db2");
	started_at(100, 4711);
	started_at(200, 4712);
	g = (struct guest *)(uintptr_t)find(2, 0);
	assert_int_equal(g->n_past, 0);
	assert_int_equal(guest_past_write(&fs, &found, &err), 0);
	assert_int_equal(guest_past_add(g, "cpu.weight"), 0);
	assert_int_equal(guest_past_add(g, "io.max:sda:rbps"), 0);
	assert_int_equal(guest_past_add(g, "cpu.weight"), 0);
	assert_int_equal(guest_past_add(&found.v[1], "pin.vcpus:*"), 0);
	assert_int_equal(guest_past_write(&fs, &found, &err), 0);
	text = hostfs_read(NULL, "%s/hvclaim/qos/applied", t.run);
	assert_string_equal(text, "100 4711 cpu.weight io.max:sda:rbps\n200 4712 pin.vcpus:*");
	free(text);
	/* the second is another process by now */
	started_at(200, 5000);
	g = (struct guest *)(uintptr_t)find(2, 0);
	assert_int_equal(g->n_past, 2);
	assert_string_equal(g->past[1], "io.max:sda:rbps");
	assert_int_equal(found.v[1].n_past, 0);
	/* nothing is written that is there already: whoever watches the file would look again */
	assert_int_equal(guest_past_write(&fs, &found, &err), 0);
	text = text_fmt("%s/hvclaim/qos/applied", t.run);
	assert_int_equal(stat(text, &before), 0);
	assert_int_equal(guest_past_write(&fs, &found, &err), 0);
	assert_int_equal(stat(text, &after), 0);
	assert_true(before.st_ino == after.st_ino && before.st_ctim.tv_nsec == after.st_ctim.tv_nsec);
	guest_past_forget(g);
	assert_int_equal(guest_past_write(&fs, &found, &err), 0);
	assert_int_equal(stat(text, &after), -1);
	free(text);
	/* a domain may have no process */
	g->xen = calloc(1, sizeof(*g->xen));
	g->domid = 7;
	assert_int_equal(guest_past_add(g, "cpu.pool"), 0);
	assert_int_equal(guest_past_write(&fs, &found, &err), 0);
	guest_past_forget(g);
	g->domid = 70;
	assert_int_equal(guest_past_read(&fs, &found), 0);
	assert_int_equal(g->n_past, 0);
	g->domid = 7;
	assert_int_equal(guest_past_read(&fs, &found), 0);
	assert_int_equal(g->n_past, 1);
	/* lines that mean nobody */
	guest_past_forget(g);
	tree_file(&t, "run/hvclaim/qos/applied",
		  "xen 7\nxen 77 cpu.pool\n7 0 cpu.weight\n200 5000\n200 5001 cpu.weight\n200 5000x "
		  "cpu.weight\n200  cpu.weight\nx\n\n");
	assert_int_equal(guest_past_read(&fs, &found), 0);
	assert_int_equal(g->n_past + found.v[1].n_past, 0);
	assert_null(err);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_plain_qemu_is_found_with_its_threads_by_role),
		TEST(vhost_workers_that_are_kernel_threads_go_to_the_guest_that_they_serve),
		TEST(whose_words_count),
		TEST(a_stranger_takes_no_cgroup_from_a_guest_of_its_name),
		TEST(names_are_read_as_qemu_reads_them),
		TEST(the_parent_of_a_guest_that_becomes_a_daemon_is_no_guest),
		TEST(libvirts_domain_is_known_by_its_record),
		TEST(libvirt_without_systemd_has_cgroups_of_its_own),
		TEST(proxmox_guests_have_numbers_and_settings_of_their_own),
		TEST(a_guest_that_shares_its_cgroup_or_has_none_is_to_get_one),
		TEST(values_of_the_cgroup_are_read),
		TEST(a_thread_that_no_group_lists_is_in_the_root),
		TEST(a_group_that_cannot_be_read_is_not_taken_for_empty),
		TEST(what_was_set_is_known_until_the_process_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
