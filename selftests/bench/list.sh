#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# What there is and what a guest may have: hvclaim list, lspci -vvv, and the script over /sys/kernel/iommu_groups that every
# guide to PCI passthrough has; for the functions of one SR-IOV device, then of four.
# topology: sriov4
# root: bench
# memory: 3G
# timeout: 2400
. /rig/suites/lib.sh
. /rig/bench/lib.sh

for module in nvme vfio-pci hvclaim; do modprobe $module; done
for pf in pf1 pf2 pf3 pf4; do check wait_for 60 driver_is $pf nvme; done
functions() { find /sys/bus/pci/devices/ -name '*:*' | wc -l; }
listed() { hvclaim list -a | sed 1d | wc -l; }

measure() { # TOOL N
	case $1 in
	hvclaim) timed list hvclaim "$2" hvclaim list -a ;;
	lspci-vvv) timed list lspci-vvv "$2" lspci -vvv ;;
	script) timed list script "$2" sh /rig/bench/groups.sh "${3-}" ;;
	esac
}

test_begin "one device's functions"
virtual_functions pf1 >/dev/null
n=$(functions)
check_is "$n" listed
for round in $(seq $rounds); do
	for tool in $(each "$round" hvclaim lspci-vvv script); do measure "$tool" "$n"; done
done

test_begin "four devices' functions"
for pf in pf2 pf3 pf4; do virtual_functions $pf >/dev/null; done
n=$(functions)
check_is "$n" listed
for round in $(seq $rounds); do
	for tool in $(each "$round" hvclaim lspci-vvv); do measure "$tool" "$n"; done
done

# It starts lspci for each function, which reads them all: minutes
test_begin "the script, for 40 groups of them"
measure script "$n" 40 | sed 's/ script / script-40-groups /'
remark "the script over all groups of $n functions takes minutes: 40 groups in one round stand for it"
tests_done
