#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# rdt: on,no-l3,no-mb
# smp: 2
# kernels: one
# timeout: 240
# Monitoring only: guests get monitor groups, and there are no classes.
. /rig/suites/lib.sh
. /rig/suites/rdt.sh
R=/sys/fs/resctrl

config <<END
version: 1
guests:
  db1: {monitor: true}
  web1: {monitor: true}
END
guest_start db1 web1

test_begin "each guest is counted by itself"
apply
check_is hvclaim-db1 mon_of_guest db1
check_is hvclaim-web1 mon_of_guest web1
check_is "hvclaim-db1 hvclaim-web1" sh -c "cd $R/mon_groups && ls | xargs"

test_begin "a second apply changes nothing"
check_status 0 hvclaim -j guest apply
check_has '"changed":false' "$(echo "$output" | tr -d ' \n')"

test_begin "the monitor group of a dead guest is reaped"
guest_stop web1
apply
check_is hvclaim-db1 ls $R/mon_groups

test_begin "classes have no effect, which explain says"
config <<END
version: 1
classes: {gold: {partition: shared, L3: {all: 50%}}}
guests: {db1: {class: gold, monitor: true}}
END
check_status 0 hvclaim guest apply
check_status 0 hvclaim guest explain db1
check_has L3
nothing_refused
tests_done
