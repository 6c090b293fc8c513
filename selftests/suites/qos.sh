# shellcheck shell=sh
# SPDX-License-Identifier: GPL-2.0-only
# What tests of guests' quality of service have in common: fake guests (fakeguest.c), the file, and measuring.

QEMU=/run/qemu-system-x86_64
CG=/sys/fs/cgroup

# guest_start NAME ARGUMENT…: a fake guest; returns when it serves. Its pid is in /run/NAME.pid.
guest_start() {
	_guest=$1
	shift
	[ -x $QEMU ] || cp /rig/bin/fakeguest $QEMU
	rm -f "/run/$_guest.pid"
	$QEMU -name "guest=$_guest,debug-threads=on" -pidfile "/run/$_guest.pid" "$@" &
	wait_for 20 test -s "/run/$_guest.pid" || fail "guest $_guest did not start"
}

pid_of() { cat "/run/$1.pid"; } # GUEST

guest_stop() { # GUEST…
	for _guest; do
		kill -KILL "$(pid_of "$_guest")"
		wait_for 20 guest_gone "$(pid_of "$_guest")" || fail "guest $_guest does not end"
	done
}

guest_gone() { [ ! -e "/proc/$1/stat" ] || grep -q ') Z ' "/proc/$1/stat"; } # PID

# config: the file, from standard input
config() {
	mkdir -p /etc/hvclaim
	cat >/etc/hvclaim/hvclaim.yaml
}

cgroup_of() { sed -n 's/^0:://p' "/proc/$(pid_of "$1")/cgroup"; } # GUEST
value_of() { cat "$CG$(cgroup_of "$1")/$2"; }                     # GUEST FILE

thread_of() { # GUEST NAME: the id of its thread of that name
	for _task in "/proc/$(pid_of "$1")"/task/*; do
		[ "$(cat "$_task/comm" 2>/dev/null)" != "$2" ] || echo "${_task##*/}"
	done
}

cpus_of() { sed -n 's/^Cpus_allowed_list:[[:space:]]*//p' "/proc/$(thread_of "$1" "$2")/status"; } # GUEST THREAD

milliseconds() { awk '{ printf "%d\n", $1 * 1000 }' /proc/uptime; }

cpu_used() { awk '$1 == "usage_usec" { printf "%d\n", $2 / 1000 }' "$CG$1/cpu.stat"; } # CGROUP: milliseconds

# between VALUE LOW HIGH: numbers, with a fraction or not
between() { awk -v v="$1" -v l="$2" -v h="$3" 'BEGIN { exit !(v >= l && v <= h) }'; }

ratio() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.3f\n", b ? a / b : 0 }'; } # A B

# of numbers, one a line: what another machine takes from this one for a moment does not count
median() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }

check_between() { # WHAT VALUE LOW HIGH
	note "$1: $2"
	between "$2" "$3" "$4" || fail "$1 is $2, not from $3 to $4"
}

# A machine that is busy elsewhere for longer than the windows of one measurement is measured again. What has no effect
# is never within the range, however often one looks. The kernel of `make torture` is too slow for shares to show.
check_measured() { # WHAT LOW HIGH COMMAND…: what the command prints is within the range, at the third time at the latest
	_what=$1 _low=$2 _high=$3
	shift 3
	for _try in 1 2 3; do
		_value=$("$@")
		note "$_what: $_value"
		between "$_value" "$_low" "$_high" && return
		[ "$RIG_KERNEL" != torture ] || { note "not judged on this kernel" && return; }
	done
	fail "$_what is $_value, not from $_low to $_high"
}
