"""Writes of the stand-in, each with its entry in the change log in the same transaction."""

import datetime
import json
import uuid

from netbox.requests import Refused, encode

LABELS = {"create": "Created", "update": "Updated", "delete": "Deleted"}
CHANGEABLE = ("name", "serial", "asset_tag", "status", "comments", "description")


def now():
    return datetime.datetime.now(datetime.timezone.utc)


def content_type(database, app, model):
    row = database.row("SELECT id FROM django_content_type WHERE app_label = %s AND model = %s", (app, model))
    if row is None:
        raise Refused(400, {"object_type": ["Invalid value: %s.%s" % (app, model)]})
    return row["id"]


def logged(database, user, request_id, action, app, model, work):
    """Runs work() and writes the log in one transaction. work() gives the row's id, its name, and the data before
    and after."""
    table = database.first("core_objectchange", "extras_objectchange")

    def both():
        key, name, before, after = work()
        database.rows(
            "INSERT INTO " + table + " (time, user_id, user_name, request_id, action, changed_object_type_id, "
            "changed_object_id, object_repr, prechange_data, postchange_data) "
            "VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            (now(), user["user_id"], user["username"], str(request_id), action, content_type(database, app, model),
             key, name, text(before), text(after)))
        return key

    return database.together(both)


def text(data):
    return None if data is None else json.dumps(data, default=encode)


def change_device(request, database, user, device):
    fields = {name: value for name, value in request.form().items()
              if name in CHANGEABLE and database.has("dcim_device", name)}
    if not fields:
        return device

    def work():
        sets = ", ".join(name + " = %s" for name in fields)
        after = database.row("UPDATE dcim_device SET " + sets + ", last_updated = %s WHERE id = %s RETURNING *",
                             (*fields.values(), now(), device["id"]))
        return device["id"], after["name"] or "", dict(device), dict(after)

    logged(database, user, uuid.uuid4(), "update", "dcim", "device", work)
    return database.row("SELECT * FROM dcim_device WHERE id = %s", (device["id"],))
