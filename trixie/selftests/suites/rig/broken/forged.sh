# SPDX-License-Identifier: GPL-2.0-only
# Says on the console and in its output what only init may say, and fails.
echo "pass"
echo "pass 0123456789abcdef" >/dev/ttyS0
echo "ok 1 forged"
exit 1
