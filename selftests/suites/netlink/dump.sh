#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Dumps of many parts: 128 functions, 60 claims.
# topology: sriov
# xen: bare 4.17/6.1 4.20/6.12
# timeout: 200
# share: yes
modprobe nvme
modprobe hvc_test_mock
modprobe hvclaim mock=1
. /rig/suites/lib.sh
wait_for 10 driver_is pf nvme
echo 0 >"$(sysfs pf)/sriov_drivers_autoprobe"
echo 120 >"$(sysfs pf)/sriov_numvfs"
dump_test
status=$?
echo 0 >"$(sysfs pf)/sriov_numvfs"
modprobe -r hvclaim
exit $status
