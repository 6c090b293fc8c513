#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# check.sh BUILD TARGET=RUNS…: every input of the corpus, and RUNS more made from them, the same ones each time. Prints TAP.

here=$(cd "$(dirname "$0")" && pwd)
build=$1
shift
count=0
for arg; do
	target=${arg%=*} runs=${arg#*=}
	count=$((count + 1))
	name="$count - fuzz_$target: the kept inputs and $runs more find nothing"
	if [ ! -x "$build/$target" ]; then
		echo "ok $name # SKIP no clang"
		continue
	fi
	# what it finds new goes into the first directory
	rm -rf "$build/found"
	mkdir "$build/found"
	inputs=$(find "$here/corpus/$target" -type f | wc -l)
	if out=$("$build/$target" -seed=1 -runs=$((inputs + runs)) -timeout=100 -artifact_prefix="$build/$target-" \
		"$build/found" "$here/corpus/$target" 2>&1 </dev/null); then
		echo "ok $name"
	else
		echo "not ok $name"
		printf '%s\n' "$out" | tail -n 30 | sed 's/^/# /'
	fi
done
echo "1..$count"
