#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Memory of the module with as many claims as there are virtual functions, and of the helper. What claims cost is what the
# kernel's allocator has given out more than when the same functions are bound to the same driver without a claim.
# topology: sriov4
# root: bench
# memory: 3G
# timeout: 2400
. /rig/suites/lib.sh
. /rig/bench/lib.sh

for module in nvme vfio-pci hvc_test_mock; do modprobe $module; done
for pf in pf1 pf2 pf3 pf4; do
	check wait_for 60 driver_is $pf nvme
	vfs="${vfs-} $(virtual_functions $pf)"
done
set -- $vfs
n=$#
functions=$(find /sys/bus/pci/devices/ -name '*:*' | wc -l)

# The bytes of objects that are in use: caches are shrunk first, for what lies in them free counts as used
in_use() {
	for cache in $(readlink -f /sys/kernel/slab/kmalloc-* /sys/kernel/slab/radix_tree_node | sort -u); do
		echo 1 >"$cache/shrink"
		echo "$(cut -d' ' -f1 "$cache/objects") $(cat "$cache/slab_size")"
	done | awk '{ bytes += $1 * $2 } END { print bytes }'
}
kib() { awk -v b="$1" 'BEGIN { printf "%.1f\n", b / 1024 }'; } # BYTES
all_held() { [ "$(hvcnl ledger | grep -c ' held ')" = $n ]; }

test_begin "the module as it is loaded"
before=$(in_use)
check modprobe hvclaim mock=1
loaded=$(in_use)
module=$(awk '$1 == "hvclaim" { print $2 }' /proc/modules)
sample memory module 1 "$(kib "$module")"
sample memory identities "$functions" "$(kib $((loaded - before)))"

test_begin "the same functions bound without claims, for comparison"
check env DRIVER=hvc_test_mock sysfsclaim take "$@"
check_is $n on_driver hvc_test_mock
bound=$(in_use)
check sysfsclaim back "$@"
check_is 0 on_driver hvc_test_mock

test_begin "each function claimed by a request of its own"
before=$(in_use)
number=0
for vf; do
	number=$((number + 1))
	check hvcnl claim -b mock -o "guest-$number" "$vf"
done
check wait_for 300 all_held
held=$(in_use)
ledger=$(((held - before) - (bound - loaded)))
sample memory ledger "$n" "$(kib "$ledger")"
sample memory ledger 1000 "$(kib $((ledger * 1000 / n)))"
sample memory module+ledger 1000 "$(kib $((module + ledger * 1000 / n)))"

test_begin "the helper"
timeit -m memory helper-list "$functions" hvclaim list -a
timeit -m memory helper-claims "$n" hvclaim list --claims
check hvcnl release -w -A -a $((1 << 20))
timeit -m memory helper-claim 127 hvclaim claim $(first 127 "$@") -o bench
check hvclaim release -o bench
remark "ledger: $n claims of one function each were measured; that of 1000 is computed from it"
remark "identities: what the module keeps of each function, claimed or not; not in module+ledger"
tests_done
