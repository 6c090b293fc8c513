# SPDX-License-Identifier: GPL-2.0-only
# The topology is what its drawing says.
# topology: multi8
. /rig/suites/lib.sh

test_begin "eight NICs, each alone in its group, each with a reset method"
for n in 1 2 3 4 5 6 7 8; do
	check_is "$(bdf nic$n)" group_members nic$n
	check grep -q . "$(sysfs nic$n)/reset_method"
done

tests_done
