# SPDX-License-Identifier: GPL-2.0-only
# The topology is what its drawing says.
# topology: xio
. /rig/suites/lib.sh

test_begin "the endpoints' groups hold nothing but the endpoint and its port"
for n in 1 2; do
	check_is "$(printf '%s\n' "$(bdf dn$n)" "$(bdf nic$n)")" group_members nic$n
done

test_begin "the switch's ports have no ACS"
for dev in up1 dn1 dn2; do
	check_status 0 lspci -vvv -s "$(bdf $dev)"
	case $output in *"Access Control Services"*) fail "$dev has ACS" ;; esac
done

tests_done
