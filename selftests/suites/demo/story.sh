#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# What `make demo` shows: one device's way from the host to a guest and back, and what is refused on the way.
# Every chapter is a test, so that the story cannot go wrong and look right.
# topology: demo
# root: full
# kernels: one
# timeout: 150
. /rig/suites/lib.sh

say() { # LINE…: the chapter before is over
	_judge
	echo
	printf '%s\n' "$@"
}

# Show a command and its output, as somebody at the terminal would see them. The status is kept in $status.
show() {
	printf '  $ %s\n' "$*"
	"$@" >/run/shown 2>&1
	status=$?
	# shellcheck disable=SC2034  # read by check_has
	output=$(cat /run/shown)
	sed 's/^/    /' /run/shown
}

ends_with() { [ "$status" = "$1" ] || fail "exit status $status, not $1"; }

nic1=$(bdf nic1) nic2=$(bdf nic2) nvme=$(bdf nvme1) edu=$(bdf edu1) nic3=$(bdf nic3)
for module in e1000e nvme xhci-pci ext4 vfio_iommu_type1 vfio-pci; do modprobe $module; done
wait_for 10 driver_is nvme1 nvme
modprobe hvclaim
host=$(netdev_of nic1)

say "A virtual hypervisor host. Its management address is on the first of two identical NICs," \
	"its data on an NVMe disk; both are in use:"
disk=$(wait_for 10 disk_of nvme1 && disk_of nvme1)
mkfs.ext4 -q "/dev/$disk"
mkdir -p /srv
mount "/dev/$disk" /srv
echo "the host's data" >/srv/file
ip address add 192.0.2.1/24 dev "$host"
ip link set "$host" up
printf '    /dev/%s on /srv, 192.0.2.1/24 on %s\n' "$disk" "$host"

test_begin "list shows every device, who has it, and whether a guest may"
show hvclaim list
ends_with 0
check_has "$nic2"

say "May the second NIC be given to a guest? The first one, the disk, a device that firmware" \
	"reserved memory for, one that shares its IOMMU group?"
test_begin "check says yes to the second NIC"
show hvclaim check "$nic2"
ends_with 0
test_begin "check says no to the NIC in use, and why"
show hvclaim check "$nic1"
ends_with 3
check_has netdev-busy
check_has 192.0.2.1
test_begin "check says no to the mounted disk, and where it is mounted"
show hvclaim check "$nvme"
ends_with 3
check_has /srv
test_begin "check says no to the device with an RMRR, and names the range"
show hvclaim check "$edu"
ends_with 3
check_has fed1c000
test_begin "check says no to a part of an IOMMU group, and names the other part"
show hvclaim check "$nic3"
ends_with 3
check_has group-shared
check_has "$(bdf usb1)"

test_begin "a claim of the mounted disk is refused, and changes nothing"
show hvclaim claim "$nvme" -o web1
ends_with 3
check_is nvme driver_of nvme1
check grep -q "the host's data" /srv/file

say "The second NIC is claimed for the guest web1, while somebody watches:"
hvclaim monitor >/run/events 2>&1 &
monitor=$!
sleep 1
test_begin "the second NIC is claimed, the first stays with the host"
show hvclaim claim "$nic2" -o web1
ends_with 0
check_is vfio-pci driver_of nic2
check_is e1000e driver_of nic1
show hvclaim list "$nic1" "$nic2"

say "A guest starts with it: a small program that lists what it finds and reads the NIC's registers."
test_begin "the guest finds the NIC and reads its registers"
printf '  $ qemu-system-x86_64 … -device vfio-pci,host=%s\n' "$nic2"
nested_guest nic2 >/run/guest 2>&1
tr -d '\r' </run/guest | sed 's/^/    /'
check grep -q "guest: .* 8086:10d3 .* reads" /run/guest

say "The guest has ended. The NIC goes back, is reset, and gets its driver again:"
test_begin "the second NIC is with its host driver again, and carries traffic"
show hvclaim release "$nic2"
ends_with 0
check_is e1000e driver_of nic2
wait_for 10 netdev_of nic2
ip netns add peer
ip link set "$(netdev_of nic2)" netns peer
ip netns exec peer ip address add 192.0.2.2/24 dev "$(ip netns exec peer ls /sys/class/net | grep -v lo | head -n 1)" 2>/dev/null
# shellcheck disable=SC2016  # expanded in there
ip netns exec peer sh -c 'for i in $(ip -o link | cut -d: -f2 | tr -d " "); do ip link set "$i" up; done'
printf '  $ ping 192.0.2.2    (from the first NIC to the second, over their wire)\n'
wait_for 20 ping -c 1 -W 1 192.0.2.2
check ping -c 1 -W 2 192.0.2.2
printf '    %s\n' "$(ping -c 1 -W 2 192.0.2.2 | grep 'bytes from')"

say "What the monitor saw:"
test_begin "the monitor told each step"
sleep 1
kill $monitor
sed 's/^/    /' /run/events
check grep -q held /run/events
check grep -q gone /run/events
umount /srv
tests_done
