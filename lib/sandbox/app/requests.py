"""What came in and what goes out, without a framework: just enough of HTTP for the paths that this application has."""

import email.parser
import email.policy
import json
import urllib.parse

REASONS = {200: "OK", 201: "Created", 204: "No Content", 302: "Found", 400: "Bad Request", 403: "Forbidden",
           404: "Not Found", 405: "Method Not Allowed", 500: "Internal Server Error"}


class Refused(Exception):
    """An answer other than the one that was asked for: status and JSON body."""

    def __init__(self, status, body, headers=()):
        super().__init__(status)
        self.status, self.body, self.headers = status, body, list(headers)


class Request:
    def __init__(self, environ):
        self.environ = environ
        self.method = environ["REQUEST_METHOD"]
        self.path = environ.get("PATH_INFO", "/")
        self.query = dict(urllib.parse.parse_qsl(environ.get("QUERY_STRING", "")))
        self.base = "%s://%s" % (environ["wsgi.url_scheme"], environ.get("HTTP_HOST", "127.0.0.1"))

    def header(self, name):
        return self.environ.get("HTTP_" + name.upper().replace("-", "_"), "")

    def body(self):
        return self.environ["wsgi.input"].read(int(self.environ.get("CONTENT_LENGTH") or 0))

    def form(self):
        """Fields of a JSON or multipart body; a file is a pair of its name and its bytes."""
        kind = self.environ.get("CONTENT_TYPE", "")
        if kind.startswith("multipart/form-data"):
            head = b"Content-Type: " + kind.encode("latin-1") + b"\r\n\r\n"
            message = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(head + self.body())
            return dict(part_value(part) for part in message.iter_parts())
        try:
            fields = json.loads(self.body() or b"{}")
        except ValueError as error:
            raise Refused(400, {"detail": "JSON parse error - %s" % error})
        if not isinstance(fields, dict):
            raise Refused(400, {"non_field_errors": ["Invalid data. Expected a dictionary."]})
        return fields

    def number(self, name, default):
        value = self.query.get(name, "")
        return int(value) if value.isdigit() else default


def part_value(part):
    name = part.get_param("name", header="content-disposition")
    data = part.get_payload(decode=True) or b""
    if part.get_filename() is not None:
        return name, (part.get_filename(), data)
    return name, data.decode("utf-8", "replace")


def encode(value):
    return value.isoformat().replace("+00:00", "Z") if hasattr(value, "isoformat") else str(value)


def as_json(start_response, status, body, headers=()):
    text = json.dumps(body, default=encode, separators=(",", ":")).encode()
    send = [("Content-Type", "application/json"), ("Vary", "Accept, Cookie, Origin"), *headers]
    start_response("%d %s" % (status, REASONS[status]), [*send, ("Content-Length", str(len(text)))])
    return [text]


def as_html(start_response, status, text, headers=()):
    data = text.encode()
    send = [("Content-Type", "text/html; charset=utf-8"), ("Vary", "Cookie, Origin"), *headers]
    start_response("%d %s" % (status, REASONS[status]), [*send, ("Content-Length", str(len(data)))])
    return [data]
