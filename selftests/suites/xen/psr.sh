#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Caches, bandwidth and monitoring of domains, where Xen divides them (PSR): the registers that it programmed, and xl.
# xen: 4.17/6.1 4.20/6.12
# rdt: on
# smp: 1
# With two CPUs it hung once, in QEMU 11.1, after "No irq handler for vector" on the console.
# xenappend: dom0_max_vcpus=1 psr=cat,mba,cmt
# timeout: 900
. /rig/suites/lib.sh
. /rig/suites/xen.sh

config() { mkdir -p /etc/hvclaim && cat >/etc/hvclaim/hvclaim.yaml; }
# "ID NAME CBM" below the socket's line
cat_of() { xl psr-cat-show "$1" | awk -v d="$1" '$2 == d { print $3 }'; }   # NAME
mba_of() { xl psr-mba-show "$1" | awk -v d="$1" '$2 == d { print $3 }'; }   # NAME

test_begin "Xen sees the machine's PSR"
check xen_up
check_status 0 xl psr-hwinfo
check_has "Cache Allocation Technology (CAT)"
note "$output"
check domu_small db1
check domu_small web

test_begin "a class's ways and bandwidth are what xl reads back: 4 of 11 ways for 30 %, and the delay for 45 %, rounded to 50 %"
config <<-EOF
	version: 1
	classes:
	  gold: {partition: exclusive, L3: "4 ways"}
	  bulk: {L3: 30%, MB: 45%}
	guests:
	  db1: {class: gold, monitor: true}
	  web: {class: bulk}
EOF
check_status 0 hvclaim guest apply
note "$output"
check_is 0xf cat_of db1
check_is 50 mba_of web
check_is 0x780 cat_of web

test_begin "the exclusive class is alone: neither the dom0 nor another domain has its ways"
check_is 0x7f0 cat_of Domain-0
check_status 0 hvclaim guest explain db1
check_has "L3:0=f (4 of 11 ways)"
note "$output"

test_begin "Xen programmed it"
note "$(host rdt registers)"
check_has 0xf "$(host rdt registers L3)"
check_has 0x32 "$(host rdt registers MB)"

test_begin "a second apply changes nothing"
check_status 0 hvclaim guest apply
check_has "nothing to change"

test_begin "a monitored domain has counters"
check_status 0 hvclaim guest metrics
check_has 'hvclaim_guest_cache_occupancy_bytes{guest="db1",cache="0"}'

test_begin "clear gives all of it back"
check hvclaim guest clear --all
check_is 0x7ff cat_of db1
check_is 0x7ff cat_of web
check_is 0x7ff cat_of Domain-0
check_is 0 mba_of web
check_status 0 hvclaim guest clear --all
check_has "nothing to change"

tests_done
