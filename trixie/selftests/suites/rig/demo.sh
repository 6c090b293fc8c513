# SPDX-License-Identifier: GPL-2.0-only
# The topology is what its drawing says.
# topology: demo
. /rig/suites/lib.sh

test_begin "twins, a disk, a device with an RMRR, a shared group"
check_is "$(cat "$(sysfs nic1)/device")" cat "$(sysfs nic2)/device"
check_is "$(bdf nic2)" group_members nic2
check grep -q ' direct$' "/sys/kernel/iommu_groups/$(group_of edu1)/reserved_regions"
check_is "$(group_of nic3)" group_of usb1
check modprobe nvme
check wait_for 10 test -e "/sys/block/$(disk_of nvme1)"

tests_done
