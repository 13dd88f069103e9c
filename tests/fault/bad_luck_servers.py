"""Scenarios of tests/fault/bad_luck: servers that are down, die or do not come up."""
import http.server
import os
import signal
import threading
import time

from sandbox import expect

RESTORE = ("restore", "run", "--newest", "--yes")
LOADING = '"kind":"database.loaded","before"'


def up(sandbox):
    sandbox.run("sandbox", "up", "--dir", str(sandbox.folder), configured=False)


def pid_in(path):
    return int(path.read_text().split()[0])


def wrong_password(sandbox):
    secret = sandbox.folder / "wrong"
    secret.write_text("not-the-password\n")
    secret.chmod(0o600)
    port = next(line for line in (sandbox.folder / "sotctl.toml").read_text().split("\n")
                if line.startswith("application")).split("port = ")[1].split(",")[0]

    def change(text):
        return "\n".join(
            f'admin = {{ host = "127.0.0.1", port = {port}, user = "netbox", '
            f'password = {{ file = "{secret}" }} }}' if line.startswith("admin") else line
            for line in text.split("\n"))

    there = sandbox.variant("wrong", change)
    for words in (RESTORE, ("backup", "create", "--yes")):
        said = sandbox.refuses(8, words, ["netbox", "password"], variant=there)
        expect("not-the-password" not in said, "the password was said")


def nobody_listens(sandbox):
    there = sandbox.variant("nobody", lambda text: text.replace(
        f'admin = {{ host = "{sandbox.folder}/run"', f'admin = {{ host = "{sandbox.folder}/log"'))
    for words in (RESTORE, ("backup", "create", "--yes")):
        sandbox.refuses(7, words, [f"{sandbox.folder}/log"], variant=there)


def server_killed(sandbox):
    """During the load: what was begun can't be taken back without it, and afterwards it can. Resume
    goes on with the taking back that was begun."""
    for way in ("abort", "resume"):
        before = sandbox.world()
        process = sandbox.start(*RESTORE)
        run = sandbox.wait_for(process, LOADING)
        os.kill(pid_in(sandbox.folder / "postgres" / "postmaster.pid"), signal.SIGKILL)
        sandbox.said(sandbox.ended(process), 12, [run, f"sotctl run abort {run}"])
        down = sandbox.run("run", way, run, check=False)
        expect(down.returncode == 7, f"{way}, server down: exit {down.returncode}: {down.stderr}")
        up(sandbox)
        sandbox.run("run", way, run)
        expect(sandbox.world() == before, f"left over after {way}: {sandbox.world()}")


def redis_down(sandbox):
    os.kill(pid_in(sandbox.folder / "run" / "redis.pid"), signal.SIGKILL)
    try:
        done = sandbox.run(*RESTORE, check=False)
        # 13: restored, and what Redis has of jobs could not be seen.
        expect(done.returncode in (9, 13), f"exit {done.returncode}: {done.stderr[-1200:]}")
        expect((sandbox.damaged() == 0) == (done.returncode == 13), "status and database differ")
    finally:
        up(sandbox)


def application_broken(sandbox):
    """It can't be started again, neither on the new database nor on the old one."""
    before = sandbox.world()
    settings = sandbox.folder / "app/netbox/netbox/configuration.py"
    text = settings.read_bytes()
    process = sandbox.start(*RESTORE)
    run = sandbox.wait_for(process, LOADING)
    settings.write_bytes(b"raise RuntimeError('broken')\n")
    done = sandbox.ended(process)
    settings.write_bytes(text)
    sandbox.said(done, 12, [run, f"sotctl run abort {run}"])
    sandbox.run("run", "abort", run)
    expect(sandbox.world() == before, f"left over: {sandbox.world()}")


class Probe(http.server.BaseHTTPRequestHandler):
    """An application that serves from the database of before alone."""

    def do_GET(self):  # noqa: N802: the library's name
        live = self.server.sandbox.sql(
            "SELECT oid FROM pg_database WHERE datname = 'netbox'", "postgres")
        self.send_response(200 if live == self.server.oid else 503)
        self.end_headers()

    def log_message(self, *_):
        pass


def does_not_serve(sandbox):
    before = sandbox.world()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Probe)
    server.sandbox = sandbox
    server.oid = sandbox.sql("SELECT oid FROM pg_database WHERE datname = 'netbox'", "postgres")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    there = sandbox.variant("probe", lambda text: text + (
        f'\n[[instance.sandbox.probe]]\nurl = "http://127.0.0.1:{server.server_port}/"\n'))
    try:
        began = time.monotonic()
        done = sandbox.run(*RESTORE, check=False, variant=there)
        expect("everything was taken back" in done.stderr, done.stderr[-1500:])
        expect(done.returncode == 9, f"exit {done.returncode}: {done.stderr[-1500:]}")
        expect(time.monotonic() - began < 120, "too long")
    finally:
        server.shutdown()
    expect(sandbox.world() == before, f"left over: {sandbox.world()}")


def scenarios(long):
    every = [("a wrong password", wrong_password), ("nobody listens", nobody_listens),
             ("the server killed while loading", server_killed)]
    if long:  # these wait a minute for an application that does not come
        every += [("Redis down", redis_down),
                  ("an application that can't be started", application_broken),
                  ("an application that does not serve", does_not_serve)]
    return every
