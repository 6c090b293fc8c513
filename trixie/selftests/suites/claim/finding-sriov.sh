# SPDX-License-Identifier: GPL-2.0-only
# Physical and virtual functions.
# topology: sriov
. /rig/suites/lib.sh
. /rig/suites/findings.sh
modprobe vfio-pci enable_sriov=1
for module in nvme hvclaim; do modprobe $module; done
wait_for 10 driver_is pf nvme
echo 0 >"$(sysfs pf)/sriov_drivers_autoprobe"

vf() { _link pf "virtfn$1"; }

test_begin "sriov-vfs: a physical function is not claimed from under its virtual functions"
echo 3 >"$(sysfs pf)/sriov_numvfs"
refused sriov-vfs pf
finding sriov-vfs "$(bdf pf) has 3 virtual functions enabled"
check_has "echo 0 > /sys/bus/pci/devices/$(bdf pf)/sriov_numvfs"
nothing_past sriov-vfs pf
check_is nvme driver_of pf
check_is 3 cat "$(sysfs pf)/sriov_numvfs"

test_begin "pf-user: a virtual function of a PF that the host drives is claimed"
check_status 0 hvclaim check "$(vf 0)"
no_finding pf-user
check hvclaim claim "$(vf 0)" -o vm1
check_is vfio-pci driver_of "$(vf 0)"
check hvclaim release "$(vf 0)" -o vm1
echo 0 >"$(sysfs pf)/sriov_numvfs"

test_begin "pf-user: a virtual function is not for another guest than its PF"
check hvclaim claim "$(bdf pf)" -o vm2
echo 2 >"$(sysfs pf)/sriov_numvfs"
vf=$(vf 1)
refused pf-user "$vf"
finding pf-user "the PF of $vf, $(bdf pf), is claimed for vm2, who could reset or remove it"
check_has "release $(bdf pf) first, or claim $vf for the same owner"
nothing_past pf-user "$vf"

test_begin "pf-user: for the guest of its PF it is a note"
check_status 0 hvclaim check "$vf" -o vm2
finding pf-user "the PF of $vf, $(bdf pf), is claimed for vm2, too (note)"
echo 0 >"$(sysfs pf)/sriov_numvfs"
check hvclaim release "$(bdf pf)" -o vm2
check_is nvme driver_of pf

test_begin "pf-user: nor is it for a guest when somebody else gave the PF to vfio-pci"
bdf pf >"$(sysfs pf)/driver/unbind"
echo vfio-pci >"$(sysfs pf)/driver_override"
bdf pf >/sys/bus/pci/drivers_probe
echo 2 >"$(sysfs pf)/sriov_numvfs"
refused pf-user "$(vf 0)"
finding pf-user "the PF of $(vf 0), $(bdf pf), is with vfio-pci"

tests_done
