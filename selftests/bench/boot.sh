#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Whole boots of an installed host: with neither vfio-pci nor the module, with 64 functions bound by vfio-pci's own ids=, and with
# 64 and 200 rules of ours. Seconds from the kernel's start to init in the root, and to multi-user.target. The same disk boots
# from an initramfs each.
# root: installed
# topology: host-many
# kernels: 6.12
# timeout: 900
# boot: 0 initrd=/boot/0.img append=module_blacklist=hvclaim,systemd.mask=hvclaim-early.service
# boot: ids initrd=/boot/ids.img append=module_blacklist=hvclaim,systemd.mask=hvclaim-early.service
# boot: 64 initrd=/boot/64.img
# boot: 200 initrd=/boot/200.img
# boot: 200 initrd=/boot/200.img
# boot: 64 initrd=/boot/64.img
# boot: ids initrd=/boot/ids.img append=module_blacklist=hvclaim,systemd.mask=hvclaim-early.service
# boot: 0 initrd=/boot/0.img append=module_blacklist=hvclaim,systemd.mask=hvclaim-early.service
# boot: 0 initrd=/boot/0.img append=module_blacklist=hvclaim,systemd.mask=hvclaim-early.service
# boot: ids initrd=/boot/ids.img append=module_blacklist=hvclaim,systemd.mask=hvclaim-early.service
# boot: 64 initrd=/boot/64.img
# boot: 200 initrd=/boot/200.img
. /rig/suites/lib.sh
. /rig/suites/host.sh
. /rig/bench/lib.sh

conf=/etc/modprobe.d/hvclaim.conf
held() { hvclaim list | grep -c ' held .* vm1 '; }
# shellcheck disable=SC2086  # a unit, or none for systemd itself
at() { systemctl show -P "$1" ${2-} | awk '{ print $1 / 1e6 }'; } # PROPERTY [UNIT]: seconds since the kernel's start

# rules N: for the 64 functions that are there, and then for some that are not
rules() {
	{
		for slot in 10 11 12 13 14 15 16 17; do
			for fn in 0 1 2 3 4 5 6 7; do echo "0000:00:$slot.$fn"; done
		done
		for bus in $(seq 64 199); do printf '0000:%02x:00.0\n' "$bus"; done
	} | head -n "$1" | sed 's/.*/options hvclaim claim=&,ids=1234:11e8,owner=vm1/' >$conf
}

image() { # N
	update-initramfs -c -k "$RIG_RELEASE" >/dev/null
	mv "/boot/initrd.img-$RIG_RELEASE" "/boot/$1.img"
}

case $RIG_STAGE in
prepare)
	set -e
	small_initramfs
	for n in 64 200; do
		rules $n
		image $n
	done
	rm $conf /usr/share/initramfs-tools/hooks/hvclaim /usr/share/initramfs-tools/scripts/init-top/hvclaim
	image 0
	echo "options vfio-pci ids=1234:11e8" >/etc/modprobe.d/vfio.conf
	echo vfio-pci >>/etc/initramfs-tools/modules
	image ids
	rm /etc/modprobe.d/vfio.conf
	remark "boot 0: neither vfio-pci nor the module; ids: the way of the manuals; of 200 rules 64 are for functions that are there"
	exit
	;;
0)
	tool=none n=0
	systemctl is-system-running --wait >/dev/null
	test_begin "there is no module"
	check test ! -e /sys/module/hvclaim
	check test ! -e /sys/module/vfio_pci
	;;
ids)
	tool=vfio-pci.ids n=64
	systemctl is-system-running --wait >/dev/null
	test_begin "vfio-pci has all by itself"
	check test ! -e /sys/module/hvclaim
	check_is 64 on_driver vfio-pci
	;;
*)
	tool=hvclaim n=$RIG_STAGE
	systemctl is-system-running --wait >/dev/null
	test_begin "rules are followed for all functions that are there"
	check_is 64 held
	check_is "$RIG_STAGE" grep -c ^rule /run/hvclaim/initramfs
	;;
esac
# systemd's first moment in the root: the kernel and the initramfs are done
sample to-init $tool "$n" "$(at UserspaceTimestampMonotonic)"
sample to-multi-user $tool "$n" "$(at ActiveEnterTimestampMonotonic multi-user.target)"
tests_done
