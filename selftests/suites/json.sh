# shellcheck shell=sh
# SPDX-License-Identifier: GPL-2.0-only
# What tests of the command's JSON share; after lib.sh.

# json STATUS WORD…: `hvclaim -j WORD…` exits with it and prints JSON and no more; that goes to $flat, as PATH=VALUE
json() {
	_code=$1
	shift
	hvclaim -j "$@" >/run/json 2>/run/json.err
	_status=$?
	[ $_status = "$_code" ] || fail "hvclaim -j $* (status $_status, not $_code): $(cat /run/json.err)"
	flat=$(jsonflat </run/json) || fail "hvclaim -j $*: $flat, in: $(cat /run/json)"
}

has() { # PATH=VALUE…: lines of $flat
	for _line; do
		printf '%s\n' "$flat" | grep -qxF -- "$_line" || fail "no $_line in: $flat"
	done
}
