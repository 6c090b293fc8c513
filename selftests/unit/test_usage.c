// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_usage.c - what the host has on a function's disks, on trees that stand for hosts
 */
#define _GNU_SOURCE 1
#include "disk_tree.h"

#define NVME0 "pci0000:00/0000:00:01.0/nvme/nvme0/nvme0n1"

static void a_disk_that_nobody_uses_is_free(void **state)
{
	(void)state;
	pci("0000:00:01.0");
	pci("0000:00:02.0");
	block(NVME0, "259:0", false);
	tree_file(&t, "proc/swaps", "Filename\tType\tSize\tUsed\tPriority\n");
	expect("0000:00:01.0", NULL);
	expect("0000:00:02.0", NULL);
	expect("0000:00:09.0", NULL); /* gone */
}

static void mounts_and_swap_on_partitions_are_named(void **state)
{
	(void)state;
	pci("0000:00:01.0");
	pci("0000:00:02.0");
	block(NVME0, "259:0", false);
	block(NVME0 "/nvme0n1p1", "259:1", true);
	block(NVME0 "/nvme0n1p2", "259:2", true);
	block("pci0000:00/0000:00:02.0/virtio1/block/vda", "254:0", false);
	tree_file(&t, "proc/self/mountinfo",
		  "22 1 254:0 / / rw - ext4 /dev/root rw\n23 22 259:1 / /srv\\040data rw - ext4 "
		  "/dev/nvme0n1p1 rw\n");
	tree_file(&t, "proc/swaps",
		  "Filename\tType\tSize\tUsed\tPriority\n/dev/nvme0n1p2 partition 1000 0 -2\n/dev/zram0 "
		  "partition 1 0 5\n");
	expect("0000:00:01.0", "/dev/nvme0n1p1 is mounted on /srv data (ext4)", "swap on /dev/nvme0n1p2",
	       NULL);
	expect("0000:00:02.0", "/dev/vda is mounted on / (ext4)", NULL);
}

static void many_mounts_of_one_device_are_one_finding(void **state)
{
	(void)state;
	pci("0000:00:01.0");
	block(NVME0, "259:0", false);
	tree_file(&t, "proc/self/mountinfo",
		  "1 0 259:0 / /a rw - xfs /dev/nvme0n1 rw\n2 0 259:0 / /b rw - xfs /dev/nvme0n1 rw\n"
		  "3 0 259:0 / /c rw - xfs /dev/nvme0n1 rw\n4 0 259:0 / /d rw - xfs /dev/nvme0n1 rw\n");
	expect("0000:00:01.0", "/dev/nvme0n1 is mounted on /a, /b, /c and 1 more (xfs)", NULL);
}

static void a_mount_in_another_namespace_is_found(void **state)
{
	(void)state;
	pci("0000:00:01.0");
	block(NVME0, "259:0", false);
	tree_link(&t, "proc/1/ns/mnt", "mnt:[1]"); /* ours: not read a second time */
	tree_file(&t, "proc/1/mountinfo", "1 0 259:0 / /wrong rw - ext4 /dev/nvme0n1 rw\n");
	expect("0000:00:01.0", NULL);
	tree_link(&t, "proc/77/ns/mnt", "mnt:[2]");
	tree_file(&t, "proc/77/comm", "postgres\n");
	tree_file(&t, "proc/77/mountinfo", "1 0 259:0 / /data rw - ext4 /dev/nvme0n1 rw\n");
	tree_link(&t, "proc/78/ns/mnt", "mnt:[2]");
	tree_file(&t, "proc/78/mountinfo", "1 0 259:0 / /data rw - ext4 /dev/nvme0n1 rw\n");
	expect("0000:00:01.0",
	       "/dev/nvme0n1 is mounted on /data (ext4) in the mount namespace of postgres (77)", NULL);
}

static void lvm_md_and_crypt_are_followed_to_the_mount(void **state)
{
	(void)state;
	pci("0000:00:01.0");
	block(NVME0, "259:0", false);
	block(NVME0 "/nvme0n1p3", "259:3", true);
	block("virtual/block/md0", "9:0", false);
	tree_file(&t, "sys/devices/virtual/block/md0/md/level", "raid1\n");
	dm("dm-0", "253:0", "my--vg-root--a", "LVM-abc");
	dm("dm-1", "253:1", "secret", "CRYPT-LUKS2-abc");
	holder("nvme0n1p3", "md0");
	holder("md0", "dm-0");
	holder("dm-0", "dm-1");
	tree_file(&t, "proc/self/mountinfo", "1 0 253:1 / /home rw - ext4 /dev/mapper/secret rw\n");
	expect("0000:00:01.0", "md0 (raid1) is built on /dev/nvme0n1p3",
	       "LVM: /dev/md0 is a physical volume of volume group my-vg, held by dm-0 (my--vg-root--a)",
	       "dm-crypt: /dev/mapper/my--vg-root--a is open as dm-1 (secret)",
	       "/dev/mapper/secret is mounted on /home (ext4), on /dev/nvme0n1p3", NULL);
}

static void a_swap_volume_is_found_by_its_mapper_name(void **state)
{
	(void)state;
	pci("0000:00:01.0");
	block(NVME0, "259:0", false);
	dm("dm-0", "253:0", "vg0-my swap", "LVM-abc");
	holder("nvme0n1", "dm-0");
	tree_file(&t, "proc/swaps", "Filename\n/dev/mapper/vg0-my\\040swap partition 1 0 -2\n");
	expect("0000:00:01.0",
	       "LVM: /dev/nvme0n1 is a physical volume of volume group vg0, held by dm-0 (vg0-my swap)",
	       "swap on /dev/mapper/vg0-my swap, on /dev/nvme0n1", NULL);
}

static void nvme_multipath_counts_for_each_path(void **state)
{
	(void)state;
	pci("0000:00:01.0");
	pci("0000:00:02.0");
	pci("0000:00:03.0");
	block("pci0000:00/0000:00:01.0/nvme/nvme0/nvme0c0n1", NULL, false);
	block("pci0000:00/0000:00:02.0/nvme/nvme1/nvme0c1n1", NULL, false);
	block("pci0000:00/0000:00:03.0/nvme/nvme2/nvme2c2n1", NULL, false);
	block("virtual/nvme-subsystem/nvme-subsys0/nvme0n1", "259:0", false);
	block("virtual/nvme-subsystem/nvme-subsys0/nvme0n1/nvme0n1p1", "259:1", true);
	block("virtual/nvme-subsystem/nvme-subsys2/nvme2n1", "259:2", false);
	for (int i = 0; i < 3; i++) {
		char path[128], to[128];

		snprintf(path, sizeof(path), "sys/class/nvme/nvme%d/device", i);
		snprintf(to, sizeof(to), "/sys/devices/pci0000:00/0000:00:0%d.0", i + 1);
		tree_link(&t, path, to);
	}
	tree_file(&t, "sys/class/nvme/nvme0/state", "live\n");
	tree_file(&t, "sys/class/nvme/nvme1/state", "live\n");
	tree_file(&t, "proc/self/mountinfo",
		  "1 0 259:1 / /srv rw - ext4 /dev/nvme0n1p1 rw\n2 0 259:2 / /x rw - ext4 /dev/nvme2n1 rw\n");
	expect("0000:00:01.0",
	       "/dev/nvme0n1p1 is mounted on /srv (ext4); another path to it remains, through 0000:00:02.0",
	       NULL);
	expect("0000:00:02.0",
	       "/dev/nvme0n1p1 is mounted on /srv (ext4); another path to it remains, through 0000:00:01.0",
	       NULL);
	expect("0000:00:03.0", "/dev/nvme2n1 is mounted on /x (ext4)", NULL);
	tree_file(&t, "sys/class/nvme/nvme1/state", "connecting\n");
	expect("0000:00:01.0", "/dev/nvme0n1p1 is mounted on /srv (ext4)", NULL);
}

static void scsi_multipath_says_whether_a_path_remains(void **state)
{
	(void)state;
	pci("0000:00:01.0");
	pci("0000:00:02.0");
	block("pci0000:00/0000:00:01.0/host0/target0:0:0/0:0:0:0/block/sda", "8:0", false);
	block("pci0000:00/0000:00:02.0/host1/target1:0:0/1:0:0:0/block/sdb", "8:16", false);
	block("pci0000:00/0000:00:02.0/host1/target1:0:1/1:0:1:0/block/sdc", "8:32", false);
	dm("dm-0", "253:0", "mpatha", "mpath-360");
	dm("dm-1", "253:1", "mpathb", "mpath-361");
	holder("sda", "dm-0");
	holder("sdb", "dm-0");
	holder("sdc", "dm-1");
	expect("0000:00:01.0",
	       "multipath: /dev/sda is a path of dm-0 (mpatha); another path to it remains, through sdb",
	       NULL);
	tree_file(&t, "proc/self/mountinfo", "1 0 253:1 / /x rw - xfs /dev/mapper/mpathb rw\n");
	expect("0000:00:02.0",
	       "multipath: /dev/sdb is a path of dm-0 (mpatha); another path to it remains, through sda",
	       "multipath: /dev/sdc is a path of dm-1 (mpathb); no other path to it remains",
	       "/dev/mapper/mpathb is mounted on /x (xfs), on /dev/sdc", NULL);
}

static void a_btrfs_on_two_disks_counts_for_both(void **state)
{
	(void)state;
	pci("0000:00:01.0");
	pci("0000:00:02.0");
	block("pci0000:00/0000:00:01.0/host0/target0:0:0/0:0:0:0/block/sda", "8:0", false);
	block("pci0000:00/0000:00:02.0/host1/target1:0:0/1:0:0:0/block/sdb", "8:16", false);
	tree_file(&t, "proc/self/mountinfo", "1 0 0:40 / /pool rw - btrfs /dev/sda rw\n");
	tree_link(&t, "sys/fs/btrfs/0f-11/devices/sda", "/sys/class/block/sda");
	tree_link(&t, "sys/fs/btrfs/0f-11/devices/sdb", "/sys/class/block/sdb");
	tree_file(&t, "sys/fs/btrfs/0f-11/label", "\n");
	expect("0000:00:01.0", "/dev/sda is mounted on /pool (btrfs)", NULL);
	expect("0000:00:02.0", "/dev/sdb is a member of the mounted btrfs 0f-11", NULL);
}

static void superblocks_are_noted_unless_in_use(void **state)
{
	/* swap's signature at the end of a page; libblkid wants the whole header */
	static char image[1024 * 1024];

	(void)state;
	pci("0000:00:01.0");
	block(NVME0, "259:0", false);
	memcpy(image + 4096 - 10, "SWAPSPACE2", 10);
	image[1024] = 1;	      /* version */
	image[1024 + 4] = (char)0xff; /* last page */
	tree_bytes(&t, "dev/nvme0n1", image, sizeof(image));
	expect("0000:00:01.0", "note: /dev/nvme0n1 holds swap, not in use", NULL);
	tree_file(&t, "proc/swaps", "Filename\n/dev/nvme0n1 partition 1 0 -2\n");
	expect("0000:00:01.0", "swap on /dev/nvme0n1", NULL);
}

static void an_imported_zfs_pool_is_asked_about(void **state)
{
	(void)state;
	pci("0000:00:01.0");
	block(NVME0, "259:0", false);
	zfs_member("dev/nvme0n1");
	expect("0000:00:01.0", "note: ZFS: /dev/nvme0n1 is in pool tank, which is not imported", NULL);
	tree_dir(&t, "proc/spl/kstat/zfs/tank");
	expect("0000:00:01.0", "ZFS: /dev/nvme0n1 is in the imported pool tank", NULL);
}

static void a_writer_of_the_disk_is_named_and_a_reader_is_not(void **state)
{
	(void)state;
	pci("0000:00:01.0");
	block(NVME0, "259:0", false);
	open_fd("42", "smartd\n", "8", "/dev/nvme0n1");
	tree_file(&t, "proc/42/fdinfo/8", "pos:\t0\nflags:\t0100000\n");
	open_fd("43", "qemu-system-x86\n", "9", "/dev/nvme0n1");
	tree_file(&t, "proc/43/fdinfo/9", "pos:\t0\nflags:\t0100002\n");
	expect("0000:00:01.0", "/dev/nvme0n1 is open for writing by qemu-system-x86 (43)", NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_disk_that_nobody_uses_is_free),
		TEST(mounts_and_swap_on_partitions_are_named),
		TEST(many_mounts_of_one_device_are_one_finding),
		TEST(a_mount_in_another_namespace_is_found),
		TEST(lvm_md_and_crypt_are_followed_to_the_mount),
		TEST(a_swap_volume_is_found_by_its_mapper_name),
		TEST(nvme_multipath_counts_for_each_path),
		TEST(scsi_multipath_says_whether_a_path_remains),
		TEST(a_btrfs_on_two_disks_counts_for_both),
		TEST(superblocks_are_noted_unless_in_use),
		TEST(an_imported_zfs_pool_is_asked_about),
		TEST(a_writer_of_the_disk_is_named_and_a_reader_is_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
