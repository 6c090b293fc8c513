#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# rdt: on,cdp
# smp: 2
# kernels: one
# timeout: 240
# Code and data of the L3 apart (CDP): classes have half as many ids, and two masks.
. /rig/suites/lib.sh
. /rig/suites/rdt.sh

config <<END
version: 1
classes:
  gold: {partition: exclusive, L3CODE: {all: 2 ways}, L3DATA: {all: 3 ways}}
  bulk: {partition: shared, L3CODE: {all: 20%}, L3DATA: {all: 4 ways}}
guests:
  db1: {class: gold}
  web1: {class: bulk}
END
guest_start db1 web1

test_begin "resctrl is mounted with CDP when a class tells code from data"
apply
check grep -q ' resctrl .*cdp' /proc/self/mounts
check_is 0x1 register L3_CFG
gold=$(class_of db1) bulk=$(class_of web1)

# Data is at the even registers of a class, code at the odd ones.
data() { register "L3[$((2 * $1))]"; }
code() { register "L3[$((2 * $1 + 1))]"; }

test_begin "code and data have what each is asked for"
check_is 2 ways "$(code "$gold")"
check_is 3 ways "$(data "$gold")"
check_is 3 ways "$(code "$bulk")"
check_is 4 ways "$(data "$bulk")"

test_begin "the exclusive class is alone: nobody's code is in its data, nobody's data in its code"
for one in $(code "$gold") $(data "$gold"); do
	for other in $(code "$bulk") $(data "$bulk") $(code 0) $(data 0); do
		check apart "$one" "$other"
	done
done
note "$(host rdt registers L3 | head -n 6)"

test_begin "a second apply writes nothing"
writes >/dev/null
apply
check_is "" writes

test_begin "where it is mounted with CDP already, a class of L3 has both"
config <<END
version: 1
classes: {gold: {partition: shared, L3: {all: 5 ways}}}
guests: {db1: {class: gold}}
END
apply
check_is 5 ways "$(code "$gold")"
check_is 5 ways "$(data "$gold")"
nothing_refused
tests_done
