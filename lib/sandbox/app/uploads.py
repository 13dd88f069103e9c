"""Image attachments: a file below MEDIA_ROOT and a row that names it."""

import os
import re
import secrets
import struct

from netbox.changes import content_type, now
from netbox.requests import Refused

FOLDER = "image-attachments"


def size_of(data):
    """Width and height of a PNG, GIF or JPEG; nothing for anything else."""
    if data[:8] == b"\x89PNG\r\n\x1a\n" and len(data) >= 24:
        return struct.unpack(">II", data[16:24])
    if data[:6] in (b"GIF87a", b"GIF89a") and len(data) >= 10:
        return struct.unpack("<HH", data[6:10])
    if data[:2] == b"\xff\xd8":
        at = 2
        while at + 9 < len(data) and data[at] == 0xFF:
            if data[at + 1] in (0xC0, 0xC1, 0xC2):
                height, width = struct.unpack(">HH", data[at + 5:at + 9])
                return width, height
            at += 2 + struct.unpack(">H", data[at + 2:at + 4])[0]
    return None


def write_new(folder, stem, extension, data):
    """Writes under a name that is still free and gives that name."""
    os.makedirs(folder, exist_ok=True)
    name = stem + extension
    while True:
        try:
            with open(os.path.join(folder, name), "xb") as file:
                file.write(data)
            return name
        except FileExistsError:
            name = "%s_%s%s" % (stem, secrets.token_hex(4), extension)


def store(request, database, media_root, logged):
    fields = request.form()
    type_column = "object_type_id" if database.has("extras_imageattachment", "object_type_id") else "content_type_id"
    type_key = type_column[:-3]
    missing = {key: ["This field is required."] for key in (type_key, "object_id") if not fields.get(key)}
    image = fields.get("image")
    if not isinstance(image, tuple):
        missing["image"] = ["No file was submitted."]
    if missing:
        raise Refused(400, missing)
    size = size_of(image[1])
    if size is None:
        raise Refused(400, {"image": ["Upload a valid image. The file you uploaded was either not an image or a "
                                      "corrupted image."]})
    if not fields["object_id"].isdigit():
        raise Refused(400, {"object_id": ["A valid integer is required."]})
    app, _, model = fields[type_key].partition(".")
    object_id, object_type = int(fields["object_id"]), content_type(database, app, model)
    table = app + "_" + model
    if not database.has(table) or not database.row("SELECT id FROM " + table + " WHERE id = %s", (object_id,)):
        raise Refused(400, {"non_field_errors": ["Invalid parent object: %s ID %d" % (fields[type_key], object_id)]})
    extension = os.path.splitext(image[0])[1].lower()
    name = fields.get("name") or os.path.splitext(image[0])[0]
    stem = re.sub(r"[^A-Za-z0-9_.-]", "_", "%s_%d_%s" % (model, object_id, name))[:60]
    stored = FOLDER + "/" + write_new(os.path.join(media_root, FOLDER), stem, extension, image[1])

    def work():
        moment = now()
        row = database.row(
            "INSERT INTO extras_imageattachment (" + type_column + ", object_id, image, image_height, image_width, "
            "name, created, last_updated) VALUES (%s, %s, %s, %s, %s, %s, %s, %s) RETURNING id",
            (object_type, object_id, stored, size[1], size[0], name[:50], moment, moment))
        return row["id"], name, None, {"name": name, "image": stored, "object_id": object_id}

    key = logged(work)
    return shown(request, database, database.row("SELECT * FROM extras_imageattachment WHERE id = %s", (key,)))


def remove(request, database, media_root, logged):
    """Deletes a row and its file, as the real one does."""
    row = database.row("SELECT * FROM extras_imageattachment WHERE id = %s",
                       (int(request.path.rstrip("/").rsplit("/", 1)[-1]),))
    if row is None:
        raise Refused(404, {"detail": "Not found."})

    def work():
        database.rows("DELETE FROM extras_imageattachment WHERE id = %s", (row["id"],))
        return row["id"], row["name"], {"name": row["name"], "image": row["image"]}, None

    logged(work)
    path = os.path.realpath(os.path.join(media_root, row["image"]))
    if path.startswith(os.path.realpath(media_root) + os.sep) and os.path.isfile(path):
        os.remove(path)


def shown(request, database, row):
    type_id = row.get("object_type_id") or row.get("content_type_id")
    kind = database.row("SELECT app_label, model FROM django_content_type WHERE id = %s", (type_id,))
    type_key = "object_type" if "object_type_id" in row else "content_type"
    return {"id": row["id"], "url": "%s/api/extras/image-attachments/%d/" % (request.base, row["id"]),
            "display": row["name"] or row["image"].rsplit("/", 1)[-1],
            type_key: "%(app_label)s.%(model)s" % kind if kind else None, "object_id": row["object_id"],
            "name": row["name"], "image": "%s/media/%s" % (request.base, row["image"]),
            "image_height": row["image_height"], "image_width": row["image_width"],
            "created": row["created"], "last_updated": row["last_updated"]}


def delete(database, media_root, row, logged):
    """The row, and then its file: as the real one does."""
    def work():
        database.rows("DELETE FROM extras_imageattachment WHERE id = %s", (row["id"],))
        return row["id"], row["name"], {"name": row["name"], "image": row["image"]}, None

    logged(work)
    try:
        os.unlink(os.path.join(media_root, row["image"]))
    except FileNotFoundError:
        pass
