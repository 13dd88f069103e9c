"""Collects measured figures: PASS and FAIL lines at once, one table at the end."""
import os
import statistics


class Tally:
    def __init__(self):
        self.rows = []
        self.failed = False

    def figure(self, name, wanted, found, good, detail="", excuse=""):
        """`excuse`: why a missed figure is no failure; it is named all the same."""
        self.rows.append((name, wanted, found if good else f"**{found}**", detail))
        if good:
            print(f"PASS {name}", flush=True)
        elif excuse:
            print(f"SKIP {name}: {found}, wanted {wanted}; {excuse}", flush=True)
        else:
            self.failed = True
            print(f"FAIL {name}: {found}, wanted {wanted}", flush=True)

    def at_least(self, name, limit, ratios, detail=""):
        self.figure(name, f"at least {limit:g}", spread(ratios),
                    statistics.median(ratios) >= limit, detail)

    def at_most(self, name, limit, values, unit="", detail=""):
        """With a unit the figure is absolute: on a busy machine it says more of the others' work."""
        middle = statistics.median(values)
        self.figure(name, f"at most {limit:g}{unit}", spread(values, unit), middle <= limit, detail,
                    busy() if unit else "")

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


def busy():
    """Says so when clearly more wants to run than the bench itself, which wants two or three."""
    load = os.getloadavg()[1]
    return f"the machine is busy (load {load:.1f})" if load > 1 + 1.5 * os.cpu_count() else ""


def spread(values, unit=""):
    every = ", ".join(f"{value:.3g}" for value in values)
    return f"{statistics.median(values):.3g}{unit}" + (f" ({every})" if len(values) > 1 else "")


def seconds(values):
    return f"{statistics.median(values):.3g} s"
