# SPDX-License-Identifier: GPL-2.0-only
"""A test machine with Intel RDT: what "# rdt:" in a test's header asks for, and what the test may ask the host.

    # rdt: l3=20,classes=4,sockets=2        options of rdt/model.c, and these:

    classes=N       class ids of every resource
    sockets=N       the CPUs of "# smp:" on so many sockets, with an L3 and a memory controller each
    no-l3 no-mb no-mon   the hardware has none
    cdp             of L3 and L2, where they are there
    l2              8 ways of L2 in each core
    haswell         the CPU of that name: 20 ways of L3, 4 classes, at least 2 ways each, and CPUID does not tell
    amd             an AMD CPU: masks may have holes and be empty, no MBA; with it, KVM works in the machine
    on              just the defaults: 11 ways of L3 (2 of them shared with I/O), 16 classes; MBA, 8 classes; monitoring

The kernel sees what it would see of hardware; what it programs is in the machine's register log. A test asks for it
with lib.sh's "host rdt …":

    registers [NAME]        the present values, a line each: "L3[1] dom=0 0x7", sorted
    pqr                     classes and RMIDs that CPUs were switched to since this was last asked: "clos=1 rmid=2"
    log                     every write since this was last asked
    refused                 what hardware would have refused, and what the emulation missed, since the start
    counter EVENT RMID DOM VALUE   what a counter reads from now on (event 1 occupancy, 2 total, 3 local; in units)
"""

import os
import re
import subprocess

VM = os.path.dirname(os.path.abspath(__file__))
TREE = os.path.dirname(os.path.dirname(VM))
QEMU = os.path.join(TREE, "scripts/rig/qemu-rdt")
OUT = os.path.join(TREE, "build/rdt")

SHORT = {"on": {}, "no-l3": {"l3": 0}, "no-mb": {"mb": 0}, "no-mon": {"mon": 0}, "l2": {"l2": 8},
         "cdp": {"l3_cdp": 1, "l2_cdp": 1}, "haswell": {"haswell": 1}, "amd": {"mb": 0, "sparse": 1, "l3_share": 0}}
CPU = "max,vendor=GenuineIntel,family=6,model=%d,stepping=6"
ICELAKE_X, HASWELL_X = 106, 63
LINE = re.compile(r"\d+ cpu=\d+ (.*)$")
REGISTER = re.compile(r"(\w+(?:\[\d+\])? dom=\d+) (0x[0-9a-f]+|0)")


class RdtError(Exception):
    pass


class Rdt:
    def __init__(self, text, smp, directory):
        self.log_path = os.path.join(directory, "rdt.log")
        self.counters_path = os.path.join(directory, "rdt.counters")
        self.counters = {}
        self.seen = {"pqr": 0, "log": 0}
        options = {"l3_cdp": 0}
        cpus = int(smp.partition(",")[0])
        self.smp = smp
        for word in text.split(","):
            name, _, value = word.partition("=")
            if not value and name not in SHORT:
                raise RdtError("rdt: no such word: %s" % word)
            if name == "sockets":
                per_socket = cpus // int(value)
                self.smp = "%d,sockets=%s,cores=%d,threads=1" % (cpus, value, per_socket)
                options["l3_cpus"] = per_socket
            elif name == "classes":
                options.update(l3_classes=value, l2_classes=value, mb_classes=value)
            else:
                options.update({name: value} if value else SHORT[name])
        self.options = options
        self.amd = "amd" in text.split(",")

    def command(self):
        """How QEMU is called, in place of its plain name."""
        subprocess.run([QEMU], check=True)
        subprocess.run(["make", "-s", "-C", os.path.join(VM, "rdt"), "OUT=" + OUT], check=True)
        words = ["log=" + self.log_path, "ctl=" + self.counters_path]
        words += ["%s=%s" % option for option in self.options.items()]
        return [QEMU, "-plugin", ",".join([os.path.join(OUT, "rdt.so")] + words)]

    def cpu(self):
        return "max" if self.amd else CPU % (HASWELL_X if "haswell" in self.options else ICELAKE_X)

    def _lines(self, since=0):
        with open(self.log_path, encoding="ascii") as log:
            return [LINE.match(line)[1] for line in log.read().splitlines()[since:]]

    def _news(self, name):
        lines = self._lines(self.seen[name])
        self.seen[name] += len(lines)
        return lines

    def _registers(self, wanted):
        values = {}
        for line in self._lines():
            match = REGISTER.match(line)
            if match and match[1].startswith(wanted):
                values[match[1]] = match[2]
        order = sorted(values, key=lambda name: [int(part) if part.isdigit() else part
                                                 for part in re.split(r"(\d+)", name)])
        return ["%s %s" % (name, values[name]) for name in order]

    def _counter(self, event, rmid, dom, value):
        self.counters[int(event), int(rmid), int(dom)] = int(value, 0)
        with open(self.counters_path + ".new", "w", encoding="ascii") as out:
            for where, what in self.counters.items():
                out.write("%d %d %d %x\n" % (*where, what))
        os.rename(out.name, self.counters_path)
        return []

    def request(self, words):
        """Answers a test: the lines of the answer, or None when it makes no sense."""
        try:
            what, *rest = words
            if what == "registers":
                return self._registers(" ".join(rest))
            if what == "pqr":
                return sorted({line[len("PQR "):] for line in self._news("pqr") if line.startswith("PQR ")})
            if what == "log":
                return self._news("log")
            if what == "refused":
                return [line for line in self._lines() if "!" in line]
            if what == "counter":
                return self._counter(*rest)
        except (TypeError, ValueError):
            pass
        return None
