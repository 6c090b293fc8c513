#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Release with a reset of one function and of eight behind eight root ports: does the work run side by side?
# topology: multi8
# root: bench
# smp: 2
# timeout: 900
. /rig/suites/lib.sh
. /rig/bench/lib.sh

for module in e1000e vfio-pci hvclaim; do modprobe $module; done
nics="nic1 nic2 nic3 nic4 nic5 nic6 nic7 nic8"
for nic in $nics; do
	check wait_for 60 driver_is $nic e1000e
	all="${all-} $(bdf $nic)"
done

measure() { # WHAT TOOL ADDRESS…
	what=$1 tool=$2
	shift 2
	if [ "$tool" = hvclaim ]; then
		check hvclaim claim "$@" -o bench
		check_is $# on_driver vfio-pci
		timed "$what" hvclaim $# hvclaim release -o bench
	else
		check sysfsclaim take "$@"
		timed "$what" bare-C $# sysfsclaim back-reset "$@"
	fi
	check_is 0 on_driver vfio-pci
}

rounds_of() { # WHAT
	for round in $(seq $rounds); do
		for n in 1 8; do
			for tool in $(each "$round" hvclaim bare-C); do measure "$1" "$tool" $(first $n $all); done
		done
	done
}

test_begin "with a host driver that takes them back"
rounds_of release-to-driver
check_is 8 on_driver e1000e

test_begin "without one"
check modprobe -r e1000e
rounds_of release
modprobe e1000e
remark "release: reset only; release-to-driver: e1000e takes it afterwards, which is work for the CPU (here 2, emulated)"
remark "the bare loop resets, too, by sysfs"
tests_done
