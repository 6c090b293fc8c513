#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Domains' shares: weight, cap, CPUs and cpupools by the same file as other guests', read back by xl.
# xen: 4.17/6.1 4.20/6.12
# smp: 4
# xenappend: dom0_max_vcpus=1
# timeout: 900
. /rig/suites/lib.sh
. /rig/suites/findings.sh
. /rig/suites/xen.sh

config() { mkdir -p /etc/hvclaim && cat >/etc/hvclaim/hvclaim.yaml; }
# "Name  ID Weight  Cap", of which credit2's lines are one a domain below one of the cpupool
sched() { xl sched-credit2 -d "$1" | awk -v d="$1" '$1 == d { print $3, $4 }'; } # NAME
# "Name ID VCPU CPU State Time(s) Hard / Soft"
affinity() { xl vcpu-list "$1" | awk -v v="$2" 'NR > 1 && $3 == v { print $(NF - 2), $NF }'; } # NAME VCPU
pool_cpus() { xl cpupool-list -c | awk -v p="$1" '$1 == p { print $2 }'; }                    # POOL
pool_of() { xl list -c "$1" | awk 'NR == 2 { print $NF }'; }                                  # NAME
has_share() { [ "$(sched "$1")" = "$2" ]; }
json() { hvclaim -j "$@" | jsonflat; }

test_begin "before Xen's tools run there are no domains, and nothing waits for them"
check timeout 20 hvclaim guest list
check xen_up
check domu_small db1
check domu_small web
check domu_says db1 ready
check domu_says web ready

test_begin "domains are listed with their vCPUs"
config <<-EOF
	version: 1
	guests:
	  db1: {match: {xen: "db*"}, cpu: {weight: 300, quota: 50%}, pin: {vcpus: {0: 2, 1: 2-3}}, numa: {prefer: 0}}
EOF
check_status 0 hvclaim guest list
check_has "db1   xen  -   2"
check_has "web   xen  -   2"
check_status 0 json guest list
check_has "guests.0.entry=db1"
check_has "guests.0.xen.scheduler=credit2"
check_has "guests.0.xen.weight=256"

test_begin "a dry run tells, and changes nothing"
check_status 0 hvclaim guest apply --dry-run
check_has "domain db1 weight 768 (was 256)"
check_is "256 0" sched db1
check_is "all all" affinity db1 0

test_begin "weight, cap and affinity are what xl reads back"
check hvclaim guest apply
check_is "768 50" sched db1
check_is "2 all" affinity db1 0
check_is "2-3 all" affinity db1 1
check_is "256 0" sched web

test_begin "a second apply changes nothing, and says so"
check_status 0 hvclaim guest apply
check_has "nothing to change"
check_status 0 json guest apply
check_has "changed=false"

test_begin "what somebody else changed is made right, and told by explain before"
check xl sched-credit2 -d db1 -w 100
check_status 0 hvclaim guest explain db1
check_has "weight=100"
check_has "not applied"
check hvclaim guest apply
check_is "768 50" sched db1
check_status 0 hvclaim guest explain db1
check_has "768 of 1280 among 3 domains of Pool-0"
check_has "50% of a CPU"
check_has "2 (vcpus 0), 2-3 (vcpus 1)"

test_begin "what Xen has nothing for is said in a line each"
config <<-EOF
	version: 1
	classes: {gold: {L3: 50%, MB: 50%}}
	guests:
	  db1: {class: gold, monitor: true, cpu: {weight: 300, quota: 50%, burst: 10%}, io: {weight: 200}, memory: {max: 4G}}
EOF
check_status 0 hvclaim guest apply
check_has "db1: cpu.burst: Xen's schedulers have no burst"
check_has "db1: memory.max: a domain of Xen has the memory that it was built with"
check_has "db1: io.weight: nothing in the dom0 does I/O for it"
check_has "Xen divides neither caches nor bandwidth here"
check_has "Xen was booted without psr=cmt"

weight_cap_and_pins() {
	config <<-EOF
		version: 1
		guests:
		  db1: {cpu: {weight: 300, quota: 50%}, pin: {vcpus: {0: 2, 1: 2-3}}}
	EOF
}

test_begin "what the file does not have any more is taken back, and nothing else"
weight_cap_and_pins
check hvclaim guest apply
check xl sched-credit2 -d web -w 512
config <<-EOF
	version: 1
	guests:
	  db1: {pin: {vcpus: {1: 3}}}
	  web: {cpu: {quota: 40%}}
EOF
check_status 0 hvclaim guest apply
check_has "set by an earlier apply, and not in the file any more"
check_is "256 0" sched db1
check_is "all all" affinity db1 0
check_is "3 all" affinity db1 1
check_is "512 40" sched web
config <<-EOF
	version: 1
EOF
check_status 0 hvclaim guest apply
check_is "all all" affinity db1 1
check_is "512 0" sched web
check_status 0 hvclaim guest apply
check_has "nothing to change"
check xl sched-credit2 -d web -w 256

test_begin "clear gives Xen's defaults back"
weight_cap_and_pins
check hvclaim guest apply
check_is "768 50" sched db1
check hvclaim guest clear db1
check_is "256 0" sched db1
check_is "all all" affinity db1 0
check_status 0 hvclaim guest clear db1
check_has "nothing to change"

test_begin "a cpupool that is there is gone into by its name"
check xl cpupool-cpu-remove Pool-0 3
# shellcheck disable=SC2016  # xl's own quotes
check xl cpupool-create 'name="fast"' 'sched="credit"' 'cpus=["3"]'
config <<-EOF
	version: 1
	guests:
	  db1: {cpu: {weight: 200, quota: 30%, pool: fast}}
	  web: {cpu: {pool: none}}
EOF
check_status 3 hvclaim guest apply
check_has "cpu: pool: there is no cpupool none; there are Pool-0, fast"
check_is Pool-0 pool_of db1
config <<-EOF
	version: 1
	guests:
	  db1: {cpu: {weight: 200, quota: 30%, pool: fast}}
EOF
check hvclaim guest apply
check_is fast pool_of db1
check_is 512 sh -c "xl sched-credit -d db1 | awk '\$1 == \"db1\" { print \$3 }'"
check_is 30 sh -c "xl sched-credit -d db1 | awk '\$1 == \"db1\" { print \$4 }'"
check_status 0 hvclaim guest apply
check_has "nothing to change"
check hvclaim guest clear db1
check_is Pool-0 pool_of db1
check xl cpupool-destroy fast
check xl cpupool-cpu-add Pool-0 3

test_begin "a partition is a cpupool of its own"
config <<-EOF
	version: 1
	guests:
	  db1: {cpu: {weight: 200, cpus: 2-3, partition: isolated}, pin: {vcpus: {0: 3}}}
EOF
check hvclaim guest apply
check_is hvclaim-db1 pool_of db1
check_is 2,3 pool_cpus hvclaim-db1
check_is 0,1 pool_cpus Pool-0
check_is "512 0" sched db1
check_is "3 all" affinity db1 0
check_status 0 hvclaim guest apply
check_has "nothing to change"
check_status 0 hvclaim guest explain db1
check_has "cpupool hvclaim-db1, CPUs 2-3, scheduler credit2"

test_begin "a partition that the file does not have any more is left, for CPUs that come back by that"
config <<-EOF
	version: 1
	guests:
	  db1: {cpu: {weight: 200, cpus: 2-3}}
EOF
check hvclaim guest apply
check_is Pool-0 pool_of db1
check_is 0,1,2,3 pool_cpus Pool-0
check_is "2-3 all" affinity db1 1
check_is "512 0" sched db1
config <<-EOF
	version: 1
	guests:
	  db1: {cpu: {weight: 200, cpus: 2-3, partition: isolated}}
EOF
check hvclaim guest apply
check_is hvclaim-db1 pool_of db1

test_begin "the dom0 keeps a CPU"
config <<-EOF
	version: 1
	guests:
	  db1: {cpu: {cpus: 0-3, partition: isolated}}
EOF
check_status 3 hvclaim guest apply
check_has "0-1 are all CPUs of cpupool Pool-0, where the dom0 is: one must stay"
check_is 2,3 pool_cpus hvclaim-db1

test_begin "clear takes the cpupool away"
config <<-EOF
	version: 1
	guests:
	  db1: {cpu: {weight: 200, cpus: 2-3, partition: isolated}}
EOF
check hvclaim guest clear db1
check_is Pool-0 pool_of db1
check_is 0,1,2,3 pool_cpus Pool-0
check_is "" pool_cpus hvclaim-db1

test_begin "a required knob that Xen has nothing for changes nothing"
config <<-EOF
	version: 1
	guests:
	  db1: {cpu: {weight: 300, quota: 50%, burst: 10%}, require: [cpu.burst]}
EOF
check_status 3 hvclaim guest apply
check_has "require: cpu.burst: Xen's schedulers have no burst"
check_is "256 0" sched db1

test_begin "metrics have Xen's counters"
check_status 0 hvclaim guest metrics
check_has 'hvclaim_guest_info{guest="db1",kind="xen"'
check_has 'hvclaim_guest_cpu_seconds_total{guest="db1"} '
check_has 'hvclaim_guest_memory_bytes{guest="web"} '

test_begin "the sums are over the machine, not the dom0"
config <<-EOF
	version: 1
	guests:
	  db1: {cpu: {quota: 150%}}
	  web: {cpu: {cpus: 2-3, partition: isolated}}
EOF
check_status 0 hvclaim guest check

test_begin "the watcher gives a domain its share, and gives it again when it starts anew"
config <<-EOF
	version: 1
	guests:
	  db1: {cpu: {weight: 300, quota: 50%}}
EOF
hvclaim guest apply --watch >/run/watch.log 2>&1 &
watcher=$!
check wait_for 60 has_share db1 "768 50"
check domu_destroy db1
check domu_small db1
check domu_says db1 ready
check wait_for 100 has_share db1 "768 50"
check xl sched-credit2 -d db1 -c 20
check wait_for 60 has_share db1 "768 50"

test_begin "what it set stays when it ends"
kill -TERM $watcher
wait $watcher
check [ $? = 0 ]
check_is "768 50" sched db1
note "$(cat /run/watch.log)"

for guest in db1 web; do domu_destroy $guest; done
tests_done
