# SPDX-License-Identifier: GPL-2.0-only
# Disks that the host uses.
# topology: basic
# share: yes
. /rig/suites/lib.sh
. /rig/suites/findings.sh
for module in nvme ext4 dm-mod hvclaim; do modprobe $module; done
wait_for 10 test -e "/dev/$(disk_of nvme1)"
disk=/dev/$(disk_of nvme1)
mkdir -p /etc/lvm
echo 'activation { udev_sync = 0 udev_rules = 0 } global { locking_dir = "/run/lvm" }' >/etc/lvm/lvm.conf
wipe() { dd if=/dev/zero of="$disk" bs=1M count=2 2>/dev/null; }

test_begin "host-use: a disk that nobody uses is no finding"
wipe
check_status 0 hvclaim check "$(bdf nvme1)"
no_finding host-use

test_begin "host-use: a mounted file system is named with its disk and its place"
check mkfs.ext4 -q "$disk"
check mount "$disk" /mnt
refused host-use nvme1
finding host-use "$(bdf nvme1)" "$disk is mounted on /mnt (ext4)"
check_has "--allow host-use, better: stop that use first"
check_is nvme driver_of nvme1
check touch /mnt/still-there
check umount /mnt

test_begin "host-use: a file system that is not mounted is a note"
check_status 0 hvclaim check "$(bdf nvme1)"
finding host-use "$disk holds ext4, not in use (note)"

test_begin "host-use: a mount in another mount namespace is named with a process there"
unshare -m sh -c "mount $disk /mnt && exec sleep 100" &
check wait_for 5 grep -q "$disk" "/proc/$!/mounts"
refused host-use nvme1
finding host-use "$disk is mounted on /mnt (ext4) in the mount namespace of "
kill $!
wait $! 2>/dev/null
check wait_for 5 hvclaim check "$(bdf nvme1)"

test_begin "host-use: swap is named"
wipe
check mkswap "$disk"
check swapon "$disk"
refused host-use nvme1
finding host-use "swap on $disk"
check_is nvme driver_of nvme1
check swapoff "$disk"

test_begin "host-use: LVM is named with its volume group, and what is mounted on it"
wipe
check pvcreate "$disk"
check_status 0 hvclaim check "$(bdf nvme1)"
finding host-use "LVM: $disk is a physical volume, with no volume active"
check vgcreate vg-7 "$disk"
check lvcreate -Wn -Zn -l 50%FREE -n data vg-7
refused host-use nvme1
finding host-use "LVM: $disk is a physical volume of volume group vg-7, held by dm-0 (vg--7-data)"
check_is nvme driver_of nvme1
check mkfs.ext4 -q /dev/dm-0
check mount /dev/dm-0 /mnt
refused host-use nvme1
finding host-use "/dev/mapper/vg--7-data is mounted on /mnt (ext4), on $disk"
check umount /mnt
check vgchange -an vg-7

test_begin "host-use: a process that may write to the disk is named"
wipe
exec 7>>"$disk"
refused host-use nvme1
finding host-use "$disk is open for writing by "
check_is nvme driver_of nvme1
exec 7>&-
check_status 0 hvclaim check "$(bdf nvme1)"
no_finding host-use

rmmod hvclaim
tests_done
