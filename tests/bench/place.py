"""A sandbox to measure on: sotctl's verbs, the classic way of the same work, timed programs."""
import json
import os
import pathlib
import pwd
import subprocess
import threading
import time
import tomllib


class Ran:
    """One program that ran to its end: seconds on the clock, its own peak of memory in bytes."""

    def __init__(self, seconds, peak, output):
        self.seconds = seconds
        self.peak = peak
        self.output = output


def peak_of(process):
    """Highest resident size of this process alone. What wait4 tells includes its children."""
    try:
        for line in pathlib.Path(f"/proc/{process}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass  # it has just ended
    return 0


def timed(argv, **more):
    """Runs a program; one that fails is an error here."""
    begin = time.monotonic()
    process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT, text=True, **more)
    ended = threading.Event()
    peaks = [0]

    def watch():
        while not ended.wait(0.02):
            peaks[0] = max(peaks[0], peak_of(process.pid))

    watcher = threading.Thread(target=watch)
    watcher.start()
    output = process.communicate()[0]
    seconds = time.monotonic() - begin
    ended.set()
    watcher.join()
    if process.returncode != 0:
        raise RuntimeError(f"{argv[0]} ended with {process.returncode}: {output[-2000:]}")
    return Ran(seconds, peaks[0], output)


class Sandbox:
    def __init__(self, sotctl, folder, size):
        self.sotctl = sotctl
        self.folder = folder
        self.size = size

    def up(self):
        timed([self.sotctl, "sandbox", "up", "--dir", self.folder, "--size", self.size])
        told = timed([self.sotctl, "sandbox", "status", "--dir", self.folder, "-o", "json"]).output
        self.status = json.loads(told)
        with open(self.folder / "sotctl.toml", "rb") as file:
            self.instance = tomllib.load(file)["instance"]["sandbox"]
        self.tools = pathlib.Path(self.instance["database"]["tools"])

    def down(self):
        subprocess.run([self.sotctl, "sandbox", "down", "--dir", self.folder], check=False,
                       stdout=subprocess.DEVNULL)

    def operate(self, *words):
        return timed([self.sotctl, "-c", self.folder / "sotctl.toml", *words])

    def change(self, *words):
        return self.operate(*words, "--yes", "--confirm", "sandbox", "--reason", "measuring")

    def newest(self):
        """The folder of the newest backup set."""
        return max((self.folder / "backups/sandbox").glob("2*Z-*"))

    def login(self):
        admin = self.instance["database"]["admin"]
        return ["-h", admin["host"], "-p", str(admin["port"]), "-U", admin["user"]]

    def sql(self, statement, database="netbox"):
        return timed([self.tools / "psql", *self.login(), "-X", "-q", "-A", "-t", "-v",
                      "ON_ERROR_STOP=1", "-d", database, "-c", statement]).output.strip()

    def database_bytes(self):
        return int(self.sql("SELECT pg_database_size('netbox')"))

    def classic_dump(self, to):
        """pg_dumpall through gzip as everybody calls it."""
        login = " ".join(self.login())
        return timed(["bash", "-c",
                      f"set -o pipefail; '{self.tools}/pg_dumpall' {login} | gzip > '{to}'"])

    def classic_load(self, file):
        """As in the wiki: drop, and let psql make and fill it again. "role exists" is expected."""
        self.sql("DROP DATABASE netbox WITH (FORCE)", "postgres")
        login = " ".join(self.login())
        timed(["bash", "-c", f"set -o pipefail; gunzip -c '{file}' | "
               f"'{self.tools}/psql' {login} -X -q -d postgres > /dev/null 2>&1"])

    def stop(self):
        """Tells the services to stop, the last one first, and waits until they have."""
        for service in reversed(self.instance["service"]):
            number = int(pathlib.Path(service["pid_file"]).read_text().split()[0])
            os.kill(number, 15)
            while alive(number):
                time.sleep(0.01)

    def start(self):
        for service in self.instance["service"]:
            account = pwd.getpwnam(service["user"])
            if os.geteuid() == account.pw_uid:
                account = None
            timed(service["start"], cwd=service["directory"], user=account and account.pw_uid,
                  group=account and account.pw_gid, extra_groups=[] if account else None)

    def url(self):
        return self.instance["probe"][0]["url"]


def alive(number):
    try:
        return pathlib.Path(f"/proc/{number}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False
