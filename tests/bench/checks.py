"""Many checks side by side, and a whole checklist on a sandbox."""
import http.server
import json
import pathlib
import shutil
import tempfile
import threading
import time

import place
from tally import seconds

COUNT = 200
SLOWEST = 1.0  # seconds
RATIO = 1.5
WHOLE = 2.0  # seconds
JOBS = ("workers.job", "workers.webhook")


class Slow(http.server.BaseHTTPRequestHandler):
    """GET /MILLISECONDS is answered after so long."""

    def do_GET(self):
        time.sleep(int(self.path.lstrip("/")) / 1000)
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *words):
        pass


def checklist(port):
    """Half requests, half programs; the slowest of both takes SLOWEST."""
    text = 'title = "Many"\n'
    for number in range(COUNT):
        wait = SLOWEST * (number // 2 + 1) / (COUNT // 2)
        what = (f'kind = "http"\nwith = {{ url = "http://127.0.0.1:{port}/{wait * 1000:.0f}" }}\n' if number % 2 else
                f'kind = "command"\nwith = {{ argv = ["sleep", "{wait:.3f}"] }}\n')
        text += f'[[check]]\nid = "c{number}"\n{what}'
    return text


def many(tally, chosen, there):
    folder = pathlib.Path(tempfile.mkdtemp(prefix="sotctl-many-"))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Slow)
    server.request_queue_size = COUNT
    server.socket.listen(COUNT)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    (folder / "sotctl.toml").write_text(
        f'format = 1\nstate = "{folder}/state"\n[instance.many]\nproduct = "netbox"\nenvironment = "development"\n'
        '[instance.many.database]\nname = "none"\napplication = { user = "none", host = "127.0.0.1", port = 9 }\n')
    (folder / "many.toml").write_text(checklist(server.server_address[1]))
    for file in folder.iterdir():
        file.chmod(0o600)
    took = []
    try:
        for _ in range(chosen.pairs):
            ran = place.timed([chosen.sotctl, "-c", folder / "sotctl.toml", "validate", folder / "many.toml", "-o", "json"])
            passed = [each for each in json.loads(ran.output)["checks"] if each["outcome"] == "pass"]
            if len(passed) != COUNT:
                raise RuntimeError(f"only {len(passed)} of {COUNT} checks passed")
            took.append(ran.seconds)
    finally:
        server.shutdown()
        shutil.rmtree(folder, ignore_errors=True)
    tally.at_most(f"{COUNT} independent checks / the slowest one", RATIO, [each / SLOWEST for each in took], " times",
                  f"{seconds(took)} : {SLOWEST} s, requests and programs")


def post_upgrade(tally, chosen, there):
    """Jobs run side by side, after everything that only looks: what is waited for is the longest of them."""
    beside, whole, jobs = [], [], []
    for _ in range(chosen.pairs):
        # The stand-in has no migration files.
        told = json.loads(there["small"].operate("validate", "post-upgrade", "--skip-tag", "code", "-o", "json").output)
        waited = max(each["took_ms"] for each in told["checks"] if each["id"] in JOBS) / 1000
        whole.append(told["took_ms"] / 1000)
        jobs.append(waited)
        beside.append(told["took_ms"] / 1000 - waited)
    tally.at_most("validate post-upgrade, less waiting for jobs", WHOLE, beside, " s",
                  f"{seconds(whole)} less {seconds(jobs)}")
