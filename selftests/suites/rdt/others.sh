#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# rdt: on
# smp: 2
# kernels: one
# timeout: 240
# Groups of pqos and libvirt are there already: they keep what they have, and so do their threads.
. /rig/suites/lib.sh
. /rig/suites/rdt.sh
R=/sys/fs/resctrl

check_untouched() {
	check_is "$pqos" cat $R/COS1/schemata
	check_is "$libvirt" cat "$R/qemu-1-vm-vcpus_0/schemata"
	check_is "$mine" cat $R/mine/schemata
	check_is "$other" cat $R/COS1/tasks
}

mount -t resctrl resctrl $R
mkdir $R/COS1 $R/qemu-1-vm-vcpus_0 $R/mine
echo "L3:0=7" >$R/COS1/schemata
echo "L3:0=18" >$R/qemu-1-vm-vcpus_0/schemata
echo exclusive >$R/qemu-1-vm-vcpus_0/mode || note "not exclusive: $(cat $R/info/last_cmd_status)"
echo "MB:0=20" >$R/mine/schemata
sleep 1000 &
other=$!
echo $other >$R/COS1/tasks
pqos=$(cat $R/COS1/schemata) libvirt=$(cat $R/qemu-1-vm-vcpus_0/schemata) mine=$(cat $R/mine/schemata)

config <<END
version: 1
classes:
  gold: {partition: exclusive, L3: {all: 2 ways}}
  bulk: {partition: shared, L3: {all: 2 ways}}
guests:
  db1: {class: gold}
  web1: {class: bulk}
END
guest_start db1 web1

test_begin "an exclusive class finds a place beside those of pqos and libvirt"
apply
check_is hvclaim-gold group_of_guest db1
gold=$(class_of db1)
check_is 2 ways "$(register "L3[$gold]")"
check apart "$(register "L3[$gold]")" 0x7
check apart "$(register "L3[$gold]")" 0x18
note "$(host rdt registers L3 | head -n 6)"

test_begin "explain names the group that still has the ways of the exclusive one"
check_status 0 hvclaim guest explain db1
note "$output"
check_has "group mine has them, too"

test_begin "groups of others keep their values and tasks"
check_untouched

test_begin "a second apply writes nothing"
writes >/dev/null
apply
check_is "" writes

test_begin "what others have taken is not given out: an error that names them"
sed -i 's/all: 2 ways}}/all: 9 ways}}/' /etc/hvclaim/hvclaim.yaml
check_status 3 hvclaim guest apply
check_has "groups of others"
check_untouched

test_begin "groups of others outlive a clear"
sed -i 's/9 ways/2 ways/' /etc/hvclaim/hvclaim.yaml
check hvclaim guest clear --all
check_is "" groups
check_untouched
nothing_refused
tests_done
