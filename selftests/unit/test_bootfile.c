// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_bootfile.c - the files of boot rules: which are read, and that a change is whole or not at all; the record that
 * the initramfs left; the host's functions without the module
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>

#include <cmocka.h>

#include "boot/bootfile.h"
#include "boot/bootinfo.h"
#include "device/sysdevs.h"
#include "tree.h"

static struct tree t;
static struct hostfs fs;
static char run[80];

static int set_up(void **state)
{
	(void)state;
	tree_new(&t);
	snprintf(run, sizeof(run), "%s/run", t.root);
	fs = (struct hostfs){ .sysfs = t.sysfs, .proc = t.proc, .run = run, .root = t.root };
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	tree_free(&t);
	return 0;
}

/* All rules as "SOURCE:TEXT" between blanks, or what went wrong behind the tree's root */
static const char *rules(void)
{
	static char buf[1024];
	struct boot_rules all = { 0 };
	char *err = NULL;

	buf[0] = '\0';
	if (boot_load(&fs, &all, &err)) {
		assert_non_null(err);
		assert_true(!strncmp(err, t.root, strlen(t.root)));
		snprintf(buf, sizeof(buf), "%s", err + strlen(t.root));
		free(err);
		return buf;
	}
	for (size_t i = 0; i < all.n; i++)
		snprintf(buf + strlen(buf), sizeof(buf) - strlen(buf), "%s%d:%s", i ? " " : "",
			 all.v[i].source, all.v[i].text);
	boot_rules_free(&all);
	return buf;
}

static void files_are_read_in_the_order_of_modprobe(void **state)
{
	(void)state;
	assert_string_equal(rules(), "");
	tree_file(&t, "etc/modprobe.d/hvclaim.conf", "options hvclaim claim=c\n");
	tree_file(&t, "etc/modprobe.d/hvclaim-try.conf", "options hvclaim claim=b\n");
	tree_file(&t, "etc/modprobe.d/z.conf", "options hvclaim claim=z\n");
	tree_file(&t, "etc/modprobe.d/a.conf.bak", "options hvclaim claim=x\n");
	tree_file(&t, "etc/modprobe.d/hvclaim.conf.Ab12Cd", "options hvclaim claim=x\n");
	tree_file(&t, "usr/lib/modprobe.d/z.conf", "options hvclaim claim=x\n");
	tree_file(&t, "usr/lib/modprobe.d/y.conf", "options hvclaim claim=y\n");
	tree_file(&t, "run/modprobe.d/a.conf", "options hvclaim claim=a\n");
	tree_file(&t, "proc/cmdline", "ro hvclaim.claim=l\n");
	assert_string_equal(rules(), "2:a 1:b 0:c 2:y 2:z 3:l");
}

static void what_cannot_be_read_is_named(void **state)
{
	char path[256];

	(void)state;
	tree_dir(&t, "etc/modprobe.d/hvclaim.conf");
	assert_string_equal(rules(), "/etc/modprobe.d/hvclaim.conf: Is a directory");
	snprintf(path, sizeof(path), "%s/etc/modprobe.d/hvclaim.conf", t.root);
	assert_int_equal(rmdir(path), 0);
	tree_bytes(&t, "etc/modprobe.d/hvclaim.conf", "options\0hvclaim", 15);
	assert_string_equal(rules(), "/etc/modprobe.d/hvclaim.conf: not a text file: it has NUL bytes");
}

static char *content(const char *path)
{
	return hostfs_read(NULL, "%s/%s", t.root, path);
}

static void test_content(const char *path, const char *want)
{
	char *got = content(path);

	if (want)
		assert_string_equal(got, want);
	else
		assert_null(got);
	free(got);
}

/* Files in /etc/modprobe.d */
static int files_there(void)
{
	DIR *d = hostfs_dir("%s/etc/modprobe.d", t.root);
	int n = 0;

	assert_non_null(d);
	while (dir_next(d))
		n++;
	closedir(d);
	return n;
}

static void a_file_is_replaced_with_its_rights(void **state)
{
	struct boot_files files;
	char *err, path[256];
	struct stat st;

	(void)state;
	tree_file(&t, "etc/modprobe.d/hvclaim.conf", "# old\n");
	snprintf(path, sizeof(path), "%s/etc/modprobe.d/hvclaim.conf", t.root);
	assert_int_equal(chmod(path, 0640), 0);
	assert_int_equal(boot_files_open(&fs, &files, &err), 0);
	assert_string_equal(files.text[BOOT_FILE], "# old\n");
	assert_string_equal(files.text[BOOT_TRIAL], "");
	assert_int_equal(boot_files_write(&files, BOOT_FILE, "# new\n", &err), 0);
	assert_int_equal(boot_files_write(&files, BOOT_TRIAL, "options hvclaim claim=a\n", &err), 0);
	test_content("etc/modprobe.d/hvclaim.conf", "# new");
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0640);
	assert_int_equal(files_there(), 2);
	assert_int_equal(boot_files_restore(&files, BOOT_FILE, &err), 0);
	assert_int_equal(boot_files_restore(&files, BOOT_TRIAL, &err), 0);
	test_content("etc/modprobe.d/hvclaim.conf", "# old");
	assert_int_equal(files_there(), 1);
	boot_files_close(&files);
}

static void a_trial_without_rules_is_no_file(void **state)
{
	struct boot_files files;
	char *err;

	(void)state;
	tree_dir(&t, "etc");
	assert_int_equal(boot_files_open(&fs, &files, &err), 0);
	assert_int_equal(boot_files_write(&files, BOOT_TRIAL, "# head\n", &err), 0);
	assert_int_equal(files_there(), 0);
	assert_int_equal(boot_files_write(&files, BOOT_TRIAL, "# head\nx\n", &err), 0);
	assert_int_equal(files_there(), 1);
	assert_int_equal(boot_files_write(&files, BOOT_TRIAL, "# head\n", &err), 0);
	assert_int_equal(files_there(), 0);
	boot_files_close(&files);
}

static void a_link_stays_a_link(void **state)
{
	struct boot_files files;
	char *err, path[256], to[256];

	(void)state;
	tree_file(&t, "srv/rules", "# old\n");
	tree_link(&t, "etc/modprobe.d/hvclaim.conf", "/srv/rules");
	assert_int_equal(boot_files_open(&fs, &files, &err), 0);
	assert_int_equal(boot_files_write(&files, BOOT_FILE, "# new\n", &err), 0);
	test_content("srv/rules", "# new");
	snprintf(path, sizeof(path), "%s/etc/modprobe.d/hvclaim.conf", t.root);
	assert_true(readlink(path, to, sizeof(to)) > 0);
	boot_files_close(&files);
}

/* A disk that is full in the middle of the new file */
static void a_write_that_fails_leaves_the_old_file(void **state)
{
	struct rlimit old, none = { .rlim_cur = 3 };
	struct boot_files files;
	char *err;

	(void)state;
	tree_file(&t, "etc/modprobe.d/hvclaim.conf", "# old\n");
	assert_int_equal(boot_files_open(&fs, &files, &err), 0);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	none.rlim_max = old.rlim_max;
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &none), 0);
	assert_int_equal(boot_files_write(&files, BOOT_FILE, "# a longer one\n", &err), -EFBIG);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
	assert_non_null(strstr(err, "/etc/modprobe.d/hvclaim.conf: File too large"));
	free(err);
	test_content("etc/modprobe.d/hvclaim.conf", "# old");
	assert_int_equal(files_there(), 1);
	boot_files_close(&files);
}

static void a_place_that_is_no_directory_is_named(void **state)
{
	struct boot_files files;
	char *err;

	(void)state;
	tree_file(&t, "etc/modprobe.d", "");
	assert_int_equal(boot_files_open(&fs, &files, &err), -ENOTDIR);
	assert_non_null(strstr(err, "/etc/modprobe.d: Not a directory"));
	free(err);
	boot_files_close(&files);
}

static void the_record_of_the_boot_is_read(void **state)
{
	struct bootinfo info;

	(void)state;
	assert_int_equal(bootinfo_load(&fs, &info), 0);
	assert_false(info.initramfs || info.late || info.module || info.rules.n);
	tree_file(&t, "run/hvclaim/system", "module 1.0\nrule a\n");
	assert_int_equal(bootinfo_load(&fs, &info), 0);
	assert_true(info.late && !info.initramfs);
	assert_string_equal(info.module, "1.0");
	bootinfo_free(&info);
	tree_file(&t, "run/hvclaim/initramfs",
		  "module none\nrule a,owner=x\nrule b\ntried b\nparked 0000:01:00.0\nnews of a later "
		  "version\n\n"
		  "disabled\n");
	assert_int_equal(bootinfo_load(&fs, &info), 0);
	assert_true(info.initramfs && !info.late && info.disabled);
	assert_null(info.module);
	assert_int_equal(info.rules.n, 2);
	assert_string_equal(info.rules.v[0], "a,owner=x");
	assert_int_equal(info.tried.n, 1);
	assert_string_equal(info.parked.v[0], "0000:01:00.0");
	bootinfo_free(&info);
}

static void set_time(const char *path, time_t s)
{
	struct timespec times[2] = { { .tv_sec = s }, { .tv_sec = s } };
	char full[256];

	snprintf(full, sizeof(full), "%s/%s", t.root, path);
	assert_int_equal(utimensat(AT_FDCWD, full, times, 0), 0);
}

static void an_initramfs_older_than_the_rules_is_told(void **state)
{
	struct initrd i;

	(void)state;
	assert_int_equal(initrd_find(&fs, "6.1", &i), 0);
	assert_null(i.path);
	tree_file(&t, "etc/modprobe.d/hvclaim.conf", "");
	tree_file(&t, "boot/initrd.img-6.1", "x");
	tree_file(&t, "boot/initrd.img-6.12", "x");
	set_time("etc/modprobe.d/hvclaim.conf", 1000);
	set_time("boot/initrd.img-6.1", 1001);
	set_time("boot/initrd.img-6.12", 999);
	assert_int_equal(initrd_find(&fs, "6.1", &i), 0);
	assert_non_null(strstr(i.path, "/boot/initrd.img-6.1"));
	assert_false(i.old);
	free(i.path);
	assert_int_equal(initrd_find(&fs, "6.12", &i), 0);
	assert_true(i.old);
	free(i.path);
	tree_file(&t, "etc/modprobe.d/hvclaim-try.conf", "");
	assert_int_equal(initrd_find(&fs, "6.1", &i), 0);
	assert_true(i.old);
	free(i.path);
	tree_file(&t, "etc/machine-id", "0123\n");
	tree_file(&t, "efi/0123/7.2/initrd", "x");
	assert_int_equal(initrd_find(&fs, "7.2", &i), 0);
	assert_non_null(i.path);
	free(i.path);
}

static void tool(const char *path)
{
	char full[256];

	tree_file(&t, path, "#!/bin/sh\n");
	snprintf(full, sizeof(full), "%s/%s", t.root, path);
	assert_int_equal(chmod(full, 0755), 0);
}

static void the_command_is_the_one_of_this_host(void **state)
{
	(void)state;
	assert_null(initrd_command(&fs));
	tool("usr/bin/mkinitcpio");
	assert_string_equal(initrd_command(&fs)[0], "mkinitcpio");
	tool("usr/bin/dracut");
	assert_string_equal(initrd_command(&fs)[0], "dracut");
	tool("usr/sbin/update-initramfs");
	assert_string_equal(initrd_command(&fs)[0], "update-initramfs");
}

static void a_command_that_fails_is_told(void **state)
{
	static const char *const good[] = { "true", NULL }, *const bad[] = { "false", NULL };
	static const char *const none[] = { "hvclaim-no-such-tool", NULL };
	char *err;

	(void)state;
	assert_int_equal(initrd_update(good, &err), 0);
	assert_int_equal(initrd_update(bad, &err), -1);
	assert_string_equal(err, "false failed (status 1)");
	free(err);
	assert_int_equal(initrd_update(none, &err), -1);
	assert_string_equal(err, "hvclaim-no-such-tool failed (status 127)");
	free(err);
}

static void device(const char *where, const char *vendor, const char *device_id)
{
	const char *name = strrchr(where, '/') + 1;
	char path[256], to[256];

	snprintf(path, sizeof(path), "sys/devices/%s/vendor", where);
	tree_file(&t, path, vendor);
	snprintf(path, sizeof(path), "sys/devices/%s/device", where);
	tree_file(&t, path, device_id);
	snprintf(path, sizeof(path), "sys/devices/%s/class", where);
	tree_file(&t, path, "0x010802\n");
	snprintf(path, sizeof(path), "sys/bus/pci/devices/%s", name);
	snprintf(to, sizeof(to), "/sys/devices/%s", where);
	tree_link(&t, path, to);
}

static void functions_are_found_without_the_module(void **state)
{
	/* a capability at 0x100 that leads to the serial number at 0x140 */
	unsigned char config[512] = {
		[0x100] = 0x01, [0x102] = 0x01, [0x103] = 0x14, [0x140] = 0x03, [0x142] = 0x01,
		[0x144] = 0x55, [0x145] = 0x44, [0x146] = 0x33, [0x147] = 0xfe, [0x148] = 0xff,
		[0x149] = 0x22, [0x14a] = 0x11, [0x14b] = 0x00,
	};
	struct devs all;

	(void)state;
	assert_int_equal(sysdevs_load(&fs, true, &all), -ENOENT);
	device("pci0000:00/0000:00:1c.4/0000:01:00.0", "0x10de\n", "0x1eb8\n");
	device("pci0000:00/0000:00:1c.4", "0x8086\n", "0x1\n");
	device("pci0000:00/0000:00:0e.0/pci10000:e0/10000:e0:01.0/10000:e1:00.0", "0x8086\n", "0x2\n");
	device("pci0000:00/0000:00:1c.4/0000:01:10.0", "0x10de\n", "0x3\n");
	device("pci0000:00/0000:00:1c.4/0000:02:10.0", "0x10de\n", "0x3\n");
	tree_file(&t, "sys/bus/pci/devices/0000:01:00.0/sriov_totalvfs", "8\n");
	tree_file(&t, "sys/bus/pci/devices/0000:01:00.0/sriov_numvfs", "2\n");
	tree_bytes(&t, "sys/bus/pci/devices/0000:01:00.0/config", config, sizeof(config));
	tree_link(&t, "sys/bus/pci/devices/0000:01:00.0/driver", "../../../bus/pci/drivers/nvme");
	tree_link(&t, "sys/bus/pci/devices/0000:01:00.0/iommu_group", "../../../kernel/iommu_groups/14");
	tree_link(&t, "sys/bus/pci/devices/0000:01:10.0/physfn", "../0000:01:00.0");
	tree_link(&t, "sys/bus/pci/devices/0000:02:10.0/physfn", "../0000:01:00.0");
	assert_int_equal(sysdevs_load(&fs, true, &all), 0);
	assert_int_equal(all.n, 5);
	assert_string_equal(all.v[0].path, "0000:00:1c.4");
	assert_int_equal(all.v[0].group, -1);
	assert_false(all.v[0].has_serial);
	assert_string_equal(all.v[1].path, "0000:00:1c.4/00.0");
	assert_int_equal(all.v[1].vendor, 0x10de);
	assert_int_equal(all.v[1].class, 0x010802);
	assert_int_equal(all.v[1].group, 14);
	assert_string_equal(all.v[1].driver, "nvme");
	assert_int_equal(all.v[1].sriov_role, HVCLAIM_SRIOV_ROLE_PF);
	assert_int_equal(all.v[1].num_vfs, 2);
	assert_true(all.v[1].has_serial && all.v[1].serial == 0x001122fffe334455);
	assert_string_equal(all.v[2].path, "0000:00:1c.4/10.0");
	assert_int_equal(all.v[2].sriov_role, HVCLAIM_SRIOV_ROLE_VF);
	/* a virtual function on a bus that has no bridge of its own */
	assert_string_equal(all.v[3].path, "");
	assert_string_equal(all.v[4].path, "10000:e0:01.0/00.0");
	devs_free(&all);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(files_are_read_in_the_order_of_modprobe),
		TEST(what_cannot_be_read_is_named),
		TEST(a_file_is_replaced_with_its_rights),
		TEST(a_trial_without_rules_is_no_file),
		TEST(a_link_stays_a_link),
		TEST(a_write_that_fails_leaves_the_old_file),
		TEST(a_place_that_is_no_directory_is_named),
		TEST(the_record_of_the_boot_is_read),
		TEST(an_initramfs_older_than_the_rules_is_told),
		TEST(the_command_is_the_one_of_this_host),
		TEST(a_command_that_fails_is_told),
		TEST(functions_are_found_without_the_module),
	};

	return cmocka_run_group_tests_name("files of boot rules", tests, NULL, NULL);
}
