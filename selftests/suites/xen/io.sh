#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# A domain's disk: what its I/O is given goes to the threads of the dom0's kernel that do it.
# xen: 4.17/6.1 4.20/6.12
# timeout: 600
. /rig/suites/lib.sh
. /rig/suites/xen.sh

config() { mkdir -p /etc/hvclaim && cat >/etc/hvclaim/hvclaim.yaml; }
# in place of the distribution's, which wants all of it
mkdir -p /etc/xen/scripts
cat >/etc/xen/scripts/block <<'EOF'
#!/bin/sh
[ "$1" = add ] || exit 0
disk=$(xenstore-read "$XENBUS_PATH/params")
# shellcheck disable=SC2046  # two numbers
xenstore-write "$XENBUS_PATH/physical-device" "$(printf '%x:%x' $(stat -c '0x%t 0x%T' "$disk"))" \
	"$XENBUS_PATH/hotplug-status" connected
EOF
chmod +x /etc/xen/scripts/block

test_begin "I/O limits go to the kernel's threads that serve a domain's disk"
for module in nvme xen-blkback; do modprobe $module; done
check wait_for 20 test -b /dev/nvme0n1
check xen_up
check domu_small web domu.vbd /dev/nvme0n1
domu_says web vbd
config <<-EOF
	version: 1
	guests:
	  web: {cpu: {weight: 200}, io: {devices: {/dev/nvme0n1: {rbps: 4M}}}}
EOF
check_status 0 hvclaim guest list
check_has "web   xen  -   2    0   1"
check_status 0 hvclaim guest apply
check_has "/hvclaim/web io.max"
check_has "rbps=4000000" "$(cat /sys/fs/cgroup/hvclaim/web/io.max)"
thread=$(cat /sys/fs/cgroup/hvclaim/web/cgroup.procs)
check_has ".xvda-0" "$(cat "/proc/$thread/comm")"
check_status 0 hvclaim guest apply
check_has "nothing to change"
check_status 0 hvclaim guest explain web
note "$output"
check hvclaim guest clear web
check_is "" cat /sys/fs/cgroup/hvclaim/web/io.max

tests_done
