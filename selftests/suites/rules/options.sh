# SPDX-License-Identifier: GPL-2.0-only
# Many rules, and rules whose driver comes late.
# topology: basic
# timeout: 250
. /rig/suites/lib.sh

modprobe vfio_iommu_type1
n1=$(bdf nic1) n2=$(bdf nic2)
rule_is() { hvcnl rules | grep -q "^$1 $2 "; } # ID STATE
uptime_ms() { tr -d . </proc/uptime | cut -d' ' -f1; }
ledger_is() { [ "$(hvcnl ledger)" = "$1" ]; } # TEXT

test_begin "200 rules, a mistake in the middle: the others are followed"
modprobe vfio-pci
rules=
for i in $(seq 99); do rules="$rules claim=0000:ff:1f.7,owner=vm$i"; done
rules="$rules claim=0000:01:00.0,allow=rmr"
for i in $(seq 99); do rules="$rules claim=pci:abcd:$i,owner=vm$i"; done
start=$(uptime_ms)
# shellcheck disable=SC2086  # a list
check modprobe hvclaim $rules "claim=$n2,owner=last"
note "loaded in $(($(uptime_ms) - start))0 ms"
check wait_for 20 rule_is 200 active
check_is 200 sh -c "hvcnl rules | grep -c '^[0-9]'"
check_is 198 sh -c "hvcnl rules | grep -c ' waiting '"
check_has "100 invalid 0000:01:00.0,allow=rmr: 20: no such reason" "$(hvcnl rules)"
check_is 1 sh -c "dmesg | grep -c 'this rule does nothing'"
check_is vfio-pci driver_of nic2
check hvcnl release -w -A
rmmod hvclaim

test_begin "a rule longer than one may be is kept as one that does nothing"
check modprobe hvclaim "claim=$n2,owner=vm1" "claim=$n1,owner=$(printf %0600d 0)"
check wait_for 20 rule_is 1 active
check_has "longer than a rule may be" "$(hvcnl rules | grep '^2 invalid ')"
check_is none driver_of nic1
check hvcnl release -w -A
rmmod hvclaim

test_begin "functions wait, parked, for a driver that is not there yet"
rmmod vfio-pci
module=$(find /lib/modules/ -name 'vfio-pci.ko*')
mv "$module" /run/
check modprobe hvclaim "claim=$n2,owner=vm1"
check wait_for 20 ledger_is "1 queued vm1: waits for the driver vfio-pci"
modprobe e1000e
check wait_for 20 driver_is nic1 e1000e
check_is none driver_of nic2
check_is hvclaim-parked override_of nic2
check rule_is 1 active
check_has "$n2 pending - vm1" "$(hvcnl devs)"

test_begin "and are bound when it comes"
mv "/run/${module##*/}" "$module"
check modprobe vfio-pci
check wait_for 20 driver_is nic2 vfio-pci
check wait_for 20 ledger_is "1 held vm1"
check hvcnl release -w -A
check wait_for 20 driver_is nic2 e1000e
rmmod hvclaim

test_begin "a claim that waits for its driver can be released"
rmmod e1000e
rmmod vfio-pci
mv "$module" /run/
check modprobe hvclaim "claim=$n2,owner=vm1"
check wait_for 20 ledger_is "1 queued vm1: waits for the driver vfio-pci"
modprobe e1000e
check wait_for 20 driver_is nic1 e1000e
check hvcnl release -w -A
check wait_for 20 driver_is nic2 e1000e
check_is "(null)" override_of nic2
check_is "claims 0" hvcnl info
mv "/run/${module##*/}" "$module"

test_begin "one that asks for a claim is told that the driver is missing, at once"
mv "$module" /run/
check_status 1 hvcnl claim -w -o vm2 "$n1"
check_has refused
check_is e1000e driver_of nic1
mv "/run/${module##*/}" "$module"

tests_done
