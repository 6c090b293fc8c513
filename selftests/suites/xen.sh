# shellcheck shell=sh
# SPDX-License-Identifier: GPL-2.0-only
# What tests in a dom0 share; after lib.sh. DEV is a nickname of the topology or an address.

_xen=/usr/lib/xen-$RIG_XEN/bin
PATH=$PATH:$_xen

xen_version() { echo "$(cat /sys/hypervisor/version/major).$(cat /sys/hypervisor/version/minor)"; }

# Starts Xen's tools. Guests' consoles are logged.
xen_up() {
	# without xenstored its tools wait for it
	[ ! -S /run/xenstored/socket ] || return 0
	for _module in xen-evtchn xen-gntdev xen-gntalloc xen-privcmd xenfs; do modprobe $_module || return; done
	[ -e /proc/xen/capabilities ] || mount -t xenfs xenfs /proc/xen || return
	mkdir -p /run/xen /run/xenstored /run/lock /var/lib/xen /var/lib/xenstored /var/log/xen/console /etc/xen
	[ -e /var/run ] || ln -s /run /var/run
	touch /etc/xen/xl.conf
	"$_xen"/xenstored --pid-file /run/xenstored.pid || return
	wait_for 30 test -S /run/xenstored/socket || return
	"$_xen"/xen-init-dom0 >/dev/null || return
	"$_xen"/xenconsoled --pid-file=/run/xenconsoled.pid --log=guest --log-dir=/var/log/xen/console
}

# domu_create NAME WORDS DEV…: starts a guest (vm/payload/domu-init) that has these devices; its kernel gets the words.
# A DEV may have options of xl behind it: "nic1,rdm_policy=relaxed"
domu_create() {
	_guest=$1 _words=$2 _pci=
	shift 2
	for _dev; do
		_options=${_dev#"${_dev%%,*}"}
		_pci="$_pci${_pci:+, }\"$(bdf "${_dev%%,*}")$_options\""
	done
	cat >"/run/$_guest.cfg" <<-EOT
		name = "$_guest"
		kernel = "/layer/rig/domu/vmlinux"
		ramdisk = "/layer/rig/domu/initrd"
		extra = "console=hvc0 iommu=soft quiet panic=-1 $_words"
		memory = 256
		vcpus = 1
		pci = [ $_pci ]
		on_crash = "destroy"
	EOT
	rm -f "/var/log/xen/console/guest-$_guest.log"
	xl create -q "/run/$_guest.cfg"
}

# domu_small NAME [WORDS [DISK]]: starts a guest with two vCPUs and no PCI function; DISK is the dom0's
domu_small() {
	cat >"/run/$1.cfg" <<-EOT
		name = "$1"
		kernel = "/layer/rig/domu/vmlinux"
		ramdisk = "/layer/rig/domu/initrd"
		extra = "console=hvc0 quiet panic=-1 domu.bare ${2-}"
		memory = 128
		vcpus = 2
		disk = [ ${3:+"'phy:$3,xvda,w'"} ]
		on_crash = "destroy"
	EOT
	xl create -q "/run/$1.cfg"
}

# Asked twice, as xl was seen crashing once under emulation
_said_or_gone() {
	grep -qF "domu: $2" "/var/log/xen/console/guest-$1.log" && return
	domu_gone "$1" && sleep 1 && domu_gone "$1"
}

# domu_says NAME TEXT: waits until a guest has said so on its console
domu_says() {
	wait_for 200 _said_or_gone "$1" "$2"
	grep -qF "domu: $2" "/var/log/xen/console/guest-$1.log" && return
	fail "the guest $1 never said '$2', but: $(tail -n 20 "/var/log/xen/console/guest-$1.log")"
	return 1
}

domu_gone() { ! xl domid "$1"; } # NAME

domu_destroy() { # NAME
	xl destroy "$1" && wait_for 60 domu_gone "$1" && return
	tail -n 20 "/var/log/xen/console/guest-$1.log"
	xl dmesg | tail -n 20
	return 1
}

# What libxl notes of a function
xl_node() { echo "/libxl/pci/$(echo "$1" | tr :. --)/$2"; } # ADDRESS NAME

owner_in_xen() { # ADDRESS: dom0, quarantine, or whatever Xen says of a domain
	xl debug-keys Q
	xl dmesg | grep -F "(XEN) $1 - " | tail -n 1 | sed 's/.*d\[IO\].*\|.*DomIO.*/quarantine/; s/.* d0 .*\|.* d0$/dom0/'
}

listed() { grep -qxF "$1" /sys/bus/pci/drivers/pciback/slots; } # ADDRESS

# Takes xen-pciback out of the kernel, and its module away or back
hide_pciback() { # on|off
	[ "$1" = off ] || rmmod xen-pciback 2>/dev/null
	for _file in /layer/usr/lib/modules/*/kernel/drivers/xen/xen-pciback/xen-pciback.ko*; do
		case $1 in
		on) mv "$_file" "$_file.hidden" ;;
		off) mv "$_file" "${_file%.hidden}" ;;
		esac
	done
}

# no_iommu_is_told NIC: the tests of a dom0 whose Xen uses no IOMMU; after findings.sh
no_iommu_is_told() {
	modprobe e1000e
	modprobe hvclaim
	wait_for 20 driver_is "$1" e1000e

	test_begin "without an IOMMU nothing is unbound, with which xl would fail only afterwards"
	check xen_up
	refused no-iommu "$1"
	nothing_past no-iommu "$1"
	check_is e1000e driver_of "$1"

	test_begin "the list says so, too"
	check_status 0 hvclaim list "$(bdf "$1")"
	check_has no-iommu
}
