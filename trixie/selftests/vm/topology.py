# SPDX-License-Identifier: GPL-2.0-only
"""Reads a topology file: comments, directives and QEMU arguments.

    # a comment; a drawing goes first
    #: append intel_iommu=off            words for the kernel's command line
    #: iommu none | intremap=off …       no IOMMU, or other properties of intel-iommu than the default
    #: disk NAME SIZE                    an empty disk image, made for the run; its file name is @NAME@ below
    #: rmrr 0xfed1c000-0xfed1cfff@nic1   a reserved memory region (RMRR) of one device, or of several: @nic1,disk1
    -device e1000e,id=nic1,bus=rp1

A device's id is its nickname in tests. From bus= and addr= follows its path, one DEV.FN per hop from the root complex,
which is what DMAR tables and sysfs have in common; so addr= must be given except behind a port, where it is 0.
"""

import os
import shlex

DIRECTORY = os.path.join(os.path.dirname(os.path.abspath(__file__)), "topologies")
PORTS = ("pcie-root-port", "ioh3420", "xio3130-downstream")
NOT_PCI = ("nvme-subsys", "nvme-ns")
DEFAULT_IOMMU = "intremap=on,caching-mode=on"


class TopologyError(Exception):
    pass


class Topology:
    def __init__(self, name):
        self.name = name
        self.append = []
        self.iommu = DEFAULT_IOMMU
        self.disks = {}         # name -> size
        self.rmrrs = []         # (memory range, [nickname])
        self.arguments = []
        self.paths = {}         # nickname -> "04.0/00.0"
        self._kinds = {}        # nickname -> QEMU device
        path = os.path.join(DIRECTORY, name + ".topo")
        try:
            with open(path, encoding="utf-8") as f:
                lines = f.read().splitlines()
        except FileNotFoundError:
            raise TopologyError("no such topology: " + name) from None
        for number, line in enumerate(lines, 1):
            try:
                self._line(line)
            except (ValueError, KeyError, TopologyError) as error:
                raise TopologyError("%s:%d: %s: %s" % (path, number, line, error)) from None

    def _line(self, line):
        if line.startswith("#:"):
            self._directive(*line[2:].split())
        elif not line.startswith("#"):
            words = shlex.split(line)
            self.arguments += words
            for option, value in zip(words, words[1:]):
                if option == "-device":
                    self._device(value)

    def _directive(self, word, *values):
        if word == "append":
            self.append += values
        elif word == "iommu":
            self.iommu = None if values == ("none",) else ",".join((DEFAULT_IOMMU,) + values)
        elif word == "disk":
            name, size = values
            self.disks[name] = size
        elif word == "rmrr":
            memory, names = values[0].split("@")
            self.rmrrs.append((memory, names.split(",")))
        else:
            raise TopologyError("no such directive")

    def _device(self, text):
        kind, *properties = text.split(",")
        properties = dict(p.split("=", 1) for p in properties)
        if kind in NOT_PCI or "id" not in properties:
            return
        bus = properties.get("bus", "pcie.0")
        address = properties.get("addr", "0" if self._kinds.get(bus) in PORTS else None)
        if address is None:
            raise TopologyError("a device with an id needs addr=")
        device, _, function = address.partition(".")
        hop = "%02x.%x" % (int(device, 16), int(function or "0", 16))
        name = properties["id"]
        self.paths[name] = hop if bus == "pcie.0" else self.paths[bus] + "/" + hop
        self._kinds[name] = kind

    def qemu_arguments(self, directory):
        """The arguments with the names of this run's disk images in them."""
        out = []
        for argument in self.arguments:
            for disk in self.disks:
                argument = argument.replace("@%s@" % disk, os.path.join(directory, disk))
            out.append(argument)
        return out

    def rmrr_specs(self):
        return ["%s@%s" % (memory, ",".join(self.paths[name] for name in names)) for memory, names in self.rmrrs]
