"""The few HTML pages: login, server error, not found."""

import html
import os
import platform

FRAME = """<!DOCTYPE html>
<html lang="en">
<head>
    <meta charset="UTF-8">
    <title>%s</title>
    <link rel="stylesheet" href="/static/sandbox.5f3ac1d2.css">
</head>
<body>
%s
</body>
</html>
"""


STATIC = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "static")


def login(release, token, wrong=False):
    return FRAME % ("Log In | NetBox", """<h1>Log In</h1>%s
<p>This is the stand-in application of a sotctl sandbox (NetBox %s): it has one page behind this one.</p>
<form action="/login/" method="post">
    <input type="hidden" name="csrfmiddlewaretoken" value="%s">
    <label>Username <input type="text" name="username" autofocus></label>
    <label>Password <input type="password" name="password"></label>
    <button type="submit">Sign In</button>
</form>""" % ("\n<p>Please enter a correct username and password.</p>" if wrong else "", html.escape(release), token))


def home(release, user, devices, token):
    return FRAME % ("Home | NetBox", """<h1>Home</h1>
<p>Logged in as %s. %d devices. NetBox %s.</p>
<form action="/logout/" method="post">
    <input type="hidden" name="csrfmiddlewaretoken" value="%s">
    <button type="submit">Log Out</button>
</form>""" % (html.escape(user), devices, html.escape(release), token))


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
