# SPDX-License-Identifier: GPL-2.0-only
# hvclaim claim --boot: both or neither; hvclaim list of what was rebound by others, and of what has vanished.
# topology: basic
# kernels: one
. /rig/suites/lib.sh
. /rig/suites/json.sh

for module in e1000e nvme; do modprobe $module; done
modprobe hvclaim mock=1
wait_for 10 driver_is nic2 e1000e
n1=$(bdf nic1) n2=$(bdf nic2)
conf=/etc/modprobe.d/hvclaim.conf
mkdir -p /etc/modprobe.d
pin2="0000:00:04.1/00.0,ids=8086:10d3,serial="

listed() { hvclaim list "$1" 2>/dev/null | awk 'NR > 1 { print $3 }'; } # ADDRESS: its state

test_begin "a claim with --boot claims, and writes the rule"
check_status 0 hvclaim claim "$n2" -o vm1 --boot --dry-run
check_has "boot rule would be added: $pin2"
check_status 1 test -e $conf
check_is e1000e driver_of nic2
check_status 0 hvclaim claim "$n2" -o vm1 --boot
check_has "boot rule added: $pin2"
check_is vfio-pci driver_of nic2
check_has "options hvclaim claim=$pin2" "$(cat $conf)"
check_has ",owner=vm1" "$(cat $conf)"

test_begin "the same again changes nothing; one of the two alone is completed"
cp $conf /run/before
json 0 claim "$n2" -o vm1 --boot
has changed=false boot.changed=false
check cmp $conf /run/before
check hvclaim release "$n2"
json 0 claim "$n2" -o vm1 --boot
has changed=true boot.changed=false state=held
check hvclaim boot remove --all
json 0 claim "$n2" -o vm1 --boot
has changed=true boot.changed=true
check_has "$pin2" "$(cat $conf)"

test_begin "a claim that is refused writes no rule"
cp $conf /run/before
ip link set "$(netdev_of nic1)" up
check_status 3 hvclaim claim "$n1" -o vm2 --boot
check_has netdev-busy
check cmp $conf /run/before
check_status 3 hvclaim claim "$n2" -o vm2 --boot
check cmp $conf /run/before
check_is e1000e driver_of nic1

test_begin "what is allowed for the claim is in the rule, too"
check_status 0 hvclaim claim "$n1" -o vm2 --boot --allow netdev-busy
check_has ",owner=vm2,allow=netdev-busy"
check hvclaim release -o vm2
check hvclaim boot remove "$n1"

test_begin "a rule that cannot be written claims nothing"
ip link set "$(netdev_of nic1)" down
mount -t tmpfs none /mnt && mount -o remount,ro /mnt && mount -o bind /mnt /etc/modprobe.d
check_status 1 hvclaim claim "$n1" -o vm2 --boot
check_has "$conf: Read-only file system"
check_is e1000e driver_of nic1
umount /etc/modprobe.d
check_status 2 hvclaim claim "$n1" -o vm2 --boot --lifetime socket

test_begin "a driver that fails late takes the rule back"
modprobe hvc_test_mock
echo "$n1" >/sys/module/hvc_test_mock/parameters/fail
cp $conf /run/before
check_status 1 hvclaim claim "$n1" -o vm2 --boot --backend mock
check_has refused
check cmp $conf /run/before
check_is e1000e driver_of nic1
echo - >/sys/module/hvc_test_mock/parameters/fail
check_status 0 hvclaim claim "$n1" -o vm2 --boot --backend mock
check_has ",owner=vm2,backend=mock"
check hvclaim release "$n1"
check hvclaim boot remove "$n1"

test_begin "what somebody else has rebound is listed as drifted, and taken back on request"
check_is held listed "$n2"
echo "$n2" >/sys/bus/pci/drivers/vfio-pci/unbind
check wait_for 20 sh -c "hvclaim list $n2 2>/dev/null | grep -q drifted"
check_status 0 hvclaim list "$n2"
check_has "somebody has unbound it; \`hvclaim claim $n2 -o vm1\` takes it back"
json 0 list "$n2"
has devices.0.state=drifted devices.0.owner=vm1
check_status 0 hvclaim claim "$n2" -o vm1
check_is vfio-pci driver_of nic2
check_is held listed "$n2"

test_begin "a claim that is repaired is waited for until its driver has it again"
check hvclaim claim "$n1" -o vm2 --backend mock
echo "$n1" >/sys/bus/pci/drivers/hvc_test_mock/unbind
check wait_for 20 sh -c "hvclaim list $n1 2>/dev/null | grep -q drifted"
echo 1 >/sys/module/hvc_test_mock/parameters/hold_probe
hvclaim claim "$n1" -o vm2 --backend mock >/run/again 2>&1 &
again=$!
check wait_for 20 sh -c "hvclaim list --claims 2>/dev/null | grep -q binding"
check kill -0 $again
echo 0 >/sys/module/hvc_test_mock/parameters/hold_probe
wait $again
check_is 0 echo $?
check_has "held for vm2" "$(cat /run/again)"
check hvclaim release "$n1"

test_begin "what has vanished is listed as gone, and held again when it is back"
check host device_del nic2
check wait_for 20 hotplug_gone nic2
check wait_for 20 sh -c "hvclaim list $n2 2>/dev/null | grep -q gone"
check_status 0 hvclaim list "$n2"
check_has "82574L"
json 0 list "$n2"
has devices.0.state=gone devices.0.owner=vm1 devices.0.vendor=8086 devices.0.path=0000:00:04.1/00.0
check_has "$n2:gone" "$(hvclaim list --claims)"
check host device_add e1000e,id=nic2,bus=rp2,netdev=wire2,mac=52:54:00:00:00:02
check wait_for 20 hotplug_present nic2
check wait_for 20 sh -c "hvclaim list $n2 2>/dev/null | grep -q held"

tests_done
