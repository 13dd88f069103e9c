"""Logins by form, as Django's: a token that the form must give back, and a session that a cookie names."""

import hmac
import secrets
import urllib.parse
from http.cookies import SimpleCookie

USER = "sandbox"
LIFETIME = 3600


class Sessions:
    def __init__(self, store, password):
        self.store, self.password = store, password

    @staticmethod
    def cookies(request):
        return {name: morsel.value for name, morsel in SimpleCookie(request.header("Cookie")).items()}

    def token(self, request):
        """The token of the form, and the header that sets it where it is new."""
        token = self.cookies(request).get("csrftoken") or secrets.token_hex(16)
        return token, [("Set-Cookie", "csrftoken=%s; Path=/; SameSite=Lax" % token)]

    def user(self, request):
        key = self.cookies(request).get("sessionid")
        found = self.store().get("session:" + key) if key else None
        return found.decode() if found else None

    def fields(self, request):
        """What a form sent, or nothing if its token is not the cookie's."""
        fields = dict(urllib.parse.parse_qsl(request.body().decode("utf-8", "replace"), keep_blank_values=True))
        token = self.cookies(request).get("csrftoken", "")
        right = bool(token) and hmac.compare_digest(token, fields.get("csrfmiddlewaretoken", ""))
        return fields if right else None

    def log_in(self, fields):
        """The headers of a session, or nothing for a wrong login."""
        right = hmac.compare_digest(fields.get("password", "").encode(), self.password.encode())
        if fields.get("username") != USER or not right:
            return None
        key = secrets.token_hex(16)
        self.store().set("session:" + key, USER, ex=LIFETIME)
        return [("Set-Cookie", "csrftoken=%s; Path=/; SameSite=Lax" % secrets.token_hex(16)),
                ("Set-Cookie", "sessionid=%s; Path=/; HttpOnly; SameSite=Lax" % key)]

    def log_out(self, request):
        key = self.cookies(request).get("sessionid")
        if key:
            self.store().delete("session:" + key)
        return [("Set-Cookie", 'sessionid=""; Max-Age=0; Path=/')]
