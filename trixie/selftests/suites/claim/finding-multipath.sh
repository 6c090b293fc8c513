# SPDX-License-Identifier: GPL-2.0-only
# A mounted disk behind two NVMe controllers.
# topology: nvme-mp
. /rig/suites/lib.sh
. /rig/suites/findings.sh
for module in nvme ext4 hvclaim; do modprobe $module; done
wait_for 10 driver_is nvme2 nvme
wait_for 10 test -e "/dev/$(disk_of nvme1)"
disk=/dev/$(disk_of nvme1)

test_begin "host-use: a multipath disk's mount is found through either controller, with the other path"
check_is "${disk#/dev/}" disk_of nvme2
check mkfs.ext4 -q "$disk"
check mount "$disk" /mnt
refused host-use nvme1
finding host-use "$(bdf nvme1)" "$disk is mounted on /mnt (ext4); another path to it remains, through $(bdf nvme2)"
refused host-use nvme2
finding host-use "$(bdf nvme2)" "$disk is mounted on /mnt (ext4); another path to it remains, through $(bdf nvme1)"
check_is nvme driver_of nvme1
check_is nvme driver_of nvme2

test_begin "host-use: when it is allowed one path is claimed, and the mount lives on over the other"
check hvclaim claim "$(bdf nvme1)" -o vm1 --allow host-use
check_is vfio-pci driver_of nvme1
check touch /mnt/still-there
check sync
refused host-use nvme2
finding host-use "$disk is mounted on /mnt (ext4)"
case $output in *"another path"*) fail "the other path is gone: $output" ;; esac
check hvclaim release "$(bdf nvme1)" -o vm1
check umount /mnt

tests_done
