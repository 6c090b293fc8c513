#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# devices: of a guest, with real libvirt and our hook: claimed before the domain starts, released when it has ended.
# topology: basic
# root: systemd
# kernels: one
# timeout: 500
. /rig/suites/lib.sh
. /rig/suites/qos.sh

wait_for 120 systemctl is-active basic.target || fail "systemd is not up"
for module in e1000e vfio-pci vfio_iommu_type1 hvclaim; do modprobe $module; done
wait_for 30 driver_is nic1 e1000e
wait_for 30 driver_is nic2 e1000e
n1=$(bdf nic1) n2=$(bdf nic2)

virsh() { command virsh -q -c qemu:///system "$@"; }
dev_is() { [ "$(hvcnl dev "$1")" = "$1 $2" ]; } # ADDRESS "STATE DRIVER OWNER"
weight_is() { [ "$(systemctl show -P CPUWeight "$(systemctl list-units --plain --no-legend 'machine-qemu*.scope' |
	cut -d' ' -f1)")" = "$1" ]; } # VALUE

mkdir -p /etc/libvirt/hooks/qemu.d
cp /rig/libvirt-hook /etc/libvirt/hooks/qemu.d/hvclaim
chmod 755 /etc/libvirt/hooks/qemu.d/hvclaim
systemctl restart libvirtd 2>/dev/null || systemctl restart virtqemud virtnodedevd
wait_for 60 virsh nodedev-list || fail "libvirt is not up"
cat >/run/web1.xml <<-XML
	<domain type='qemu'>
	  <name>web1</name><memory unit='MiB'>64</memory><vcpu>1</vcpu>
	  <os><type arch='x86_64' machine='q35'>hvm</type><kernel>/rig/payload/pcils.elf</kernel><cmdline>stay</cmdline></os>
	  <devices><emulator>$(command -v qemu-system-x86_64)</emulator>
	    <hostdev mode='subsystem' type='pci' managed='no'>
	      <source><address domain='0x0000' bus='0x01' slot='0x00' function='0x0'/></source>
	    </hostdev>
	  </devices>
	</domain>
XML
check virsh define /run/web1.xml
config <<-EOF
	version: 1
	aliases: {net1: "$n1"}
	guests:
	  web1: {devices: [net1], cpu: {weight: 300}}
EOF

test_begin "the file's devices of a guest that does not run are told"
check_is net1 hvclaim guest devices web1
check dev_is "$n1" "host e1000e -"

test_begin "libvirt starts a domain whose device is claimed for it by the hook, and only that one"
check virsh start web1
check dev_is "$n1" "held vfio-pci web1"
check dev_is "$n2" "host e1000e -"
check_status 0 hvclaim guest list
note "$output"
check_has "web1"

test_begin "the hook has its share given to it as well, without a watcher"
check wait_for 60 weight_is 300

test_begin "explain shows the device, and that it is there"
check_status 0 hvclaim guest explain web1
note "$output"
check_has "devices"
check_has "net1"

test_begin "when the domain has ended its device goes back to the host's driver"
check virsh destroy web1
check wait_for 60 dev_is "$n1" "host e1000e -"
check driver_is nic1 e1000e

test_begin "a device that cannot be had does not keep libvirt from saying so itself"
check hvcnl claim -w -o other "$n1"
check_status 0 sh -c 'timeout 60 /etc/libvirt/hooks/qemu.d/hvclaim web1 prepare begin - </run/web1.xml'
check dev_is "$n1" "held vfio-pci other"
check_status 0 sh -c 'timeout 60 /etc/libvirt/hooks/qemu.d/hvclaim web1 release end - </run/web1.xml'
sleep 3
check dev_is "$n1" "held vfio-pci other"
check hvcnl release -w -o other

test_begin "a file that cannot be read in time does not keep libvirt waiting, and the journal says so"
mkdir /run/slow
printf '#!/bin/sh\nexec sleep 1000\n' >/run/slow/hvclaim
chmod 755 /run/slow/hvclaim
check_status 0 env PATH="/run/slow:$PATH" sh -c '/etc/libvirt/hooks/qemu.d/hvclaim web1 prepare begin - </run/web1.xml'
said() { journalctl -q -b -t hvclaim -o cat | grep -q "libvirt's hook for web1: ended after .* hvclaim guest devices web1"; }
check wait_for 30 said
check dev_is "$n1" "host e1000e -"

test_begin "beside the watcher's service it is the same: claimed, given its share by the watcher, released"
sed "s#/usr/sbin/hvclaim#$(command -v hvclaim)#" /rig/units/hvclaim-guest-watch.service \
	>/run/systemd/system/hvclaim-guest-watch.service
check systemctl daemon-reload
check systemctl start hvclaim-guest-watch
check grep -q . /run/hvclaim/watch.lock
check virsh start web1
check dev_is "$n1" "held vfio-pci web1"
check wait_for 60 weight_is 300
check virsh destroy web1
check wait_for 60 dev_is "$n1" "host e1000e -"
check systemctl stop hvclaim-guest-watch
note "$(journalctl -q -b -u hvclaim-guest-watch -o cat)"

tests_done
