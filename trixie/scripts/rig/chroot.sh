# shellcheck shell=bash
# Work inside the Debian roots that the rig keeps in its cache. Sourced after common.sh.
# SPDX-License-Identifier: GPL-2.0-only

# in_root DIR SOURCE:TARGET… -- COMMAND…: runs a command in the root DIR, in namespaces of its own, with /proc, /sys (read
# only), a private /tmp and /run, and with each SOURCE bound to TARGET.
in_root() {
	# shellcheck disable=SC2016  # expanded by the inner shell
	as_root unshare --mount --pid --fork bash -c '
		set -e
		root=$1
		shift
		mount --make-rprivate /
		mount -t proc proc "$root/proc"
		mount -t sysfs -o ro sysfs "$root/sys"
		mount -t tmpfs tmpfs "$root/tmp"
		mount -t tmpfs tmpfs "$root/run"
		while [ "$1" != -- ]; do
			mkdir -p "$root${1#*:}"
			mount --bind "${1%%:*}" "$root${1#*:}"
			shift
		done
		shift
		exec chroot "$root" env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
			HOME=/root LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive "$@"' in_root "$@"
}

# add_packages DIR NAME…: installs what the root lacks, with the apt set-up that mkroot left in it
add_packages() {
	local root=$1 missing
	shift
	missing=$(comm -23 <(printf '%s\n' "$@" | sort -u) <(dpkg-query --admindir="$root/var/lib/dpkg" -W \
		-f '${db:Status-Status} ${Package}\n' | awk '$1 == "installed" { print $2 }' | sort -u) | tr '\n' ' ')
	[ -n "${missing// /}" ] || return 0
	say "installing in $root: $missing"
	with_resolver "$root" quietly in_root "$root" -- sh -ec "apt-get update
		apt-get install -y --no-install-recommends $missing
		apt-get clean
		rm -rf /var/lib/apt/lists/*"
}

# with_resolver DIR COMMAND…: the root has this machine's name resolution while the command runs
with_resolver() {
	local root=$1 status=0
	shift
	as_root cp -L /etc/resolv.conf /etc/hosts "$root/etc/"
	"$@" || status=$?
	as_root rm -f "$root/etc/resolv.conf" "$root/etc/hosts"
	return $status
}
