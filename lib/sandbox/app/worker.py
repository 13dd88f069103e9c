"""A worker that looks like an RQ worker from outside: registered in Redis with a heartbeat, a session on the database,
takes jobs from its queues and marks them finished."""

import datetime
import importlib
import os
import pickle
import signal
import socket
import sys
import time
import uuid
import zlib

import psycopg2
import redis

from netbox import configuration
from netbox.database import Database

HEARTBEAT = 5
LIFETIME = 30


def daemonise(log):
    if os.fork():
        os._exit(0)
    os.setsid()
    if os.fork():
        os._exit(0)
    nothing = os.open(os.devnull, os.O_RDWR)
    output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o640) if log else nothing
    os.dup2(nothing, 0)
    os.dup2(output, 1)
    os.dup2(output, 2)


def write_pid(path):
    partial = path + ".partial"
    with open(partial, "w") as file:
        file.write("%d\n" % os.getpid())
    os.replace(partial, path)


def stamp():
    return datetime.datetime.utcnow().strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def call(data):
    """Calls what a job holds: pickled, maybe packed, as RQ keeps it. A job without data is done."""
    if not data:
        return "finished"
    try:
        try:
            data = zlib.decompress(data)
        except zlib.error:
            pass
        name, _, arguments, named = pickle.loads(data)
        module, _, function = name.rpartition(".")
        getattr(importlib.import_module(module), function)(*arguments, **named)
        return "finished"
    except Exception as error:  # whatever a job does wrong is its own end alone
        print(stamp(), "job failed:", error, file=sys.stderr, flush=True)
        return "failed"


class Worker:
    def __init__(self, queues):
        options = configuration.REDIS["tasks"]
        self.redis = redis.Redis(host=options["HOST"], port=options["PORT"], db=options["DATABASE"])
        self.database = Database(configuration.DATABASE)
        self.key = "rq:worker:" + uuid.uuid4().hex
        self.queues = queues
        self.stopping = False

    def register(self):
        self.redis.hset(self.key, mapping={
            "birth": stamp(), "last_heartbeat": stamp(), "queues": ",".join(self.queues), "pid": os.getpid(),
            "hostname": socket.gethostname(), "state": "idle", "version": "1.16.2",
            "python_version": sys.version.split()[0]})
        self.redis.expire(self.key, LIFETIME)
        self.redis.sadd("rq:workers", self.key)
        for queue in self.queues:
            self.redis.sadd("rq:workers:" + queue, self.key)

    def beat(self):
        if not self.redis.exists(self.key):
            self.register()
        self.redis.hset(self.key, "last_heartbeat", stamp())
        self.redis.expire(self.key, LIFETIME)
        try:
            self.database.row("SELECT count(*) FROM django_content_type")
        except psycopg2.Error as error:
            print(stamp(), "database:", str(error).strip(), file=sys.stderr, flush=True)

    def leave(self):
        self.redis.srem("rq:workers", self.key)
        for queue in self.queues:
            self.redis.srem("rq:workers:" + queue, self.key)
        self.redis.delete(self.key)
        self.database.drop()

    def work(self):
        """Waits for a job for a second and does it: marks it finished."""
        taken = self.redis.blpop(["rq:queue:" + queue for queue in self.queues], timeout=1)
        if taken is None:
            return
        job = "rq:job:" + taken[1].decode()
        status = "finished"
        if self.redis.exists(job):
            status = call(self.redis.hget(job, "data"))
            self.redis.hset(job, mapping={"status": status, "started_at": stamp(), "ended_at": stamp()})
        print(stamp(), "job", taken[1].decode(), status, file=sys.stderr, flush=True)

    def loop(self):
        last = 0.0
        while not self.stopping:
            try:
                if time.monotonic() - last >= HEARTBEAT:
                    self.beat()
                    last = time.monotonic()
                self.work()
            except redis.RedisError as error:
                print(stamp(), "redis:", error, file=sys.stderr, flush=True)
                time.sleep(1)
        try:
            self.leave()
        except redis.RedisError:
            pass  # Redis may be gone before its worker; the heartbeat's end says the same


def run(options):
    if options.daemon:
        daemonise(options.log)
    worker = Worker(options.queues)

    def stop(_number, _frame):
        worker.stopping = True

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    if options.pid:
        write_pid(options.pid)
    worker.loop()
    if options.pid and os.path.exists(options.pid):
        os.remove(options.pid)
