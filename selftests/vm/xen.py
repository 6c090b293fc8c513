# SPDX-License-Identifier: GPL-2.0-only
"""Test machines whose hypervisor is Xen: the kernel that is tested is the kernel of its dom0.

QEMU loads Xen as a multiboot kernel, with the dom0's kernel and initramfs as its modules: no boot loader is needed.
"""

import os
import subprocess

import layer

VERSIONS = ("4.17", "4.20")

# Xen takes the first serial port for itself and gives dom0 a console on it (hvc0).
ARGUMENTS = ("spec-ctrl=eager-fpu console=com1 com1=115200,8n1 loglvl=all guest_loglvl=all conring_size=1m "
             "dom0_mem=1280M,max:1280M iommu=verbose")
# QEMU 7.2 faults in Xen's way back to a PV kernel when the processor has SMAP. Now and then a program in the dom0 had garbage
# where its strings were, and crashed. Not found out why; glibc keeps strings in AVX registers for a moment, which Xen saves
# only when another domain asks for them: so neither AVX nor that laziness (spec-ctrl=eager-fpu).
WITHOUT = ",-smap,-avx,-avx2"
MEMORY = "3G"


def set_up(version):
    """Fetch what is missing, and build the command for the Debian release that dom0 is of."""
    subprocess.run([os.path.join(layer.TREE, "scripts/setup"), "xen"], check=True)
    subprocess.run([os.path.join(layer.TREE, "scripts/rig/xen-helper"), version], check=True)


def boot_arguments(options, cpu, kernel, append, initrd):
    """QEMU's arguments that start Xen with a dom0."""
    # a comma ends a module
    dom0 = ("%s %s" % (kernel, append)).replace(",", ",,")
    return ["-cpu", cpu + WITHOUT, "-kernel", os.path.join(layer.CACHE, "xen", options.xen + ".elf"),
            "-append", "%s %s" % (ARGUMENTS, options.xenappend), "-initrd", "%s,%s" % (dom0, initrd)]


def guest(kernel, base):
    """A PV guest for the dom0, as files of its initramfs."""
    directory = subprocess.run([os.path.join(layer.VM, "mkdomu"), kernel, base], check=True, stdout=subprocess.PIPE,
                               text=True).stdout.strip()
    return {"layer/rig/domu/" + name: os.path.join(directory, name) for name in ("vmlinux", "initrd")}
