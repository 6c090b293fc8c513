#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# DKMS: add, build, install, uninstall, remove; and packages that are replaced and go. (With claims held: dracut.sh.)
# root: installed
# kernels: one
# packages: two
# boot: none
. /rig/suites/lib.sh
. /rig/suites/host.sh

version=$(dpkg-query -W -f '${Version}' hvclaim-dkms)
kernels=$(ls /lib/modules)

version_for() { modinfo -k "$1" -F version hvclaim 2>/dev/null; } # KERNEL
dkms_has() { dkms status -m hvclaim | sed 's/, [^,]*:/:/'; } # without the architecture
initramfs_has_it() { lsinitramfs "/boot/initrd.img-$RIG_RELEASE" | grep -c '/hvclaim\.ko'; }

test_begin "installing the packages built and installed the module for every kernel"
for kernel in $kernels; do
	check_is "$version" version_for "$kernel"
	case $(modinfo -k "$kernel" -F vermagic hvclaim) in
	"$kernel "*) ;;
	*) fail "the module for $kernel is not for it" ;;
	esac
done

test_begin "DKMS uninstalls it from this kernel, and installs it again"
check dkms uninstall "hvclaim/$version" -k "$RIG_RELEASE"
check_is "" version_for "$RIG_RELEASE"
check dkms install "hvclaim/$version" -k "$RIG_RELEASE"
check_is "$version" version_for "$RIG_RELEASE"

# the others have their turn when this script is run for them
for kernel in $kernels; do
	[ "$kernel" = "$RIG_RELEASE" ] || rm -rf "/lib/modules/$kernel" /boot/*-"$kernel"
done
small_initramfs
update-initramfs -c -k "$RIG_RELEASE" >/dev/null

test_begin "an upgrade of the packages removes the module, builds and installs the new one, and renews the initramfs"
check dpkg -i /debs-9.9.9/hvclaim-dkms_*.deb /debs-9.9.9/hvclaim_9.9.9_*.deb
check_is 9.9.9 version_for "$RIG_RELEASE"
check_is "hvclaim/9.9.9, $RIG_RELEASE: installed" dkms_has
check_status 0 /usr/share/hvclaim/check-kernels "$RIG_RELEASE"

test_begin "a downgrade removes it; where DKMS may not build by itself, the kernel has no module then, and that is told"
touch /etc/dkms/no-autoinstall
check_status 0 dpkg -i /debs/hvclaim-dkms_*.deb /debs/hvclaim_"$version"_*.deb
check_has "kernel $RIG_RELEASE has no hvclaim.ko"
check_is "" version_for "$RIG_RELEASE"
check_is "" dkms_has
check_is 0 initramfs_has_it

test_begin "added, built and installed by hand, this kernel has it again"
check dkms add -m hvclaim -v "$version"
check dkms build "hvclaim/$version" -k "$RIG_RELEASE"
check_is "" version_for "$RIG_RELEASE"
check dkms install "hvclaim/$version" -k "$RIG_RELEASE"
check_is "$version" version_for "$RIG_RELEASE"
check_status 1 /usr/share/hvclaim/check-kernels "$RIG_RELEASE"
check_has "is older than"

test_begin "the rules outlive the packages, and go when they are purged"
echo 'options hvclaim claim=01:00.0' >/etc/modprobe.d/hvclaim.conf
check dpkg --remove hvclaim hvclaim-dkms
check_is "" version_for "$RIG_RELEASE"
check_is "" dkms_has
check test -e /etc/modprobe.d/hvclaim.conf
check test ! -e /usr/share/hvclaim
check_is 0 initramfs_has_it
check dpkg --purge hvclaim hvclaim-dkms
check test ! -e /etc/modprobe.d/hvclaim.conf -a ! -e /etc/kernel/postinst.d/zz-hvclaim
check_is "" find / -xdev -name '*hvclaim*' -not -path '/debs*' -not -path '/rig/*' -not -path '/var/log/*'
tests_done
