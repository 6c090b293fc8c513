#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# A kernel for which the module was not built: what rules name is kept from host drivers all the same.
# root: installed
# topology: host
# timeout: 600
# append: dyndbg="func really_probe +p"
# kernels: one
. /rig/suites/lib.sh
. /rig/suites/host.sh

case $RIG_STAGE in
prepare)
	# every NVMe controller, the host's own, too, which only protect= holds back
	rules pci:1b36:0010,owner=vm1 0000:04:00.0,ids=8086:10d3,owner=vm2 0000:03:00.0,ids=1b36:0010,owner=vm3
	echo 'options hvclaim protect=0000:00:04.0/00.0' >/etc/modprobe.d/hvclaim-test.conf

	test_begin "DKMS takes the module from one kernel, and the check of kernels warns"
	update-initramfs -c -k "$RIG_RELEASE" >/dev/null
	check_status 0 /usr/share/hvclaim/check-kernels "$RIG_RELEASE"
	cp "/lib/modules/$RIG_RELEASE"/updates/dkms/hvclaim.ko* /root/
	check dkms uninstall "hvclaim/$(modinfo -k "$RIG_RELEASE" -F version hvclaim)" -k "$RIG_RELEASE"
	check_status 1 /usr/share/hvclaim/check-kernels "$RIG_RELEASE"
	check_has "kernel $RIG_RELEASE has no hvclaim.ko"
	check_has "dkms autoinstall -k $RIG_RELEASE"

	test_begin "an initramfs for that kernel is made, with a warning"
	check_status 0 update-initramfs -u -k "$RIG_RELEASE"
	check_has "W: hvclaim: kernel $RIG_RELEASE has no hvclaim.ko"
	;;
boot)
	test_begin "without the module what rules name is parked: no host driver was asked, none has it"
	check test ! -d /sys/module/hvclaim
	check_is "module none" sed -n 1p /run/hvclaim/initramfs
	for dev in disk nic2; do
		check_is none driver_of $dev
		check_is hvclaim-parked override_of $dev
		check_is "" drivers_asked $dev
	done
	check test -d /sys/module/e1000e -a -d /sys/module/nvme

	test_begin "that is said, on the console too, and why"
	told "hvclaim.ko does not load"
	told "$(bdf disk) is parked for \"pci:1b36:0010,owner=vm1\""

	test_begin "protect= holds the host's own disk back, and the host runs from it"
	told "$(bdf root) is protected"
	check_root

	test_begin "an address where something else is than pinned is left to the host"
	told "$(bdf nic1) is another device"
	host_driver nic1 e1000e

	test_begin "once the module is there guests get what was parked, and still no host driver was asked"
	mkdir -p "/lib/modules/$RIG_RELEASE/updates/dkms"
	check cp /root/hvclaim.ko* "/lib/modules/$RIG_RELEASE/updates/dkms/"
	check depmod -a
	check modprobe hvclaim
	for dev in disk nic2; do
		check wait_for 30 driver_is $dev vfio-pci
		check_is vfio-pci drivers_asked $dev
	done
	check_root
	;;
esac
tests_done
