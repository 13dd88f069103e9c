"""Restarts of services on a host that has bad luck."""
import json
import os
import subprocess

from sandbox import expect

PAGE = 4096


def scenarios(long):
    return [("service restart: a disk that is full at each of its records leaves nothing stopped", full_disk)]


def running(sandbox):
    told = json.loads(sandbox.run("service", "status", "-o", "json", check=False).stdout)
    return {each["name"]: each["state"] for each in told["instances"][0]["services"]}


class SmallState:
    """The state folder on a file system of 128 KiB, with as many free pages as are asked for."""

    def __init__(self, folder):
        self.folder = folder
        self.ballast = folder / "ballast"

    def __enter__(self):
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=128k,mode=700", "tmpfs", self.folder],
                                 capture_output=True, text=True)
        self.problem = mounted.stderr.strip()
        return self

    def __exit__(self, *_):
        if not self.problem:
            subprocess.run(["umount", self.folder], check=True)

    def fill(self, free):
        with open(self.ballast, "wb", buffering=0) as file:
            try:
                while True:
                    file.write(b"x" * PAGE)
            except OSError:
                pass
        os.truncate(self.ballast, max(0, self.ballast.stat().st_size - free * PAGE))

    def empty(self):
        self.ballast.unlink()


def full_disk(sandbox):
    before = running(sandbox)
    expect(set(before.values()) == {"running"}, before)
    ends = set()
    with SmallState(sandbox.folder / "state") as state:
        if state.problem:
            return f"this system does not mount a tmpfs ({state.problem})"
        for free in range(5):
            state.fill(free)
            done = sandbox.run("service", "restart", "--yes", "--drain", "0s", "--settle", "0s", check=False)
            ends.add(done.returncode)
            expect(running(sandbox) == before, f"{free} pages free: {running(sandbox)}")
            if done.returncode != 0:
                sandbox.said(done, done.returncode, ["no space left on device", str(state.folder)])
            state.empty()
            for run in sandbox.unfinished():
                sandbox.run("run", "resume", run, "--yes")
            expect(running(sandbox) == before, f"after resume: {running(sandbox)}")
    expect(0 in ends and ends & {1, 12}, f"not all places were tried: {ends}")
    return None
