# SPDX-License-Identifier: GPL-2.0-only
# Who shares an IOMMU group, which port's missing bits made it so, and groups that are smaller than they should be.
# topology: acs
# share: yes
# timeout: 180
. /rig/suites/lib.sh
. /rig/suites/findings.sh
for module in e1000e e1000 nvme xhci-pci hvclaim; do modprobe $module; done
wait_for 10 driver_is nic1 e1000e
wait_for 10 driver_is nicD e1000
wait_for 10 driver_is nvme2 nvme
wait_for 10 driver_is usbF xhci_hcd

bits="SrcValid ReqRedir CmpltRedir UpstreamFwd"

test_begin "group-shared: the other member is named with its driver, and the port with its missing bits"
refused group-shared nicG
check_has "better --group"
check_is e1000e driver_of nicG
check_status 3 hvclaim check "$(bdf nicG)"
finding group-shared "$(bdf nicH) (e1000e) is in IOMMU group $(group_of nicG) with $(bdf nicG)"
finding acs-missing "root port $(bdf rpG) does not enable $bits, and cannot" "one IOMMU group for that (note)"

test_begin "group-shared: ports do not count, nor do functions without a driver"
case $output in *pcieport*) fail "a port counts: $output" ;; esac
check_status 0 hvclaim check "$(bdf edu0)"
no_finding group-shared

test_begin "group-shared: --group takes every function, and the ports stay with the host"
check_status 0 hvclaim check "$(bdf nicG)" --group
no_finding group-shared
check hvclaim claim "$(bdf nicG)" -o vm1 --group
for dev in nicG nicH; do check_is vfio-pci driver_of $dev; done
for dev in rpG rpH; do check_is pcieport driver_of $dev; done
check_is e1000e driver_of nicA
check hvclaim release -o vm1
for dev in nicG nicH; do check_is e1000e driver_of $dev; done

test_begin "group-shared: when it is allowed, one function is claimed and the others stay"
check hvclaim claim "$(bdf nicG)" -o vm1 --allow group-shared
check_is vfio-pci driver_of nicG
check_is e1000e driver_of nicH

test_begin "group-split: the rest of a claimed group is not for another owner"
refuses 3 hvclaim claim "$(bdf nicH)" -o vm2 --allow group-shared
finding group-split "$(bdf nicG) is in IOMMU group $(group_of nicG) with $(bdf nicH), and claimed for vm1 (claim "
check_has "claim $(bdf nicH) for the same owner, or release $(bdf nicG) first"
check_is e1000e driver_of nicH
refuses 2 hvclaim claim "$(bdf nicH)" -o vm2 --allow group-split
check_status 0 hvclaim check "$(bdf nicH)" -o vm1
no_finding group-split

test_begin "in-use: a group that the host drives is not in use by a guest"
check hvclaim release "$(bdf nicG)" -o vm1
check_is e1000e driver_of nicG

test_begin "acs-missing: a port without ACS reaches those beside it that have it, in other groups"
refused acs-missing nicB --group
finding acs-missing "root port $(bdf rpB) does not enable $bits, and cannot" "although the IOMMU group is small"
refused group-shared nicB --allow acs-missing
for other in nicE0 nicE1 nicF; do
	finding group-shared "$(bdf $other) (e1000e) is in IOMMU group $(group_of nicB) with $(bdf nicB)"
done
finding group-shared "$(bdf usbF) (xhci_hcd)"
check hvclaim claim "$(bdf nicB)" -o vm1 --group --allow acs-missing
for dev in nicB nicE0 nicE1 nicF usbF; do check_is vfio-pci driver_of $dev; done
check_is pcieport driver_of rpB
check hvclaim release -o vm1 --allow no-reset
for dev in nicB nicE0 nicE1 nicF; do check_is e1000e driver_of $dev; done

test_begin "pcie-pci-bridge: what is behind it shares a group, and the bridge is named"
refused group-shared eduD
check_status 3 hvclaim check "$(bdf eduD)"
finding group-shared "$(bdf nicD) (e1000) is in IOMMU group $(group_of eduD) with $(bdf eduD)"
finding acs-missing "PCIe-to-PCI bridge $(bdf br1) does not enable $bits, and cannot"
check_is e1000 driver_of nicD
check hvclaim claim "$(bdf eduD)" -o vm1 --group
check_is vfio-pci driver_of nicD
check_is vfio-pci driver_of eduD
check hvclaim release -o vm1 --allow no-reset
check_is e1000 driver_of nicD

test_begin "not-endpoint: ports, bridges, the host bridge and the ISA bridge are refused"
for dev in rpA dn1 br1 0000:00:00.0 0000:00:1f.0; do
	refused not-endpoint $dev
	finding not-endpoint "a guest cannot be given it"
done
nothing_past not-endpoint rpA
check_is pcieport driver_of rpA

test_begin "acs-missing: a small group behind a switch port without ACS asks (xio3130)"
check_is "$(printf '%s\n' "$(bdf dn1)" "$(bdf nvme1)")" group_members nvme1
refused acs-missing nvme1
finding acs-missing "switch downstream port $(bdf dn1) does not enable $bits, and cannot" \
	"$(bdf nvme1) could reach" "although the IOMMU group is small"
check_has "--allow acs-missing"
check_is nvme driver_of nvme1
gets_past acs-missing nvme1
check wait_for 10 driver_is nvme1 nvme

test_begin "acs-missing: a port that enables ACS is no finding"
check_status 0 hvclaim check "$(bdf nicA)"
no_finding acs-missing
no_finding group-shared

test_begin "siblings: the other functions of the slot are named with their drivers"
check_status 0 hvclaim check "$(bdf nic0)"
finding siblings "$(bdf nic1) (e1000e) is in the same slot as $(bdf nic0)"
check_status 0 hvclaim check "$(bdf edu0)"
finding siblings "$(bdf edu1) (no driver) is in the same slot as $(bdf edu0)"
check_status 0 hvclaim check "$(bdf nic0)" "$(bdf nic1)"
no_finding siblings

test_begin "intx-shared: a host device on the same interrupt line is named"
check_is "$(cat "$(sysfs nicD)/irq")" cat "$(sysfs nvme2)/irq"
check_status 0 hvclaim check "$(bdf nvme2)" --allow acs-missing
finding intx-shared "$(bdf nvme2) shares its line interrupt with $(bdf nicD) (e1000)"
check_status 0 hvclaim check "$(bdf nicA)"
no_finding intx-shared

rmmod hvclaim
tests_done
