#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Claim and release of virtual functions, which no host driver has: hvclaim, its peers, and the bare writes to sysfs.
# topology: sriov
# root: bench-systemd
# smp: 2
# memory: 3G
# timeout: 3600
. /rig/suites/lib.sh
. /rig/bench/lib.sh

check wait_for 120 systemctl is-active -q basic.target
for module in nvme vfio-pci vfio_iommu_type1 hvclaim; do modprobe $module; done
check wait_for 60 driver_is pf nvme
vfs=$(virtual_functions pf)
settled

# It knows no storage; this is all that keeps it from them.
sed '/^misc_devices = \[/i storage = {"Class": "01", "Vendor": None, "Device": None, "SVendor": None, "SDevice": None}' \
	/usr/bin/dpdk-devbind.py | sed 's/^misc_devices = \[/&storage, /' >/run/dpdk-devbind.py

libvirt() { # start|stop
	if [ "$1" = stop ]; then
		systemctl stop libvirtd.service libvirtd.socket libvirtd-ro.socket libvirtd-admin.socket
		return
	fi
	check systemctl start libvirtd
	check wait_for 120 knows_all
}
knows_all() { [ "$(virsh -q -c qemu:///system nodedev-list --cap pci | wc -l)" -gt 127 ]; }

# run_tool TOOL take|back N ADDRESS…
run_tool() {
	tool=$1 verb=$2 n=$3
	shift 3
	what=$verb
	[ $verb = take ] && what=claim || what=release
	case $tool.$verb in
	hvclaim.take) set -- hvclaim claim "$@" -o bench ;;
	hvclaim.back) set -- hvclaim release -o bench ;;
	bare-C.*) set -- sysfsclaim $verb "$@" ;;
	dpdk-devbind.take) set -- python3 /run/dpdk-devbind.py -b vfio-pci "$@" ;;
	dpdk-devbind.back) set -- python3 /run/dpdk-devbind.py -u "$@" ;;
	*) set -- sh /rig/bench/peers.sh "$tool" $verb "$@" ;;
	esac
	timed $what $tool $n "$@"
}

measure() { # TOOL ADDRESS…
	tool=$1
	shift
	run_tool "$tool" take $# "$@"
	check_is $# on_driver vfio-pci
	settled
	run_tool "$tool" back $# "$@"
	check_is 0 on_driver vfio-pci
	# dpdk-devbind leaves its override
	sysfsclaim back "$@"
	settled
}

# Slow ones would take an hour: 64 and 127 functions in fewer rounds
wanted() { # TOOL N ROUND
	case $1.$2 in
	driverctl.64) [ "$3" -le 3 ] ;;
	driverctl.127 | virsh.64 | virsh.127 | dpdk-devbind.64 | dpdk-devbind.127) [ "$3" = 1 ] ;;
	esac
}

test_begin "each tool takes one function and gives it back"
for tool in hvclaim bare-C shell driverctl dpdk-devbind; do measure $tool "${vfs%% *}" | grep -v sample; done

test_begin "claims and releases"
for round in $(seq $rounds); do
	for n in 1 8 64 127; do
		for tool in $(each "$round" hvclaim bare-C shell driverctl dpdk-devbind); do
			! wanted "$tool" $n "$round" || measure "$tool" $(first $n $vfs)
		done
	done
	libvirt start
	for n in 1 8 64 127; do
		! wanted virsh $n "$round" || measure virsh $(first $n $vfs)
	done
	libvirt stop
	settled
done
remark "dpdk-devbind.py does not know storage: it was told of class 01"
remark "virsh: one process a function, as hooks do it; libvirtd ran only meanwhile"
remark "hvclaim's release resets each function; the others' does not"
tests_done
