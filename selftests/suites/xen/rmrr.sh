#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Memory that firmware reserved, from the table that Xen hides: shared by several functions, or for one alone.
# topology: xen
# xen: 4.17/6.1 4.20/6.12 4.20/7.2
# timeout: 400
# share: yes
. /rig/suites/lib.sh
. /rig/suites/findings.sh
. /rig/suites/xen.sh

for module in e1000e nvme hvclaim; do modprobe $module; done
wait_for 20 driver_is nic3 e1000e
wait_for 20 driver_is nvme2 nvme
nic=$(bdf nic3) disk=$(bdf nvme2) edu=$(bdf edu1)
regions_told() { printf '%s\n' "$output" | grep '^rmrr  '; }

test_begin "a shared region is refused, with its range and whom it is shared with"
refused rmrr nvme2
finding rmrr "RMRR 0xfed1d000 - 0xfed1dfff" "of $disk is shared with $edu"
words=$(regions_told)

test_begin "check has the same words"
check_status 3 hvclaim check "$disk" -o vm1
check_is "$words" regions_told

test_begin "a region of its own is only noted"
check_status 0 hvclaim check "$nic" -o vm1
finding rmrr "0xfed1c000 - 0xfed1cfff" "is for $nic alone"

test_begin "a region of USB or graphics is noted as needed at boot only"
check_status 0 hvclaim check "$(bdf usb1)" -o vm1 --allow acs-missing,host-use
finding rmrr-relaxable 0xfed1e000

test_begin "where there is none, none is told"
check_status 0 hvclaim check "$(bdf nic4)" -o vm1 --allow acs-missing
no_finding rmrr

test_begin "a function with a region of its own works in a guest"
check xen_up
check hvclaim claim "$nic" -o u1
check domu_create u1 "" nic3
domu_says u1 "has 0x8086:0x10d3"
check domu_destroy u1
check hvclaim release -o u1
check_is e1000e driver_of nic3

test_begin "one that is shared does, when both we and xl allow it"
check hvclaim claim "$disk" -o u2 --allow rmrr
check_status 3 domu_create u2 domu.bare nvme2
check domu_create u3 "" "nvme2,rdm_policy=relaxed"
domu_says u3 "has 0x1b36:0x0010"
check domu_destroy u3
check hvclaim release -o u2
check_is nvme driver_of nvme2

tests_done
