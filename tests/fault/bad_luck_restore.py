"""Scenarios of tests/fault/bad_luck: sets that do not fit, the newest set that holds the damage, too little
room, clocks, sessions that come again, the server gone at the worst moment."""
import json
import os
import shutil
import signal
import subprocess
import threading
import time

from bad_luck_damage import Copy
from bad_luck_operators import production
from bad_luck_servers import pid_in, up
from manifest import sealed
from sandbox import expect

RESTORE = ("restore", "run", "--newest")
SWAPPED = '"kind":"database.swapped","before"'


def rewrite(copy, change):
    """Changes the manifest, and seals it again."""
    file = copy.path / "manifest.json"
    manifest = json.loads(file.read_text())
    change(manifest)
    file.write_text(sealed(manifest))


def newer_postgres(sandbox):
    with Copy(sandbox) as copy:
        rewrite(copy, lambda it: it["database"]["identity"].update(server_version=170002))
        sandbox.refuses(5, ("restore", "run", copy.id, "--yes"),
                        [copy.id, "PostgreSQL 17", "PostgreSQL 15", "--accept newer-postgres"])


def clock_put_back(sandbox):
    with Copy(sandbox) as copy:
        rewrite(copy, lambda it: it["database"].update(taken="2099-01-01T00:00:00.000000Z"))
        plan = sandbox.run("restore", "plan", copy.id)
        expect("CLOCK WAS PUT BACK" in plan.stdout, plan.stdout[:600])
        report = sandbox.run("backup", "report", "--max-age", "1d", check=False)
        expect(report.returncode == 13, f"report: exit {report.returncode}: {report.stdout}")


def newest_holds_damage(sandbox):
    """On production the newest set is asked about when deletions were logged just before it."""
    there = production(sandbox)
    sandbox.sql("INSERT INTO core_objectchange (\"time\", user_name, request_id, action, "
                "changed_object_id, object_repr, changed_object_type_id) SELECT now() - interval "
                "'30 minutes', 'mallory', gen_random_uuid(), 'delete', 1, 'sw-ams-07', min(id) "
                "FROM django_content_type")
    try:
        said = sandbox.refuses(5, RESTORE + ("--confirm", "sandbox", "--reason", "why not"),
                               ["sw-ams-07", "mallory", "may hold the damage"], variant=there)
        expect("UTC" in said and "Z)" in said, f"not in local time and UTC: {said}")
        answers = sandbox.folder / "answers"
        answers.write_text('restore.newest = "no"\n')
        sandbox.refuses(5, RESTORE + ("--answers", str(answers)), ["newest set is not wanted"],
                        variant=there)
        plan = sandbox.run("restore", "plan", "--newest", variant=there)
        expect("sw-ams-07" in plan.stdout, "the plan does not show the deletion")
    finally:
        sandbox.sql("DELETE FROM core_objectchange WHERE user_name = 'mallory'")


def code_for(sandbox):
    """Code whose migrations are those of the database, and nothing else of a NetBox."""
    root = sandbox.folder / "code"
    rows = [line.split("|") for line in sandbox.sql(
        "SELECT app, name FROM django_migrations ORDER BY id").split("\n")]
    apps = []
    packages = root / "venv/lib/python3.11/site-packages"
    before = {}
    for app, name in rows:
        contrib = app in ("contenttypes", "auth", "admin", "sessions")
        folder = (packages / "django/contrib" if contrib else root / "netbox") / app / "migrations"
        entry = f"django.contrib.{app}" if contrib else app
        if entry not in apps:
            apps.append(entry)
        folder.mkdir(parents=True, exist_ok=True)
        needs = f"('{app}', '{before[app]}')" if app in before else ""
        (folder / f"{name}.py").write_text(
            f"class Migration(migrations.Migration):\n    dependencies = [{needs}]\n")
        before[app] = name
    (root / "netbox/netbox").mkdir(parents=True, exist_ok=True)
    (root / "netbox/netbox/settings.py").write_text(f"INSTALLED_APPS = {apps!r}\n")
    (root / "netbox/release.yaml").write_text('version: "4.2.3"\n')
    (packages / "Django-5.1.4.dist-info").mkdir(exist_ok=True)
    return root, before


def migrations_differ(sandbox):
    root, last = code_for(sandbox)
    there = sandbox.variant("code", lambda text: text.replace(
        f'root = "{sandbox.folder}/app"', f'root = "{root}"'))
    folder = root / "netbox/dcim/migrations"
    newest = folder / f"{last['dcim']}.py"
    extra = folder / "9999_extra.py"
    try:
        plan = json.loads(sandbox.run("restore", "plan", "--newest", "-o", "json",
                                      variant=there).stdout)
        found = next(each for each in plan["needs"] if each["id"] == "restore.migrations")
        expect(found["outcome"] == "pass", f"the code does not fit: {found}")

        extra.write_text("class Migration(migrations.Migration):\n"
                         f"    dependencies = [('dcim', '{last['dcim']}')]\n")
        sandbox.refuses(5, RESTORE + ("--yes",), ["dcim.9999_extra", "migrate",
                                                  "--accept migrations-differ"], variant=there)
        sandbox.run(*RESTORE, "--dry-run", "--accept", "migrations-differ", variant=there)
        extra.unlink()
        text = newest.read_text()
        newest.unlink()
        release = root / "netbox/release.yaml"  # which has not had it yet
        release.write_text('version: "4.1.0"\n')
        sandbox.refuses(5, RESTORE + ("--yes",), ["dcim." + last["dcim"], "Install the version"],
                        variant=there)
        newest.write_text(text)
        release.write_text('version: "4.2.3"\n')

        sandbox.run(*RESTORE, "--yes", variant=there)
        extra.write_text("class Migration(migrations.Migration):\n"
                         f"    dependencies = [('dcim', '{last['dcim']}')]\n")
        sandbox.refuses(5, ("restore", "undo", "--yes"), ["dcim.9999_extra"], variant=there)
        sandbox.run("restore", "undo", "--dry-run", "--accept", "migrations-differ", variant=there)
        sandbox.run("restore", "finish", "--yes", variant=there)
    finally:
        shutil.rmtree(root)


class Tablespace:
    """The live database in a tablespace on a small disk."""

    def __init__(self, sandbox, size):
        self.sandbox = sandbox
        self.place = sandbox.folder / "room"
        self.size = size
        self.problem = None

    def __enter__(self):
        self.place.mkdir(mode=0o755)
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={self.size},mode=755",
                                  "tmpfs", self.place], capture_output=True, text=True)
        if mounted.returncode != 0:
            self.place.rmdir()
            self.problem = f"this system does not mount a tmpfs ({mounted.stderr.strip()})"
            return self
        server = (self.sandbox.folder / "postgres").stat()
        os.chown(self.place, server.st_uid, server.st_gid)
        self.sandbox.sql(f"CREATE TABLESPACE small LOCATION '{self.place}'", "postgres")
        self.move("small")
        return self

    def __exit__(self, kind, *_):
        if self.problem:
            return
        if kind:  # whatever is left there may not fit any more
            subprocess.run(["mount", "-o", "remount,size=200m", self.place], check=True)
        self.sandbox.tidy()
        self.move("pg_default")
        self.sandbox.sql("DROP TABLESPACE small", "postgres")
        subprocess.run(["umount", self.place], check=True)
        self.place.rmdir()

    def move(self, tablespace):
        sql = self.sandbox.sql
        sql("ALTER DATABASE netbox ALLOW_CONNECTIONS false", "postgres")
        for _ in range(100):
            sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'netbox'",
                "postgres")
            if sql("SELECT count(*) FROM pg_stat_activity WHERE datname = 'netbox'",
                   "postgres") == "0":
                break
            time.sleep(0.05)
        sql(f"ALTER DATABASE netbox SET TABLESPACE {tablespace}", "postgres")
        sql("ALTER DATABASE netbox ALLOW_CONNECTIONS true", "postgres")


def too_little_room(sandbox):
    """Refused; a disk that fills is cleared again; and with --replace one copy is enough."""
    size = int(sandbox.sql("SELECT pg_database_size('netbox')")) * 3 // 2
    with Tablespace(sandbox, size) as small:
        if small.problem:
            return small.problem
        sandbox.refuses(5, RESTORE + ("--yes",), [str(small.place), "needed", "--replace"])
        before = sandbox.world()
        # A server that can't write out what it has in memory can't drop a database either.
        sandbox.sql("VACUUM")
        sandbox.sql("CHECKPOINT", "postgres")
        full = sandbox.run(*RESTORE, "--yes", "--accept", "disk-space", check=False)
        sandbox.said(full, 1, ["could not extend file", "everything was taken back",
                                 "--replace"])
        expect(sandbox.world() == before, f"left over: {sandbox.world()}")

        replace = RESTORE + ("--replace",)
        plan = sandbox.run(*replace, "--dry-run")
        expect("POINT OF NO RETURN" in plan.stdout, plan.stdout[-1500:])
        sets = sandbox.backups()
        there = production(sandbox)
        asked = sandbox.run(*replace, "--yes", "--reason", "x", check=False, variant=there)
        expect(asked.returncode == 5 and "--confirm" in asked.stderr, asked.stderr[-800:])
        done = sandbox.run(*replace, "--yes", "-o", "json")
        saved = json.loads(done.stdout)["facts"]["saved"]
        try:
            expect(sandbox.damaged() == 0, "not restored")
            expect(set(sandbox.backups()) - set(sets) == {saved}, f"sets: {sandbox.backups()}")
            shown = json.loads(sandbox.run("backup", "show", saved, "-o", "json").stdout)
            expect(shown["pinned"], f"not pinned: {shown}")
            sandbox.refuses(5, ("restore", "undo", "--yes"), [saved, "point of no return"])
            back = sandbox.run("restore", "run", saved, "--replace", "--dry-run", "-o", "json")
            expect(json.loads(back.stdout)["differences"], "the saved set does not hold the damage")
        finally:
            shutil.rmtree(sandbox.folder / "backups" / "sandbox" / saved)
    return None


def replace_cut_short(sandbox):
    """Killed once the live database is gone: there is one direction alone, and it is gone to the end."""
    process = sandbox.start(*RESTORE, "--replace", "--yes")
    run = sandbox.wait_for(process, '"kind":"database.given_up","before"')
    end = time.monotonic() + 30
    while "netbox" in sandbox.databases() and time.monotonic() < end:
        time.sleep(0.01)
    process.kill()
    process.communicate()
    saved = sandbox.backups()[-1]
    sandbox.said(sandbox.run("run", "abort", run, check=False), 5, [run, saved, "resume"])
    resumed = sandbox.run("run", "resume", run, check=False)
    expect(resumed.returncode == 0, f"exit {resumed.returncode}: {resumed.stderr[-1500:]}")
    expect(sandbox.damaged() == 0, "not restored")
    shutil.rmtree(sandbox.folder / "backups" / "sandbox" / saved)


def session_comes_again(sandbox):
    """A client that connects again and again is kept out until the names are swapped."""
    going = threading.Event()
    going.set()
    port = next(line for line in (sandbox.folder / "sotctl.toml").read_text().split("\n")
                if line.startswith("application")).split("port = ")[1].split(",")[0]

    def insist():
        while going.is_set():
            subprocess.run(["psql", "-X", "-h", str(sandbox.folder / "run"), "-p", port, "-U",
                            "postgres", "-d", "netbox", "-c", "SELECT pg_sleep(60)"],
                           capture_output=True)

    clients = [threading.Thread(target=insist, daemon=True) for _ in range(3)]
    for each in clients:
        each.start()
    try:
        sandbox.run(*RESTORE, "--yes")
        expect(sandbox.damaged() == 0, "not restored")
    finally:
        going.clear()
        sandbox.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE "
                    "'SELECT pg_sleep%'", "postgres")
        for each in clients:
            each.join(10)


def server_gone_before_start(sandbox):
    """The names are swapped, and the server dies before the application is started."""
    process = sandbox.start(*RESTORE, "--yes")
    run = sandbox.wait_for(process, SWAPPED)
    end = time.monotonic() + 30
    while not any("_before_" in each for each in sandbox.databases()):
        expect(time.monotonic() < end, "not swapped")
    os.kill(pid_in(sandbox.folder / "postgres" / "postmaster.pid"), signal.SIGKILL)
    done = sandbox.ended(process)
    up(sandbox)
    if done.returncode == 12:
        sandbox.said(done, 12, [run, f"sotctl run abort {run}"])
        sandbox.run("run", "abort", run)
        expect(sandbox.damaged() > 0, "not taken back")
    else:  # it was taken back before the server was missed, or done
        expect(done.returncode in (0, 7, 9, 13), f"exit {done.returncode}: {done.stderr[-1200:]}")


def jobs(sandbox):
    """What Redis and the database say of jobs is compared, told, and left alone."""
    port = (sandbox.folder / "sotctl.toml").read_text().split("[instance.sandbox.redis]")[1].split(
        "port = ")[1].split("\n")[0]

    def redis(*words):
        return subprocess.run(["redis-cli", "-p", port, *words], capture_output=True, text=True,
                              check=True).stdout.strip()

    redis("SADD", "rq:queues", "rq:queue:later")
    redis("RPUSH", "rq:queue:later", "11111111-0000-4000-8000-000000000001", "a-webhook")
    redis("HSET", "rq:job:11111111-0000-4000-8000-000000000001", "description",
          "extras.scripts.run_script(data={'secret': 1})")
    redis("HSET", "rq:job:a-webhook", "description", "extras.webhooks.send_webhook(rule=1)")
    try:
        done = json.loads(sandbox.run(*RESTORE, "--yes", "-o", "json").stdout)
        found = next(each for each in done["checks"] if each["id"] == "restore.jobs_queued")
        expect(found["outcome"] == "warn", f"{found}")
        expect("11111111-0000-4000-8000-000000000001 (extras.scripts.run_script)" in found["found"]
               and "webhook" not in found["found"] and "secret" not in found["found"], f"{found}")
        expect(redis("LLEN", "rq:queue:later") == "2", "a job was deleted")
    finally:
        redis("DEL", "rq:queue:later", "rq:job:a-webhook",
              "rq:job:11111111-0000-4000-8000-000000000001")


def unreadable(sandbox):
    """Somebody who may not read the sets is told which folder, and who may."""
    if os.geteuid() != 0:
        return "only root becomes somebody else"
    folder = sandbox.folder / "backups" / "sandbox"
    argv, environment = sandbox.command(("backup", "verify", sandbox.backups()[-1]))
    done = subprocess.run(argv, env=environment, capture_output=True, text=True, user=65534,
                          group=65534, extra_groups=[], stdin=subprocess.DEVNULL)
    sandbox.said(done, 8, [str(folder), "permission denied", "root"])
    return None


def scenarios(long):
    every = [("a set of a newer PostgreSQL", newer_postgres),
             ("a clock that was put back", clock_put_back),
             ("the newest set that may hold the damage", newest_holds_damage),
             ("migrations that do not fit the code", migrations_differ),
             ("too little room for both databases", too_little_room),
             ("jobs of another time", jobs), ("a set that may not be read", unreadable)]
    if long:  # each a restore or more of its own
        every += [("a replacement that was cut short", replace_cut_short),
                  ("sessions that come again", session_comes_again),
                  ("the server gone before the start", server_gone_before_start)]
    return every
