# SPDX-License-Identifier: GPL-2.0-only
# Devices that vanish before, while and after they are claimed, and come back.
# topology: basic
# timeout: 200
. /rig/suites/lib.sh

for module in e1000e vfio_iommu_type1 hvc_test_host hvc_test_mock; do modprobe $module; done
modprobe hvclaim mock=1
wait_for 5 driver_is nic2 e1000e
n1=$(bdf nic1) n2=$(bdf nic2)

unplug() { # DEV
	host device_del "$1" >/dev/null && wait_for 20 hotplug_gone "$1"
}
plug() { # DEV DRIVER
	host device_add "e1000e,id=$1,bus=rp${1#nic},netdev=wire${1#nic}" >/dev/null
	wait_for 20 driver_is "$1" "$2"
}
remove() { echo 1 >"/sys/bus/pci/devices/$1/remove"; } # ADDRESS
rescan() { # DEV DRIVER
	echo 1 >/sys/bus/pci/rescan
	wait_for 10 driver_is "$1" "$2"
}
event() { grep -q "$1" /run/events; }
claim_is() { [ "$(hvcnl get "$1" | head -n 1 | cut -d' ' -f2-)" = "$2" ]; } # ID "STATE OWNER…"
dev_is() { [ "$(hvcnl dev "$1")" = "$1 $2" ]; } # ADDRESS "STATE DRIVER OWNER"
no_claims() { [ "$(hvcnl info)" = "claims 0" ]; }
releasing_is_over() { ! hvcnl ledger | grep -q releasing; }
claim_shows() { hvcnl get "$1" | grep -q "$2"; }

rm -f /run/events
hvcnl monitor >>/run/events &
wait_for 5 event listening

test_begin "a function that was unplugged cannot be claimed"
check unplug nic1
check_status 1 hvcnl claim -w -o vm1 "$n1"
check_has "ENODEV: no function at $n1"
check_status 1 hvcnl dev "$n1"
check_has "ENODEV"
check_status 1 hvcnl claim -w -o vm1 "$n2" "$n1"
check_has "ENODEV"
check_is e1000e driver_of nic2
check_is "claims 0" hvcnl info

test_begin "and when it is plugged in again it can"
check plug nic1 e1000e
check_status 0 hvcnl claim -w -o vm1 "$n1"
check_is vfio-pci driver_of nic1

test_begin "a claimed function that is unplugged is told as gone, and its claim waits for it"
check unplug nic1
check wait_for 5 event "^gone $n1"
check claim_is 1 "held vm1"
check claim_shows 1 "^$n1 gone"
check_status 1 hvcnl dev "$n1"
check_is "claims 1" hvcnl info

test_begin "and when it is plugged in again it is the claim's, without a look from its host driver"
dmesg -c >/dev/null
check plug nic1 vfio-pci
check wait_for 10 claim_shows 1 "^$n1 held e1000e vfio-pci"
check_status 1 sh -c "dmesg | grep 'e1000e $n1'"
check hvcnl release -w -o vm1
check_is e1000e driver_of nic1
check_is "(null)" override_of nic1

test_begin "another device at the same address is the host's, and can be claimed anew"
check hvcnl claim -w -o vm1 "$n1"
check unplug nic1
check host device_add "e1000e,id=nic1,bus=rp1,netdev=wire1,mac=52:54:00:00:00:99"
check wait_for 20 driver_is nic1 e1000e
check wait_for 5 dev_is "$n1" "host e1000e -"
check claim_is 2 "held vm1"
check_status 0 hvcnl claim -w -o vm2 "$n1"
check_has "3 changed held"
check hvcnl release -w -o vm2
check_is e1000e driver_of nic1

test_begin "a claim that only waits ends when it is released"
check hvcnl release -w -o vm1
check wait_for 5 claim_is 2 "gone vm1"
check_is "claims 0" hvcnl info
check_is "" hvcnl ledger
check unplug nic1
check plug nic1 e1000e

test_begin "of a claim of two the other one stays held"
: >/run/events
check hvcnl claim -w -o vm3 "$n1" "$n2"
check unplug nic1
check wait_for 5 event "^gone $n1"
check claim_is 4 "held vm3"
check claim_shows 4 "^$n1 gone"
check claim_shows 4 "^$n2 held"
check_is vfio-pci driver_of nic2

test_begin "the one that is gone can be released by its address, and is not waited for any more"
check hvcnl release "$n1"
check wait_for 10 releasing_is_over
check plug nic1 e1000e
check claim_is 4 "held vm3"
check_status 0 hvcnl claim -w -o vm4 "$n1"
check hvcnl release -w -o vm4
check hvcnl release -w -o vm3
check_is e1000e driver_of nic1
check_is e1000e driver_of nic2
check_is "claims 0" hvcnl info

test_begin "a function that a guest has open goes when the guest lets go"
check hvcnl claim -w -o vm5 "$n1"
mkfifo /run/guest
vfio-hold "$(group_of nic1)" "$n1" </run/guest >/run/guest.out &
guest=$!
exec 8>/run/guest
check wait_for 10 grep -q held /run/guest.out
check host device_del nic1
sleep 7
check hotplug_present nic1
for words in info ledger devs groups "dev $n1"; do
	# shellcheck disable=SC2086  # words
	check timeout 2 hvcnl $words
done
exec 8>&-
wait $guest
check wait_for 20 hotplug_gone nic1
check wait_for 5 claim_shows 6 "^$n1 gone"
check hvcnl release -w -o vm5
check plug nic1 e1000e

# With the mock backend, between two drivers that hang. The driver core holds the function's lock meanwhile.
host_driver() { # DEV
	bdf "$1" >"/sys/bus/pci/drivers/$(driver_of "$1")/unbind"
	echo hvc_test_host >"$(sysfs "$1")/driver_override"
	bdf "$1" >/sys/bus/pci/drivers_probe
}
hold() { echo "$3" >"/sys/module/$1/parameters/$2"; }

for where in "hvc_test_host hold_remove unbinding" "hvc_test_mock hold_probe binding"; do
	# shellcheck disable=SC2086  # words
	set -- $where
	test_begin "a function that is unplugged while it is $3 is gone"
	host_driver nic1
	check_is hvc_test_host driver_of nic1
	: >/run/events
	hold "$1" "$2" 1
	id=$(hvcnl claim -b mock -o vm6 -d 200 "$n1" | cut -d' ' -f1)
	check wait_for 5 claim_is "$id" "stuck vm6"
	check host device_del nic1
	sleep 7
	check claim_is "$id" "stuck vm6"
	check timeout 2 hvcnl devs
	hold "$1" "$2" 0
	check wait_for 10 hotplug_gone nic1
	check wait_for 5 event "^gone $n1"
	# it was held for a moment, then the claim waits for it; or it never was, then the claim ends
	if wait_for 5 claim_is "$id" "held vm6"; then
		check claim_shows "$id" "^$n1 gone"
		check hvcnl release -w -i "$id"
	else
		check claim_is "$id" "refused vm6: $n1: vanished"
	fi
	check_is "claims 0" hvcnl info
	check plug nic1 e1000e
	check_is "(null)" override_of nic1

	test_begin "and one that vanishes while another one is $3 does not stop the other's return"
	host_driver nic1
	host_driver nic2
	hold "$1" "$2" 1
	id=$(hvcnl claim -b mock -o vm7 -d 200 "$n1" "$n2" | cut -d' ' -f1)
	check wait_for 5 claim_is "$id" "stuck vm7"
	remove "$n1" &
	sleep 0.5
	hold "$1" "$2" 0
	wait $!
	check wait_for 5 hotplug_gone nic1
	# it was taken before the other vanished, or the claim was rolled back
	if wait_for 5 claim_is "$id" "held vm7"; then
		check claim_shows "$id" "^$n1 gone"
		check hvcnl release -w -i "$id"
	else
		check claim_is "$id" "refused vm7: $n1: vanished"
	fi
	check_is hvc_test_host driver_of nic2
	check rescan nic1 e1000e
	check_is "claims 0" hvcnl info
	echo >"$(sysfs nic2)/driver_override"
	echo "$n2" >/sys/bus/pci/drivers/hvc_test_host/unbind
	echo "$n2" >/sys/bus/pci/drivers_probe
	check_is e1000e driver_of nic2
done

failing() { for _module in hvc_test_host hvc_test_mock; do echo "$1" >/sys/module/$_module/parameters/fail; done; }

test_begin "a claim whose function could neither be taken nor put back ends when it vanishes"
host_driver nic1
failing "$n1"
check_status 1 hvcnl claim -w -b mock -o vm8 "$n1"
check_has degraded
failing -
remove "$n1"
check wait_for 10 no_claims || note "$(hvcnl ledger)"
check rescan nic1 e1000e

test_begin "one of two that could not be put back vanishes: the claim holds the other, and waits for it no more"
host_driver nic1
check hvcnl claim -w -b mock -o vm8 "$n1" "$n2"
echo "$n1" >/sys/module/hvc_test_host/parameters/fail
check_status 1 hvcnl release -w "$n1"
check_has degraded
failing -
remove "$n1"
check wait_for 10 sh -c "hvcnl ledger | grep -q ' held vm8$'"
check_is hvc_test_mock driver_of nic2
check hvcnl release -w -o vm8
check_is "claims 0" hvcnl info
check rescan nic1 e1000e

test_begin "claims race with removals, 20 times, and the ledger is empty afterwards"
for i in $(seq 20); do
	check hvcnl claim -o race "$n1" "$n2"
	[ $((i % 3)) = 0 ] || usleep $((i * 3000))
	remove "$n1" &
	[ $((i % 2)) = 0 ] || check hvcnl release -o race
	wait $!
	ended=$(hvcnl release -w -o race) || check_has refused "$ended"
	check wait_for 10 no_claims
	check_status 1 hvcnl dev "$n1"
	check_is e1000e driver_of nic2
	check rescan nic1 e1000e || break
done
check_is "" hvcnl ledger
check_is "(null)" override_of nic1
check_is "(null)" override_of nic2

tests_done
