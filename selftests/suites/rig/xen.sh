#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The rig's dom0 and its guests: no hvclaim needed.
# xen: 4.17 4.20
# timeout: 400
. /rig/suites/lib.sh
. /rig/suites/xen.sh

test_begin "this is a PV dom0 of the Xen asked for"
check_is xen cat /sys/hypervisor/type
check_is PV cat /sys/hypervisor/guest_type
check_is "$RIG_XEN" xen_version
check_has "$RIG_KERNEL." "$(uname -r)"

test_begin "there are no IOMMU groups, and the DMAR table goes by another name"
check_is "" ls /sys/kernel/iommu_groups
check test -e /sys/firmware/acpi/tables/RMAD
check_status 1 test -e /sys/firmware/acpi/tables/DMAR

test_begin "Xen's tools start"
check xen_up
check_status 0 xl list
check_has Domain-0

test_begin "a guest gets a NIC, and talks over it"
check modprobe e1000e
check modprobe xen-pciback
check wait_for 10 driver_is nic1 e1000e
n1=$(netdev_of nic1)
ip addr add 192.0.2.1/24 dev "$n1"
ip link set "$n1" up
check xl pci-assignable-add "$(bdf nic2)"
check domu_create u1 domu.nic=192.0.2.2/24 nic2
domu_says u1 "has 0x8086:0x10d3"
domu_says u1 link
check wait_for 60 ping -c 1 -W 1 192.0.2.2

test_begin "the guest ends"
check domu_destroy u1
check_is pciback driver_of nic2

tests_done
