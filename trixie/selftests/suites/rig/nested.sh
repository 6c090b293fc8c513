# SPDX-License-Identifier: GPL-2.0-only
# A guest inside the test machine, with a device of the machine: no hvclaim needed.
# topology: basic
# root: full
. /rig/suites/lib.sh

modprobe vfio-pci
modprobe vfio_iommu_type1
echo vfio-pci >"$(sysfs nic2)/driver_override"
bdf nic2 >/sys/bus/pci/drivers_probe

test_begin "a nested guest finds the NIC and reads its registers"
check_is vfio-pci driver_of nic2
check_status 0 nested_guest nic2
check_has "guest: end"
check_has "8086:10d3 class 020000"
note "$output"

test_begin "a device that is held open by a program is no longer free"
mkfifo /run/hold
vfio-hold "$(group_of nic2)" "$(bdf nic2)" </run/hold >/run/held &
exec 8>/run/hold
check wait_for 5 grep -q held /run/held
check_status 1 vfio-hold "$(group_of nic2)" "$(bdf nic2)"
check_has "Device or resource busy"
exec 8>&-
wait
check_status 0 vfio-hold "$(group_of nic2)" "$(bdf nic2)"

tests_done
