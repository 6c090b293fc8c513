#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# rdt: haswell
# smp: 2
# kernels: one
# timeout: 240
# Haswell: 20 ways, 4 class ids, each mask at least 2 bits (min_cbm_bits), the two highest shared with I/O.
. /rig/suites/lib.sh
. /rig/suites/rdt.sh
R=/sys/fs/resctrl

config <<END
version: 1
classes:
  gold: {partition: exclusive, L3: {all: 1 way}}
  bulk: {partition: shared, L3: {all: 10%}}
guests:
  db1: {class: gold}
  web1: {class: bulk}
END
guest_start db1 web1

test_begin "one way is too small for this cache: it is made two, and that is told"
check_status 0 hvclaim guest apply
check_is 2 cat $R/info/L3/min_cbm_bits
gold=$(class_of db1) bulk=$(class_of web1)
check_is 2 ways "$(register "L3[$gold]")"
check_is 2 ways "$(register "L3[$bulk]")"
check apart "$(register "L3[$gold]")" "$(register "L3[0]")"

test_begin "a second apply writes nothing"
writes >/dev/null
apply
check_is "" writes

test_begin "a mask of one bit is an error that names the least, and changes nothing"
sed -i 's/1 way/0x1/' /etc/hvclaim/hvclaim.yaml
check_status 3 hvclaim guest apply
check_has 2
check_is "" writes
nothing_refused
tests_done
