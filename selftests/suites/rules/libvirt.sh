# SPDX-License-Identifier: GPL-2.0-only
# Beside libvirt and Proxmox: what they take stays theirs, what we hold stays ours.
# topology: basic
# root: systemd
# kernels: one
# timeout: 500
. /rig/suites/lib.sh

wait_for 120 systemctl is-active basic.target || fail "systemd is not up"
for module in e1000e vfio-pci vfio_iommu_type1 hvclaim; do modprobe $module; done
wait_for 30 driver_is nic2 e1000e
n1=$(bdf nic1) n2=$(bdf nic2)
node() { echo "pci_$1" | tr :. __; } # ADDRESS
dev_is() { [ "$(hvcnl dev "$1")" = "$1 $2" ]; } # ADDRESS "STATE DRIVER OWNER"
events() { grep -c "$1" /run/events; }
rm -f /run/events
hvcnl monitor >>/run/events &
wait_for 10 grep -q listening /run/events
systemctl start libvirtd 2>/dev/null || systemctl start virtqemud virtnodedevd
wait_for 60 virsh -c qemu:///system nodedev-list >/dev/null

test_begin "Proxmox's way, ids in vfio-pci's new_id: a released twin goes back to the driver that it had"
check hvcnl claim -w -o vm1 "$n1"
echo 8086 10d3 >/sys/bus/pci/drivers/vfio-pci/new_id
check_is e1000e driver_of nic2
check hvcnl release -w -o vm1
check_is e1000e driver_of nic1
echo 8086 10d3 >/sys/bus/pci/drivers/vfio-pci/remove_id

test_begin "what libvirt has detached is shown as somebody else's, and goes back as libvirt wants"
check virsh -c qemu:///system nodedev-detach "$(node "$n2")"
check dev_is "$n2" "foreign vfio-pci -"
check virsh -c qemu:///system nodedev-reattach "$(node "$n2")"
check wait_for 30 driver_is nic2 e1000e

test_begin "a domain with managed='yes' uses what we hold, and leaves it held when it ends"
check hvcnl claim -w -o vm1 "$n1"
cat >/run/domain.xml <<-XML
	<domain type='qemu'>
	  <name>guest</name><memory unit='MiB'>64</memory><vcpu>1</vcpu>
	  <os><type arch='x86_64' machine='q35'>hvm</type><kernel>/rig/payload/pcils.elf</kernel><cmdline>stay</cmdline></os>
	  <devices><emulator>$(command -v qemu-system-x86_64)</emulator>
	    <hostdev mode='subsystem' type='pci' managed='yes'>
	      <source><address domain='0x0000' bus='0x01' slot='0x00' function='0x0'/></source>
	    </hostdev>
	  </devices>
	</domain>
XML
check virsh -c qemu:///system create /run/domain.xml
check_status 1 hvcnl release -w -o vm1
check_has "in-use"
check virsh -c qemu:///system destroy guest
check wait_for 30 dev_is "$n1" "held vfio-pci vm1"
check_is 0 events "^drift"

test_begin "libvirt's detach of what we hold changes nothing; its reattach is told as drift"
check virsh -c qemu:///system nodedev-detach "$(node "$n1")"
check dev_is "$n1" "held vfio-pci vm1"
check virsh -c qemu:///system nodedev-reattach "$(node "$n1")"
check wait_for 30 dev_is "$n1" "drifted e1000e vm1"
check_is 1 events "^drift $n1"

test_begin "and the owner's claim, asked for again, takes it back"
# where networkd or udev has brought the interface up
ip link set "$(netdev_of nic1)" down
check hvcnl claim -w -o vm1 "$n1"
check dev_is "$n1" "held vfio-pci vm1"
check hvcnl release -w -o vm1
check_is e1000e driver_of nic1

tests_done
