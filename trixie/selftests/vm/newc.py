# SPDX-License-Identifier: GPL-2.0-only
"""Writes cpio archives of the kind that the kernel unpacks as initramfs."""

import os
import stat


def _entry(number, name, mode, data):
    name = name.encode() + b"\0"
    fields = (number, mode, 0, 0, 1, 0, len(data), 0, 0, 0, 0, len(name), 0)
    head = b"070701" + b"".join(b"%08X" % field for field in fields) + name
    return head + b"\0" * (-len(head) % 4) + data + b"\0" * (-len(data) % 4)


def newc(files):
    """files: path -> bytes, or the name of a file or symbolic link to take. Directories are made as needed."""
    entries = {}
    for path, content in files.items():
        parts = path.split("/")
        for depth in range(1, len(parts)):
            entries.setdefault("/".join(parts[:depth]), (stat.S_IFDIR | 0o755, b""))
        if isinstance(content, bytes):
            entries[path] = (stat.S_IFREG | 0o644, content)
        elif os.path.islink(content):
            entries[path] = (stat.S_IFLNK | 0o777, os.readlink(content).encode())
        else:
            with open(content, "rb") as f:
                entries[path] = (stat.S_IFREG | (os.stat(content).st_mode & 0o777), f.read())
    out = b"".join(_entry(number + 1, path, mode, data) for number, (path, (mode, data)) in enumerate(entries.items()))
    out += _entry(0, "TRAILER!!!", 0, b"")
    return out + b"\0" * (-len(out) % 512)
