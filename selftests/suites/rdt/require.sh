#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# rdt: on
# smp: 2
# kernels: one
# timeout: 300
# require: with what a guest does not get in full: bandwidth that is rounded, a device that the host uses.
. /rig/suites/lib.sh
. /rig/suites/rdt.sh

modprobe e1000e
modprobe vfio-pci
modprobe hvclaim
config <<END
version: 1
classes:
  gold: {partition: exclusive, L3: {all: 3 ways}, MB: {all: 45%}}
guests:
  db1: {class: gold, devices: ["$(bdf nic2)"], require: [MB]}
END
guest_start db1

test_begin "bandwidth that is rounded is an error for who requires it, and its threads are left where they were"
check_status 1 hvclaim guest apply
note "$output"
check_has "db1: required MB has not its full effect: 45% of MB 0 is 50%"
check_is "" group_of_guest db1

test_begin "for others it is told, and done"
sed -i 's/, require: \[MB\]//' /etc/hvclaim/hvclaim.yaml
apply
check_is hvclaim-gold group_of_guest db1
check_status 0 hvclaim guest explain db1
note "$output"
check_has "45% of MB 0 is 50%"

test_begin "a device of the host's is an error also where nothing is to be changed, and what is set stays"
sed -i 's/"\]}/"], require: [L3, devices]}/' /etc/hvclaim/hvclaim.yaml
check_status 1 hvclaim guest apply
note "$output"
check_has "its values stand"
check_is hvclaim-gold group_of_guest db1
check_has "db1: required devices has no effect: $(bdf nic2) has the driver e1000e of the host"
check_status 0 hvclaim guest explain db1
check_has "$(bdf nic2) is not held"

test_begin "once it is claimed all is there, and explain says what a class cannot do for it"
check hvclaim claim "$(bdf nic2)" -o db1
check_status 0 hvclaim guest apply
check_status 0 hvclaim guest explain db1
note "$output"
check_has "cannot put what its devices write to the cache into a class; they use the ways 0x600"
nothing_refused
tests_done
