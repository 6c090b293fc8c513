# SPDX-License-Identifier: GPL-2.0-only
# The topology is what its drawing says.
# topology: vga
. /rig/suites/lib.sh

test_begin "the first card is the boot VGA, the second is not VGA at all"
check_is 1 cat "$(sysfs vga1)/boot_vga"
check_is 0x030000 cat "$(sysfs vga1)/class"
check_is 0x038000 cat "$(sysfs vga2)/class"

tests_done
