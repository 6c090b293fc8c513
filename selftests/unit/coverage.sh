#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# coverage.sh BUILD SOURCES: which lines of SOURCES (helper, kmod) the tests in BUILD ran, file by file, worst first, and
# the sum. Files that no test is linked with are named: they are left to the machines.

build=$1 sources=$2
here=$(cd "$(dirname "$0")" && pwd)
cd "$here" || exit 1
find "$build/$sources" -name '*.gcda' -exec gcov -n {} + 2>/dev/null | awk -v sources="/$sources/" '
	/^File / { file = index($2, sources) && $2 ~ /\.c.$/ ? $2 : ""; gsub(/.*\/|\047/, "", file) }
	/^Lines executed/ && file {
		split($2, part, /[:%]/)
		# one file is told once for each test that it is linked with; the numbers are those of all
		lines[file] = $4
		percent[file] = part[2]
		file = ""
	}
	END {
		for (file in lines) {
			printf "%6.2f%%  %5d  %s\n", percent[file], lines[file], file | "sort -n"
			all += lines[file]
			run += lines[file] * percent[file] / 100
		}
		close("sort -n")
		if (all)
			printf "%6.2f%%  %5d  of all lines of %d files\n", run * 100 / all, all, length(lines)
	}'
for file in "../../$sources"/*.c "../../$sources"/*/*.c; do
	name=$(basename "$file" .c)
	[ -e "$build/$sources/$name.gcda" ] || printf '%s ' "$name.c"
done | sed 's/^./in no unit test: &/; s/ $/\n/'
