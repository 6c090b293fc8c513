# SPDX-License-Identifier: GPL-2.0-only
# An IOMMU that does not remap interrupts.
# topology: nointremap
. /rig/suites/lib.sh
. /rig/suites/findings.sh
for module in e1000e hvclaim; do modprobe $module; done
wait_for 10 driver_is nic1 e1000e

test_begin "no-intremap: without interrupt remapping a claim asks, and goes on when it is allowed"
check_status 3 hvclaim check "$(bdf nic1)"
finding no-intremap "$(bdf nic1)" "can forge interrupts"
check_has "--allow no-intremap"
check_has "allow_unsafe_interrupts=1"
refused no-intremap nic1
check_is e1000e driver_of nic1
check_status 0 hvclaim check "$(bdf nic1)" --allow no-intremap
finding no-intremap "(allowed)"
gets_past no-intremap nic1
check_is e1000e driver_of nic1

tests_done
