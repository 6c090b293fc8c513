# SPDX-License-Identifier: GPL-2.0-only
# Network interfaces that the host uses.
# topology: basic
# share: yes
. /rig/suites/lib.sh
. /rig/suites/findings.sh
for module in e1000e 8021q bridge hvclaim; do modprobe $module; done
modprobe bonding max_bonds=0
wait_for 10 netdev_of nic2
wait_for 10 netdev_of nic1
nic=$(netdev_of nic1)

test_begin "netdev-busy: an interface that is up asks, and goes on when it is allowed"
ip link set "$nic" up
refused netdev-busy nic1
finding netdev-busy "interface $nic of $(bdf nic1) is up"
check_has "ip link set $nic down"
check_is e1000e driver_of nic1
check_status 0 hvclaim check "$(bdf nic2)"
no_finding netdev-busy
gets_past netdev-busy nic1
check wait_for 5 netdev_of nic1
nic=$(netdev_of nic1)
check_status 0 hvclaim check "$(bdf nic1)"
no_finding netdev-busy

test_begin "netdev-busy: a bond on it is named"
ip link add bond7 type bond
ip link set "$nic" master bond7
refused netdev-busy nic1
finding netdev-busy "interface $nic of $(bdf nic1) is part of bond7"
check_has "ip link set $nic nomaster"
check_is e1000e driver_of nic1
ip link del bond7
ip link set "$nic" down

test_begin "netdev-busy: a bridge on it is named"
ip link add br7 type bridge
ip link set "$nic" master br7
refused netdev-busy nic1
finding netdev-busy "interface $nic of $(bdf nic1) is part of br7"
check_is e1000e driver_of nic1
ip link del br7

test_begin "netdev-busy: a VLAN on it is named"
ip link add link "$nic" name vlan7 type vlan id 7
refused netdev-busy nic1
finding netdev-busy "interface $nic of $(bdf nic1) is part of vlan7"
check_has "ip link del"
check_is e1000e driver_of nic1
ip link del vlan7
check_status 0 hvclaim check "$(bdf nic1)"
no_finding netdev-busy

test_begin "netdev-busy: so is one that is up in another network namespace"
ip netns add elsewhere
ip link set "$nic" netns elsewhere
ip netns exec elsewhere ip link set "$nic" up
refused netdev-busy nic1
finding netdev-busy "interface $nic of $(bdf nic1) is up in another network namespace"
check_is e1000e driver_of nic1
gets_past netdev-busy nic1
ip netns del elsewhere
check wait_for 5 netdev_of nic1
nic=$(netdev_of nic1)

test_begin "host-use: an address and the default route are named"
ip addr add 192.0.2.1/24 dev "$nic"
refused host-use nic1
finding host-use "$(bdf nic1)" "$nic has the address 192.0.2.1/24"
no_finding netdev-busy
ip link set "$nic" up
ip route add default via 192.0.2.254
refused host-use nic1 --allow netdev-busy
finding host-use "the default route goes through $nic"
check_has "--allow host-use"
check_is e1000e driver_of nic1
ip addr flush dev "$nic"

test_begin "host-use: so are those of a bridge on top, and a claim goes on when it is allowed"
ip link add br7 type bridge
ip link set "$nic" master br7
ip addr add 192.0.2.7/24 dev br7
ip link set br7 up
ip route add default via 192.0.2.254
refused host-use nic1 --allow netdev-busy
finding host-use "br7 has the address 192.0.2.7/24, on $nic"
finding host-use "the default route goes through br7, on $nic"
check_is e1000e driver_of nic1
gets_past host-use,netdev-busy nic1
ip link del br7
check wait_for 5 netdev_of nic1

rmmod hvclaim
tests_done
