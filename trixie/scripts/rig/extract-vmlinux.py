#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""extract-vmlinux.py BZIMAGE OUT: unpack the ELF kernel inside a bzImage."""

import lzma
import subprocess
import sys
import zlib


def unzstd(data):
    return subprocess.run(["zstd", "-dqc"], input=data, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, check=False).stdout


UNPACKERS = {
    b"\xfd7zXZ\x00": lambda data: lzma.LZMADecompressor().decompress(data),
    b"\x28\xb5\x2f\xfd": unzstd,
    b"\x1f\x8b\x08": lambda data: zlib.decompressobj(31).decompress(data),
}


def unpack(image):
    for magic, unpacker in UNPACKERS.items():
        offset = image.find(magic)
        while offset != -1:
            try:
                kernel = unpacker(image[offset:])
            except (lzma.LZMAError, zlib.error):
                kernel = b""
            if kernel.startswith(b"\x7fELF"):
                return kernel
            offset = image.find(magic, offset + 1)
    sys.exit("no packed ELF kernel in " + sys.argv[1])


if __name__ == "__main__":
    with open(sys.argv[1], "rb") as f:
        packed = f.read()
    with open(sys.argv[2], "wb") as f:
        f.write(unpack(packed))
