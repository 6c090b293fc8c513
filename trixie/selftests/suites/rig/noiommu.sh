# SPDX-License-Identifier: GPL-2.0-only
# The topology is what its drawing says.
# topology: noiommu
. /rig/suites/lib.sh

test_begin "there are devices and no IOMMU groups"
check bdf nic1
check bdf edu1
check_is "" ls /sys/kernel/iommu_groups

tests_done
