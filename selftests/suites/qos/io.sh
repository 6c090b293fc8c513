# SPDX-License-Identifier: GPL-2.0-only
# I/O weights under bfq, under iocost and where nobody looks at them; limits; what explain says of each.
# topology: basic
# kernels: one
# timeout: 480
. /rig/suites/lib.sh
. /rig/suites/qos.sh

# A disk that takes 10 ms for a request and 4 requests at a time: what is shared out is the disk, not the CPU. Guests
# have so many requests under way that some wait even when the machine has no CPU for them for a while: to a guest
# that has none waiting its share is of no use.
DISK=nullb0
modprobe null_blk nr_devices=1 gb=1 bs=4096 queue_mode=2 irqmode=2 completion_nsec=10000000 hw_queue_depth=4 submit_queues=1
echo none >/sys/block/$DISK/queue/scheduler

# io_count GUEST FIELD: rbytes, rios… that it had on the disk
io_count() {
	awk -v dev="$(cat /sys/block/$DISK/dev)" -v key="$2=" '$1 == dev { for (i = 2; i <= NF; i++)
		if (index($i, key) == 1) print substr($i, length(key) + 1) }' "$CG$(cgroup_of "$1")/io.stat"
}

# measure SECONDS FIELD GUEST…: sets did_GUEST and elapsed (milliseconds)
measure() {
	_seconds=$1 _field=$2
	shift 2
	for _g; do eval "_before_$_g=$(io_count "$_g" "$_field")"; done
	_start=$(milliseconds)
	sleep "$_seconds"
	for _g; do eval "did_$_g=\$(($(io_count "$_g" "$_field") - _before_$_g))"; done
	elapsed=$(($(milliseconds) - _start))
}

# The median of five windows, as in cpu.sh.
ratios() { # GUEST GUEST
	for _window in 1 2 3 4 5; do
		measure 4 rios "$1" "$2"
		eval "ratio \"\$did_$1\" \"\$did_$2\""
	done | median
}

rates() { # FIELD GUEST: a second
	for _window in 1 2 3 4 5; do
		measure 3 "$1" "$2"
		eval "ratio \$((did_$2 * 1000)) \"\$elapsed\""
	done | median
}

load() { guest_start "$1" -object iothread,id=iothread1 -fake "io=/dev/$DISK" -fake jobs=32; } # GUEST

config <<-EOF
	version: 1
	guests:
	  a: {cpu: {weight: 100}, io: {weight: 300}}
	  b: {cpu: {weight: 100}, io: {weight: 100}}
EOF
load a
load b

test_begin "where the scheduler is none and iocost is off, weights do nothing, and explain says so"
check_status 0 hvclaim guest apply
note "$output"
check_status 0 hvclaim guest apply
check_has "nothing to change"
check_is "default 300" value_of a io.weight
check_measured "ratio" 0.85 1.18 ratios a b
check_status 0 hvclaim guest explain a
note "$output"
check_has "no effect on"
check_has "$DISK (none)"

test_begin "what is required and has no effect is an error, and is not set"
config <<-EOF
	version: 1
	guests:
	  a: {cpu: {weight: 100}, io: {weight: 700}, require: [io.weight]}
	  b: {cpu: {weight: 100}, io: {weight: 100}}
EOF
check_status 3 hvclaim guest apply
note "$output"
check_has "io.weight"
check_is "default 300" value_of a io.weight
config <<-EOF
	version: 1
	guests:
	  a: {cpu: {weight: 100}, io: {weight: 300}}
	  b: {cpu: {weight: 100}, io: {weight: 100}}
EOF

test_begin "under bfq, weights of 300 and 100 give 3 to 1"
check_status 0 hvclaim io enable $DISK --bfq --dry-run
check_has "would be turned on"
check_status 0 hvclaim io enable $DISK --bfq
check_status 0 hvclaim io enable /dev/$DISK --bfq
check_has "is already on"
check_has "[bfq]" "$(cat /sys/block/$DISK/queue/scheduler)"
# a scheduler has twice as many requests as the disk: 8 here, and the others wait where nobody looks at weights
echo 128 >/sys/block/$DISK/queue/nr_requests
check_status 0 hvclaim guest apply
note "$output"
sleep 2
check_measured "ratio" 2.4 3.6 ratios a b
check_status 0 hvclaim guest explain a
note "$output"
check_has "300 on $DISK (bfq)"
check_status 0 hvclaim io disable $DISK --bfq
check_has "[none]" "$(cat /sys/block/$DISK/queue/scheduler)"

test_begin "under iocost, weights of 300 and 100 give 3 to 1"
check_status 0 hvclaim io enable $DISK --iocost
check_status 0 hvclaim guest apply
sleep 5
check_measured "ratio" 2.4 3.6 ratios a b
check_status 0 hvclaim guest explain a
note "$output"
check_has "300 on $DISK (iocost)"
check_status 0 hvclaim io disable $DISK --iocost
check_status 0 hvclaim io list $DISK
check_has "no effect"

test_begin "a limit of operations is kept within 15 %"
config <<-EOF
	version: 1
	guests:
	  a: {io: {devices: {/dev/$DISK: {riops: 200}}}}
	  b: {}
EOF
guest_stop b
check_status 0 hvclaim guest apply
note "$output"
check_measured "operations a second" 170 230 rates rios a
check_status 0 hvclaim guest explain a
check_has "riops=200 on $DISK"

test_begin "a limit of bytes is kept within 15 %, and clear takes it back"
config <<-EOF
	version: 1
	guests:
	  a: {io: {devices: {/dev/$DISK: {riops: max, rbps: 1M}}}}
EOF
check_status 0 hvclaim guest apply
note "$output"
check_measured "bytes a second" 850000 1150000 rates rbytes a
check_status 0 hvclaim guest clear a
check_is "" value_of a io.max

tests_done
