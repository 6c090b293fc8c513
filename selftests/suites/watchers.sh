#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# What the kernel of `make torture` has seen of the scripts that ran before this one: run by vm/run after them. A report of
# KASAN, UBSAN or a WARN brings the machine down at once; lockdep and kmemleak are asked.
# topology: basic
# kernels: torture
. /rig/suites/lib.sh

# What is lost may be from a module that is no longer there: then its addresses have no names.
leaks() { grep -cE '\[(hvclaim|hvc_test_[a-z]*)\]|0xffffffffc[0-9a-f]{7}' /sys/kernel/debug/kmemleak; }

test_begin "locks, references and memory are as they should be"
complaints=$(dmesg | grep -E 'BUG:|INFO: (possible|suspicious|task|rcu)|WARNING:|UBSAN:|Unreferenced|refcount_t:|DEBUG_LOCKS_WARN|ODEBUG:')
[ -z "$complaints" ] || fail "$complaints"
check grep -q "^ *debug_locks: *1" /proc/lockdep_stats
# what is referenced from a place that is not looked at for a moment is no leak the second time
for _ in 1 2; do
	sleep 6
	echo scan >/sys/kernel/debug/kmemleak || fail "kmemleak has given up"
done
[ "$(leaks)" = 0 ] || { note "$(cat /sys/kernel/debug/kmemleak)"; fail "memory is lost"; }

# Which lines were reached: for vm/reached.py. Scripts that never load the module reach none, and say so.
counters=/sys/kernel/debug/gcov/tree/kmod
modprobe 9pnet_virtio
modprobe 9p
mkdir -p /run/out
if [ ! -d $counters ]; then
	note "the module was never loaded"
	! grep -q ^hvclaim /proc/modules || fail "nothing is counted"
elif mount -t 9p -o trans=virtio,version=9p2000.L out /run/out; then
	cd $counters || fail "nothing is counted"
	# not cp: they are longer than they say
	find . -name '*.gcda' | while read -r file; do
		mkdir -p "/run/out/${file%/*}"
		cat "$file" >"/run/out/$file"
	done
	cd /
	umount /run/out
else
	fail "no place for what was reached"
fi
tests_done
