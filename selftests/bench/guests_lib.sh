# shellcheck shell=sh
# SPDX-License-Identifier: GPL-2.0-only
# The guests of guests.sh and scopes.sh, and the file that says what they get; sourced after lib.sh.

QEMU=/run/qemu-system-x86_64
CG=/sys/fs/cgroup
RDT=/sys/fs/resctrl
cp /rig/bin/fakeguest $QEMU

started() { find /run -maxdepth 1 -name 'g[0-9]*.pid' | wc -l; }
all_run() { [ "$(started)" = "$1" ] && [ "$(cat /sys/fs/cgroup/bench/*/cgroup.threads /sys/fs/cgroup/machine.slice/*/cgroup.threads 2>/dev/null | wc -l)" = $((4 * $1)) ]; } # N
class_of() { sed -n 's/^res://p' "/proc/$(cat "/run/$1.pid")/cpu_resctrl_groups"; } # GUEST

# configure N WEIGHT: the file with so many guests; with resctrl there are classes, too
configure() {
	mkdir -p /etc/hvclaim
	{
		echo "version: 1"
		class=
		if [ -e $RDT/schemata ]; then
			class=", class: c"
			echo "classes:"
			for number in 0 1 2 3; do
				printf '  c%d: {partition: shared, L3: {all: 0x%x}, MB: {all: %d%%}}\n' $number $((3 << 2 * number)) \
					$((50 + 10 * number))
			done
		fi
		echo "guests:"
		for number in $(seq "$1"); do
			echo "  g$number: {cpu: {weight: $2, quota: 50%, burst: 10%}, io: {weight: 200}," \
				"memory: {low: 16M, high: 512M}${class:+$class$(((number - 1) % 4))}}"
		done
	} >/etc/hvclaim/hvclaim.yaml
}
