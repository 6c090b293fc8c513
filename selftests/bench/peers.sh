#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# peers.sh TOOL take|back ADDRESS…: functions to vfio-pci and back, one after the other, as people's scripts do it
tool=$1 verb=$2
shift 2

shell() { # ADDRESS
	dir=/sys/bus/pci/devices/$1
	[ $verb = back ] || echo vfio-pci >"$dir/driver_override"
	[ ! -e "$dir/driver" ] || echo "$1" >"$dir/driver/unbind"
	[ $verb = take ] || echo >"$dir/driver_override"
	echo "$1" >/sys/bus/pci/drivers_probe
}

driverctl_() {
	case $verb in
	take) driverctl --nosave set-override "$1" vfio-pci ;;
	# it says 1 where no host driver takes the function afterwards
	back) driverctl --nosave unset-override "$1" || [ ! -e "/sys/bus/pci/devices/$1/driver" ] ;;
	esac
}

virsh_() {
	name=pci_$(echo "$1" | tr :. __)
	case $verb in
	take) virsh -q -c qemu:///system nodedev-detach "$name" --driver vfio ;;
	back) virsh -q -c qemu:///system nodedev-reattach "$name" ;;
	esac
}

status=0
for address; do
	case $tool in
	shell) shell "$address" ;;
	driverctl) driverctl_ "$address" ;;
	virsh) virsh_ "$address" ;;
	esac || status=1
done
exit $status
