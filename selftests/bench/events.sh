#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# From the bind to the line on hvclaim monitor, next to udevadm monitor; and claims as fast as they go, with somebody who
# listens: does he lose an event without being told?
# topology: sriov
# root: bench
# smp: 2
# timeout: 900
. /rig/suites/lib.sh
. /rig/bench/lib.sh

for module in nvme vfio-pci vfio_iommu_type1 hvc_test_mock; do modprobe $module; done
modprobe hvclaim mock=1
check wait_for 60 driver_is pf nvme
vfs=$(virtual_functions pf)

test_begin "a bind is told"
eventlag 20 "${vfs%% *}" || fail "eventlag: status $?"

log=/run/monitor.log
listen() {
	hvclaim monitor >$log 2>&1 &
	monitor=$!
	for _try in $(seq 50); do
		hvcnl claim -w -b mock -o hello "${vfs%% *}" >/dev/null
		hvcnl release -w -a $no_reset -o hello >/dev/null
		wait_for 1 grep -q "hello: gone" $log && return
	done
	fail "the monitor does not listen"
}
no_reset=$((1 << 20))
told() { grep -c "$1" $log; }        # WORDS: lines
came_to() { [ "$(told "$1")" -ge "$2" ] || [ "$(told ' lost:')" -gt 0 ]; } # WORDS N

# told_all WORDS N WHAT: each has its line, or the monitor said that it lost some
told_all() {
	wait_for 120 came_to "$1" "$2"
	lines=$(told "$1") lost=$(told " lost:")
	[ "$lines" -ge "$2" ] || [ "$lost" -gt 0 ] || fail "$3: $lines of $2 events came, and no loss was told"
	remark "$3: $lines of $2 events came, a loss was told $lost times"
}

test_begin "claims one after the other"
for vf in $vfs; do echo >"/sys/bus/pci/devices/$vf/reset_method"; done
listen
claimload 30 $vfs >/run/load || fail "claimload: status $?"
grep '^#' /run/load
claims=$(sed -n 's/^claims //p' /run/load)
check [ "${claims:-0}" -gt 0 ]
told_all " load: held " "${claims:-0}" "claims for 30 s"
kill $monitor

test_begin "requests that are refused, each an event"
listen
timeit flood hvclaim 20000 hvcnl flood 20000 -b mock -o flood "$(bdf rp1)"
told_all "refused flood:" 20000 "20000 refused claims"
kill $monitor
remark "event: seconds from the kernel's uevent of the bind to the line; median of 20"
remark "rate: claims a second until all of $(echo "$vfs" | wc -w) were held, by the mock backend, without resets"
tests_done
