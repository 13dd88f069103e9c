"""The few HTML pages: login, server error, not found."""

import html
import platform

FRAME = """<!DOCTYPE html>
<html lang="en">
<head>
    <meta charset="UTF-8">
    <title>%s</title>
</head>
<body>
%s
</body>
</html>
"""


def login(release):
    return FRAME % ("Log In | NetBox", """<h1>Log In</h1>
<p>This is the stand-in application of a sotctl sandbox (NetBox %s): it has no pages behind this one.</p>
<form action="/login/" method="post">
    <label>Username <input type="text" name="username" autofocus></label>
    <label>Password <input type="password" name="password"></label>
    <button type="submit">Sign In</button>
</form>""" % html.escape(release))


def server_error(error, release):
    kind = type(error)
    if kind.__module__.startswith("psycopg2"):
        name = "django.db.utils." + kind.__name__
    elif kind.__module__ == "builtins":
        name = kind.__name__
    else:
        name = kind.__module__ + "." + kind.__name__
    return FRAME % ("Server Error", """<h5>Server Error</h5>
<p>The request could not be answered. This is what stopped it:</p>
<pre class="block"><strong>%s</strong><br />
%s

Python version: %s
NetBox version: %s</pre>""" % (html.escape("<class '%s'>" % name, quote=True), html.escape(str(error)),
                               platform.python_version(), html.escape(release)))


def not_found(path):
    return FRAME % ("Page Not Found | NetBox", "<h1>Page Not Found</h1>\n<p>There is nothing at <code>%s</code>.</p>"
                    % html.escape(path))
