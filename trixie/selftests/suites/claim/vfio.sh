# SPDX-License-Identifier: GPL-2.0-only
# Real devices to vfio-pci and back: what the host has afterwards works.
# topology: basic
# share: yes
. /rig/suites/lib.sh

for module in e1000e nvme hvclaim; do modprobe $module; done
wait_for 5 driver_is nic2 e1000e
wait_for 5 test -e "/dev/$(disk_of nvme1)"

# The NICs are on one wire: the second one in a network namespace of its own
frames_pass() {
	ip netns add far
	ip link set "$(netdev_of nic2)" netns far
	ip netns exec far ip addr add 192.0.2.2/24 dev "$far_dev"
	ip netns exec far ip link set "$far_dev" up
	ip addr add 192.0.2.1/24 dev "$(netdev_of nic1)"
	ip link set "$(netdev_of nic1)" up
	check wait_for 10 ping -c 1 -W 1 192.0.2.2
	ip link set "$(netdev_of nic1)" down
	ip addr flush dev "$(netdev_of nic1)"
	ip netns exec far ip link set "$far_dev" netns 1
	ip netns del far
	wait_for 5 netdev_of nic2
}

test_begin "one of two identical NICs is claimed, the other keeps its driver and its interface"
near=$(netdev_of nic1) far_dev=$(netdev_of nic2)
check_status 0 hvcnl claim -w -o vm1 "$(bdf nic2)"
check_has "changed held"
check_is vfio-pci driver_of nic2
check test -e "/dev/vfio/$(group_of nic2)"
check_is e1000e driver_of nic1
check_is "$near" netdev_of nic1
check_is "$(bdf nic2) held vfio-pci vm1" hvcnl dev "$(bdf nic2)"
check_is "$(bdf nic1) host e1000e -" hvcnl dev "$(bdf nic1)"

test_begin "released it is its driver's again, its link comes up and frames pass"
check_status 0 hvcnl release -w -o vm1
check_has gone
check_is e1000e driver_of nic2
check_is "(null)" override_of nic2
check_is "$(bdf nic2) host e1000e -" hvcnl dev "$(bdf nic2)"
check_is "claims 0" hvcnl info
far_dev=$(netdev_of nic2)
frames_pass

test_begin "an override that was there before is there again"
echo e1000e >"$(sysfs nic2)/driver_override"
check hvcnl claim -w -o vm1 "$(bdf nic2)"
check_is vfio-pci override_of nic2
check hvcnl release -w -o vm1
check_is e1000e override_of nic2
check_is e1000e driver_of nic2
echo >"$(sysfs nic2)/driver_override"

test_begin "a function that had no driver has none again"
no_reset=$((1 << 20))
check_is none driver_of edu1
check hvcnl claim -w -o vm1 "$(bdf edu1)"
check_is vfio-pci driver_of edu1
check hvcnl release -w -o vm1 -a $no_reset
check_is none driver_of edu1
check_is "(null)" override_of edu1

test_begin "what was written to a disk before it was claimed is there after its release"
dd if=/dev/urandom of=/tmp/written bs=64k count=16 2>/dev/null
check dd if=/tmp/written of="/dev/$(disk_of nvme1)" bs=64k seek=100 conv=fsync
check hvcnl claim -w -o vm1 "$(bdf nvme1)"
check_is vfio-pci driver_of nvme1
check_status 1 test -e "$(sysfs nvme1)/nvme"
check hvcnl release -w -o vm1
check_is nvme driver_of nvme1
check wait_for 10 test -b "/dev/$(disk_of nvme1)"
dd if="/dev/$(disk_of nvme1)" of=/tmp/read bs=64k skip=100 count=16 2>/dev/null
check cmp /tmp/written /tmp/read

test_begin "NICs and disk in one claim, and all of them back"
set -- "$(bdf nic1)" "$(bdf nic2)" "$(bdf nvme1)"
check hvcnl claim -w -o vm1 "$@"
for dev in nic1 nic2 nvme1; do check_is vfio-pci driver_of $dev; done
check_is "claims 1" hvcnl info
check hvcnl release -w "$@"
for dev in nic1 nic2; do check_is e1000e driver_of $dev; done
check_is nvme driver_of nvme1
check_is "claims 0" hvcnl info

test_begin "vfio-pci does not stay behind where ids are written to it"
# a plain probe would give the NIC to whichever driver matches first: of these two the older one
modprobe vfio-pci
echo 8086 10d3 >/sys/bus/pci/drivers/vfio-pci/new_id
modprobe -r e1000e
modprobe e1000e
check wait_for 5 driver_is nic2 e1000e
check hvcnl claim -w -o vm1 "$(bdf nic2)"
check hvcnl release -w -o vm1
check_is e1000e driver_of nic2
echo 8086 10d3 >/sys/bus/pci/drivers/vfio-pci/remove_id

modprobe -r hvclaim || fail "the module does not go"
tests_done
