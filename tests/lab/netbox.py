"""A NetBox as its own documentation installs it on one host: /opt/netbox with a virtual environment, configuration.py,
gunicorn.py, units netbox.service and netbox-rq.service, Debian's PostgreSQL and Redis. The program in it is the stand-in
that sandboxes run; its data is a sandbox's."""
import pathlib
import secrets
import subprocess

from host import Failure, expect, wait_for

APP = pathlib.Path(__file__).resolve().parents[2] / "lib/sandbox/app"
# The program's own; what makes a sandbox of it stays there.
MODULES = sorted({each.stem for each in APP.glob("*.py")} - {"configuration", "free_ports", "gunicorn", "manage", "settings"})
RELEASE = "4.2.3"
PASSWORD = "p'w \\ lab"  # characters that bite where somebody forgets to quote
URL = "http://127.0.0.1:8001/"

CONFIGURATION = """import os

ALLOWED_HOSTS = ["netbox.lab", "localhost"]
DATABASE = {{
    "NAME": "netbox",
    "USER": "netbox",
    "PASSWORD": {password!r},
    "HOST": "localhost",
    "PORT": "",
    "CONN_MAX_AGE": 300,
}}
REDIS = {{
    "tasks": {{"HOST": "localhost", "PORT": 6379, "PASSWORD": "", "DATABASE": 0, "SSL": False}},
    "caching": {{"HOST": "localhost", "PORT": 6379, "PASSWORD": "", "DATABASE": 1, "SSL": False}},
}}
SECRET_KEY = {key!r}
LOGIN_PASSWORD = "for the lab alone"
MEDIA_ROOT = os.path.join("/opt/netbox", "netbox", "media")
"""

GUNICORN = """import sys

sys.dont_write_bytecode = True
bind = "127.0.0.1:8001"
workers = 2
threads = 3
timeout = 120
max_requests = 5000
"""

UNIT = """[Unit]
Description={title}
After=network-online.target postgresql.service redis-server.service
Wants=network-online.target

[Service]
Type=simple
User=netbox
Group=netbox
WorkingDirectory=/opt/netbox
ExecStart={command}
Restart=on-failure
RestartSec=30
PrivateTmp=true

[Install]
WantedBy=multi-user.target
"""
UNITS = {
    "netbox.service": ("NetBox WSGI Service",
                       "/opt/netbox/venv/bin/gunicorn --pid /var/tmp/netbox.pid --pythonpath /opt/netbox/netbox "
                       "--config /opt/netbox/gunicorn.py netbox.wsgi"),
    "netbox-rq.service": ("NetBox Request Queue Worker",
                          "/opt/netbox/venv/bin/python3 /opt/netbox/netbox/manage.py rqworker high default low"),
}


def sandbox_data(lab, size="10MB"):
    """A dump, in PostgreSQL's own format, of what a sandbox of that size holds; made once per lab."""
    dump = lab.folder / f"data-{size}.dump"
    if dump.exists():
        return dump
    program, folder = lab.build / "sotctl", lab.folder / "sandbox"

    def call(*argv):
        done = subprocess.run(argv, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=120)
        expect(done.returncode == 0, f"{' '.join(map(str, argv))}: {done.stderr[-1000:]}")

    call(program, "sandbox", "up", "--dir", folder, "--size", size)
    try:
        (lab.folder / "api-token").write_text((folder / "secrets/api-token").read_text())
        call("pg_dump", "-h", folder / "run", "-U", "postgres", "-Fc", "-f", dump, "netbox")
    finally:
        call(program, "sandbox", "down", "--dir", folder)
    return dump


def postgres(host):
    """Debian's PostgreSQL on `host`: cluster main, socket in /run/postgresql, peer authentication."""
    # Syncing buys nothing here: these hosts die, their machine does not.
    host.write("/etc/postgresql-common/createcluster.conf", "create_main_cluster = false\n")
    host.path("/etc/postgresql").mkdir(exist_ok=True)
    host.run("pg_createcluster", "15", "main", "--", "--no-sync")
    host.write("/etc/postgresql/15/main/conf.d/lab.conf", "fsync = off\nshared_buffers = 32MB\n")
    host.want("postgresql@15-main.service", "/lib/systemd/system/postgresql@.service")
    host.run("systemctl", "daemon-reload")
    host.run("systemctl", "start", "postgresql@15-main.service")


def redis(host):
    """Debian's Redis on `host`: port 6379 of the loopback, no password."""
    host.write("/etc/redis/redis.conf", "bind 127.0.0.1\nport 6379\ndir /var/lib/redis\n")
    host.enable("redis-server.service")
    for folder in ("/var/lib/redis", "/var/log/redis"):
        host.run("install", "-d", "-o", "redis", "-g", "redis", "-m", "0750", folder)
    host.run("systemctl", "daemon-reload")
    host.run("systemctl", "start", "redis-server.service")


class NetBox:
    """What was installed on `host`, which is up."""

    def __init__(self, host, release=RELEASE):
        self.host, self.release = host, release

    def install(self):
        """Everything, until the login page answers."""
        data = sandbox_data(self.host.lab)
        self.token = (self.host.lab.folder / "api-token").read_text().strip()
        postgres(self.host)
        redis(self.host)
        self._load(data)
        self._files()
        for name, (title, command) in UNITS.items():
            self.host.unit(name, UNIT.format(title=title, command=command))
        self.host.run("systemctl", "start", *UNITS)
        self.wait_serving()
        return self

    def _load(self, data):
        quoted = PASSWORD.replace("'", "''")
        self.sql(f"CREATE ROLE netbox LOGIN PASSWORD '{quoted}'; CREATE ROLE netbox_reader", "postgres")
        self.sql("CREATE DATABASE netbox OWNER netbox TEMPLATE template0", "postgres")
        done = subprocess.run(self.host.command("pg_restore", "--exit-on-error", "-d", "netbox", user="postgres"),
                              stdin=open(data, "rb"), capture_output=True, text=True, timeout=120)
        expect(done.returncode == 0, f"pg_restore: {done.stderr[-1000:]}")

    def _files(self):
        host, program = self.host, "/opt/netbox/netbox/netbox"
        if not any(line.startswith("netbox:") for line in host.path("/etc/passwd").read_text().splitlines()):
            host.account("netbox", 990, "/opt/netbox-home")
        for module in MODULES:
            host.write(f"{program}/{module}.py", (APP / f"{module}.py").read_text())
        host.write(f"{program}/__init__.py", "")
        host.write(f"{program}/settings.py", (APP / "settings.py").read_text().replace("@RELEASE@", self.release))
        host.write("/opt/netbox/netbox/release.yaml",
                   (APP / "release.yaml").read_text().replace("@RELEASE@", self.release))
        host.write("/opt/netbox/netbox/manage.py", (APP / "manage.py").read_text(), mode=0o755)
        host.write(f"{program}/configuration.py", CONFIGURATION.format(password=PASSWORD, key=secrets.token_hex(25)),
                   mode=0o640)
        host.run("chown", "root:netbox", f"{program}/configuration.py")
        host.write("/opt/netbox/gunicorn.py", GUNICORN)
        host.write("/opt/netbox/venv/pyvenv.cfg", "home = /usr/bin\ninclude-system-site-packages = true\n")
        host.run("mkdir", "-p", "/opt/netbox/venv/bin")
        for link, target in (("python3", "/usr/bin/python3"), ("python", "python3")):
            host.run("ln", "-sfn", target, f"/opt/netbox/venv/bin/{link}")
        host.write("/opt/netbox/venv/bin/gunicorn", "#!/opt/netbox/venv/bin/python3\nimport sys\n"
                   "from gunicorn.app.wsgiapp import run\nsys.exit(run())\n", mode=0o755)
        host.run("install", "-d", "-o", "netbox", "-g", "netbox", "/opt/netbox/netbox/media",
                 "/opt/netbox/netbox/media/image-attachments")

    def sql(self, statement, database="netbox"):
        return self.host.run("psql", "-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1", "-d", database, "-c", statement,
                             user="postgres").stdout.strip()

    def databases(self):
        return self.sql("SELECT datname FROM pg_database WHERE NOT datistemplate ORDER BY 1", "postgres").split("\n")

    def answers(self, path="login/"):
        """HTTP status of a request on the host itself; 0 if nothing answers."""
        done = self.host.run("curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "--max-time", "10", "-H",
                             "Host: netbox.lab", URL + path, check=False)
        return int(done.stdout or 0)

    def wait_serving(self, seconds=20):
        try:
            wait_for(lambda: self.answers() == 200, seconds, "the login page answers")
        except Failure as problem:
            log = self.host.run("journalctl", "-n", "40", "--no-pager", "-u", "netbox.service", check=False).stdout
            raise Failure(f"{problem}\n{log}") from None

    def devices(self):
        """As the application answers, which is what people see."""
        done = self.host.run("curl", "-fsS", "--max-time", "10", "-K", "-", URL + "api/dcim/devices/?limit=1",
                             text=f'header = "Authorization: Token {self.token}"\n')
        return int(done.stdout.split('"count":')[1].split(",")[0])
