"""Scenarios of tests/fault/bad_luck: wrong commands, wrong people, two at once, signals, secrets."""
import json
import os
import pathlib
import signal
import subprocess
import threading
import time

import bad_luck_sandbox
from sandbox import expect

RESTORE = ("restore", "run", "--newest")
LOADING = '"kind":"database.loaded","before"'


def production(sandbox):
    return sandbox.variant("production",
                           lambda text: text.replace('environment = "development"\n', ""))


def nobody_to_ask(sandbox):
    sandbox.refuses(5, RESTORE, ["--yes"])


def typed_name(sandbox):
    there = production(sandbox)
    sandbox.refuses(5, RESTORE + ("--yes",), ["--confirm"], variant=there)
    sandbox.refuses(5, RESTORE + ("--confirm", "netbox"), ["'netbox'", "'sandbox'"], variant=there)
    sandbox.refuses(5, RESTORE + ("--confirm", "sandbox"), ["--reason"], variant=there)
    sandbox.run(*RESTORE, "--confirm", "sandbox", "--reason", "why not", variant=there)
    run = sandbox.newest_run()["run"]
    expect('"reason":"why not"' in sandbox.journal(run).read_text(), "no reason in the journal")
    expect(sandbox.damaged() == 0, "not restored")


def two_at_once(sandbox):
    """The second one on this host, and one that keeps its runs in another folder."""
    elsewhere = sandbox.variant("elsewhere", lambda text: text.replace(
        f'state = "{sandbox.folder}/state"', f'state = "{sandbox.folder}/other-state"'))
    first = sandbox.start(*RESTORE, "--yes", person="alice")
    try:
        run = sandbox.wait_for(first, LOADING)
        first.send_signal(signal.SIGSTOP)
        for words in (RESTORE + ("--yes",), ("backup", "create", "--yes"), ("restore", "undo")):
            second = sandbox.run(*words, check=False)
            sandbox.said(second, 6, [run, "alice"])
        for words in (RESTORE + ("--yes",), ("backup", "create", "--yes")):
            second = sandbox.run(*words, check=False, variant=elsewhere)
            sandbox.said(second, 6, [run, "alice"])
        backups = sandbox.backups()
    finally:
        first.send_signal(signal.SIGCONT)
    expect(sandbox.ended(first).returncode == 0, "the first one did not end well")
    expect(len(backups) == 1, f"a second set, or half of one: {backups}")
    again = sandbox.run(*RESTORE, "--yes")
    expect("Already so" in again.stdout, f"the second did not work afterwards: {again.stdout}")


def finished_runs(sandbox):
    sandbox.run(*RESTORE, "--yes")
    run = sandbox.newest_run()["run"]
    sandbox.refuses(5, ("run", "abort", run), [run, "done", f"sotctl run undo {run}"])
    sandbox.refuses(5, ("run", "take", run), [run, "done"], person="bob")
    resumed = sandbox.run("run", "resume", run)
    expect("Already so" in resumed.stdout, resumed.stdout)


def finish_chosen(sandbox):
    """Several restores each keep a database: any of them can be dropped, and only that one."""
    kept = []
    for _ in range(2):
        sandbox.run(*RESTORE, "--yes")
        kept.append(sandbox.newest_run()["run"])
        sandbox.sql("UPDATE dcim_device SET serial = 'later ' || id")
    listed = json.loads(sandbox.run("restore", "finish", "--list", "-o", "json").stdout)["kept"]
    expect([each["run"] for each in listed] == kept[::-1], f"listed: {listed}")
    sandbox.refuses(2, ("restore", "finish", kept[0], "--all", "--yes"), ["exclude each other"])
    before = sandbox.databases()
    sandbox.run("restore", "finish", "--all", "--dry-run")
    expect(sandbox.databases() == before, "a dry run dropped")
    sandbox.run("restore", "finish", kept[0], "--yes")
    left = [each for each in sandbox.databases() if each.startswith("netbox_")]
    expect(left == [listed[0]["database"]], f"left: {left}")
    again = sandbox.run("restore", "finish", kept[0], "--yes")
    expect("Already so" in again.stdout, again.stdout)
    sandbox.run("restore", "finish", "--all", "--yes")
    expect(not [each for each in sandbox.databases() if each.startswith("netbox_")], "not all dropped")


def undo_after_finish(sandbox):
    sandbox.run(*RESTORE, "--yes")
    sandbox.run("restore", "finish", "--yes")
    sandbox.refuses(5, ("restore", "undo", "--yes"), ["netbox_before_", "gone"])
    again = sandbox.run("restore", "finish", "--yes")
    expect("Already so" in again.stdout, again.stdout)


def handed_over(sandbox):
    sandbox.run(*RESTORE, "--yes", fault=(6, "after"), person="alice", check=False)
    run = sandbox.unfinished()[0]
    for verb in ("resume", "abort"):
        sandbox.refuses(6, ("run", verb, run), [run, "alice", f"sotctl run take {run}"],
                        person="bob")
    sandbox.run("run", "take", run, "--reason", "end of shift", person="bob")
    sandbox.refuses(6, ("run", "resume", run), [run, "bob"], person="alice")
    sandbox.run("run", "abort", run, person="bob")
    expect(sandbox.damaged() > 0, "the live database changed")


def interrupted(sandbox):
    for number, status in ((signal.SIGINT, 130), (signal.SIGTERM, 143)):
        before = sandbox.world()
        process = sandbox.start(*RESTORE, "--yes")
        sandbox.wait_for(process, LOADING)
        process.send_signal(number)
        done = sandbox.ended(process)
        told = f"exit {done.returncode}: {done.stderr[-1200:]}"
        expect(done.returncode == status, f"not exit {status}, but {told}")
        expect("everything was taken back" in done.stderr, told)
        expect(sandbox.world() == before, f"left over: {sandbox.world()}")


def interrupted_twice(sandbox):
    """The second one does not wait: what is left is for abort, and the status says so."""
    before = sandbox.world()
    process = sandbox.start(*RESTORE, "--yes")
    run = sandbox.wait_for(process, LOADING)
    process.send_signal(signal.SIGSTOP)  # so that both are there when it looks
    process.send_signal(signal.SIGINT)
    process.send_signal(signal.SIGTERM)
    process.send_signal(signal.SIGCONT)
    sandbox.said(sandbox.ended(process), 12, ["sotctl run list --unfinished"])
    time.sleep(0.3)
    expect(sandbox.unfinished() == [run], f"unfinished: {sandbox.unfinished()}")
    sandbox.run("run", "abort", run)
    expect(sandbox.world() == before, f"left over: {sandbox.world()}")


def wrong_words(sandbox):
    for words, near in ((("restor", "run"), "restore"), (("restore", "rum"), "run"),
                        (("restore", "run", "--newst"), "--newest"),
                        (("backup", "verfy", "--all"), "verify")):
        sandbox.refuses(2, words, [next(w for w in words if w not in ("restore", "run", "backup")),
                                   near])
    sandbox.refuses(2, RESTORE + ("20261121T000000Z-0000",), ["--newest"])


def run_ids(sandbox):
    for each in ("../../etc", "..", "/etc/passwd", "\x1b[2Jx", ""):
        sandbox.refuses(4, ("run", "show", each), ["no run"])
        sandbox.refuses(4, ("run", "abort", each), ["no run"])


def configuration(sandbox):
    unknown = sandbox.variant("unknown", lambda text: text + '\nfolders = "x"\n')
    sandbox.refuses(3, RESTORE, ["folders", "folder", "unknown.toml"], variant=unknown)
    typed = sandbox.variant("typed", lambda text: text.replace("format = 1", 'format = "one"'))
    sandbox.refuses(3, RESTORE, ["format", "typed.toml"], variant=typed)
    loose = sandbox.variant("loose", lambda text: text)
    loose.chmod(0o666)
    sandbox.refuses(3, RESTORE, ["loose.toml", "writable by everybody"], variant=loose)
    sandbox.refuses(4, RESTORE, ["missing.toml"], variant=sandbox.folder / "missing.toml")
    sandbox.refuses(5, RESTORE, [str(sandbox.folder), "no plain file"], variant=sandbox.folder)


def escapes(sandbox):
    """What people and journals say can't steer a terminal."""
    sandbox.run(*RESTORE, "--yes", "--reason", "\x1b]0;title\x07\x1b[2J", person="al\x1b[31mice",
                fault=(6, "after"), check=False)
    run = sandbox.unfinished()[0]
    for words in (("run", "show", run), ("run", "list"), ("run", "show", run, "--manual"),
                  ("status",), RESTORE):
        done = sandbox.run(*words, check=False)
        expect("\x1b" not in done.stdout + done.stderr, f"an escape sequence, by {words}")
    sandbox.run("run", "abort", run, person="al\x1b[31mice")


def moved_journal(sandbox):
    """A journal under another run's id, and one that a run's folder only links to."""
    sandbox.run(*RESTORE, "--yes", fault=(6, "after"), check=False)
    run = sandbox.unfinished()[0]
    runs = sandbox.folder / "state" / "runs"
    other = runs / "20200101T000000Z-0000"
    os.rename(runs / run, other)
    for verb in ("resume", "abort", "show"):
        sandbox.refuses(11, ("run", verb, other.name), [other.name, run])
    away = pathlib.Path(f"{runs}-away")
    os.rename(other, away)
    os.symlink(away, runs / run)
    for verb in ("resume", "abort"):
        sandbox.refuses(5, ("run", verb, run), [run])
    (runs / run).unlink()
    os.rename(away, runs / run)
    sandbox.run("run", "abort", run)


def foreign_journal(sandbox):
    """What somebody else could have written is shown, and not acted on."""
    if os.geteuid() != 0:
        return "only root can give a folder away"
    sandbox.run(*RESTORE, "--yes", fault=(6, "after"), check=False)
    run = sandbox.unfinished()[0]
    folder = sandbox.folder / "state" / "runs" / run
    for path in (folder, folder / "journal.jsonl", folder.parent, folder.parent.parent):
        seen = path.stat()
        os.chown(path, 65534, seen.st_gid)
        for verb in ("resume", "abort"):
            sandbox.refuses(5, ("run", verb, run), [str(path), "belongs to"])
        os.chown(path, seen.st_uid, seen.st_gid)
    folder.chmod(0o777)
    sandbox.refuses(5, ("run", "abort", run), [str(folder), "writable by everybody"])
    folder.chmod(0o2750)
    sandbox.run("run", "abort", run)
    return None


def lying_journal(sandbox):
    """A journal that names another database: nothing but what a restore made is dropped."""
    sandbox.sql("CREATE DATABASE customers", "postgres")
    sandbox.run(*RESTORE, "--yes", fault=(6, "after"), check=False)
    run = sandbox.unfinished()[0]
    journal = sandbox.journal(run)
    text = journal.read_text()
    try:
        for victim in ("customers", "netbox", "postgres"):
            journal.write_text(text.replace(
                f'"database":"netbox_restored_{run.lower().replace("-", "_")}"',
                f'"database":"{victim}"'))
            before = sandbox.databases()
            sandbox.said(sandbox.run("run", "abort", run, check=False), 12, [victim, run])
            expect(sandbox.databases() == before, f"dropped: {victim}")
    finally:
        journal.write_text(text)
        sandbox.run("run", "abort", run)
        sandbox.sql("DROP DATABASE IF EXISTS customers", "postgres")


class Watch(threading.Thread):
    """Looks at the command lines of all processes until it is stopped."""

    def __init__(self, secrets):
        super().__init__(daemon=True)
        self.secrets = secrets
        self.seen = []
        self.going = True

    def run(self):
        while self.going:
            for path in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
                try:
                    line = path.read_bytes()
                except OSError:
                    continue
                self.seen += [line for each in self.secrets if each in line]
            time.sleep(0.01)


def no_secrets(sandbox):
    secrets = [path.read_text().strip().encode()
               for path in (sandbox.folder / "secrets").iterdir()]
    settings = (sandbox.folder / "app/netbox/netbox/configuration.py").read_text()
    secrets += [line.split("'")[1].encode() if "'" in line else line.split('"')[1].encode()
                for line in settings.split("\n") if line.startswith("SECRET_KEY")]
    expect(len(secrets) >= 3 and all(len(each) > 8 for each in secrets), "what are the secrets?")
    watch = Watch(secrets)
    watch.start()
    said = ""
    for words in (("backup", "create", "--yes", "-v"), RESTORE + ("--yes", "-v"),
                  ("run", "show", "2", "--manual"), ("status",), ("config", "show"), ("doctor",)):
        done = sandbox.run(*words, check=False)
        said += done.stdout + done.stderr
        if words[0] == "backup":
            sandbox.damage()
    watch.going = False
    watch.join()
    expect(watch.seen == [], "a secret in a command line")
    expect(not any(each.decode() in said for each in secrets), "a secret was said")
    for top in ("state", "backups", "log"):
        for path in (sandbox.folder / top).rglob("*"):
            if path.parent.name == "dump" and path.name[0].isdigit():
                continue  # a table's rows: a dump holds what the database holds, tokens as well
            text = path.read_bytes() if path.is_file() else b""
            expect(not any(each in text for each in secrets), f"a secret in {path}")
    # The newest set holds the damage: the scenarios after this one restore the one before.
    newest = sandbox.folder / "backups" / "sandbox" / sandbox.backups()[-1]
    for path in sorted(newest.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    newest.rmdir()


def journals_for_the_group(sandbox):
    """Members of group sotctl read journals, others don't, and everybody sees the marker. The group
    is there for one call alone: in a mount namespace with another /etc/group."""
    if os.geteuid() != 0:
        return "only root gives files to a group"
    number = 54321
    groups = sandbox.folder / "group"
    groups.write_text(pathlib.Path("/etc/group").read_text() + f"sotctl:x:{number}:\n")
    argv, environment = sandbox.command(RESTORE + ("--yes",), fault=(6, "after"))
    preload = {key: environment.pop(key) for key in ("LD_PRELOAD",)}
    done = subprocess.run(
        ["unshare", "-m", "sh", "-c", 'umask 077; mount --bind "$0" /etc/group || exit 99; '
         'export LD_PRELOAD="$1"; shift; exec "$@"', groups, preload["LD_PRELOAD"], *argv],
        env=environment, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if done.returncode in (1, 99):
        return f"this system has no mount namespaces ({done.stderr.strip()[-200:]})"
    run = sandbox.unfinished()[0]

    def look(extra_groups, *words):
        argv, environment = sandbox.command(words)
        return subprocess.run(argv, env=environment, capture_output=True, text=True, user=65534,
                              group=65534, extra_groups=extra_groups, stdin=subprocess.DEVNULL)

    try:
        member = look([number], "run", "show", run)
        expect(member.returncode == 0 and run in member.stdout, f"a member: {member.stderr}")
        other = look([], "run", "show", run)
        expect(other.returncode == 8, f"another: exit {other.returncode}: {other.stderr}")
        marker = look([], "status")
        expect(run in marker.stdout + marker.stderr, f"the marker: {marker.stdout}{marker.stderr}")
        mode = (sandbox.folder / "state" / "runs").stat().st_mode & 0o7777
        expect(mode == 0o2750, f"mode {mode:o}")
        expect(sandbox.journal(run).stat().st_mode & 0o7777 == 0o640, "mode of the journal")
    finally:
        sandbox.run("run", "abort", run)
    return None


def scenarios(long):
    return (("nobody to ask", nobody_to_ask), ("typed name on production", typed_name),
            ("two operators at once", two_at_once), ("finished runs", finished_runs),
            ("finish one of several", finish_chosen), ("undo after finish", undo_after_finish),
            ("a run handed over", handed_over), ("interrupted while loading", interrupted),
            ("interrupted twice", interrupted_twice), ("wrong words", wrong_words),
            ("run ids that are paths", run_ids), ("configuration not to be trusted", configuration),
            ("escape sequences", escapes), ("a journal in another place", moved_journal),
            ("a journal of somebody else", foreign_journal), ("a journal that lies", lying_journal),
            ("journals for the group", journals_for_the_group),
            ("no secrets anywhere", no_secrets), *bad_luck_sandbox.scenarios(long))
