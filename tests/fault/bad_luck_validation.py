"""Scenarios of tests/fault/bad_luck: two validations at once, and one that is killed while its probe object is there."""
import http.client
import http.server
import json
import threading
import time
import tomllib

from sandbox import Failure, expect

UPLOAD = ("validate", "post-restore", "--tag", "media", "-o", "json")
WEBHOOK = ("validate", "post-restart", "--tag", "webhooks", "-o", "json")


class Between:
    """Stands between sotctl and the application. A request that `holds` names is held until let go."""

    def __init__(self, sandbox, holds):
        with open(sandbox.folder / "sotctl.toml", "rb") as file:
            url = tomllib.load(file)["instance"]["sandbox"]["api"]["url"]
        self.port = int(url.rsplit(":", 1)[1])
        self.held = threading.Event()
        self.go = threading.Event()
        between = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def forward(self):
                if holds(self.command, self.path) and not between.go.is_set():
                    between.held.set()
                    between.go.wait(60)
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                there = http.client.HTTPConnection("127.0.0.1", between.port, timeout=30)
                there.request(self.command, self.path, body, dict(self.headers))
                answer = there.getresponse()
                data = answer.read()
                try:
                    self.send_response(answer.status)
                    for name, value in answer.getheaders():
                        if name.lower() not in ("connection", "content-length", "date", "server",
                                                "transfer-encoding"):
                            self.send_header(name, value)
                    self.send_header("Content-Length", str(len(data)))
                    self.end_headers()
                    self.wfile.write(data)
                except OSError:
                    pass  # who asked is dead
                there.close()

            do_GET = do_POST = do_DELETE = do_PATCH = forward

            def log_message(self, *words):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.variant = sandbox.variant("between", lambda text: text.replace(
            f"[instance.sandbox.api]\nurl = \"{url}\"",
            f"[instance.sandbox.api]\nurl = \"http://127.0.0.1:{self.server.server_address[1]}\""))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.go.set()
        self.server.shutdown()
        self.server.server_close()

    def wait(self, process):
        end = time.monotonic() + 60
        while not self.held.wait(0.05):
            if process.poll() is not None or time.monotonic() > end:
                process.kill()
                raise Failure(f"nothing was held: {process.communicate()[1][-1000:]}")


def check(done, identity):
    found = [each for each in json.loads(done.stdout)["checks"] if each["id"] == identity]
    expect(len(found) == 1, f"no {identity} in {done.stdout[:500]}")
    return found[0]


def probe_images(sandbox):
    rows = int(sandbox.sql("SELECT count(*) FROM extras_imageattachment WHERE name LIKE 'sotctl-probe-%'"))
    files = len(list((sandbox.folder / "media" / "image-attachments").glob("*sotctl-probe-*")))
    return rows, files


def killed_between_upload_and_delete(sandbox):
    with Between(sandbox, lambda method, path: method == "GET" and path.startswith("/media/")) as between:
        process = sandbox.start(*UPLOAD, variant=between.variant)
        between.wait(process)
        expect(probe_images(sandbox) == (1, 1), f"not uploaded: {probe_images(sandbox)}")
        process.kill()
        process.communicate()
    expect(probe_images(sandbox) == (1, 1), f"somebody cleaned up: {probe_images(sandbox)}")
    done = sandbox.run(*UPLOAD)
    found = check(done, "media.upload")
    expect(found["outcome"] == "pass" and "1 image of an earlier probe deleted" in found["found"], str(found))
    expect(check(done, "media.files")["outcome"] == "pass", "a row without its file, or the other way round")
    expect(probe_images(sandbox) == (0, 0), f"left: {probe_images(sandbox)}")
    again = check(sandbox.run(*UPLOAD), "media.upload")
    expect("earlier probe" not in again["found"], f"cleaned up twice: {again}")
    end_killed(sandbox)


def killed_between_webhook_and_delete(sandbox):
    def objects():
        return int(sandbox.sql("SELECT count(*) FROM dcim_manufacturer WHERE name LIKE 'sotctl-probe-%'"))

    with Between(sandbox, lambda method, path: method == "DELETE") as between:
        process = sandbox.start(*WEBHOOK, variant=between.variant)
        between.wait(process)
        expect(objects() == 1, "no probe object was made")
        process.kill()
        process.communicate()
    # The request that was held goes on: two of the three objects are left.
    found = check(sandbox.run(*WEBHOOK), "workers.webhook")
    expect(found["outcome"] == "pass" and "of an earlier probe deleted" in found["found"], str(found))
    expect(objects() == 0, "a probe object is left")
    end_killed(sandbox)


def end_killed(sandbox):
    """The run of the killed one is carried on to its end."""
    for run in sandbox.unfinished():
        sandbox.run("validate", "--resume", run, "--read-only")


def two_validations(sandbox):
    """Both want to probe: the second one is told who is at work, and may look all the same."""
    with Between(sandbox, lambda method, path: method == "GET" and path.startswith("/media/")) as between:
        first = sandbox.start(*UPLOAD, variant=between.variant, person="alice")
        between.wait(first)
        second = sandbox.run(*UPLOAD[:-2], check=False, person="bob")  # in words
        sandbox.said(second, 6, ["alice", "--read-only"])
        expect(probe_images(sandbox) == (1, 1), "the second one touched what the first one had made")
        looking = sandbox.run(*UPLOAD, "--read-only", person="bob")
        expect(check(looking, "media.upload")["outcome"] == "skip", looking.stdout)
        expect(check(looking, "media.files")["outcome"] == "pass", looking.stdout)
        between.go.set()
        done = sandbox.ended(first)
    expect(done.returncode == 0, f"the first one: exit {done.returncode}: {done.stderr}")
    expect(check(done, "media.upload")["outcome"] == "pass", done.stdout)
    expect(probe_images(sandbox) == (0, 0), f"left: {probe_images(sandbox)}")
    expect(sandbox.run(*UPLOAD, person="bob").returncode == 0, "the lock was kept")


def scenarios(long):
    return (("two validations at once", two_validations),
            ("a validation killed between upload and delete", killed_between_upload_and_delete),
            ("a validation killed while its webhook is there", killed_between_webhook_and_delete))
