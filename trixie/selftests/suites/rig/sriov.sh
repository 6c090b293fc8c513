# SPDX-License-Identifier: GPL-2.0-only
# The topology is what its drawing says.
# topology: sriov
. /rig/suites/lib.sh

test_begin "127 virtual functions appear, each in a group of its own, without a driver"
check modprobe nvme
check wait_for 10 driver_is pf nvme
pf=$(sysfs pf)
check_is 127 cat "$pf/sriov_totalvfs"
echo 0 >"$pf/sriov_drivers_autoprobe"
echo 127 >"$pf/sriov_numvfs"
check_is 127 sh -c "for vf in $pf/virtfn*; do readlink -f \$vf/iommu_group; done | sort -u | wc -l"
check_is none driver_of "$(basename "$(readlink "$pf/virtfn126")")"

test_begin "a virtual function takes vfio-pci"
check modprobe vfio-pci
vf=$(basename "$(readlink "$pf/virtfn3")")
echo vfio-pci >"$(sysfs "$vf")/driver_override"
echo "$vf" >/sys/bus/pci/drivers_probe
check_is vfio-pci driver_of "$vf"

tests_done
