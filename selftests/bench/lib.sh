# shellcheck shell=sh
# SPDX-License-Identifier: GPL-2.0-only
# What the machines' side of `make bench` has in common; sourced after lib.sh of the suites. A script prints, beside its
# results, "# sample WHAT TOOL N VALUE" for each measurement, and "# remark TEXT" for what a reader of the table must know.

# Most run in a machine that systemd does not boot, so that udev and others do not load it while something is measured.
rounds=5

echo "# machine kernel $(uname -r)"
echo "# machine cpus $(nproc)"
echo "# machine cpu $(sed -n "s/^model name.*: //p;T;q" /proc/cpuinfo)"

remark() { echo "# remark $*"; }
sample() { echo "# sample $*"; } # WHAT TOOL N VALUE

# timed WHAT TOOL N COMMAND…: a sample, in seconds; N is the number of things the command does at once
timed() {
	timeit "$@" || {
		fail "$* (status $?)"
		note "$(head -c 500 /run/timeit.out)"
		return 1
	}
}

# each ROUND TOOL…: the tools in the order of this round, so that none is always behind the same other one
each() {
	_round=$1
	shift
	[ $((_round % 2)) = 1 ] && echo "$*" && return
	_reverse=
	for _tool; do _reverse="$_tool $_reverse"; done
	echo "$_reverse"
}

first() { # N WORD…
	_n=$1
	shift
	echo "$*" | cut -d' ' -f"1-$_n"
}

# virtual_functions DEV [N]: turns them on, without host drivers, and prints their addresses in one line
virtual_functions() {
	_pf=$(sysfs "$1")
	echo 0 >"$_pf/sriov_drivers_autoprobe"
	echo "${2:-$(cat "$_pf/sriov_totalvfs")}" >"$_pf/sriov_numvfs"
	for _vf in "$_pf"/virtfn*; do readlink "$_vf"; done | sed 's#.*/##' | sort | xargs
}

# settled: nobody works on what was measured last; where there is no udev there is nothing to wait for
settled() { [ ! -S /run/udev/control ] || udevadm settle -t 120; }

on_driver() { find "/sys/bus/pci/drivers/$1/" -name '[0-9a-f]*:*' | wc -l; } # DRIVER: how many functions it has
