# SPDX-License-Identifier: GPL-2.0-only
"""Which lines of kmod/ the machines with the kernel of `make torture` have run: each leaves its counters (*.gcda) in a
directory of its own below build/torture/reached/."""

import collections
import glob
import json
import os
import shutil
import subprocess

from layer import CACHE, TREE

BUILD = os.path.join(TREE, "build/torture")
COUNTERS = os.path.join(BUILD, "reached")
NOTES = os.path.join(BUILD, "notes")
LINES = os.path.join(BUILD, "not-reached.txt")
BUILDER = os.path.join(CACHE, "builder")


def stamp(path):
    """What tells which build of a file both its .gcno and its .gcda are of."""
    with open(path, "rb") as file:
        return file.read(12)[8:]


def keep_notes():
    """To be called when something was built: what the compiler noted is there only until the next build."""
    for path in glob.glob(os.path.join(BUILD, "kmod/**/*.gcno"), recursive=True):
        kept = os.path.join(NOTES, os.path.relpath(path, os.path.join(BUILD, "kmod")))
        os.makedirs(os.path.dirname(kept), exist_ok=True)
        shutil.copy(path, kept)


def counters():
    """The .gcda files of the module as it is built now, with the .gcno files next to them, where gcov looks."""
    found = []
    keep_notes()
    for path in glob.glob(os.path.join(COUNTERS, "*/**/*.gcda"), recursive=True):
        name = os.path.splitext(os.path.relpath(path, COUNTERS).partition("/")[2])[0]
        built = os.path.join(NOTES, name + ".gcno")
        if os.path.exists(built) and os.path.getsize(path) and stamp(built) == stamp(path):
            shutil.copy(built, os.path.splitext(path)[0] + ".gcno")
            found.append(path)
    return found


def gcov(paths):
    """What gcov says of them: the compiler's own one, from the root that the module is built in."""
    libraries = os.path.join(BUILDER, "usr/lib/x86_64-linux-gnu")
    command = [os.path.join(BUILDER, "lib64/ld-linux-x86-64.so.2"), "--library-path", libraries,
               os.path.join(BUILDER, "usr/bin/gcov-14"), "--json-format", "--stdout"]
    output = subprocess.run(command + paths, stdout=subprocess.PIPE, check=True, text=True).stdout
    return [json.loads(line) for line in output.splitlines() if line.startswith("{")]


def add_up(reports):
    """file -> line -> how often, and file -> function -> its first and last line; of kmod/ only."""
    counts = collections.defaultdict(lambda: collections.defaultdict(int))
    functions = collections.defaultdict(dict)
    for report in reports:
        for file in report["files"]:
            before, ours, name = file["file"].rpartition("kmod/")
            # what the kernel makes of the trace points is the kernel's
            if not ours or before.strip("/") not in ("", "tree") or name == "trace.h":
                continue
            for line in file["lines"]:
                counts[name][line["line_number"]] += line["count"]
            for function in file["functions"]:
                functions[name][function["name"]] = (function["start_line"], function["end_line"])
    return counts, functions


def print_table():
    """False when there is nothing to tell."""
    paths = counters()
    if not paths:
        return False
    counts, functions = add_up(gcov(paths))
    files = {name: (sum(map(bool, lines.values())), len(lines)) for name, lines in counts.items()}
    for name, (hit, lines) in sorted(files.items(), key=lambda item: item[1][0] / item[1][1]):
        print("%6.2f%%  %5d  %s" % (100 * hit / lines, lines, name))
    hit, lines = (sum(column) for column in zip(*files.values()))
    print("%6.2f%%  %5d  of all lines of %d files" % (100 * hit / lines, lines, len(files)))
    with open(LINES, "w", encoding="utf-8") as out:
        for name, lines in sorted(counts.items()):
            out.writelines("kmod/%s:%d\n" % (name, number) for number, count in sorted(lines.items()) if not count)
    for path in sorted(glob.glob(os.path.join(BUILD, "kmod/*.c"))):
        if os.path.basename(path) not in counts:
            print("nothing is known of %s" % os.path.relpath(path, BUILD))
    for name in sorted(functions):
        for function, (first, last) in functions[name].items():
            if not any(count for number, count in counts[name].items() if first <= number <= last):
                print("no test reaches %s of %s" % (function, name))
    print("lines that no test reaches: %s" % os.path.relpath(LINES), flush=True)
    return True
