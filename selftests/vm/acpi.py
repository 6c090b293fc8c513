# SPDX-License-Identifier: GPL-2.0-only
"""QEMU's own ACPI tables with RMRRs added, for machines whose hypervisor reads them before there is a Linux.

QEMU cannot be told of RMRRs, and gives its tables to the guest's firmware through fw_cfg: the tables, and commands that
tell where they point to each other and which sums to make (hw/acpi/bios-linker-loader.c). So Linux boots once on the very
same machine and prints them; then they are patched, and handed back to QEMU as files. What was printed is cached.
"""

import base64
import hashlib
import os
import re
import shutil
import struct
import subprocess

import layer
import mkrmrr
from machine import SERIAL_PORTS
from newc import newc

TABLES, LOADER, RSDP = "etc/acpi/tables", "etc/table-loader", "etc/acpi/rsdp"
COMMAND_SIZE, FILE_SIZE = 128, 56
ADD_CHECKSUM = 3
DMAR_CHECKSUM = 9           # the offset of an ACPI table's sum


def _initrd(base):
    for directory, _, names in os.walk(base):
        if "qemu_fw_cfg.ko" in names:
            return newc({"init": os.path.join(layer.VM, "payload/acpi-init"), "bin/busybox": shutil.which("busybox"),
                         "qemu_fw_cfg.ko": os.path.join(directory, "qemu_fw_cfg.ko")})
    raise FileNotFoundError("qemu_fw_cfg.ko in " + base)


def _print(machine, kernel, initrd, directory):
    """What Linux prints on a machine of these arguments."""
    path = os.path.join(directory, "acpi.initrd")
    with open(path, "wb") as out:
        out.write(initrd)
    command = machine + ["-cpu", "max", "-kernel", kernel, "-initrd", path, "-append", "console=ttyS0 quiet panic=-1"]
    for name, port, irq in SERIAL_PORTS:
        command += ["-chardev", ("stdio" if port == SERIAL_PORTS[0][1] else "null") + ",id=" + name,
                    "-device", "isa-serial,chardev=%s,iobase=%#x,irq=%d" % (name, port, irq)]
    return subprocess.run(command, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          timeout=300).stdout.decode("latin1").replace("\r", "")


def _decode(text):
    """The three files; KeyError when one was not printed."""
    blocks = dict(re.findall("BEGIN (\\S+)\n(.*?)END", text, re.S))
    return {name: bytearray(base64.b64decode(blocks[name])) for name in (TABLES, LOADER, RSDP)}


def _blobs(machine, kernel, base, directory):
    qemu = subprocess.run([machine[0], "--version"], check=True, stdout=subprocess.PIPE, text=True).stdout
    same = " ".join(machine).replace(directory, "") + qemu
    path = os.path.join(layer.CACHE, "acpi", hashlib.sha256(same.encode()).hexdigest()[:16])
    if not os.path.exists(path):
        text = _print(machine, kernel, _initrd(base), directory)
        _decode(text)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        part = "%s.part.%d" % (path, os.getpid())
        with open(part, "w", encoding="latin1") as out:
            out.write(text)
        os.rename(part, path)
    with open(path, encoding="latin1") as cached:
        return _decode(cached.read())


def _add_rmrrs(blobs, specs):
    """The DMAR grows, so it moves to the end; the RSDT and the command that sums it up follow."""
    tables, loader = blobs[TABLES], blobs[LOADER]
    old = tables.index(b"DMAR")
    length, = struct.unpack_from("<I", tables, old + 4)
    dmar = bytearray(tables[old:old + length])
    for spec in specs:
        dmar += mkrmrr.rmrr(spec)
    struct.pack_into("<I", dmar, 4, len(dmar))
    dmar[DMAR_CHECKSUM] = 0
    # the RSDT is the last one, and its pointers end in zeros
    rsdt = tables.rindex(b"RSDT")
    rsdt_end = rsdt + struct.unpack_from("<I", tables, rsdt + 4)[0]
    new = (rsdt_end + 63) & ~63
    if any(tables[rsdt_end:]):
        raise ValueError("QEMU's RSDT is not the last table")
    if new + len(dmar) > len(tables):
        raise ValueError("no room for the DMAR table in QEMU's")
    tables[new:new + len(dmar)] = dmar

    entry, = (at for at in range(rsdt + 36, rsdt_end, 4) if struct.unpack_from("<I", tables, at)[0] == old)
    struct.pack_into("<I", tables, entry, new)
    command, = (at for at in range(0, len(loader), COMMAND_SIZE)
                if struct.unpack_from("<I", loader, at)[0] == ADD_CHECKSUM
                and struct.unpack_from("<I", loader, at + 4 + FILE_SIZE + 4)[0] == old)
    struct.pack_into("<III", loader, command + 4 + FILE_SIZE, new + DMAR_CHECKSUM, new, len(dmar))


def arguments(machine, specs, kernel, base, directory):
    """QEMU's arguments that replace its ACPI tables; machine are all others that these depend on."""
    blobs = _blobs(machine, kernel, base, directory)
    _add_rmrrs(blobs, specs)
    out = ["-machine", "acpi=off"]
    for name, data in blobs.items():
        path = os.path.join(directory, name.replace("/", "-"))
        with open(path, "wb") as part:
            part.write(data)
        out += ["-fw_cfg", "name=%s,file=%s" % (name, path)]
    return out
