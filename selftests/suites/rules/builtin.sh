# SPDX-License-Identifier: GPL-2.0-only
# Devices that a driver of the kernel's image has before any module can be loaded.
# topology: builtin
# timeout: 250
. /rig/suites/lib.sh

for module in vfio-pci vfio_iommu_type1; do modprobe $module; done
s1=$(bdf ser1) s2=$(bdf ser2) s3=$(bdf ser3)
rule_is() { hvcnl rules | grep -q "^$1 $2 "; } # ID STATE

test_begin "it is bound before the module is there"
check_is serial driver_of ser1
check_is serial driver_of ser2

test_begin "a rule of the command line takes it over"
check modprobe hvclaim "claim=$s1,owner=vm1,allow=no-reset" "claim=$s2,owner=vm1"
check wait_for 20 driver_is ser1 vfio-pci
check rule_is 1 active
check_has "$s1 held vfio-pci vm1" "$(hvcnl devs)"

test_begin "or is refused for what else is in its group, and that is told"
check wait_for 20 rule_is 2 refused
check_has "  $s2 EACCES $s2: group-shared" "$(hvcnl rules)"
check_is serial driver_of ser2
check_is serial driver_of ser3

test_begin "a rule for the whole group takes both"
check hvcnl rule-add "$s2,owner=vm2,group=whole,allow=no-reset"
check wait_for 20 driver_is ser2 vfio-pci
check wait_for 20 driver_is ser3 vfio-pci
check_has "$s3 held vfio-pci vm2" "$(hvcnl devs)"
check wait_for 20 rule_is 3 active

test_begin "released all go back to the drivers that they had"
# allow no-reset: they have none
check hvcnl release -w -A -a $((1 << 20))
check_is serial driver_of ser1
check_is serial driver_of ser2
check_is serial driver_of ser3
check_is "claims 0" hvcnl info

tests_done
