# shellcheck shell=sh
# SPDX-License-Identifier: GPL-2.0-only
# For tests of classes in machines with Intel RDT (vm/rdt.py): guests that only look like QEMU, what the kernel
# programmed for their groups, and whether it makes sense.

RDT=/sys/fs/resctrl
mkdir -p /etc/hvclaim /run/bin
cp /rig/bin/fakeguest /run/bin/qemu-system-x86_64

# config <<EOF: the whole configuration
config() { cat >/etc/hvclaim/hvclaim.yaml; }

guest_is_up() { # NAME THREADS
	set -- "$2" "/proc/$(cat "/run/$1.pid")"/task/*
	[ $(($# - 1)) = "$1" ]
}

# guest_start NAME…: each has 2 vCPUs, an I/O thread and an emulator thread
guest_start() {
	for _guest; do
		/run/bin/qemu-system-x86_64 -name "guest=$_guest,debug-threads=on" -smp 2 -object iothread,id=io1 \
			-pidfile "/run/$_guest.pid" &
		wait_for 60 guest_is_up "$_guest" 4 || fail "$_guest does not start"
	done
}

pid_of() { cat "/run/$1.pid"; }

guest_gone() { ! [ -d "/proc/$1" ]; }

guest_stop() { # NAME…
	for _guest; do
		_pid=$(pid_of "$_guest")
		kill -KILL "$_pid"
		wait "$_pid" 2>/dev/null
		wait_for 60 guest_gone "$_pid" || fail "$_guest does not end"
	done
}

# group_of_guest NAME: the group that all its threads are in; "mixed" when they are in several; "" for the root
group_of_guest() {
	cat "/proc/$(pid_of "$1")"/task/*/cpu_resctrl_groups | sed -n 's#^res:/*##p' | sort -u |
		awk 'NR == 1 { g = $0 } END { print (NR > 1) ? "mixed" : g }'
}

mon_of_guest() {
	cat "/proc/$(pid_of "$1")"/task/*/cpu_resctrl_groups | sed -n 's#^mon:\(.[^/]*\).*#\1#p' | sort -u |
		awk 'NR == 1 { g = $0 } END { print (NR > 1) ? "mixed" : g }'
}

# register "L3[1] dom=0": what the kernel programmed last
register() { host rdt registers "$1" | sed -n '1s/.* //p'; }

# writes: the registers of classes that were written since this was last asked
writes() { host rdt log | sed -n '/^\(L3\|L2\|MB\)\[/p'; }

ways() { # MASK: how many
	_mask=$(($1))
	_ways=0
	while [ $_mask != 0 ]; do
		_ways=$((_ways + (_mask & 1)))
		_mask=$((_mask >> 1))
	done
	echo $_ways
}

apart() { # MASK MASK: they share no way
	[ "$(($1))" != 0 ] && [ "$(($2))" != 0 ] && [ $(($1 & $2)) = 0 ]
}

# class_of GUEST: the class id that its threads bring to the CPU; the guests are idle, so this one is woken
class_of() {
	_class='' _tries=0
	host rdt pqr >/dev/null
	while [ -z "$_class" ] && [ $((_tries += 1)) -le 100 ]; do
		kill -STOP "$(pid_of "$1")"
		kill -CONT "$(pid_of "$1")"
		sleep 0.2
		_class=$(host rdt pqr | sed -n 's/^clos=\([1-9][0-9]*\) .*/\1/p' | sort -u)
	done
	echo "$_class"
}

# schemata_of GROUP: as 7.2 writes it, without blanks and leading zeros
schemata_of() { sed 's/ //g; s/=00*\([0-9a-f]\)/=\1/g' "$RDT/$1/schemata"; }
groups() { find $RDT -maxdepth 1 -name 'hvclaim-*' | sed 's#.*/##' | sort | xargs; }

apply() { check hvclaim guest apply "$@"; }

# nothing_refused: judged at the end of each script: hardware would have taken all that was programmed
nothing_refused() {
	test_begin "nothing was programmed that hardware would have refused"
	check_is "" host rdt refused
}
