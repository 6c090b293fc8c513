# SPDX-License-Identifier: GPL-2.0-only
"""Runs a test on an installed host (`# root: installed`): a Debian system on an NVMe disk, with systemd, a kernel, DKMS, the
packages of this tree, and the initramfs that update-initramfs or dracut made there (host/image tells how).

The script is run several times, and RIG_STAGE tells it where: first as root of the disk that is being made, with
RIG_STAGE=prepare; then once for each boot that its header names, in this order, on the same disk:

    # boot: NAME [topology=T] [initrd=PATH] [append=WORDS] [kernel=K]      default: one boot, of the name "boot"
    # boot: none                                               all is tested while the disk is made

RIG_STAGE is the boot's NAME then. initrd= is a file of the disk, by default Debian's initramfs of the kernel; append= adds to
the kernel's command line, with , for a blank; kernel= makes that boot with this kernel only. What prepare prints counts as
tests when it prints a plan.
"""

import collections
import os
import re
import secrets
import shutil
import subprocess
import sys
import time

import layer
from machine import Machine
from topology import Topology

IMAGE = "rootimage"     # the disk's name in topologies
HOST = os.path.join(layer.VM, "host")
Boot = collections.namedtuple("Boot", "name topology initrd append")


class Failed(Exception):
    pass


def boots(path, options):
    """The boots that a script's header names."""
    found, none = [], False
    with open(path, encoding="utf-8") as script:
        for line in script:
            if not line.startswith("#"):
                break
            match = re.match(r"# boot: *(\S+) *(.*)", line)
            none = none or bool(match and match[1] == "none")
            if match and not none:
                values = dict(word.split("=", 1) for word in match[2].split())
                if values.pop("kernel", options.kernel) != options.kernel:
                    continue
                found.append(Boot(match[1], values.pop("topology", options.topology), values.pop("initrd", None),
                                  values.pop("append", "").replace(",", " ")))
                if values:
                    raise Failed("%s: no such word: %s=" % (line.strip(), next(iter(values))))
    return [] if none else found or [Boot("boot", options.topology, None, "")]


def release(options):
    with open(os.path.join(layer.CACHE, "kernels", options.kernel, "release"), encoding="utf-8") as file:
        return file.read().strip()


def debugfs(image, *commands, write=False):
    """Commands of e2fsprogs' debugfs, which reads and writes a file system that is not mounted."""
    result = subprocess.run(["debugfs"] + (["-w"] if write else []) + ["-f", "/dev/stdin", image], check=True, text=True,
                            input="\n".join(commands) + "\n", stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return result.stdout


def prepare(options, script, directory, ktap):
    """Makes the disk. Fails when a test of the script failed on the way, or when it gave other results than it planned."""
    planned, results, failed = None, 0, 0
    process = subprocess.Popen([os.path.join(HOST, "image"), options.kernel, directory, script], text=True,
                               errors="replace", stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
    ktap("# begin " + script)
    for line in process.stdout:
        line = line.rstrip("\n")
        results += line.startswith(("ok ", "not ok "))
        failed += line.startswith("not ok ")
        match = re.match(r"1\.\.(\d+)", line)
        planned = int(match[1]) if match else planned
        ktap(line)
    if process.wait():
        raise Failed("its disk could not be made")
    if planned is not None and planned != results:
        raise Failed("planned %d results and gave %d" % (planned, results))
    ktap("# end " + script)
    if failed:
        raise Failed(None)


def put(directory, image, boot, options, script):
    """Gives the disk what this boot must know. Returns the path of its initramfs here."""
    # What the last boot left in the journal is put in place first; 1 means that this was done.
    if subprocess.run(["e2fsck", "-p", image], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False).returncode > 1:
        raise Failed("the disk's file system is damaged")
    nonce = secrets.token_hex(8)
    environment = {"RIG_MODE": "test", "RIG_SCRIPTS": script, "RIG_NONCE": nonce, "RIG_TIMEOUT": options.timeout,
                   "RIG_ROOT": "installed", "RIG_KERNEL": options.kernel, "RIG_RELEASE": release(options),
                   "RIG_TOPOLOGY": boot.topology, "RIG_STAGE": boot.name}
    texts = {"env": "".join("%s='%s'\n" % item for item in environment.items()),
             "topology": "".join("%s %s\n" % item for item in Topology(boot.topology).paths.items())}
    commands = []
    for name, text in texts.items():
        with open(os.path.join(directory, name), "w", encoding="utf-8") as file:
            file.write(text)
        commands += ["rm /rig/" + name, "write %s /rig/%s" % (os.path.join(directory, name), name)]
    debugfs(image, *commands, write=True)
    initrd = os.path.join(directory, "initrd")
    debugfs(image, "dump %s %s" % (boot.initrd or "/boot/initrd.img-" + release(options), initrd))
    if not os.path.exists(initrd) or not os.path.getsize(initrd):
        raise Failed("the disk has no %s" % (boot.initrd or "initramfs"))
    return nonce


def run_boot(boot, options, script, directory, qemu_command, ktap):
    """One boot; returns whether it passed, why it ended, and its console."""
    image = os.path.join(directory, IMAGE)
    nonce = put(directory, image, boot, options, script)
    topology = Topology(boot.topology)
    for name, size in topology.disks.items():
        path = os.path.join(directory, name)
        if name != IMAGE and not os.path.exists(path):
            subprocess.run(["truncate", "-s", size, path], check=True)
    append = "root=LABEL=host ro fsck.mode=skip log_buf_len=8M systemd.mask=timers.target " \
             "systemd.default_timeout_start_sec=300 "
    wanted = type(options)(**dict(vars(options), topology=boot.topology, append=append + options.append + " " + boot.append))
    console = os.path.join(directory, "console-" + boot.name)
    with open(console, "wb", buffering=0) as log:
        machine = Machine(qemu_command(wanted, topology, directory), directory, log, ktap)
        try:
            verdict, ending = machine.run(options.timeout)
        finally:
            machine.close()
    for name in os.listdir(directory):
        if name.endswith(".sock"):
            os.unlink(os.path.join(directory, name))
    return verdict == "pass " + nonce, verdict, ending, console


def run(options, directory, qemu_command, logs):
    """The exit status of vm/run for the one script of options."""
    if len(options.scripts) != 1 or options.interactive:
        sys.exit("run: an installed host runs one script at a time")
    path = options.scripts[0]
    script = os.path.relpath(os.path.abspath(path), os.path.join(layer.TREE, "selftests/suites"))
    begun = [script]
    count = [0]

    def ktap(text):
        if text.startswith("# begin "):
            count[0] = 0
        count[0] += text.startswith(("ok ", "not ok "))
        print(text, flush=True)

    start = time.monotonic()
    try:
        prepare(options, script, directory, ktap)
        print("# prepared in %.0f s" % (time.monotonic() - start), flush=True)
        for boot in boots(path, options):
            begun[0], booted = "%s %s" % (script, boot.name), time.monotonic()
            passed, verdict, ending, console = run_boot(boot, options, script, directory, qemu_command, ktap)
            print("# boot %s: %.0f s" % (boot.name, time.monotonic() - booted), flush=True)
            if passed:
                continue
            os.makedirs(logs, exist_ok=True)
            kept = os.path.join(logs, "%s-%s-%d.log" % (options.kernel, begun[0].translate({32: 45, 47: 45}), os.getpid()))
            shutil.copy(console, kept)
            print("# console log: " + os.path.relpath(kept))
            raise Failed(None if verdict else ending)
    except Failed as error:
        if error.args[0]:
            print("not ok %d %s: %s" % (count[0] + 1, begun[0], error))
        print("# FAILED: kernel %s, %s, %.1f s" % (options.kernel, begun[0], time.monotonic() - start), flush=True)
        return 1
    print("# passed: kernel %s, installed, %.1f s" % (options.kernel, time.monotonic() - start), flush=True)
    return 0
