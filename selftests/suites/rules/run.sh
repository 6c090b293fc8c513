# SPDX-License-Identifier: GPL-2.0-only
# Rules that come and go in a running kernel, and functions that appear under them.
# topology: basic
# timeout: 400
. /rig/suites/lib.sh

for module in e1000e vfio-pci vfio_iommu_type1 hvc_test_host hvc_test_mock; do modprobe $module; done
modprobe hvclaim mock=1
wait_for 20 driver_is nic2 e1000e
n1=$(bdf nic1) n2=$(bdf nic2)

rule_is() { hvcnl rules | grep -q "^$1 $2 "; } # ID STATE
dev_is() { [ "$(hvcnl dev "$1")" = "$1 $2" ]; } # ADDRESS "STATE DRIVER OWNER"
event() { grep -q "$1" /run/events; }
remove() { echo 1 >"/sys/bus/pci/devices/$1/remove"; } # ADDRESS
rescan() { echo 1 >/sys/bus/pci/rescan; }
rm -f /run/events
hvcnl monitor >>/run/events &
wait_for 5 event listening

test_begin "a rule takes what is there"
check_is "1 changed" hvcnl rule-add "$n2,owner=vm1"
check wait_for 20 dev_is "$n2" "held vfio-pci vm1"
check rule_is 1 active

test_begin "the same rule again is no second one"
check_is "1 unchanged" hvcnl rule-add "$n2,owner=vm1"

test_begin "a mistake is refused with its column, and adds nothing"
check_status 1 hvcnl rule-add "$n1,owner"
check_has "EINVAL: column 14: expected owner"
check_status 1 hvcnl rule-add "$n1,backend=nope"
check_has "ENOENT: no backend nope on this host"
check_status 1 hvcnl rule-add "$(printf '%0600d' 0)"
check_has "validation"
check_is 1 sh -c "hvcnl rules | grep -c ^[0-9]"

test_begin "a rule that is removed leaves its claims"
check hvcnl rule-del 1
check_is "" hvcnl rules
check dev_is "$n2" "held vfio-pci vm1"
check_status 1 hvcnl rule-del 1
check_has "ENOENT: no rule 1"
check hvcnl release -w -A
check_is e1000e driver_of nic2

test_begin "a rule for later leaves alone what is there, and takes it when it appears anew"
check_is "2 changed" hvcnl rule-add -l "pci:8086:10d3,owner=vm2"
sleep 0.3
check_is e1000e driver_of nic1
check rule_is 2 waiting
dmesg -c >/dev/null
remove "$n1"
rescan
check wait_for 20 dev_is "$n1" "held vfio-pci vm2"
check rule_is 2 active
check_status 1 sh -c "dmesg | grep 'e1000e $n1: '"
check_is e1000e driver_of nic2

test_begin "a refused function that was kept waiting goes to its host driver"
check hvcnl rule-del 2
check hvcnl release -w -A
check hvcnl rule-add -l "$n1,owner=vm3,group=whole"
check hvcnl claim -w -o other "$n2"
echo "$n1" >/sys/bus/pci/drivers/e1000e/unbind
remove "$n1"
rescan
check wait_for 20 dev_is "$n1" "held vfio-pci vm3"
check hvcnl release -w -A
check hvcnl rule-del 3
check hvcnl rule-add -l "$n1,owner=vm3,driver=e1000e"
remove "$n1"
rescan
check wait_for 20 rule_is 4 refused
check wait_for 20 driver_is nic1 e1000e
check_is "(null)" override_of nic1
check hvcnl rule-del 4

test_begin "50 times out and in: its host driver never sees it"
check hvcnl rule-add "$n1,owner=vm4"
check wait_for 20 dev_is "$n1" "held vfio-pci vm4"
dmesg -c >/dev/null
for i in $(seq 50); do
	remove "$n1"
	rescan
	check wait_for 20 dev_is "$n1" "held vfio-pci vm4" || break
done
check_status 1 sh -c "dmesg | grep 'e1000e $n1: '"
check_is 1 sh -c "hvcnl ledger | grep -c ' held vm4$'"
check_is "claims 1" hvcnl info

test_begin "and 50 times in pieces of a second, with the rule gone, for the claim that waits"
check hvcnl rule-del 5
for i in $(seq 50); do
	remove "$n1"
	[ $((i % 3)) = 0 ] || usleep $((i * 500))
	rescan
	[ $((i % 2)) = 0 ] || usleep $((i * 500))
done
check wait_for 20 dev_is "$n1" "held vfio-pci vm4"
check_status 1 sh -c "dmesg | grep 'e1000e $n1: '"

test_begin "a claim that waits can be released between the function's coming and its return"
for i in $(seq 20); do
	remove "$n1"
	rescan &
	usleep $((i * 1000))
	hvcnl release -A >/dev/null
	wait $!
	check wait_for 20 dev_is "$n1" "host e1000e -" || break
	check_is "claims 0" hvcnl info
	check hvcnl claim -w -o vm4 "$n1"
done
check hvcnl release -w -A
check_is "(null)" override_of nic1

test_begin "who rebinds a claimed function is seen: told, and shown"
check hvcnl claim -w -o vm5 "$n1"
: >/run/events
echo "$n1" >/sys/bus/pci/drivers/vfio-pci/unbind
check wait_for 20 event "^drift $n1"
echo >"$(sysfs nic1)/driver_override"
echo "$n1" >/sys/bus/pci/drivers/e1000e/bind
check wait_for 20 dev_is "$n1" "drifted e1000e vm5"

test_begin "and the owner's claim, asked for again, takes it back"
check_status 0 hvcnl claim -w -o vm5 "$n1"
check_has " changed held"
check wait_for 20 dev_is "$n1" "held vfio-pci vm5"
check_status 0 hvcnl claim -w -o vm5 "$n1"
check_has " unchanged held"
check hvcnl release -w -o vm5
check_is e1000e driver_of nic1

test_begin "but not when it is in use by then"
check hvcnl claim -w -o vm5 "$n1"
echo "$n1" >/sys/bus/pci/drivers/vfio-pci/unbind
echo >"$(sysfs nic1)/driver_override"
echo "$n1" >/sys/bus/pci/drivers/e1000e/bind
check wait_for 20 dev_is "$n1" "drifted e1000e vm5"
ip link set "$(netdev_of nic1)" up
check_status 1 hvcnl claim -w -o vm5 "$n1"
check_has "EACCES: $n1: netdev-busy"
check_is e1000e driver_of nic1
check dev_is "$n1" "drifted e1000e vm5"
ip link set "$(netdev_of nic1)" down
check hvcnl release -w -o vm5
check_is e1000e driver_of nic1

tests_done
