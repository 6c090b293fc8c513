#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Rules on trial hold for one boot, those that are confirmed stay; and what the host stands on is found out when the initramfs
# is made, so that no rule gets it.
# root: installed
# topology: host
# kernels: 6.12
# timeout: 1500
# append: dyndbg="func really_probe +p"
# boot: trial
# boot: after
. /rig/suites/lib.sh
. /rig/suites/host.sh

trial=0000:00:04.3/00.0,owner=vm1
kept=0000:00:04.1/00.0,owner=vm2
settled() { systemctl show -P ActiveState hvclaim-boot.service | grep -qx 'inactive\|failed'; }

case $RIG_STAGE in
prepare)
	set -e
	small_initramfs
	hvclaim boot add --try $trial $kept
	# it makes an initramfs, which takes an emulated machine a minute: once for all that is tested here
	mkdir -p /etc/systemd/system/hvclaim-boot.service.d
	printf '[Service]\nExecStartPre=/bin/sh -c "until [ -e /run/go ]; do sleep 1; done"\n' \
		>/etc/systemd/system/hvclaim-boot.service.d/test.conf
	exit
	;;
trial)
	test_begin "the boot of a trial follows its rules, and the initramfs recorded that"
	for dev in nic2 disk; do check_is vfio-pci drivers_asked $dev; done
	check_is 2 grep -c ^tried /run/hvclaim/initramfs

	test_begin "the disk of the root file system and the network card of the default route are told"
	ip addr add 192.0.2.1/24 dev "$(netdev_of nic1)"
	ip link set "$(netdev_of nic1)" up
	ip route add default via 192.0.2.2
	check_is 0000:00:04.0/00.0,0000:00:04.2/00.0 hvclaim boot protect --print

	test_begin "a rule for them is refused"
	check_status 3 hvclaim boot add 0000:00:04.0/00.0,owner=vm1
	check_has "is mounted on /"
	check_status 3 hvclaim boot add 0000:00:04.2/00.0,owner=vm1
	check test ! -e /etc/modprobe.d/hvclaim.conf

	test_begin "one rule of the trial is confirmed"
	check hvclaim boot confirm $kept
	check_is "options hvclaim claim=$kept" grep '^options' /etc/modprobe.d/hvclaim.conf

	test_begin "late in the boot the other one is taken out of the next boot's way; its claims stay in this one"
	# which somebody writes by hand: all disks, and that network card
	printf 'options hvclaim claim=%s\n' pci:1b36:0010,owner=vm3 0000:03:00.0,owner=vm3 >>/etc/modprobe.d/hvclaim.conf
	touch /run/go
	check wait_for 1200 settled
	check_is success systemctl show -P Result hvclaim-boot.service
	check test ! -e /etc/modprobe.d/hvclaim-try.conf
	check test "/boot/initrd.img-$RIG_RELEASE" -nt /etc/modprobe.d/hvclaim.conf
	for dev in nic2 disk; do check_is vfio-pci driver_of $dev; done
	;;
after)
	test_begin "the next boot knows the confirmed rule, and no trial"
	check_is "rule $kept" grep 'owner=vm[12]$' /run/hvclaim/initramfs
	check_is "" grep ^tried /run/hvclaim/initramfs
	check_is vfio-pci drivers_asked disk
	host_driver nic2 e1000e
	check_is e1000e drivers_asked nic2

	test_begin "rules for what the host stands on, although written, take nothing, and say so"
	for dev in root nic1; do
		told "$(bdf $dev) is not claimed"
		check_status 3 hvclaim check "$(bdf $dev)"
		check_has protected
	done
	host_driver nic1 e1000e
	check_root
	;;
esac
tests_done
