#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The state machine of claims while a driver's remove() or probe() does not come back.
# topology: basic
# kernels: all
modprobe hvc_test_host
modprobe hvc_test_mock
modprobe hvclaim mock=1
exec stuck_test
