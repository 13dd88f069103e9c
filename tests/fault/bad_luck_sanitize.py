"""Scenarios of tests/fault/bad_luck: sanitized copies that are killed, interrupted, or have no room."""
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time

from sandbox import expect

TRIED = "sotctl_throwaway_"


class Place:
    """A folder with a dump of the sandbox and a key."""

    def __init__(self, sandbox):
        self.sandbox = sandbox
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="sotctl-sanitize-", dir="/var/tmp"))
        with open(self.folder / "in.sql", "wb") as dump:
            subprocess.run(["pg_dump", "-h", sandbox.folder / "run", "-U", "postgres", "netbox"],
                           stdout=dump, check=True, timeout=60)
        sandbox.run("sanitize", "rules", "new-key", str(self.folder / "key"))
        self.before = self.names()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.folder)

    def names(self):
        return sorted(os.listdir(self.folder))

    def words(self, verb, to="out.sql.gz"):
        from_ = (str(self.folder / "in.sql"),) if verb == "dump" else ("--from", "netbox")
        return ("sanitize", verb, *from_, "--to", str(self.folder / to), "--key-file",
                str(self.folder / "key"))

    def unchanged(self):
        expect(self.names() == self.before, f"left over: {self.names()}")
        rooms = [each for each in os.listdir("/var/tmp") if each.startswith(".sotctl")]
        expect(rooms == [], f"scratch files are left: {rooms}")


def throw_aways(sandbox):
    return [each for each in sandbox.databases() if each.startswith(TRIED)]


def gone(sandbox, seconds=20):
    end = time.monotonic() + seconds
    while throw_aways(sandbox) and time.monotonic() < end:
        time.sleep(0.2)
    expect(throw_aways(sandbox) == [], f"databases are left: {throw_aways(sandbox)}")


def duration(sandbox, words):
    began = time.monotonic()
    sandbox.run(*words)
    return time.monotonic() - began


def killed_copies(sandbox):
    """Whenever it dies, there is no file under the name, and no other one."""
    with Place(sandbox) as place:
        words = place.words("dump")
        whole = duration(sandbox, words)
        (place.folder / "out.sql.gz").unlink()
        for part in range(1, 8):
            process = sandbox.start(*words)
            time.sleep(whole * part / 9)
            process.kill()
            process.communicate()
            if (place.folder / "out.sql.gz").exists():  # it was faster: then the file is whole
                subprocess.run(["gzip", "-t", place.folder / "out.sql.gz"], check=True)
                (place.folder / "out.sql.gz").unlink()
            place.unchanged()


def killed_databases(sandbox):
    """The second database goes, whenever sotctl dies; and the next run drops what was forgotten."""
    with Place(sandbox) as place:
        words = place.words("database")
        whole = duration(sandbox, words)
        gone(sandbox, 0)
        (place.folder / "out.sql.gz").unlink()
        seen = 0
        for part in (2, 4, 5, 6):
            process = sandbox.start(*words)
            time.sleep(whole * part / 8)
            seen += len(throw_aways(sandbox))
            process.kill()
            process.communicate()
            (place.folder / "out.sql.gz").unlink(missing_ok=True)
            gone(sandbox)
            place.unchanged()
        expect(seen > 0, "no second database was ever seen: the trial tries nothing")
        sandbox.sql(f"CREATE DATABASE {TRIED}0123456789ab", "postgres")
        sandbox.sql(f"CREATE DATABASE {TRIED}precious", "postgres")
        sandbox.run(*words)
        left = throw_aways(sandbox)
        sandbox.sql(f"DROP DATABASE {TRIED}precious", "postgres")
        expect(left == [TRIED + "precious"], f"after the next run: {left}")


def stopped(sandbox, place, words, stop):
    """Sends the signal in the middle of a run; earlier again if that came too late."""
    whole = duration(sandbox, words)
    for part in (0.5, 0.35, 0.2, 0.1):
        (place.folder / "out.sql.gz").unlink(missing_ok=True)
        process = sandbox.start(*words)
        time.sleep(whole * part)
        process.send_signal(stop)
        done = sandbox.ended(process)
        if done.returncode != 0:
            break
    return done


def interrupted(sandbox):
    with Place(sandbox) as place:
        for verb, stop, status in (("dump", signal.SIGINT, 130), ("database", signal.SIGTERM, 143)):
            done = stopped(sandbox, place, place.words(verb), stop)
            expect(done.returncode == status, f"exit {done.returncode}: {done.stderr[-500:]}")
            place.unchanged()
            gone(sandbox, 0)


def full_disk(sandbox):
    with Place(sandbox) as place:
        small = place.folder / "small"
        small.mkdir()
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", small],
                                 capture_output=True, text=True)
        if mounted.returncode != 0:
            return f"this system does not mount a tmpfs ({mounted.stderr.strip()})"
        try:
            for verb in ("dump", "database"):
                done = sandbox.run(*place.words(verb, "small/out.sql"), check=False)
                expect(done.returncode == 1, f"exit {done.returncode}: {done.stderr[-500:]}")
                expect("o space left" in done.stderr, f"it does not say why: {done.stderr[-500:]}")
                expect(os.listdir(small) == [], f"left over: {os.listdir(small)}")
                gone(sandbox, 0)
        finally:
            subprocess.run(["umount", small], check=True)
    return None


def refused(sandbox):
    """A key that others can read, and a copy on top of its original."""
    with Place(sandbox) as place:
        (place.folder / "key").chmod(0o644)
        sandbox.refuses(5, place.words("dump"), [str(place.folder / "key"), "rules new-key"])
        (place.folder / "key").chmod(0o600)
        os.symlink("in.sql", place.folder / "link.sql")
        for to in ("in.sql", "link.sql"):
            sandbox.refuses(5, place.words("dump", to), [str(place.folder / to), "--to"])
        sandbox.refuses(5, (*place.words("dump"), "--report", str(place.folder / "in.sql")),
                        [str(place.folder / "in.sql"), "--report"])
        sandbox.refuses(4, place.words("dump", "nowhere/out.sql"), ["nowhere", "--to"])


def scenarios(long):
    del long
    return (("sanitized copies that are killed", killed_copies),
            ("sanitized databases that are killed", killed_databases),
            ("sanitizing that is interrupted", interrupted),
            ("no room for a sanitized copy", full_disk),
            ("a key for everybody, a copy on its original", refused))
