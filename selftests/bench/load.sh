#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# What rules cost at boot: loading the module with 0, 64 and 200 of them, in relation to what the kernel took to init; and
# virtual functions from their creation until they are held, by a rule or by the bare writes to sysfs.
# topology: sriov
# root: bench
# smp: 2
# timeout: 900
. /rig/suites/lib.sh
. /rig/bench/lib.sh

for module in nvme vfio-pci vfio_iommu_type1; do modprobe $module; done
check wait_for 60 driver_is pf nvme
vfs=$(virtual_functions pf)
pf=$(sysfs pf)
holds() { [ "$(on_driver vfio-pci)" = "$1" ]; } # N
all_gone() { [ "$(hvcnl info)" = "claims 0" ]; }
mkdir -p /etc/modprobe.d

# rules N: for virtual functions that are there, and from the 128th on for some that are not
rules() {
	{
		echo "$vfs" | tr ' ' '\n'
		for bus in $(seq 64 163); do printf '0000:%02x:00.0\n' "$bus"; done
	} | head -n "$1" | sed 's/.*/options hvclaim claim=&,owner=bench/' >/etc/modprobe.d/hvclaim.conf
}

test_begin "loading the module with rules"
# the kernel's own clock when it started init
sample init kernel 1 "$(dmesg | sed -n 's/^\[ *\([0-9.]*\)\] Run \/init as init process/\1/p')"
rules 0
modprobe hvclaim && modprobe -r hvclaim
for round in $(seq $rounds); do
	for n in $(each "$round" 0 64 200); do
		rules "$n"
		timed load modprobe-n "$n" modprobe -n hvclaim
		timed load hvclaim "$n" modprobe hvclaim
		want=$n
		[ "$n" -le 127 ] || want=127
		check wait_for 60 holds "$want"
		check hvcnl release -w -A
		check wait_for 60 all_gone
		check modprobe -r hvclaim
	done
done

created() { # TOOL N: and held
	echo "$2" >"$pf/sriov_numvfs"
	if [ "$1" = bare-C ]; then
		sysfsclaim take $(for vf in "$pf"/virtfn*; do readlink "$vf"; done | sed 's#.*/##')
	fi
	wait_for 60 holds "$2"
}
clock() { cut -d' ' -f1 /proc/uptime; }

test_begin "virtual functions from their creation until they are held"
echo 0 >"$pf/sriov_numvfs"
for round in $(seq $rounds); do
	for n in 8 127; do
		for tool in $(each "$round" hvclaim bare-C); do
			if [ "$tool" = hvclaim ]; then
				echo "options hvclaim claim=vfs:$(bdf pf),owner=bench" >/etc/modprobe.d/hvclaim.conf
				check modprobe hvclaim
			fi
			from=$(clock)
			check created "$tool" $n
			sample vfs-held "$tool" $n "$(awk -v a="$from" -v b="$(clock)" 'BEGIN { print b - a }')"
			if [ "$tool" = hvclaim ]; then
				check hvcnl release -w -A
				check modprobe -r hvclaim
			fi
			echo 0 >"$pf/sriov_numvfs"
		done
	done
done
remark "load: the modprobe command as a whole; claims go on after it; modprobe-n reads the same files, and loads nothing"
remark "of 200 rules 127 are for functions that are there"
tests_done
