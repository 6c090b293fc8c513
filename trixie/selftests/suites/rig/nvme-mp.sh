# SPDX-License-Identifier: GPL-2.0-only
# The topology is what its drawing says.
# topology: nvme-mp
. /rig/suites/lib.sh

test_begin "two controllers, one disk, which hangs below neither"
check modprobe nvme
check wait_for 10 driver_is nvme1 nvme
check wait_for 10 driver_is nvme2 nvme
check wait_for 10 test -e "/sys/block/$(disk_of nvme1)"
check_is "$(disk_of nvme1)" disk_of nvme2
check_has /sys/devices/virtual/nvme-subsystem/ "$(readlink -f "/sys/block/$(disk_of nvme1)")"

tests_done
