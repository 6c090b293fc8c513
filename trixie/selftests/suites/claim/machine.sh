#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The state machine of claims, between two test drivers that hang or fail as they are told.
# topology: basic
# kernels: all
modprobe hvc_test_host
modprobe hvc_test_mock
modprobe hvclaim mock=1
exec machine_test
