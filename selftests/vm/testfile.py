# SPDX-License-Identifier: GPL-2.0-only
"""How a test script wants to be run, as its header says:

    # topology: acs            a file of topologies/ (default: basic)
    # root: base | full | systemd | bench | bench-systemd | installed
                               the initramfs alone, the big root with QEMU and python3, one that systemd boots, with
                               libvirt and pqos, what `make bench` compares with, booted without and with systemd,
                               or a host with our packages on its disk: installed.py (default: base)
    # append: WORDS            for the kernel's command line
    # kernels: all | one | 6.12 7.2
                               one: what it tests is not the kernel's; of those that are wanted any is enough (default: all)
    # memory: 1G  # smp: 1     (defaults: 1G, with a big root 2G; 1)      one a line
    # timeout: 120             seconds for this script, boot included (default: 120)
    # rdt: l3=20,sockets=2     the CPUs have Intel RDT, with these properties: see rdt.py (default: they have none)
    # xen: bare 4.17 4.20/6.12 without a hypervisor, and as dom0 of these versions of Xen, with all kernels or with this one
                               (default: bare)
    # xenappend: WORDS         for Xen's command line
    # share: yes               may run in one boot with other scripts that want the same (default: no)
"""

import collections
import re

import xen

Wants = collections.namedtuple("Wants", "topology root append kernels memory smp timeout share rdt xen xenappend")

DEFAULTS = {"topology": "basic", "root": "base", "append": "", "kernels": "all", "memory": None, "smp": "1",
            "timeout": "120", "share": "no", "rdt": "", "xen": "bare", "xenappend": ""}

ROOTS = ("base", "full", "systemd", "bench", "bench-systemd", "installed")


class HeaderError(Exception):
    pass


def wants(path):
    values = dict(DEFAULTS)
    with open(path, encoding="utf-8", errors="replace") as script:
        for line in script:
            if not line.startswith("#"):
                break
            match = re.match(r"# (\w+): *(.*?) *$", line)
            if match and match[1] in values:
                values[match[1]] = match[2]
    if values["root"] not in ROOTS:
        raise HeaderError("%s: root: %s, not %s" % (path, ", ".join(ROOTS), values["root"]))
    for word in values["xen"].split():
        if word.split("/")[0] not in ("bare",) + xen.VERSIONS:
            raise HeaderError("%s: xen: %s or bare, not %s" % (path, ", ".join(xen.VERSIONS), word))
    memory = values["memory"] or ("1G" if values["root"] == "base" else "2G")
    return Wants(**dict(values, memory=memory, timeout=int(values["timeout"]), share=values["share"] == "yes"))


def runs_on(wanted, kernel):
    """The kernel of `make torture` is a 6.12 that has no package and knows nothing of Xen."""
    if kernel != "torture":
        return wanted.kernels in ("all", "one") or kernel in wanted.kernels.split()
    return wanted.root != "installed" and "bare" in wanted.xen.split() and (
        wanted.kernels in ("all", "one") or bool({"6.12", "torture"} & set(wanted.kernels.split())))


def hypervisors(wanted, kernel):
    """Those that a script wants to run on with this kernel: "bare", or a version of Xen."""
    found = []
    for word in wanted.xen.split():
        version, _, only = word.partition("/")
        if only in ("", kernel) and (version == "bare" or kernel != "torture"):
            found.append(version)
    return found
