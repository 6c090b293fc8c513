#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# In a dom0 there are no IOMMU groups: what the topology says of isolation is all there is.
# topology: xen
# xen: 4.17/6.1 4.20/6.12 4.20/7.2
# timeout: 300
# share: yes
. /rig/suites/lib.sh
. /rig/suites/findings.sh
. /rig/suites/xen.sh

for module in e1000e hvclaim; do modprobe $module; done
for dev in nic3 nic4 twin0 twin1; do wait_for 20 driver_is $dev e1000e; done
t0=$(bdf twin0) t1=$(bdf twin1)

test_begin "a root port, which xl would take, is refused, and nothing gets past that"
refused not-endpoint rp1
nothing_past not-endpoint rp1

test_begin "one function of a slot without ACS is given away only when that is allowed"
refused acs-missing twin0
check_status 3 hvclaim check "$t0" -o vm1
finding siblings "$t0" "$t1"
check hvclaim claim "$t0" -o vm1 --allow acs-missing
check_is pciback driver_of twin0
check_is e1000e driver_of twin1
check hvclaim release -o vm1
check_is e1000e driver_of twin0

test_begin "both functions of the slot may go to one guest, which finds both"
check xen_up
check_status 0 hvclaim check "$t0" "$t1" -o u1
check hvclaim claim "$t0" "$t1" -o u1
check_is pciback driver_of twin0
check_is pciback driver_of twin1
check domu_create u1 "" twin0 twin1
domu_says u1 "functions: 2"

test_begin "neither is released while the guest has the other"
refuses 4 hvclaim release "$t0"
finding in-use "$t0" "u1 has $t0"
check domu_destroy u1
check hvclaim release -o u1
check_is e1000e driver_of twin0
check_is e1000e driver_of twin1

test_begin "a port without ACS on the way is named"
refused acs-missing nic4
finding acs-missing "$(bdf nic4)" "$(bdf rp6)"

test_begin "behind a port with ACS nothing is asked"
check_status 0 hvclaim check "$(bdf nic3)" -o vm1
no_finding acs-missing

tests_done
