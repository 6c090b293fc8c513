#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Claimed functions that vanish, and come back, while their claim is at work: their host driver never sees them.
# topology: basic
. /rig/suites/lib.sh

for module in e1000e hvc_test_bus hvc_test_host hvc_test_mock; do modprobe $module; done
modprobe hvclaim mock=1
wait_for 20 driver_is nic2 e1000e
n1=$(bdf nic1) n2=$(bdf nic2)

parameter() { echo "$2" >"/sys/module/$1/parameters/$3"; } # MODULE VALUE NAME
remove() { echo 1 >"/sys/bus/pci/devices/$1/remove"; } # ADDRESS
rescan() { echo 1 >/sys/bus/pci/rescan; }
dev_is() { [ "$(hvcnl dev "$1")" = "$1 $2" ]; } # ADDRESS "STATE DRIVER OWNER"
logged() { dmesg | grep -q "$1"; } # TEXT
override_is() { [ "$(override_of nic1)" = "$1" ]; } # TEXT
binding() { hvcnl claims | grep -q ' binding '; }
gone_is() { [ "$(hvcnl claims | grep -c ' gone ')" = "$1" ]; } # N

test_begin "one that comes back while its claim waits for another's driver is kept from its own"
check hvcnl claim -w -b mock -o vm1 "$n1" "$n2"
remove "$n2"
check wait_for 20 gone_is 1
dmesg -c >/dev/null
parameter hvc_test_mock Y hold_probe
rescan
check wait_for 20 logged "$n2: hvc_test_mock: probe"
remove "$n1"
rescan
check_is hvclaim-parked override_of nic1
check_is none driver_of nic1

test_begin "also when it goes and comes once more"
remove "$n1"
rescan
check_is hvclaim-parked override_of nic1
check_is none driver_of nic1

test_begin "and its claim takes it then"
parameter hvc_test_mock N hold_probe
for dev in "$n1" "$n2"; do check wait_for 20 dev_is "$dev" "held hvc_test_mock vm1"; done
check gone_is 0
check_status 1 sh -c "dmesg | grep 'e1000e $n1: '"
check_is "claims 1" hvcnl info

test_begin "one that leaves while its claim takes it is waited for"
dmesg -c >/dev/null
parameter hvc_test_bus Y hold_removal
remove "$n1" &
check wait_for 20 logged "$n1: hvc_test_bus: leaves"
check wait_for 20 dev_is "$n1" "drifted - vm1"
check hvcnl claim -b mock -o vm1 "$n1" "$n2"
check wait_for 20 binding
sleep 0.3 # its driver is asked for, and refused
parameter hvc_test_bus N hold_removal
wait $!
check wait_for 20 gone_is 1
check_is "claims 1" hvcnl info
rescan
check wait_for 20 dev_is "$n1" "held hvc_test_mock vm1"
check_status 1 sh -c "dmesg | grep 'e1000e $n1: '"
check hvcnl release -w -A
check_is e1000e driver_of nic1

test_begin "a rule's, of which a claim that is not held yet has not noted that it went, is the rule's"
echo "$n2" >/sys/bus/pci/drivers/e1000e/unbind
echo hvc_test_host >"$(sysfs nic2)/driver_override"
echo "$n2" >/sys/bus/pci/drivers_probe
check hvcnl rule-add -l "$n1,owner=vm2,backend=mock"
parameter hvc_test_host Y hold_remove
check hvcnl claim -b mock -o vm1 "$n1" "$n2"
check wait_for 20 logged "$n2: hvc_test_host: remove"
check wait_for 20 override_is hvclaim-parked
remove "$n1"
rescan
check_is hvclaim-parked override_of nic1
parameter hvc_test_host N hold_remove
check wait_for 20 dev_is "$n1" "held hvc_test_mock vm2"
check wait_for 20 driver_is nic2 hvc_test_host

tests_done
