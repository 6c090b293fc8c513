# SPDX-License-Identifier: GPL-2.0-only
# What an earlier apply set and the file does not ask for any more is taken back.
# topology: basic
# smp: 2
# kernels: one
# timeout: 200
. /rig/suites/lib.sh
. /rig/suites/qos.sh

modprobe null_blk nr_devices=1 gb=1
limits_of() { value_of "$1" io.max | cut -d' ' -f2-; } # GUEST

config <<-EOF
	version: 1
	guests:
	  a:
	    cpu: {weight: 300, quota: 50%, cpus: 0}
	    memory: {high: 512M}
	    io: {priority: idle, devices: {/dev/nullb0: {rbps: 1M, riops: 100}}}
	    pin: {vcpus: 0}
	  b: {cpu: {weight: 50}}
EOF
guest_start a -smp 2
guest_start b
check_status 0 hvclaim guest apply

test_begin "keys that go from the file are told by explain and by a dry run, which change nothing"
config <<-EOF
	version: 1
	guests:
	  a: {cpu: {weight: 300}, io: {devices: {/dev/nullb0: {riops: 100}}}}
	  b: {cpu: {weight: 50}}
EOF
check_status 0 hvclaim guest explain a
note "$output"
check_has "cpu.quota: set by an earlier apply, and not in the file any more"
check_has "pin.vcpus: set by an earlier apply"
check_has "not applied"
check_status 0 hvclaim guest apply --dry-run
check_has "cpu.max max 100000 (was 50000 100000)"
check_is "50000 100000" value_of a cpu.max
check_is "rbps=1000000 wbps=max riops=100 wiops=max" limits_of a

test_begin "the next apply takes their values back, and leaves the others"
check_status 0 hvclaim guest apply b
check_is "50000 100000" value_of a cpu.max
check_status 0 hvclaim guest apply
note "$output"
check_is 300 value_of a cpu.weight
check_is "max 100000" value_of a cpu.max
# the kernel takes no empty list while somebody is in the cgroup
check_is 0-1 value_of a cpuset.cpus
check_is max value_of a memory.high
check_is "rbps=max wbps=max riops=100 wiops=max" limits_of a
check_is 0-1 cpus_of a "CPU 0/TCG"
check_is 50 value_of b cpu.weight
check_status 0 hvclaim guest apply
check_has "nothing to change"

test_begin "what somebody else sets then is theirs"
echo 1G >"$CG$(cgroup_of a)/memory.high"
check_status 0 hvclaim guest apply
check_has "nothing to change"
check_is 1073741824 value_of a memory.high

test_begin "a guest whose entry goes keeps nothing"
config <<-EOF
	version: 1
	guests:
	  b: {cpu: {weight: 50}}
EOF
check_status 0 hvclaim guest explain a
check_has "cpu.weight: set by an earlier apply"
check_status 0 hvclaim guest apply
note "$output"
check_is 100 value_of a cpu.weight
check_is "" value_of a io.max
check_status 1 hvclaim guest explain a
check_status 0 hvclaim guest apply
check_has "nothing to change"

test_begin "a guest that is started again begins anew, in a new cgroup"
guest_stop b
guest_start b
config <<-EOF
	version: 1
	guests:
	  b: {memory: {high: 512M}}
EOF
check_status 0 hvclaim guest apply
check_is 100 value_of b cpu.weight
check_is 536870912 value_of b memory.high

test_begin "clear takes back what was in the file, too"
config <<-EOF
	version: 1
	guests:
	  b: {cpu: {weight: 70}}
EOF
check_status 0 hvclaim guest clear --all
check_is max value_of b memory.high
check_is 100 value_of b cpu.weight
check_is "" ls /run/hvclaim/qos

tests_done
