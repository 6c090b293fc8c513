# SPDX-License-Identifier: GPL-2.0-only
# A whole IOMMU group: what lies behind the ports without ACS.
# topology: acs
# share: yes
. /rig/suites/lib.sh

for module in e1000e xhci-pci vfio_iommu_type1 hvclaim; do modprobe $module; done
wait_for 5 driver_is nicF e1000e
# rpA, in the same slot, is in another group: what has no ACS could reach it
acs_missing=$((1 << 8)) group_shared=$((1 << 6)) no_reset=$((1 << 20))
endpoints="nicB nicE0 nicE1 nicF usbF"
usb_driver=$(driver_of usbF)
note "group $(group_of nicB): $(group_members nicB | tr '\n' ' ')"

test_begin "a member alone is refused while others are with host drivers"
check_status 1 hvcnl claim -w -o vm1 "$(bdf nicB)"
check_has "EACCES: $(bdf nicB): group-shared"
check_is e1000e driver_of nicB
check_is "claims 0" hvcnl info

test_begin "the whole group takes every endpoint of it, and leaves ports and neighbours alone"
check_status 0 hvcnl claim -g -a $acs_missing -w -o vm1 "$(bdf nicB)"
check_has "changed held"
for dev in $endpoints; do check_is vfio-pci driver_of "$dev"; done
for dev in rpB rpE rpF; do check_is pcieport driver_of $dev; done
for dev in nicA nic0 nic1; do check_is e1000e driver_of $dev; done
check_is 5 sh -c "hvcnl get 1 | grep -c '^0000.* held '"
vfio-hold "$(group_of nicB)" "$(bdf nicB)" "$(bdf nicE1)" </dev/null >/run/held || fail "no guest could have it: $(cat /run/held)"

test_begin "the same again is done already, named by another member too"
check_status 0 hvcnl claim -g -a $acs_missing -w -o vm1 "$(bdf nicE1)"
check_has "1 unchanged held"

test_begin "no other owner gets a part of it"
check_status 1 hvcnl claim -w -a $((acs_missing | group_shared)) -o vm2 "$(bdf nicE0)"
check_has "EBUSY: $(bdf nicE0): held, claim 1 of vm1"

test_begin "released, every endpoint has its own driver again"
check_status 0 hvcnl release -w -a $no_reset -o vm1
check_has gone
for dev in nicB nicE0 nicE1 nicF; do check_is e1000e driver_of $dev; done
check_is "$usb_driver" driver_of usbF
for dev in $endpoints; do check_is "(null)" override_of "$dev"; done
check_is "claims 0" hvcnl info

test_begin "with the reason given a member is held beside a host driver's, for no guest yet"
check_status 0 hvcnl claim -w -a $((acs_missing | group_shared)) -o vm1 "$(bdf nicB)"
check_is vfio-pci driver_of nicB
check_is e1000e driver_of nicF
check_status 1 vfio-hold "$(group_of nicB)" "$(bdf nicB)"
check_has "not viable"
check hvcnl release -w -a $no_reset -o vm1
check_is e1000e driver_of nicB

modprobe -r hvclaim || fail "the module does not go"
tests_done
