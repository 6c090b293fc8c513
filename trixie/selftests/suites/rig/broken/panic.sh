# SPDX-License-Identifier: GPL-2.0-only
# The kernel crashes, after a plan and good results.
echo "1..1"
echo "ok 1 before the crash"
sleep 1
echo c >/proc/sysrq-trigger
sleep 60
