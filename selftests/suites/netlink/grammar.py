#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""grammar.py YAML: the family's requests as C tables, for fuzz.c: so that it speaks what the specification says."""

import sys

import yaml

KINDS = {"u32": "U32", "s32": "U32", "u64": "U64", "string": "STRING", "flag": "FLAG", "nest": "NEST", "pad": "FLAG"}


END = "\t{ 0, FLAG, NULL, 0 }\n};"


def identifier(name):
    return name.replace("-", "_")


def number(value, constants):
    return constants.get(value, value)


def attribute(entry, sets, constants):
    checks = entry.get("checks", {})
    nested = entry.get("nested-attributes")
    return "\t{ %d, %s, %s, %s }," % (
        sets[entry["set"]].index(entry["name"]) + 1, KINDS[entry["type"]],
        "set_" + identifier(nested) if nested else "NULL",
        number(checks.get("max", checks.get("max-len", 0)), constants))


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        spec = yaml.safe_load(file)
    constants = {entry["name"]: entry["value"] for entry in spec["definitions"] if entry["type"] == "const"}
    sets, entries = {}, {}
    for one in spec["attribute-sets"]:
        sets[one["name"]] = [entry["name"] for entry in one["attributes"]]
        entries[one["name"]] = {entry["name"]: dict(entry, set=one["name"]) for entry in one["attributes"]}
    print("/* generated from the specification by grammar.py */")
    done = set()

    def table(name):
        """A nested set, after those that it nests."""
        if name in done:
            return
        done.add(name)
        for entry in entries[name].values():
            if "nested-attributes" in entry:
                table(entry["nested-attributes"])
        print("static const struct attr set_%s[] = {" % identifier(name))
        print("\n".join(attribute(entry, sets, constants) for entry in entries[name].values()))
        print(END)

    requests = []
    value = 0
    for operation in spec["operations"]["list"]:
        value = operation.get("value", value + 1)
        for way, flags in (("do", "0"), ("dump", "NLM_F_DUMP")):
            if way not in operation:
                continue
            name = "request_%s_%s" % (identifier(operation["name"]), way)
            request = (operation[way].get("request") or {}).get("attributes", [])
            wanted = [entries[operation["attribute-set"]][attr] for attr in request]
            for entry in wanted:
                if "nested-attributes" in entry:
                    table(entry["nested-attributes"])
            print("static const struct attr %s[] = {" % name)
            for entry in wanted:
                print(attribute(entry, sets, constants))
            print(END)
            requests.append("\t{ %d, %s, %s }," % (value, flags, name))
    print("static const struct request requests[] = {\n%s\n};" % "\n".join(requests))


if __name__ == "__main__":
    main()
