# SPDX-License-Identifier: GPL-2.0-only
# What is wrong with a command line is said in one clear line, and nothing is changed.
# topology: basic
# share: yes
. /rig/suites/lib.sh
. /rig/suites/findings.sh

modprobe e1000e
wait_for 10 driver_is nic2 e1000e
n2=$(bdf nic2)

test_begin "without the module: says so, and how to load it"
# asking for the family would load it
mkdir -p /etc/modprobe.d
echo "install hvclaim /bin/false" >/etc/modprobe.d/no-hvclaim.conf
for words in info list "check $n2" "claim $n2 -o vm1" "release --all" monitor; do
	# shellcheck disable=SC2086  # words
	check_status 1 hvclaim $words
	[ "$output" = "hvclaim: the kernel module is not loaded: modprobe hvclaim" ] || fail "$words: $output"
done
rm /etc/modprobe.d/no-hvclaim.conf
check modprobe hvclaim

# one_line STATUS TEXT WORD…: hvclaim WORD… exits with it, says TEXT and nothing else, and changes nothing
one_line() {
	_says=$2 _want_code=$1
	shift 2
	refuses "$_want_code" hvclaim "$@"
	check_has "$_says"
	[ "$(printf '%s\n' "$output" | wc -l)" = 1 ] || fail "more than a line: $output"
	case $output in "hvclaim: "*) ;; *) fail "does not begin with its name: $output" ;; esac
}

test_begin "a library that is not there is missed only by what needs it, which names it"
check modprobe nvme
check wait_for 20 driver_is nvme1 nvme
for library in kmod mount smartcols; do
	path=$(echo /lib/*/lib$library.so.*)
	[ -f "$path" ] || path=$(echo /usr/lib/*/lib$library.so.*)
	check mv "$path" /run/
	check hvclaim -j list --by-group
	check hvclaim -j list --claims
	case $library in
	kmod) one_line 1 "driver vfio-pci: ${path##*/}: cannot open" claim "$n2" -o vm1 ;;
	mount) one_line 1 "${path##*/}: cannot open" check "$(bdf nvme1)" ;;
	smartcols) one_line 1 "${path##*/}: cannot open" list ;;
	esac
	check mv "/run/${path##*/}" "$path"
done

test_begin "unknown commands and options"
one_line 2 "no command given" 
one_line 2 "no command frobnicate" frobnicate
one_line 2 "no command clam" clam "$n2" -o vm1
for words in "claim --frob $n2 -o vm1" "--frob list" "list --by-size"; do
	# shellcheck disable=SC2086  # words
	refuses 2 hvclaim $words
	check_has "unrecognized option '--"
done

test_begin "what a command needs, and what it does not take"
one_line 2 "claim needs an owner: -o OWNER" claim "$n2"
one_line 2 "claim needs a selector" claim -o vm1
one_line 2 "check needs a selector" check
one_line 2 "release needs a selector, -o OWNER, --claim ID or --all" release
one_line 2 "one of: selectors, --claim ID, --all" release "$n2" --all
one_line 2 "--all and -o vm1 exclude each other" release --all -o vm1
one_line 2 "info takes no argument: $n2" info "$n2"

test_begin "a selector that cannot be read is told with the column"
one_line 2 'selector "0000:02:0g.0", column 10: expected .FUNCTION' claim 0000:02:0g.0 -o vm1
one_line 2 'selector "02:00.8", column 7: expected a function number, 0 to 7' claim 02:00.8 -o vm1
one_line 2 'selector "pci:8086", column 9: expected another id' claim pci:8086 -o vm1
one_line 2 'selector "class:02", column 7: expected a class of four or six' claim class:02 -o vm1
one_line 2 'selector "pci_0000_02_00", column 15: expected _FUNCTION' claim pci_0000_02_00 -o vm1
one_line 2 "selector \"$n2,owner=vm1\", column 14: this is for rules" claim "$n2,owner=vm1" -o vm1
one_line 2 "selector \"$n2 \", column 13: unexpected text" claim "$n2 " -o vm1
one_line 2 'selector "gpu7", column 1: neither an address nor a selector nor an alias' claim gpu7 -o vm1
one_line 2 'selector "gpu7", column 1' release gpu7
one_line 2 'selector "gpu7", column 1' list gpu7

test_begin "one wrong selector among good ones stops all of it"
one_line 2 'selector "gpu7"' claim "$n2" gpu7 -o vm1
one_line 1 'selector "7f:00.0" matches no function' claim "$n2" 7f:00.0 -o vm1

test_begin "values of options"
one_line 2 'netdev-bussy' claim "$n2" -o vm1 --allow netdev-bussy
check_has "netdev-busy"
one_line 2 "nothing gets past" claim "$n2" -o vm1 --allow held
one_line 2 "--wait soon: expected a number from 0 to" claim "$n2" -o vm1 --wait soon
one_line 2 "--deadline 0: expected seconds, from 0.1 to 3600" claim "$n2" -o vm1 --deadline 0
one_line 2 "--lifetime forever: expected host or socket" claim "$n2" -o vm1 --lifetime forever
one_line 2 "--grant nosuch: no such user" claim "$n2" -o vm1 --grant nosuch
one_line 2 "-o 'a b': expected printable ASCII characters without spaces" claim "$n2" -o "a b"
one_line 2 "-o '': expected printable" claim "$n2" -o ""
one_line 2 "longer than 63 characters" claim "$n2" -o "$(printf 'x%.0s' $(seq 64))"
one_line 2 "--claim 0: expected a number from 1" release --claim 0

test_begin "what is not there"
one_line 1 'selector "0000:7f:00.0" matches no function' claim 0000:7f:00.0 -o vm1
one_line 1 'no network interface "eth77"' claim net:eth77 -o vm1
one_line 1 'selector "group:777" matches no function' check group:777
one_line 1 "no claim 77" release --claim 77
one_line 1 "no backend teapot on this host" claim "$n2" -o vm1 --backend teapot

test_begin "a device that vanished between two commands"
echo 1 >"/sys/bus/pci/devices/$n2/remove"
one_line 1 "selector \"$n2\" matches no function" claim "$n2" -o vm1
echo 1 >/sys/bus/pci/rescan
check wait_for 10 driver_is nic2 e1000e

test_begin "a configuration that is wrong is told with file, line and key, and nothing is done"
mkdir -p /etc/hvclaim
printf 'version: 1\nalias:\n  nic: "%s"\n' "$n2" >/etc/hvclaim/hvclaim.yaml
one_line 1 "/etc/hvclaim/hvclaim.yaml:2: alias: unknown key" claim "$n2" -o vm1
printf 'version: 1\naliases:\n  nic: other\n' >/etc/hvclaim/hvclaim.yaml
refuses 2 hvclaim claim nic -o vm1
check_has "must name a function, not another alias"
one_line 1 "/run/nosuch.yaml" -c /run/nosuch.yaml claim "$n2" -o vm1
rm -r /etc/hvclaim

test_begin "everybody may look; who is not root is told what he lacks"
echo "nobody:x:65534:65534::/:/bin/sh" >/etc/passwd
as_nobody() { su nobody -s /bin/sh -c "PATH=$PATH $*"; }
check_is 65534 as_nobody id -u
check hvclaim claim "$n2" -o secret
check_status 0 as_nobody hvclaim list
check_has "$n2"
case $output in *secret*) fail "the owner is shown: $output" ;; esac
check_status 0 as_nobody hvclaim -j list
case $output in *secret*|*serial*) fail "owner or serial number is shown: $output" ;; esac
check_status 0 as_nobody hvclaim info
check_status 0 as_nobody hvclaim list --by-group
for words in "claim $(bdf nic1) -o vm1" "check $(bdf nic1)" "release -o secret" "release $n2" "release --all" monitor \
	"list --claims"; do
	refuses 1 as_nobody "hvclaim $words"
	check_has "needs root (CAP_SYS_ADMIN)"
done
check_is vfio-pci driver_of nic2
check hvclaim release "$n2"
rm /etc/passwd

modprobe -r hvclaim || fail "the module does not go"
tests_done
