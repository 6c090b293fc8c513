#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Boot rules on a host that dracut's initramfs starts.
# root: installed
# timeout: 600
# append: dyndbg="func really_probe +p"
# boot: dracut topology=host initrd=/boot/dracut.img
. /rig/suites/lib.sh
. /rig/suites/host.sh

case $RIG_STAGE in
prepare)
	rules 0000:00:04.1/00.0,owner=vm1 0000:04:00.0,ids=8086:10d3,owner=vm2
	dracut --quiet --no-hostonly --kver "$RIG_RELEASE" /boot/dracut.img >/dev/null
	exit
	;;
dracut)
	test_begin "the initramfs is dracut's, and loads the module before udev"
	check test -e /run/initramfs/lib/dracut -o -d /run/initramfs
	check_is "module $(cat /sys/module/hvclaim/version)" sed -n 1p /run/hvclaim/initramfs
	check_is 2 grep -c ^rule /run/hvclaim/initramfs

	test_begin "what rules name was never probed by a host driver, which is there and would have taken it"
	for dev in disk nic2; do
		check_is vfio-pci driver_of $dev
		check_is vfio-pci drivers_asked $dev
	done
	check_is e1000e driver_of nic1

	test_begin "the host's own disk of the same model works"
	check_is nvme drivers_asked root
	check_root
	;;
esac
tests_done
