#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# rdt: on,sockets=2
# smp: 4
# kernels: one
# timeout: 240
# Two sockets: a class may have something else on each.
. /rig/suites/lib.sh
. /rig/suites/rdt.sh

config <<END
version: 1
classes:
  gold: {partition: exclusive, L3: {all: 3 ways, 1: 5 ways}, MB: {all: 100%, 0: 70%}}
  bulk: {partition: shared, L3: {all: 30%, 1: 0x0c0}, MB: {all: 50%}}
guests:
  db1: {class: gold, monitor: true}
  web1: {class: bulk}
END
guest_start db1 web1
apply
gold=$(class_of db1) bulk=$(class_of web1)

test_begin "each socket has the ways that are asked for there"
check_is 3 ways "$(register "L3[$gold] dom=0")"
check_is 5 ways "$(register "L3[$gold] dom=1")"
check_is 4 ways "$(register "L3[$bulk] dom=0")"
check_is 0xc0 register "L3[$bulk] dom=1"

test_begin "the exclusive class is alone on both"
for dom in 0 1; do
	check apart "$(register "L3[$gold] dom=$dom")" "$(register "L3[$bulk] dom=$dom")"
	check apart "$(register "L3[$gold] dom=$dom")" "$(register "L3[0] dom=$dom")"
	check apart "$(register "L3[$gold] dom=$dom")" 0x600
done

test_begin "bandwidth too"
check_is 0x1e register "MB[$gold] dom=0"
check_is 0 register "MB[$gold] dom=1"
check_is 0x32 register "MB[$bulk] dom=0"
check_is 0x32 register "MB[$bulk] dom=1"
note "$(for c in 0 "$gold" "$bulk"; do host rdt registers "L3[$c]"; host rdt registers "MB[$c]"; done)"

test_begin "a second apply writes nothing"
writes >/dev/null
apply
check_is "" writes
nothing_refused
tests_done
