#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# A NIC and a disk on their way from the dom0 to a guest and back.
# xen: 4.17 4.20
# timeout: 500
. /rig/suites/lib.sh
. /rig/suites/findings.sh
. /rig/suites/xen.sh

modprobe e1000e
modprobe nvme
modprobe hvclaim
wait_for 20 driver_is nic2 e1000e
wait_for 20 driver_is nvme1 nvme

test_begin "in a dom0 the backend is pciback, and no other"
check_status 0 hvcnl info
note "$output"
check_has pciback
case $output in *vfio-pci*) fail "vfio-pci is offered" ;; esac

test_begin "a claim takes the NIC to pciback, and loads that"
check xen_up
check hvclaim claim "$(bdf nic2)" -o u1
check_is pciback driver_of nic2
check grep -qF "$(bdf nic2)" /sys/bus/pci/drivers/pciback/slots

tests_done
