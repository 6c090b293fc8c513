#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Boot rules on a host that Debian's initramfs starts, on the same host after a device was added in front of all others, and
# with the way back from rules that took too much: hvclaim.disable=1 on the kernel's command line.
# root: installed
# timeout: 600
# append: dyndbg="func really_probe +p"
# boot: plain topology=host
# boot: shifted topology=host-front kernel=6.12
# boot: disabled topology=host append=hvclaim.disable=1 kernel=6.12
. /rig/suites/lib.sh
. /rig/suites/host.sh

lines() { echo "$output" | grep -c "$1"; } # TEXT

case $RIG_STAGE in
prepare)
	# a path, an identity, and an address (nic1's, while no device is in front) that says what must be there
	rules 0000:00:04.1/00.0,owner=vm1 serial:52-54-00-ff-ff-00-00-02,owner=vm2 0000:03:00.0,ids=8086:10d3,owner=vm3
	exit
	;;
plain)
	test_begin "the initramfs loads the module before udev, and tells so"
	check_is "module $(cat /sys/module/hvclaim/version)" sed -n 1p /run/hvclaim/initramfs
	check_is 3 grep -c ^rule /run/hvclaim/initramfs
	check_is "" logged 'udev runs already'

	test_begin "what rules name was never probed by a host driver, which is there and would have taken it"
	for dev in disk nic1 nic2; do
		check_is vfio-pci driver_of $dev
		check_is vfio-pci drivers_asked $dev
	done
	check test -d /sys/module/e1000e -a -d /sys/module/nvme

	test_begin "the ledger has them, each for its owner"
	check_status 0 hvclaim list
	for line in "$(bdf disk) .* held .* vm1 " "$(bdf nic2) .* held .* vm2 " "$(bdf nic1) .* held .* vm3 "; do
		echo "$output" | grep -q "^$line" || fail "no '$line' in: $output"
	done

	test_begin "the host's own disk of the same model works"
	check_is nvme drivers_asked root
	check_root
	;;
shifted)
	test_begin "every bus number is another one"
	check_is 0000:03:00.0 bdf disk
	check_is 0000:02:00.0 bdf root

	test_begin "a path and an identity hold the same devices as before, at other addresses"
	for dev in disk nic2; do
		check_is vfio-pci driver_of $dev
		check_is vfio-pci drivers_asked $dev
	done
	check_status 0 hvclaim list
	for line in "$(bdf disk) .* held .* vm1 " "$(bdf nic2) .* held .* vm2 "; do
		echo "$output" | grep -q "^$line" || fail "no '$line' in: $output"
	done

	test_begin "the address with pinned ids refuses what is there now, and says so; what was there is the host's"
	told '"0000:03:00.0,ids=8086:10d3,owner=vm3": 0000:03:00.0 is not claimed'
	host_driver nic1 e1000e
	check_is e1000e drivers_asked nic1

	test_begin "the host runs from its own disk, and has the new one"
	host_driver new nvme
	check_root
	;;
disabled)
	test_begin "with hvclaim.disable=1 host drivers have all that rules name, and nobody else was asked"
	host_driver disk nvme
	check_is nvme drivers_asked disk
	for dev in nic1 nic2; do
		host_driver $dev e1000e
		check_is e1000e drivers_asked $dev
	done
	check_is '{"claims":[]}' hvclaim -j list --claims

	test_begin "the initramfs and the module tell that no rule is followed, and why"
	check_is 3 grep -c ^rule /run/hvclaim/initramfs
	check_is disabled grep ^disabled /run/hvclaim/initramfs
	told "hvclaim.disable=1: no rule is followed"
	told "hvclaim: disable=1: no rule is followed"

	test_begin "so do the lists of rules, which have them all"
	for list in "boot list" "rule list"; do
		# shellcheck disable=SC2086  # two words
		check_status 0 hvclaim $list
		check_is 3 lines " disabled "
		check_has "disable=1"
		check_has "no rule is followed"
	done
	check_has "standing rules  off" "$(hvclaim info)"

	test_begin "a claim by hand goes on as ever"
	check hvclaim claim "$(bdf nic2)" -o vm2
	check_is vfio-pci driver_of nic2
	check hvclaim release --all
	host_driver nic2 e1000e
	check_root
	;;
esac
tests_done
