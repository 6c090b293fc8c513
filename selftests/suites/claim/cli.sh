# SPDX-License-Identifier: GPL-2.0-only
# The hvclaim command: exit codes, selectors, idempotence, dry runs, JSON.
# topology: basic
# share: yes
. /rig/suites/lib.sh
. /rig/suites/findings.sh
. /rig/suites/json.sh

for module in e1000e nvme vfio_iommu_type1 hvc_test_host hvc_test_mock; do modprobe $module; done
modprobe hvclaim mock=1
wait_for 10 driver_is nic2 e1000e
n1=$(bdf nic1) n2=$(bdf nic2)
count() { echo $#; }
seconds() { cut -d. -f1 /proc/uptime; }

test_begin "info and list tell people and programs the same"
check_status 0 hvclaim info
check_has "vfio-pci"
json 0 info
has backends.0=vfio-pci claims=0 iommu=intel
check_status 0 hvclaim list
check_has "$n2"
check_has "82574L"
json 0 list "$n2"
has "devices.0.address=$n2" devices.0.vendor=8086 devices.0.driver=e1000e devices.0.state=host
json 0 list -a
check_is "$(count /sys/bus/pci/devices/*)" sh -c "jsonflat </run/json | grep -c '^devices.[0-9]*.address='"
json 0 list --by-group
check_is "$(count /sys/kernel/iommu_groups/*)" sh -c "jsonflat </run/json | grep -c '^groups.[0-9]*.\(id\|group\)='"
json 0 list --claims

# selects SELECTOR ADDRESS…: check means just these functions
selects() {
	_selector=$1
	shift
	json 0 check "$_selector"
	_got=$(printf '%s\n' "$flat" | sed -n 's/^functions\.[0-9]*=//p' | sort | tr '\n' ' ')
	[ "$_got" = "$(printf '%s\n' "$@" | sort | tr '\n' ' ')" ] || fail "$_selector is $_got, not $*"
}

test_begin "every kind of selector means the functions that it should"
selects "$n2" "$n2"
selects "${n2#0000:}" "$n2"
selects "${n2%0}*" "$n2"
selects "pci_$(echo "$n2" | tr :. __)" "$n2"
selects 0000:00:04.1/00.0 "$n2"
selects pci:8086:10d3 "$n1" "$n2"
selects 'pci:8086:10d3:*:*' "$n1" "$n2"
selects class:0200 "$n1" "$n2"
selects class:010802 "$(bdf nvme1)"
selects "group:$(group_of nic2)" "$n2"
selects "net:$(netdev_of nic2)" "$n2"
selects "$n2,ids=8086:10d3" "$n2"
selects serial:52-54-00-ff-ff-00-00-02 "$n2"

test_begin "aliases of the configuration are selectors"
mkdir -p /etc/hvclaim/conf.d
printf 'version: 1\naliases:\n  lan0: "0000:00:04.0/00.0,ids=8086:10d3"\n' >/etc/hvclaim/hvclaim.yaml
printf 'version: 1\naliases: {lan1: "%s"}\n' "$n2" >/etc/hvclaim/conf.d/more.yaml
selects lan0 "$n1"
selects lan1 "$n2"
refuses 3 hvclaim check lan1,ids=10de:1eb8
json 3 check lan1,ids=10de:1eb8
has verdict=fatal findings.0.reason=identity
rm -r /etc/hvclaim

test_begin "a dry run says what would come of it, and changes nothing"
refuses 0 hvclaim claim "$n2" -o vm1 --dry-run
check_has "$n2: ok, with vfio-pci"
before=$(state)
json 0 claim "$n2" -o vm1 --dry-run
has changed=false verdict=note "functions.0=$n2"
check_is "$before" state
refuses 3 hvclaim claim "$(bdf rp1)" -o vm1 --dry-run

test_begin "claimed: says what was and what is; asked again it is done already"
json 0 claim "$n2" -o vm1
has changed=true state=held owner=vm1 backend=vfio-pci "functions.0.address=$n2" functions.0.host_driver=e1000e
check_is vfio-pci driver_of nic2
json 0 claim "$n2" -o vm1
has changed=false state=held owner=vm1
refuses 0 hvclaim claim "$n2" -o vm1
check_has "$n2: held already for vm1"
check_status 0 hvclaim list "$n2"
check_has vm1
check_status 0 hvclaim list --claims
check_has vm1
json 0 list --claims
has claims.0.owner=vm1 claims.0.state=held "claims.0.functions.0.address=$n2"

test_begin "refused is 3, with every reason"
json 3 claim "$n2" -o vm2
has changed=false verdict=fatal findings.0.reason=held findings.0.owner=vm1
refuses 3 hvclaim claim "$n2" -o vm2
check_has "for vm1"
ip link set "$(netdev_of nic1)" up
json 3 claim "$n1" "$n2" -o vm2
printf '%s\n' "$flat" | grep -q "reason=netdev-busy" || fail "netdev-busy is not told: $flat"
printf '%s\n' "$flat" | grep -q "reason=held" || fail "held is not told: $flat"
ip link set "$(netdev_of nic1)" down
check_is e1000e driver_of nic1

test_begin "busy is 4, and when idle it is pending (5) until the guest ends"
mkfifo /run/hold
vfio-hold "$(group_of nic2)" "$n2" </run/hold >/run/held &
exec 8>/run/hold
check wait_for 10 grep -q held /run/held
refuses 4 hvclaim release "$n2"
json 4 release "$n2"
has changed=false findings.0.reason=in-use
json 5 release "$n2" --when-idle --wait 1
has changed=true
check_status 5 hvclaim release "$n2" --when-idle --wait 1
check_has "released when the guest ends"
json 5 release "$n2" --when-idle --wait 0
has changed=false
hvclaim release "$n2" --when-idle --wait 30 8>&- >/run/when-idle 2>&1 &
waiting=$!
sleep 1
check_is vfio-pci driver_of nic2
exec 8>&-
wait $waiting || fail "status $?: $(cat /run/when-idle)"
check_is e1000e driver_of nic2
rm /run/hold

test_begin "released: says who has it now; asked again there is nothing to do"
check hvclaim claim "$n2" -o vm1
refuses 0 hvclaim release "$n2" --dry-run
check_has "$n2: would go back to e1000e"
json 0 release "$n2" --dry-run
has changed=false "functions.0=$n2"
json 0 release "$n2"
has changed=true claims.0.state=gone
check_is e1000e driver_of nic2
json 0 release "$n2"
has changed=false
refuses 0 hvclaim release "$n2"
check_has "nothing to release"
refuses 0 hvclaim release -o vm1
refuses 0 hvclaim release --all
check_has "nothing to release"

test_begin "a claim of an owner, by number, or of everybody"
check hvclaim claim "$n1" -o vm1
check hvclaim claim "$n2" -o vm2
check hvclaim release -o vm2
check_is vfio-pci driver_of nic1
check_is e1000e driver_of nic2
id=$(hvcnl ledger | cut -d' ' -f1)
check hvclaim release --claim "$id"
check_is e1000e driver_of nic1
check hvclaim claim "$n1" -o vm1
check hvclaim claim "$n2" -o vm2
check hvclaim release --all
check_is e1000e driver_of nic1
check_is e1000e driver_of nic2

# a driver that does not let go
echo "$n2" >/sys/bus/pci/drivers/e1000e/unbind
echo hvc_test_host >"$(sysfs nic2)/driver_override"
echo "$n2" >/sys/bus/pci/drivers_probe

test_begin "pending is 5: --wait 3 on a stuck claim, after 3 seconds; every command still answers"
echo 1 >/sys/module/hvc_test_host/parameters/hold_remove
start=$(seconds)
check_status 5 hvclaim claim "$n2" -o vm1 --backend mock --deadline 1 --wait 3
took=$(($(seconds) - start))
[ $took -ge 3 ] || fail "--wait 3 gave up after $took s"
check_has "stuck"
# the driver holds on until it is told otherwise: that they answer at all is the test
check_status 0 timeout 60 hvclaim list
check_has stuck
check_status 0 timeout 60 hvclaim list --claims
check_status 0 timeout 60 hvclaim info
check_status 3 timeout 60 hvclaim check "$n2" -o vm2 --backend mock
check_status 3 timeout 60 hvclaim claim "$n2" -o vm2 --backend mock
json 5 claim "$n2" -o vm1 --backend mock --wait 0
has changed=false state=stuck

test_begin "it is held when the driver lets go, and the one who waits sees that"
hvclaim claim "$n2" -o vm1 --backend mock --wait 20 >/run/waiting 2>&1 &
waiting=$!
sleep 1
echo 0 >/sys/module/hvc_test_host/parameters/hold_remove
wait $waiting || fail "status $?"
check_has "$n2: held" "$(cat /run/waiting)"
check_is hvc_test_mock driver_of nic2
check hvclaim release -o vm1
check_is hvc_test_host driver_of nic2

test_begin "a claim that cannot be bound is an error (1), and rolled back"
echo "$n2" >/sys/module/hvc_test_mock/parameters/fail
check_status 1 hvclaim claim "$n2" -o vm1 --backend mock
check_has "could not be bound"
json 1 claim "$n2" -o vm1 --backend mock
has state=refused
echo - >/sys/module/hvc_test_mock/parameters/fail
check_is hvc_test_host driver_of nic2
check_is "claims 0" hvcnl info

test_begin "a claim that lasts as long as its command"
hvclaim claim "$n2" -o vm1 --backend mock --lifetime socket >/run/socket 2>&1 &
owner=$!
check wait_for 10 driver_is nic2 hvc_test_mock
check wait_for 5 grep -q held /run/socket
kill $owner
check wait_for 10 driver_is nic2 hvc_test_host
no_claims() { [ "$(hvcnl info)" = "claims 0" ]; }
check wait_for 5 no_claims

echo "$n2" >/sys/bus/pci/drivers/hvc_test_host/unbind
echo >"$(sysfs nic2)/driver_override"
echo "$n2" >/sys/bus/pci/drivers_probe
modprobe -r hvclaim || fail "the module does not go"
modprobe -r hvc_test_host hvc_test_mock
tests_done
