#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Each allocation below the module's functions fails, in turn, during each verb: an error, no half state, no event that is
# lost in silence, and (so says watchers.sh) no leak. So does each with the next one, during a claim. Fault injection
# looks at the stack, so that requests and workers are reached alike, and nobody else is.
# topology: basic
# kernels: torture
# timeout: 3000
. /rig/suites/lib.sh

F=/sys/kernel/debug/failslab
PCI=/sys/bus/pci
MOST=1500	# allocations that one verb may have
ALL=0x1ffffff	# whatever can be allowed

for module in vfio-pci vfio_iommu_type1 hvc_test_host hvc_test_mock; do modprobe $module; done
modprobe hvclaim mock=1
n1=$(bdf nic1) n2=$(bdf nic2)

# Where a function's code begins and ends
range() { # SYMBOL
	awk -v want="$1" '$3 == want { from = $1 } from && $1 > from { print "0x" from, "0x" $1; exit }' /run/symbols
}
between() { # WHAT FROM TO: WHAT is require or reject
	echo "$2" >"$F/$1-start"
	echo "$3" >"$F/$1-end"
}
# Only what has a function of the module on the stack fails, and not what kmemleak wants for itself
aim() {
	sort /proc/kallsyms >/run/symbols
	# shellcheck disable=SC2046  # two words
	between require $(awk '$4 == "[hvclaim]" && $2 ~ /[tT]/ { to = "0x" $1; from = from ? from : to } END { print from, to }' /run/symbols)
	# shellcheck disable=SC2046
	between reject $(range kmemleak_alloc)
}
aim
echo 32 >$F/stacktrace-depth
echo 0 >$F/verbose
echo N >$F/task-filter
echo N >$F/ignore-gfp-wait
echo 0 >$F/times
echo 100 >$F/probability

# arm_pair N: an allocation fails when less is left of N times 256 bytes than it wants, and so does the next one that wants
# more than that: the second try for an xarray's node, say. What is smaller may pass between them.
arm_pair() {
	echo $(($1 * 256)) >$F/space
	echo 1 >$F/interval
	echo 2 >$F/times
}
# disarm_pair: true when one has failed
disarm_pair() {
	read -r _times <$F/times
	echo 0 >$F/times
	echo 0 >$F/space
	[ "$_times" != 2 ]
}

# arm N: the Nth allocation from now on fails, and no other. What counts them is never reset, so it is kept track of: the
# first multiple of more than has been counted is that itself.
counted=0
arm() {
	interval=$((counted + $1))
	echo $interval >$F/interval
	echo 1 >$F/times
}
fired() { read -r _times <$F/times; [ "$_times" = 0 ]; }
# disarm: true when it has failed. Otherwise it has to, now, or nobody would know what was counted.
disarm() {
	_fired=0
	while ! fired; do
		_fired=1
		hvcnl check -o vm9 "$n1" >/dev/null 2>&1
	done
	[ $interval = 1 ] || counted=$interval
	return $_fired
}

# Sets now: rules, ledger, drivers and overrides, when no claim is under way any more. It is asked for often, and each
# process costs: so there is but one in it.
look() {
	_looks=0
	while [ $_looks -lt 200 ]; do
		now=$(hvcnl all)
		case $now in
		*" queued "* | *" checking "* | *" unbinding "* | *" binding "* | *" releasing "*) sleep 0.3 ;;
		*) break ;;
		esac
		_looks=$((_looks + 1))
	done
	[ $_looks -lt 200 ] || fail "it does not settle"
	for _bdf in "$n1" "$n2"; do
		read -r _override <$PCI/devices/"$_bdf"/driver_override
		_driver=other
		[ -e $PCI/devices/"$_bdf"/driver ] || _driver=none
		for _its in hvc_test_host hvc_test_mock vfio-pci; do
			# shellcheck disable=SC3013  # dash and busybox have it
			[ ! $PCI/devices/"$_bdf"/driver -ef $PCI/drivers/$_its ] || _driver=$_its
		done
		now="$now
$_bdf $_override $_driver"
	done
}
home() {
	for _bdf in "$n1" "$n2"; do
		echo hvc_test_host >$PCI/devices/"$_bdf"/driver_override
		echo "$_bdf" >$PCI/drivers_probe
	done
}
as_at_first() { look; [ "$now" = "$at_first" ]; }

# What was done, or has failed visibly, is undone
undo() {
	for _id in $(hvcnl rules | sed -n 's/^\([0-9][0-9]*\) .*/\1/p'); do hvcnl rule-del "$_id" >/dev/null; done
	hvcnl release -w -a $ALL -A >/dev/null
}
clean_up() {
	for _ in 1 2 3; do
		undo
		! as_at_first || return 0
	done
	return 1
}

claim_it() { hvcnl claim -w -b mock -o vm1 "$n1" "$n2"; }
vfio_it() { hvcnl claim -w -o vm1 "$n1" "$n2"; }
release_it() { hvcnl release -w -a $ALL -o vm1; }
check_it() { hvcnl check -o vm1 "$n1" "$n2"; }
dump_it() { hvcnl ledger; hvcnl groups; hvcnl rules; hvcnl info; }
devs_it() { hvcnl devs; }
get_it() { hvcnl dev "$n1"; }
rule_it() { hvcnl rule-add "$n1,owner=vm1,backend=mock,allow=no-reset" && wait_for 20 rule_worked; }
# the worker's failures are told in rule-get
taken() { driver_is "$n1" hvc_test_mock; }
rule_worked() { fired || taken; }
# what a claim goes through, or that some of it was not told
each_told() {
	grep -q ENOBUFS /run/events ||
		for _state in queued checking unbinding binding held; do
			grep -q "^state [0-9]* $_state vm1" /run/events || return
		done
}
drift_told() { grep -q -e ENOBUFS -e "^drift " /run/events; }
# listened TOLD COMMAND…: what it does is told to who listens. An error where it was done: each_fails calls that half done
listened() {
	_by=$1
	shift
	hvcnl monitor >/run/events &
	_pid=$!
	wait_for 10 grep -q listening /run/events
	"$@"
	_told=$?
	[ $_told != 0 ] || wait_for 10 "$_by" || { echo "lost in silence:"; cat /run/events; _told=1; }
	kill $_pid
	wait $_pid
	return $_told
}
told_it() { listened each_told claim_it; }
unbind_it() { echo "$n1" >$PCI/drivers/hvc_test_mock/unbind; }
drift_it() { listened drift_told unbind_it; }

# each_fails VERB [BEFORE [_pair]]: until one run of the verb has no allocation left that could fail
each_fails() {
	_n=0 _errors=0 _before=$at_first
	while [ $_n -lt $MOST ]; do
		_n=$((_n + 1))
		if [ -n "$2" ]; then
			check "$2" || return
			look
			_before=$now
		fi
		"arm$3" $_n
		"$1" >/run/said 2>&1
		_status=$?
		"disarm$3"
		_more=$?
		look
		if [ $_status != 0 ]; then
			_errors=$((_errors + 1))
			# a release that could not put back says so, and can be tried again
			[ "$now" = "$_before" ] || grep -q degraded /run/said ||
				fail "allocation $_n: half done: $(cat /run/said); before: $_before; after: $now"
		fi
		[ $((_n % 25)) != 0 ] || note "$1: $_n allocations, and more"
		[ "$now" = "$at_first" ] || clean_up ||
			{ fail "allocation $_n: $(cat /run/said); is not undone: $now"; return; }
		[ $_more = 0 ] || break
	done
	note "$1: $((_n - 1)) allocations, $_errors errors"
	check test $_n -gt 1
	check test $_n -lt $MOST
}

# The same for what changes nothing
each_look_fails() { # VERB
	_n=0 _more=0
	while [ $_more = 0 ] && [ $_n -lt $MOST ]; do
		_n=$((_n + 1))
		arm $_n
		"$1" >/run/said 2>&1
		disarm
		_more=$?
	done
	note "$1: $((_n - 1)) allocations"
	check test $_n -gt 1
	check test $_n -lt $MOST
	check as_at_first
}

home
look
at_first=$now
note "$at_first"
for verb in claim_it vfio_it rule_it told_it; do
	test_begin "every allocation of $verb fails"
	each_fails $verb
done
test_begin "every two allocations of claim_it fail"
each_fails claim_it "" _pair
test_begin "every allocation of a claim that is there already fails"
each_fails claim_it claim_it
test_begin "every allocation of the news that another took a function away fails"
each_fails drift_it claim_it
test_begin "every allocation of a release fails"
each_fails release_it claim_it
test_begin "every allocation of a release from vfio-pci fails"
each_fails release_it vfio_it
for verb in check_it get_it dump_it devs_it; do
	test_begin "every allocation of $verb fails"
	each_look_fails $verb
done

# The function comes back: for a rule, or for the claim that has had it
replug() { echo 1 >$PCI/devices/"$n1"/remove; echo 1 >$PCI/rescan; }
rule_waits() { hvcnl rule-add -l "$n1,owner=vm1,backend=mock,allow=no-reset"; }
# it is taken, or it is said why not
told() {
	taken || hvcnl rules | grep -q ENOMEM || hvcnl ledger | grep -q -e memory -e 'could not be bound' ||
		[ "$(complaints)" -gt "$said" ]
}
# a claim of before gives back what the host had then
given_back() { [ "$(override_of "$n1")" = "(null)" ] || as_at_first; }
complaints() { dmesg | grep -c 'hvclaim: .*memory'; }
for waits in rule_waits claim_it; do
	test_begin "every allocation of an arrival fails: $waits"
	n=0
	while [ $n -lt $MOST ]; do
		n=$((n + 1))
		check $waits || break
		said=$(complaints)
		arm $n
		replug
		wait_for 10 rule_worked
		disarm
		more=$?
		look
		wait_for 10 told || fail "allocation $n: nothing is said: $now"
		undo
		check wait_for 20 given_back || { note "allocation $n: $now"; break; }
		# what it had from its first driver is gone with it
		replug
		home
		check as_at_first || { note "$now"; break; }
		[ $more = 0 ] || break
	done
	note "$((n - 1)) allocations"
	check test $n -gt 1
	check test $n -lt $MOST
done

test_begin "every allocation of an unload fails"
n=0
while [ $n -lt $MOST ]; do
	n=$((n + 1))
	arm $n
	check rmmod hvclaim
	fired
	more=$?
	# the load has its own turn
	echo 0 >$F/times
	check modprobe hvclaim mock=1
	aim
	echo $more >$F/times
	disarm || break
done
note "$((n - 1)) allocations"
check test $n -lt $MOST
check as_at_first

# Before it is loaded the module's functions are nowhere: what counts is what its options and its init want, of one process
test_begin "every allocation of a load with a rule fails"
check rmmod hvclaim
echo 0 >$F/probability
file=$(modinfo -F filename hvclaim)
for of in parse_args do_one_initcall; do
	n=0 refused=0
	# shellcheck disable=SC2046
	between require $(range $of)
	while [ $n -lt $MOST ]; do
		n=$((n + 1))
		echo 2 >$F/times
		sh -c "echo $n >/proc/self/fail-nth; exec insmod $file mock=1 protect=00:1f.0 claim=$n1,owner=vm1,backend=mock" \
			>/run/said 2>&1 || refused=$((refused + 1))
		read -r times <$F/times
		[ -d /sys/module/hvclaim ] || check modprobe hvclaim mock=1 || break
		clean_up || { fail "allocation $n: $(cat /run/said); is not undone: $now"; break; }
		check rmmod hvclaim || break
		[ "$times" != 2 ] || break
	done
	note "$of: $((n - 1)) allocations, $refused loads refused"
	check test $n -gt 1
	check test $n -lt $MOST
done

tests_done
