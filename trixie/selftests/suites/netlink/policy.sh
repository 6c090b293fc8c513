#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Every command with each attribute missing, malformed, out of range or unknown.
# topology: basic
# kernels: all
modprobe hvclaim
exec policy_test
