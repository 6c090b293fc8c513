#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# shares.sh each|one N: what guests.sh gives to N guests, by cgset and pqos; one call for each guest, or one for all (pqos: for 30)
# shares.sh scopes N: what scopes.sh gives them, by a call of systemctl for each
values="-r cpu.weight=300 -r io.weight=200 -r cpu.max.burst=10000 -r memory.low=16777216 -r memory.high=536870912"
classes="llc:1=0x3;mba:1=50;llc:2=0xc;mba:2=60;llc:3=0x30;mba:3=70;llc:4=0xc0;mba:4=80"

threads() { paste -sd, "/sys/fs/cgroup/bench/g$1/cgroup.threads"; } # GUEST
give() { # GROUP…
	cgset -r "cpu.max=50000 100000" $values "$@"
}

status=0
if [ "$1" = scopes ]; then
	for guest in $(seq "$2"); do
		systemctl set-property --runtime "vm-g$guest.scope" CPUWeight=250 CPUQuota=60% IOWeight=250 MemoryLow=4M \
			MemoryHigh=128M || status=1
	done
	exit $status
fi
pqos -I -e "$classes" || status=1
if [ "$1" = each ]; then
	for guest in $(seq "$2"); do
		give "bench/g$guest" || status=1
		pqos -I -a "pid:$(((guest - 1) % 4 + 1))=$(threads "$guest")" || status=1
	done
else
	give $(seq -f "bench/g%g" "$2") || status=1
	# it takes less than 128 threads at once, and each guest has 4
	for guest in $(seq "$2"); do
		all="${all:+$all;}pid:$(((guest - 1) % 4 + 1))=$(threads "$guest")"
		[ $((guest % 30)) = 0 ] || [ "$guest" = "$2" ] || continue
		pqos -I -a "$all" || status=1
		all=
	done
fi
exit $status
