# SPDX-License-Identifier: GPL-2.0-only
# The rig itself: no hvclaim needed.
# topology: basic
# kernels: all
# share: no
. /rig/suites/lib.sh

test_begin "the kernel is the one asked for"
check_has "$RIG_KERNEL." "$(uname -r)"

test_begin "a kernel warning is a crash"
check_is 1 cat /proc/sys/kernel/panic_on_warn

test_begin "every device of the topology is there, in a group of its own"
for dev in nic1 nic2 nvme1 edu1; do
	check bdf $dev
	check_is "$(bdf $dev)" group_members $dev
done

test_begin "the NICs talk to each other over the wire"
check modprobe e1000e
check wait_for 5 driver_is nic1 e1000e
n1=$(netdev_of nic1) n2=$(netdev_of nic2)
ip netns add far
ip link set "$n2" netns far
ip addr add 192.0.2.1/24 dev "$n1"
ip link set "$n1" up
ip netns exec far ip addr add 192.0.2.2/24 dev "$n2"
ip netns exec far ip link set "$n2" up
check wait_for 10 ping -c 1 -W 1 192.0.2.2

test_begin "the disk takes a file system"
check modprobe nvme
check modprobe ext4
check wait_for 5 test -e "/dev/$(disk_of nvme1)"
check mkfs.ext4 -q "/dev/$(disk_of nvme1)"
check mount "/dev/$(disk_of nvme1)" /mnt
check umount /mnt

test_begin "vfio-pci takes a device without a driver"
check modprobe vfio-pci
echo vfio-pci >"$(sysfs edu1)/driver_override"
bdf edu1 >/sys/bus/pci/drivers_probe
check_is vfio-pci driver_of edu1
check_is vfio-pci override_of edu1

test_begin "the host unplugs a device and plugs it in again"
check host device_del nic1
check wait_for 10 hotplug_gone nic1
check host device_add e1000e,id=nic1,bus=rp1,netdev=wire1
check wait_for 10 hotplug_present nic1
check_status 1 host device_del nosuch
check_has "not found"

tests_done
