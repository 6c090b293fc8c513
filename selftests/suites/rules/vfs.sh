# SPDX-License-Identifier: GPL-2.0-only
# Virtual functions of a rule: created, taken away and created again.
# topology: sriov
# timeout: 500
. /rig/suites/lib.sh

for module in nvme vfio-pci vfio_iommu_type1 hvclaim; do modprobe $module; done
wait_for 20 driver_is pf nvme
pf=$(sysfs pf)
total=32 # of 127: an emulated machine takes a while to make them, and to take them away
count() { find "/sys/bus/pci/drivers/$1/" -name '*:*:*.*' | wc -l; } # DRIVER: how many functions it has
count_is() { [ "$(count "$1")" = "$2" ]; } # DRIVER N
held_is() { [ "$(hvcnl devs | grep -c ' held vfio-pci vm1$')" = "$1" ]; } # N
gone_is() { [ "$(hvcnl claims | grep -c ' gone ')" = "$1" ]; } # N
probed() { dmesg | grep 'nvme nvme.*pci function' | grep -v "pci function $(bdf pf)"; }
probed_is() { [ "$(probed | sort -u -k 6 | wc -l)" = "$1" ]; } # N
uptime_ms() { tr -d . </proc/uptime | cut -d' ' -f1; }
numvfs() { echo "$1" >"$pf/sriov_numvfs"; } # N
dmesg -c >/dev/null

test_begin "without a rule its host driver probes each virtual function"
start=$(uptime_ms)
check numvfs "$total"
note "created in $(($(uptime_ms) - start))0 ms"
check wait_for 20 probed
check numvfs 0
dmesg -c >/dev/null

test_begin "with a rule all go to the backend, and none was probed by its host driver"
check hvcnl rule-add "vfs:$(bdf pf),owner=vm1"
start=$(uptime_ms)
check numvfs "$total"
note "created in $(($(uptime_ms) - start))0 ms"
check wait_for 60 held_is "$total"
note "held after $(($(uptime_ms) - start))0 ms"
check count_is vfio-pci "$total"
check_status 1 probed
check_is nvme driver_of pf

test_begin "those that are taken away are shown as gone"
check numvfs 0
check wait_for 20 held_is 0
check wait_for 20 gone_is "$total"

test_begin "and come back to their claims when they are created again, also fewer"
check numvfs 16
check wait_for 60 held_is 16
check count_is vfio-pci 16
check gone_is $((total - 16))
check numvfs 0
check numvfs "$total"
check wait_for 60 held_is "$total"
check gone_is 0
check_status 1 probed

# QEMU's VFs do not answer after a reset of their PF until they are created anew
test_begin "a reset of the PF leaves them with their claims, and new ones come back to them"
check sh -c "echo 1 >$pf/reset"
check wait_for 60 held_is "$total"
check count_is vfio-pci "$total"
check numvfs 0
check numvfs "$total"
check wait_for 60 held_is "$total"
check_status 1 probed

test_begin "released they are the host's, and the rule takes the next ones"
check hvcnl release -w -A
check_is "claims 0" hvcnl info
check count_is vfio-pci 0
check numvfs 0
check numvfs 4
check wait_for 60 held_is 4

test_begin "a rule for some of them leaves the others alone"
check numvfs 0
check hvcnl release -A
check wait_for 20 sh -c "[ \"\$(hvcnl info)\" = 'claims 0' ]"
check hvcnl rule-del 1
dmesg -c >/dev/null
check hvcnl rule-add "vfs:0000:00:04.0/00.0/3-5,owner=vm1"
check numvfs 8
check wait_for 60 held_is 3
check wait_for 60 probed_is 5
check_is vfio-pci driver_of "$(basename "$(readlink "$pf/virtfn3")")"
check numvfs 0

tests_done
