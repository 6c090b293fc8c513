#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# packaging/initramfs/park on made-up trees of sysfs, with the shells that an initramfs may have.
#
#	test_park.sh SHELL…     a shell that is not there is skipped

here=$(cd "$(dirname "$0")" && pwd)
park=$here/../../packaging/initramfs/park
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
count=0

# --- a host: root ports 1c.0 and 1c.4, a switch of two below 1d.0, a VMD domain ---

function_at() { # PATH BELOW sys/devices, VENDOR DEVICE CLASS [SUBVENDOR SUBDEVICE]
	dir=$HVC_ROOT/sys/devices/$1
	mkdir -p "$dir"
	echo "$2" >"$dir/vendor"
	echo "$3" >"$dir/device"
	echo "$4" >"$dir/class"
	echo "${5:-0x1af4}" >"$dir/subsystem_vendor"
	echo "${6:-0x1100}" >"$dir/subsystem_device"
	echo '(null)' >"$dir/driver_override"
	ln -s "../../../devices/$1" "$HVC_ROOT/sys/bus/pci/devices/${1##*/}"
}

group() { # NUMBER ADDRESS…
	dir=$HVC_ROOT/sys/kernel/iommu_groups/$1/devices
	mkdir -p "$dir"
	for address in "$@"; do
		[ -e "$HVC_ROOT/sys/bus/pci/devices/$address" ] || continue
		ln -s ../../../../bus/pci/devices/"$address" "$dir/$address"
		ln -s ../../../../kernel/iommu_groups/"$1" "$HVC_ROOT/sys/bus/pci/devices/$address/iommu_group"
	done
}

serial_number() { # ADDRESS: 00-11-22-ff-fe-33-44-55, second in the chain of extended capabilities
	{
		head -c 256 /dev/zero
		printf '\001\000\001\022'; head -c 28 /dev/zero # error reporting; the next one is at 0x120
		printf '\003\000\001\000\125\104\063\376\377\042\021\000'
		head -c 500 /dev/zero
	} >"$HVC_ROOT/sys/bus/pci/devices/$1/config"
}

host() {
	HVC_ROOT=$work/root
	export HVC_ROOT
	rm -rf "$HVC_ROOT"
	mkdir -p "$HVC_ROOT/sys/bus/pci/devices" "$HVC_ROOT/sys/module" "$HVC_ROOT/proc" "$HVC_ROOT/dev" "$HVC_ROOT/run" \
		"$HVC_ROOT/etc/modprobe.d" "$HVC_ROOT/lib/modprobe.d" "$HVC_ROOT/sbin"
	function_at pci0000:00/0000:00:1c.0 0x8086 0x9d10 0x060400
	function_at pci0000:00/0000:00:1c.0/0000:01:00.0 0x8086 0x10d3 0x020000
	function_at pci0000:00/0000:00:1c.4 0x8086 0x9d14 0x060400
	function_at pci0000:00/0000:00:1c.4/0000:02:00.0 0x10de 0x1eb8 0x030200 0x10de 0x12a2
	function_at pci0000:00/0000:00:1c.4/0000:02:00.1 0x10de 0x10f8 0x040300 0x10de 0x12a2
	function_at pci0000:00/0000:00:1d.0 0x8086 0x9d18 0x060400
	function_at pci0000:00/0000:00:1d.0/0000:03:00.0 0x104c 0x8232 0x060400
	function_at pci0000:00/0000:00:1d.0/0000:03:00.0/0000:04:01.0 0x104c 0x8233 0x060400
	function_at pci0000:00/0000:00:1d.0/0000:03:00.0/0000:04:01.0/0000:05:00.0 0x144d 0xa808 0x010802
	function_at pci0000:00/0000:00:0e.0 0x8086 0x28c0 0x010400
	function_at pci0000:00/0000:00:0e.0/pci10000:e0/10000:e0:1d.0 0x8086 0x9d18 0x060400
	function_at pci0000:00/0000:00:0e.0/pci10000:e0/10000:e0:1d.0/10000:e1:00.0 0x144d 0xa808 0x010802
	group 7 0000:00:1c.4 0000:02:00.0 0000:02:00.1
	echo 'BOOT_IMAGE=/vmlinuz root=LABEL=host quiet' >"$HVC_ROOT/proc/cmdline"
	: >"$HVC_ROOT/dev/kmsg"
	printf '#!/bin/sh\necho "modprobe: FATAL: Module hvclaim not found." >&2\nexit 1\n' >"$HVC_ROOT/sbin/modprobe"
	chmod +x "$HVC_ROOT/sbin/modprobe"
}

rules() { # FILE RULE…
	file=$HVC_ROOT/etc/modprobe.d/$1
	shift
	for rule; do echo "options hvclaim claim=$rule"; done >>"$file"
}

run() {
	# shellcheck disable=SC2086  # two words
	$shell "$park" "${@:---boot}" >"$work/said" 2>&1 || { echo "# status $?"; bad=1; }
	[ ! -s "$work/said" ] || { sed 's/^/# /' "$work/said"; bad=1; }
}

# --- checks ---

parked() { # the addresses that are parked, and no others
	want=$*
	is=
	for dir in "$HVC_ROOT"/sys/bus/pci/devices/*; do
		[ "$(cat "$dir/driver_override")" != hvclaim-parked ] || is="$is${is:+ }${dir##*/}"
	done
	[ "$is" = "$want" ] || { echo "# parked: '$is', not '$want'"; bad=1; }
	want=$(for address in $want; do echo "parked $address"; done | sort)
	is=$(grep '^parked ' "$HVC_ROOT/run/hvclaim/initramfs" | sort)
	[ "$is" = "$want" ] || { echo "# recorded: '$is', not '$want'"; bad=1; }
}

told() { # TEXT: the kernel log has it. It is a file here, in which each message replaces the one before.
	grep -qF -e "$1" "$work/log" || { echo "# not told: $1"; sed 's/^/#   /' "$work/log"; bad=1; }
}

recorded() { grep -qxF -e "$1" "$HVC_ROOT/run/hvclaim/initramfs" || { echo "# not recorded: $1"; bad=1; }; }

holds() { # FILE TEXT
	is=$(cat "$HVC_ROOT/$1")
	[ "$is" = "$2" ] || { echo "# $1 holds '$is', not '$2'"; bad=1; }
}

# a pipe in place of /dev/kmsg keeps all messages
listen() {
	rm "$HVC_ROOT/dev/kmsg"
	mkfifo "$HVC_ROOT/dev/kmsg"
	: >"$work/log"
	cat <>"$HVC_ROOT/dev/kmsg" >"$work/log" &
	listener=$!
}

begin() {
	name=$1 bad=
	host
	listen
}

end() {
	echo over >"$HVC_ROOT/dev/kmsg"
	until grep -qx over "$work/log"; do sleep 0.05; done
	for check; do eval "$check"; done
	kill $listener
	wait $listener 2>/dev/null
	count=$((count + 1))
	echo "${bad:+not }ok $count $shell: $name"
}

tests() {
	begin "every spelling of an address and of a path is understood"
	rules hvclaim.conf 01:00.0 pci_0000_02_00_1 0000:00:1d.0/00.0/01.0/0.0 10000:E0:1d.0/00.0,owner=vm1
	run
	end 'parked 0000:01:00.0 0000:02:00.1 0000:05:00.0 10000:e1:00.0' 'recorded "module none"' \
		'recorded "rule pci_0000_02_00_1"' 'told "modprobe: FATAL: Module hvclaim not found."'

	begin "every function of a slot, but no bridge; no such thing below a path"
	rules hvclaim.conf '02:00.*' '0000:00:1d.0/00.0/01.0/00.*' '00:1d.*'
	run
	end 'parked 0000:02:00.0 0000:02:00.1' 'told "01.0/00.*\" is no selector"'

	begin "somebody else's driver_override stays"
	echo vfio-pci >"$HVC_ROOT/sys/bus/pci/devices/0000:02:00.0/driver_override"
	rules hvclaim.conf '02:00.*'
	run
	end 'parked 0000:02:00.1' 'told "0000:02:00.0 has the driver_override vfio-pci"'

	begin "ids, with subsystem and with any"
	rules hvclaim.conf 'pci:10DE:1eb8:10de:12a2' 'pci:8086:10d3' 'pci:144d:*:*:1100,owner=vm2'
	run
	end 'parked 0000:01:00.0 0000:02:00.0 0000:05:00.0 10000:e1:00.0'

	begin "a pinned address that another device has is left alone, and that is told"
	rules hvclaim.conf 0000:01:00.0,ids=144d:a808,owner=vm1 0000:05:00.0,ids=144d:a808
	run
	end 'parked 0000:05:00.0' 'told "0000:01:00.0 is another device, its ids are not 144d:a808"'

	begin "a serial number, as selector and as pin"
	serial_number 0000:05:00.0
	rules hvclaim.conf serial:00-11-22-FF-fe-33-44-55
	rules hvclaim.conf 10000:e1:00.0,serial=00-11-22-ff-fe-33-44-55
	printf '%0600d' 0 | tr 0 '\000' >"$HVC_ROOT/sys/bus/pci/devices/10000:e1:00.0/config"
	run
	end 'parked 0000:05:00.0' 'told "10000:e1:00.0 is another device, its serial number is not there"'

	begin "a pinned serial number that cannot be read here leaves the function parked"
	rules hvclaim.conf 10000:e1:00.0,serial=00-11-22-ff-fe-33-44-55
	run
	end 'parked 10000:e1:00.0' 'told "cannot be read here"'

	begin "virtual functions of a rule: no driver is asked for them"
	echo 1 >"$HVC_ROOT/sys/bus/pci/devices/0000:01:00.0/sriov_drivers_autoprobe"
	rules hvclaim.conf vfs:0000:00:1c.0/00.0/3-7
	run
	end parked 'holds sys/bus/pci/devices/0000:01:00.0/sriov_drivers_autoprobe 0' \
		'told "virtual functions of 0000:01:00.0"'

	begin "group=whole takes the other functions of the group, not the bridge"
	rules hvclaim.conf 0000:02:00.0,group=whole,allow=group-shared+boot-vga
	run
	end 'parked 0000:02:00.0 0000:02:00.1'

	begin "protect= holds functions back, by path and by address"
	rules hvclaim.conf 'pci:144d:a808' 02:00.0
	echo 'options hvclaim protect=0000:00:1d.0/00.0/01.0/00.0,0000:02:00.0' >"$HVC_ROOT/etc/modprobe.d/hvclaim-protect.conf"
	run
	end 'parked 10000:e1:00.0' 'told "0000:05:00.0 is protected"' 'told "0000:02:00.0 is protected"'

	begin "a rule that is wrong stops no other"
	rules hvclaim.conf 0000:01:00.9 bogus 0000:02:00.1,colour=red 01:00.0 pci:10de 00:20.0 'pci:xyz:1'
	run
	end 'parked 0000:01:00.0' 'told "\"0000:01:00.9\" is no selector"' 'told "\"colour=red\" is not understood"'

	begin "rules on the command line, and disable=1 there"
	echo 'hvclaim.claim=01:00.0,owner=a hvclaim.claim="02:00.0" quiet' >"$HVC_ROOT/proc/cmdline"
	run
	end 'parked 0000:01:00.0 0000:02:00.0'
	begin "disable=1 turns all off"
	rules hvclaim.conf 01:00.0
	echo 'quiet hvclaim.disable=1' >"$HVC_ROOT/proc/cmdline"
	run
	end parked 'recorded disabled' 'told "hvclaim.disable=1"'

	begin "comments, other modules, several options a line, continued lines, a file without an end of line"
	cat >"$HVC_ROOT/etc/modprobe.d/hvclaim.conf" <<-'EOT'
	# options hvclaim claim=01:00.0
	options vfio-pci ids=8086:10d3
	options hvclaim claim=02:00.0 claim=02:00.1
	options \
	hvclaim claim=10000:e1:00.0
	EOT
	printf 'options hvclaim claim=05:00.0' >"$HVC_ROOT/lib/modprobe.d/zz.conf"
	run
	end 'parked 0000:02:00.0 0000:02:00.1 0000:05:00.0 10000:e1:00.0'

	begin "a file in /etc hides its namesake in /lib"
	rules hvclaim.conf 01:00.0
	echo 'options hvclaim claim=02:00.0' >"$HVC_ROOT/lib/modprobe.d/hvclaim.conf"
	run
	end 'parked 0000:01:00.0'

	begin "a trial is recorded"
	rules hvclaim.conf 01:00.0
	rules hvclaim-try.conf '02:00.*,owner=vm2'
	run
	end 'parked 0000:01:00.0 0000:02:00.0 0000:02:00.1' 'recorded "tried 02:00.*,owner=vm2"' \
		'holds run/hvclaim/tried "02:00.*,owner=vm2"'

	begin "with the module nothing is parked, its version and the rules are recorded, and reading them is left to it"
	mkdir "$HVC_ROOT/sys/module/hvclaim"
	echo 1.2.3 >"$HVC_ROOT/sys/module/hvclaim/version"
	rules hvclaim.conf 01:00.0 01:00.9
	run
	[ ! -e "$HVC_ROOT/run/hvclaim/parking" ] || { echo "# it parks"; bad=1; }
	end parked 'recorded "module 1.2.3"' 'recorded "rule 01:00.0"' 'recorded "rule 01:00.9"' 'holds ../log over'

	begin "without rules nothing is said"
	run
	end parked 'holds ../log over'

	begin "a function that came later is parked by the same rules"
	rules hvclaim.conf '02:00.*'
	mv "$HVC_ROOT/sys/bus/pci/devices/0000:02:00.1" "$work/later"
	run
	parked 0000:02:00.0
	mv "$work/later" "$HVC_ROOT/sys/bus/pci/devices/0000:02:00.1"
	run --device 0000:02:00.1
	run --device 0000:01:00.0
	end 'parked 0000:02:00.0 0000:02:00.1'

	begin "a driver in the kernel's image loses what a rule names"
	mkdir -p "$HVC_ROOT/sys/bus/pci/drivers/ahci"
	ln -s ../../../../bus/pci/drivers/ahci "$HVC_ROOT/sys/bus/pci/devices/0000:01:00.0/driver"
	rules hvclaim.conf 01:00.0
	run
	end 'parked 0000:01:00.0' 'holds sys/bus/pci/drivers/ahci/unbind 0000:01:00.0'
}

for shell; do
	if command -v "$shell" >/dev/null; then
		[ "$shell" != busybox ] || shell="busybox sh"
		tests
	else
		count=$((count + 1))
		echo "ok $count $shell # SKIP it is not installed"
	fi
done
echo "1..$count"
