# SPDX-License-Identifier: GPL-2.0-only
# CPU weight and cap of guests in plain cgroups, without systemd, and what they do.
# topology: basic
# kernels: one
# timeout: 360
. /rig/suites/lib.sh
. /rig/suites/qos.sh

# CPU time of guests over a window: set as used_NAME, and elapsed, in milliseconds
measure() { # SECONDS GUEST…
	_seconds=$1
	shift
	for _g; do eval "_before_$_g=$(cpu_used "$(cgroup_of "$_g")")"; done
	_start=$(milliseconds)
	sleep "$_seconds"
	for _g; do eval "used_$_g=\$(($(cpu_used "$(cgroup_of "$_g")") - _before_$_g))"; done
	elapsed=$(($(milliseconds) - _start))
}

# The median of five windows: a machine that others keep from its CPU for a while has its clock go on meanwhile.
ratios() { # GUEST GUEST
	for _window in 1 2 3 4 5; do
		measure 5 "$1" "$2"
		eval "ratio \"\$used_$1\" \"\$used_$2\""
	done | median
}

shares() { # GUEST: of a CPU
	for _window in 1 2 3 4 5; do
		measure 5 "$1"
		eval "ratio \"\$used_$1\" \"\$elapsed\""
	done | median
}

config <<-EOF
	version: 1
	guests:
	  a: {cpu: {weight: 300}}
	  b: {cpu: {weight: 100}}
EOF
guest_start a -smp 1 -fake busy
guest_start b -smp 1 -fake busy

test_begin "guests in the root get cgroups of their own, and their weights"
check_is / cgroup_of a
check_status 0 hvclaim guest apply
note "$output"
check_is /hvclaim/a cgroup_of a
check_is /hvclaim/b cgroup_of b
check_is 300 value_of a cpu.weight
check_is 100 value_of b cpu.weight

test_begin "a second apply changes nothing, and says so"
check_status 0 hvclaim guest apply
check_has "nothing to change"
check_status 0 hvclaim -j guest apply
check_has '"changed":false'

test_begin "weights of 300 and 100 share a contended CPU out by 3 to 1"
check_measured "ratio" 2.4 3.6 ratios a b

test_begin "a cap of 50 % gives half a CPU"
config <<-EOF
	version: 1
	guests:
	  a: {cpu: {quota: 50%}}
	  b: {}
EOF
guest_stop b
check_status 0 hvclaim guest apply
note "$output"
check_is "50000 100000" value_of a cpu.max
check_measured "share of a CPU" 0.45 0.55 shares a

test_begin "explain says that the limit hits"
check_status 0 hvclaim guest explain a
note "$output"
check_has "throttled in"

test_begin "clear takes it back"
check_status 0 hvclaim guest clear a
check_is "max 100000" value_of a cpu.max
check_status 0 hvclaim guest clear a
check_has "nothing to change"

tests_done
