# SPDX-License-Identifier: GPL-2.0-only
# Memory that firmware reserved for devices.
# topology: rmrr
. /rig/suites/lib.sh
. /rig/suites/findings.sh
for module in e1000e nvme xhci-pci hvclaim; do modprobe $module; done
wait_for 10 driver_is nic1 e1000e
wait_for 10 driver_is nvme1 nvme
wait_for 10 driver_is usb1 xhci_hcd

test_begin "rmrr: a device with a region of its own is refused, with the region"
refused rmrr nic1
finding rmrr "RMRR 0xfed1c000 - 0xfed1cfff (4 KiB)" "is for $(bdf nic1) alone"
check_has "vfio cannot give such a device to a guest"
refused rmrr nic1 --allow rmrr,rmrr-relaxed
check_is e1000e driver_of nic1

test_begin "rmrr: a region that two devices share names the other one"
refused rmrr nvme1
finding rmrr "RMRR 0xfed1d000 - 0xfed1dfff (4 KiB)" "of $(bdf nvme1) is shared with $(bdf edu1);"
check_is nvme driver_of nvme1
refused rmrr edu1
finding rmrr "RMRR 0xfed1d000 - 0xfed1dfff (4 KiB)" "of $(bdf edu1) is shared with $(bdf nvme1);"

test_begin "rmrr-relaxable: a USB controller's region is told, and does not hinder"
check_status 0 hvclaim check "$(bdf usb1)"
finding rmrr-relaxable "$(bdf usb1)" "RMRR 0xfed1e000 - 0xfed1efff (4 KiB)" "needed at boot only"
no_finding rmrr
no_finding rmrr-relaxed
check hvclaim claim "$(bdf usb1)" -o vm1
check_is vfio-pci driver_of usb1
check hvclaim release "$(bdf usb1)" -o vm1 --allow no-reset
check_is xhci_hcd driver_of usb1

test_begin "rmrr-relaxable: so is a graphics card's"
check_status 0 hvclaim check "$(bdf vga1)" --allow boot-vga
finding rmrr-relaxable "$(bdf vga1)" "RMRR 0xfed1f000 - 0xfed1ffff (4 KiB)" "needed at boot only"
no_finding rmrr

test_begin "rmrr: a device without a region has no such finding"
check_status 0 hvclaim check "$(bdf edu2)"
no_finding rmrr
no_finding rmrr-relaxable

tests_done
