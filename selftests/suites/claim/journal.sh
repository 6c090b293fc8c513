#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# What was asked of the helper, and what came of it, is in the systemd journal.
# topology: multi8
# root: systemd
# kernels: 6.12
# timeout: 400
. /rig/suites/lib.sh

check wait_for 120 systemctl is-active -q basic.target
for module in e1000e vfio-pci hvclaim; do modprobe $module; done
wait_for 60 driver_is nic8 e1000e
n1=$(bdf nic1) n2=$(bdf nic2)
id=MESSAGE_ID=9353916367a5474a86fca9368e7030d7
newest() { journalctl -q -o json -n 1 $id; }
records() { journalctl -q -o json $id | wc -l; }
# newest_is FIELD VALUE: a value of several devices is a list of texts
newest_is() { [ "$(newest | python3 -c 'import json, sys; print(json.load(sys.stdin).get(sys.argv[1]))' "$1")" = "$2" ]; }
there_are() { [ "$(records)" = "$1" ]; }

test_begin "a claim: who, what, and what came of it"
check hvclaim claim "$n1" "$n2" -o vm1
check wait_for 30 there_are 1
check newest_is MESSAGE "claim of 2 functions for vm1: held"
check newest_is HVCLAIM_VERB claim
check newest_is HVCLAIM_RESULT held
check newest_is HVCLAIM_OWNER vm1
check newest_is HVCLAIM_CLAIM 1
check newest_is HVCLAIM_DEVICE "['$n1', '$n2']"
check newest_is PRIORITY 6
check newest_is SYSLOG_IDENTIFIER hvclaim
check newest_is _UID 0

test_begin "what is refused is a warning"
check_status 3 hvclaim claim "$n1" -o vm2
check wait_for 30 there_are 2
check newest_is MESSAGE "claim of $n1 for vm2: refused"
check newest_is PRIORITY 4

test_begin "a release"
check hvclaim release -o vm1
check wait_for 30 there_are 3
check newest_is HVCLAIM_VERB release
check newest_is HVCLAIM_OWNER vm1
check newest_is HVCLAIM_DEVICE "['$n1', '$n2']"

test_begin "nobody writes fields of his own by a name of two lines"
check_status 2 hvclaim claim "$n1" -o "$(printf 'vm1\nPRIORITY=0')"
check_status 2 hvclaim rule add "$n1,owner=$(printf 'vm1\nPRIORITY=0')"
check there_are 3

test_begin "a rule"
check hvclaim rule add "$n1,owner=vm1"
check wait_for 30 there_are 4
check newest_is HVCLAIM_RULE "$n1,owner=vm1"
check newest_is HVCLAIM_VERB "rule add"

test_begin "without a journal all goes on"
systemctl stop systemd-journald.socket systemd-journald-dev-log.socket systemd-journald-audit.socket systemd-journald
rm -f /run/systemd/journal/socket
check hvclaim rule remove --all
check hvclaim claim "$n2" -o vm2
check hvclaim release -o vm2

tests_done
