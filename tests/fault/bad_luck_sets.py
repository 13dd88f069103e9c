"""Scenarios of tests/fault/bad_luck: which sets stay and which go, and what is told of them."""
import datetime
import json
import shutil
import signal
import subprocess
import time

from manifest import sealed
from sandbox import expect

# Hours before now; the oldest one is pinned.
AGES = (2, 5, 30, 54, 8 * 24, 35 * 24, 400 * 24, 500 * 24)


class Past:
    """Sets of earlier times: copies of the newest one, which is from now."""

    def __init__(self, sandbox):
        self.sandbox = sandbox
        self.folder = sandbox.folder / "backups" / "sandbox"
        self.ids = {}

    def __enter__(self):
        self.kept = self.sandbox.backups()
        self.sandbox.run("backup", "create", "--yes")
        self.newest = self.sandbox.backups()[-1]
        for each in self.kept:
            (self.folder / each).rename(self.folder.parent / each)
        now = datetime.datetime.now(datetime.timezone.utc)
        for age in AGES:
            taken = now - datetime.timedelta(hours=age)
            self.ids[age] = taken.strftime("%Y%m%dT%H%M%SZ-0000")
            shutil.copytree(self.folder / self.newest, self.folder / self.ids[age])
            file = self.folder / self.ids[age] / "manifest.json"
            manifest = json.loads(file.read_text())
            manifest["set"] = self.ids[age]
            manifest["database"]["taken"] = taken.strftime("%Y-%m-%dT%H:%M:%S.000000Z")
            file.write_text(sealed(manifest))
        self.sandbox.run("backup", "pin", self.ids[AGES[-1]])
        return self

    def __exit__(self, *_):
        for each in self.sandbox.backups():
            shutil.rmtree(self.folder / each)
        for each in self.kept:
            (self.folder.parent / each).rename(self.folder / each)

    def kept_by(self, *rules):
        """Ages of the sets that rules keep, as a dry run tells; 0 is the newest."""
        done = self.sandbox.run("backup", "prune", *rules, "--dry-run")
        told = {}
        for line in (done.stdout + done.stderr).splitlines():
            for age, name in ((0, self.newest), *self.ids.items()):
                if line.strip().startswith(name) and ("keep: " in line or "remove: " in line):
                    expect(age not in told, f"more than one line of {name}: {done.stdout}{done.stderr}")
                    told[age] = "keep: " in line
        expect(len(told) == len(AGES) + 1, f"not each has its line: {done.stdout}{done.stderr}")
        return [age for age in sorted(told) if told[age]]


def prune(sandbox):
    """Each rule, what no rule touches, and when nothing goes."""
    with Past(sandbox) as past:
        pinned = AGES[-1]
        before = sandbox.backups()
        expect(past.kept_by("--keep-last", "3") == [0, 2, 5, pinned], past.kept_by("--keep-last", "3"))
        expect(past.kept_by("--keep-within", "6h") == [0, 2, 5, pinned], "within")
        expect(past.kept_by("--keep-hourly", "2") == [0, 2, pinned], "hourly")
        daily = past.kept_by("--keep-daily", "3")
        expect(daily[0] == 0 and daily[-1] == pinned and len(daily) == 4, f"daily: {daily}")
        weekly = past.kept_by("--keep-weekly", "2")
        expect(weekly[0] == 0 and len(weekly) == 3, f"weekly: {weekly}")
        monthly = past.kept_by("--keep-monthly", "20")
        expect({0, 35 * 24, 400 * 24} <= set(monthly) and 5 not in monthly, f"monthly: {monthly}")
        yearly = past.kept_by("--keep-yearly", "1")
        expect(yearly == [0, pinned], f"yearly: {yearly}")
        sandbox.refuses(5, ("backup", "prune", "--yes"), ["no rule", "--keep-daily"])
        expect(sandbox.backups() == before, "a dry run removed sets")

        process = sandbox.start("backup", "create", "--yes")
        sandbox.wait_for(process, '"kind":"backup.written"')
        process.send_signal(signal.SIGINT)
        expect(sandbox.ended(process).returncode != 0, "it was not interrupted")
        sandbox.refuses(5, ("backup", "prune", "--keep-last", "1", "--yes"),
                        ["did not succeed", "sotctl backup create"])
        sandbox.run("backup", "create", "--yes")
        newest = sandbox.backups()[-1]

        manifest = past.folder / newest / "manifest.json"
        text = manifest.read_text()
        manifest.write_text(text[:-9])
        sandbox.refuses(5, ("backup", "prune", "--keep-last", "1", "--yes"), [newest, "can't be used"])
        manifest.write_text(text)

        sandbox.run("backup", "prune", "--keep-last", "1", "--yes")
        expect(sandbox.backups() == sorted([newest, past.ids[pinned]]), f"{sandbox.backups()}")


def report(sandbox):
    """Age, gap, expected time and disk; 10 past a limit."""
    with Past(sandbox) as past:
        told = sandbox.run("backup", "report", "--max-age", "26h", "--max-gap", "26h", "--within", "9d",
                           check=False)
        expect(told.returncode == 10, f"exit {told.returncode}: {told.stdout}")
        facts = json.loads(sandbox.run("backup", "report", "--max-age", "26h", "--max-gap", "26h",
                                       "--within", "1d", "-o", "json").stdout)
        expect(facts["newest"] == past.newest and facts["good"] == len(AGES) + 1, f"{facts}")
        expect(facts["age_seconds"] < 600 and facts["bytes"] > 0 and facts["free_bytes"] > 0, f"{facts}")
        expect("load_ms" in facts and facts["outcome"] == "pass", f"{facts}")
        shutil.rmtree(past.folder / past.newest)
        old = sandbox.run("backup", "report", "--max-age", "1h", check=False)
        expect(old.returncode == 10 and past.ids[2] in old.stdout, f"exit {old.returncode}: {old.stdout}")


def redis(sandbox, *words):
    port = (sandbox.folder / "sotctl.toml").read_text().split("[instance.sandbox.redis]")[1].split(
        "port = ")[1].split("\n")[0]
    return subprocess.run(["redis-cli", "-p", port, *words], capture_output=True, text=True,
                          check=True).stdout.strip()


def drained(sandbox):
    """A job that runs is waited for before anything stops, new ones are not taken, and both end."""
    redis(sandbox, "SADD", "rq:queues", "rq:queue:default")
    redis(sandbox, "ZADD", "rq:wip:default", str(int(time.time()) + 600), "the-long-job")
    try:
        process = sandbox.start("backup", "create", "--quiesce", "--yes")
        end = time.monotonic() + 30
        while not redis(sandbox, "GET", "rq:suspended"):
            expect(time.monotonic() < end and process.poll() is None, "workers are not suspended")
            time.sleep(0.05)
        time.sleep(0.5)
        expect(sandbox.serving(), "it stopped while a job ran")
        redis(sandbox, "ZREM", "rq:wip:default", "the-long-job")
        done = sandbox.ended(process)
        expect(done.returncode == 0, f"exit {done.returncode}: {done.stderr[-1200:]}")
        expect(redis(sandbox, "GET", "rq:suspended") == "", "workers are still suspended")
        shutil.rmtree(sandbox.folder / "backups" / "sandbox" / sandbox.backups()[-1])
    finally:
        redis(sandbox, "DEL", "rq:wip:default", "rq:suspended")


def scenarios(long):
    del long
    return (("a job that runs when the instance is to rest", drained),
            ("rules of prune", prune), ("report of sets", report))
