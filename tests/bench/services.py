"""Four services that start and stop at once: what a restart of sotctl costs beyond them."""
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time

import place
from tally import seconds

NAMES = ("app", "worker", "scheduler", "proxy")
ROLES = ("application", "worker", "scheduler", "application")
LIMIT = 1.5

# A daemon: two forks, a pid file, and an end on SIGTERM. Its parent collects it: process 1 of a container may take its
# time, and what comes after waits for that.
DAEMON = """#!/bin/sh
( setsid sh -c 'trap "kill \\$!; exit 0" TERM; echo $$ > "$1.new"; mv "$1.new" "$1"; while :; do sleep 1000 & wait $!; done' \\
  "$0" "$1"; : ) </dev/null >/dev/null 2>&1 &
i=0; while [ ! -e "$1" ] && [ $i -lt 200 ]; do sleep 0.01; i=$((i+1)); done
"""


class Four:
    def __init__(self, sotctl):
        self.sotctl = sotctl
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="sotctl-four-"))
        self.program = self.folder / "daemon"
        self.program.write_text(DAEMON)
        self.program.chmod(0o755)
        text = (f'format = 1\nstate = "{self.folder}/state"\n[instance.four]\nproduct = "nautobot"\n'
                'environment = "development"\n[instance.four.database]\nname = "none"\n'
                'application = { user = "none", host = "127.0.0.1", port = 9 }\n')
        for name, role in zip(NAMES, ROLES):
            text += (f'[[instance.four.service]]\nname = "{name}"\nrole = "{role}"\npid_file = "{self.pid_file(name)}"\n'
                     f'start = ["{self.program}", "{self.pid_file(name)}"]\n')
        (self.folder / "sotctl.toml").write_text(text)
        (self.folder / "sotctl.toml").chmod(0o600)

    def pid_file(self, name):
        return self.folder / f"{name}.pid"

    def start(self):
        for name in NAMES:
            subprocess.run([self.program, self.pid_file(name)], check=True, timeout=20)

    def stop(self):
        for name in reversed(NAMES):
            number = int(self.pid_file(name).read_text())
            os.kill(number, signal.SIGTERM)
            while place.alive(number):
                time.sleep(0.005)
            self.pid_file(name).unlink(missing_ok=True)

    def restart(self):
        return place.timed([self.sotctl, "-c", self.folder / "sotctl.toml", "service", "restart", "--yes", "--drain", "0s",
                            "--settle", "0s"]).seconds


def restart(tally, chosen, there):
    """In turn: stopping and starting the four by hand, and one restart by sotctl with --settle 0s."""
    four = Four(chosen.sotctl)
    ours, alone = [], []
    four.start()
    try:
        for _ in range(chosen.pairs):
            begin = time.monotonic()
            four.stop()
            four.start()
            alone.append(time.monotonic() - begin)
            ours.append(four.restart())
    finally:
        four.stop()
        shutil.rmtree(four.folder)
    tally.at_most("service restart of four, less their own stop and start", LIMIT,
                  [a - b for a, b in zip(ours, alone)], " s", f"{seconds(ours)} less {seconds(alone)}")
