#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# search.sh BUILD SECONDS TARGET…: each target for so long, from the kept inputs and what earlier searches found.
# Prints a line for each; fails when one found something.

here=$(cd "$(dirname "$0")" && pwd)
build=$1 seconds=$2
shift 2
failed=0
for target; do
	new=$build/new/$target log=$build/$target.log
	mkdir -p "$new"
	if "$build/$target" -max_total_time="$seconds" -timeout=60 -rss_limit_mb=1024 -artifact_prefix="$build/$target-" \
		-print_final_stats=1 "$new" "$here/corpus/$target" >"$log" 2>&1 </dev/null; then
		echo "fuzz $target ok: $(awk '/^Done/ { print $2 }' "$log") inputs in $seconds s," \
			"$(awk '/ cov: / { for (i = 1; i < NF; i++) if ($i == "cov:") n = $(i + 1) } END { print n }' "$log") edges"
	else
		failed=1
		echo "fuzz $target FAILED: $(sed -n 's/.*Test unit written to /input /p' "$log"), all words in $log"
	fi
done
exit $failed
