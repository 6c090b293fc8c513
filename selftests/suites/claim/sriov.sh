# SPDX-License-Identifier: GPL-2.0-only
# 64 virtual functions in one request.
# topology: sriov
# share: yes
# timeout: 200
. /rig/suites/lib.sh

for module in nvme vfio-pci vfio_iommu_type1 hvclaim; do modprobe $module; done
wait_for 10 driver_is pf nvme
pf=$(sysfs pf)
vfs() { for vf in "$pf"/virtfn*; do basename "$(readlink "$vf")"; done; }
count() { # DRIVER: how many VFs have it
	for vf in $vfs; do driver_of "$vf"; done | grep -c "^$1$"
}
overrides() { for vf in $vfs; do override_of "$vf"; done | grep -vc "(null)"; }
claim_is_held() { hvcnl get "$1" | grep -q "^$1 held"; } # ID
uptime_ms() { tr -d . </proc/uptime | cut -d' ' -f1; }

test_begin "64 virtual functions without a driver are claimed by one request"
echo 0 >"$pf/sriov_drivers_autoprobe"
echo 64 >"$pf/sriov_numvfs"
vfs=$(vfs)
check_is 64 count none
start=$(uptime_ms)
# shellcheck disable=SC2086  # a list
check_status 0 hvcnl claim -w -o vm1 $vfs
note "claimed in $(($(uptime_ms) - start))0 ms"
check_has "changed held"
check_is 64 count vfio-pci
check_is nvme driver_of pf
check_is "claims 1" hvcnl info

test_begin "their physical function is refused meanwhile"
check_status 1 hvcnl claim -w -o vm1 "$(bdf pf)"
check_has "EACCES: $(bdf pf): sriov-vfs"

test_begin "released they have no driver again, and no override"
start=$(uptime_ms)
check_status 0 hvcnl release -w -o vm1
note "released in $(($(uptime_ms) - start))0 ms"
check_is 64 count none
check_is 0 overrides
check_is "claims 0" hvcnl info

test_begin "those that nvme drives go back to nvme, the others stay without a driver"
driven=
for number in 0 1 2 3; do
	vf=$(basename "$(readlink "$pf/virtfn$number")")
	driven="$driven $vf"
	check nvme-online "/dev/$(basename "$pf"/nvme/nvme*)" $((number + 1))
	echo nvme >"/sys/bus/pci/devices/$vf/driver_override"
	echo "$vf" >/sys/bus/pci/drivers_probe
done
check_is 4 count nvme
# shellcheck disable=SC2086
check_status 0 hvcnl claim -w -o vm1 $vfs
check_is 64 count vfio-pci
check_status 0 hvcnl release -w -o vm1
check_is 4 count nvme
check_is 60 count none
for vf in $driven; do check_is nvme override_of "$vf"; done
check_is 4 overrides

test_begin "some of them released one by one, the rest stays"
# shellcheck disable=SC2086
check_status 0 hvcnl claim -w -o vm1 $vfs
id=${output%% *}
for vf in $(echo "$vfs" | tail -n 3); do
	check hvcnl release "$vf"
	check wait_for 10 claim_is_held "$id"
	check_is none driver_of "$vf"
done
check_is 61 count vfio-pci
check_is 61 sh -c "hvcnl get $id | grep -c '^0000.* held '"

test_begin "virtual functions that are turned off under a claim are gone, and it waits for them until it is released"
echo 0 >"$pf/sriov_numvfs"
check wait_for 20 sh -c "[ \"\$(hvcnl get $id | grep -c '^0000.* gone ')\" = 61 ]"
check_is "claims 1" hvcnl info
check hvcnl release -w -i "$id"
check_is "claims 0" hvcnl info
echo 4 >"$pf/sriov_numvfs"
vfs=$(vfs)
check_is 4 count none
echo 0 >"$pf/sriov_numvfs"

modprobe -r hvclaim || fail "the module does not go"
tests_done
