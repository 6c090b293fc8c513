#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The fuzz targets over the inputs that were kept, and some more; skipped where clang is not.

cd "$(dirname "$0")/../fuzz" && exec make -s check
