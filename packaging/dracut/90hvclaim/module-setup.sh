#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# dracut module: the module, vfio-pci or xen-pciback, the rules and what carries them out go into the initramfs.

check() {
	return 0
}

depends() {
	return 0
}

installkernel() {
	# not hostonly: the modules are wanted, whatever the host has loaded now
	hostonly='' instmods vfio-pci vfio_iommu_type1 xen-pciback
	# shellcheck disable=SC2154  # of dracut
	if modinfo -k "$kernel" hvclaim >/dev/null 2>&1; then
		hostonly='' instmods hvclaim
	else
		dwarn "hvclaim: kernel $kernel has no hvclaim.ko: with this initramfs the devices of boot rules are kept from" \
			"the host's drivers, but no guest gets them (dkms install hvclaim -k $kernel)"
	fi
}

install() {
	local protect

	inst_multiple modprobe od mkdir
	inst_multiple -o '/etc/modprobe.d/hvclaim*.conf' '/usr/lib/modprobe.d/hvclaim*.conf'
	inst_simple /usr/share/hvclaim/initramfs/park
	inst_rules 60-hvclaim-park.rules
	# shellcheck disable=SC2154
	inst_hook pre-udev 00 "$moddir/hvclaim-pre-udev.sh"

	# shellcheck disable=SC2154
	if protect=$(hvclaim boot protect --print); then
		mkdir -p "$initdir/etc/modprobe.d"
		[ -z "$protect" ] || echo "options hvclaim protect=$protect" >"$initdir/etc/modprobe.d/hvclaim-protect.conf"
	else
		dwarn "hvclaim: what the host stands on is not known: no protect= is written into this initramfs"
	fi
}
