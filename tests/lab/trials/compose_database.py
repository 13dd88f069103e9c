"""Backup and restore of a database whose server runs in a compose service: no published port, and no PostgreSQL programs
on the host; sessions and tools are the container's."""
import json
import os
import pathlib
import signal
import subprocess
import time

from engine import IMAGE, Engine, missing as no_engine
from host import Failure, expect, wait_for
from netbox import sandbox_data

SURE = ("--yes", "--confirm", "nb", "--reason", "lab")
CUT = ["unshare", "--mount", "--propagation", "private", "sh", "-c",
       'mount -t tmpfs none /usr/lib/postgresql && exec "$@"', "sh"]

COMPOSE = f"""version: "3.4"
x-host: &host
  image: {IMAGE}:1
  volumes: ["/usr:/usr:ro"]
  ulimits: {{nofile: {{soft: 20000, hard: 20000}}, nproc: 32768}}
services:
  netbox:
    <<: *host
    command: ["/usr/bin/python3", "/app/application.py"]
  postgres:
    <<: *host
    container_name: some-database
    command: ["/app/postgres.sh"]
    healthcheck: {{test: ["CMD", "pg_isready", "-U", "nautobot"], interval: 1s, timeout: 2s, retries: 9}}
"""


def missing():
    if reason := no_engine():
        return reason
    done = subprocess.run([*CUT, "true"], capture_output=True, text=True)
    return f"a folder can't be hidden here: {done.stderr.strip()}" if done.returncode else None


class Project:
    def __init__(self, lab):
        self.lab = lab
        self.engine = Engine(lab).up()
        self.engine.image("1")
        self.file = lab.folder / "docker-compose.yml"
        self.file.write_text(COMPOSE)
        self.engine.compose(self.file, "up", "-d")
        service = 'project = "nb"\nengine = "%s"\n' % self.engine.address
        self.configuration = lab.folder / "sotctl.toml"
        self.configuration.write_text(
            f'format = 1\nstate = "{lab.folder}/state"\n[instance.nb]\nproduct = "netbox"\nenvironment = "staging"\n'
            '[instance.nb.database]\nname = "netbox"\nservice = "db"\napplication = { user = "netbox" }\n'
            'admin = { user = "nautobot" }\n'
            f'[[instance.nb.service]]\nname = "db"\nservice = "postgres"\nrole = "database"\n{service}'
            f'[[instance.nb.service]]\nname = "netbox"\nrole = "application"\n{service}'
            f'[instance.nb.backup]\nfolder = "{lab.folder}/backups"\n')
        self.configuration.chmod(0o600)
        (lab.folder / "state").mkdir(mode=0o700)
        wait_for(lambda: "(healthy)" in self.engine.docker("ps", "--filter", "name=some-database").stdout, 30,
                 "the database is healthy")
        self.sql("CREATE ROLE netbox LOGIN; CREATE ROLE netbox_reader", "postgres")
        self.sql("CREATE DATABASE netbox OWNER netbox TEMPLATE template0 ENCODING 'UTF8'", "postgres")
        done = self.inside("pg_restore", "-U", "nautobot", "--exit-on-error", "-d", "netbox",
                           stdin=open(sandbox_data(lab), "rb"))
        expect(done.returncode == 0, f"pg_restore: {done.stderr[-800:]}")

    def argv(self, *words):
        return [*CUT, str(self.lab.build / "sotctl"), "-c", str(self.configuration), *words]

    def sotctl(self, *words, status=0):
        done = subprocess.run(self.argv(*words), capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=180)
        if done.returncode != status:
            raise Failure(f"{' '.join(words)}: exit {done.returncode}: {done.stdout[-800:]}{done.stderr[-1500:]}")
        return done

    def json(self, *words):
        return json.loads(self.sotctl(*words, "-o", "json").stdout)

    def inside(self, *argv, stdin=subprocess.DEVNULL):
        return subprocess.run(["docker", "-H", self.engine.address, "exec", "-i", "some-database", *argv], stdin=stdin,
                              capture_output=True, text=True, timeout=120)

    def sql(self, statement, database="netbox"):
        done = self.inside("psql", "-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1", "-U", "nautobot", "-d", database, "-c",
                           statement)
        expect(done.returncode == 0, done.stderr)
        return done.stdout.strip()

    def databases(self):
        return self.sql("SELECT datname FROM pg_database WHERE NOT datistemplate ORDER BY 1", "postgres").split("\n")

    def damaged(self):
        return int(self.sql("SELECT count(*) FROM dcim_device WHERE serial LIKE 'damaged %'"))

    def left(self):
        """What sotctl left in the container: files, and sessions of programs."""
        files = self.inside("sh", "-c", "ls -d /tmp/sotctl-* 2>/dev/null").stdout.split()
        sessions = self.sql("SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'sotctl %'", "postgres")
        return files + ([] if sessions == "0" else [f"{sessions} sessions"])

    def nothing_left(self):
        wait_for(lambda: self.left() == [], 10, "nothing is left in the container")


def setup(lab):
    return Project(lab)


def trial_doctor(project):
    """doctor sees the server, the image's programs and its room"""
    shown = subprocess.run(project.argv("doctor", "-o", "json"), capture_output=True, text=True, timeout=60)
    checks = {each["id"]: each for part in json.loads(shown.stdout)["parts"] for each in part["checks"]}
    expect("in the container" in checks["tools.pg_dump"]["found"], checks["tools.pg_dump"])
    expect(checks["database.admin"]["outcome"] == "pass", checks["database.admin"])
    expect("/var/lib/postgresql/data" in checks["database.room"]["found"], checks["database.room"])


def trial_backup(project):
    """a set is made by the image's own pg_dump, read back, verified, and nothing stays in the container"""
    project.sotctl("backup", "create", *SURE)
    shown = project.json("backup", "show", "--newest")
    expect(json.dumps(shown["manifest"]).count("pg_dump (PostgreSQL)") == 1, shown["manifest"])
    expect(shown["rows"] > 1000, shown)
    project.sotctl("backup", "verify", "--newest")
    project.nothing_left()


def trial_restore(project):
    """restored by swap, undone, and dropped"""
    project.sql("UPDATE dcim_device SET serial = 'damaged ' || id")
    expect(project.damaged() > 0, "no damage")
    plan = project.sotctl("restore", "plan", "--newest")
    expect("free" in plan.stdout and "dcim_device" in plan.stdout, plan.stdout)
    project.sotctl("restore", "run", "--newest", *SURE)
    expect(project.damaged() == 0, "not restored")
    project.nothing_left()
    expect("lready so" in project.sotctl("restore", "run", "--newest", *SURE).stdout, "not idempotent")
    project.sotctl("restore", "undo", *SURE)
    expect(project.damaged() > 0, "not undone")
    project.sotctl("restore", "finish", *SURE)
    expect(project.databases() == ["netbox", "postgres"], project.databases())


def interrupted(project, words, begun, number):
    """Ends a run with a signal once a program has begun inside; gives its exit status."""
    process = subprocess.Popen(project.argv(*words), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, text=True)
    end = time.monotonic() + 60
    while not begun():
        time.sleep(0.01)
        expect(time.monotonic() < end and process.poll() is None, f"not begun: {process.poll()}")
    os.kill(process.pid, number)  # unshare and sh gave their place to sotctl
    process.communicate(timeout=60)
    return process.returncode


def slowed(project):
    """A lock that the dump waits for, so that it can be met at work."""
    return subprocess.Popen(["docker", "-H", project.engine.address, "exec", "some-database", "psql", "-X", "-U", "nautobot",
                             "-d", "netbox", "-c", "BEGIN; LOCK dcim_device; SELECT pg_sleep(30)"],
                            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def trial_interrupted(project):
    """an interrupted backup leaves neither set nor files nor programs in the container"""
    sets = len(project.json("backup", "list")["sets"])
    lock = slowed(project)
    try:
        wait_for(lambda: project.sql("SELECT count(*) FROM pg_locks WHERE mode = 'AccessExclusiveLock'") != "0", 10, "locked")
        dumps = "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'sotctl pg_dump %'"
        status = interrupted(project, ("backup", "create", *SURE),
                             lambda: project.sql(dumps, "postgres") != "0", signal.SIGTERM)
        expect(status != 0, "it was not interrupted")
        project.nothing_left()
    finally:
        project.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(30)'", "postgres")
        lock.wait()
    expect(project.json("run", "list", "--unfinished")["runs"] == [], "a run is left")
    expect(len(project.json("backup", "list")["sets"]) == sets, "half a set is listed")


def trial_killed(project):
    """a restore killed while it loads is taken back, in the container too"""
    project.sql("UPDATE dcim_device SET serial = 'damaged ' || id")
    root = pathlib.Path(project.engine.docker("inspect", "--format", "{{.GraphDriver.Data.MergedDir}}",
                                              "some-database").stdout.strip())
    # Asking the server takes longer than such a small load does; the list is the last file that goes in.
    status = interrupted(project, ("restore", "run", "--newest", *SURE),
                         lambda: list(root.glob("tmp/sotctl-*/list")), signal.SIGKILL)
    expect(project.left() != [], "nothing was at work inside")
    expect(status == -signal.SIGKILL, f"exit {status}")
    run = project.json("run", "list", "--unfinished")["runs"][0]["run"]
    manual = project.sotctl("run", "show", run, "--manual").stdout
    expect("docker -H" in manual and "exec -i" in manual and "psql" in manual, manual)
    project.sotctl("run", "abort", run, *SURE)
    project.nothing_left()
    expect(project.databases() == ["netbox", "postgres"], project.databases())
    expect(project.damaged() > 0, "the live database changed")


def trial_not_running(project):
    """a container that does not run is named, with the command that starts it"""
    project.engine.docker("stop", "some-database")
    try:
        said = project.sotctl("backup", "create", *SURE, status=4).stderr
        expect("service postgres of compose project nb" in said and "sotctl service start db" in said, said)
    finally:
        project.engine.docker("start", "some-database")
        wait_for(lambda: project.inside("pg_isready").returncode == 0, 30, "the database is back")
    project.sotctl("backup", "create", *SURE)
