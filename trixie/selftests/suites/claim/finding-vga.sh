# SPDX-License-Identifier: GPL-2.0-only
# The boot display, and graphics cards that somebody uses.
# topology: vga
. /rig/suites/lib.sh
. /rig/suites/findings.sh
modprobe hvclaim

test_begin "boot-vga: the boot display asks, and goes on when it is allowed"
check_is 1 cat "$(sysfs vga1)/boot_vga"
refused boot-vga vga1
finding boot-vga "$(bdf vga1) is the boot display"
check_has "--allow boot-vga"
check hvclaim claim "$(bdf vga1)" -o vm1 --allow boot-vga
check_is vfio-pci driver_of vga1
check hvclaim release -o vm1 --allow no-reset

test_begin "boot-vga: another display controller is no boot display"
check_status 0 hvclaim check "$(bdf vga2)"
no_finding boot-vga

test_begin "host-use: a display whose node is open names the node and the process"
modprobe bochs
check wait_for 10 driver_is vga2 bochs-drm
card=$(basename "$(echo "$(sysfs vga2)"/drm/card*)")
check_status 0 hvclaim check "$(bdf vga2)"
no_finding host-use
tail -f "/dev/dri/$card" >/dev/null 2>&1 &
check wait_for 5 ls -l /proc/$!/fd/3
refused host-use vga2
finding host-use "/dev/dri/$card is open by tail ($!)"
check_is bochs-drm driver_of vga2
kill $!

tests_done
