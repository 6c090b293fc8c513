#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Shares of 1, 20 and 200 guests on a host without systemd: hvclaim guest apply, cgset and pqos for each guest, one cgset and
# as few of pqos as it can do with, and the bare writes. Each tool begins with guests that have the kernel's defaults.
# topology: basic
# root: bench
# rdt: on
# smp: 2
# memory: 3G
# timeout: 2400
. /rig/suites/lib.sh
. /rig/bench/lib.sh
. /rig/bench/guests_lib.sh

check mount -t resctrl resctrl $RDT
echo "+cpu +io +memory" >$CG/cgroup.subtree_control
mkdir $CG/bench
echo "+cpu +io +memory" >$CG/bench/cgroup.subtree_control

start() { # NUMBER
	mkdir "$CG/bench/g$1"
	sh -c 'echo $$ >"$0/cgroup.procs"; exec "$@"' "$CG/bench/g$1" $QEMU -name "guest=g$1,debug-threads=on" \
		-smp 2 -object iothread,id=io1 -pidfile "/run/g$1.pid" &
}

groups() { seq -f "bench/g%g" "$1"; }

set_for() { # TOOL N
	case $1 in
	hvclaim) timed apply hvclaim "$2" hvclaim guest apply ;;
	bare-C) timed apply bare-C "$2" shares set $(groups "$2") ;;
	each-cgset-pqos) timed apply each-cgset-pqos "$2" sh /rig/bench/shares.sh each "$2" ;;
	one-cgset-pqos) timed apply one-cgset-pqos "$2" sh /rig/bench/shares.sh one "$2" ;;
	esac
	for guest in 1 "$2"; do
		check_is 300 cat "$CG/bench/g$guest/cpu.weight"
		check [ "$(class_of "g$guest")" != / ]
	done
}

# back to the start
back() { # TOOL N
	[ "$1" != hvclaim ] || check hvclaim guest clear --all
	check shares reset $(groups "$2")
	find $RDT -maxdepth 1 \( -name 'COS*' -o -name 'bench-*' \) -exec rmdir {} +
	check_is "" find $RDT -maxdepth 1 -name 'hvclaim-*'
}

for n in 1 20 200; do
	test_begin "$n guests"
	for number in $(seq "$(($(started) + 1))" $n); do start "$number"; done
	check wait_for 300 all_run $n
	configure $n 300
	for round in $(seq $rounds); do
		for tool in $(each "$round" hvclaim bare-C each-cgset-pqos one-cgset-pqos); do
			set_for "$tool" $n
			[ "$tool" != hvclaim ] || timed apply-again hvclaim $n hvclaim guest apply
			back "$tool" $n
		done
	done
done
timeit -m memory helper-200-guests 200 hvclaim guest apply
remark "each guest has 4 threads and gets cpu.weight, cpu.max, cpu.max.burst, io.weight, memory.low, memory.high and a class of 4"
remark "apply-again: nothing to change"
tests_done
