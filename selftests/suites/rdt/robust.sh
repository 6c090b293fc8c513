#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# rdt: on,rmids=6
# smp: 2
# kernels: one
# timeout: 400
# Applying while others use resctrl, while threads are started, and cut short; ids for monitoring that run out.
. /rig/suites/lib.sh
. /rig/suites/rdt.sh
R=/sys/fs/resctrl

# all that an apply is to bring about
state() {
	for group in $(groups); do
		echo "$group $(cat "$R/$group/mode") $(schemata_of "$group" | xargs)"
	done
	schemata_of . | xargs
	for guest in db1 db2 web1; do echo "$guest $(group_of_guest $guest) $(mon_of_guest $guest)"; done
}

lock_is_free() { flock -x -n $R true; }

config <<END
version: 1
classes:
  gold: {partition: exclusive, L3: {all: 3 ways}}
  bulk: {partition: shared, L3: {all: 4 ways}, MB: {all: 50%}}
guests:
  db1: {class: gold, monitor: true}
  db2: {class: gold}
  web1: {class: bulk}
END
guest_start db1 db2 web1
apply
wanted=$(state)
note "$wanted"

test_begin "somebody else's lock is waited for"
check hvclaim guest clear --all
mkfifo /run/go
flock -x $R cat /run/go >/dev/null &
check wait_for 60 sh -c "! flock -x -n $R true"
hvclaim guest apply >/run/apply.out 2>&1 &
waiting=$!
sleep 3
check_is "" groups
check [ -d /proc/$waiting ]
echo go >/run/go
wait $waiting || fail "$(cat /run/apply.out)"
check_is "$wanted" state

test_begin "threads that are started meanwhile come along"
check hvclaim guest clear --all
(
	n=0
	while [ $n -lt 60 ]; do
		kill -USR2 "$(pid_of web1)"
		n=$((n + 1))
	done
) &
storm=$!
apply
wait $storm
apply
check_is hvclaim-bulk group_of_guest web1
check guest_is_up web1 $(($(find "/proc/$(pid_of web1)/task" -maxdepth 1 | wc -l) - 1))
check_is "$wanted" state

test_begin "an apply that was killed is completed by the next one, wherever it was cut"
for tenths in 0 1 2 3 4 5 6 7 8 9; do
	check hvclaim guest clear --all
	hvclaim guest apply >/dev/null 2>&1 &
	half=$!
	sleep 0.$tenths
	kill -KILL $half 2>/dev/null
	wait $half
	note "cut after 0.$tenths s: $(groups)"
	apply
	check_is "$wanted" state
done
check lock_is_free

test_begin "monitoring that is asked for when its ids have run out is told, and the rest is done"
sed -i 's/db2: {class: gold}/db2: {class: gold, monitor: true}/; s/web1: {class: bulk}/web1: {class: bulk, monitor: true}/' \
	/etc/hvclaim/hvclaim.yaml
mkdir $R/mon_groups/somebodys
check_status 0 hvclaim guest apply
note "$output"
echo "$output" >/run/output
check_is 1 grep -c "make monitor group hvclaim-db2" /run/output
check_is hvclaim-db2 mon_of_guest db2
check_is "" mon_of_guest web1
check_is hvclaim-bulk group_of_guest web1
check_status 0 hvclaim guest explain web1
check_has RMID

test_begin "who requires it is refused"
sed -i 's/bulk, monitor: true/&, require: [monitor]/' /etc/hvclaim/hvclaim.yaml
check_status 3 hvclaim guest apply
check_has RMID
nothing_refused
tests_done
