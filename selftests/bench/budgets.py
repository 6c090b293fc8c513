# SPDX-License-Identifier: GPL-2.0-only
"""What the design promises, and whether the tables of `make bench` keep it."""


class Ratio:
    """A median over another, at most or at least so much; less a third, which is no part of what is promised."""

    def __init__(self, name, over, under, most=None, least=None, less=None):
        self.name, self.over, self.under, self.most, self.least, self.less = name, over, under, most, least, less

    def value(self, median):
        over, under, less = median(*self.over), median(*self.under), median(*self.less) if self.less else 0
        return (over - less) / under if over is not None and less is not None and under else None

    def judge(self, median):
        value = self.value(median)
        limit = "<=%g" % self.most if self.most is not None else ">=%g" % self.least
        if value is None:
            return {"name": self.name, "value": "-", "limit": limit, "verdict": "over"}
        good = value <= self.most if self.most is not None else value >= self.least
        return {"name": self.name, "value": "%.3g" % value if value < 1000 else "%.0f" % value, "limit": limit,
                "verdict": "ok" if good else "over"}


class Flat(Ratio):
    """The cost of each of n, where there are fewest and where there are most."""

    def __init__(self, name, what, tool, most):
        super().__init__(name, (what, tool), None, most=most)

    def value(self, median):
        few, many = median.edges(*self.over)
        return (median(*self.over, many) / many) / (median(*self.over, few) / few) if few != many else None


class Most(Ratio):
    """The greatest of some medians, as it is."""

    def __init__(self, name, rows, most):
        super().__init__(name, None, None, most=most)
        self.rows = rows

    def value(self, median):
        values = [value for what, tool in self.rows for n in median.numbers(what, tool) for value in [median(what, tool, n)]]
        return max(values) if values else None


class Medians:
    """The medians of all tables of a part; n may be "few" or "many": the least or the greatest there is."""

    def __init__(self, tables):
        self.tables = tables

    def numbers(self, what, tool):
        return sorted({n for table in self.tables for (w, t, n) in table.samples if (w, t) == (what, tool)})

    def edges(self, what, tool):
        numbers = self.numbers(what, tool)
        return (numbers[0], numbers[-1]) if numbers else (0, 0)

    def __call__(self, what, tool, n):
        if isinstance(n, str):
            n = self.edges(what, tool)[n == "many"]
        return next((table.median(what, tool, n) for table in self.tables if (what, tool, n) in table.samples), None)


BUDGETS = {
    "claim": [
        Ratio("claim-64-to-bare", ("claim", "hvclaim", 64), ("claim", "bare-C", 64), most=1),
        Ratio("claim-64-driverctl-to-ours", ("claim", "driverctl", 64), ("claim", "hvclaim", 64), least=25),
        Ratio("release-64-bare-to-ours", ("release", "bare-C", 64), ("release", "hvclaim", 64), least=5),
    ],
    "reset": [
        Ratio("reset-8-to-1", ("release", "hvclaim", 8), ("release", "hvclaim", 1), most=3),
        Ratio("reset-8-to-1-with-driver", ("release-to-driver", "hvclaim", 8), ("release-to-driver", "hvclaim", 1), most=3),
    ],
    "list": [
        Ratio("list-script-to-ours", ("list", "script", "few"), ("list", "hvclaim", "few"), least=100),
        Ratio("list-lspci-to-ours", ("list", "lspci-vvv", "few"), ("list", "hvclaim", "few"), least=10),
        Flat("list-per-function-growth", "list", "hvclaim", most=1.1),
    ],
    "guests": [
        Ratio("apply-200-to-bare", ("apply", "hvclaim", 200), ("apply", "bare-C", 200), most=1.5),
        Ratio("apply-200-cgset-each-to-ours", ("apply", "each-cgset-pqos", 200), ("apply", "hvclaim", 200), least=100),
        Ratio("apply-200-cgset-one-to-ours", ("apply", "one-cgset-pqos", 200), ("apply", "hvclaim", 200), least=5),
    ],
    "memory": [
        Most("memory-module-1000-claims-KiB", [("memory", "module+ledger")], 256),
        Most("memory-helper-KiB", [("memory", "helper-" + name) for name in ("list", "claims", "claim")], 16384),
    ],
    "boot": [
        Ratio("load-64-share-of-time-to-init", ("load", "hvclaim", 64), ("init", "kernel", 1), most=0.02,
              less=("load", "modprobe-n", 64)),
        # with the 64 functions bound by nobody, and by vfio-pci itself
        Ratio("boot-64-to-none", ("to-init", "hvclaim", 64), ("to-init", "none", 0), most=1.02),
        Ratio("boot-64-to-vfio-pci-ids", ("to-init", "hvclaim", 64), ("to-init", "vfio-pci.ids", 64), most=1.02),
    ],
}


def judge(part, tables):
    """The budgets of a part: a list of name, value, limit, verdict."""
    medians = Medians(tables)
    return [budget.judge(medians) for budget in BUDGETS.get(part, [])]
