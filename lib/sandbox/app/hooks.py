"""Webhooks, the rules that send them, and the manufacturers whose making sends one. Webhooks and rules live in Redis:
their tables differ too much between releases."""

import http.client
import json
import pickle
import urllib.parse
import uuid

from netbox import changes
from netbox.requests import Refused, encode

KINDS = {"/api/extras/webhooks/": "webhooks", "/api/extras/event-rules/": "rules"}
MANUFACTURERS = "/api/dcim/manufacturers/"


def listed(request, results):
    wanted = request.query.get("q", "").lower()
    found = [each for each in results if wanted in each["name"].lower()]
    return {"count": len(found), "next": None, "previous": None, "results": found}


def required(fields, *names):
    missing = {name: ["This field is required."] for name in names if not fields.get(name)}
    if missing:
        raise Refused(400, missing)


def split(path, prefixes):
    """The list that a path belongs to, and the number of one of its objects, or None."""
    for prefix in prefixes:
        if path.startswith(prefix):
            rest = path[len(prefix):].rstrip("/")
            return prefix, int(rest) if rest.isdigit() else None
    raise Refused(404, {"detail": "Not found."})


def kept(request, redis):
    """Webhooks and rules: GET and POST of a list, GET and DELETE of one."""
    prefix, number = split(request.path, KINDS)
    key = "sandbox:" + KINDS[prefix]
    if number is None and request.method == "POST":
        fields = request.form()
        required(fields, "name", "payload_url" if KINDS[prefix] == "webhooks" else "action_object_id")
        number = redis.incr(key + ":id")
        redis.hset(key, number, json.dumps(dict(fields, id=number)))
    if number is None:
        return listed(request, [json.loads(each) for each in redis.hvals(key)])
    found = redis.hget(key, number)
    if found is None:
        raise Refused(404, {"detail": "Not found."})
    if request.method == "DELETE":
        redis.hdel(key, number)
    return json.loads(found)


def shown(row):
    return {name: row.get(name) for name in ("id", "name", "slug", "description")}


def manufacturers(request, database, user, redis, tasks):
    _, number = split(request.path, [MANUFACTURERS])
    if number is None and request.method == "POST":
        fields = request.form()
        required(fields, "name", "slug")

        def work():
            row = database.row(
                "INSERT INTO dcim_manufacturer (created, last_updated, custom_field_data, name, slug, description) "
                "VALUES (now(), now(), '{}', %s, %s, %s) RETURNING *",
                (fields["name"], fields["slug"], fields.get("description", "")))
            return row["id"], row["name"], None, dict(row)

        number = changes.logged(database, user, uuid.uuid4(), "create", "dcim", "manufacturer", work)
        row = database.row("SELECT * FROM dcim_manufacturer WHERE id = %s", (number,))
        announce(redis, tasks, "dcim.manufacturer", shown(row))
        return shown(row)
    if number is None:
        return listed(request, [shown(row) for row in database.rows("SELECT * FROM dcim_manufacturer ORDER BY name")])
    row = database.row("SELECT * FROM dcim_manufacturer WHERE id = %s", (number,))
    if row is None:
        raise Refused(404, {"detail": "Not found."})
    if request.method == "DELETE":
        def work():
            database.rows("DELETE FROM dcim_manufacturer WHERE id = %s", (number,))
            return number, row["name"], dict(row), None

        changes.logged(database, user, uuid.uuid4(), "delete", "dcim", "manufacturer", work)
    return shown(row)


def announce(redis, tasks, kind, data):
    """Puts a job into the queue for each rule that wants to know: the worker sends it."""
    hooks = {int(number): json.loads(each) for number, each in redis.hgetall("sandbox:webhooks").items()}
    for rule in map(json.loads, redis.hvals("sandbox:rules")):
        hook = hooks.get(rule["action_object_id"])
        if hook is None or kind not in rule.get("object_types", []):
            continue
        job = str(uuid.uuid4())
        body = json.dumps({"event": "created", "model": kind.split(".")[1], "data": data}, default=encode)
        tasks.hset("rq:job:" + job, mapping={
            "status": "queued", "origin": "default",
            "data": pickle.dumps(("netbox.hooks.send", None, (hook["payload_url"], body), {}))})
        tasks.expire("rq:job:" + job, 300)
        tasks.rpush("rq:queue:default", job)


def send(url, body):
    place = urllib.parse.urlsplit(url)
    connection = http.client.HTTPConnection(place.hostname, place.port, timeout=10)
    try:
        connection.request("POST", place.path, body, {"Content-Type": "application/json"})
        status = connection.getresponse().status
    finally:
        connection.close()
    if not 200 <= status < 300:
        raise ValueError("Status %d returned" % status)
