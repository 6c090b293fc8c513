#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Rules are followed before udev loads drivers. dracut sources this file.
/usr/share/hvclaim/initramfs/park --boot
