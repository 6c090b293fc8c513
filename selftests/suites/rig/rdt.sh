#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# rdt: on,sockets=2
# smp: 4
# Emulated Intel RDT: what the kernel programs is in the register log, what counters read is set from here.
. /rig/suites/lib.sh
R=/sys/fs/resctrl

test_begin "the kernel finds the L3 of both sockets, bandwidth control and monitoring"
check mount -t resctrl resctrl $R
check_is 7ff cat $R/info/L3/cbm_mask
check_is 16 cat $R/info/L3/num_closids
check_is 8 cat $R/info/MB/num_closids
check_is "mon_L3_00 mon_L3_01" sh -c "ls -d $R/mon_data/*/ | xargs -n1 basename | xargs"

test_begin "what it programs is in the log, by domain and class"
check mkdir $R/g
check sh -c "printf 'L3:0=3;1=1c\nMB:1=50\n' >$R/g/schemata"
check_is "L3[1] dom=0 0x3
L3[1] dom=1 0x1c" host rdt registers "L3[1]"
check_is "MB[1] dom=1 0x32" host rdt registers "MB[1] dom=1"

test_begin "a task's class and RMID reach the CPU"
host rdt pqr >/dev/null
sh -c "echo \$\$ >$R/g/tasks; i=0; while [ \$i -lt 20000 ]; do i=\$((i + 1)); done"
check_has "clos=1 rmid=1" "$(host rdt pqr)"

test_begin "counters read what the test says"
check host rdt counter 1 1 1 0x10
check_is 1048576 cat $R/g/mon_data/mon_L3_01/llc_occupancy
check host rdt counter 1 1 1 0x8000000000000000
check_is Error cat $R/g/mon_data/mon_L3_01/llc_occupancy

test_begin "nothing was programmed that hardware would have refused"
check_is "" host rdt refused
check_status 1 host rdt nonsense
tests_done
