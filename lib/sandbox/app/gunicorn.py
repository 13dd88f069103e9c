# Settings of gunicorn for the stand-in application.
import sys

sys.dont_write_bytecode = True
bind = "127.0.0.1:@PORT@"
workers = 2
umask = 0o022
timeout = 60
graceful_timeout = 10
chdir = "@APP@/netbox"
pythonpath = "@APP@/netbox"
errorlog = "@LOG@/app.log"
accesslog = "@LOG@/access.log"
capture_output = True
