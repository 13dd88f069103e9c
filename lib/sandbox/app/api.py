"""The REST API, as far as the stand-in has one. Tables and columns differ between releases: everything asks the
catalogue first."""

import datetime
import platform
import uuid

from netbox import changes, uploads
from netbox.requests import Refused

NO_CREDENTIALS = {"detail": "Authentication credentials were not provided."}
# key of the answer, column, table, path, columns shown
NESTED = [
    ("device_type", ("device_type_id",), "dcim_devicetype", "dcim/device-types", ("model", "slug")),
    ("role", ("role_id",), "dcim_devicerole", "dcim/device-roles", ("name", "slug")),
    ("device_role", ("device_role_id",), "dcim_devicerole", "dcim/device-roles", ("name", "slug")),
    ("tenant", ("tenant_id",), "tenancy_tenant", "tenancy/tenants", ("name", "slug")),
    ("platform", ("platform_id",), "dcim_platform", "dcim/platforms", ("name", "slug")),
    ("site", ("site_id",), "dcim_site", "dcim/sites", ("name", "slug")),
    ("location", ("location_id",), "dcim_location", "dcim/locations", ("name", "slug")),
    ("rack", ("rack_id",), "dcim_rack", "dcim/racks", ("name",)),
]
PLAIN = ("serial", "asset_tag", "position", "airflow", "vc_position", "vc_priority", "description", "comments",
         "local_context_data")


def user_of(request, database):
    """Who asks. Refuses like the real one: 403 for no credentials and for wrong ones."""
    words = request.header("Authorization").split()
    if not words:
        raise Refused(403, NO_CREDENTIALS)
    if words[0].lower() != "token":
        raise Refused(403, NO_CREDENTIALS)
    if len(words) == 1:
        raise Refused(403, {"detail": "Invalid token header. No credentials provided."})
    if len(words) > 2:
        raise Refused(403, {"detail": "Invalid token header. Token string should not contain spaces."})
    users = database.first("users_user", "auth_user")
    token = database.row("SELECT t.*, u.username, u.is_superuser, u.is_active FROM users_token t JOIN " + users +
                         " u ON u.id = t.user_id WHERE t.key = %s", (words[1],))
    if token is None:
        raise Refused(403, {"detail": "Invalid token"})
    now = datetime.datetime.now(datetime.timezone.utc)
    if token["expires"] is not None and token["expires"] < now:
        raise Refused(403, {"detail": "Token expired"})
    if not token["is_active"]:
        raise Refused(403, {"detail": "User inactive"})
    if database.has("users_token", "last_used"):
        used = token["last_used"]
        if used is None or now - used > datetime.timedelta(minutes=1):
            database.rows("UPDATE users_token SET last_used = %s WHERE id = %s", (now, token["id"]))
    if request.method not in ("GET", "HEAD", "OPTIONS") and not token["write_enabled"]:
        raise Refused(403, {"detail": "You do not have permission to perform this action."})
    if not token["is_superuser"]:
        raise Refused(403, {"detail": "You do not have permission to perform this action."})
    return token


def page(request, database, table, order, render, where="TRUE", parameters=()):
    limit = min(request.number("limit", 50) or 50, 1000)
    offset = request.number("offset", 0)
    count = database.row("SELECT count(*) AS n FROM %s WHERE %s" % (table, where), parameters)["n"]
    rows = database.rows("SELECT * FROM %s WHERE %s ORDER BY %s LIMIT %d OFFSET %d"
                         % (table, where, order, limit, offset), parameters)

    def link(start):
        return "%s%s?limit=%d&offset=%d" % (request.base, request.path, limit, start)

    return {"count": count,
            "next": link(offset + limit) if offset + limit < count else None,
            "previous": link(max(offset - limit, 0)) if offset else None,
            "results": render(rows)}


def nested(request, database, rows, column, table, path, shown):
    """Short forms of what the rows point to, by id."""
    ids = sorted({row[column] for row in rows if row.get(column) is not None})
    if not ids or not database.has(table):
        return {}
    found = database.rows("SELECT id, %s FROM %s WHERE id = ANY(%%s)" % (", ".join(shown), table), (ids,))
    return {row["id"]: {"id": row["id"], "url": "%s/api/%s/%d/" % (request.base, path, row["id"]),
                        "display": row[shown[0]], **{name: row[name] for name in shown}} for row in found}


def devices(request, database):
    def render(rows):
        pointed = [(key, column, nested(request, database, rows, column, table, path, shown))
                   for key, columns, table, path, shown in NESTED for column in columns
                   if database.has("dcim_device", column)]
        return [device(row, pointed) for row in rows]

    def device(row, pointed):
        display = row["name"] or "Unnamed device"
        if row["asset_tag"]:
            display += " (%s)" % row["asset_tag"]
        answer = {"id": row["id"], "url": "%s/api/dcim/devices/%d/" % (request.base, row["id"]),
                  "display": display, "name": row["name"]}
        for key, column, found in pointed:
            answer[key] = found.get(row[column])
        answer["status"] = {"value": row["status"], "label": row["status"].capitalize()}
        answer["face"] = {"value": row["face"], "label": row["face"].capitalize()} if row["face"] else None
        for name in PLAIN:
            if name in row:
                answer[name] = row[name] if name != "position" or row[name] is None else float(row[name])
        answer.update(tags=[], custom_fields=row["custom_field_data"], created=row["created"],
                      last_updated=row["last_updated"])
        return answer

    last = request.path.rstrip("/").rsplit("/", 1)[-1]
    if last.isdigit():
        rows = database.rows("SELECT * FROM dcim_device WHERE id = %s", (int(last),))
        if not rows:
            raise Refused(404, {"detail": "Not found."})
        if request.method == "PATCH":
            rows = [changes.change_device(request, database, user_of(request, database), rows[0])]
        return render(rows)[0]
    where, parameters = ["TRUE"], []
    for name in ("id", "name", "status", "serial", "site_id"):
        if name in request.query:
            where.append(name + "::text = %s")
            parameters.append(request.query[name])
    return page(request, database, "dcim_device", "name, id", render, " AND ".join(where), parameters)


def object_changes(request, database):
    table = database.first("core_objectchange", "extras_objectchange")
    types = {row["id"]: "%s.%s" % (row["app_label"], row["model"])
             for row in database.rows("SELECT id, app_label, model FROM django_content_type")}
    path = table.replace("_objectchange", "/object-changes")

    def render(rows):
        return [{"id": row["id"], "url": "%s/api/%s/%d/" % (request.base, path, row["id"]),
                 "display": "%s %s by %s" % (row["object_repr"], changes.LABELS[row["action"]].lower(),
                                             row["user_name"]),
                 "time": row["time"], "user_name": row["user_name"], "request_id": row["request_id"],
                 "action": {"value": row["action"], "label": changes.LABELS[row["action"]]},
                 "changed_object_type": types.get(row["changed_object_type_id"]),
                 "changed_object_id": row["changed_object_id"],
                 "prechange_data": row["prechange_data"], "postchange_data": row["postchange_data"]} for row in rows]

    return page(request, database, table, "time DESC, id DESC", render)


def status(release, database, workers):
    database.row("SELECT count(*) FROM django_content_type")  # the real one can't answer without its database either
    return {"django-version": "5.1.5" if int(release.split(".")[0]) >= 4 else "4.0.7", "installed-apps": {},
            "netbox-version": release, "plugins": {}, "python-version": platform.python_version(),
            "rq-workers-running": workers()}


def remove_attachment(request, database, media_root):
    user = user_of(request, database)
    uploads.remove(request, database, media_root, lambda work: changes.logged(
        database, user, uuid.uuid4(), "delete", "extras", "imageattachment", work))


def upload(request, database, media_root):
    user = user_of(request, database)
    return uploads.store(request, database, media_root, lambda work: changes.logged(
        database, user, uuid.uuid4(), "create", "extras", "imageattachment", work))
