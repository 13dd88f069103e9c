"""A container engine of a lab's own, with an image that needs no registry: a skeleton whose /usr is the machine's, read-only,
so that real PostgreSQL, Redis and Python run in containers."""
import shutil
import subprocess
import time

from host import Failure, expect, wait_for

IMAGE = "localhost/lab/host"
PROGRAMS = ("dockerd", "docker", "docker-compose")

POSTGRES = """#!/bin/sh
set -e
D=/var/lib/postgresql/data; B=/usr/lib/postgresql/15/bin
mkdir -p $D /var/run/postgresql; chown postgres: $D /var/run/postgresql; chmod 700 $D
as="setpriv --reuid postgres --regid postgres --init-groups"
[ -f $D/PG_VERSION ] || { $as $B/initdb -D $D -U nautobot -A trust --no-sync >/tmp/initdb.log
  echo "host all all 0.0.0.0/0 trust" >> $D/pg_hba.conf; }
exec $as $B/postgres -D $D -c fsync=off -c listen_addresses='*' -c unix_socket_directories=/var/run/postgresql
"""

APPLICATION = """import http.server, os, signal, sys

class Pages(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"OK\\n")
    def log_message(self, *_):
        pass

if os.path.exists("/app/broken"):
    print("ERROR cannot read nautobot_config.py: password=geheim99", file=sys.stderr, flush=True)
    sys.exit(3)
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
print("listening", flush=True)
http.server.ThreadingHTTPServer(("0.0.0.0", 8080), Pages).serve_forever()
"""

WORKER = """#!/bin/sh
trap 'exit 0' TERM
while :; do touch /tmp/heartbeat; sleep 1 & wait $!; done
"""


def missing():
    """Why there can't be an engine here; nothing if there can."""
    for program in PROGRAMS:
        if not shutil.which(program):
            return f"needs {program}"
    return None


class Engine:
    """Goes with its lab: `Engine(lab).up().docker("ps")`."""

    def __init__(self, lab):
        self.folder = lab.folder / "engine"
        self.folder.mkdir()
        lab.others.append(self)
        self.address = f"unix://{self.folder}/engine.sock"
        self.process = None

    def up(self):
        log = open(self.folder / "log", "ab")
        self.process = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", "--", "dockerd", "-H", self.address, "--data-root", self.folder / "data",
             "--exec-root", self.folder / "run", "--pidfile", self.folder / "pid", "--storage-driver", "overlay2",
             "--iptables=false", "--bridge=none", "--default-address-pool", "base=10.79.0.0/16,size=24"],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        log.close()
        wait_for(lambda: self.docker("info", check=False).returncode == 0, 30, "the engine answers")
        return self

    def image(self, tag, marker="", accounts="", groups=""):
        """An image of the skeleton; `marker` makes it another one. It can have further lines of passwd and group."""
        root = self.folder / "skeleton"
        shutil.rmtree(root, ignore_errors=True)
        for name in ("usr", "etc", "var/lib/postgresql", "var/run", "var/log", "run", "proc", "sys", "dev", "root", "app"):
            (root / name).mkdir(parents=True)
        (root / "tmp").mkdir()
        (root / "tmp").chmod(0o1777)
        for name in ("bin", "sbin", "lib", "lib64"):
            (root / name).symlink_to(f"usr/{name}")
        for name in ("passwd", "group", "nsswitch.conf", "ld.so.cache", "ld.so.conf", "ld.so.conf.d", "localtime",
                     "alternatives"):
            subprocess.run(["cp", "-a", f"/etc/{name}", root / "etc"], check=True)
        for name, lines in (("passwd", accounts), ("group", groups)):
            with open(root / "etc" / name, "a") as file:
                file.write(lines)
        (root / "app/marker").write_text(marker)
        for name, text in (("postgres.sh", POSTGRES), ("application.py", APPLICATION), ("worker.sh", WORKER)):
            (root / "app" / name).write_text(text)
            (root / "app" / name).chmod(0o755)
        tar = subprocess.Popen(["tar", "-C", root, "-c", "."], stdout=subprocess.PIPE)
        done = subprocess.run(["docker", "-H", self.address, "import", "-", f"{IMAGE}:{tag}"], stdin=tar.stdout,
                              capture_output=True, text=True, timeout=60)
        tar.wait()
        expect(done.returncode == 0, done.stderr)
        return done.stdout.strip()

    def docker(self, *argv, check=True):
        return self._call(["docker", "-H", self.address, *argv], check)

    def compose(self, file, *argv, check=True):
        return self._call(["docker-compose", "-H", self.address, "-p", "nb", "-f", file, *argv], check)

    @staticmethod
    def _call(argv, check):
        done = subprocess.run([str(each) for each in argv], capture_output=True, text=True, stdin=subprocess.DEVNULL,
                              timeout=120)
        if check and done.returncode != 0:
            raise Failure(f"{' '.join(map(str, argv))}: exit {done.returncode}: {done.stderr[-1000:]}")
        return done

    def down(self):
        """Containers first: what the engine leaves running would outlive it."""
        if not self.process:
            return
        ids = self.docker("ps", "-aq", check=False).stdout.split()
        if ids:
            self.docker("rm", "-f", "-v", *ids, check=False)
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(20)
        self.process = None
        for _ in range(50):
            mounts = [line.split()[1] for line in open("/proc/mounts") if line.split()[1].startswith(str(self.folder))]
            if not mounts:
                break
            for mount in reversed(mounts):
                subprocess.run(["umount", "-l", mount], capture_output=True)
            time.sleep(0.1)
