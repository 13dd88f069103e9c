"""The stand-in for NetBox that a sandbox runs: the same paths and shapes, a small part of the work."""

import functools
import os
import sys
import traceback

import redis

from netbox import api, configuration, hooks, pages, settings, uploads
from netbox.database import Database
from netbox.requests import Refused, Request, as_html, as_json
from netbox.sessions import Sessions

database = Database(configuration.DATABASE)
READ = ("GET", "HEAD", "OPTIONS")
WRITE = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")


@functools.lru_cache(maxsize=None)
def tasks(which="tasks"):
    options = configuration.REDIS[which]
    return redis.Redis(host=options["HOST"], port=options["PORT"], db=options["DATABASE"], socket_timeout=5)


sessions = Sessions(lambda: tasks("caching"), configuration.LOGIN_PASSWORD)


def running_workers():
    return sum(1 for name in tasks().smembers("rq:workers") if tasks().exists(name))


def signed_in(answer):
    def guarded(request):
        api.user_of(request, database)
        return answer(request, database)

    return guarded


def attachments(request):
    if request.method == "POST":
        return api.upload(request, database, configuration.MEDIA_ROOT)
    api.user_of(request, database)
    return api.page(request, database, "extras_imageattachment", "name, id",
                    lambda rows: [uploads.shown(request, database, row) for row in rows])


def webhooks(request):
    api.user_of(request, database)
    return hooks.kept(request, tasks("caching"))


def manufacturers(request):
    return hooks.manufacturers(request, database, api.user_of(request, database), tasks("caching"), tasks())


def root(request):
    return {name: "%s/api/%s/" % (request.base, name) for name in ("core", "dcim", "extras", "status")}


def lists(app, *names):
    return lambda request: {name: "%s/api/%s/%s/" % (request.base, app, name) for name in names}


ROUTES = [
    ("/api/dcim/", READ, lists("dcim", "devices")),
    ("/api/extras/", READ, lists("extras", "image-attachments", "object-changes")),
    ("/api/status/", READ, lambda request: api.status(settings.VERSION, database, running_workers)),
    ("/api/dcim/devices/", READ, signed_in(api.devices)),
    ("/api/extras/object-changes/", READ, signed_in(api.object_changes)),
    ("/api/core/object-changes/", READ, signed_in(api.object_changes)),
    ("/api/extras/image-attachments/", ("GET", "POST", "HEAD", "OPTIONS"), attachments),
    ("/api/extras/webhooks/", ("GET", "POST", "HEAD", "OPTIONS"), webhooks),
    ("/api/extras/event-rules/", ("GET", "POST", "HEAD", "OPTIONS"), webhooks),
    ("/api/dcim/manufacturers/", ("GET", "POST", "HEAD", "OPTIONS"), manufacturers),
    ("/api/", READ, root),
]
ONE = ("GET", "DELETE", "HEAD", "OPTIONS")
NUMBERED = [
    ("/api/extras/image-attachments/", ONE, lambda request: api.attachment(request, database,
                                                                           configuration.MEDIA_ROOT)),
    ("/api/dcim/devices/", ("GET", "PATCH", "HEAD", "OPTIONS"), signed_in(api.devices)),
    ("/api/extras/webhooks/", ONE, webhooks),
    ("/api/extras/event-rules/", ONE, webhooks),
    ("/api/dcim/manufacturers/", ONE, manufacturers),
]


def numbered(path, prefix):
    return path.startswith(prefix) and path[len(prefix):].rstrip("/").isdigit()


def route(path):
    for prefix, methods, answer in ROUTES:
        if path == prefix:
            return methods, answer
    for prefix, methods, answer in NUMBERED:
        if numbered(path, prefix):
            return methods, answer
    return None, None


def answer_api(request, start_response):
    methods, answer = route(request.path)
    if answer is None:
        return as_html(start_response, 404, pages.not_found(request.path))
    allow = [("Allow", ", ".join(methods))]
    if request.method not in methods:
        return as_json(start_response, 405, {"detail": 'Method "%s" not allowed.' % request.method}, allow)
    try:
        body = answer(request)
    except Refused as refused:
        return as_json(start_response, refused.status, refused.body, [*allow, *refused.headers])
    if request.method == "DELETE":
        start_response("204 No Content", [*allow, ("Content-Length", "0")])
        return [b""]
    return as_json(start_response, 201 if request.method == "POST" else 200, body, allow)


def send_file(request, start_response, root, kind):
    folder = os.path.realpath(root)
    path = os.path.realpath(os.path.join(folder, request.path.split("/", 2)[2]))
    if not path.startswith(folder + os.sep) or not os.path.isfile(path):
        return as_html(start_response, 404, pages.not_found(request.path))
    with open(path, "rb") as file:
        data = file.read()
    start_response("200 OK", [("Content-Type", kind), ("Content-Length", str(len(data)))])
    return [data]


def answer_login(request, start_response):
    # The real login page reads its session and configuration first: without a database it is an error too.
    database.row("SELECT count(*) FROM django_content_type")
    wrong = False
    if request.method == "POST":
        fields = sessions.fields(request)
        if fields is None:
            return as_html(start_response, 403, pages.not_found(request.path))
        cookies = sessions.log_in(fields)
        if cookies:
            return as_html(start_response, 302, "", [("Location", "/"), *cookies])
        wrong = True
    token, cookie = sessions.token(request)
    return as_html(start_response, 200, pages.login(settings.VERSION, token, wrong), cookie)


def application(environ, start_response):
    request = Request(environ)
    try:
        if request.path.startswith("/api/"):
            return answer_api(request, start_response)
        if request.path.startswith("/media/"):
            return send_file(request, start_response, configuration.MEDIA_ROOT, "application/octet-stream")
        if request.path.startswith("/static/"):
            return send_file(request, start_response, pages.STATIC, "text/css")
        if request.path == "/login/":
            return answer_login(request, start_response)
        if request.path == "/logout/" and request.method == "POST" and sessions.fields(request) is not None:
            return as_html(start_response, 302, "", [("Location", "/login/"), *sessions.log_out(request)])
        if request.path == "/":
            user = sessions.user(request)
            if user is None:
                return as_html(start_response, 302, "", [("Location", "/login/?next=/")])
            token, cookie = sessions.token(request)
            devices = database.row("SELECT count(*) AS n FROM dcim_device")["n"]
            return as_html(start_response, 200, pages.home(settings.VERSION, user, devices, token), cookie)
        return as_html(start_response, 404, pages.not_found(request.path))
    except Exception as error:  # as the real one does: any failure is a page
        traceback.print_exc(file=sys.stderr)
        return as_html(start_response, 500, pages.server_error(error, settings.VERSION))
