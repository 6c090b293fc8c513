#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Xen without an IOMMU: there is no table
# topology: noiommu
# xen: 4.17/6.1 4.20/7.2
# timeout: 200
. /rig/suites/lib.sh
. /rig/suites/findings.sh
. /rig/suites/xen.sh

no_iommu_is_told nic1
tests_done
