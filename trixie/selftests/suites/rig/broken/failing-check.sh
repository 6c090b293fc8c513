# SPDX-License-Identifier: GPL-2.0-only
# A check fails.
. /rig/suites/lib.sh
test_begin "false is true"
check false
tests_done
