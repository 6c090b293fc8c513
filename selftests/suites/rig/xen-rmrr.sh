#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The topology is what its drawing says, for Xen, too.
# topology: xen
# xen: 4.17 4.20
# timeout: 500
. /rig/suites/lib.sh
. /rig/suites/xen.sh

modprobe xen-pciback
xen_up

regions_in_rmad() { od -v -An -tx1 /sys/firmware/acpi/tables/RMAD | tr -d ' \n' | grep -o '00[cd]0d1fe00000000' | wc -l; }
xen_said() { xl dmesg | grep -qF "$1"; }

test_begin "the hidden table has the reserved regions"
check_is 2 regions_in_rmad

test_begin "Xen refuses to give away a function whose region is shared, unless that is relaxed"
check xl pci-assignable-add "$(bdf nvme2)"
check_status 3 domu_create u1 domu.bare nvme2
check xen_said "It's disallowed to assign $(bdf nvme2) with shared RMRR at fed1d000"
check domu_create u2 "" "nvme2,rdm_policy=relaxed"
domu_says u2 "has 0x1b36:0x0010"
check domu_destroy u2

test_begin "Xen gives away a function with a region of its own"
check xl pci-assignable-add "$(bdf nic3)"
check domu_create u3 "" nic3
domu_says u3 "has 0x8086:0x10d3"
check domu_destroy u3

tests_done
