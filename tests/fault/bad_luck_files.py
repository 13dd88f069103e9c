"""Scenarios of tests/fault/bad_luck: the files beside the database, and a server that dies while it
is dumped."""
import hashlib
import io
import json
import os
import shutil
import signal
import subprocess
import tarfile

from manifest import sealed
from sandbox import expect

WITH_MEDIA = ("backup", "create", "--with", "media", "--yes")


def rack(sandbox):
    return sandbox.folder / "media" / "rack.png"


def entry(name, kind=tarfile.REGTYPE, target=""):
    made = tarfile.TarInfo(name)
    made.type, made.linkname, made.mode = kind, target, 0o755
    return made


HOSTILE = {
    "media/../../evil": [entry("media", tarfile.DIRTYPE), entry("media/../../evil")],
    "/tmp/evil": [entry("/tmp/evil")],
    "etc/evil": [entry("etc/evil")],
    "media/out": [entry("media", tarfile.DIRTYPE), entry("media/out", tarfile.SYMTYPE, "/etc")],
    "media/disk": [entry("media", tarfile.DIRTYPE), entry("media/disk", tarfile.BLKTYPE)],
    "media/hard": [entry("media", tarfile.DIRTYPE),
                   entry("media/hard", tarfile.LNKTYPE, "/etc/passwd")],
    "media/a/evil": [entry("media", tarfile.DIRTYPE), entry("media/a", tarfile.SYMTYPE, "b"),
                     entry("media/a/evil")],
}


def spoil(folder, entries):
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz", format=tarfile.USTAR_FORMAT) as archive:
        for each in entries:
            archive.addfile(each)
    (folder / "media.tar.gz").write_bytes(packed.getvalue())
    manifest = json.loads((folder / "manifest.json").read_text())
    for file in manifest["files"]:
        if file["path"] == "media.tar.gz":
            file["bytes"] = len(packed.getvalue())
            file["sha256"] = hashlib.sha256(packed.getvalue()).hexdigest()
    (folder / "manifest.json").write_text(sealed(manifest))


def hostile_archives(sandbox):
    """Whatever an archive says, nothing is written outside of its folder: it is refused unread."""
    rack(sandbox).write_text("whole")
    before = sorted(os.listdir(sandbox.folder / "media"))
    sandbox.run(*WITH_MEDIA)
    newest = sandbox.backups()[-1]
    folder = sandbox.folder / "backups" / "sandbox" / newest
    try:
        for name, entries in HOSTILE.items():
            spoil(folder, entries)
            sandbox.refuses(11, ("restore", "run", newest, "--with", "media", "--yes"),
                            [newest, "media.tar.gz", name])
            sandbox.refuses(11, ("backup", "verify", newest), [newest, name])
        expect(rack(sandbox).read_text() == "whole", "media was changed")
        found = sorted(os.listdir(sandbox.folder / "media"))
        expect(found == before, f"media holds {found}")
    finally:
        shutil.rmtree(folder)


def words_and_parts(sandbox):
    for words in (("backup", "create", "--with", "pictures"),
                  ("restore", "run", "--newest", "--with", "media,")):
        sandbox.refuses(2, (*words, "--yes"), ["--with", "media, config"])
    sandbox.refuses(4, ("restore", "run", "--newest", "--with", "config", "--yes"),
                    ["holds no config", "sotctl backup show"])


def mounted_media(sandbox):
    """A mount point can't be exchanged: seen before anything is unpacked."""
    media = sandbox.folder / "media"
    rack(sandbox).write_text("whole")
    sandbox.run(*WITH_MEDIA)
    newest = sandbox.backups()[-1]
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", media],
                             capture_output=True, text=True)
    try:
        if mounted.returncode != 0:
            return f"this system does not mount a tmpfs ({mounted.stderr.strip()})"
        sandbox.refuses(5, ("restore", "run", newest, "--with", "media", "--yes"),
                        [str(media), "mount point"])
        return None
    finally:
        subprocess.run(["umount", media], check=mounted.returncode == 0, capture_output=True)
        shutil.rmtree(sandbox.folder / "backups" / "sandbox" / newest)


def server_killed_in_dump(sandbox):
    """Nothing of the set is left once its run is taken back."""
    before = sandbox.world()
    process = sandbox.start("backup", "create", "--yes")
    run = sandbox.wait_for(process, '"kind":"backup.written"')
    pid = int((sandbox.folder / "postgres" / "postmaster.pid").read_text().split()[0])
    os.kill(pid, signal.SIGKILL)
    done = sandbox.ended(process)
    sandbox.run("sandbox", "up", "--dir", str(sandbox.folder), configured=False)
    expect(done.returncode in (1, 7, 12), f"exit {done.returncode}: {done.stderr[-1200:]}")
    if done.returncode == 12:
        expect(f"sotctl run abort {run}" in done.stderr, f"no way on: {done.stderr}")
        sandbox.run("run", "abort", run)
    expect(sandbox.world() == before, f"left over: {sandbox.world()}")


def redone_with_files(sandbox):
    """Undo and redo put database and files in place together; what is written meanwhile stays with its
    side, and finish leaves the one that lives."""
    rack(sandbox).write_text("whole")
    sandbox.run(*WITH_MEDIA)
    newest = sandbox.backups()[-1]
    rack(sandbox).write_text("of the damaged")
    beside = lambda: sorted(each.name.split("-2")[0] for each in sandbox.folder.glob("media.*"))
    sides = (("whole", 0, "media.before"), ("of the damaged", 1, "media.restored"))
    try:
        sandbox.sql("UPDATE dcim_device SET serial = 'ruined ' || id")
        ruined = lambda: int(sandbox.sql("SELECT count(*) FROM dcim_device WHERE serial LIKE 'ruined %'"))
        for number in range(4):  # restore, undo, redo, undo
            words = ("run", newest, "--with", "media") if number == 0 else ("undo",)
            sandbox.run("restore", *words, "--yes")
            text, damaged, kept = sides[number % 2]
            expect(rack(sandbox).read_text() == text, f"{number}: {rack(sandbox).read_text()}")
            expect((ruined() > 0) == bool(damaged), f"{number}: {ruined()} rows are ruined")
            expect(beside() == [kept], f"{number}: {beside()}")
        sandbox.run("restore", "undo", "--yes")
        sandbox.run("restore", "finish", "--yes")
        expect(beside() == [] and ruined() == 0 and rack(sandbox).read_text() == "whole", "finished")
        expect([each for each in sandbox.databases() if each.startswith("netbox_")] == [], "a database is kept")
    finally:
        sandbox.damage()
        shutil.rmtree(sandbox.folder / "backups" / "sandbox" / newest)


def replaced_with_files(sandbox):
    """--replace drops the database; files are exchanged and kept all the same, and only they are left for
    finish."""
    rack(sandbox).write_text("whole")
    sandbox.run(*WITH_MEDIA)
    newest = sandbox.backups()[-1]
    rack(sandbox).write_text("damaged")
    sandbox.sql("UPDATE dcim_device SET serial = 'damaged again ' || id")
    done = json.loads(sandbox.run("restore", "run", newest, "--replace", "--with", "media", "--yes", "-o",
                                  "json").stdout)
    saved = done["facts"]["saved"]
    try:
        expect(rack(sandbox).read_text() == "whole", "the file is not restored")
        kept = json.loads(sandbox.run("restore", "finish", "--list", "-o", "json").stdout)["kept"]
        expect(len(kept) == 1 and kept[0]["database"] is None and len(kept[0]["files"]) == 1, f"{kept}")
        sandbox.refuses(5, ("restore", "undo", "--yes"), [saved, "point of no return"])
        sandbox.run("restore", "finish", "--yes")
        expect(list(sandbox.folder.glob("media.*")) == [], "files are kept")
    finally:
        sandbox.damage()
        for each in (saved, newest):
            shutil.rmtree(sandbox.folder / "backups" / "sandbox" / each)


def scenarios(long):
    every = [("words of --with", words_and_parts), ("hostile archives of files", hostile_archives),
             ("media that is a mount point", mounted_media),
             ("the server killed while dumping", server_killed_in_dump)]
    if long:  # restores and their undoing, several times
        every += [("undo and redo with files", redone_with_files),
                  ("a replacement with files", replaced_with_files)]
    return every
