# SPDX-License-Identifier: GPL-2.0-only
# hvclaim monitor: what it prints, and what it does when it was too slow for its events.
# topology: basic
# xen: bare 4.17/6.1 4.20/6.12
# timeout: 300
# share: yes
. /rig/suites/lib.sh

for module in e1000e hvc_test_mock; do modprobe $module; done
modprobe hvclaim mock=1
wait_for 10 driver_is nic2 e1000e
n1=$(bdf nic1) n2=$(bdf nic2) e1=$(bdf edu1)
no_reset=$((1 << 20))

listen() { # FILE WORD…
	_file=$1
	shift
	: >"$_file"
	hvclaim "$@" monitor >>"$_file" 2>&1 &
	monitor=$!
	# the first event that it tells says that it listens
	for _try in $(seq 50); do
		hvcnl claim -w -b mock -o hello "$e1" >/dev/null
		hvcnl release -w -a $no_reset -o hello >/dev/null
		wait_for 1 grep -q hello "$_file" && break
	done
}
told() { grep -q "$1" /run/monitor; }

test_begin "every state of a claim is told, with owner and functions"
listen /run/monitor
check hvcnl claim -w -b mock -o vm1 "$n2"
check hvcnl release -w -o vm1
check wait_for 5 told "vm1: gone"
for state in queued checking unbinding binding held releasing gone; do
	grep -q "state claim [0-9]* vm1: $state $n2" /run/monitor || fail "$state is not told: $(cat /run/monitor)"
done

test_begin "so are refusals, drift, and functions that vanish"
check_status 1 hvcnl claim -w -b mock -o vm2 "$(bdf rp1)"
check wait_for 5 told "refused vm2: not-endpoint $(bdf rp1)"
check hvcnl claim -w -b mock -o vm1 "$n2"
echo "$n2" >/sys/bus/pci/drivers/hvc_test_mock/unbind
check wait_for 5 told "drift $n2"
echo 1 >"/sys/bus/pci/devices/$n2/remove"
check wait_for 5 told "gone $n2"
echo 1 >/sys/bus/pci/rescan
# its claim waits for it
check wait_for 20 driver_is nic2 hvc_test_mock
check hvcnl release -w -o vm1
check_is e1000e driver_of nic2
kill $monitor

test_begin "in JSON it is one value a line"
listen /run/monitor.json -j
check hvcnl claim -w -b mock -o vm1 "$n2"
check wait_for 5 grep -q '"state":"held","owner":"vm1"\|"owner":"vm1".*"state":"held"' /run/monitor.json
while read -r line; do
	printf '%s\n' "$line" | jsonflat >/run/flat || { fail "$(cat /run/flat) in: $line"; break; }
	grep -q "^event=state" /run/flat || { fail "no event: $line"; break; }
done </run/monitor.json
check hvcnl release -w -o vm1
kill $monitor

test_begin "too slow for its events it says so, and tells what the ledger is now"
listen /run/monitor
check hvcnl claim -w -b mock -o before "$n1"
check wait_for 5 told "before: held"
kill -STOP $monitor
# more than its socket can hold
hvcnl flood 12000 -b mock -o flood "$(bdf rp1)"
check hvcnl claim -w -b mock -o after "$n2"
: >/run/monitor
kill -CONT $monitor
check wait_for 10 told "lost: events were lost"
check wait_for 5 told "ledger claim [0-9]* before: held $n1"
check wait_for 5 told "ledger claim [0-9]* after: held $n2"
told "ledger.*flood" && fail "a refused claim is in the ledger: $(grep ledger /run/monitor)"

test_begin "and goes on to listen"
: >/run/monitor
check hvcnl release -w -o after
check wait_for 5 told "after: gone"
check kill $monitor
check hvcnl release -w -o before

test_begin "who waits for a claim sees it held soon, also when that event is lost"
echo 1 >/sys/module/hvc_test_mock/parameters/hold_probe
{
	hvclaim claim "$n2" -o waits --backend mock --wait 120 >/run/waits 2>&1
	echo $? >/run/waits.status
} &
check wait_for 10 sh -c "hvcnl ledger | grep -q 'binding waits'"
waiting=$(pidof hvclaim)
check test -n "$waiting"
kill -STOP "$waiting"
hvcnl flood 12000 -b mock -o flood "$(bdf rp1)"
echo 0 >/sys/module/hvc_test_mock/parameters/hold_probe
check wait_for 10 sh -c "hvcnl ledger | grep -q 'held waits'"
kill -CONT "$waiting"
check wait_for 60 test -s /run/waits.status
check_is 0 cat /run/waits.status
check_has held "$(cat /run/waits)"
check hvclaim release -o waits

modprobe -r hvclaim || fail "the module does not go"
tests_done
