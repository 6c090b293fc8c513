#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# groups.sh [N]: IOMMU groups (the first N) and what is in them
find /sys/kernel/iommu_groups/* -maxdepth 0 -type d | sort -V | head -n "${1:-100000}" | while read -r group; do
	echo "IOMMU Group ${group##*/}:"
	for device in "$group"/devices/*; do
		echo "	$(lspci -nns "${device##*/}")"
	done
done
