# SPDX-License-Identifier: GPL-2.0-only
# Real hot-plug, through QEMU and pciehp, 52 times, under a rule: four ports at once, since a port takes 5 s to let go.
# topology: basic
# timeout: 600
. /rig/suites/lib.sh

for module in vfio-pci vfio_iommu_type1 e1000e; do modprobe $module; done
modprobe hvclaim claim=pci:8086:10d3,owner=vm1
held_is() { [ "$(hvcnl devs | grep -c ' held vfio-pci vm1$')" = "$1" ]; } # N
waiting_is() { [ "$(hvcnl claims | grep -c ' gone e1000e\| gone -')" = "$1" ]; } # N
ports="nic1 nic2 nvme1 rng1"

test_begin "the ports get NICs, which the rule takes"
check wait_for 30 held_is 2
for dev in nvme1 rng1; do host device_del $dev >/dev/null; done
for dev in nvme1 rng1; do check wait_for 60 hotplug_gone $dev; done
check host device_add e1000e,id=nvme1,bus=rp3
check host device_add e1000e,id=rng1,bus=rp4
check wait_for 60 held_is 4
dmesg -c >/dev/null

test_begin "out and in 52 times: each comes back to its claim, and its host driver never sees it"
for round in $(seq 13); do
	for dev in $ports; do check host device_del "$dev"; done
	for dev in $ports; do check wait_for 60 hotplug_gone "$dev"; done
	check wait_for 60 waiting_is 4
	check host device_add e1000e,id=nic1,bus=rp1,netdev=wire1,mac=52:54:00:00:00:01
	check host device_add e1000e,id=nic2,bus=rp2,netdev=wire2,mac=52:54:00:00:00:02
	check host device_add e1000e,id=nvme1,bus=rp3
	check host device_add e1000e,id=rng1,bus=rp4
	if ! check wait_for 60 held_is 4; then
		note "round $round"
		hvcnl claims | sed 's/^/# /'
		break
	fi
done
for dev in $ports; do check_is vfio-pci driver_of "$dev"; done
check_status 1 sh -c "dmesg | grep 'e1000e 0000:0[1-4]:00.0: '"

tests_done
