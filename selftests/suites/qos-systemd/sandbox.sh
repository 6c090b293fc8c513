#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The packaged unit of the watcher, with systemd's sandbox around it: how much it is exposed, and that it still does all.
# topology: basic
# root: systemd
# rdt: l3=16
# smp: 2
# kernels: one
# timeout: 600
. /rig/suites/lib.sh
. /rig/suites/rdt.sh
. /rig/suites/qos.sh
UNIT=hvclaim-guest-watch.service
R=/sys/fs/resctrl

wait_for 120 systemctl is-active basic.target || fail "systemd is not up"
for module in e1000e vfio-pci hvclaim; do modprobe $module; done
wait_for 30 driver_is nic1 e1000e
cp /rig/bin/fakeguest "$QEMU"
cp /rig/units/*.service /etc/systemd/system/
# where the packages have it
program=$(command -v hvclaim)
[ -x /usr/sbin/hvclaim ] || sed -i "s#/usr/sbin/hvclaim#$program#" /etc/systemd/system/hvclaim-*.service
systemctl daemon-reload

main_pid() { systemctl show -P MainPID $UNIT; }
said() { journalctl -q -b -u $UNIT -o cat | grep -q "$1"; } # WORDS
weighs() { [ "$(value_of "$1" cpu.weight 2>/dev/null)" = "$2" ]; } # GUEST WEIGHT
in_group() { [ "$(group_of_guest "$1")" = "$2" ]; } # GUEST GROUP
scope() { # GUEST: a fake guest in a scope of its own, as libvirt starts one
	systemd-run -q --scope --slice=machine.slice --unit="vm-$1" \
		"$QEMU" -name "guest=$1,debug-threads=on" -pidfile "/run/$1.pid" -smp 1 &
	wait_for 60 test -s "/run/$1.pid" || fail "guest $1 did not start"
}

test_begin "systemd-analyze rates the watcher's unit below 3.0"
check_status 0 systemd-analyze security --no-pager $UNIT
rating=$(echo "$output" | sed -n 's/.*Overall exposure level for [^:]*: \([0-9.]*\).*/\1/p')
check_between "overall exposure" "$rating" 0.1 2.9

test_begin "a guest that runs gets its share from the service, through systemd and the kernel"
config <<-EOF
	version: 1
	guests:
	  a: {cpu: {weight: 300, quota: 150%}, memory: {high: 512M}, pin: {vcpus: 1, emulator: 0}}
	  b: {cpu: {weight: 50}}
	  c: {cpu: {weight: 50}}
EOF
scope a
check systemctl start $UNIT
check wait_for 60 weighs a 300
check_is "150000 100000" value_of a cpu.max
check_is 536870912 value_of a memory.high
check_is 1 cpus_of a "CPU 0/TCG"
check_is 300 systemctl show -P CPUWeight vm-a.scope

test_begin "it has the capabilities that its unit lists, no others, and no way to more"
mask=$(sed -n 's/^CapBnd:[[:space:]]*//p' "/proc/$(main_pid)/status")
# dac_override, sys_ptrace, sys_nice
check_is 0000000000880002 echo "$mask"
for set in CapPrm CapEff; do check_is "$mask" sed -n "s/^$set:[[:space:]]*//p" "/proc/$(main_pid)/status"; done
check_is 1 sed -n 's/^NoNewPrivs:[[:space:]]*//p' "/proc/$(main_pid)/status"

test_begin "guests that start later and share a unit get scopes of their own"
guest_start b
guest_start c
check wait_for 60 weighs b 50
check_is /machine.slice/hvclaim-b.scope cgroup_of b

test_begin "a file with its first classes: a reload mounts resctrl, and the sandbox sees it"
check [ ! -e $R/schemata ]
config <<-EOF
	version: 1
	classes:
	  gold: {partition: exclusive, L3: {all: 4 ways}}
	guests:
	  a: {class: gold, monitor: true, cpu: {weight: 310}, pin: {vcpus: 1, emulator: 0}}
	  b: {cpu: {weight: 50}}
	  late: {class: gold}
EOF
check systemctl reload $UNIT
check [ -e $R/schemata ]
check wait_for 60 in_group a hvclaim-gold
check wait_for 60 weighs a 310

test_begin "and it is the watcher in there that programs it for a guest that starts later"
scope late
check wait_for 60 in_group late hvclaim-gold
guest_stop late
config <<-EOF
	version: 1
	guests: {a: {cpu: {weight: 320}}}
EOF
check wait_for 60 weighs a 320
check wait_for 60 in_group a ""
gone() { [ ! -d $R/hvclaim-gold ]; }
check wait_for 60 gone

test_begin "metrics are written beside it"
mkdir -p /run/metrics
chown 1234 /run/metrics
check hvclaim guest metrics --output /run/metrics/hvclaim.prom
check grep -q 'guest="a"' /run/metrics/hvclaim.prom

test_begin "nothing was refused on the way"
# but for the mount, until the reload
check_is "" sh -c "journalctl -q -b -u $UNIT -o cat | grep -v 'cannot mount it' |
	grep -iE 'not permitted|not allowed|denied|read-only|cannot'"
note "$(journalctl -q -b -u $UNIT -o cat | tail -n 40)"

test_begin "when it is stopped, what was set stays"
check systemctl stop $UNIT
check weighs a 320
check_is 0 systemctl show -P ExecMainStatus $UNIT

tests_done
