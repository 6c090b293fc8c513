#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# rdt: l2,no-l3,no-mb,no-mon,sockets=2
# smp: 6
# kernels: one
# timeout: 300
# Only the L2 caches can be divided, one in each core, and there is no cache with id 3.
. /rig/suites/lib.sh
. /rig/suites/rdt.sh

config <<END
version: 1
classes:
  gold: {partition: exclusive, L2: {all: 3 ways, 4: 2 ways}}
  bulk: {partition: shared, L2: {all: 1MiB, 6: 0x10}}
guests:
  db1: {class: gold}
  web1: {class: bulk}
END
guest_start db1 web1
apply
gold=$(class_of db1) bulk=$(class_of web1)

test_begin "each core's cache has what is asked for, whatever its id"
# the id 4 is the fourth cache, 6 the sixth
check_is "3 3 3 2 3 3" echo "$(for dom in 0 1 2 3 4 5; do ways "$(register "L2[$gold] dom=$dom")"; done | xargs)"
check_is "2 2 2 2 2 1" echo "$(for dom in 0 1 2 3 4 5; do ways "$(register "L2[$bulk] dom=$dom")"; done | xargs)"
check_is 0x10 register "L2[$bulk] dom=5"

test_begin "the exclusive class is alone in each"
for dom in 0 1 2 3 4 5; do
	check apart "$(register "L2[$gold] dom=$dom")" "$(register "L2[$bulk] dom=$dom")"
	check apart "$(register "L2[$gold] dom=$dom")" "$(register "L2[0] dom=$dom")"
done

test_begin "an id that is not there is an error, and changes nothing"
writes >/dev/null
sed -i 's/4: 2 ways/3: 2 ways/' /etc/hvclaim/hvclaim.yaml
check_status 3 hvclaim guest apply
check_has 3
check_is "" writes
nothing_refused
tests_done
