"""A sandbox that trials run on, and how they tell what went wrong. For the scripts beside it."""
import json
import os
import pathlib
import shutil
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]


class Failure(Exception):
    pass


def expect(condition, message):
    if not condition:
        raise Failure(message)


class Sandbox:
    """A small instance that trials run on, brought back to the same beginning before each."""

    def __init__(self, build, *wishes):
        self.program = build / "sotctl"
        self.shim = build / "tests" / "libkill_at_record.so"
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="sotctl-fault-")) / "sandbox"
        self.folder.parent.chmod(0o755)
        self.run("sandbox", "up", "--dir", str(self.folder), "--size", "10MB", *wishes,
                 configured=False)

    def close(self):
        self.run("sandbox", "down", "--dir", str(self.folder), configured=False, check=False)
        shutil.rmtree(self.folder.parent, ignore_errors=True)

    def command(self, words, configured=True, variant=None, person=None, fault=None):
        """The command line and the environment of one call."""
        argv = [str(self.program)]
        if configured:
            argv += ["-c", str(variant or self.folder / "sotctl.toml")]
        environment = dict(os.environ)
        environment.pop("SUDO_USER", None)
        if person:
            environment["SUDO_USER"] = person
        if fault:
            record, when = fault
            environment.update(LD_PRELOAD=str(self.shim), SOTCTL_FAULT_RECORD=str(record),
                               SOTCTL_FAULT_WHEN=when)
        return argv + list(words), environment

    def run(self, *words, check=True, **how):
        argv, environment = self.command(words, **how)
        done = subprocess.run(argv, env=environment, capture_output=True, text=True,
                              stdin=subprocess.DEVNULL, timeout=180)
        if check and done.returncode != 0:
            raise Failure(f"{' '.join(words)}: exit {done.returncode}: {done.stderr[-2000:]}")
        return done

    def start(self, *words, **how):
        """The same, not waited for."""
        argv, environment = self.command(words, **how)
        return subprocess.Popen(argv, env=environment, stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def variant(self, name, change):
        """A copy of the configuration that `change` has altered; its path."""
        path = self.folder / f"{name}.toml"
        path.write_text(change((self.folder / "sotctl.toml").read_text()))
        path.chmod(0o644)
        return path

    def sql(self, statement, database="netbox"):
        done = subprocess.run(["psql", "-X", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h",
                               str(self.folder / "run"), "-U", "postgres", "-d", database, "-c",
                               statement],
                              capture_output=True, text=True, timeout=60)
        if done.returncode != 0:
            raise Failure(f"psql: {done.stderr}")
        return done.stdout.strip()

    def databases(self):
        return self.sql("SELECT datname FROM pg_database WHERE NOT datistemplate ORDER BY 1",
                        "postgres").split("\n")

    def devices(self):
        return int(self.sql("SELECT count(*) FROM dcim_device"))

    def serving(self):
        done = self.run("sandbox", "status", "--dir", str(self.folder), "-o", "json",
                        configured=False, check=False)
        return done.returncode == 0

    def unfinished(self):
        listed = json.loads(self.run("run", "list", "--unfinished", "-o", "json").stdout)
        return [each["run"] for each in listed["runs"]]

    def newest_run(self):
        listed = json.loads(self.run("run", "list", "-o", "json").stdout)
        return listed["runs"][0]

    def records(self, run):
        return len((self.folder / "state" / "runs" / run / "journal.jsonl").read_text().splitlines())

    def backups(self):
        folder = self.folder / "backups" / "sandbox"
        return sorted(each.name for each in folder.iterdir()) if folder.exists() else []

    def clean(self):
        """No run is left, no marker, the application serves, sessions are let in."""
        expect(self.unfinished() == [], f"unfinished runs: {self.unfinished()}")
        for marker in (self.folder / "state").glob("instances/*/unfinished.json"):
            run = json.loads(marker.read_text())["run"]  # left by a death after the last record
            outcome = json.loads(self.run("run", "show", run, "-o", "json").stdout)["outcome"]
            expect(outcome != "unfinished", f"marker left: {marker}")
        expect(self.serving(), "the application does not serve")
