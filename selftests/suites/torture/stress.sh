#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Nine processes claim, release, dump, add rules, rebind by sysfs, unplug, and open what is held, at random. At the end
# every function is where the ledger says, and goes home.
# topology: stress
# smp: 4
# timeout: 1500
. /rig/suites/lib.sh

seconds=60
[ "$RIG_KERNEL" != torture ] || seconds=600
PCI=/sys/bus/pci

for module in e1000e nvme vfio-pci vfio_iommu_type1 hvc_test_mock; do modprobe $module; done
modprobe hvclaim mock=1
wait_for 30 driver_is pf nvme
pf=$(bdf pf)
echo 0 >"$PCI/devices/$pf/sriov_drivers_autoprobe"
echo 25 >"$PCI/devices/$pf/sriov_numvfs"
check wait_for 60 test -e "$PCI/devices/$pf/virtfn24"
functions=$({ for n in 1 2 3 4 5 6 7; do bdf nic$n; done; for vf in "$PCI/devices/$pf"/virtfn*; do basename "$(readlink "$vf")"; done; })
# shellcheck disable=SC2086  # a list
note "$(echo $functions | wc -w) functions"

rnd() { # BELOW: sets r; no process, no file
	_seed=$(((_seed * 1103515245 + 12345) % 2147483648))
	r=$((_seed / 65536 % $1))
}
pick() { # sets f, one of the functions
	rnd 32
	# shellcheck disable=SC2086
	f=$(echo $functions | cut -d' ' -f$((r + 1)))
}
backend() { rnd 3; b=mock; [ $r != 0 ] || b=vfio-pci; }
going() { [ -e /run/go ]; }

claimer() { # OWNER
	while going; do
		pick; one=$f; pick; backend
		case $r in
		2) timeout 1 hvcnl claim -s -b $b -o "$1" "$f" ;;	# ends with its process
		*) hvcnl claim -b $b -o "$1" -a 0x1ffffff "$one" "$f" ;;
		esac
		rnd 3
		[ $r = 0 ] || hvcnl release -o "$1" -a 0x1ffffff
		[ $r != 1 ] || hvcnl release -I -A
	done
}
dumper() { while going; do hvcnl devs; hvcnl ledger; hvcnl groups; timeout 1 hvcnl monitor; done; }
ruler() {
	while going; do
		pick; backend
		id=$(hvcnl rule-add "$f,owner=rule,backend=$b,allow=no-reset" | cut -d' ' -f1)
		hvcnl rules
		rnd 2
		[ $r = 0 ] || hvcnl rule-add -l "vfs:$pf/0-20,owner=vfs,backend=mock"
		hvcnl rule-del "$id"
		for id in $(hvcnl rules | awk '/vfs:/ { print $1 }'); do hvcnl rule-del "$id"; done
	done
}
rebinder() {
	while going; do
		pick
		echo "$f" >$PCI/devices/"$f"/driver/unbind
		rnd 3
		[ $r != 0 ] || echo hvc_test_mock >$PCI/devices/"$f"/driver_override
		echo "$f" >$PCI/drivers_probe
		echo >$PCI/devices/"$f"/driver_override
	done
}
unplugger() {
	while going; do
		rnd 7; n=$((r + 1))
		host device_del nic$n
		wait_for 120 hotplug_gone nic$n || echo "nic$n is still there after 120 s"
		rnd 4
		[ $r != 0 ] || { echo 0 >$PCI/devices/"$pf"/sriov_numvfs; echo 25 >$PCI/devices/"$pf"/sriov_numvfs; }
		# QEMU has it for a moment longer than the kernel
		wait_for 60 host device_add e1000e,id=nic$n,bus=rp$n
		wait_for 120 hotplug_present nic$n && echo unplugged
	done
}

guest() { # for a moment, on whatever is held
	while going; do
		pick
		[ "$(driver_of "$f")" != vfio-pci ] || sleep 0.2 | vfio-hold "$(group_of "$f")" "$f"
	done
}

test_begin "for $seconds s"
: >/run/go
for job in "claimer vm1" "claimer vm2" "claimer vm3" dumper ruler rebinder rebinder unplugger guest; do
	_seed=$(od -An -N3 -tu4 /dev/urandom)
	$job >"/run/$(echo "$job" | tr ' ' -).out" 2>&1 &
done
sleep $seconds
rm /run/go
wait
for out in claimer-vm1 claimer-vm2 claimer-vm3 ruler; do
	note "$out: $(grep -c changed /run/$out.out) accepted, $(grep -c ': ' /run/$out.out) refused"
done
unplugged=$(grep -c unplugged /run/unplugger.out)
note "unplugged $unplugged times"
check test "$unplugged" -gt 0 || note "$(cat /run/unplugger.out)"
check test "$(cat /run/claimer-*.out | grep -c changed)" -gt 20

settled() { ! hvcnl ledger | grep -q '^[0-9]* \(queued\|checking\|unbinding\|binding\|releasing\) '; }
no_claims() { [ "$(hvcnl info)" = "claims 0" ]; }

test_begin "every function is where the ledger says"
check wait_for 120 settled || note "$(hvcnl ledger)"
# functions that have come last may be on their way to a claim
quiet() {
	hvcnl devs >/run/devs
	hvcnl claims >/run/ledger
	sleep 2
	hvcnl devs | cmp -s - /run/devs && hvcnl claims | cmp -s - /run/ledger
}
check wait_for 120 quiet
# ADDRESS STATE DRIVER OWNER
while read -r address state driver owner; do
	is=$(driver_of "$address")
	[ "$is" = "${driver#-}" ] || [ "$is$driver" = none- ] || fail "$address is with $is, and said to be with $driver"
	case $state in
	held) grep -q "^$address held .* $is$" /run/ledger ||
			fail "$address is held with $is, the ledger has: $(grep "^$address" /run/ledger)" ;;
	host | unbound) ! grep -q "^$address held" /run/ledger || fail "$address is $state, but held in the ledger" ;;
	foreign | drifted | parked | gone) ;;
	*) fail "$address is $state for $owner" ;;
	esac
done </run/devs

test_begin "all are released, and nothing of ours is left on them"
for id in $(hvcnl rules | awk '/^[0-9]/ { print $1 }'); do check hvcnl rule-del "$id"; done
for _ in 1 2 3; do
	no_claims && break
	hvcnl release -A -a 0x1ffffff
	wait_for 120 settled
done
check no_claims || note "$(hvcnl ledger)"
for f in $functions; do
	[ -d "$PCI/devices/$f" ] || fail "$f is not there"
	case $(override_of "$f") in
	"(null)" | hvc_test_mock) ;;
	*) fail "$f has the override $(override_of "$f")" ;;
	esac
done
check rmmod hvclaim

tests_done
