# SPDX-License-Identifier: GPL-2.0-only
# The topology is what its drawing says.
# topology: acs
. /rig/suites/lib.sh

same_group() { [ "$(group_of "$1")" = "$(group_of "$2")" ]; }
alone() { [ "$(group_members "$1")" = "$(bdf "$1")" ]; }

test_begin "behind a port with ACS a device is alone"
check alone nicA

test_begin "ports without ACS in one slot and all behind them share a group"
for dev in rpE rpF nicB nicE0 nicE1 nicF usbF; do check same_group rpB $dev; done

test_begin "two ports in a slot without any ACS share a group of their own"
for dev in rpH nicG nicH; do check same_group rpG $dev; done
check_is 4 sh -c "ls '/sys/kernel/iommu_groups/$(group_of rpG)/devices' | wc -l"

test_begin "a PCI bridge and its children share a group"
check same_group br1 nicD
check same_group br1 eduD

test_begin "switch ports without ACS separate their endpoints all the same"
check same_group dn1 nvme1
check same_group dn2 nvme2
[ "$(group_of nvme1)" != "$(group_of nvme2)" ] || fail "nvme1 and nvme2 share a group"

test_begin "conventional PCI functions of one slot share a group"
check same_group edu0 edu1

tests_done
