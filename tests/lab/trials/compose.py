"""Services of a compose project on a real engine, made by docker-compose 1.29: found by labels, restarted in order and
proven, images and policies put back."""
import json
import subprocess
import urllib.request

from engine import IMAGE, Engine, missing
from host import Failure, expect, wait_for

SURE = ("--yes", "--confirm", "nb", "--reason", "lab")
QUICK = ("--settle", "1s", "--drain", "0s")
PORT = 18437

COMPOSE = f"""version: "3.4"
x-host: &host
  image: {IMAGE}:1
  volumes: ["/usr:/usr:ro"]
  ulimits: {{nofile: {{soft: 20000, hard: 20000}}, nproc: 32768}}
services:
  nautobot:
    <<: *host
    container_name: something-else
    command: ["/usr/bin/python3", "/app/application.py"]
    ports: ["127.0.0.1:{PORT}:8080"]
    healthcheck: {{test: ["CMD", "curl", "-sf", "http://127.0.0.1:8080/"], interval: 1s, timeout: 2s, retries: 5}}
  celery_worker:
    <<: *host
    command: ["/app/worker.sh"]
    healthcheck: {{test: ["CMD", "true"], interval: 1s}}
  db:
    <<: *host
    command: ["/app/postgres.sh"]
    healthcheck: {{test: ["CMD", "pg_isready", "-U", "nautobot"], interval: 1s, timeout: 2s, retries: 9}}
  redis:
    <<: *host
    command: ["/usr/bin/redis-server", "--save", "", "--protected-mode", "no"]
"""


def service(name, role, engine, more=""):
    return (f'[[instance.nb.service]]\nname = "{name}"\nrole = "{role}"\nproject = "nb"\n'
            f'engine = "{engine.address}"\n{more}')


class Project:
    def __init__(self, lab):
        self.lab = lab
        self.engine = Engine(lab).up()
        self.engine.image("1")
        self.file = lab.folder / "docker-compose.yml"
        self.file.write_text(COMPOSE)
        self.engine.compose(self.file, "up", "-d")
        self.configuration = lab.folder / "sotctl.toml"
        self.configuration.write_text(
            f'format = 1\nstate = "{lab.folder}/state"\n[instance.nb]\nproduct = "nautobot"\nenvironment = "staging"\n'
            '[instance.nb.database]\nname = "nautobot"\napplication = { user = "nautobot", host = "127.0.0.1", port = 9 }\n'
            + service("db", "database", self.engine) + service("redis", "redis", self.engine)
            + service("app", "application", self.engine, 'service = "nautobot"\n')
            + service("celery_worker", "worker", self.engine, 'heartbeat = "/tmp/heartbeat"\n')
            + f'[[instance.nb.probe]]\nurl = "http://127.0.0.1:{PORT}/"\n')
        self.configuration.chmod(0o600)
        (lab.folder / "state").mkdir(mode=0o700)
        wait_for(self.serves, 30, "the application answers")
        wait_for(lambda: "(healthy)" in self.engine.docker("ps", "--filter", "name=db").stdout, 30, "the database is healthy")

    def sotctl(self, *words, check=True):
        done = subprocess.run([self.lab.build / "sotctl", "-c", self.configuration, *words], capture_output=True, text=True,
                              stdin=subprocess.DEVNULL, timeout=180)
        if check and done.returncode != 0:
            raise Failure(f"{' '.join(words)}: exit {done.returncode}: {done.stdout[-800:]}{done.stderr[-1500:]}")
        return done

    def json(self, *words):
        return json.loads(self.sotctl(*words, "-o", "json", check=False).stdout)

    def lines(self):
        return {each["name"]: {line["id"]: line["found"] for line in each["checks"]}
                for each in self.json("service", "status")["instances"][0]["services"]}

    def started(self):
        """Start of each service's container, by the labels that compose gives."""
        out = self.engine.docker("ps", "-aq").stdout.split()
        shown = json.loads(self.engine.docker("inspect", *out).stdout)
        return {each["Config"]["Labels"]["com.docker.compose.service"]: each["State"]["StartedAt"] for each in shown}

    @staticmethod
    def serves():
        try:
            return urllib.request.urlopen(f"http://127.0.0.1:{PORT}/", timeout=2).status == 200
        except OSError:
            return False


def setup(lab):
    return Project(lab)


def settled(project):
    """Whatever a trial that failed left unfinished is ended: the others are judged by themselves."""
    for run in project.json("run", "list", "--unfinished")["runs"]:
        project.sotctl("run", "abort", run["run"], *SURE, check=False)


def trial_status(project):
    """containers are found by labels whatever their names are, and what is wrong is said"""
    shown = project.lines()
    expect("healthy" in shown["app"]["service.state"] and f"127.0.0.1:{PORT}->8080/tcp" in shown["app"]["service.state"], shown)
    expect("always passes" in shown["celery_worker"]["service.health-test"], shown)
    expect("restart policy is no" in shown["db"]["service.reboot"], shown)
    expect("heartbeat" in shown["celery_worker"]["service.registered"], shown)
    expect("postgres" in shown["db"]["service.state"], shown)


def trial_policy(project):
    """restart policies are set, once, and undone"""
    project.sotctl("service", "start", "--restart-policy", "unless-stopped", *SURE)
    expect("service.reboot" not in project.lines()["db"], project.lines())
    expect("lready so" in project.sotctl("service", "start", "--restart-policy", "unless-stopped").stdout, "not idempotent")
    run = project.json("run", "list")["runs"][0]["run"]
    project.sotctl("run", "undo", run, *SURE)
    expect("service.reboot" in project.lines()["db"], "the policy was not put back")


def trial_restart(project):
    """the whole restart is one command: dependencies in between, everything proven"""
    before = project.started()
    done = project.sotctl("service", "restart", "--with-dependencies", *QUICK, *SURE)
    after = project.started()
    expect(set(after) == {"nautobot", "celery_worker", "db", "redis"}, after)
    expect(all(after[name] > before[name] for name in after), f"{before} {after}")
    expect(after["db"] < after["nautobot"] < after["celery_worker"], f"order: {after}")
    expect("downtime" in done.stdout and "proven" in done.stdout, done.stdout)
    expect(project.serves(), "it does not serve")


def trial_stop_and_start(project):
    """stop and start reach their state, and say so the second time"""
    settled(project)
    project.sotctl("service", "stop", "app", "celery_worker", *SURE)
    expect(not project.serves(), "it serves")
    expect("lready so" in project.sotctl("service", "stop", "app", *SURE).stdout, "not idempotent")
    project.sotctl("service", "start", *SURE)
    wait_for(project.serves, 10, "it serves again")


def trial_stubborn(project):
    """a container that ignores the stop runs on and is said; --kill-after ends it"""
    settled(project)
    deaf = project.file.with_name("deaf.yml")
    deaf.write_text(COMPOSE.replace('["/app/worker.sh"]', """["/bin/sh", "-c", "trap '' TERM; while :; do sleep 1; done"]"""))
    project.engine.compose(deaf, "up", "-d", "--no-deps", "celery_worker")
    done = project.sotctl("service", "stop", "celery_worker", "--limit", "2s", *SURE, check=False)
    expect(done.returncode == 12 and "--kill-after" in done.stderr, f"exit {done.returncode}: {done.stderr}")
    expect("running" in project.lines()["celery_worker"]["service.state"], project.lines())
    project.sotctl("run", "abort", project.json("run", "list", "--unfinished")["runs"][0]["run"], *SURE)
    project.sotctl("service", "stop", "celery_worker", "--kill-after", "2s", *SURE)
    expect("stopped" in project.lines()["celery_worker"]["service.state"], project.lines())
    project.engine.compose(project.file, "up", "-d", "--no-deps", "celery_worker")


def trial_exits_at_once(project):
    """a container that exits at once is no success: 12, its error line without the password"""
    settled(project)
    broken = project.file.with_name("broken.yml")
    broken.write_text(COMPOSE.replace('["/usr/bin/python3", "/app/application.py"]',
                                      '["/bin/sh", "-c", "echo ERROR password=geheim99 >&2; exit 3"]'))
    project.engine.compose(broken, "up", "-d", "--no-deps", "nautobot", check=False)
    done = project.sotctl("service", "restart", "--only", "app", *QUICK, "--limit", "5s", *SURE, check=False)
    expect(done.returncode == 12, f"exit {done.returncode}: {done.stderr}")
    expect("geheim99" not in done.stdout + done.stderr, "the password was shown")
    expect("exit status 3" in project.lines()["app"]["service.state"], project.lines())
    logs = project.sotctl("service", "logs", "app", "--errors").stdout
    expect("ERROR password=***" in logs, logs)
    project.engine.compose(project.file, "up", "-d", "--no-deps", "nautobot")
    wait_for(project.serves, 20, "it serves again")
    for run in project.json("run", "list", "--unfinished")["runs"]:
        project.sotctl("run", "resume", run["run"], *SURE)


def trial_new_image(project):
    """an image that its name no longer means is old code; --recreate takes the new one, undo returns to the digest"""
    settled(project)
    old = project.json("service", "status", "app")["instances"][0]["services"][0]["image"]
    new = project.engine.image("1", marker="new release")
    expect("old code still running" in project.lines()["app"]["service.code"], project.lines())
    project.sotctl("service", "restart", "--only", "app", "--recreate", *QUICK, *SURE)
    expect(project.json("service", "status", "app")["instances"][0]["services"][0]["image"] == new, "not the new image")
    run = project.json("run", "list")["runs"][0]["run"]
    project.sotctl("run", "undo", run, *SURE)
    expect(project.json("service", "status", "app")["instances"][0]["services"][0]["image"] == old, "not the old digest")
    wait_for(project.serves, 20, "it serves again")


def trial_bad_files(project):
    """a compose file that can't be read is said and hides nothing; a changed one is said too"""
    settled(project)
    project.file.write_text(COMPOSE + "  broken: [\n")
    try:
        shown = project.lines()
        expect("compose files" in shown["app"].get("service.unseen", ""), shown)
        expect("running" in shown["app"]["service.state"], shown)
    finally:
        project.file.write_text(COMPOSE.replace("retries: 5", "retries: 6"))
    expect("does not apply" in project.lines()["app"]["service.configuration"].replace("not\napply", "not apply"), project.lines())
    project.file.write_text(COMPOSE)


def trial_bad_files_recreate(project):
    """containers are not made anew from a file that can't be read: 12 in compose's words, and everything runs again"""
    settled(project)
    project.file.write_text(COMPOSE + "  broken: [\n")
    try:
        done = project.sotctl("service", "restart", "--only", "app", "--recreate", *QUICK, "--limit", "10s", *SURE, check=False)
        expect(done.returncode == 12, f"exit {done.returncode}: {done.stderr}")
        expect("broken" in done.stderr or "yml" in done.stderr, done.stderr)
    finally:
        project.file.write_text(COMPOSE)
    settled(project)
    project.sotctl("service", "start", *SURE)
    wait_for(project.serves, 20, "it serves again")


def trial_other_project(project):
    """a project that the engine does not have is said, with what it has not"""
    text = project.configuration.read_text()
    project.configuration.write_text(text.replace('project = "nb"', 'project = "nx"'))
    try:
        shown = project.lines()
        expect("project nx has no container of service nautobot" in shown["app"]["service.state"], shown)
    finally:
        project.configuration.write_text(text)


def trial_build(project):
    """--build runs the configured command in the project's folder, and the new image runs"""
    settled(project)
    text = project.configuration.read_text()
    marker = project.file.with_name("built")
    script = project.file.with_name("build-image")
    script.write_text(f'#!/bin/sh\npwd >{marker}\ndocker -H {project.engine.address} commit -c \'LABEL built=yes\' '
                      f'something-else {IMAGE}:1\n')
    script.chmod(0o755)
    project.configuration.write_text(text.replace('service = "nautobot"\n', f'service = "nautobot"\nbuild = ["{script}"]\n'))
    try:
        old = project.json("service", "status", "app")["instances"][0]["services"][0]["image"]
        project.sotctl("service", "restart", "--only", "app", "--build", *QUICK, *SURE)
        expect(marker.read_text().strip() == str(project.file.parent), marker.read_text())
        new = project.json("service", "status", "app")["instances"][0]["services"][0]["image"]
        expect(new != old, "the image is the old one")
        run = project.json("run", "list")["runs"][0]["run"]
        project.sotctl("run", "undo", run, *SURE)
        expect(project.json("service", "status", "app")["instances"][0]["services"][0]["image"] == old, "not the old digest")
        wait_for(project.serves, 20, "it serves again")
    finally:
        project.configuration.write_text(text)


def trial_discovery(project):
    """init finds the compose project: services by what they run, probe by the published port, no configuration needed"""
    file = project.file.with_name("found.toml")
    done = subprocess.run([project.lab.build / "sotctl", "init", "--to", file, "--engine", project.engine.address,
                           "--environment", "staging"], capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=60)
    expect(file.exists(), f"exit {done.returncode}: {done.stdout}{done.stderr}")
    text = file.read_text()
    for words in ('product = "nautobot"', 'name = "celery_worker"', f'url = "http://127.0.0.1:{PORT}/login/"', 'project = "nb"'):
        expect(words in text, f"{words} is not in:\n{text}")
    found = subprocess.run([project.lab.build / "sotctl", "-c", file, "service", "status", "-o", "json"], capture_output=True,
                           text=True, stdin=subprocess.DEVNULL, timeout=60)
    roles = {each["name"]: each["role"] for each in json.loads(found.stdout)["instances"][0]["services"]}
    expect(roles == {"db": "database", "redis": "redis", "nautobot": "application", "celery_worker": "worker"}, roles)


def trial_logs(project):
    """logs of all containers are merged by time"""
    text = project.sotctl("service", "logs").stdout
    stamps = [line[:27] for line in text.splitlines() if line[:4].isdigit()]
    expect(len(stamps) > 5 and stamps == sorted(stamps), text[:600])


def trial_engine_down(project):
    """with the engine down nothing is called stopped: could not determine"""
    engine = project.engine.address
    project.configuration.write_text(project.configuration.read_text().replace(engine, "unix:///nowhere.sock"))
    try:
        done = project.sotctl("service", "status", check=False)
        shown = {each["state"] for each in project.json("service", "status")["instances"][0]["services"]}
        expect("container engine does not answer" in done.stdout and shown == {"unknown"}, done.stdout)
        expect(project.sotctl("service", "restart", *SURE, check=False).returncode == 13, "it was not refused")
    finally:
        project.configuration.write_text(project.configuration.read_text().replace("unix:///nowhere.sock", engine))
