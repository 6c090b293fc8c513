#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# rdt: on,no-mb,no-mon
# smp: 2
# kernels: one
# timeout: 240
# L3 only: what the hardware has not got has no effect, and is an error only for who requires it.
. /rig/suites/lib.sh
. /rig/suites/rdt.sh
R=/sys/fs/resctrl

config <<END
version: 1
classes:
  gold: {partition: exclusive, L3: {all: 4 ways}, MB: {all: 50%}}
guests:
  db1: {class: gold, monitor: true}
END
guest_start db1

test_begin "the cache is divided although bandwidth and monitoring are not there"
check_status 0 hvclaim guest apply
check_is 4 ways "$(register "L3[$(class_of db1)]")"
check_is "" host rdt registers MB

test_begin "it is told what has no effect"
check_status 0 hvclaim guest explain db1
check_has MB
check_has monitor

test_begin "a guest that requires it is refused, and nothing changes"
check hvclaim guest clear --all
sed -i 's/monitor: true/require: [MB]/' /etc/hvclaim/hvclaim.yaml
writes >/dev/null
check_status 3 hvclaim guest apply
check_has MB
check_is "" groups
check_is "" writes
test_begin "code and data where the CPU cannot tell them apart: the rest works, and explain says so"
check hvclaim guest clear --all
check umount $R
config <<END
version: 1
classes: {gold: {partition: shared, L3CODE: {all: 4 ways}, L3DATA: {all: 4 ways}}}
guests: {db1: {class: gold}}
END
check_status 0 hvclaim guest apply
check_status 0 hvclaim guest explain db1
note "$output"
check_has "without code and data priorities"
nothing_refused
tests_done
