#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Shares of 1, 20 and 200 guests in scopes of systemd, which keeps the values: hvclaim guest apply, systemctl set-property for
# each guest, and the bare writes, which the next daemon-reload would lose.
# topology: basic
# root: bench-systemd
# smp: 2
# memory: 3G
# timeout: 2400
. /rig/suites/lib.sh
. /rig/bench/lib.sh
. /rig/bench/guests_lib.sh

check wait_for 120 systemctl is-active -q basic.target

start() { # NUMBER
	systemd-run -q --scope --slice=machine.slice --unit="vm-g$1" $QEMU -name "guest=g$1,debug-threads=on" \
		-smp 2 -object iothread,id=io1 -pidfile "/run/g$1.pid" &
}

scopes() { seq -f "machine.slice/vm-g%g.scope" "$1"; }

# Each leaves other values than the next one sets, so the order stays.
set_for() { # TOOL N
	case $1 in
	hvclaim) timed apply-scope hvclaim "$2" hvclaim guest apply ;;
	bare-C) timed apply-scope bare-C "$2" shares other $(scopes "$2") ;;
	systemctl) timed apply-scope systemctl "$2" sh /rig/bench/shares.sh scopes "$2" ;;
	esac
}
weight_is() { [ "$(cat "$CG/machine.slice/vm-g$2.scope/cpu.weight")" = "$1" ]; } # WEIGHT GUEST

for n in 1 20 200; do
	test_begin "$n guests"
	for number in $(seq "$(($(started) + 1))" $n); do
		start "$number"
		[ $((number % 10)) != 0 ] || check wait_for 300 all_run "$number"
	done
	check wait_for 300 all_run $n
	configure $n 300
	check hvclaim guest apply
	for round in $(seq $rounds); do
		set_for bare-C $n
		check weight_is 200 $n
		set_for hvclaim $n
		check weight_is 300 $n
		# a second each
		[ $n = 200 ] && [ "$round" -gt 1 ] && continue
		set_for systemctl $n
		check weight_is 250 $n
	done
done
remark "in scopes each guest gets the same but the class; systemctl: five properties"
tests_done
