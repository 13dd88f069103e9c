"""Scenarios of tests/fault/bad_luck: damaged sets, full disks, odd names of databases."""
import json
import os
import shutil
import subprocess

from sandbox import Failure, expect

RESTORE = ("restore", "run", "--newest", "--yes")


class Copy:
    """The newest set, put aside while it is spoiled."""

    def __init__(self, sandbox):
        folder = sandbox.folder / "backups" / "sandbox"
        self.id = sandbox.backups()[-1]
        self.path = folder / self.id
        self.away = folder.parent / "away"

    def __enter__(self):
        shutil.copytree(self.path, self.away)
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.path)
        self.away.rename(self.path)

    def largest(self):
        return max((self.path / "dump").glob("*.gz"), key=lambda each: each.stat().st_size)


def flip(copy):
    file = copy.largest()
    bytes_ = bytearray(file.read_bytes())
    bytes_[len(bytes_) // 2] ^= 1
    file.write_bytes(bytes_)
    return file.name


def remove(copy):
    file = copy.largest()
    file.unlink()
    return file.name


def cut(copy):
    file = copy.largest()
    file.write_bytes(file.read_bytes()[:-7])
    return file.name


def add(copy):
    (copy.path / "dump" / "9999.dat.gz").write_bytes(b"x")
    return "9999.dat.gz"


def link(copy):
    file = copy.largest()
    file.unlink()
    file.symlink_to(copy.away / "dump" / file.name)
    return file.name


def change_value(copy):
    file = copy.path / "manifest.json"
    text = file.read_text()
    file.write_text(text.replace('"product": "netbox"', '"product": "nautobot"'))
    return "manifest.json"


def damaged_sets(sandbox):
    for spoil in (flip, remove, cut, add, link, change_value):
        with Copy(sandbox) as copy:
            file = spoil(copy)
            runs = len(os.listdir(sandbox.folder / "state" / "runs"))
            sandbox.refuses(11, ("restore", "run", copy.id, "--yes"),
                            [copy.id, file, "sotctl backup"])
            expect(len(os.listdir(sandbox.folder / "state" / "runs")) == runs, "a run was begun")


def later_format(sandbox):
    with Copy(sandbox) as copy:
        file = copy.path / "manifest.json"
        manifest = json.loads(file.read_text())
        manifest["format"] = 99
        file.write_text(json.dumps(manifest))
        sandbox.refuses(13, ("restore", "run", copy.id, "--yes"), [copy.id, "99", "sotctl"])


def no_such_set(sandbox):
    there = sandbox.backups()[-1]
    near = there[:-1] + ("0" if there[-1] != "0" else "1")
    sandbox.refuses(4, ("restore", "run", near, "--yes"), [near, there, "sotctl backup list"])
    for odd in ("../sandbox", "/etc", "\x1b[2J", ""):
        sandbox.refuses(4, ("restore", "run", odd, "--yes"), ["no backup set"])


def linked_folder(sandbox):
    """The folder of an instance's sets, replaced by a link."""
    folder = sandbox.folder / "backups" / "sandbox"
    away = sandbox.folder / "backups" / "elsewhere"
    folder.rename(away)
    folder.symlink_to(away)
    try:
        sandbox.refuses(5, RESTORE, [str(folder)])
    finally:
        folder.unlink()
        away.rename(folder)


def open_set(sandbox):
    """A dump is SQL: one that others could have written is loaded only on the operator's word."""
    newest = sandbox.folder / "backups" / "sandbox" / sandbox.backups()[-1]
    for path, mode in ((newest, 0o777), (newest / "manifest.json", 0o666),
                       (newest.parent, 0o777)):
        before = path.stat().st_mode & 0o7777
        path.chmod(mode)
        try:
            sandbox.refuses(5, RESTORE, [str(path), "writable by everybody",
                                         "--accept foreign-set"])
            sandbox.run(*RESTORE, "--accept", "foreign-set", "--dry-run")
        finally:
            path.chmod(before)


def full_disk(sandbox):
    """Too little room is seen before; a disk that fills meanwhile leaves nothing behind."""
    small = sandbox.folder / "small"
    small.mkdir(mode=0o755)
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m,mode=755", "tmpfs", small],
                             capture_output=True, text=True)
    if mounted.returncode != 0:
        small.rmdir()
        return f"this system does not mount a tmpfs ({mounted.stderr.strip()})"
    there = sandbox.variant("small", lambda text: text.replace(
        f'folder = "{sandbox.folder}/backups"', f'folder = "{small}"'))
    create = ("backup", "create", "--yes")
    try:
        sandbox.refuses(5, create, ["MB free below", str(small), "needed"], variant=there)
        # The size of the last set is what the next one is thought to need: it grows meanwhile.
        newest = sandbox.backups()[-1]
        shutil.copytree(sandbox.folder / "backups" / "sandbox" / newest,
                        small / "sandbox" / newest)
        sandbox.sql("CREATE TABLE filler AS SELECT i, sha512(i::text::bytea) AS text "
                    "FROM generate_series(1, 60000) i")
        done = sandbox.run(*create, check=False, variant=there)
        sandbox.said(done, 1, ["No space left on device"])
        expect(os.listdir(small / "sandbox") == [newest], f"left: {os.listdir(small / 'sandbox')}")
        # Where nothing is given back of what was packed, the room for all of it is asked for before.
        argv, environment = sandbox.command(create, variant=there)
        hidden = ["unshare", "--mount", "--propagation", "private", "sh", "-c",
                  'mount --bind /bin/false "$(command -v fallocate)" && exec "$@"', "sh"]
        done = subprocess.run(hidden + argv, env=environment, capture_output=True, text=True,
                              stdin=subprocess.DEVNULL, timeout=180)
        sandbox.said(done, 5, [str(small), "can't give back parts of files", "are free"])
        expect(os.listdir(small / "sandbox") == [newest], f"left: {os.listdir(small / 'sandbox')}")
    finally:
        sandbox.sql("DROP TABLE IF EXISTS filler")
        subprocess.run(["umount", small], check=True)
        small.rmdir()
    return None


ODD_NAMES = ('a=b -\'"\n' + "ünïcödé" * 3 + "ßßßßß", "x" * 63, 'odd "name', "postgresql://x",
             "host=evil", "tab\tand'quote", "-rf")  # the first two have the most in one


def odd_names(sandbox):
    """Each is saved, damaged, restored, undone; names are data and never words of a command."""
    for number, name in enumerate(ODD_NAMES if sandbox.long else ODD_NAMES[:2]):
        quoted = '"' + name.replace('"', '""') + '"'
        instance = f"odd{number}"
        there = sandbox.variant(instance, lambda text: text.replace(
            "instance.sandbox", f"instance.{instance}").replace(
            'name = "netbox"', f"name = {json.dumps(name)}"))
        sandbox.sql(f"CREATE DATABASE {quoted} OWNER netbox", "postgres")
        # psql would take some of these names for connection strings.
        inside = "dbname='" + name.replace("\\", "\\\\").replace("'", "\\'") + "'"
        # What belongs to another role than the application's is told after an undo, as it should be.
        sandbox.sql("CREATE TABLE thing AS SELECT generate_series(1, 10) AS id; "
                    "ALTER TABLE thing OWNER TO netbox", inside)
        try:
            sandbox.run("backup", "create", "--yes", variant=there)
            sandbox.sql("DELETE FROM thing WHERE id > 5", inside)
            sandbox.run("restore", "run", "--newest", "--yes", variant=there)
            expect(sandbox.sql("SELECT count(*) FROM thing", inside) == "10", "not restored")
            run = sandbox.newest_run()["run"]
            sandbox.run("run", "show", run, "--manual", variant=there)
            sandbox.run("restore", "undo", "--yes", variant=there)
            expect(sandbox.sql("SELECT count(*) FROM thing", inside) == "5", "not undone")
            sandbox.run("restore", "finish", "--yes", variant=there)
        except Failure as problem:
            raise Failure(f"database {name!r}: {problem}") from None
        finally:
            # \gexec: the names are the server's own words.
            subprocess.run(["psql", "-X", "-h", str(sandbox.folder / "run"), "-U", "postgres",
                            "postgres"], capture_output=True, text=True, check=True, input=(
                "SELECT format('DROP DATABASE %I WITH (FORCE)', datname) FROM pg_database WHERE "
                "NOT datistemplate AND datname NOT IN ('netbox', 'postgres')\\gexec\n"))
            shutil.rmtree(sandbox.folder / "backups" / instance, ignore_errors=True)


def scenarios(long):
    del long
    return (("damaged sets", damaged_sets), ("a manifest of a later format", later_format),
            ("no such set", no_such_set), ("a link for the folder of sets", linked_folder),
            ("a set that others can write", open_set), ("a full disk", full_disk),
            ("odd names of databases", odd_names))
