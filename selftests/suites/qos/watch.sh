# SPDX-License-Identifier: GPL-2.0-only
# The watcher follows guests, their threads, CPUs and the file, and leaves all as it is when it ends.
# topology: basic
# smp: 2
# kernels: one
# timeout: 240
. /rig/suites/lib.sh
. /rig/suites/qos.sh

modprobe hvclaim 2>/dev/null
has() { [ "$(value_of "$1" "$2" 2>/dev/null)" = "$3" ]; }            # GUEST FILE VALUE
pinned() { [ "$(cpus_of "$1" "$2" 2>/dev/null)" = "$3" ]; }          # GUEST THREAD CPUS
said() { grep -q "$1" /run/watch.log; }                              # WORDS
both() { # CPUS: a file for both guests, with these for the vCPUs of a
	config <<-EOF
		version: 1
		guests:
		  a: {cpu: {weight: 400}, pin: {vcpus: $1}}
		  b: {cpu: {weight: 50}}
	EOF
}

config <<-EOF
	version: 1
	guests:
	  a: {cpu: {weight: 300}, pin: {vcpus: 1, emulator: 0, vhost: 1}}
	  b: {cpu: {weight: 50}}
EOF
guest_start a -smp 1
hvclaim guest apply --watch >/run/watch.log 2>&1 &
watcher=$!

test_begin "a guest that runs already gets its share"
check wait_for 30 has a cpu.weight 300
check wait_for 30 pinned a "CPU 0/TCG" 1

test_begin "a second watcher is told of the first"
check_status 4 hvclaim guest apply --watch
check_has "by process $watcher"
check_is 600 stat -c %a /run/hvclaim/watch.lock

test_begin "a guest that starts later gets its share"
guest_start b -smp 1
check wait_for 30 has b cpu.weight 50

test_begin "vhost workers and vCPUs that appear are pinned"
kill -USR1 "$(pid_of a)"
kill -USR2 "$(pid_of a)"
check wait_for 30 pinned a "vhost-$(pid_of a)" 1
check wait_for 30 pinned a "CPU 1/TCG" 1

test_begin "what somebody else changed is made right"
echo 7 >"$CG$(cgroup_of a)/cpu.weight"
check wait_for 30 has a cpu.weight 300

test_begin "an edit of the file is followed"
both 0-1
check wait_for 30 has a cpu.weight 400
check wait_for 30 pinned a "CPU 0/TCG" 0-1

test_begin "a key that goes from the file is taken back, and so is a whole entry"
config <<-EOF
	version: 1
	guests:
	  a: {pin: {vcpus: 0-1}}
EOF
check wait_for 30 has a cpu.weight 100
check wait_for 30 has b cpu.weight 100
both 0-1
check wait_for 30 has a cpu.weight 400
check wait_for 30 has b cpu.weight 50

test_begin "a file that is wrong changes nothing, and is told once"
config <<-EOF
	version: 1
	guests:
	  a: {cpu: {weight: 0}}
EOF
check wait_for 30 said "stays in force"
check has a cpu.weight 400
echo 8 >"$CG$(cgroup_of a)/cpu.weight"
check wait_for 30 has a cpu.weight 400
check_is 1 grep -c "stays in force" /run/watch.log

test_begin "a CPU that goes and comes back is followed"
both 1
check wait_for 30 pinned a "CPU 0/TCG" 1
echo 0 >/sys/devices/system/cpu/cpu1/online
# the kernel lets the thread go where it can, and does not take it back
check wait_for 30 pinned a "CPU 0/TCG" 0
echo 1 >/sys/devices/system/cpu/cpu1/online
check wait_for 30 pinned a "CPU 0/TCG" 1

test_begin "a guest that is started again gets its share again, and its old cgroup is not in the way"
guest_stop a
guest_start a -smp 1
check wait_for 30 has a cpu.weight 400
check wait_for 30 pinned a "CPU 0/TCG" 1

test_begin "the watcher says little"
lines=$(wc -l </run/watch.log)
sleep 12
check_is "$lines" sh -c 'wc -l </run/watch.log'
note "$(cat /run/watch.log)"

test_begin "SIGTERM leaves all as it is"
kill -TERM "$watcher"
wait "$watcher"
check_is 0 echo $?
check has a cpu.weight 400
check pinned a "CPU 0/TCG" 1
check has b cpu.weight 50

tests_done
