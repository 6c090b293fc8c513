# SPDX-License-Identifier: GPL-2.0-only
# Claims in each other's way, guests that run, functions that are never given away.
# topology: basic
# share: yes
. /rig/suites/lib.sh
. /rig/suites/findings.sh
for module in e1000e vfio_iommu_type1 hvclaim; do modprobe $module; done
wait_for 10 driver_is nic1 e1000e
wait_for 10 driver_is nic2 e1000e

test_begin "held: what one owner has, another does not get, and is told who has it"
check hvclaim claim "$(bdf nic2)" -o vm2
refused held nic2
finding held "claim " " holds $(bdf nic2) for vm2"
check_has "hvclaim release $(bdf nic2) -o vm2"
nothing_past held nic2
check_is vfio-pci driver_of nic2

test_begin "foreign-owner: a release for another owner asks, and goes on when it is allowed"
refuses 3 hvclaim release "$(bdf nic2)" -o vm1
finding foreign-owner "$(bdf nic2) belongs to claim " " of vm2, who is not the owner named"
check_has "--allow foreign-owner"
check_is vfio-pci driver_of nic2
check hvclaim release "$(bdf nic2)" -o vm1 --allow foreign-owner
check_is e1000e driver_of nic2

test_begin "in-use: what a guest has open is not released until the guest ends"
check hvclaim claim "$(bdf nic2)" -o vm2
mkfifo /run/hold
vfio-hold "$(group_of nic2)" "$(bdf nic2)" </run/hold >/run/held &
exec 8>/run/hold
check wait_for 10 grep -q held /run/held
refuses 4 hvclaim release "$(bdf nic2)" -o vm2
finding in-use "a guest has $(bdf nic2) open"
check_has "--when-idle"
refuses 2 hvclaim release "$(bdf nic2)" -o vm2 --allow in-use
check_is vfio-pci driver_of nic2
exec 8>&-
wait
rm /run/hold
check hvclaim release "$(bdf nic2)" -o vm2
check_is e1000e driver_of nic2

test_begin "in-use: what somebody else's guest has open is not claimed"
echo "$(bdf nic2)" >"$(sysfs nic2)/driver/unbind"
echo vfio-pci >"$(sysfs nic2)/driver_override"
echo "$(bdf nic2)" >/sys/bus/pci/drivers_probe
check_is vfio-pci driver_of nic2
mkfifo /run/hold
vfio-hold "$(group_of nic2)" "$(bdf nic2)" </run/hold >/run/held &
exec 8>/run/hold
check wait_for 10 grep -q held /run/held
refuses 3 hvclaim claim "$(bdf nic2)" -o vm1
finding in-use "a guest has $(bdf nic2) open"
exec 8>&-
wait
rm /run/hold
check_status 0 hvclaim check "$(bdf nic2)"
echo "$(bdf nic2)" >"$(sysfs nic2)/driver/unbind"
echo >"$(sysfs nic2)/driver_override"
echo "$(bdf nic2)" >/sys/bus/pci/drivers_probe
check wait_for 10 driver_is nic2 e1000e

test_begin "no-reset: a function without a reset is claimed, and given back only when that is allowed"
check_status 0 hvclaim check "$(bdf edu1)"
finding no-reset "$(bdf edu1) has no working reset"
check hvclaim claim "$(bdf edu1)" -o vm1
refuses 3 hvclaim release "$(bdf edu1)" -o vm1
finding no-reset "$(bdf edu1)"
check_has "--allow no-reset"
check hvclaim release "$(bdf edu1)" -o vm1 --allow no-reset
check_is none driver_of edu1
check_status 0 hvclaim check "$(bdf nic1)"
no_finding no-reset

test_begin "identity: a pinned function that is another one is refused"
refuses 3 hvclaim claim "$(bdf nic2),ids=10de:1eb8" -o vm1
check_has "10de:1eb8"
check_status 0 hvclaim check "$(bdf nic2),ids=8086:10d3"

test_begin "protected: what the module's option names is never claimed"
rmmod hvclaim
check modprobe hvclaim "protect=0000:00:1f.2,$(bdf nic1)"
refused protected nic1
finding protected "$(bdf nic1) is protected" "hvclaim.protect="
nothing_past protected nic1
check_is e1000e driver_of nic1
check_status 0 hvclaim check "$(bdf nic2)"

test_begin "protected: a mistake in the option refuses the load, in one message that names it"
rmmod hvclaim
dmesg -c >/dev/null
check_status 1 modprobe hvclaim "protect=$(bdf nic1),0000:zz:00.0"
check_is 1 sh -c 'dmesg | grep -c hvclaim'
check_has '"0000:zz:00.0", column 6: expected a bus number' "$(dmesg | grep hvclaim)"
check_status 1 grep '^hvclaim ' /proc/modules

tests_done
