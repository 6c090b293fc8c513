#!/bin/sh
# Runs TAP programs, each given as one word with its arguments, passes their lines on and adds them up.
# SPDX-License-Identifier: GPL-2.0-only
#
# A program that dies, or that announces more tests than it ran, has failed: no answer is no pass.

passed=0 failed=0 skipped=0
for program in "$@"; do
	# shellcheck disable=SC2086 # the arguments are separate words
	out=$(timeout 600 $program 2>&1)
	rc=$?
	printf '%s\n' "$out"
	# shellcheck disable=SC2046 # four numbers
	set -- $(printf '%s\n' "$out" | awk '
		/^1\.\.[0-9]+/ { plan += substr($1, 4) }
		/^(not )?ok .*# SKIP/ { skip++; next }
		/^ok / { ok++ }
		/^not ok / { bad++ }
		END { print plan + 0, ok + 0, bad + 0, skip + 0 }')
	passed=$((passed + $2)) failed=$((failed + $3)) skipped=$((skipped + $4))
	lost=$(($1 - $2 - $3 - $4))
	if [ "$1" -eq 0 ] || [ "$lost" -gt 0 ] || { [ $rc -ne 0 ] && [ "$3" -eq 0 ]; }; then
		echo "not ok - ${program%% *} ended with status $rc and without $lost of its $1 tests"
		failed=$((failed + (lost > 0 ? lost : 1)))
	fi
done
echo "$passed passed, $failed failed, $skipped skipped"
[ $failed -eq 0 ] && [ $passed -gt 0 ]
