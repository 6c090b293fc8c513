#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# A NIC and a disk on their way from the dom0 to a guest and back, in step with xl.
# topology: xen
# xen: 4.17/6.1 4.20/6.12 4.20/7.2
# timeout: 600
# share: yes
. /rig/suites/lib.sh
. /rig/suites/findings.sh
. /rig/suites/xen.sh

for module in e1000e nvme hvclaim; do modprobe $module; done
for dev in nic1 nic2; do wait_for 20 driver_is $dev e1000e; done
wait_for 20 driver_is nvme1 nvme
n2=$(bdf nic2) disk=$(bdf nvme1)
disk_there() { test -b "/dev/$(disk_of nvme1)"; }
wait_for 20 disk_there
mkdir -p /etc/hvclaim
printf 'version: 1\naliases:\n  net0: "0000:00:04.1/00.0"\n' >/etc/hvclaim/hvclaim.yaml

hvclaim_list() { hvclaim list "$1" | awk 'NR == 2 { print $3, $4, $5 }'; }
has_netdev() { [ -n "$(netdev_of "$1")" ]; } # DEV
dom0_talks() { # whether nic1 and nic2 reach each other
	ip netns add far
	_near=$(netdev_of nic1) _far=$(netdev_of nic2)
	ip link set "$_far" netns far
	ip addr replace 192.0.2.1/24 dev "$_near"
	ip link set "$_near" up
	ip netns exec far ip addr add 192.0.2.3/24 dev "$_far"
	ip netns exec far ip link set "$_far" up
	wait_for 60 ping -c 1 -W 1 192.0.2.3
	_talks=$?
	ip netns exec far ip link set "$_far" down
	ip netns del far
	wait_for 20 has_netdev nic2
	return $_talks
}

test_begin "where libxl cannot reach Xen, a claim is made, and says that xl does not know"
check xen_up
mv /dev/xen/privcmd /dev/xen/hidden
check_status 0 hvclaim claim "$n2" -o u1
check_has "xl does not know of it yet"
check_is pciback driver_of nic2
mv /dev/xen/hidden /dev/xen/privcmd

test_begin "claimed again when it can, xl knows it: listed, quarantined, driver and name noted"
check_is dom0 owner_in_xen "$n2"
check_status 0 hvclaim claim net0 -o u1
check_has "held already"
check_has "$n2" "$(xl pci-assignable-list)"
check_is quarantine owner_in_xen "$n2"
check_is /sys/bus/pci/drivers/e1000e xenstore-read "$(xl_node "$n2" driver_path)"
check_is net0 xenstore-read "$(xl_node "$n2" name)"

test_begin "a claim by another selector leaves xl's name alone"
check hvclaim claim "$n2" -o u1
check_is net0 xenstore-read "$(xl_node "$n2" name)"

test_begin "a PV guest uses the NIC and reads the disk"
check disk_there && echo "what the dom0 wrote" >"/dev/$(disk_of nvme1)"
sync
check hvclaim claim "$disk" -o u1
check_is quarantine owner_in_xen "$disk"
check domu_create u1 "domu.nic=192.0.2.2/24 domu.disk=19" nic2 nvme1
domu_says u1 link
domu_says u1 "disk says what the dom0 wrote"
ip addr add 192.0.2.1/24 dev "$(netdev_of nic1)"
ip link set "$(netdev_of nic1)" up
check wait_for 60 ping -c 1 -W 1 192.0.2.2

test_begin "what the guest has is not released, and the guest is named"
refuses 4 hvclaim release -o u1
finding in-use "$n2" "u1 has $n2"
finding in-use "$disk" "u1 has $disk"
check wait_for 60 ping -c 1 -W 5 192.0.2.2

test_begin "claiming it once more does not take it from the guest"
check hvclaim claim "$n2" -o u1
check wait_for 60 ping -c 1 -W 5 192.0.2.2

test_begin "when the guest has ended, the release gives both back, and they work"
check domu_destroy u1
check_is quarantine owner_in_xen "$n2"
check hvclaim release -o u1
check_is e1000e driver_of nic2
check_is nvme driver_of nvme1
check_is dom0 owner_in_xen "$n2"
check dom0_talks
check wait_for 20 disk_there
check_is "what the dom0 wrote" head -c 19 "/dev/$(disk_of nvme1)"

test_begin "and neither xl nor pciback remember them"
check_status 1 xenstore-read "$(xl_node "$n2" driver_path)"
check_status 1 xenstore-read "$(xl_node "$n2" name)"
check_is "" xl pci-assignable-list
check_status 1 listed "$n2"

test_begin "xl may take a claimed function back to its driver, which is seen"
check hvclaim claim "$n2" -o u1
check xl pci-assignable-remove -r "$n2"
check_is e1000e driver_of nic2
check_is dom0 owner_in_xen "$n2"
check wait_for 20 sh -c "hvclaim list $n2 | grep -q drifted"
check hvclaim release -o u1
check_is e1000e driver_of nic2
check dom0_talks

test_begin "what somebody else gave to xl is shown as xl's"
check xl pci-assignable-add "$n2"
check_is "foreign pciback xl" hvclaim_list "$n2"

test_begin "it can be claimed, and goes back to xl"
check hvclaim claim "$n2" -o u1
check_is "held pciback u1" hvclaim_list "$n2"
check hvclaim release -o u1
check_is "foreign pciback xl" hvclaim_list "$n2"
check xl pci-assignable-remove -r "$n2"
check wait_for 20 driver_is nic2 e1000e

test_begin "a claim that ends with its command is none for a dom0"
check_status 2 hvclaim claim "$n2" -o u1 --lifetime socket
check_has "dom0"
check_is e1000e driver_of nic2

ip link set "$(netdev_of nic1)" down
ip addr flush dev "$(netdev_of nic1)"
tests_done
