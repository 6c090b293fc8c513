# SPDX-License-Identifier: GPL-2.0-only
"""What one run puts into its machine beside the cached base: the modules just built, the hvclaim command, the tests."""

import glob
import os
import re
import subprocess
import tempfile

from newc import newc

VM = os.path.dirname(os.path.abspath(__file__))
TREE = os.path.dirname(os.path.dirname(VM))
PAYLOAD = os.path.join(TREE, "build/payload")
CACHE = os.environ.get("HVCLAIM_CACHE") or os.path.join(
    os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "hvclaim")


# the cache's directory of each big root
ROOTS = {"full": "guestroot", "systemd": "systemdroot", "bench": "benchroot", "bench-systemd": "benchroot"}
# those that systemd boots
SYSTEMD = ("systemd", "bench-systemd")


def walk(top, into):
    """The files below top, as a dictionary for newc, with into for top."""
    out = {}
    for directory, _, names in os.walk(top):
        for name in names:
            path = os.path.join(directory, name)
            out[os.path.join(into, os.path.relpath(path, top))] = path
    return out


def modules(base, kernel):
    """The kernel's modules and ours, indexed together."""
    release = os.listdir(os.path.join(base, "layer/usr/lib/modules"))[0]
    into = "layer/usr/lib/modules/" + release
    with tempfile.TemporaryDirectory() as scratch:
        tree = os.path.join(scratch, "lib/modules")
        os.makedirs(tree)
        subprocess.run(["cp", "-r", os.path.join(base, "layer/usr/lib/modules", release), tree], check=True)
        extra = os.path.join(tree, release, "extra")
        os.mkdir(extra)
        for module in glob.glob(os.path.join(TREE, "build", kernel, "*.ko")):
            stripped = os.path.join(extra, os.path.basename(module))
            subprocess.run(["strip", "--strip-debug", "-o", stripped, module], check=True)
        subprocess.run(["depmod", "-b", scratch, release], check=True)
        return newc(walk(os.path.join(tree, release), into))


def libraries(program, root, top=""):
    """The shared libraries of a program that the root does not have, at the places where they are here, or below top."""
    ldd = ["ldd", program]
    if top:
        ldd = [top + "/lib64/ld-linux-x86-64.so.2", "--library-path", top + "/usr/lib/x86_64-linux-gnu", "--list", program]
    listing = subprocess.run(ldd, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=False)
    wanted = {path[len(top):].lstrip("/"): os.path.realpath(path) for path in re.findall(r"(/\S+) \(0x", listing.stdout)}
    if root == "base":
        return wanted
    has = os.path.join(CACHE, ROOTS[root])
    # /lib is a link to /usr/lib there, and a directory of ours would hide it
    return {"layer/" + re.sub("^lib", "usr/lib", place): path for place, path in wanted.items()
            if not os.path.exists(os.path.join(has, place))}


def programs(root, xen):
    """Our own programs; the command as built for the Debian release of the root."""
    out = {}
    helper = os.path.join(TREE, "build", "xen-" + xen if xen else "", "helper/hvclaim")
    if os.path.exists(helper):
        out["layer/usr/local/sbin/hvclaim"] = helper
        # late.so stands for the libraries that the command loads by itself
        for program in (helper, os.path.join(os.path.dirname(helper), "late.so")):
            out.update(libraries(program, root, os.path.join(CACHE, "xen", xen) if xen else ""))
    for program in glob.glob(os.path.join(TREE, "build/selftests/*")) + glob.glob(os.path.join(TREE, "build/bench/bin/*")):
        if os.path.isfile(program) and os.access(program, os.X_OK):
            out["layer/rig/bin/" + os.path.basename(program)] = program
            out.update(libraries(program, root))
    return out


def make_payload():
    subprocess.run(["make", "-s", "-C", os.path.join(VM, "payload"), "OUT=" + PAYLOAD], check=True)


def tsc_khz():
    """The rate of the time stamp counter, which machines have as it is; "" when it is not known."""
    make_payload()
    return subprocess.run([os.path.join(PAYLOAD, "tsckhz")], check=True, stdout=subprocess.PIPE, text=True).stdout.strip()


def payload():
    """A 5 KB guest and its likes (payload/)."""
    make_payload()
    return {"layer/rig/payload/pcils.elf": os.path.join(PAYLOAD, "pcils.elf"),
            "layer/rig/bin/vfio-hold": os.path.join(PAYLOAD, "vfio-hold")}


def ynl():
    """The kernel's own netlink tool and our specification, for the big root."""
    out = walk(os.path.join(CACHE, "linux-src/tools/net/ynl"), "layer/rig/linux/tools/net/ynl")
    out.update(walk(os.path.join(CACHE, "linux-src/Documentation/netlink"), "layer/rig/linux/Documentation/netlink"))
    spec = os.path.join(TREE, "uapi/hvclaim.yaml")
    if os.path.exists(spec):
        out["layer/rig/hvclaim.yaml"] = spec
    return out


def session(environment, topology):
    """Init, the tests, and what init must know."""
    out = {"init": os.path.join(VM, "init"), "layer/rig/session": os.path.join(VM, "session")}
    out.update(walk(os.path.join(TREE, "selftests/suites"), "layer/rig/suites"))
    out.update(walk(os.path.join(TREE, "selftests/bench"), "layer/rig/bench"))
    out.update(programs(environment["RIG_ROOT"], environment["RIG_XEN"]))
    out.update(payload())
    if environment["RIG_ROOT"] == "full":
        out.update(ynl())
    if environment["RIG_ROOT"] in SYSTEMD:
        out.update(walk(os.path.join(VM, "systemd"), "layer/etc/systemd/system"))
        out["layer/rig/libvirt-hook"] = os.path.join(TREE, "packaging/libvirt/hook")
        out.update(walk(os.path.join(TREE, "packaging/systemd"), "layer/rig/units"))
    out["layer/rig/env"] = "".join("%s='%s'\n" % item for item in environment.items()).encode()
    out["layer/rig/topology"] = "".join("%s %s\n" % item for item in topology.paths.items()).encode()
    return newc(out)
