"""What is measured, each against its peer, in turn on the same server."""
import os
import statistics
import time

import place
import checks
import fleet
import services
import upgrades
import trees
from outage import Outage
from tally import seconds

MB = 1000 * 1000
MEMORY_LIMIT = 64  # MiB
DAMAGE = "UPDATE dcim_site SET description = 'damaged at ' || clock_timestamp()"


def start_up(tally, chosen, there):
    """`sotctl --version`; the same of /bin/true shows what starting any program costs here."""
    def milliseconds(argv):
        begin = time.monotonic()
        number = os.posix_spawn(argv[0], argv, os.environ,
                                file_actions=[(os.POSIX_SPAWN_OPEN, 1, "/dev/null", os.O_WRONLY, 0)])
        if os.waitpid(number, 0)[1] != 0:
            raise RuntimeError(f"{argv[0]} failed")
        return (time.monotonic() - begin) * 1000

    version, nothing = [], []
    for _ in range(20):
        version.append(milliseconds([str(chosen.sotctl), "--version"]))
        nothing.append(milliseconds(["/bin/true"]))
    tally.at_most("sotctl --version", 15, [statistics.median(version)], " ms",
                  f"median of 20; /bin/true {statistics.median(nothing):.1f} ms")


def create(tally, chosen, there):
    sandbox = there["large"]
    file = sandbox.folder / "classic.sql.gz"
    ours, classic, peaks = [], [], []
    for _ in range(chosen.pairs):
        ran = sandbox.operate("backup", "create")
        ours.append(ran.seconds)
        peaks.append(ran.peak)
        classic.append(sandbox.classic_dump(file).seconds)
    sizes = (f"{sandbox.database_bytes() / MB:.0f} MB; set {size_of(sandbox.newest()) / MB:.0f} MB, "
             f"file {file.stat().st_size / MB:.0f} MB")
    tally.at_least("pg_dumpall through gzip / backup create", 1.8,
                   [b / a for a, b in zip(ours, classic)],
                   f"{seconds(classic)} : {seconds(ours)}; {sizes}")
    memory(tally, "backup create", peaks)


def verify(tally, chosen, there):
    sandbox = there["large"]
    if not list((sandbox.folder / "backups").glob("*/2*Z-*")):
        sandbox.operate("backup", "create")
    dump = sandbox.newest() / "dump"
    ours, classic, peaks = [], [], []
    for _ in range(chosen.pairs):
        ran = sandbox.operate("backup", "verify", "--newest")
        ours.append(ran.seconds)
        peaks.append(ran.peak)
        classic.append(place.timed([sandbox.tools / "pg_restore", "-f", "/dev/null", dump]).seconds)
    tally.at_most("backup verify / pg_restore -f /dev/null", 1,
                  [a / b for a, b in zip(ours, classic)],
                  detail=f"{seconds(ours)} : {seconds(classic)}")
    memory(tally, "backup verify", peaks)


def restore(tally, chosen, there):
    """Per round: the classic way and `restore run` on the large sandbox, `restore run` on the small
    one, `restore undo`, and stopping and starting the services alone."""
    large, small = there["large"], there["small"]
    file = large.folder / "classic.sql.gz"
    for sandbox in (large, small):
        sandbox.operate("backup", "create")
    large.classic_dump(file)
    classic, ours, of_small, undo, alone, peaks = [], [], [], [], [], []
    for _ in range(chosen.pairs):
        classic.append(classic_outage(large, file))
        outage, ran = our_outage(large)
        ours.append(outage)
        peaks.append(ran.peak)
        of_small.append(our_outage(small)[0])
        undo.append(large.change("restore", "undo").seconds)
        alone.append(bounce(large))
        for sandbox in (large, small):
            sandbox.change("restore", "finish")
    tally.at_most("downtime, restore run / classic", round(1 / 15, 4),
                  [a / b for a, b in zip(ours, classic)],
                  detail=f"{seconds(ours)} : {seconds(classic)}")
    tally.at_most("downtime, 1 GB / 0.1 GB", 1.3, [statistics.median(ours) / statistics.median(of_small)],
                  detail=f"{seconds(ours)} : {seconds(of_small)}")
    tally.at_most("restore undo beside stop and start of the services", 2,
                  [a - b for a, b in zip(undo, alone)], " s",
                  f"undo {seconds(undo)}, stop and start alone {seconds(alone)}")
    memory(tally, "restore run", peaks)


def classic_outage(sandbox, file):
    with Outage(sandbox.url()) as outage:
        sandbox.stop()
        sandbox.classic_load(file)
        sandbox.start()
    return outage.seconds


def our_outage(sandbox):
    sandbox.sql(DAMAGE)  # a database that equals the set is left alone
    with Outage(sandbox.url()) as outage:
        ran = sandbox.change("restore", "run", "--newest")
    return outage.seconds, ran


def bounce(sandbox):
    """Seconds that the application itself takes to stop, start and serve."""
    begin = time.monotonic()
    with Outage(sandbox.url()):
        sandbox.stop()
        sandbox.start()
    return time.monotonic() - begin


def memory(tally, verb, peaks):
    mib = max(peaks) / 1024 / 1024
    tally.figure(f"memory of {verb}", f"under {MEMORY_LIMIT} MiB", f"{mib:.1f} MiB",
                 0 < mib < MEMORY_LIMIT, "peak of sotctl's own process")


def size_of(folder):
    return sum(each.stat().st_size for each in folder.rglob("*") if each.is_file())


ALL = {"start-up": start_up, "trees": trees.measure, "services": services.restart, "fleet": fleet.status,
       "create": create, "verify": verify, "restore": restore, "migrations": upgrades.migrations,
       "schema": upgrades.schema, "checks": checks.many, "validation": checks.post_upgrade}
NEEDS = {"start-up": [], "trees": [], "services": [], "fleet": [], "create": ["large"], "verify": ["large"],
         "restore": ["large", "small"], "migrations": [], "schema": ["small"],
         "checks": [], "validation": ["small"]}
