# SPDX-License-Identifier: GPL-2.0-only
# A guest on the device, as vfio-hold plays it: nothing is taken from under it.
# topology: basic
# share: yes
. /rig/suites/lib.sh

for module in e1000e vfio_iommu_type1 hvclaim; do modprobe $module; done
wait_for 5 driver_is nic2 e1000e
n1=$(bdf nic1) n2=$(bdf nic2)

# A guest opens the device; it is gone when its standard input ends
guest_starts() { # DEV
	rm -f /run/guest
	mkfifo /run/guest
	: >/run/guest.out
	vfio-hold "$(group_of "$1")" "$(bdf "$1")" </run/guest >/run/guest.out &
	guest=$!
	exec 8>/run/guest
	wait_for 10 grep -q held /run/guest.out || fail "no guest: $(cat /run/guest.out)"
}
guest_ends() {
	exec 8>&-
	wait $guest
}
claim_id() { hvcnl claim -w -o "$@" | cut -d' ' -f1; } # OWNER ADDRESS…
claim_is() { [ "$(hvcnl get "$1" | head -n 1 | cut -d' ' -f2-)" = "$2" ]; } # ID "STATE OWNER…"
event() { grep -q "$1" /run/events; }

rm -f /run/events
hvcnl monitor >>/run/events &
monitor=$!
wait_for 5 event listening

test_begin "what a guest has open is not released"
id=$(claim_id vm1 "$n2")
guest_starts nic2
check_status 1 hvcnl release -i "$id"
check_has "EBUSY: $n2: in-use"
check_status 1 hvcnl release "$n2"
check_has "EBUSY: $n2: in-use"
check_status 1 hvcnl release -A
check_has "EBUSY: $n2: in-use"
check claim_is "$id" "held vm1"
check_is vfio-pci driver_of nic2

test_begin "no reason can be given that would release it all the same"
check_status 1 hvcnl release -a 0xffffff -i "$id"
check_has "EBUSY"
check claim_is "$id" "held vm1"

test_begin "released when idle, it goes back when the guest ends, and not before"
check_status 0 hvcnl release -I -i "$id"
check_has "changed"
check claim_is "$id" "held vm1 idle"
sleep 1.2
check claim_is "$id" "held vm1 idle"
check_is vfio-pci driver_of nic2
check_status 0 hvcnl release -I -i "$id"
check_has "unchanged"
guest_ends
check wait_for 5 claim_is "$id" "gone vm1"
check_is e1000e driver_of nic2

test_begin "an idle group that is with vfio-pci is not in use"
id=$(claim_id vm1 "$n2")
check hvcnl release -w -i "$id"
check_is e1000e driver_of nic2

test_begin "to be released again while the host driver's probe has the group is no use by a guest"
modprobe hvc_test_host
echo "$n2" >/sys/bus/pci/drivers/e1000e/unbind
echo hvc_test_host >"$(sysfs nic2)/driver_override"
echo "$n2" >/sys/bus/pci/drivers_probe
id=$(claim_id vm1 "$n2")
echo 1 >/sys/module/hvc_test_host/parameters/hold_probe
check hvcnl release -i "$id"
sleep 0.5
check claim_is "$id" "releasing vm1"
check_is unchanged hvcnl release -i "$id"
check_is unchanged hvcnl release "$n2"
echo 0 >/sys/module/hvc_test_host/parameters/hold_probe
check wait_for 5 claim_is "$id" "gone vm1"
check_is hvc_test_host driver_of nic2
echo >"$(sysfs nic2)/driver_override"
echo "$n2" >/sys/bus/pci/drivers/hvc_test_host/unbind
echo "$n2" >/sys/bus/pci/drivers_probe
check_is e1000e driver_of nic2

test_begin "a claim whose owner dies under its guest is orphaned, and the guest keeps the device"
hvcnl claim -w -s -o vm1 "$n2" >/run/socket &
owner=$!
check wait_for 10 grep -q held /run/socket
id=$(cut -d' ' -f1 /run/socket)
guest_starts nic2
kill -9 $owner
check wait_for 5 claim_is "$id" "orphaned vm1"
check event "state $id orphaned"
check_is vfio-pci driver_of nic2
check kill -0 $guest
check_status 1 hvcnl release -i "$id"
check_has "EBUSY"

test_begin "an orphan is released like any other, when its guest is gone"
guest_ends
sleep 1
check claim_is "$id" "orphaned vm1"
check hvcnl release -w -i "$id"
check_is e1000e driver_of nic2

test_begin "an owner that dies without a guest gives its device back"
hvcnl claim -w -s -o vm1 "$n2" >/run/socket &
owner=$!
check wait_for 10 grep -q held /run/socket
id=$(cut -d' ' -f1 /run/socket)
kill -9 $owner
check wait_for 5 claim_is "$id" "gone vm1"
check_is e1000e driver_of nic2

test_begin "vfio-pci and hvclaim cannot be unloaded under a claim"
id=$(claim_id vm1 "$n2")
check_status 1 rmmod vfio_pci
check_status 1 rmmod hvclaim
check_is vfio-pci driver_of nic2
check claim_is "$id" "held vm1"
check hvcnl release -w -i "$id"
check rmmod vfio_pci

test_begin "an unbind by hand is told once as drift, and shown"
modprobe vfio-pci
id=$(claim_id vm1 "$n1" "$n2")
: >/run/events
echo "$n2" >/sys/bus/pci/drivers/vfio-pci/unbind
check wait_for 5 event "^drift $n2"
check_has "$n2 held e1000e -" "$(hvcnl get "$id")"
sleep 0.5
check_is 1 grep -c drift /run/events
check_is "$n2 drifted - vm1" hvcnl dev "$n2"
check claim_is "$id" "held vm1"

test_begin "what was unbound by hand is given back with the rest"
check hvcnl release -w -i "$id"
check_is e1000e driver_of nic1
check_is e1000e driver_of nic2
check_is "(null)" override_of nic2

test_begin "what was bound to another driver by hand stays there"
modprobe pci-stub
id=$(claim_id vm1 "$n2")
: >/run/events
echo "$n2" >/sys/bus/pci/drivers/vfio-pci/unbind
echo pci-stub >"$(sysfs nic2)/driver_override"
echo "$n2" >/sys/bus/pci/drivers_probe
check_is pci-stub driver_of nic2
check wait_for 5 event "^drift $n2"
check hvcnl release -w -i "$id"
check_is pci-stub driver_of nic2
echo "$n2" >/sys/bus/pci/drivers/pci-stub/unbind
echo >"$(sysfs nic2)/driver_override"
echo "$n2" >/sys/bus/pci/drivers_probe
check_is e1000e driver_of nic2

test_begin "a driver that had it by an override which is gone does not keep it from the host"
echo pci-stub >"$(sysfs nic2)/driver_override"
echo "$n2" >/sys/bus/pci/drivers/e1000e/unbind
echo "$n2" >/sys/bus/pci/drivers_probe
check_is pci-stub driver_of nic2
echo >"$(sysfs nic2)/driver_override"
check hvcnl claim -w -o vm1 "$n2"
check hvcnl release -w -o vm1
check_is e1000e driver_of nic2

check_is "claims 0" hvcnl info
kill $monitor
wait_for 5 modprobe -r hvclaim || fail "the module does not go"
tests_done
