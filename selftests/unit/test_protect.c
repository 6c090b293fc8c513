// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_protect.c - the functions that a host stands on, through everything that may be stacked between
 */
#define _GNU_SOURCE 1
#include "disk_tree.h"
#include "usage/protect.h"

#define DISK1 "pci0000:00/0000:00:01.0/nvme/nvme0/nvme0n1"
#define DISK2 "pci0000:00/0000:00:02.0/ata1/host0/target0:0:0/0:0:0:0/block/sda"

static struct dev v[] = {
	{ .addr = { 0, 0, 1 << 3 }, .path = "0000:00:01.0", .class = 0x010802 },
	{ .addr = { 0, 0, 2 << 3 }, .path = "0000:00:02.0", .class = 0x010601 },
	{ .addr = { 0, 0, 3 << 3 }, .path = "0000:00:03.0", .class = 0x020000 },
	{ .addr = { 0, 0, 4 << 3 }, .class = 0x020000 },
	{ .addr = { 0, 0, 5 << 3 }, .path = "0000:00:05.0", .class = 0x060400 },
};

/* Each function with why, in lines, and what the option gets */
static void protects(const char *why, const char *words)
{
	const struct devs all = { v, sizeof(v) / sizeof(v[0]) };
	struct protects found;
	char buf[1024] = "", a[ADDR_STR_LEN];
	char *got;

	assert_int_equal(protect_find(&fs, &all, &found), 0);
	for (size_t i = 0; i < found.n; i++)
		snprintf(buf + strlen(buf), sizeof(buf) - strlen(buf), "%s: %s\n",
			 addr_str(found.v[i].dev->addr, a), found.v[i].why);
	assert_string_equal(buf, why);
	got = protect_words(&found);
	assert_string_equal(got, words);
	free(got);
	protects_free(&found);
}

static int host(void **state)
{
	set_up(state);
	for (size_t i = 0; i < sizeof(v) / sizeof(v[0]); i++) {
		char a[ADDR_STR_LEN];

		pci(addr_str(v[i].addr, a));
	}
	block(DISK1, "259:0", false);
	block(DISK1 "/nvme0n1p1", "259:1", true);
	block(DISK1 "/nvme0n1p2", "259:2", true);
	block(DISK2, "8:0", false);
	tree_file(&t, "proc/swaps", "Filename Type Size Used Priority\n");
	return 0;
}

static void a_host_without_disks_of_its_own_needs_nothing(void **state)
{
	(void)state;
	tree_file(&t, "proc/self/mountinfo",
		  "22 1 0:21 / / rw - 9p root rw\n23 22 8:0 / /srv rw - ext4 /dev/sda rw\n");
	protects("", "");
}

static void root_boot_and_swap_are_found_on_partitions(void **state)
{
	(void)state;
	tree_file(&t, "proc/self/mountinfo",
		  "22 1 259:2 / / rw - ext4 /dev/nvme0n1p2 rw\n"
		  "23 22 259:1 / /boot/efi rw - vfat /dev/nvme0n1p1 rw\n");
	tree_file(&t, "proc/swaps", "Filename Type Size Used Priority\n/dev/sda partition 1 0 -2\n");
	protects("0000:00:01.0: root, /boot/efi\n0000:00:02.0: swap\n", "0000:00:01.0,0000:00:02.0");
}

static void a_mirror_with_lvm_and_encryption_protects_both_disks(void **state)
{
	(void)state;
	block("virtual/block/md0", "9:0", false);
	holder("nvme0n1p2", "md0");
	holder("sda", "md0");
	dm("dm-0", "253:0", "crypt", "CRYPT-LUKS2-x");
	holder("md0", "dm-0");
	dm("dm-1", "253:1", "vg-root", "LVM-x");
	holder("dm-0", "dm-1");
	dm("dm-2", "253:2", "vg-swap", "LVM-y");
	holder("dm-0", "dm-2");
	tree_file(&t, "proc/self/mountinfo", "22 1 253:1 / / rw - ext4 /dev/mapper/vg-root rw\n");
	tree_file(&t, "proc/swaps",
		  "Filename Type Size Used Priority\n/dev/mapper/vg-swap partition 1 0 -2\n");
	protects("0000:00:01.0: root, swap\n0000:00:02.0: root, swap\n", "0000:00:01.0,0000:00:02.0");
}

static void every_disk_of_a_btrfs_is_needed(void **state)
{
	(void)state;
	tree_link(&t, "sys/fs/btrfs/1234/devices/sda", "/sys/class/block/sda");
	tree_link(&t, "sys/fs/btrfs/1234/devices/nvme0n1p2", "/sys/class/block/nvme0n1p2");
	tree_file(&t, "proc/self/mountinfo", "22 1 0:30 /@ / rw - btrfs /dev/sda rw\n");
	protects("0000:00:01.0: root\n0000:00:02.0: root\n", "0000:00:01.0,0000:00:02.0");
}

static void the_disks_of_the_root_pool_are_needed_and_no_other_pool(void **state)
{
	(void)state;
	zfs_member("dev/sda");
	tree_file(&t, "proc/self/mountinfo",
		  "22 1 0:30 / / rw - zfs tank/ROOT/pve-1 rw\n23 22 0:31 / /data rw - zfs other rw\n");
	protects("0000:00:02.0: root\n", "0000:00:02.0");
	tree_file(&t, "proc/self/mountinfo",
		  "22 1 259:2 / / rw - ext4 /dev/nvme0n1p2 rw\n23 22 0:31 / /data rw - zfs tank rw\n");
	protects("0000:00:01.0: root\n", "0000:00:01.0");
}

static void a_mount_of_a_container_is_not_the_hosts(void **state)
{
	(void)state;
	tree_file(&t, "proc/self/mountinfo", "22 1 259:2 / / rw - ext4 /dev/nvme0n1p2 rw\n");
	tree_file(&t, "proc/77/mountinfo", "22 1 8:0 / / rw - ext4 /dev/sda rw\n");
	tree_file(&t, "proc/77/comm", "init\n");
	tree_link(&t, "proc/77/ns/mnt", "mnt:[2]");
	protects("0000:00:01.0: root\n", "0000:00:01.0");
}

static void netdev(const char *name, const char *below)
{
	char path[256], to[300];

	snprintf(path, sizeof(path), "sys/devices/%s/net/%s", below, name);
	tree_dir(&t, path);
	snprintf(to, sizeof(to), "/%s", path);
	snprintf(path, sizeof(path), "sys/class/net/%s", name);
	tree_link(&t, path, to);
}

static void upper(const char *of, const char *name)
{
	char path[256];

	snprintf(path, sizeof(path), "sys/class/net/%s/upper_%s", of, name);
	tree_link(&t, path, "x");
}

static void the_default_route_is_followed_through_vlan_bridge_and_bond(void **state)
{
	(void)state;
	netdev("eth0", "pci0000:00/0000:00:03.0");
	netdev("eth1", "pci0000:00/0000:00:04.0");
	netdev("bond0", "virtual");
	netdev("bond0.7", "virtual");
	netdev("br0", "virtual");
	upper("eth0", "bond0");
	upper("eth1", "bond0");
	upper("bond0", "bond0.7");
	upper("bond0.7", "br0");
	tree_file(&t, "proc/net/route",
		  "Iface Destination Gateway Flags RefCnt Use Metric Mask MTU Window IRTT\n"
		  "br0 00000000 0102A8C0 0003 0 0 0 00000000 0 0 0\n");
	/* without a path its address has to do */
	protects("0000:00:03.0: the default route\n0000:00:04.0: the default route\n",
		 "0000:00:03.0,0000:00:04.0");
}

static void the_default_route_of_ipv6_counts(void **state)
{
	(void)state;
	netdev("eth0", "pci0000:00/0000:00:03.0");
	tree_file(&t, "proc/net/ipv6_route",
		  "00000000000000000000000000000000 00 00000000000000000000000000000000 00 "
		  "fe800000000000000000000000000001 00000400 00000001 00000000 00000003 eth0\n");
	protects("0000:00:03.0: the default route\n", "0000:00:03.0");
}

#undef TEST
#define TEST(f) cmocka_unit_test_setup_teardown(f, host, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_host_without_disks_of_its_own_needs_nothing),
		TEST(root_boot_and_swap_are_found_on_partitions),
		TEST(a_mirror_with_lvm_and_encryption_protects_both_disks),
		TEST(every_disk_of_a_btrfs_is_needed),
		TEST(the_disks_of_the_root_pool_are_needed_and_no_other_pool),
		TEST(a_mount_of_a_container_is_not_the_hosts),
		TEST(the_default_route_is_followed_through_vlan_bridge_and_bond),
		TEST(the_default_route_of_ipv6_counts),
	};

	return cmocka_run_group_tests_name("what the host stands on", tests, NULL, NULL);
}
