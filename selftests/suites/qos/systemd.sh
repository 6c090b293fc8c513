#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Guests in scopes and slices: values go through systemd, which keeps them over daemon-reload.
# root: systemd
# kernels: one
# timeout: 400
. /rig/suites/lib.sh
. /rig/suites/qos.sh

wait_for 120 systemctl is-active basic.target || fail "systemd is not up"
modprobe null_blk nr_devices=1 gb=1
cp /rig/bin/fakeguest "$QEMU"

# systemd turns controllers off where no value is left: then the file has gone
is_default() { [ ! -e "$CG$(cgroup_of "$1")/$2" ] || [ "$(value_of "$1" "$2")" = "$3" ]; } # GUEST FILE VALUE
property() { systemctl show -P "$2" "$1"; } # UNIT NAME

# scope GUEST ARGUMENT…: a fake guest in a scope of its own, as libvirt and Proxmox start theirs
scope() {
	_vm=$1
	shift
	systemd-run -q --scope --slice=machine.slice --unit="vm-$_vm" \
		"$QEMU" -name "guest=$_vm,debug-threads=on" -pidfile "/run/$_vm.pid" "$@" &
	wait_for 60 test -s "/run/$_vm.pid" || fail "guest $_vm did not start"
}

config <<-EOF
	version: 1
	guests:
	  a:
	    cpu: {weight: 300, quota: 150%, burst: 10%, cpus: 0}
	    numa: {mems: 0}
	    io: {weight: 200, devices: {/dev/nullb0: {weight: 300, rbps: 500M, wiops: 20k}}}
	    memory: {min: 16M, high: 512M, max: 1G}
	    pin: {vcpus: 0, emulator: 0}
	  b: {cpu: {weight: 50}}
EOF
scope a -smp 2
# two in one unit, that of this script
guest_start b
guest_start c

test_begin "a guest's scope gets its values as properties, and the kernel has them"
check_status 0 hvclaim guest apply
note "$output"
check_is /machine.slice/vm-a.scope cgroup_of a
check_is 300 property vm-a.scope CPUWeight
check_is 300 value_of a cpu.weight
check_is "150000 100000" value_of a cpu.max
check_is 10000 value_of a cpu.max.burst
check_is 0 value_of a cpuset.cpus
check_is 0 value_of a cpuset.mems
check_is 16777216 value_of a memory.min
check_is 536870912 value_of a memory.high
check_is 1073741824 value_of a memory.max
check_has "rbps=500000000 wbps=max riops=max wiops=20000" "$(value_of a io.max)"
check_has "default 200" "$(value_of a io.weight)"
check_is 0 cpus_of a "CPU 1/TCG"

test_begin "a guest that shares a unit with others gets a scope of its own"
check_is /machine.slice/hvclaim-b.scope cgroup_of b
check_is 50 property hvclaim-b.scope CPUWeight
check_is 50 value_of b cpu.weight
check_is /system.slice/rig.service cgroup_of c # which is not in the file

test_begin "a second apply changes nothing, and says so"
check_status 0 hvclaim guest apply
check_has "nothing to change"

test_begin "values last over daemon-reload"
systemctl daemon-reload
check_is 300 value_of a cpu.weight
check_is "150000 100000" value_of a cpu.max
check_is 10000 value_of a cpu.max.burst
check_is 0 value_of a cpuset.cpus
check_is 16777216 value_of a memory.min
check_has "rbps=500000000" "$(value_of a io.max)"
check_is 50 value_of b cpu.weight
check_status 0 hvclaim guest apply
check_has "nothing to change"

test_begin "a value written past systemd is told, and made right"
echo 77 >"$CG/machine.slice/vm-a.scope/cpu.weight"
check_status 0 hvclaim guest explain a
note "$output"
check_has "lost at the next daemon-reload"
check_has "machine.slice above is protected that far only"
check_status 0 hvclaim guest apply
check_is 300 value_of a cpu.weight

test_begin "keys that go from the file are taken back as properties"
cp /etc/hvclaim/hvclaim.yaml /run/whole.yaml
config <<-EOF
	version: 1
	guests:
	  a: {cpu: {weight: 300}, io: {devices: {/dev/nullb0: {wiops: 20k}}}}
	  b: {cpu: {weight: 50}}
EOF
check_status 0 hvclaim guest apply
note "$output"
check_is 300 property vm-a.scope CPUWeight
check_is infinity property vm-a.scope CPUQuotaPerSecUSec
check_is "" property vm-a.scope IODeviceWeight
check is_default a cpu.max "max 100000"
check is_default a cpu.max.burst 0
check is_default a cpuset.cpus ""
check is_default a memory.min 0
check is_default a memory.max max
check_has "rbps=max wbps=max riops=max wiops=20000" "$(value_of a io.max)"
check_status 0 hvclaim guest apply
check_has "nothing to change"
systemctl daemon-reload
check is_default a memory.max max
check_is 300 value_of a cpu.weight
cp /run/whole.yaml /etc/hvclaim/hvclaim.yaml
check_status 0 hvclaim guest apply

test_begin "clear takes everything back, and no drop-in is left to be found"
check_status 0 hvclaim guest clear --all
note "$output"
check is_default a cpu.weight 100
check is_default a cpu.max "max 100000"
check is_default a cpu.max.burst 0
check is_default a cpuset.cpus ""
check is_default a memory.min 0
check is_default a memory.max max
check is_default a io.max ""
systemctl daemon-reload
check is_default a cpu.weight 100
check is_default a memory.high max
check_status 0 hvclaim guest clear --all
check_has "nothing to change"

test_begin "a guest that cannot have all of its values keeps none of them"
config <<-EOF
	version: 1
	guests:
	  a: {cpu: {weight: 400, partition: isolated, cpus: 0}, require: [cpu.partition]}
	  b: {cpu: {weight: 60}}
EOF
check_status 1 hvclaim guest apply
note "$output"
check_has "a: required cpu.partition has no effect"
check is_default a cpu.weight 100
check is_default a cpuset.cpus ""
check is_default a cpuset.cpus.partition member
check_is 60 value_of b cpu.weight

test_begin "a guest that ends takes its scope along"
guest_stop b
check wait_for 60 test ! -e "$CG"/machine.slice/hvclaim-b.scope
check_is inactive property hvclaim-b.scope ActiveState

tests_done
