# SPDX-License-Identifier: GPL-2.0-only
# Nothing is claimed where no IOMMU translates.
# topology: noiommu
. /rig/suites/lib.sh
. /rig/suites/findings.sh
for module in e1000e hvclaim; do modprobe $module; done
wait_for 10 driver_is nic1 e1000e

test_begin "no-iommu: without an IOMMU nothing is claimed, and no option helps"
check_status 3 hvclaim check "$(bdf nic1)"
finding no-iommu "$(bdf nic1)" "no IOMMU translates" "could reach all of the host's memory"
check_has "turn on VT-d or AMD-Vi"
no_finding no-intremap
no_finding acs-missing
refused no-iommu nic1
check_is e1000e driver_of nic1
refused no-iommu edu1 --group
nothing_past no-iommu nic1

tests_done
