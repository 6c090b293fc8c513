# SPDX-License-Identifier: GPL-2.0-only
# Isolation that is only pretended: pcie_acs_override on the kernel's command line.
# topology: xio
# append: pcie_acs_override=downstream
. /rig/suites/lib.sh
. /rig/suites/findings.sh
for module in e1000e hvclaim; do modprobe $module; done
wait_for 10 driver_is nic2 e1000e

test_begin "acs-missing: with pcie_acs_override the helper refuses, and --allow does not help"
check_status 3 hvclaim check "$(bdf nic1)" --allow acs-missing
finding acs-missing "switch downstream port $(bdf dn1)" "pcie_acs_override on the kernel's command line" \
	"the hardware does not isolate"
check_has "boot without pcie_acs_override"
refused acs-missing nic1 --allow acs-missing
check_is e1000e driver_of nic1
refused acs-missing nic2
check_is e1000e driver_of nic2

tests_done
