#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Xen with an IOMMU that it does not use: only Xen's tools know
# topology: basic
# xen: 4.17/6.1 4.20/7.2
# xenappend: iommu=off
# timeout: 200
. /rig/suites/lib.sh
. /rig/suites/findings.sh
. /rig/suites/xen.sh

no_iommu_is_told nic1
tests_done
