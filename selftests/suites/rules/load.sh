# SPDX-License-Identifier: GPL-2.0-only
# Rules given when the module is loaded: before the host drivers, and after them.
# topology: basic
# timeout: 250
. /rig/suites/lib.sh

for module in vfio-pci vfio_iommu_type1; do modprobe $module; done
n1=$(bdf nic1) n2=$(bdf nic2) disk=$(bdf nvme1)

probed() { dmesg | grep -q "$1 $2"; } # DRIVER ADDRESS
rule_is() { hvcnl rules | grep -q "^$1 $2 "; } # ID STATE
load() { modprobe hvclaim "$@"; }
unload() {
	hvcnl release -w -A >/dev/null
	wait_for 10 rmmod hvclaim
}
restart() { # host drivers as at boot: none
	unload
	for module in e1000e nvme; do rmmod $module 2>/dev/null; done
	dmesg -c >/dev/null
}

test_begin "functions that rules mean never see their host drivers"
check load "claim=$n2,owner=vm1" "claim=pci:1b36:0010,owner=vm2"
check wait_for 20 rule_is 1 active
modprobe e1000e
modprobe nvme
check wait_for 20 driver_is nic1 e1000e
check wait_for 20 driver_is nic2 vfio-pci
check wait_for 20 driver_is nvme1 vfio-pci
check probed e1000e "$n1"
check_status 1 probed e1000e "$n2"
check_status 1 probed nvme "$disk"
check_has "claim " "$(hvcnl rules)"
check_has "$n2 held vfio-pci vm1" "$(hvcnl devs)"
check_has "$disk held vfio-pci vm2" "$(hvcnl devs)"

test_begin "released, they go to their host drivers"
check hvcnl release -w -A
check wait_for 20 driver_is nic2 e1000e
check wait_for 20 driver_is nvme1 nvme
check_is "(null)" override_of nic2
check_is "1 waiting $n2,owner=vm1
2 waiting pci:1b36:0010,owner=vm2" hvcnl rules

test_begin "functions that host drivers have are taken over"
check unload
check load "claim=$n2,owner=vm1"
check wait_for 20 driver_is nic2 vfio-pci
check wait_for 20 rule_is 1 active
check hvcnl release -w -A
check wait_for 20 driver_is nic2 e1000e

test_begin "or refused, with the reason, and left alone"
check unload
ip link set "$(netdev_of nic2)" up
check load "claim=$n2,owner=vm1"
check wait_for 20 rule_is 1 refused
check_is "1 refused $n2,owner=vm1
  $n2 EACCES $n2: netdev-busy" hvcnl rules
check_is e1000e driver_of nic2
check_is 1 sh -c "dmesg | grep -c 'rule 1 .*$n2 is not claimed: $n2: netdev-busy'"
ip link set "$(netdev_of nic2)" down

test_begin "a mistake in a rule stops neither the others nor the load"
restart
check load "claim=$n2,owner=vm1" "claim=0000:zz:00.0" "claim=$n1,ownr=vm1" claim "claim=$n1,backend=nope" "claim=$disk"
check wait_for 20 rule_is 1 active
check wait_for 20 rule_is 6 active
check_is "2 invalid 0000:zz:00.0: 6: expected a bus number, 00 to ff
3 invalid $n1,ownr=vm1: 14: expected owner, backend, driver, group, allow, ids or serial
4 invalid : 1: expected an address, a path, pci:, vfs: or serial:
5 invalid $n1,backend=nope: 1: no backend nope on this host" sh -c "hvcnl rules | grep invalid"
check_has "\"0000:zz:00.0\", column 6: expected" "$(dmesg)"

test_begin "what is protected is not claimed, and not even kept waiting"
restart
check load "protect=0000:00:04.2/00.0" "claim=pci:1b36:0010"
modprobe nvme
check wait_for 20 driver_is nvme1 nvme
check wait_for 20 rule_is 1 refused
check_has "$disk: protected" "$(hvcnl rules)"

test_begin "disable=1 turns all rules off"
restart
check load disable=1 "claim=$n2"
modprobe e1000e
check wait_for 20 driver_is nic2 e1000e
check rule_is 1 disabled
check_is "claims 0" hvcnl info

test_begin "pinned ids and serial: another device in the same place is refused and told"
restart
check load "claim=0000:00:04.1/00.0,ids=8086:10d3" "claim=0000:00:04.0/00.0,ids=8086:ffff"
check wait_for 20 rule_is 1 active
check wait_for 20 rule_is 2 refused
check_has "  $n1 EACCES not the ids or serial that the rule expects" "$(hvcnl rules)"
modprobe e1000e
check wait_for 20 driver_is nic1 e1000e
check_is vfio-pci driver_of nic2

test_begin "overlapping rules: the first one has it, the others say so"
restart
check load "claim=$n2,owner=vm1" "claim=$n2,owner=vm1" "claim=pci:8086:10d3,owner=vm2" "claim=0000:00:04.1/00.0,owner=vm1"
check wait_for 20 rule_is 1 active
check wait_for 20 rule_is 3 active
check_has "  $n2 EBUSY claim $(hvcnl ledger | sed -n 's/ held vm1$//p') of vm1 has it" "$(hvcnl rules)"
check_is 3 sh -c "hvcnl rules | grep -c '^[0-9]'"

tests_done
