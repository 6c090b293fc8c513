# SPDX-License-Identifier: GPL-2.0-only
# The topology is what its drawing says.
# topology: nointremap
. /rig/suites/lib.sh

test_begin "there are IOMMU groups and no interrupt remapping"
check_is "$(bdf nic1)" group_members nic1
check_is "" sh -c "dmesg | grep 'Enabled IRQ remapping'"

tests_done
