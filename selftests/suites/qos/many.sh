# SPDX-License-Identifier: GPL-2.0-only
# 200 guests; applies that are killed; two at once; old hosts are refused.
# topology: basic
# timeout: 600
# memory: 2G
# kernels: one
. /rig/suites/lib.sh
. /rig/suites/qos.sh

GUESTS=200
HOMES=$CG/hvclaim

started() { [ "$(ls /run/g*.pid 2>/dev/null | wc -l)" = "$1" ]; } # NUMBER

# state: what all guests have, in one text
state() {
	for _file in cpu.weight cpu.max memory.high io.weight; do grep . "$HOMES"/g*/$_file; done
	for _pid in $pids; do echo "/proc/$_pid/cgroup"; done | xargs grep "^0::"
	for _pid in $pids; do echo /proc/"$_pid"/task/*/status; done | xargs grep ^Cpus_allowed_list
}

clear_all() {
	check_status 0 hvclaim guest clear --all
	for _pid in $pids; do echo "$_pid" >$CG/cgroup.procs; done
	rmdir "$HOMES"/g*
}

timed() { # COMMAND…: sets ms, how long it took
	ms=$(milliseconds)
	check_status 0 "$@"
	ms=$(($(milliseconds) - ms))
}

# kill_at GUEST: an apply that is killed when this guest has got its cgroup
kill_at() {
	hvclaim guest apply >/dev/null 2>&1 &
	until [ -d "$HOMES/$1" ] || ! kill -0 $!; do :; done
	kill -KILL $!
	wait $! 2>/dev/null
}

{
	echo "version: 1"
	echo "guests:"
	for i in $(seq $GUESTS); do
		echo "  g$i: {cpu: {weight: $((i + 100)), quota: 200%}, memory: {high: 1G}, io: {weight: 200}, pin: {vcpus: 0, emulator: 0}}"
	done
} | config
cp /rig/bin/fakeguest "$QEMU"
for i in $(seq $GUESTS); do
	"$QEMU" -name "guest=g$i,debug-threads=on" -pidfile "/run/g$i.pid" -smp 2 &
done
wait_for 100 started $GUESTS || fail "not all guests started"
pids=$(cat /run/g*.pid)

test_begin "200 guests get their shares"
timed hvclaim guest apply g1
one=$ms
# shellcheck disable=SC2046  # a list of names
timed hvclaim guest apply $(seq 20 | sed s/^/g/)
twenty=$ms
clear_all
timed hvclaim guest apply
note "apply for 1 guest: $one ms, 20: $twenty ms, 200: $ms ms"
timed hvclaim guest apply
check_has "nothing to change"
note "and where nothing is to be changed: $ms ms"
state >/run/wanted
check_is $GUESTS grep -c "cpu.max:200000 100000" /run/wanted
check_is $GUESTS grep -c "memory.high:1073741824" /run/wanted
check_is $GUESTS grep -c "cgroup:0::/hvclaim/g" /run/wanted
check_has "/hvclaim/g200/cpu.weight:300" "$(cat /run/wanted)"

test_begin "an apply that is killed leaves nothing that the next one would not make right"
# in the order of the names these are the 57th and the 124th
for guest in g150 g30; do
	clear_all
	kill_at $guest
	homes=$(ls -d "$HOMES"/g* | wc -l)
	note "killed when $homes guests had a cgroup"
	check [ "$homes" -lt $GUESTS ]
	check_status 0 hvclaim guest apply
	state >/run/now
	check cmp /run/wanted /run/now
done

test_begin "of two at once, one waits"
clear_all
hvclaim -v guest apply >/run/out.1 2>&1 &
first=$!
hvclaim -v guest apply >/run/out.2 2>&1 &
wait $first $!
state >/run/now
check cmp /run/wanted /run/now
check_is 1 sh -c 'cat /run/out.1 /run/out.2 | grep -c "waiting until it has done"'
check_is 1 sh -c 'cat /run/out.1 /run/out.2 | grep -c "nothing to change"'

test_begin "cgroups of guests that ended are reaped"
# shellcheck disable=SC2086  # a list
kill -KILL $pids
wait
check_status 0 hvclaim guest apply
check_is 0 sh -c "ls -d $HOMES/g* 2>/dev/null | wc -l"
check_is "" ls /run/hvclaim/qos

test_begin "a host with cgroup v1 beside v2, or alone, is refused, and told what to do"
rmdir "$HOMES"
umount $CG
mount -t tmpfs cgroup $CG
mkdir $CG/unified $CG/v1
mount -t cgroup2 cgroup2 $CG/unified
# this controller is nobody's: whichever it is, it is version 1
mount -t cgroup -o pids cgroup $CG/v1
check_status 3 hvclaim guest apply
check_has "hybrid"
check_has "systemd.unified_cgroup_hierarchy=1"
umount $CG/unified
check_status 3 hvclaim guest apply
check_has "cgroup v1"
umount $CG/v1
check_status 3 hvclaim guest apply
check_has "not mounted"

tests_done
