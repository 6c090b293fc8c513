#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Valid, mutated and random messages from many sockets at once: the module answers, and keeps its ledger.
# topology: multi8
# smp: 2
# timeout: 1500
. /rig/suites/lib.sh

for module in e1000e vfio-pci hvc_test_mock; do modprobe $module; done
modprobe hvclaim mock=1
nics=$(for n in 1 2 3 4 5 6 7 8; do bdf nic$n; done)
messages=20000
[ "$RIG_KERNEL" != torture ] || messages=1000000
seed=$(od -An -N4 -tu4 /dev/urandom | tr -d ' ')

settled() { ! hvcnl ledger | grep -q ' queued \| checking \| unbinding \| binding \| releasing '; }
no_claims() { [ "$(hvcnl info)" = "claims 0" ]; }
rules_gone() { for _id in $(hvcnl rules | awk '{ print $1 }'); do hvcnl rule-del "$_id"; done; }

test_begin "$messages messages are answered or refused"
# shellcheck disable=SC2086  # a list of addresses
output=$(fuzz -s "$seed" -n $messages $nics) || fail "fuzz -s $seed (status $?)"
note "$output"
check test "$(echo "$output" | sed 's/.* \([0-9]*\) accepted.*/\1/')" -gt 100
check test "$(echo "$output" | sed 's/.* \([0-9]*\) refused.*/\1/')" -gt 100

test_begin "afterwards the rules can be deleted, and the claims released"
rules_gone >/dev/null
check_is "" hvcnl rules
check wait_for 60 settled
hvcnl release -A -a 0x1ffffff >/dev/null
check wait_for 60 no_claims || note "$(hvcnl ledger)"
for n in 1 2 3 4 5 6 7 8; do
	check_is e1000e driver_of nic$n
	check_is "(null)" override_of nic$n
done

test_begin "and it claims and releases as ever"
# shellcheck disable=SC2086
check hvcnl claim -w -o vm1 $nics
check hvcnl release -w -o vm1
check_is e1000e driver_of nic8
check rmmod hvclaim

tests_done
