#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""A DMAR table like QEMU's own, plus reserved memory regions (RMRRs), for the kernel's ACPI table upgrade.

mkrmrr.py OUT.cpio [BASE-LIMIT@PATH[,PATH…]…]: PATH is an ACPI device scope: one DEV.FN per hop from bus 0.
The cpio goes in front of the initrd, not packed. The kernel takes the table when signature, OEM id and OEM table id
are those of the firmware's table and the OEM revision is greater (drivers/acpi/tables.c, acpi_table_initrd_override).
Layout: Intel VT-d specification, chapter 8.
"""

import struct
import sys

sys.dont_write_bytecode = True
from newc import newc  # noqa: E402  (after the line above, or it leaves a __pycache__ in the tree)

REMAPPING_UNIT = 0xfed90000     # where QEMU puts the registers of intel-iommu
IOAPIC_BUS = 0xff               # QEMU's pseudo bus for the IOAPIC
OEM = (b"BOCHS ", b"BXPC    ")  # QEMU's
SCOPE_ENDPOINT, SCOPE_IOAPIC = 1, 3
DRHD, RMRR = 0, 1
INCLUDE_PCI_ALL = 1
INTR_REMAP = 1


def scope(kind, bus, hops):
    path = bytes(number for hop in hops for number in hop)
    return struct.pack("<BBHBB", kind, 6 + len(path), 0, 0, bus) + path


def parse_path(text):
    return [(int(dev, 16), int(fn, 16)) for dev, fn in (hop.split(".") for hop in text.split("/"))]


def drhd():
    ioapic = scope(SCOPE_IOAPIC, IOAPIC_BUS, [(0, 0)])
    return struct.pack("<HHBBHQ", DRHD, 16 + len(ioapic), INCLUDE_PCI_ALL, 0, 0, REMAPPING_UNIT) + ioapic


def rmrr(spec):
    memory, paths = spec.split("@")
    base, limit = (int(number, 0) for number in memory.split("-"))
    scopes = b"".join(scope(SCOPE_ENDPOINT, 0, parse_path(path)) for path in paths.split(","))
    return struct.pack("<HHHHQQ", RMRR, 24 + len(scopes), 0, 0, base, limit) + scopes


def dmar(specs):
    body = struct.pack("<BB10x", 38, INTR_REMAP) + drhd() + b"".join(rmrr(spec) for spec in specs)
    table = bytearray(struct.pack("<4sIBB6s8sI4sI", b"DMAR", 36 + len(body), 1, 0, *OEM, 2, b"BXPC", 1) + body)
    table[9] = -sum(table) & 0xff
    return bytes(table)


def upgrade_cpio(specs):
    return newc({"kernel/firmware/acpi/dmar.aml": dmar(specs)})


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    with open(sys.argv[1], "wb") as out:
        out.write(upgrade_cpio(sys.argv[2:]))
