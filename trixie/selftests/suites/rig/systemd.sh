#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# root: systemd
# timeout: 400
# The root that systemd boots: a host with cgroup v2, D-Bus, libvirt and pqos.
. /rig/suites/lib.sh

test_begin "systemd is process 1 and up"
check_is systemd cat /proc/1/comm
check wait_for 120 systemctl is-active basic.target
check_is "" systemctl --failed --no-legend --plain

test_begin "it rules over cgroup v2, with the controllers that QoS needs"
check_is cgroup2fs stat -f -c %T /sys/fs/cgroup
for controller in cpuset cpu io memory; do
	check_has $controller "$(cat /sys/fs/cgroup/cgroup.controllers)"
done

test_begin "a scope's weight is set through D-Bus"
systemd-run -q --scope -p CPUWeight=300 --unit=weighed sleep 300 &
check wait_for 60 systemctl is-active weighed.scope
check_is 300 cat /sys/fs/cgroup/system.slice/weighed.scope/cpu.weight
check systemctl set-property --runtime weighed.scope CPUWeight=200
check_is 200 cat /sys/fs/cgroup/system.slice/weighed.scope/cpu.weight
check systemctl stop weighed.scope

test_begin "libvirt answers"
check_status 0 virsh -c qemu:///system version
check_has "QEMU"

test_begin "tools of others are there"
for tool in pqos cgget stress-ng qemu-system-x86_64; do check command -v $tool; done
tests_done
