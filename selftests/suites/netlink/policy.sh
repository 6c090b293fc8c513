#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Every command with each attribute missing, malformed, out of range or unknown.
# topology: basic
# xen: bare 4.17/6.1 4.20/6.12
# timeout: 200
modprobe hvclaim
exec policy_test
