# SPDX-License-Identifier: GPL-2.0-only
# hvclaim boot: what it writes, what it refuses, and what it says of the initramfs. The tool that makes that is a stand-in
# here: installed hosts are tested by packaging's own tests.
# topology: basic
# kernels: one
. /rig/suites/lib.sh
. /rig/suites/json.sh

for module in e1000e nvme; do modprobe $module; done
modprobe hvclaim
wait_for 10 driver_is nic2 e1000e
wait_for 10 driver_is nvme1 nvme
n1=$(bdf nic1) n2=$(bdf nic2) disk=$(bdf nvme1)
conf=/etc/modprobe.d/hvclaim.conf
try=/etc/modprobe.d/hvclaim-try.conf
image=/boot/initrd.img-$(uname -r)

mkdir -p /boot /usr/sbin /etc/modprobe.d /run/hvclaim
cat >/usr/sbin/update-initramfs <<'END'
#!/bin/sh
[ ! -e /run/no-update ] || exit 1
echo "stand-in: $*"
cat /etc/modprobe.d/hvclaim*.conf >/boot/initrd.img-$(uname -r) 2>/dev/null
exit 0
END
chmod +x /usr/sbin/update-initramfs

rules() { grep -v '^#' $conf; }
pin1="0000:00:04.0/00.0,ids=8086:10d3,serial=" pin2="0000:00:04.1/00.0,ids=8086:10d3,serial="

test_begin "an address becomes path, ids and serial number; a dry run writes nothing"
check_status 0 hvclaim boot add "$n2" -o vm1 --dry-run
check_has "would be added: $pin2"
check_status 1 test -e $conf
check_status 0 hvclaim boot add "$n2" -o vm1
check_has "added: $pin2"
check_has ",owner=vm1"
check_has "82574L"
check_has "update-initramfs -u -k all"
check_has "options hvclaim claim=$pin2" "$(rules)"
check_is e1000e driver_of nic2

test_begin "the same again is done already, and other lines stay"
printf '# mine\noptions hvclaim deadline=30 claim=pci:1af4:1005,owner=a\noptions nvme poll_queues=1' >>$conf
touch -d "2001-01-01 00:00" "$image"
json 0 boot add "$n2" -o vm1
has changed=false rules.0.changed=false "rules.0.functions.0=$n2" trial=false initramfs.current=false
check_status 0 hvclaim boot add "$n1" --as-written
check_has "added: $n1"
check_is "$(printf '# mine\noptions hvclaim deadline=30 claim=pci:1af4:1005,owner=a\noptions nvme poll_queues=1\noptions hvclaim claim=%s' "$n1")" \
	tail -n 4 $conf

test_begin "--update makes the initramfs, and then it is no news"
touch "$image"
check_status 0 hvclaim boot add "$n1" --as-written
check_has "there already: $n1"
json 0 boot add "vfs:$n1/0-3" --update
has changed=true initramfs.updated=true initramfs.current=true "initramfs.image=$image"
check_has "stand-in: -u -k all" "$(cat /run/json.err)"
check_has "vfs:0000:00:04.0/00.0/0-3" "$(cat "$image")"
touch /run/no-update
check_status 1 hvclaim boot add pci:1234:11e8 --update
check_has "update-initramfs failed (status 1)"
rm /run/no-update
check_has pci:1234:11e8 "$(rules)"

test_begin "what the host stands on is refused, and named"
mkswap "/dev/$(disk_of nvme1)" >/dev/null
swapon "/dev/$(disk_of nvme1)"
cp $conf /run/before
check_status 3 hvclaim boot add "$disk" "$n2"
check_has "swap on"
check_has "--allow host-use"
json 3 boot add "$disk"
has changed=false
check cmp $conf /run/before
check_status 0 hvclaim boot add "$disk" --allow host-use --dry-run
check_has ",allow=host-use"
check_is "0000:00:04.2/00.0" hvclaim boot protect --print
check hvclaim boot add "$disk" --allow host-use
check_has "not protected" "$(hvclaim boot protect --print 2>&1)"
swapoff "/dev/$(disk_of nvme1)"

test_begin "what does not match now, or would be refused, is a warning"
check_status 0 hvclaim boot add 09:00.0 --dry-run
check_has "nothing that is there now matches"
check_status 0 hvclaim boot add 00:04.0 --dry-run
check_has not-endpoint

test_begin "mistakes are told with their column, and change nothing"
cp $conf /run/before
check_status 2 hvclaim boot add "$n1,ownr=x" "$n2"
check_has "column 14"
check_has "                 ^"
check_status 1 hvclaim boot add net:nosuch
check_status 2 hvclaim boot add
check_status 2 hvclaim boot add "$n1,owner=a" -o b
check_has "says a, -o says b"
check cmp $conf /run/before

test_begin "the list tells files, initramfs and module apart"
printf 'options hvclaim claim=%s,ownr=x\n' "$n1" >/etc/modprobe.d/other.conf
printf 'module none\nrule %s\nparked %s\n' "$n1" "$n1" >/run/hvclaim/initramfs
json 0 boot add "$n1" --as-written
has initramfs.running_hook=true initramfs.running_module=false initramfs.running_rules=1
check_has "the initramfs of this boot had no module and 1 rule" "$(hvclaim -v boot add "$n1" --as-written)"
json 0 boot list
has rules.0.source=file "rules.0.file=$conf" rules.0.in_initramfs=false boot.initramfs=true "boot.parked.0=$n1"
check_has "in_initramfs=true" "$flat"
has rules.6.source=other rules.6.state=invalid rules.6.column=14
check_status 0 hvclaim boot list
check_has "other.conf:1: rule \"$n1,ownr=x\", column 14"
check_has "the initramfs of this boot had no hvclaim.ko"
check_has "parked: $n1"
rm /etc/modprobe.d/other.conf

test_begin "a rule is removed by what it means, in whatever words"
check_status 0 hvclaim boot remove "$n2" --dry-run
check_has "would be removed: $pin2"
check_status 0 hvclaim boot remove "$n2"
check_has "removed: $pin2"
check_status 0 hvclaim boot remove "$n2"
check_has "nothing to remove"
json 0 boot remove "$n2"
has changed=false
check hvclaim boot remove pci:1af4:1005
check_has "options hvclaim deadline=30" "$(rules)"
check_status 2 hvclaim boot remove nonsense
check hvclaim boot remove --all
check_is "$(printf 'options hvclaim deadline=30 \noptions nvme poll_queues=1')" rules

test_begin "export and import carry rules; a mistake imports none"
check hvclaim boot add "$n1" "$n2" -o vm1
check hvclaim boot export /run/rules.yaml
check hvclaim boot remove --all
cp $conf /run/before
sed 's/owner=vm1"$/ownr=x"/' /run/rules.yaml >/run/bad.yaml
check_status 1 hvclaim boot import /run/bad.yaml
check_has "/run/bad.yaml:4:"
check cmp $conf /run/before
check_status 1 hvclaim boot import /run/nosuch
json 0 boot import /run/rules.yaml
has changed=true rules.0.changed=true "rules.0.functions.0=$n1" "rules.1.functions.0=$n2"
check_is "$(cat /run/rules.yaml)" hvclaim boot export
check_status 0 sh -c 'hvclaim boot export - | hvclaim boot import -'
check_has "there already"

test_begin "a trial is in a file of its own, and ends with its boot unless confirmed"
rm -f /run/hvclaim/initramfs
check hvclaim boot remove --all
check_status 0 hvclaim boot add "$n1" "$n2" --try --update
check_has "added for one boot: $pin1"
check_has "$pin1" "$(cat $try)"
check_status 0 hvclaim boot settle
check_has "no trial that has had its boot"
check_status 1 hvclaim boot confirm "$n1"
check_has "no trial that has had its boot"
t1=$(sed -n "s|^options hvclaim claim=\($pin1.*\)|\1|p" $try)
t2=$(sed -n "s|^options hvclaim claim=\($pin2.*\)|\1|p" $try)
printf 'module 1\nrule %s\nrule %s\ntried %s\ntried %s\n' "$t1" "$t2" "$t1" "$t2" >/run/hvclaim/initramfs
check_has "boot confirm" "$(hvclaim boot list)"
touch /run/no-update
check_status 1 hvclaim boot settle
check_has "$t2" "$(cat $try)"
rm /run/no-update
json 0 boot settle
has changed=true initramfs.updated=true "rules.0=$t1"
check_status 1 test -e $try
check_status 1 grep "$t1" "$image"
check_status 0 hvclaim boot confirm "$t2" --update
check_has "confirmed: $t2"
check_has "$t2" "$(rules)"
check_has "$t2" "$(cat "$image")"
check_status 1 grep "$t1" $conf
json 0 boot confirm "$t2"
has changed=false

test_begin "a trial that is added for good is no trial any more"
check hvclaim boot add "$n1" --try
check hvclaim boot add "$n1"
check_status 1 test -e $try
check_has "$t1" "$(rules)"

test_begin "a file system that is read-only is named, and rules stay as they are"
mount -t tmpfs none /mnt && cp $conf /mnt && mount -o remount,ro /mnt && mount -o bind /mnt /etc/modprobe.d
check_status 1 hvclaim boot add pci:1af4:1005
check_has "$conf: Read-only file system"
check_status 0 hvclaim boot add "$n1"
check_has "there already"
umount /etc/modprobe.d

test_begin "without the module everything works but states"
check rmmod hvclaim
check_status 0 hvclaim boot add "$(bdf rng1)"
check_has "added: 0000:00:04.3/00.0,ids=1af4:1044"
check_status 0 hvclaim boot list
check_status 0 hvclaim boot remove "$(bdf rng1)"
check_has removed

test_begin "rules in modprobe.d are what the module then has"
check hvclaim boot remove --all
check hvclaim boot add "$n2" -o vm1
check_status 1 test -e /sys/module/hvclaim
check modprobe hvclaim
check wait_for 20 driver_is nic2 vfio-pci
json 0 boot list
has rules.0.state=active rules.0.module.source=option "rules.0.module.matches.0.address=$n2"
check_is e1000e driver_of nic1
check hvclaim release --all
check wait_for 10 rmmod hvclaim
printf 'options hvclaim disable=1\n' >/etc/modprobe.d/zz.conf
check modprobe hvclaim
check_status 0 hvclaim boot list
check_has "WARNING: hvclaim.disable=1 (/etc/modprobe.d/zz.conf:1)"
check_has disabled
check_is e1000e driver_of nic2

tests_done
