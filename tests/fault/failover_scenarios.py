"""What may happen to a pair of servers, other than a death of sotctl. For tests/fault/failover."""
import json
import os
import pathlib
import signal
import subprocess
import time

from sandbox import Failure, expect


def folder(pair, node):
    return pair.sandbox.folder / node


def control(pair, node, verb):
    """pg_ctl as a person would call it, who knows nothing of sotctl."""
    state = json.loads((pair.sandbox.folder / "sandbox.json").read_text())
    how = {"user": state["account"], "group": state["account"]} if os.geteuid() == 0 else {}
    done = subprocess.run([state["tools"] + "/pg_ctl", "--pgdata", str(folder(pair, node)), "--wait",
                           "--mode", "fast", "--log", str(folder(pair, node) / "person.log"), verb],
                          capture_output=True, text=True, cwd="/", timeout=90, **how)
    if done.returncode != 0:
        raise Failure(f"pg_ctl {verb} {node}: {done.stdout}{done.stderr}")


def kill(pair, node):
    """The whole server at once, as by a power cut of its host."""
    pid = int((folder(pair, node) / "postmaster.pid").read_text().split("\n")[0])
    children = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    for each in [pid, *map(int, children)]:
        try:
            os.kill(each, signal.SIGKILL)
        except ProcessLookupError:
            pass
    for _ in range(100):
        if not pathlib.Path(f"/proc/{pid}").exists():
            return
        time.sleep(0.05)


def others(pair):
    primary = pair.primary()
    return primary, next(node for node in pair.ports if node != primary)


def answers(pair, words):
    path = pair.sandbox.folder / "answers"
    path.write_text(f'failover.database.loss = "{words}"\n')
    return str(path)


def streams(pair, node):
    for _ in range(100):
        for each in pair.status()["nodes"]:
            if each["name"] == node and each["state"] == "streaming":
                return True
        time.sleep(0.1)
    return False


def lost_and_back(pair):
    """The primary dies with rows that the standby never had."""
    old, new = others(pair)
    control(pair, new, "stop")
    for number in (1, 2, 3):
        pair.sql(old, f"INSERT INTO acknowledged VALUES (-{number})")
    kill(pair, old)
    control(pair, new, "start")
    planned = pair.sandbox.run("failover", "database", "--to", new, "--yes", "--accept", "busy", check=False)
    expect(planned.returncode == 5, f"a planned one was let through: {planned.returncode}")
    shown = pair.sandbox.run("failover", "database", "--lost", "--dry-run", "-o", "json")
    loss = json.loads(shown.stdout)["loss"]
    expect(loss["exact"] and loss["commits"] == 3, f"the loss is stated as {loss}")
    refused = pair.sandbox.run("failover", "database", "--lost", "--yes", "--accept", "busy", "--answers",
                               answers(pair, "0 bytes"), check=False)
    expect(refused.returncode == 5, f"another loss was typed, and exit {refused.returncode}")
    expect(pair.writable() == [], "it was promoted all the same")
    given = pair.sandbox.run("failover", "database", "--lost", "--yes", "--accept", "busy", "--answers",
                             answers(pair, f"{loss['bytes']} bytes"), "-o", "json", check=False)
    expect(given.returncode == 0, f"lost: {given.returncode}: {given.stderr[-1500:]}")
    expect(pair.primary() == new, f"the primary is {pair.primary()}")
    control(pair, old, "start")  # somebody starts it, who knows nothing
    expect(pair.writable() == [new], f"writable: {pair.writable()}")
    way = json.loads(pair.sandbox.run("failover", "rejoin", old, "--dry-run", "-o", "json").stdout)
    expect(way["way"] == "rewind", f"the way is {way['way']}: {way['why']}")
    pair.sandbox.run("failover", "rejoin", old, "--yes")
    expect(streams(pair, old), "it does not stream after the rewind")
    expect(pair.sql(old, "SELECT count(*) FROM acknowledged WHERE n < 0") == "0", "not rewound")
    pair.sandbox.run("failover", "back", "--yes", "--accept", "busy")
    expect(pair.primary() == old, "not back")
    expect(pair.sandbox.serving(), "the application does not serve")


def back_in_one_command(pair):
    """The primary dies with nothing lost, and the way back begins with a rejoin."""
    old, new = others(pair)
    expect(streams(pair, new), "no stream")
    kill(pair, old)
    shown = pair.sandbox.run("failover", "database", "--lost", "--dry-run", "-o", "json")
    loss = json.loads(shown.stdout)["loss"]
    pair.sandbox.run("failover", "database", "--lost", "--yes", "--accept", "busy", "--answers",
                     answers(pair, f"{loss['bytes']} bytes"))
    expect(pair.primary() == new, "not promoted")
    pair.sandbox.run("failover", "back", "--yes", "--accept", "busy")
    expect(pair.primary() == old and streams(pair, new), "not back")


def copied(pair):
    """A standby is made anew; a rewind that was broken off leads there, too."""
    _, standby = others(pair)
    for entry in folder(pair, standby).parent.glob(standby + ".sotctl-*"):
        expect(not (entry / "rewinding").exists(), "a mark of a rewind is left")
    pair.sandbox.run("failover", "rejoin", standby, "--copy", "--yes")
    expect(streams(pair, standby), "the copy does not stream")
    kept = list(folder(pair, standby).parent.glob(standby + ".sotctl-*-old"))
    expect(len(kept) == 1, f"the old folder: {kept}")
    control(pair, standby, "stop")
    mark = folder(pair, standby).parent / (standby + ".sotctl-broken")
    mark.mkdir()
    (mark / "rewinding").touch()
    way = json.loads(pair.sandbox.run("failover", "rejoin", standby, "--dry-run", "-o",
                                      "json").stdout)
    expect(way["way"] == "copy", f"a broken rewind: {way['way']}")
    (mark / "rewinding").unlink()
    mark.rmdir()
    pair.sandbox.run("failover", "rejoin", standby, "--yes")
    expect(streams(pair, standby), "it does not stream")


def two_writable(pair):
    """Somebody promotes the standby beside its primary: everything is refused."""
    old, new = others(pair)
    pair.sql(new, "SELECT pg_promote(true, 30)")
    for words in (("database", "--to", new), ("database", "--lost"), ("rejoin", old), ("back",)):
        done = pair.sandbox.run("failover", *words, "--yes", "--accept", "busy", check=False)
        expect(done.returncode == 5 and "take writes" in done.stderr,
               f"{words} with two primaries: {done.returncode}: {done.stderr[-500:]}")
    shown = pair.sandbox.run("failover", "status", check=False)
    expect(shown.returncode == 10 and "TWO SERVERS" in shown.stdout, "status does not show it")
    control(pair, new, "stop")  # its writes are given up
    pair.sandbox.run("failover", "rejoin", new, "--yes")
    expect(streams(pair, new) and pair.writable() == [old], "it does not stream")


def paused(pair):
    """What would stop a switchover is found before anything is stopped."""
    old, new = others(pair)
    pair.sql(new, "SELECT pg_wal_replay_pause()")
    done = pair.sandbox.run("failover", "database", "--to", new, "--yes", "--accept", "busy", check=False)
    pair.sql(new, "SELECT pg_wal_replay_resume()")
    expect(done.returncode == 5 and "paused" in done.stderr, f"paused replay: {done.stderr[-500:]}")
    expect(pair.primary() == old, "it was moved")
    dry = pair.sandbox.run("failover", "database", "--to", new, "--dry-run", "--accept", "busy",
                           "--detailed-exitcode", check=False)
    expect(dry.returncode == 20 and pair.primary() == old, f"dry run: {dry.returncode}")
    expect(pair.sandbox.unfinished() == [], "the dry run left a run")


SCENARIOS = [paused, lost_and_back, back_in_one_command, two_writable, copied]
SHORT = 2  # so many of them in a short run
