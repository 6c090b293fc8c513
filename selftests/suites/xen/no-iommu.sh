#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Xen without an IOMMU: there is no table
# topology: noiommu
# xen: 4.17/6.1 4.17/6.12 4.20/6.12 4.20/7.2
# timeout: 200
. /rig/suites/lib.sh
. /rig/suites/findings.sh
. /rig/suites/xen.sh

for module in e1000e hvclaim; do modprobe $module; done
wait_for 20 driver_is nic1 e1000e

test_begin "without an IOMMU nothing is unbound, with which xl would fail only afterwards"
check xen_up
refused no-iommu nic1
nothing_past no-iommu nic1
check_is e1000e driver_of nic1

test_begin "the list says so, too"
check_status 0 hvclaim list "$(bdf nic1)"
check_has no-iommu

tests_done
