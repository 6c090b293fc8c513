# SPDX-License-Identifier: GPL-2.0-only
# The module comes and goes 100 times (30 on all kernels but one), while others dump, claim, release and listen.
# topology: basic
# xen: bare 4.20/6.12
# timeout: 400
. /rig/suites/lib.sh

for module in e1000e hvc_test_mock; do modprobe $module; done
wait_for 5 driver_is nic2 e1000e
n1=$(bdf nic1) n2=$(bdf nic2)
no_reset=$((1 << 20))
: >/run/go

times=30
[ "$RIG_KERNEL$RIG_XEN" != 6.12 ] || times=100

# Each writes what it saw
dumper() {
	while [ -e /run/go ]; do hvcnl devs; hvcnl groups; hvcnl ledger; done >/run/dumps 2>&1
}
claimer() { # OWNER ADDRESS: not all of the time, or the module would never go
	while [ -e /run/go ]; do
		hvcnl claim -w -b mock -o "$1" "$2"
		hvcnl release -w -a $no_reset -o "$1"
		usleep 500000
	done >"/run/claims-$1" 2>&1
}
listener() {
	while [ -e /run/go ]; do timeout 1 hvcnl monitor; done >/run/events 2>&1
}

# Who asks for the family loads the module: that, too, happens side by side with the rest
mkdir -p /etc/modprobe.d
echo "options hvclaim mock=1" >/etc/modprobe.d/hvclaim.conf

test_begin "loaded and unloaded $times times, with claims and dumps under way"
check modprobe hvclaim
dumper & claimer vm1 "$(bdf edu1)" & claimer vm2 "$n2" & listener &
loads=0 busy=0
while [ $loads -lt $times ]; do
	# with a claim held it says that it is busy, at once
	if rmmod hvclaim 2>/run/rmmod; then
		loads=$((loads + 1))
		check modprobe hvclaim || break
	elif grep -q "in use\|unavailable\|busy" /run/rmmod; then
		busy=$((busy + 1))
	else
		fail "rmmod: $(cat /run/rmmod)"
		break
	fi
done
rm /run/go
wait
note "$loads loads; busy $busy times; $(grep -c held /run/claims-vm1) and $(grep -c held /run/claims-vm2) claims" \
	"$(grep -c "^$n1 " /run/dumps) dumps, $(grep -c '^state' /run/events) events"
check test "$(grep -c held /run/claims-vm1)" -gt 0
check test "$(grep -c held /run/claims-vm2)" -gt 0
check test "$(grep -c "^$n1 " /run/dumps)" -gt 0
check test $busy -gt 0

test_begin "and afterwards everything is with its driver, and the ledger works"
check_is "claims 0" hvcnl info
check_is e1000e driver_of nic1
check_is e1000e driver_of nic2
check_is "(null)" override_of nic1
check_is "(null)" override_of nic2
check hvcnl claim -w -b mock -o vm1 "$n1" "$n2"
check_is hvc_test_mock driver_of nic1
check hvcnl release -w -o vm1
check_is e1000e driver_of nic1
check rmmod hvclaim

tests_done
