# SPDX-License-Identifier: GPL-2.0-only
# The topology is what its drawing says.
# topology: rmrr
. /rig/suites/lib.sh

regions() { # DEV TYPE: its group's reserved regions of that type
	awk -v type="$2" '$3 == type { print $1, $2 }' "/sys/kernel/iommu_groups/$(group_of "$1")/reserved_regions"
}

test_begin "an RMRR of one device is its group's direct region"
check_is "0x00000000fed1c000 0x00000000fed1cfff" regions nic1 direct

test_begin "an RMRR shared by two devices shows in both groups"
check_is "0x00000000fed1d000 0x00000000fed1dfff" regions nvme1 direct
check_is "0x00000000fed1d000 0x00000000fed1dfff" regions edu1 direct

test_begin "RMRRs of USB and graphics are relaxable"
check_is "0x00000000fed1e000 0x00000000fed1efff" regions usb1 direct-relaxable
check_is "0x00000000fed1f000 0x00000000fed1ffff" regions vga1 direct-relaxable
check_is "" regions usb1 direct
check_is "" regions vga1 direct

test_begin "a device without an RMRR has none"
check_is "" regions edu2 direct
check_is "" regions edu2 direct-relaxable

tests_done
