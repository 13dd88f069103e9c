#pragma once

namespace migrations {

/// Run by the installation's Python with `-I -B -c`. Arguments: name of the scratch database,
/// "individual" or "squashed", and the management program with its arguments, which then runs in
/// this process. Fits Django 2.2 to 6.0.
inline constexpr const char* kManageScript = R"python(
import os, runpy, sys

database, way = sys.argv[1:3]
del sys.argv[:3]
sys.path.insert(0, os.path.dirname(os.path.abspath(sys.argv[0])))

import django.conf
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader

set_up = django.conf.LazySettings._setup
connect = BaseDatabaseWrapper.connect
load_disk = MigrationLoader.load_disk


def pointed_elsewhere(self, name=None):
    set_up(self, name)
    for settings in self._wrapped.DATABASES.values():
        settings["NAME"] = database


def certain(self, *arguments):
    connect(self, *arguments)
    with self.connection.cursor() as cursor:
        cursor.execute("SELECT current_database()")
        found = cursor.fetchone()[0]
    if found != database:
        self.close()
        print("connected to %s, not to the scratch database" % found, file=sys.stderr)
        os._exit(97)


def without_squashes(self):
    load_disk(self)
    here = self.disk_migrations
    last = {}
    for key, squash in list(here.items()):
        members = [tuple(one) for one in squash.replaces]
        if not members or any(one not in here for one in members):
            continue
        needed = {tuple(need) for one in members for need in here[one].dependencies}
        ends = [one for one in members if one not in needed]
        last[key] = (ends or members)[-1]
    for key in last:
        del here[key]

    def meant(key):
        while tuple(key) in last:
            key = last[tuple(key)]
        return key

    for migration in here.values():
        migration.dependencies = [meant(key) for key in migration.dependencies]
        migration.run_before = [meant(key) for key in migration.run_before]


django.conf.LazySettings._setup = pointed_elsewhere
BaseDatabaseWrapper.connect = certain
if way == "individual":
    MigrationLoader.load_disk = without_squashes
runpy.run_path(sys.argv[0], run_name="__main__")
)python";

}  // namespace migrations
