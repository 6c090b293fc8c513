#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The kernel tree's own netlink tool reads the specification, and drives every command by it.
# topology: basic
# root: full
# kernels: one
# timeout: 400
. /rig/suites/lib.sh

for module in e1000e hvc_test_mock; do modprobe $module; done
modprobe hvclaim mock=1
wait_for 20 driver_is nic2 e1000e
n1=$(bdf nic1) n2=$(bdf nic2)
schema="--schema /rig/linux/Documentation/netlink/genetlink.yaml"

ynl() { # OPTION…: what the tool says
	# shellcheck disable=SC2086  # an option and its value
	python3 /rig/linux/tools/net/ynl/cli.py --spec /rig/hvclaim.yaml $schema --output-json "$@"
}
dom0() { [ -n "$RIG_XEN" ]; }
groups() { find /sys/kernel/iommu_groups -mindepth 1 -maxdepth 1 | wc -l; }
count() { echo $#; }
json() { # EXPRESSION…: values of x, the last answer
	echo "$output" | python3 -c "import json, sys
x = json.load(sys.stdin)
print(*[eval(e) for e in sys.argv[1:]])" "$@"
}
addr() { # ADDRESS: as the tool wants it
	python3 -c "import json, re, sys
d, b, s, f = (int(x, 16) for x in re.split('[:.]', sys.argv[1]))
print(json.dumps({'domain': d, 'bus': b, 'devfn': s * 8 + f}))" "$1"
}
a1=$(addr "$n1") a2=$(addr "$n2")

test_begin "the specification is valid, and info-get answers"
check_status 0 ynl --do info-get
check_is 1 json "x['api-version']"
check_is intel json "x['iommu']"
schema=--no-schema # seconds less, each time
if dom0; then own=pciback; else own=vfio-pci; fi
check_is "['$own', 'mock']" json "x['backend']"

test_begin "dev-get: one function, all, and by group, state and owner"
check_status 0 ynl --do dev-get --json "{\"addr\": $a1, \"with-findings\": true}"
check_is "e1000e 32902 host note" json "x['driver']" "x['vendor']" "x['state']" "x['verdict']"
check_status 0 ynl --dump dev-get
check_is "$(count /sys/bus/pci/devices/*)" json "len(x)"
if ! dom0; then
	check_status 0 ynl --dump dev-get --json "{\"group\": $(group_of nic2)}"
	check_is "[2]" json "[d['addr']['bus'] for d in x]"
fi
check_status 0 ynl --dump dev-get --json '{"state": "host"}'
check_is True json "len(x) > 3 and all(d['state'] == 'host' for d in x)"
check_status 0 ynl --dump dev-get --json '{"owner": "vm1"}'
check_is 0 json "len(x)"

test_begin "group-get: one group, and all"
if ! dom0; then
	check_status 0 ynl --do group-get --json "{\"id\": $(group_of nic1)}"
	check_is "1 e1000e" json "x['member'][0]['addr']['bus']" "x['member'][0]['driver']"
fi
check_status 0 ynl --dump group-get
check_is "$(groups)" json "len(x)"

test_begin "check: the verdict and the findings by name"
check_status 0 ynl --do check --json "{\"function\": [{\"addr\": $a1}, {\"addr\": $(addr 0000:00:04.0)}]}"
check_is fatal json "x['verdict']"
check_is True json "'not-endpoint' in [f['reason'] for f in x['finding']]"

test_begin "claim and claim-get; monitor is told of every state"
# it tells when it has slept; the programs that make it have something to tell are slow to start on a kernel that watches
seconds=10
[ "$RIG_KERNEL" != torture ] || seconds=120
subscribed() { awk '$2 == 16 && $4 != "00000000" { found = 1 } END { exit !found }' /proc/net/netlink; }
ynl --subscribe monitor --sleep $seconds >/run/monitor 2>&1 &
monitor=$!
check wait_for 60 subscribed
check_status 0 ynl --do claim --json "{\"function\": [{\"addr\": $a2}], \"owner\": \"vm1\", \"backend\": \"mock\", \"allow\": [\"netdev-busy\", \"no-reset\"], \"command\": \"ynl\"}"
check_is "1 1" json "x['id']" "x['changed']"
check wait_for 20 driver_is nic2 hvc_test_mock
check_status 0 ynl --do claim-get --json '{"id": 1}'
check_is "held vm1 mock ynl host" json "' '.join(x[k] for k in ('state', 'owner', 'backend', 'command', 'lifetime'))"
check_is "['netdev-busy', 'no-reset']" json "sorted(x['allow'])"
check_is "held e1000e hvc_test_mock" json "' '.join(x['function'][0][k] for k in ('state', 'host-driver', 'driver'))"
check_status 0 ynl --dump claim-get --json '{"owner": "vm1"}'
check_is "[1]" json "[c['id'] for c in x]"
check_status 0 ynl --dump claim-get --json '{"state": "stuck"}'
check_is 0 json "len(x)"
wait $monitor
output=$(cat /run/monitor)
for state in queued checking unbinding binding held; do check_has "$state"; done
check_has "state-ntf"

test_begin "release answers with the claims concerned"
check_status 0 ynl --do release --json '{"owner": "vm1"}'
check_is "1 [1]" json "x['changed']" "[c['id'] for c in x['claim']]"
check wait_for 20 driver_is nic2 e1000e
check_status 0 ynl --do release --json '{"all": true}'
check_is 0 json "x['changed']"

test_begin "rule-add, rule-get and rule-del"
check_status 0 ynl --do rule-add --json "{\"text\": \"$n2,owner=vm2,backend=mock,allow=no-reset\", \"command\": \"ynl\"}"
check_is "1 1" json "x['id']" "x['changed']"
check wait_for 20 driver_is nic2 hvc_test_mock
check_status 0 ynl --do rule-get --json '{"id": 1}'
check_is "active request vm2 mock ynl" json "' '.join(x[k] for k in ('state', 'source', 'owner', 'backend', 'command'))"
check_is "['no-reset']" json "x['allow']"
check_is "[(2, 2)]" json "[(m['addr']['bus'], m['claim']) for m in x['match']]"
check_status 0 ynl --dump rule-get --json '{"state": "active"}'
check_is "[1]" json "[r['id'] for r in x]"
check_status 0 ynl --dump rule-get --json '{"state": "invalid"}'
check_is 0 json "len(x)"
check_status 1 ynl --do rule-add --json '{"text": "0000:01:00.0,ownr=x"}'
check_has "column 14: expected owner"
check_has ".text"
check_status 0 ynl --do rule-del --json '{"id": 1}'
check_status 0 ynl --dump rule-get
check_is 0 json "len(x)"
check_status 0 ynl --do claim-get --json '{"id": 2}'
check_is "held 1" json "x['state']" "x['rule']"
check_status 0 ynl --do release --json '{"all": true}'

test_begin "a refusal comes with its words and the attribute to blame"
check_status 1 ynl --do claim --json "{\"function\": [{\"addr\": $a2}]}"
check_has "a claim needs an owner"
check_status 1 ynl --do claim-get --json '{"id": 77}'
check_has "no claim 77"
check_has ".id"

tests_done
