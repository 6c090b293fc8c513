# shellcheck shell=sh
# SPDX-License-Identifier: GPL-2.0-only
# Helpers for tests that run inside a test machine (busybox sh or dash). A test script:
#
#	# topology: basic                     (header: how it is run; see selftests/vm/testfile.py)
#	. /rig/suites/lib.sh
#	test_begin "the second NIC is claimed, the first is left alone"
#	check hvclaim claim "$(bdf nic2)" -o vm1
#	check_is vfio-pci driver_of nic2
#	test_begin "…"                        (begins the next one; the one before is judged)
#	tests_done                            (prints the plan; without it the script has failed)
#
# A test is ok when none of its checks failed. DEV below is a nickname of the topology (nic1) or an address.

_count=0
_name=
_bad=
_failed=0

_result() { # RESULT [DIRECTIVE]
	_count=$((_count + 1))
	echo "$1 $_count $_name${2:+ # $2}"
	_name=
}

_judge() {
	[ -n "$_name" ] || return 0
	if [ -z "$_bad" ]; then
		_result ok
	else
		_failed=$((_failed + 1))
		_result "not ok"
	fi
}

test_begin() { # SENTENCE
	_judge
	_name=$1
	_bad=
}

# ok, not_ok and skip end the test at once; what follows up to the next test_begin is not judged.
ok() { _bad=; _judge; }
not_ok() { # [WHY]
	[ -z "${1-}" ] || echo "# $1"
	_bad=1
	_judge
}
skip() { _result ok "SKIP $1"; } # WHY

note() { printf '%s\n' "$*" | sed 's/^/# /'; }

fail() { # WHY: the test fails, and goes on
	note "failed: $*"
	_bad=1
}

# check COMMAND…: the command must succeed; its output is shown when it does not
check() {
	_output=$("$@" 2>&1)
	_status=$?
	[ $_status = 0 ] && return
	fail "$* (status $_status)"
	[ -z "$_output" ] || note "$_output"
	return 1
}

# check_status N COMMAND…: the command must exit with N. Its output stays in $output.
check_status() {
	_want=$1
	shift
	output=$("$@" 2>&1)
	_status=$?
	[ $_status = "$_want" ] && return
	fail "$* (status $_status, not $_want)"
	[ -z "$output" ] || note "$output"
	return 1
}

# check_is VALUE COMMAND…: the command must print just that
check_is() {
	_want=$1
	shift
	_output=$("$@" 2>&1)
	[ "$_output" = "$_want" ] && return
	fail "$* is '$_output', not '$_want'"
	return 1
}

# check_has TEXT [WHERE]: the last output of check_status, or WHERE, must contain TEXT
check_has() {
	case ${2-$output} in *"$1"*) return 0 ;; esac
	fail "no '$1' in: ${2-$output}"
	return 1
}

tests_done() {
	_judge
	echo "1..$_count"
	[ $_failed = 0 ]
	exit
}

# skip_all WHY: this script has nothing to test here
skip_all() {
	echo "1..0 # SKIP $1"
	exit 0
}

# bdf DEV: the address of a device of the topology, as it is now; fails when it is not there
bdf() {
	case $1 in *:*) echo "$1"; return ;; esac
	_path=$(sed -n "s/^$1 //p" /rig/topology | tr / ' ')
	_dir=/sys/devices/pci0000:00
	[ -n "$_path" ] || { echo "no $1 in topology $RIG_TOPOLOGY" >&2; return 1; }
	for _hop in $_path; do
		# shellcheck disable=SC2086  # to be expanded
		_dir=$(echo $_dir/[0-9a-f]*:$_hop)
		[ -d "$_dir" ] || return 1
	done
	echo "${_dir##*/}"
}

sysfs() { echo "/sys/bus/pci/devices/$(bdf "$1")"; }

_link() { # DEV LINK
	_to=$(readlink "$(sysfs "$1")/$2") && echo "${_to##*/}"
}

driver_of() { _link "$1" driver || echo none; }
group_of() { _link "$1" iommu_group || echo none; }
override_of() { cat "$(sysfs "$1")/driver_override"; } # prints (null) when there is none
netdev_of() { ls "$(sysfs "$1")/net"; }
disk_of() { # the block device of an NVMe controller; with multipath nvme0c1n1 is a path to the disk nvme0n1
	basename "$(echo "$(sysfs "$1")"/nvme/nvme*/nvme*n1)" | sed 's/c[0-9]*n/n/'
}
group_members() { ls "/sys/kernel/iommu_groups/$(group_of "$1")/devices"; }

# wait_for SECONDS COMMAND…: until the command succeeds
wait_for() {
	_until=$(($(cut -d. -f1 /proc/uptime) + $1))
	shift
	until "$@" >/dev/null 2>&1; do
		[ "$(cut -d. -f1 /proc/uptime)" -lt $_until ] || return 1
		sleep 0.1
	done
}

driver_is() { [ "$(driver_of "$1")" = "$2" ]; } # DEV DRIVER

# host COMMAND…: has the machine's QEMU monitor carry out a command ("device_del nic1",
# "device_add e1000e,id=nic1,bus=rp1"), or answer for the emulated RDT ("rdt registers": see vm/rdt.py). Prints what it
# said; fails when it refused.
host() {
	# all of it is read before any is printed: what a reader such as head left would be the next answer
	_answer=$(
		exec 7<>/dev/ttyS3
		echo "$*" >&7
		while read -r _line <&7; do
			case $_line in
			done) exit 0 ;;
			refused) exit 1 ;;
			*) echo "$_line" ;;
			esac
		done
	)
	_host_status=$?
	[ -z "$_answer" ] || printf '%s\n' "$_answer"
	return $_host_status
}

hotplug_present() { bdf "$1" >/dev/null; } # DEV
hotplug_gone() { ! bdf "$1" >/dev/null; }

# nested_guest DEV…: gives devices that are on vfio-pci to a nested guest (the big root only), which lists what it finds
# and ends. GUEST_STAY=1 makes it stay: run it in the background then.
nested_guest() {
	_devices=
	for _dev; do _devices="$_devices -device vfio-pci,host=$(bdf "$_dev")"; done
	# shellcheck disable=SC2086  # a list of options
	timeout 90 qemu-system-x86_64 -M q35 -accel tcg,tb-size=64 -nodefaults -no-user-config -display none \
		-serial stdio -no-reboot -m 64M -kernel /rig/payload/pcils.elf ${GUEST_STAY:+-append stay} \
		$_devices </dev/null
}
