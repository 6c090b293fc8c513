# SPDX-License-Identifier: GPL-2.0-only
"""Which machines `make check` boots, in which order, and what must be set up for them."""

import collections
import glob
import os

import layer
import testfile

SUITES = os.path.join(layer.TREE, "selftests/suites")

Job = collections.namedtuple("Job", "kernel wants scripts")

# What is there first runs first, while the rest is fetched and built; of these the slow ones before the fast, so that none is
# left alone at the end.
PARTS = ("", "hosts", "systemdroot", "xen", "guestroot", "qemu-rdt")


def part(wants):
    """What a job's machine is made of besides the kernels: a part of scripts/setup, or nothing."""
    if wants.root == "installed":
        return "hosts"
    if wants.root in layer.ROOTS:
        return layer.ROOTS[wants.root]
    return "xen" if wants.xen != "bare" else "qemu-rdt" if wants.rdt else ""


def parts(jobs):
    """What must be set up for all of them, in the order in which it is wanted."""
    return [name for name in PARTS if name and any(part(job.wants) == name for job in jobs)]


def scripts_of(suite):
    """The scripts of a suite, or the one that is named: SUITE/NAME."""
    return sorted(glob.glob(os.path.join(SUITES, suite + ".sh" if "/" in suite else os.path.join(suite, "*.sh"))))


def kernels_of(wants, kernels, turn):
    """Those of the kernels that a script is for. One that is enough for it is another one for the next such script."""
    found = [kernel for kernel in kernels if testfile.runs_on(wants, kernel) and testfile.hypervisors(wants, kernel)]
    return [found[turn % len(found)]] if wants.kernels == "one" and found else found


def wanted(suites, kernels, skip):
    """Every script with each kernel and each hypervisor that it is for."""
    turn = 0
    for path in (path for suite in suites for path in scripts_of(suite)):
        wants, script = testfile.wants(path), os.path.relpath(path, SUITES)
        found = kernels_of(wants, kernels, turn)
        turn += wants.kernels == "one"
        if not found:
            skip(script, "it is for " + ("the kernels of distributions" if "torture" in kernels else
                                         "kernels: %s, xen: %s" % (wants.kernels, wants.xen)))
        for kernel in found:
            for xen in testfile.hypervisors(wants, kernel):
                yield kernel, wants._replace(xen=xen), script


def jobs(suites, kernels, skip):
    """The boots to make: scripts that may share one and want the same go together."""
    shared, found = {}, []
    for kernel, wants, script in wanted(suites, kernels, skip):
        if wants.share:
            shared.setdefault((kernel, wants._replace(timeout=0)), []).append((script, wants.timeout))
        else:
            found.append(Job(kernel, wants, [script]))
    for (kernel, wants), scripts in shared.items():
        timeout = sum(seconds for _, seconds in scripts)
        found.append(Job(kernel, wants._replace(timeout=timeout), [script for script, _ in scripts]))
    return sorted(found, key=lambda job: (PARTS.index(part(job.wants)), -job.wants.timeout))
