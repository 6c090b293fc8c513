#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The module's backend pciback, asked without the hvclaim command.
# topology: xen
# xen: 4.17/6.1 4.20/6.12 4.20/7.2
# timeout: 500
# share: yes
. /rig/suites/lib.sh
. /rig/suites/findings.sh
. /rig/suites/xen.sh

for module in e1000e hvclaim; do modprobe $module; done
for dev in nic1 nic2; do wait_for 20 driver_is $dev e1000e; done
n1=$(bdf nic1) n2=$(bdf nic2) disk=$(bdf nvme1)

test_begin "without pciback nothing is taken, and everything is as it was"
hide_pciback on
before=$(state)
check_status 1 hvcnl claim -w -o u1 "$n2" "$disk"
check_has refused
check_has "the backend's driver is not there" "$(hvcnl get 1)"
check_is "$before" state
hide_pciback off

test_begin "a claim loads xen-pciback and gives it the functions"
check hvcnl claim -w -o u1 "$n2" "$disk"
check_is pciback driver_of nic2
check_is pciback driver_of nvme1
check_is "$n2 held pciback u1" hvcnl dev "$n2"
check listed "$n2"
check_is e1000e driver_of nic1

test_begin "what pciback has needs no override, with which xl could not give it back"
check_is "(null)" override_of nic2

test_begin "vfio-pci is no backend here"
check_status 1 hvcnl claim -b vfio-pci -o u2 "$n1"
check_has "no backend vfio-pci on this host"

test_begin "a release gives each back what it had, although pciback remembers both"
check hvcnl release -w -o u1
check_is e1000e driver_of nic2
check_is none driver_of nvme1
check listed "$disk"

test_begin "a function that a guest has is not given back"
check xen_up
check hvcnl claim -w -o u1 "$n2"
check domu_create u1 domu.nic=192.0.2.2/24 nic2
domu_says u1 link
before=$(state)
check_status 1 hvcnl release -w -o u1
check_has "EBUSY: $n2: in-use"
check_is "$before" state

test_begin "but when the guest has ended"
check hvcnl release -I -o u1
check_is "$n2 held pciback u1" hvcnl dev "$n2"
check domu_destroy u1
check wait_for 60 driver_is nic2 e1000e
check_is "" hvcnl ledger

test_begin "a function that somebody else gave to a guest is not claimed"
check xl pci-assignable-add "$n2"
check_is "$n2 foreign pciback -" hvcnl dev "$n2"
check domu_create u2 "" nic2
domu_says u2 ready
before=$(state)
check_status 1 hvcnl claim -w -o u1 "$n2"
check_has "EBUSY: $n2: in-use"
check_is "$before" state
check domu_destroy u2
check xl pci-assignable-remove -r "$n2"
check wait_for 20 driver_is nic2 e1000e

test_begin "when its driver does not take it any more another one has it back, and that is never pciback"
modprobe hvc_test_host
echo hvc_test_host >"$(sysfs nic2)/driver_override"
echo "$n2" >/sys/bus/pci/drivers/e1000e/unbind
echo "$n2" >/sys/bus/pci/drivers_probe
check_is hvc_test_host driver_of nic2
echo >"$(sysfs nic2)/driver_override"
check hvcnl claim -w -o u1 "$n2"
check_is pciback driver_of nic2
check hvcnl release -w -o u1
check_is e1000e driver_of nic2
check listed "$n2"
rmmod hvc_test_host

tests_done
