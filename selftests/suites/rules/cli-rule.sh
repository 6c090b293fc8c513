# SPDX-License-Identifier: GPL-2.0-only
# hvclaim rule: what it says, what it refuses, what it leaves alone, and its JSON.
# topology: basic
# kernels: one
. /rig/suites/lib.sh
. /rig/suites/json.sh

for module in e1000e nvme; do modprobe $module; done
modprobe hvclaim
wait_for 10 driver_is nic2 e1000e
wait_for 10 driver_is nvme1 nvme
n1=$(bdf nic1) n2=$(bdf nic2) disk=$(bdf nvme1)
mkdir -p /etc/hvclaim
printf 'version: 1\naliases: {card: "pci:8086:10d3"}\n' >/etc/hvclaim/hvclaim.yaml

test_begin "a rule takes what is there, and says so"
check_status 0 hvclaim rule add "$n2" -o vm1 --dry-run
check_has "would be added: $n2,owner=vm1"
check_is "" hvcnl rules
check_status 0 hvclaim rule add "$n2" -o vm1
check_has "rule 1 added: $n2,owner=vm1"
check_has "active: $n2"
check_is vfio-pci driver_of nic2
check_has "held already for vm1" "$(hvclaim claim "$n2" -o vm1)"
json 0 list --claims
has claims.0.rule=1 "claims.0.functions.0.address=$n2"

test_begin "the same again is done already"
json 0 rule add "$n2,owner=vm1"
has changed=false rules.0.changed=false rules.0.id=1 rules.0.state=active

test_begin "the list has text, state, owner and functions"
json 0 rule list
has "rules.0.text=$n2,owner=vm1" rules.0.source=request rules.0.owner=vm1 "rules.0.matches.0.address=$n2" \
	rules.0.matches.0.claim=1 rules.0.uid=0
check_status 0 hvclaim rule list
check_has "$n2,owner=vm1"

test_begin "a removed rule leaves its claims"
check_status 0 hvclaim rule remove 1 --dry-run
check_has "would be removed"
check_status 0 hvclaim rule remove "$n2"
check_has "rule 1 removed"
check_has "claims stay"
check_is vfio-pci driver_of nic2
check_is "" hvcnl rules
json 0 rule remove "$n2"
has changed=false
check hvclaim release --all
check_is e1000e driver_of nic2

test_begin "what the host uses is refused, unless that is allowed"
check mkfs.ext4 -q "/dev/$(disk_of nvme1)"
check mount -t ext4 "/dev/$(disk_of nvme1)" /mnt
check_status 3 hvclaim rule add "$disk"
check_has "mounted on /mnt"
check_has "--allow host-use"
check_is "" hvcnl rules
json 3 rule add "$disk,owner=x"
has changed=false
check_has .reason=host-use "$flat"
check_status 0 hvclaim rule add "$disk" --later
check_has "rule 2 added"
check_is nvme driver_of nvme1
check hvclaim rule remove 2
umount /mnt

test_begin "what the module would refuse now is refused with its reasons, and allowed one by one"
ip link set "$(netdev_of nic2)" up
check_status 3 hvclaim rule add "$n2"
check_has netdev-busy
check_is "" hvcnl rules
check_status 0 hvclaim rule add "$n2" --allow netdev-busy
check_has "added: $n2,allow=netdev-busy"
check_is vfio-pci driver_of nic2
check hvclaim rule remove --all
check hvclaim release --all

test_begin "aliases and interfaces become what the module knows"
eth=$(netdev_of nic1)
check_status 0 hvclaim rule add card "net:$eth" --later
check_has "added: pci:8086:10d3"
check_has "added: 0000:00:04.0/00.0,ids=8086:10d3,serial="
check_is e1000e driver_of nic1
check hvclaim rule remove --all

test_begin "a mistake is told with its column, and changes nothing"
check_status 2 hvclaim rule add "$n1" "$n2,ownr=vm1"
check_has 'column 14: expected ids='
check_has "                 ^"
check_status 2 hvclaim rule add class:0104x
check_has "column"
check_status 1 hvclaim rule add class:0c03
check_has "matches no function"
check_status 1 hvclaim rule add "$n1,backend=nosuch"
check_has "no backend nosuch"
check_status 2 hvclaim rule remove "x y"
check_status 2 hvclaim rule
check_status 2 hvclaim rule list --later
check_has "rule list does not take --later"
check_is "" hvcnl rules

test_begin "rules of the module's options are listed, too; what is wrong in them has a caret"
check rmmod hvclaim
check modprobe hvclaim "claim=$n2,owner=vm1" "claim=$n1,ownr=vm1"
wait_for 20 driver_is nic2 vfio-pci
json 0 rule list
has rules.0.source=option rules.0.state=active rules.1.state=invalid rules.1.column=14
check_status 0 hvclaim rule list
check_has "rule 2, column 14: expected owner"
check_has "    $n1,ownr=vm1
                 ^"
check_status 0 hvclaim rule add "$n2,owner=vm2"
check_has "held"
json 0 rule list
has rules.2.state=refused rules.2.matches.0.reason=held

test_begin "rules that are turned off are listed as such, and info says it"
check hvclaim release --all
check wait_for 10 rmmod hvclaim
check modprobe hvclaim "claim=$n2,owner=vm1" disable=1
json 0 rule list
has rules.0.state=disabled
check_status 0 hvclaim rule list
check_has "loaded with disable=1: no rule is followed"
check_has "standing rules  off" "$(hvclaim info)"
json 0 info
has disabled=true
check_is e1000e driver_of nic2

tests_done
