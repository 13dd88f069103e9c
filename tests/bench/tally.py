"""Collects measured figures: PASS and FAIL lines at once, one table at the end."""
import os
import statistics


class Tally:
    def __init__(self):
        self.rows = []
        self.failed = False

    def figure(self, name, wanted, found, good, detail=""):
        """`good` is whether the figure is as wanted; None where nothing is demanded."""
        self.rows.append((name, wanted, found, detail))
        if good is None:
            return
        self.failed = self.failed or not good
        print(f"PASS {name}" if good else f"FAIL {name}: {found}, wanted {wanted}", flush=True)

    def at_least(self, name, limit, ratios, detail=""):
        middle = statistics.median(ratios)
        self.figure(name, f"at least {limit:g}", spread(ratios), middle >= limit, detail)

    def at_most(self, name, limit, values, unit="", detail=""):
        middle = statistics.median(values)
        self.figure(name, f"at most {limit:g}{unit}", spread(values, unit), middle <= limit, detail)

    def broken(self, name, error):
        self.figure(name, "a figure", str(error).splitlines()[0] if str(error) else repr(error), False)

    def good(self):
        return not self.failed

    def show(self):
        load = os.getloadavg()
        print(f"\n{os.cpu_count()} processors, load {load[0]:.1f} (1 min), {load[2]:.1f} (15 min)\n")
        print("| figure | wanted | found: median (all) | each |\n|---|---|---|---|")
        for row in self.rows:
            print("| " + " | ".join(row) + " |")


def spread(values, unit=""):
    every = ", ".join(f"{value:.3g}" for value in values)
    return f"{statistics.median(values):.3g}{unit}" + (f" ({every})" if len(values) > 1 else "")


def seconds(values):
    return f"{statistics.median(values):.3g} s"
