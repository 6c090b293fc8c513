#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# rdt: on,classes=4,rmids=6
# smp: 2
# kernels: one
# timeout: 300
# guest check: what all guests of the file want, against the host. guest metrics: what the kernel counted.
. /rig/suites/lib.sh
. /rig/suites/rdt.sh
R=/sys/fs/resctrl

# sum WHAT: wanted, kept and total as guest check has them
sum() {
	hvclaim -j guest check | jsonflat | awk -F= -v what="$1" '
		$1 ~ /\.what$/ { at = $2 == what }
		at && $1 ~ /\.(wanted|kept|total|fits)$/ { print $2 }' | xargs
}

modprobe null_blk nr_devices=1 gb=1 queue_mode=2
modprobe dm-mod
dmsetup create stack --table "0 204800 linear /dev/nullb0 0" || fail "no stack of disks"
config <<END
version: 1
host: {ways: 2, cpus: 0, memory: 16MiB}
classes:
  gold: {partition: exclusive, L3: {all: 4 ways}}
  bulk: {partition: shared, L3: {all: 30%}}
guests:
  db1: {class: gold, monitor: true, io: {devices: {/dev/dm-0: {rbps: 5M}}}}
  web1: {class: bulk, monitor: true, io: {devices: {/dev/nullb0: {rbps: 2M, wiops: 100}}}}
END
guest_start db1
apply

test_begin "ways, class ids, ids for monitoring and limits of I/O are added up over all guests, running or not"
check_status 0 hvclaim guest check
note "$output"
check_is "2 1 4 true" sum "class ids"
check_is "4 2 11 true" sum "L3 0, exclusive ways"
check_has "ids for monitoring"
check_is "7 MB/s true" sum "nullb0, bytes read of 2 guests"
check_is "100/s true" sum "nullb0, writes of 1 guests"

test_begin "memory that a device pins has to be there besides what the host keeps"
sed -i 's/web1: {class: bulk,/web1: {devices: "01:00.0", memory: {max: 100G}, class: bulk,/' /etc/hvclaim/hvclaim.yaml
check_status 3 hvclaim guest check
note "$output"
check_has "guests: web1: devices: all guests together want 100 GiB of pinned memory"
check_has "keeps 16 MiB"

test_begin "CPUs that the host keeps are not a guest's, and a partition's are one guest's"
config <<END
version: 1
host: {cpus: 0}
guests:
  db1: {cpu: {cpus: 0-1, partition: isolated}}
  web1: {pin: {vcpus: 1}}
END
check_status 3 hvclaim guest check
note "$output"
check_has "CPUs 0 are kept for the host"
check_has "CPUs 1 are the guest web1's as well"

test_begin "more exclusive classes than class ids are an error with the arithmetic"
config <<END
version: 1
classes:
  a: {partition: exclusive, L3: {all: 1 way}}
  b: {partition: exclusive, L3: {all: 1 way}}
  c: {partition: exclusive, L3: {all: 1 way}}
  d: {partition: exclusive, L3: {all: 1 way}}
guests: {db1: {class: a}, web1: {class: b}, web2: {class: c}, web3: {class: d}}
END
check_status 3 hvclaim guest check
check_has "of 4 class ids 1 is the root's"
check_is "4 1 4 false" sum "class ids"

test_begin "metrics are the kernel's counters of the guest's monitor group"
config <<END
version: 1
classes: {gold: {partition: exclusive, L3: {all: 4 ways}}}
guests: {db1: {class: gold, monitor: true}}
END
apply
for rmid in 1 2 3 4 5; do
	check host rdt counter 1 $rmid 0 0x10
	check host rdt counter 2 $rmid 0 0x20
done
kernel=$R/$(group_of_guest db1)/mon_groups/$(mon_of_guest db1)/mon_data/mon_L3_00
check_status 0 hvclaim guest metrics
note "$(echo "$output" | grep cache)"
check_is 1048576 cat "$kernel/llc_occupancy"
check_has 'hvclaim_guest_cache_occupancy_bytes{guest="db1",cache="0"} 1048576'
check_has "hvclaim_guest_memory_traffic_bytes_total{guest=\"db1\",cache=\"0\",scope=\"total\"} $(cat "$kernel/mbm_total_bytes")"
check_has 'hvclaim_guest_info{guest="db1",kind="qemu",class="gold"} 1'

test_begin "and go into a file that is replaced in one go"
echo old >/run/guests.prom
check_status 0 hvclaim guest metrics -O /run/guests.prom
check_is "" echo "$output"
check_has 'cache="0"} 1048576' "$(cat /run/guests.prom)"
check_is 644 stat -c %a /run/guests.prom
check_is /run/guests.prom sh -c 'ls /run/guests.prom*'
nothing_refused
tests_done
