#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# What of root's capabilities each command has left while it works, as hvclaim(8) says, and that it still works.
# topology: basic
# timeout: 240
. /rig/suites/lib.sh
. /rig/suites/qos.sh

for module in e1000e vfio-pci hvclaim; do modprobe $module; done

# caps_of PID SET: the names of the capabilities in a set of /proc/PID/status; a number that has no name here stays one
caps_of() {
	_mask=$(sed -n "s/^$2:[[:space:]]*//p" "/proc/$1/status")
	_bit=0 _names=
	while [ $_bit -lt 64 ]; do
		if [ $((0x$_mask >> _bit & 1)) = 1 ]; then
			case $_bit in
			1) _cap=dac_override ;;
			2) _cap=dac_read_search ;;
			12) _cap=net_admin ;;
			16) _cap=sys_module ;;
			19) _cap=sys_ptrace ;;
			21) _cap=sys_admin ;;
			23) _cap=sys_nice ;;
			*) _cap=$_bit ;;
			esac
			_names="$_names $_cap"
		fi
		_bit=$((_bit + 1))
	done
	echo "${_names# }"
}

# check_privileges PID NAME…: it has these and no others, for good
check_privileges() {
	_pid=$1
	shift
	for _set in CapPrm CapEff CapBnd; do check_is "$*" caps_of "$_pid" $_set; done
	for _set in CapInh CapAmb; do check_is "" caps_of "$_pid" $_set; done
	check_is 1 sed -n 's/^NoNewPrivs:[[:space:]]*//p' "/proc/$_pid/status"
}

test_begin "monitor keeps what asking and listening take"
hvclaim monitor >/run/events 2>&1 &
pid=$!
sleep 1
check wait_for 20 grep -q '^NoNewPrivs:.*1' /proc/$pid/status
check_privileges $pid dac_read_search net_admin sys_admin
check hvclaim claim "$(bdf nic1)" -o vm1
check wait_for 20 grep -q "vm1: held" /run/events
check hvclaim release -o vm1
check wait_for 20 grep -q "vm1: gone" /run/events
kill $pid

test_begin "claim keeps what judging, loading a driver and following take"
hvclaim claim "$(bdf nic1)" -o vm1 --lifetime socket >/run/claim.log 2>&1 &
pid=$!
check wait_for 20 driver_is nic1 vfio-pci
check_privileges $pid dac_read_search net_admin sys_module sys_ptrace sys_admin
kill $pid
check wait_for 20 driver_is nic1 e1000e

test_begin "a node is given to a user, which takes more, and the driver is loaded"
modprobe -r vfio-pci
check_status 0 hvclaim claim "$(bdf nic1)" -o vm1 --grant 1234
check_is 1234 stat -c %u "/dev/vfio/$(group_of nic1)"
check hvclaim release -o vm1

test_begin "the watcher keeps what placing others' threads takes"
config <<-EOF
	version: 1
	guests:
	  a: {cpu: {weight: 300}, pin: {vcpus: 0}}
EOF
guest_start a -smp 1
hvclaim guest apply --watch >/run/watch.log 2>&1 &
pid=$!
weighs() { [ "$(value_of a cpu.weight 2>/dev/null)" = 300 ]; }
check wait_for 30 weighs
check_privileges $pid dac_override sys_ptrace sys_admin sys_nice
kill $pid
note "$(cat /run/watch.log)"

test_begin "other commands that read and write need no more than they keep"
for words in info "list -a" "list --claims" "check $(bdf nic2)" "rule list" "boot list" "boot protect" "io list" \
	"guest list" "guest explain a" "guest metrics" "guest check" "guest clear a"; do
	# shellcheck disable=SC2086  # a list of words
	check hvclaim $words
done

guest_stop a
tests_done
