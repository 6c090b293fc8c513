# SPDX-License-Identifier: GPL-2.0-only
# A guest inside the machine uses what was claimed for it; afterwards the host's driver does.
# topology: basic
# root: full
# timeout: 200
. /rig/suites/lib.sh

for module in e1000e nvme vfio_iommu_type1 hvclaim; do modprobe $module; done
wait_for 5 driver_is nic2 e1000e
wait_for 5 test -e "/dev/$(disk_of nvme1)"
n2=$(bdf nic2)
claim_is() { [ "$(hvcnl get "$1" | head -n 1 | cut -d' ' -f2-)" = "$2" ]; } # ID "STATE OWNER…"

test_begin "a guest finds the NIC and the disk that were claimed for it, and reads their registers"
dd if=/dev/urandom of=/tmp/written bs=64k count=4 2>/dev/null
check dd if=/tmp/written of="/dev/$(disk_of nvme1)" bs=64k seek=7 conv=fsync
check_status 1 nested_guest nic2
check hvcnl claim -w -o vm1 "$n2" "$(bdf nvme1)"
check_status 0 nested_guest nic2 nvme1
note "$output"
check_has "8086:10d3 class 020000"
check_has "1b36:0010 class 010802"
check_has "guest: end"

test_begin "released while the guest runs it is refused as in use, and goes back when the guest ends"
GUEST_STAY=1 nested_guest nic2 >/run/guest.out &
check wait_for 60 grep -q "guest: end" /run/guest.out
check_status 1 hvcnl release -o vm1
check_has "EBUSY: $n2: in-use"
check_is vfio-pci driver_of nic2
check_status 0 hvcnl release -I -o vm1
check claim_is 1 "held vm1 idle"
kill "$(pgrep -f '^qemu-system-x86_64')"
check wait_for 10 claim_is 1 "gone vm1"

test_begin "the host's drivers have them again: frames pass, and the disk has its data"
check_is e1000e driver_of nic2
check_is nvme driver_of nvme1
check wait_for 10 test -b "/dev/$(disk_of nvme1)"
dd if="/dev/$(disk_of nvme1)" of=/tmp/read bs=64k skip=7 count=4 2>/dev/null
check cmp /tmp/written /tmp/read
far=$(netdev_of nic2)
ip netns add far
ip link set "$far" netns far
ip netns exec far ip addr add 192.0.2.2/24 dev "$far"
ip netns exec far ip link set "$far" up
ip addr add 192.0.2.1/24 dev "$(netdev_of nic1)"
ip link set "$(netdev_of nic1)" up
check wait_for 10 ping -c 1 -W 1 192.0.2.2

tests_done
