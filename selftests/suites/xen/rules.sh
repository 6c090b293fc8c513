#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Rules in a dom0: given when the module is loaded, before the host drivers and before Xen's tools.
# topology: xen
# xen: 4.17/6.1 4.20/6.12 4.20/7.2
# timeout: 400
# share: yes
. /rig/suites/lib.sh
. /rig/suites/xen.sh

n1=$(bdf nic1) n2=$(bdf nic2) disk=$(bdf nvme1) slot=$(bdf twin0)
slot=${slot%.*}

probed() { dmesg | grep -q "\] $1 .*$2"; } # DRIVER ADDRESS
rule_is() { hvcnl rules | grep -q "^$1 $2 "; } # ID STATE
ledger_is() { [ "$(hvcnl ledger)" = "$1" ]; } # TEXT
restart() { # drivers as at boot: none
	if [ -d /sys/module/hvclaim ]; then
		hvcnl release -w -A >/dev/null
		wait_for 20 rmmod hvclaim
	fi
	for module in e1000e nvme xen-pciback; do rmmod $module 2>/dev/null; done
	dmesg -c >/dev/null
}

test_begin "functions that rules mean never see their host drivers"
restart
check modprobe hvclaim "claim=$n2,owner=u1" "claim=0000:00:04.2/00.0,ids=1b36:0010,owner=u2"
check wait_for 30 rule_is 1 active
check wait_for 30 rule_is 2 active
modprobe e1000e
modprobe nvme
check wait_for 20 driver_is nic1 e1000e
check wait_for 20 driver_is nvme2 nvme
check_is pciback driver_of nic2
check_is pciback driver_of nvme1
check wait_for 20 probed e1000e "$n1"
check wait_for 20 probed nvme "$(bdf nvme2)"
check_status 1 probed e1000e "$n2"
check_status 1 probed nvme "$disk"

test_begin "xl lists them, and is told the rest when it runs"
check xen_up
check_has "$n2" "$(xl pci-assignable-list)"
check_has "$disk" "$(xl pci-assignable-list)"
check_is dom0 owner_in_xen "$n2"
check_status 0 hvclaim boot xl --dry-run
check_has "would be told"
check_is dom0 owner_in_xen "$n2"
check_status 0 hvclaim boot xl
check_has "for u1: xl knows it"
check_is quarantine owner_in_xen "$n2"
check_is quarantine owner_in_xen "$disk"

test_begin "a guest uses what a rule has taken"
check domu_create u1 domu.nic=192.0.2.2/24 nic2
domu_says u1 link
check domu_destroy u1

test_begin "released, they go to their host drivers, for the first time"
check hvclaim release --all
check_is e1000e driver_of nic2
check_is nvme driver_of nvme1
check_is dom0 owner_in_xen "$n2"
check_is "" xl pci-assignable-list

test_begin "a root port is refused, two functions of a slot are taken where that is allowed"
restart
check modprobe hvclaim claim=0000:00:04.0 "claim=$slot.*,owner=u3,allow=acs-missing"
check wait_for 30 rule_is 1 refused
check wait_for 30 rule_is 2 active
check_has "$(bdf rp1): not-endpoint" "$(hvcnl rules)"
check_is pciback driver_of twin0
check_is pciback driver_of twin1
check_has "held u3" "$(hvcnl ledger)"

test_begin "without pciback they are kept from the host drivers, and wait"
restart
hide_pciback on
check modprobe hvclaim "claim=$n2,owner=u1"
check wait_for 30 ledger_is "1 queued u1: waits for the driver pciback"
modprobe e1000e
check wait_for 20 driver_is nic1 e1000e
check_is none driver_of nic2
check_has "$n2 pending - u1" "$(hvcnl devs)"

test_begin "one that asks for a claim then is told what is missing, and nothing changes"
check_status 1 hvclaim claim "$n1" -o u2
check_has xen-pciback
check_is e1000e driver_of nic1

test_begin "when pciback comes it gets what waits for it"
hide_pciback off
check modprobe xen-pciback
check wait_for 30 driver_is nic2 pciback
check wait_for 30 ledger_is "1 held u1"
check hvcnl release -w -A
check wait_for 20 driver_is nic2 e1000e

tests_done
