# shellcheck shell=sh
# SPDX-License-Identifier: GPL-2.0-only
# What the tests of installed hosts share. Sourced after lib.sh.

rules() { # RULE…: the boot rules from now on
	for rule; do echo "options hvclaim claim=$rule"; done >/etc/modprobe.d/hvclaim.conf
}

# drivers_asked DEV: the drivers whose probe() was called for a device since the kernel started, one after the other. The
# kernel's command line must have dyndbg="func really_probe +p".
drivers_asked() {
	dmesg | sed -n "/$(bdf "$1")/s/.*: probing driver \([^ ]*\) with device.*/\1/p" | paste -sd' '
}

# host_driver DEV DRIVER: the host's driver has it, as soon as udev came to it
host_driver() { check wait_for 300 driver_is "$1" "$2"; }

# The host's own disk is what it runs from, and works.
check_root() {
	check_is nvme driver_of root
	check_is "/dev/$(disk_of root)" findmnt -n -o SOURCE /
	check dd if=/dev/urandom of=/root/written bs=64k count=16 conv=fsync
	echo 3 >/proc/sys/vm/drop_caches
	check dd if="/dev/$(disk_of root)" of=/dev/null bs=1M count=4
}

told() { # TEXT: the kernel log has it
	[ -n "$(logged "$1")" ] || fail "the kernel log has no \"$1\": $(logged hvclaim:)"
}

logged() { dmesg | grep -F -e "$1"; } # TEXT: the lines of the kernel log that have it

# small_initramfs: what this host needs and the drivers that rules come before; a machine that is emulated makes a new one
# from it in a minute
small_initramfs() {
	echo MODULES=list >/etc/initramfs-tools/conf.d/test
	printf '%s\n' nvme ext4 e1000e >>/etc/initramfs-tools/modules
}
