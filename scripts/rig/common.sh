# shellcheck shell=bash
# What the scripts of the rig share. Sourced with TREE set to the top of the checkout.
# SPDX-License-Identifier: GPL-2.0-only

set -euo pipefail

CACHE=${HVCLAIM_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/hvclaim}
# shellcheck disable=SC2034  # read by the scripts that source this
KERNELS="6.1 6.12 7.2"
# shellcheck disable=SC2034
XENS="4.17 4.20"
# shellcheck disable=SC2034
HELPER_PACKAGES="gcc libc6-dev make pkg-config libnl-3-dev libnl-genl-3-dev libpci-dev libsmartcols-dev
	libjson-c-dev libmount-dev libblkid-dev libkmod-dev libsystemd-dev libcap-ng-dev
	libcgroup-dev libyaml-dev libxml2-dev libcmocka-dev python3 python3-yaml python3-jsonschema"
: "${TREE:?}"

say() { echo "setup: $*" >&2; }
die() { echo "${0##*/}: $*" >&2; exit 1; }

as_root() {
	if [ "$(id -u)" = 0 ]; then "$@"
	elif command -v sudo >/dev/null; then sudo "$@"
	else die "needs root or sudo: $*"
	fi
}

# quietly COMMAND…: shows what the command prints only when it fails
quietly() {
	local log status=0
	log=$(mktemp)
	"$@" >"$log" 2>&1 </dev/null || status=$?
	[ $status = 0 ] || cat "$log" >&2
	rm -f "$log"
	return $status
}

# one_at_a_time NAME COMMAND…: waits until nobody else on this cache runs a command under that name
one_at_a_time() {
	local name=$1
	shift
	mkdir -p "$CACHE/lock"
	( flock 9; "$@" ) 9>"$CACHE/lock/$name"
}

# The mirrors come from this machine's own apt set-up, never from here.
mirror() { # main | security
	local label=Debian uri
	[ "$1" = security ] && label=Debian-Security
	# shellcheck disable=SC2016  # apt expands them
	uri=$(apt-get indextargets --format '$(LABEL) $(REPO_URI)' 'Identifier: Packages' |
		awk -v l="$label" '$1 == l { print $2; exit }')
	echo "${uri%/}"
}

# sources SUITE: the sources.list lines of a suite; a backports suite brings the suite it extends
sources() {
	local base=${1%-backports} main security
	main=$(mirror main)
	security=$(mirror security)
	[ -n "$main" ] || die "apt is set up with no Debian mirror"
	echo "deb $main $base main"
	echo "deb $main $base-updates main"
	[ -z "$security" ] || echo "deb $security $base-security main"
	[ "$base" = "$1" ] || echo "deb $main $1 main"
}

# An old snapshot serves as well as a live mirror: dates are not checked, signatures are.
apt_options() {
	echo 'Acquire::Check-Valid-Until "false";'
	echo 'Acquire::Languages "none";'
	echo 'APT::Install-Recommends "false";'
	apt-config dump | grep -E '^Acquire::https?::' || true
}

# apt_root SUITE DIR: an apt of its own for SUITE under DIR, which sees nothing of this machine's packages.
# Use it as APT_CONFIG=DIR/apt.conf.
apt_root() {
	local suite=$1 dir=$2
	mkdir -p "$dir"/{state/lists/partial,cache/archives/partial}
	: >"$dir/status"
	sources "$suite" >"$dir/sources.list"
	{
		apt_options
		cat <<-EOF
		Dir::State "$dir/state";
		Dir::State::status "$dir/status";
		Dir::Cache "$dir/cache";
		Dir::Etc::SourceList "$dir/sources.list";
		Dir::Etc::SourceParts "/dev/null";
		Dir::Etc::Preferences "/dev/null";
		Dir::Etc::PreferencesParts "/dev/null";
		APT::Sandbox::User "root";
		EOF
		# Not for a plain suite: it would put the suite before its own security updates.
		case $suite in *-backports) echo "APT::Default-Release \"$suite\";" ;; esac
	} >"$dir/apt.conf"
	APT_CONFIG=$dir/apt.conf quietly apt-get update
}

# mkroot SUITE DIR PACKAGES [mmdebstrap options…]: a Debian root; DIR appears only when it is complete. MKROOT_SOURCES may
# name the suite whose sources it has, to have SUITE-backports among them.
mkroot() {
	local suite=$1 dir=$2 packages=$3 options
	shift 3
	options=$(mktemp)
	apt_options >"$options"
	as_root rm -rf "$dir.part"
	sources "${MKROOT_SOURCES:-$suite}" >"$options.list"
	quietly as_root mmdebstrap --mode=root --variant=minbase --skip=check/empty \
		--aptopt="$options" --include="$packages" "$@" "$suite" "$dir.part" "$options.list"
	rm -f "$options" "$options.list"
	as_root mv "$dir.part" "$dir"
}
