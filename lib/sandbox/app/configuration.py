# Settings of a sandbox, in the form that NetBox reads. Written by `sotctl sandbox up`.

ALLOWED_HOSTS = ["127.0.0.1", "localhost"]

DATABASE = {
    "ENGINE": "django.db.backends.postgresql",
    "NAME": "netbox",
    "USER": "netbox",
    "PASSWORD": "@PASSWORD@",
    "HOST": "127.0.0.1",
    "PORT": "@POSTGRES_PORT@",
    "CONN_MAX_AGE": 300,
}

REDIS = {
    "tasks": {
        "HOST": "127.0.0.1",
        "PORT": @REDIS_PORT@,
        "PASSWORD": "",
        "DATABASE": 0,
        "SSL": False,
    },
    "caching": {
        "HOST": "127.0.0.1",
        "PORT": @REDIS_PORT@,
        "PASSWORD": "",
        "DATABASE": 1,
        "SSL": False,
    },
}

SECRET_KEY = "@SECRET_KEY@"
MEDIA_ROOT = "@MEDIA@"
TIME_ZONE = "UTC"
PLUGINS = []
LOGIN_PASSWORD = "@LOGIN@"  # of user sandbox; the stand-in has no other way in
