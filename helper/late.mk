# SPDX-License-Identifier: GPL-2.0-only
# Libraries that lib/late.c loads when they are first needed. $(O)/sonames.h has the names of those that are found here now,
# as the linker notes them in a program. $(O)/late.so is never installed: it has all of them noted, and is shown to what looks
# for the libraries of a program (ldd, dh_shlibdeps).

PKG_CONFIG ?= pkg-config
READELF ?= readelf
LATE_PKGS := mount blkid smartcols libpci libkmod libsystemd libcgroup libxml-2.0 json-c yaml-0.1
LATE_LIBS := $(shell $(PKG_CONFIG) --libs $(LATE_PKGS))

.DEFAULT_GOAL := all

$(O)/late.so: $(lastword $(MAKEFILE_LIST))
	@mkdir -p $(@D)
	$(CC) -shared -nostdlib -o $@ -x c /dev/null -Wl,--no-as-needed $(LATE_LIBS)

$(O)/sonames.h: $(O)/late.so
	LC_ALL=C $(READELF) -d $< >$@.tmp
	sed -n 's/.*(NEEDED).*\[\(lib[[:alnum:]-]*\)\(\.so.*\)\]/#define LATE_SONAME_\1 "\1\2"/;T;s/-/_/;p' $@.tmp >$@
	rm $@.tmp
