#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# root: systemd
# rdt: amd,l3=16,sockets=2
# smp: 2
# memory: 3G
# kernels: one
# timeout: 900
# Real libvirt and two real KVM domains with I/O threads and vhost-net; the XML of one gives its vCPU 0 a part of the L3
# (cachetune). QEMU emulates SVM, so this takes minutes.
. /rig/suites/lib.sh
. /rig/suites/rdt.sh
R=/sys/fs/resctrl

IMAGES=/var/lib/libvirt/images

virsh() { command virsh -q -c qemu:///system "$@"; }

# domain NAME UUID TAP [XML]: define a domain
domain() {
	truncate -s 16M "$IMAGES/$1.img"
	cat >"/run/$1.xml" <<-END
		<domain type='kvm'>
		  <name>$1</name><uuid>$2</uuid><memory unit='MiB'>64</memory><vcpu>2</vcpu><iothreads>2</iothreads>
		  ${4-}
		  <os><type arch='x86_64' machine='q35'>hvm</type><kernel>/rig/payload/pcils.elf</kernel><cmdline>stay</cmdline></os>
		  <devices>
		    <emulator>/usr/bin/qemu-system-x86_64</emulator>
		    <disk type='file' device='disk'><driver name='qemu' type='raw' iothread='1'/>
		      <source file='$IMAGES/$1.img'/><target dev='vda' bus='virtio'/></disk>
		    <interface type='ethernet'><target dev='$3'/><model type='virtio'/><driver name='vhost'/></interface>
		  </devices>
		</domain>
	END
	check virsh define "/run/$1.xml"
}

start() { # NAME: and where rdt.sh looks for its pid
	check virsh start "$1"
	ln -sf "/run/libvirt/qemu/$1.pid" "/run/$1.pid"
}

# cpus_of NAME EXPRESSION: CPUs of the threads whose name it matches
cpus_of() {
	for _task in "/proc/$(pid_of "$1")"/task/*; do
		# threads come and go
		! grep -qx "$2" "$_task/comm" 2>/dev/null || sed -n 's/^Cpus_allowed_list:[[:space:]]*//p' "$_task/status"
	done | sort -u | xargs
}

# Up to 6.3 vhost workers are threads of the kernel.
vhost_cpus_of() {
	for _task in /proc/[0-9]*/task/*; do
		! grep -qx "vhost-$(pid_of "$1")" "$_task/comm" 2>/dev/null ||
			sed -n 's/^Cpus_allowed_list:[[:space:]]*//p' "$_task/status"
	done | sort -u | xargs
}

scope_of() { sed -n 's#^0::.*/\([^/]*\.scope\).*#\1#p' "/proc/$(pid_of "$1")/cgroup"; }
weight_of() { systemctl show -P CPUWeight "$(scope_of "$1")"; }
vcpu0_group() { cat "/proc/$(pid_of "$1")"/task/*/cpu_resctrl_groups | sed -n 's/^res:\(.*vcpus_0\)$/\1/p' | sort -u; }

check modprobe kvm-amd
check mount -t resctrl resctrl $R
# libvirt gives out only what the root class does not have
echo "L3:0=ff;1=ff" >$R/schemata
domain db-1 11111111-2222-3333-4444-555555555501 tap-db \
	"<cputune><cachetune vcpus='0'><cache id='0' level='3' type='both' size='3' unit='MiB'/></cachetune></cputune>"
domain web-1 11111111-2222-3333-4444-555555555502 tap-web
start db-1
start web-1
config <<END
version: 1
classes:
  gold: {partition: exclusive, L3: {all: 4MiB}}
guests:
  db: {match: {libvirt: "db-*"}, class: gold, cpu: {weight: 300}, pin: {vcpus: 0, emulator: 1, iothreads: 1, vhost: 1}}
  web: {match: {uuid: 11111111-2222-3333-4444-555555555502}, class: gold, monitor: true, cpu: {weight: 50}}
END

test_begin "libvirt's domains are found, with their threads by role"
check_status 0 hvclaim guest list
note "$output"
check_status 0 hvclaim -j guest list
for role in vcpu emulator iothread vhost; do check_has "\"role\":\"$role\""; done

test_begin "CPU weight and placement of every role are applied"
check_status 0 hvclaim guest apply
note "$output"
check_is 300 weight_of db-1
check_is 50 weight_of web-1
check_is 0 cpus_of db-1 "CPU ./KVM"
check_is 1 cpus_of db-1 "IO iothread."
check_is 1 vhost_cpus_of db-1
check_is 1 cpus_of db-1 "qemu-system-x86"

test_begin "libvirt's cachetune stands, and explain says so"
libvirt=$(vcpu0_group db-1)
check [ -n "$libvirt" ]
mask=$(schemata_of "$libvirt")
check_status 0 hvclaim guest explain db
note "$output"
check_has cachetune

test_begin "the other domain has its class beside it, with all threads"
check_is hvclaim-gold group_of_guest web-1
check_is hvclaim-web-1 mon_of_guest web-1
check_is "L3:0=f;1=f" schemata_of hvclaim-gold
note "$(host rdt registers L3 | head -n 8)"

test_begin "a second apply changes nothing"
check_status 0 hvclaim -j guest apply
check_has '"changed":false' "$(echo "$output" | tr -d ' \n')"

test_begin "all stays over daemon-reload and a restart of libvirtd"
check systemctl daemon-reload
check systemctl restart libvirtd
check virsh domstate db-1
check_is 300 weight_of db-1
check_is hvclaim-gold group_of_guest web-1
check_is "$mask" schemata_of "$libvirt"
check_status 0 hvclaim -j guest apply
check_has '"changed":false' "$(echo "$output" | tr -d ' \n')"

has_its_share() { [ "$(group_of_guest "$1") $(weight_of "$1")" = "$2 $3" ]; } # NAME GROUP WEIGHT

test_begin "a domain that is restarted under --watch gets its share again"
hvclaim guest apply --watch >/run/watch.log 2>&1 &
watch=$!
check virsh destroy web-1
start web-1
check wait_for 120 has_its_share web-1 hvclaim-gold 50
check_is hvclaim-web-1 mon_of_guest web-1

test_begin "SIGTERM ends the watch and leaves all as it is"
kill -TERM $watch
wait $watch || fail "status $?"
note "$(cat /run/watch.log)"
check has_its_share web-1 hvclaim-gold 50

test_begin "who says so takes the class over from libvirt"
sed -i 's/db-\*"}, /&takeover: [class], /' /etc/hvclaim/hvclaim.yaml
check_status 0 hvclaim guest apply
check_is hvclaim-gold group_of_guest db-1
check_is "$mask" schemata_of "$libvirt"

test_begin "when the domains have ended only libvirt's and the root's groups are left"
check virsh destroy web-1
check virsh destroy db-1
check_status 0 hvclaim guest apply
check_is "" groups
check_is "L3:0=ff;1=ff" schemata_of .
nothing_refused
tests_done
