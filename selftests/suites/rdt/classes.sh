#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# rdt: on
# smp: 2
# kernels: one
# timeout: 240
# One socket: 11 ways of L3 (1.45 MiB each, the two highest shared with I/O), bandwidth control, monitoring.
. /rig/suites/lib.sh
. /rig/suites/rdt.sh
R=/sys/fs/resctrl

config <<END
version: 1
classes:
  gold: {partition: exclusive, L3: {all: 5MiB}}
  bulk: {partition: shared, L3: {all: 30%}, MB: {all: 45%}}
guests:
  db1: {class: gold, monitor: true}
  web1: {class: bulk}
  web2: {class: bulk}
END
guest_start db1 web1 web2

test_begin "a dry run says what would be done and does nothing"
check mount -t resctrl resctrl $R
writes >/dev/null
check_status 0 hvclaim guest apply --dry-run
check_has hvclaim-gold
check_is "" groups
check_is "" writes
check umount $R

test_begin "resctrl is mounted when it is needed"
apply
check grep -q ' resctrl ' /proc/self/mounts
check_is "hvclaim-bulk hvclaim-gold" groups

test_begin "every thread of a guest is in its class"
check_is hvclaim-gold group_of_guest db1
check_is hvclaim-bulk group_of_guest web1
check_is hvclaim-bulk group_of_guest web2
gold=$(class_of db1) bulk=$(class_of web1)
check [ "$gold" != "$bulk" ]

test_begin "the kernel programmed 4 ways for 5 MiB, and 4 for 30 %"
check_is 4 ways "$(register "L3[$gold]")"
check_is 4 ways "$(register "L3[$bulk]")"

test_begin "the exclusive class is alone: no other class, not the root, no I/O"
check apart "$(register "L3[$gold]")" "$(register "L3[$bulk]")"
check apart "$(register "L3[$gold]")" "$(register "L3[0]")"
check apart "$(register "L3[$gold]")" 0x600
check_is exclusive cat $R/hvclaim-gold/mode
note "$(host rdt registers "L3[0]"; host rdt registers "L3[$gold]"; host rdt registers "L3[$bulk]"; host rdt registers MB)"

test_begin "bandwidth is throttled by steps of the hardware: 45 % becomes 50 %"
check_is 0x32 register "MB[$bulk]"
check_is 0 register "MB[$gold]"

test_begin "a monitored guest has a monitor group with all its threads"
check_is hvclaim-db1 mon_of_guest db1
check_is "" mon_of_guest web1

test_begin "a second apply changes nothing, writes nothing and says so"
writes >/dev/null
check_status 0 hvclaim -j guest apply
check_has '"changed":false' "$(echo "$output" | tr -d ' \n')"
check_is "" writes
check_is hvclaim-gold group_of_guest db1

test_begin "a thread that comes later is in the class of its guest"
kill -USR2 "$(pid_of db1)"
check wait_for 60 guest_is_up db1 5
check_is hvclaim-gold group_of_guest db1
check_is hvclaim-db1 mon_of_guest db1

test_begin "what somebody took out is put back"
pid_of web1 >$R/tasks
check_is mixed group_of_guest web1
echo "L3:0=100" >$R/hvclaim-bulk/schemata
apply
check_is hvclaim-bulk group_of_guest web1
check_is 4 ways "$(register "L3[$bulk]")"

test_begin "an impossible request is an error with the arithmetic, and changes nothing"
before=$(cat $R/schemata $R/*/schemata)
cp /etc/hvclaim/hvclaim.yaml /run/good.yaml
sed -i 's/5MiB/15.9MiB/' /etc/hvclaim/hvclaim.yaml
check_status 3 hvclaim guest apply
check_has gold
check_has 11
check_is "$before" cat $R/schemata $R/hvclaim-bulk/schemata $R/hvclaim-gold/schemata
cp /run/good.yaml /etc/hvclaim/hvclaim.yaml

test_begin "the group of a dead guest is reaped"
guest_stop web1
apply
check_is "hvclaim-bulk hvclaim-gold" groups
guest_stop web2
apply
check_is hvclaim-gold groups

test_begin "with the last exclusive guest the root gets back what it had"
guest_stop db1
apply
check_is "" groups
check_is 0x7ff register "L3[0]"
check [ ! -e /run/hvclaim/resctrl-root ]

test_begin "what is cleared is as before"
guest_start db1 web1
apply
check_is hvclaim-gold group_of_guest db1
check hvclaim guest clear --all
check_is "" groups
check_is "" group_of_guest db1
check_is 0x7ff register "L3[0]"
nothing_refused
tests_done
