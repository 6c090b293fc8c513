#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# smp: 2
# kernels: one
# timeout: 240
# No resctrl at all: the CPU has no RDT.
. /rig/suites/lib.sh
. /rig/suites/rdt.sh

config <<END
version: 1
classes: {gold: {partition: exclusive, L3: {all: 50%}, MB: {all: 50%}}}
guests: {db1: {class: gold, monitor: true}}
END
guest_start db1

test_begin "a class has no effect, and that is no error"
check_status 0 hvclaim guest apply
check_status 0 hvclaim guest explain db1
check_has L3
check_has MB

test_begin "it is one for a guest that requires it"
sed -i 's/monitor: true/require: [L3]/' /etc/hvclaim/hvclaim.yaml
check_status 3 hvclaim guest apply
check_has L3

test_begin "a second apply says that nothing changes"
sed -i 's/, require: \[L3\]//' /etc/hvclaim/hvclaim.yaml
check_status 0 hvclaim -j guest apply
check_has '"changed":false' "$(echo "$output" | tr -d ' \n')"
tests_done
