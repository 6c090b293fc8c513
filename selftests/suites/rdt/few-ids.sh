#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# rdt: on,classes=4
# smp: 2
# kernels: one
# timeout: 300
# Four class ids, one of them the root's, for nine guests.
. /rig/suites/lib.sh
. /rig/suites/rdt.sh
R=/sys/fs/resctrl

config <<END
version: 1
classes:
  gold: {partition: exclusive, L3: {all: 3 ways}}
  s4: {partition: shared, L3: {all: 4 ways}}
  s5: {partition: shared, L3: {all: 4 ways}}
  s3: {partition: shared, L3: {all: 3 ways}, MB: {all: 50%}}
guests:
  g1: {class: gold}
  g2: {class: gold}
  g3: {class: s4}
  g4: {class: s4}
  g5: {class: s5}
  g6: {class: s5}
  g7: {class: s3}
  g8: {class: s3}
  g9: {class: s3}
END
guest_start g1 g2 g3 g4 g5 g6 g7 g8 g9

test_begin "nine guests of four classes share three ids"
check_status 0 hvclaim guest apply
note "$output"
check_is 3 sh -c "ls -d $R/hvclaim-* | wc -l"
for guest in g1 g2 g3 g4 g5 g6 g7 g8 g9; do
	check [ -n "$(group_of_guest $guest)" ]
	check [ "$(group_of_guest $guest)" != mixed ]
done

test_begin "classes that share an id share what is alike; the exclusive one shares with nobody"
check_is hvclaim-gold group_of_guest g1
check_is "$(group_of_guest g3)" group_of_guest g5
check [ "$(group_of_guest g3)" != "$(group_of_guest g7)" ]
gold=$(class_of g1)
check_is 3 ways "$(register "L3[$gold]")"

test_begin "and it is told"
check_status 0 hvclaim guest explain g5
note "$output"
check_has "shares the group hvclaim-s4"

test_begin "a second apply writes nothing"
writes >/dev/null
apply
check_is "" writes

test_begin "ids that others have are not there for us: exclusive classes that need more are an error"
sed -i 's/shared/exclusive/; s/shared/exclusive/; s/4 ways/2 ways/' /etc/hvclaim/hvclaim.yaml
before=$(cat $R/hvclaim-*/schemata)
check_status 3 hvclaim guest apply
check_has id
check_is "$before" sh -c "cat $R/hvclaim-*/schemata"
nothing_refused
tests_done
