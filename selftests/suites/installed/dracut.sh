#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Boot rules on a host that dracut's initramfs starts; then its packages are upgraded and downgraded, with claims held.
# root: installed
# packages: two
# timeout: 600
# append: dyndbg="func really_probe +p"
# kernels: one
# boot: dracut topology=host initrd=/boot/dracut.img append=hvclaim.claim=serial:52-54-00-ff-ff-00-00-02
. /rig/suites/lib.sh
. /rig/suites/host.sh

# next_module: the kernel has a module with another srcversion than the one that will run, as when DKMS has built one. That
# would take an emulated machine many minutes: dkms.sh has it.
next_module() {
	for file in "/lib/modules/$RIG_RELEASE"/updates/dkms/hvclaim.ko*; do
		case $file in *.xz) xz -dc "$file" ;; *) cat "$file" ;; esac | LC_ALL=C sed 's/\(srcversion=\)./\1Z/' >/root/hvclaim.ko
	done
	dkms remove "hvclaim/$(dpkg-query -W -f '${Version}' hvclaim-dkms)" --all >/dev/null
	install -D -m 644 /root/hvclaim.ko "/lib/modules/$RIG_RELEASE/updates/hvclaim.ko"
	depmod "$RIG_RELEASE"
	touch /etc/dkms/no-autoinstall
	echo update_initramfs=no >/etc/initramfs-tools/update-initramfs.conf
}

replace() { # DIR VERSION: the packages by those of a directory, and nothing changes but that
	check_status 0 dpkg -i "$1/hvclaim-dkms_$2_all.deb" "$1/hvclaim_$2_amd64.deb"
	check_has "hvclaim $version stays loaded, with its claims; the new module is used at next boot"
	check_is "$2" hvclaim_version
	check_is "$version" cat /sys/module/hvclaim/version
	check_is "$before" hvclaim -j list --claims
	for dev in disk nic2; do check_is vfio-pci drivers_asked $dev; done
}
hvclaim_version() { hvclaim --version | grep -o '[0-9][0-9.]*' | head -n 1; }

case $RIG_STAGE in
prepare)
	set -e
	rules 0000:00:04.1/00.0,owner=vm1
	dracut --quiet --no-hostonly --no-compress --kver "$RIG_RELEASE" /boot/dracut.img >/dev/null
	next_module
	exit
	;;
dracut)
	version=$(cat /sys/module/hvclaim/version)

	test_begin "the initramfs is dracut's, and loads the module before udev"
	check test -e /run/initramfs/lib/dracut -o -d /run/initramfs
	check_is "module $version" sed -n 1p /run/hvclaim/initramfs

	test_begin "what rules name, in a file and on the kernel's command line, was never probed by a host driver"
	check_is 2 grep -c ^rule /run/hvclaim/initramfs
	for dev in disk nic2; do
		check_is vfio-pci driver_of $dev
		check_is vfio-pci drivers_asked $dev
	done
	host_driver nic1 e1000e

	test_begin "the host's own disk of the same model works"
	check_is nvme drivers_asked root
	check_root

	before=$(hvclaim -j list --claims)
	test_begin "an upgrade leaves the running module and its claims alone, and says what the new module is for"
	check_has '"vm1"' "$before"
	replace /debs-9.9.9 9.9.9

	test_begin "so does a downgrade"
	replace /debs "$version"
	;;
esac
tests_done
