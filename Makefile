# SPDX-License-Identifier: GPL-2.0-only
# `make help` tells the targets. KDIR= names another kernel's build directory.

KVER ?= $(shell uname -r)
KDIR ?= /lib/modules/$(KVER)/build
PREFIX ?= /usr
SUITE ?= all
BENCH ?= all
KERNEL ?= all
MODDIR = $(DESTDIR)/lib/modules/$(KVER)/updates

.PHONY: all module helper install uninstall deb demo bench torture check check-unit check-lint check-uapi coverage fuzz uapi clean help

all: module helper

module:
	@test -e "$(KDIR)/Makefile" || { echo "no headers of kernel $(KVER) at $(KDIR): install linux-headers-$(KVER), or name another kernel's with KDIR=" >&2; exit 1; }
	$(MAKE) -C "$(KDIR)" M="$(CURDIR)" modules

helper:
	$(MAKE) -C helper O="$(CURDIR)/build/helper" PREFIX="$(PREFIX)"

install: all
	install -D -m 644 hvclaim.ko "$(MODDIR)/hvclaim.ko"
	[ -n "$(DESTDIR)" ] || depmod -a "$(KVER)"
	install -D -m 644 uapi/linux/hvclaim.h "$(DESTDIR)$(PREFIX)/include/linux/hvclaim.h"
	install -D -m 644 uapi/hvclaim.yaml "$(DESTDIR)$(PREFIX)/share/hvclaim/hvclaim.yaml"
	$(MAKE) -C helper O="$(CURDIR)/build/helper" PREFIX="$(PREFIX)" DESTDIR="$(DESTDIR)" install
	$(MAKE) -C packaging PREFIX="$(PREFIX)" DESTDIR="$(DESTDIR)" install

uninstall:
	$(MAKE) -C packaging PREFIX="$(PREFIX)" DESTDIR="$(DESTDIR)" uninstall
	rm -f "$(MODDIR)/hvclaim.ko" "$(DESTDIR)$(PREFIX)/include/linux/hvclaim.h"
	rm -rf "$(DESTDIR)$(PREFIX)/share/hvclaim"
	[ -n "$(DESTDIR)" ] || depmod -a "$(KVER)"
	$(MAKE) -C helper O="$(CURDIR)/build/helper" PREFIX="$(PREFIX)" DESTDIR="$(DESTDIR)" uninstall

# hvclaim and hvclaim-dkms for Debian 12 and 13, each built and checked by lintian in a root of its own
deb:
	@scripts/rig/debs bookworm trixie
	@ls build/debs/*/*.deb

demo:
	@scripts/demo

check:
	@selftests/vm/check "$(SUITE)" "$(KERNEL)"

# Side by side with the tools that it takes the place of; the tables stay in build/bench/
bench:
	@selftests/bench/run "$(BENCH)" "$(KERNEL)" $(if $(COUNTED),counted)

# The tests, a fuzzer, failing memory and ten minutes of chaos, on a kernel that watches the module
torture:
	@selftests/vm/torture $(PART)

check-unit:
	@scripts/setup helper
	@scripts/setup promtool || echo "without promtool: what it checks is skipped" >&2
	@$(MAKE) -s -C selftests/unit check

coverage:
	@scripts/setup helper
	@$(MAKE) -s -C selftests/unit coverage

# each target for so long
FUZZ_SECONDS ?= 10

fuzz:
	@command -v clang >/dev/null || { echo "make fuzz needs clang: install it" >&2; exit 1; }
	@scripts/setup helper
	@$(MAKE) -s -C selftests/fuzz fuzz SECONDS="$(FUZZ_SECONDS)"

check-lint:
	@scripts/check-lint

check-uapi:
	@scripts/uapi check

# After a change of uapi/hvclaim.yaml
uapi:
	@scripts/uapi generate

clean:
	rm -rf build
	[ ! -e "$(KDIR)/Makefile" ] || $(MAKE) -C "$(KDIR)" M="$(CURDIR)" clean

help:
	@echo 'make [KDIR=DIR]              the module for a kernel, and the helper'
	@echo 'make install | uninstall     both, here or below DESTDIR='
	@echo 'make deb                     Debian packages, in build/debs/'
	@echo 'make demo                    a virtual host: check, claim, use in a guest, release'
	@echo 'make check [SUITE=S] [KERNEL=K]'
	@echo '                             the tests; S: unit claim netlink, K: 6.1 6.12 7.2 torture; all by default. What does not'
	@echo '                             depend on the kernel runs on one of them then: KERNEL=K runs it on K'
	@echo 'make torture [PART=P]        the tests on a kernel with KASAN, lockdep, kmemleak and fault injection, 1,000,000'
	@echo '                             netlink messages, failing memory, chaos; P: a suite, fuzz failslab stress coverage;'
	@echo '                             all by default: half an hour for the kernel, once, and hours for the rest'
	@echo 'make check-unit              the tests that need no virtual machine'
	@echo 'make coverage                which lines of the helper the unit tests run'
	@echo 'make fuzz [FUZZ_SECONDS=N]   search for inputs that break the parsers, N seconds for each; 10 by default'
	@echo 'make check-lint              every linter'
	@echo 'make bench [BENCH=B] [KERNEL=K] [COUNTED=1]'
	@echo '                             what it costs next to its peers, in build/bench/ too; B: claim reset list guests'
	@echo '                             memory events boot; all by default. Leave the machine alone meanwhile: 40 minutes'
	@echo 'make uapi                    the netlink header from uapi/hvclaim.yaml'
	@echo 'make clean'
