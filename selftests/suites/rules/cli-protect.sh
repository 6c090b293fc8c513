# SPDX-License-Identifier: GPL-2.0-only
# hvclaim boot protect: real disks and interfaces, with and without the module, as the initramfs hooks ask.
# topology: basic
# kernels: one
. /rig/suites/lib.sh

for module in e1000e nvme; do modprobe $module; done
wait_for 10 driver_is nic2 e1000e
wait_for 10 driver_is nvme1 nvme
disk=/dev/$(disk_of nvme1)

test_begin "a host of memory alone stands on nothing"
check_is "" hvclaim boot protect --print

test_begin "swap and the default route are found without the module"
check mkswap "$disk"
check swapon "$disk"
ip link set "$(netdev_of nic2)" up
ip addr add 192.0.2.1/24 dev "$(netdev_of nic2)"
check ip route add default via 192.0.2.2
check_is "0000:00:04.1/00.0,0000:00:04.2/00.0" hvclaim boot protect --print
check_status 0 hvclaim boot protect
check_has "$(bdf nvme1) 0000:00:04.2/00.0: swap"
check_has "the default route"

test_begin "the module takes the words, and refuses what they name"
check modprobe hvclaim "protect=$(hvclaim boot protect --print)"
check_status 3 hvclaim claim "$(bdf nic2)" -o vm1 --allow netdev-busy,host-use
check_has protected
check_is e1000e driver_of nic2
check hvclaim check "$(bdf nic1)"
swapoff "$disk"

tests_done
