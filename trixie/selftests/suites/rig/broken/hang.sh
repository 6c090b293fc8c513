# SPDX-License-Identifier: GPL-2.0-only
# Never ends.
# timeout: 15
echo "1..1"
echo "ok 1 before the hang"
sleep 1000
