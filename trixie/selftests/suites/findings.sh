# shellcheck shell=sh
# SPDX-License-Identifier: GPL-2.0-only
# What the tests of findings share; after lib.sh. DEV is a nickname of the topology or an address.

# What a refusal must leave alone: who drives what, every override, the ledger
state() {
	printf '%s\n' /sys/bus/pci/drivers/*/*:*
	grep '' /sys/bus/pci/devices/*/driver_override
	hvcnl ledger
}

# finding REASON TEXT…: a line of $output starts with the reason and has every text
finding() {
	_lines=$(printf '%s\n' "$output" | grep "^$1  ") || { fail "no finding $1 in: $output"; return 1; }
	shift
	for _text; do
		_lines=$(printf '%s\n' "$_lines" | grep -F -- "$_text") || { fail "no '$_text' in: $output"; return 1; }
	done
}

no_finding() { # REASON
	printf '%s\n' "$output" | grep -q "^$1  " || return 0
	fail "a finding $1 in: $output"
}

# refuses STATUS COMMAND…: the command exits with it and changes nothing. $output stays.
refuses() {
	_want_status=$1
	shift
	_before=$(state)
	check_status "$_want_status" "$@"
	_after=$(state)
	[ "$_before" = "$_after" ] || fail "changed by $*: $_before became $_after"
}

# refused REASON DEV [OPTION…]: claiming DEV for vm1 is refused for that reason, and changes nothing. $output stays.
refused() {
	_why=$1 _whom=$(bdf "$2") || { fail "no $2"; return; }
	shift 2
	refuses 3 hvclaim claim "$_whom" -o vm1 "$@"
	finding "$_why" "$_whom"
}

# gets_past REASON DEV: with --allow REASON the claim is made, and released again
gets_past() {
	check hvclaim claim "$(bdf "$2")" -o vm1 --allow "$1"
	check_is vfio-pci driver_of "$2"
	check hvclaim release "$(bdf "$2")" -o vm1
}

# nothing_past REASON DEV: no option makes that claim
nothing_past() {
	refuses 2 hvclaim claim "$(bdf "$2")" -o vm1 --allow "$1"
	check_has "nothing gets past \"$1\""
	refused "$1" "$2" --allow no-intremap,rmrr,rmrr-relaxed,group-shared,acs-missing,boot-vga,netdev-busy,host-use
}
