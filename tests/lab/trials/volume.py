"""A named volume of a compose project whose numbers are not those of the image: found through the container's root, repaired,
proven by an upload through gunicorn in the container, taken back."""
import json
import pathlib
import subprocess
import urllib.error
import urllib.request

from engine import IMAGE, Engine, missing
from host import expect, wait_for
from netbox import APP, CONFIGURATION, MODULES, RELEASE, sandbox_data
from seed import findings, whole_story

SURE = ("--yes", "--confirm", "nb", "--reason", "lab")
PORT = 18441
MEDIA = "/opt/netbox/netbox/media"
UNIT = 1999  # the image's user "unit"; the host has no such number

COMPOSE = """version: "3.4"
x-host: &host
  image: {image}:1
  ulimits: {{nofile: {{soft: 20000, hard: 20000}}}}
services:
  db:
    <<: *host
    volumes: ["/usr:/usr:ro"]
    command: ["/app/postgres.sh"]
  redis:
    <<: *host
    volumes: ["/usr:/usr:ro"]
    command: ["/usr/bin/redis-server", "--save", "", "--protected-mode", "no"]
  netbox:
    <<: *host
    user: "{unit}:{unit}"
    volumes: ["/usr:/usr:ro", "{folder}:/opt/netbox:ro", "media:{media}"]
    command: ["/usr/bin/gunicorn", "--chdir", "/opt/netbox/netbox", "--bind", "0.0.0.0:8080", "-w", "2", "netbox.wsgi"]
    ports: ["127.0.0.1:{port}:8080"]
volumes:
  media: {{}}
"""


class Project:
    def __init__(self, lab):
        self.lab, self.folder = lab, lab.folder / "app"
        data = sandbox_data(lab)
        self.engine = Engine(lab).up()
        self.engine.image("1", accounts=f"unit:x:{UNIT}:{UNIT}::/:/bin/sh\n", groups=f"unit:x:{UNIT}:\n")
        self.file = lab.folder / "docker-compose.yml"
        self.file.write_text(COMPOSE.format(image=IMAGE, unit=UNIT, folder=self.folder, media=MEDIA, port=PORT))
        self.files()
        self.engine.compose(self.file, "up", "-d", "db", "redis")
        wait_for(lambda: self.in_db("psql", "-U", "nautobot", "-c", "SELECT 1", "postgres").returncode == 0, 30, "the database is up")
        for statement in ("CREATE ROLE netbox LOGIN SUPERUSER", "CREATE ROLE netbox_reader", "CREATE ROLE postgres",
                          "CREATE DATABASE netbox OWNER netbox TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'"):
            done = self.in_db("psql", "-U", "nautobot", "-c", statement, "postgres")
            expect(done.returncode == 0, done.stderr)
        with open(data, "rb") as dump:
            done = self.in_db("pg_restore", "-U", "nautobot", "--no-owner", "--role=netbox", "-d", "netbox", stdin=dump)
        expect(done.returncode == 0, f"pg_restore: {done.stderr[:800]}")
        self.settings()
        self.engine.compose(self.file, "up", "-d", "netbox")
        self.media = pathlib.Path(json.loads(self.engine.docker("volume", "inspect", "nb_media").stdout)[0]["Mountpoint"])
        subprocess.run(["chown", f"{UNIT}:{UNIT}", self.media], check=True)
        self.token = lab.folder / "token"
        self.token.write_text((lab.folder / "api-token").read_text().strip() + "\n")
        self.token.chmod(0o600)
        self.configuration = lab.folder / "sotctl.toml"
        self.configuration.write_text(
            f'format = 1\nstate = "{lab.folder}/state"\n[instance.nb]\nproduct = "netbox"\nenvironment = "staging"\n'
            f'media = "{MEDIA}"\nsettings = "/opt/netbox/netbox/netbox/configuration.py"\n'
            '[instance.nb.database]\nname = "netbox"\napplication = { user = "netbox", host = "127.0.0.1", port = 9 }\n'
            '[[instance.nb.service]]\nname = "app"\nrole = "application"\nproject = "nb"\nservice = "netbox"\n'
            f'engine = "{self.engine.address}"\n[[instance.nb.probe]]\nurl = "http://127.0.0.1:{PORT}/login/"\n')
        self.configuration.chmod(0o600)
        (lab.folder / "state").mkdir(mode=0o700)
        wait_for(self.serves, 30, f"the application answers: {self.engine.compose(self.file, 'logs', 'netbox').stdout[-1500:]}")

    def in_db(self, *argv, stdin=subprocess.DEVNULL):
        container = self.engine.docker("ps", "-q", "--filter", "label=com.docker.compose.service=db").stdout.strip()
        return subprocess.run(["docker", "-H", self.engine.address, "exec", "-i", container, *argv], stdin=stdin,
                              capture_output=True, text=True, timeout=120)

    def address(self, service):
        container = self.engine.docker("ps", "-q", "--filter", f"label=com.docker.compose.service={service}").stdout.strip()
        networks = json.loads(self.engine.docker("inspect", container).stdout)[0]["NetworkSettings"]["Networks"]
        return next(iter(networks.values()))["IPAddress"]

    def files(self):
        program = self.folder / "netbox/netbox"
        program.mkdir(parents=True)
        (self.folder / "netbox/media").mkdir()
        for module in MODULES:
            (program / f"{module}.py").write_text((APP / f"{module}.py").read_text())
        (program / "__init__.py").write_text("")
        (program / "settings.py").write_text((APP / "settings.py").read_text().replace("@RELEASE@", RELEASE))
        (self.folder / "netbox/release.yaml").write_text((APP / "release.yaml").read_text().replace("@RELEASE@", RELEASE))

    def settings(self):
        """There is no name service between these containers: addresses stand for names."""
        text = CONFIGURATION.format(password="", key="x" * 50)
        db, redis = self.address("db"), self.address("redis")
        text = text.replace('"PASSWORD": \'\',\n    "HOST": "localhost"', f'"PASSWORD": "",\n    "HOST": "{db}"')
        file = self.folder / "netbox/netbox/configuration.py"
        file.write_text(text.replace('"HOST": "localhost"', f'"HOST": "{redis}"'))
        file.chmod(0o640)
        subprocess.run(["chown", f"0:{UNIT}", file], check=True)

    @staticmethod
    def serves():
        try:
            return urllib.request.urlopen(f"http://127.0.0.1:{PORT}/login/", timeout=2).status == 200
        except (OSError, urllib.error.URLError):
            return False

    def sotctl(self, *words):
        return subprocess.run([self.lab.build / "sotctl", "-c", self.configuration, *words], capture_output=True, text=True,
                              stdin=subprocess.DEVNULL, timeout=120)


def setup(lab):
    return Project(lab)


def trial_volume(project):
    """audited, explained, repaired, proven by an upload, undone and repaired again, through the container's root"""
    whole_story(project.sotctl, project.token, project.media, MEDIA, 33, (UNIT, UNIT), SURE)
    place = json.loads(project.sotctl("permissions", "audit", "-o", "json").stdout)["places"][0]
    expect(place["container"] == "app", place)
    person = place["people"][0]
    expect((person["uid"], person["user"]) == (UNIT, f"unit ({UNIT})"), person)


def trial_foreign_numbers(project):
    """numbers of another image on the volume are told with what they mean inside"""
    strange = project.media / "strange.jpg"
    strange.write_text("x")
    subprocess.run(["chown", "101:101", strange], check=True)
    answer = json.loads(project.sotctl("permissions", "audit", "-o", "json").stdout)
    found = [each["found"] for each in findings(answer, "attributes")]
    expect(any("101" in each for each in found), found)
    strange.unlink()


def trial_undo_after_recreation(project):
    """a repair is undone through the new container after the old one is gone"""
    (project.media / "late.jpg").write_text("x")
    (project.media / "late.jpg").chmod(0o644)
    done = project.sotctl("permissions", "repair", "-o", "json", *SURE)
    expect(done.returncode == 0 and (project.media / "late.jpg").stat().st_uid == UNIT, done.stderr)
    project.engine.compose(project.file, "up", "-d", "--force-recreate", "--no-deps", "netbox")
    wait_for(project.serves, 30, "it serves again")
    undone = project.sotctl("run", "undo", json.loads(done.stdout)["run"], *SURE)
    expect(undone.returncode == 0, undone.stderr)
    expect((project.media / "late.jpg").stat().st_uid == 0, "not as it was")
    project.engine.compose(project.file, "stop", "netbox")
    refused = project.sotctl("permissions", "audit")
    expect(refused.returncode == 13 and "container" in refused.stderr, f"{refused.returncode}: {refused.stderr}")
