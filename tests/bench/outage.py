"""The external probe: asks one address every 10 ms and tells how long it did not serve."""
import http.client
import threading
import time
import urllib.parse

PAUSE = 0.010
LIMIT = 1.0  # of one request


class Outage:
    """Used as `with Outage(url) as outage: …`; `outage.seconds` is known afterwards."""

    def __init__(self, url):
        self.place = urllib.parse.urlsplit(url)
        self.seconds = None
        self.last_good = None   # when the last request before the outage was sent
        self.first_good = None  # when the first one after it was sent
        self.seen_bad = False
        self.done = threading.Event()
        self.thread = threading.Thread(target=self.watch)

    def __enter__(self):
        self.ask()
        if self.seen_bad:
            raise RuntimeError("the application does not serve")
        self.thread.start()
        return self

    def __exit__(self, kind, error, trace):
        if kind is None:
            self.wait_for_good()
        self.done.set()
        self.thread.join()
        if self.first_good:
            self.seconds = self.first_good - self.last_good
        elif not self.seen_bad:
            self.seconds = 0.0

    def wait_for_good(self, limit=60):
        end = time.monotonic() + limit
        while self.seen_bad and not self.first_good and time.monotonic() < end:
            time.sleep(PAUSE)

    def watch(self):
        while not self.done.wait(PAUSE):
            self.ask()

    def ask(self):
        sent = time.monotonic()
        if not self.serves():
            self.seen_bad = True
            self.first_good = None
        elif not self.seen_bad:
            self.last_good = sent
        elif not self.first_good:
            self.first_good = sent

    def serves(self):
        try:
            connection = http.client.HTTPConnection(self.place.hostname, self.place.port,
                                                    timeout=LIMIT)
            connection.request("GET", self.place.path)
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()
