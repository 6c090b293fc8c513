#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The Ansible role, on a host that is being installed: rules are written, told as changed once, and removed.
# root: installed
# extra: ansible-core
# kernels: 6.12
# boot: none
. /rig/suites/lib.sh

cd /rig/ansible || exit
play() { # [OPTION…] VARIABLE: VALUE in YAML
	printf '%s\n' '- hosts: localhost' '  connection: local' '  gather_facts: false' '  roles: [hvclaim]' '  vars:' \
		'    hvclaim_packages: []' "    $1" "    ${2-hvclaim_claims: []}" >play.yml
	shift $(($# > 2 ? 2 : $#))
	ANSIBLE_NOCOLOR=1 ansible-playbook -i localhost, "$@" play.yml 2>&1
}
told() { echo "$output" | grep -q "$1" || fail "not told: $1 in: $output"; } # PATTERN

rules='hvclaim_rules: ["pci:8086:10d3,owner=vm1", "0000:00:04.1/00.0,owner=vm2"]'

test_begin "in check mode rules are told as changes, and not written"
check_status 0 play "$rules" "hvclaim_claims: []" --check
told 'localhost.*changed=[1-9]'
check test ! -e /etc/modprobe.d/hvclaim.conf

test_begin "rules are written, and the initramfs is made anew once"
check_status 0 play "$rules"
told 'localhost.*changed=2 '
check grep -q 'claim=pci:8086:10d3,owner=vm1' /etc/modprobe.d/hvclaim.conf
check_is 2 grep -c '^options hvclaim claim=' /etc/modprobe.d/hvclaim.conf

test_begin "a second run changes nothing"
check_status 0 play "$rules"
told 'localhost.*changed=0 '

test_begin "a rule that does not parse fails the play, with the command's words, and changes nothing"
cp /etc/modprobe.d/hvclaim.conf /tmp/before
check_status 2 play 'hvclaim_rules: ["0000:01:00.9,owner=vm1"]'
told 'expected a function'
check cmp /tmp/before /etc/modprobe.d/hvclaim.conf

test_begin "rules that are not listed are removed when the role shall have the say"
check_status 0 play 'hvclaim_rules: ["pci:8086:10d3,owner=vm1"]' 'hvclaim_rules_exclusive: true'
told 'localhost.*changed=2 '
check_is 1 grep -c '^options hvclaim claim=' /etc/modprobe.d/hvclaim.conf
tests_done
